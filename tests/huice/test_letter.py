"""The letter of `huice explain --letter`: what it says, in both languages, and what it must not say."""

import json
import re
from pathlib import Path

import pytest

from huice.facts.cells import check_digit
from huice.reports.chinese_amounts import capital
from tests.huice.helpers import GRANT, PEOPLE, run, write

FIRST = "99999919800101001"
NUMBER = FIRST + check_digit(FIRST)
CHANGES = {
    '  has origin "来源地": county\n': (
        '  has origin "来源地": county\n  has spouse "配偶": person\n  has note "备注": text\n'
    ),
    "with social insurance → 3000 yuan once\n": (
        "with social insurance and spouse's courses ≥ 1 → 3000 yuan once to spouse\n"
    ),
    "clause stable_job": "> 连续就业并参保满三个月的，\n> 发放<b>一次性</b>补贴3000元。\nclause stable_job",
}
LINKED = GRANT
for old, new in CHANGES.items():
    assert old in LINKED
    LINKED = LINKED.replace(old, new)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "grant.policy", LINKED)
    people = [
        PEOPLE[0] | {"identity": NUMBER, "spouse": "secret-spouse", "note": "private words"},
        PEOPLE[1],
        {"id": "secret-spouse", "courses": 3},
        {**PEOPLE[0], "id": "eve", "spouse": "unknown-spouse"},
        {"id": "unknown-spouse"},
    ]
    write(tmp_path / "people.json", json.dumps({"person": people}))
    return tmp_path


def letter(folder: Path, who: str, *options: object) -> str:
    place = folder / "letter.html"
    facts = ("--facts", folder / "people.json", "--entity", f"person/{who}")
    done = run("explain", folder / "grant.policy", *facts, "--letter", place, *options)
    assert done.status == 0 and "letter.html" in done.err
    return place.read_text("utf-8")


def words(html: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_granted_in_chinese(folder: Path) -> None:
    said = words(letter(folder, "an", "--clause", "stable_job", "--lang", "zh"))
    for part in (
        "补贴核定告知书", "人员 an：", "二（一）", "予以发放", "2025-03，3000.00 元（大写：叁仟元整）", "镇资金",
        "连续就业并参保满三个月的",
        "人员（按条款规定）", "符合", "经办机构（盖章）", "申请复核",
    ):  # fmt: skip
        assert part in said, part
    assert "发放&lt;b&gt;一次性" in letter(folder, "an", "--clause", "stable_job", "--lang", "zh")


def test_refused_in_english(folder: Path) -> None:
    said = words(letter(folder, "bo", "--clause", "course_grant", "--lang", "en"))
    for part in (
        "Notice of Refusal",
        "To: person bo",
        "Course grant",
        "not awarded",
        "courses ≥ 10",
        "7 more",
        "courses: 10",
    ):
        assert part in said, part


def test_undetermined_names_what_is_missing_but_not_whose_it_is(folder: Path) -> None:
    said = words(letter(folder, "eve", "--clause", "stable_job", "--lang", "zh"))
    assert "补充材料告知书" in said and "其他相关对象的课程数" in said
    assert "unknown-spouse" not in said


def test_nobody_else_is_named(folder: Path) -> None:
    for who in ("an", "bo", "eve"):
        for language in ("en", "zh"):
            said = letter(folder, who, "--lang", language)
            assert "spouse-" not in said and "secret" not in said and "unknown-spouse" not in said
            assert NUMBER not in said and "private words" not in said


def test_several_clauses_and_the_same_letter_again(folder: Path) -> None:
    once = letter(folder, "an", "--lang", "zh")
    assert once.count("<section>") == 2 and once == letter(folder, "an", "--lang", "zh")
    assert "@page { size: A4;" in once and '<html lang="zh-CN">' in once and "http" not in once


def test_the_official_document_is_quoted(folder: Path) -> None:
    write(folder / "grant.policy", GRANT)
    text = write(
        folder / "notice.txt", "二、内容\n（一）稳岗。连续就业的，给予补贴。\n（二）培训。参加培训的，给予奖励。\n"
    )
    said = words(letter(folder, "bo", "--clause", "course_grant", "--lang", "zh", "--document", text))
    assert "参加培训的，给予奖励" in said and "连续就业的" not in said


def test_where_it_cannot_be_written(folder: Path) -> None:
    facts = ("--facts", folder / "people.json", "--entity", "person/an")
    assert run("explain", folder / "grant.policy", *facts, "--letter", "letter.doc").status == 2
    done = run("explain", folder / "grant.policy", *facts, "--letter", folder / "people.json" / "x.html")
    assert done.status == 2 and "cannot be written" in done.err
    assert run("explain", folder / "grant.policy", *facts, "--document", folder / "none.txt").status == 3


def test_a_masked_id_finds_its_person(tmp_path: Path) -> None:
    write(tmp_path / "grant.policy", GRANT)
    write(tmp_path / "people.json", json.dumps({"person": [PEOPLE[0] | {"id": NUMBER}]}))
    masked = f"person/999999********{NUMBER[-4:]}"
    done = run("explain", tmp_path / "grant.policy", "--facts", tmp_path / "people.json", "--entity", masked, "--json")
    assert done.status == 0 and done.data["explanations"][0]["entity"] == masked
    full = run(
        "explain", tmp_path / "grant.policy", "--facts", tmp_path / "people.json", "--entity", masked, "--unmasked"
    )
    assert NUMBER in full.out


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"), (300000, "叁仟元整"), (300050, "叁仟元伍角整"), (100000005, "壹佰万元零伍分"), (5, "伍分"),
        (2000100, "贰万零壹元整"), (1000010001, "壹仟万零壹佰元零壹分"), (-100, "负壹元整"),
        (10010000000, "壹亿零壹拾万元整"),
    ],
)  # fmt: skip
def test_amounts_in_capitals(fen: int, text: str) -> None:
    assert capital(fen) == text
