"""`huice fmt`: in place or not at all, both languages, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import huice
from huice.cli import huice as commands

ROOT = Path(__file__).parents[2]
SHAOXING = ROOT / "stdlib_policies" / "shaoxing_2021_51"
SHIPPED = sorted([*(ROOT / "stdlib_policies").rglob("*.policy"), *(ROOT / "docs" / "examples").glob("*.policy")])
UNTIDY = 'entity  person "人员"\n   has insured "参保":yes/no   monthly\n'
TIDY = 'entity person "人员"\n  has insured "参保": yes/no monthly\n'
CHINESE = "台账 人员 「person」\n  栏目 参保 「insured」：是否 逐月\n"
FAULTY = "entity person\n  has insured\n"


def run(*arguments: str | Path, input: str | None = None) -> Result:
    return CliRunner().invoke(commands, ["fmt", *map(str, arguments)], input=input)


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    path = tmp_path / "untidy.policy"
    path.write_text(UNTIDY, "utf-8")
    return path


def test_a_file_is_written_in_place(untidy: Path) -> None:
    assert run(untidy).exit_code == 0
    assert untidy.read_text("utf-8") == TIDY
    assert [path.name for path in untidy.parent.iterdir()] == ["untidy.policy"]


def test_check_names_the_files_that_would_change(untidy: Path) -> None:
    result = run("--check", untidy)
    assert (result.exit_code, result.stdout.strip()) == (1, str(untidy))
    assert untidy.read_text("utf-8") == UNTIDY
    run(untidy)
    result = run("--check", untidy)
    assert (result.exit_code, result.stdout) == (0, "")


def test_stdout_leaves_the_file(untidy: Path) -> None:
    assert run("--stdout", untidy).stdout == TIDY
    assert untidy.read_text("utf-8") == UNTIDY


def test_standard_input_to_standard_output() -> None:
    assert run("-", input=UNTIDY).stdout == TIDY
    assert run("--to", "zh", "-", input=UNTIDY).stdout == CHINESE
    assert run("--to", "en", "-", input=CHINESE).stdout == TIDY


def test_carriage_returns_and_marks_are_gone(untidy: Path) -> None:
    untidy.write_bytes(b"\xef\xbb\xbf" + UNTIDY.replace("\n", "\r\n").encode())
    assert run(untidy).exit_code == 0
    assert untidy.read_bytes() == TIDY.encode()


def test_a_file_with_errors_is_left_alone_and_the_others_are_written(untidy: Path) -> None:
    faulty = untidy.with_name("faulty.policy")
    faulty.write_text(FAULTY, "utf-8")
    result = run("--lang", "en", faulty, untidy)
    assert result.exit_code == 1
    assert "faulty.policy:2:" in result.stderr
    assert faulty.read_text("utf-8") == FAULTY
    assert untidy.read_text("utf-8") == TIDY


def test_json(untidy: Path) -> None:
    result = run("--check", "--json", untidy)
    data = json.loads(result.stdout)
    assert data["files"] == [{"file": str(untidy), "changed": True}]
    assert result.exit_code == 1


def test_a_missing_file_and_a_standard_policy_are_wrong_usage() -> None:
    assert run("nowhere.policy").exit_code == 2
    assert run("std:shaoxing_2021_51").exit_code == 2


def test_a_link_stays_a_link(untidy: Path) -> None:
    link = untidy.with_name("link.policy")
    link.symlink_to(untidy)
    run(link)
    assert link.is_symlink()
    assert untidy.read_text("utf-8") == TIDY


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_policies_are_in_canonical_form(path: Path) -> None:
    assert run("--check", path).exit_code == 0


# ---------------------------------------------------------------- the same meaning in the other language
def test_shaoxing_in_chinese_pays_the_same(tmp_path: Path) -> None:
    chinese = tmp_path / "shaoxing_2021_51.policy"
    chinese.write_text(run("--to", "zh", "--stdout", SHAOXING / "shaoxing_2021_51.policy").stdout, "utf-8")
    assert "社会保险 满 3个月 → 一次性 3000元" in chinese.read_text("utf-8")
    facts = huice.Facts.from_path(SHAOXING / "example" / "roster_csv")
    ledgers = [huice.load(path).evaluate(facts).to_dict() for path in ("std:shaoxing_2021_51", chinese)]
    assert ledgers[0]["payments"]
    assert ledgers[0] == ledgers[1]


@pytest.mark.parametrize("path", [p for p in SHIPPED if p.stem == p.parent.name], ids=lambda path: path.stem)
def test_the_cases_of_policies_hold_in_chinese(path: Path, tmp_path: Path) -> None:
    chinese = tmp_path / path.name
    chinese.write_text(run("--to", "zh", "--stdout", path).stdout, "utf-8")
    before, after = (CliRunner().invoke(commands, ["test", "--json", str(p)]) for p in (path, chinese))
    assert before.exit_code == after.exit_code == 0
    results = [[(c["name"], c["status"]) for c in json.loads(r.stdout)["cases"]] for r in (before, after)]
    assert results[0] == results[1]
