"""`huice diff` from end to end, on the smallest town and on Shaoxing with two months instead of three."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from huice.policies import POLICIES
from tests.huice.helpers import GRANT, TOWN, run, typed_in, write

ROOT = Path(__file__).resolve().parents[2]
SHAOXING = POLICIES / "shaoxing_2021_51" / "shaoxing_2021_51.policy"
THREE, TWO = "social insurance ≥ 3 months → 3000 yuan once", "social insurance ≥ 2 months → 3000 yuan once"


@pytest.fixture
def two_months(tmp_path: Path) -> Path:
    text = SHAOXING.read_text(encoding="utf-8")
    assert text.count(THREE) == 1
    return write(tmp_path / "two_months.policy", text.replace(THREE, TWO))


def test_two_months_instead_of_three(two_months: Path, tmp_path: Path) -> None:
    done = run("diff", "std:shaoxing_2021_51", two_months, "--json", "--lang", "en")
    assert done.status == 1
    data = done.data
    assert (data["verdict"], data["same_answers"]) == ("answers differ", False)
    (change,) = data["changes"]
    assert (change["declaration"], change["name"], change["cites"]) == ("clause", "stable_job", "三（一）")
    assert (change["before"], change["after"], change["reaches"]) == ([THREE], [TWO], ["stable_job"])
    ((clause,)) = data["clauses"]
    witness = clause["witness"]
    assert (witness["a"]["total"], witness["b"]["total"]) == ("0.00", "3000.00")

    facts = write(tmp_path / "facts.json", json.dumps(witness["facts"]))
    for file, total in (("std:shaoxing_2021_51", "0.00"), (two_months, "3000.00")):
        assert run("eval", file, "--facts", facts, "--json").data["total"] == total

    pasted = write(tmp_path / "pasted.policy", two_months.read_text(encoding="utf-8") + witness["case"])
    assert run("test", pasted, "--json").data["cases"][-1]["status"] == "passed"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["− social insurance ≥ 3 months", "+ social insurance ≥ 2 months", "person p1: A nothing"]),
        ("zh", ["− 社会保险 满 3个月", "+ 社会保险 满 2个月", "p1：甲 不发放 → 乙 2021-02 发放 3000.00 元"]),
    ],
)  # fmt: skip
def test_on_the_terminal(two_months: Path, language: str, words: list[str]) -> None:
    out = run("diff", "std:shaoxing_2021_51", two_months, "--lang", language).out
    assert [word for word in words if word not in out] == []
    assert max(len(line) for line in out.split("\n")) <= 100


def test_a_copy_and_a_translation(tmp_path: Path) -> None:
    a, b = write(tmp_path / "a.policy", GRANT), write(tmp_path / "b.policy", GRANT)
    same = run("diff", a, b, "--lang", "en")
    assert (same.status, same.out) == (0, "Nothing changed.\n")
    assert run("fmt", b, "--to", "zh").status == 0
    translated = run("diff", a, b, "--lang", "en")
    assert translated.status == 0
    assert "Only in wording: language" in translated.out
    assert run("diff", a, b, "--json").data["verdict"] == "only wording"


def test_another_label_and_the_order(tmp_path: Path) -> None:
    a = write(tmp_path / "a.policy", GRANT)
    b = write(tmp_path / "b.policy", GRANT.replace("培训补贴", "职业培训补贴"))
    done = run("diff", a, b, "--json")
    assert done.status == 0
    assert done.data["changes"] == []
    assert list(done.data["wording"]) == ["labels"]


def test_what_the_solver_proves(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    a = write(tmp_path / "a.policy", GRANT)
    b = write(tmp_path / "b.policy", GRANT.replace("courses ≥ 10", "courses ≥ 10 and courses ≥ 9"))
    done = run("diff", a, b, "--lang", "en")
    assert done.status == 0
    assert "Proved by the solver" in done.out
    [said] = run("diff", a, b, "--json").data["clauses"]
    assert (said["clause"], said["verdict"]) == ("course_grant", "same answers")


def test_what_is_not_proved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compiler.difference.difference.find_spec", lambda name: None)
    a = write(tmp_path / "a.policy", GRANT)
    b = write(tmp_path / "b.policy", GRANT.replace("courses ≥ 10", "courses ≥ 10 and courses ≥ 9"))
    done = run("diff", a, b, "--lang", "en")
    assert done.status == 1
    assert "Not proved" in done.out
    assert run("diff", a, b, "--json").data["clauses"] == [{"clause": "course_grant", "verdict": "not proved"}]


def test_wrong_files(tmp_path: Path) -> None:
    a = write(tmp_path / "a.policy", GRANT)
    broken = write(tmp_path / "broken.policy", GRANT.replace("3000 yuan", "3000 yun"))
    assert run("diff", a, broken, "--json").status == 1
    assert run("diff", a, tmp_path / "none.policy").status == 2
    assert run("diff", a).status == 2


def test_compare_tells_what_changed_for_whom_and_what_it_costs(two_months: Path, tmp_path: Path) -> None:
    arguments = ("compare", "std:shaoxing_2021_51", two_months, "--draws", 16, "--by", "district", "--lang", "en")
    data = run(*arguments, "--json").data
    (change,) = data["changes"]
    assert (change["name"], change["before"], change["after"]) == ("stable_job", [THREE], [TWO])
    person = data["people"]["entities"]["person"]
    assert person["more"]["min"] > 0 and person["earlier"]["min"] > 0
    assert person["less"]["max"] == person["later"]["max"] == 0
    if data["engine"] == "person":  # then the figures are of the very people that are counted
        assert person["gained"]["mean"] == data["difference"]["total"]["entitled"]["mean"]
    assert set(person["groups"]) == {"yuecheng", "keqiao", "shangyu", "zhuji"}
    assert set(data["difference"]["groups"]["yuecheng"]["years"]) == {"2021", "2022", "2023", "2024", "2025", "2026"}

    more = data["examples"][0]
    assert (more["outcome"], more["clause"], more["a"]["total"], more["b"]["total"]) == (
        "more", "stable_job", "0.00", "3000.00",
    )  # fmt: skip
    pasted = write(tmp_path / "pasted.policy", two_months.read_text(encoding="utf-8") + more["case"])
    assert run("test", pasted, "--json").data["cases"][-1]["status"] == "passed"

    out = run(*arguments).out
    for words in ("− social insurance ≥ 3 months", "For whom", "Nobody gets less, in any draw.", "Who gets more"):
        assert words in out
    assert out.index("What changed") < out.index("For whom") < out.index("difference B − A")


def test_compare_a_copy(tmp_path: Path) -> None:
    a = write(tmp_path / "a.policy", TOWN)
    out = run("compare", a, a, "--draws", 16, "--lang", "en").out
    assert "Nothing changed." in out
    assert "Nobody gets more or less, earlier or later." in out
    data = run("compare", a, a, "--draws", 16, "--json").data
    assert (data["changes"], data["wording"], data["examples"], data["people"]["entities"]) == ([], {}, [], {})


def test_compare_names_the_assumption(tmp_path: Path) -> None:
    a = write(tmp_path / "a.policy", TOWN)
    b = write(tmp_path / "b.policy", TOWN.replace("poisson(6)", "poisson(7)"))
    data = run("compare", a, b, "--draws", 16, "--json", "--lang", "en").data
    (change,) = data["changes"]
    assert (change["declaration"], change["about"]) == ("scenario", "assumptions")
    assert change["before"] == ["population person · arrive poisson(6) per month from 2025-01 to 2026-06"]
    assert data["difference"]["total"]["entitled"]["max"] == 0
    out = run("compare", a, b, "--draws", 16, "--lang", "zh").out
    assert "情景假设" in out and "没有人的应付金额或时间有变化" in out


def test_the_page_shows_what_comes(two_months: Path) -> None:
    page = (ROOT / "docs" / "comparing.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    assert shown in run("diff", "std:shaoxing_2021_51", two_months, "--lang", "en").out
    for command in re.findall(r"```sh\n(huice .*?)\n```", page):
        assert typed_in(f"{command} --draws 16", two_months.parent).status == 0
