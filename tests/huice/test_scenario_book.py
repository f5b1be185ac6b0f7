"""Assumptions as a workbook and back: unchanged the same scenario, edited another one, wrong ones told by cell."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from huice import load, loads
from huice.policies import POLICIES
from lang import model
from tests.huice.edited_workbooks import cells, edit, find
from tests.huice.helpers import TOWN, run, write

STANDARD = sorted(f"std:{p.name}" for p in POLICIES.iterdir() if (p / f"{p.name}.policy").is_file())
ALL = """policy everything
  in force 2025-01-01 to 2026-12-31

kind side: north, south
entity enterprise
  has staff: many person via employer
entity person
  has home: side
  has level2 done: yes/no
  has hired on: date
  has trained on: date
  has wage: money
  has employed: yes/no monthly
  has social insurance: yes/no monthly
  has employer: enterprise
fund aid per home
fund reserve
parameter price: money external "report"
parameter job fairs: count external "report"

clause one
  for person where home is north and level2 done
  employed ≥ 3 months with social insurance → 3000 yuan once
  paid from aid then reserve
clause two
  for person
  employed and wage ≤ 3000 yuan and since trained on ≥ 0 days and since hired on ≥ 0 days → wage × 10% per month
  paid from reserve
clause three
  for enterprise
  any staff where employed → price once per year
target fairs: job fairs ≥ 3 every year

scenario baseline for everything
  period 2025-01 to 2026-06
    note "eighteen months"
  set price = base price × 2
  set job fairs = fairs
  unknown base price ~ lognormal(median 100 yuan, sigma 0.1)
    note "first line"
    note "second “line”"
  unknown arrivals ~ gamma(shape 25, mean 5)
  unknown leave ~ 3.25% to 8%
  unknown fairs ~ poisson(4)
  unknown share ~ triangular(0.1, 0.25, 0.5)
  population enterprise
    arrive 3 in 2025-01
  population person
    arrive poisson(arrivals) per month from 2025-02 to 2025-12
    arrive 4 in 2025-01
    home ~ north 62.5%, south 37.5%
    level2 done ~ share
    hired on = arrival
    trained on = arrival + 2 to 8 months
    wage ~ 2500.50 yuan 50%, 3500 yuan 30%, none 20%
    employed starts on arrival, ends at leave per month, returns at 2% per month
    social insurance follows employed after 1 month with chance 90%
    employer ~ any enterprise
  claims
    taken up with chance 90%
    lag ~ 0 months 60%, 1 month 30%, 3 months 10%
  {budgets}
  cash at most 21 claims per month
  cash reserve at most 60_000 yuan per month
"""
IN_TABLE = """budget aid[north] 2025 = 60_000 yuan
    note "as voted"
  budget aid[north] 2026 = 20_000.50 yuan
  budget aid[south] 2025 = base price × 100
  budget aid[south] 2026 = 20_000 yuan
  budget reserve 2025 = 1 yuan
  budget reserve 2026 = 30_000 yuan"""
BY_YEAR = """budget aid[north] 2025 = 60_000 yuan
  budget aid[south] 2025 = 10_000 yuan
  budget aid[north] 2026 = 20_000 yuan
  budget aid[south] 2026 = 20_000 yuan"""
OTHERWISE = """budget aid[south] 2026 = 60_000 yuan
  budget aid[north] 2025 = 60_000 yuan
  budget aid[north] 2026 = 60_000 yuan
  budget aid[south] 2025 = 20_000 yuan"""
SHEET, BUDGETS = "assumptions", "given appropriations"


def book_of(policy: object, place: Path, lang: str) -> Path:
    done = run("scenario", "to-workbook", policy, "--out", place, "--lang", lang)
    assert done.status == 0, done.err
    return place


def back(book: Path, folder: Path, name: str = "s.policy") -> Path:
    done = run("scenario", "from-workbook", book, "--out", folder / name)
    assert done.status == 0, done.err
    return folder / name


def same(a: model.Scenario, b: model.Scenario) -> None:
    """What the checker makes of both; the notes too."""
    assert a == b
    for mine, other in zip(a.unknowns.values(), b.unknowns.values(), strict=True):
        assert [n.text for n in mine.trivia.notes] == [n.text for n in other.trivia.notes]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("policy", STANDARD)
def test_a_workbook_that_nobody_changed_is_the_same_scenario(policy: str, lang: str, tmp_path: Path) -> None:
    made = back(book_of(policy, tmp_path / "book.xlsx", lang), tmp_path)
    old, new = load(policy).model.scenarios["baseline"], load(made).model.scenarios["baseline"]
    same(old, new)
    assert run("check", made).status == 0 and run("fmt", made, "--check").status == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("budgets", [IN_TABLE, BY_YEAR, OTHERWISE, "budget reserve 2025 = 5 yuan", ""])
def test_every_sort_of_assumption_comes_back(budgets: str, lang: str, tmp_path: Path) -> None:
    if budgets.startswith("budget reserve"):
        budgets += "\n  budget reserve 2026 = 6 yuan"
    text = ALL.replace("{budgets}", budgets)
    write(tmp_path / "everything.policy", text)
    book = book_of(tmp_path / "everything.policy", tmp_path / "book.xlsx", lang)
    old = loads(text).model.scenarios["baseline"]
    same(old, load(back(book, tmp_path)).model.scenarios["baseline"])


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    write(tmp_path / "everything.policy", ALL.replace("{budgets}", IN_TABLE))
    return book_of(tmp_path / "everything.policy", tmp_path / "book.xlsx", "en")


def edited(book: Path, changes: dict[str, Any], sheet: str = SHEET) -> Path:
    return edit(book, book.with_name("edited.xlsx"), sheet, changes)


def test_figures_that_were_edited_are_in_the_scenario(everything: Path) -> None:
    statement = "unknown arrivals ~ gamma(shape ①, mean ②)"
    changes = {
        find(everything, SHEET, statement, right=2): 30,
        find(everything, SHEET, statement, right=2, below=1): 6.5,
        find(everything, SHEET, "unknown leave ~ ① to ②", right=2): 0.045,
        find(everything, SHEET, "period ① to ②", right=2, below=1): "2026-08",
        find(everything, SHEET, "hired on = arrival"): "hired on = arrival + 1 to ① months",
        find(everything, SHEET, "taken up with chance ①", right=2): "share × 2",
        find(everything, SHEET, "lag ~ ① months ②, ③ month ④, ⑤ months ⑥", right=2, below=2): 2,
    }
    hired = find(everything, SHEET, "hired on = arrival", right=1)
    changes |= {hired: "①", find(everything, SHEET, "hired on = arrival", right=2): 4}
    made = load(back(edited(everything, changes), everything.parent)).model.scenarios["baseline"]
    text = (everything.parent / "s.policy").read_text("utf-8")
    for line in (
        "gamma(shape 30, mean 6.5)", "4.5% to 8%", "period 2025-01 to 2026-08", "arrival + 1 to 4 months",
        "taken up with chance share × 2", "lag ~ 0 months 60%, 2 months 30%, 3 months 10%",
    ):  # fmt: skip
        assert line in text, line
    assert made.last - made.first == 19


def test_appropriations_that_were_edited(everything: Path) -> None:
    north = find(everything, BUDGETS, "north", right=1)
    changes = {north: 75_000.25, find(everything, BUDGETS, "south", right=2): "base price × 5"}
    made = load(back(edited(everything, changes, BUDGETS), everything.parent)).model.scenarios["baseline"]
    text = (everything.parent / "s.policy").read_text("utf-8")
    assert "budget aid[north] 2025 = 75_000.25 yuan" in text and 'note "as voted"' in text
    assert "budget aid[south] 2026 = base price × 5" in text and len(made.budgets) == 6


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_bad_edits_are_told_by_sheet_and_cell(everything: Path, lang: str) -> None:
    shape = "unknown arrivals ~ gamma(shape ①, mean ②)"
    home = "home ~ north ①, south ②"
    wrong: list[tuple[str, str, Any, str]] = [
        (SHEET, find(everything, SHEET, shape, right=2), -3, "C"),
        (SHEET, find(everything, SHEET, shape, right=2), None, "E"),
        (SHEET, find(everything, SHEET, shape, right=2), "many", "E"),
        (SHEET, find(everything, SHEET, home, right=2), 0.9, "C"),
        (SHEET, find(everything, SHEET, home), "home ~ nrth ①, south ②", "C"),
        (SHEET, find(everything, SHEET, home), "home ~ north ①, south ③", "C"),
        (SHEET, find(everything, SHEET, "taken up with chance ①", right=2), 30, "E"),
        (SHEET, find(everything, SHEET, "period ① to ②", right=2), "soon", "E"),
        (BUDGETS, find(everything, BUDGETS, "reserve"), "reserv", "A"),
        (BUDGETS, find(everything, BUDGETS, "north", right=1), "a lot", "C"),
        (BUDGETS, find(everything, BUDGETS, "north", right=1), None, ""),
    ]
    for sheet, cell, value, column in wrong:
        book = edited(everything, {cell: value}, sheet)
        done = run("scenario", "from-workbook", book, "--out", everything.parent / "s.policy", "--json", "--lang", lang)
        assert done.status == 1, (cell, value, done.out)
        faults = done.data["faults"]
        assert faults and all(fault["message"] for fault in faults)
        if column:
            row = int("".join(c for c in cell if c.isdigit()))
            assert any((f["sheet"], f["row"], f["column"]) == (sheet, row, column) for f in faults), (value, faults)
        assert not (everything.parent / "s.policy").exists()
        told = run("scenario", "from-workbook", book, "--out", everything.parent / "s.policy", "--lang", lang)
        assert told.status == 1 and sheet.split()[0] in told.err and "Traceback" not in told.err


def test_a_budget_of_a_simulation_comes_back_too(tmp_path: Path) -> None:
    town = write(tmp_path / "town.policy", TOWN)
    assert run("simulate", town, "--draws", 16, "--out", tmp_path / "out", "--lang", "zh").status == 0
    made = back(tmp_path / "out" / "budget.xlsx", tmp_path)
    same(loads(TOWN).model.scenarios["baseline"], load(made).model.scenarios["baseline"])


def test_what_is_no_such_workbook(tmp_path: Path, everything: Path) -> None:
    out = tmp_path / "s.policy"
    for lang in ("en", "zh"):
        assert run("scenario", "from-workbook", tmp_path / "none.xlsx", "--out", out, "--lang", lang).status == 3
        text = write(tmp_path / "text.xlsx", "text")
        assert run("scenario", "from-workbook", text, "--out", out, "--lang", lang).status == 3
    template = tmp_path / "t.xlsx"
    assert run("facts", "template", tmp_path / "everything.policy", "--out", template).status == 0
    assert run("scenario", "from-workbook", template, "--out", out).status == 3
    assert run("scenario", "from-workbook", everything, "--out", tmp_path / "s.txt").status == 2
    lost = tmp_path / "elsewhere"
    lost.mkdir()
    done = run("scenario", "from-workbook", everything, "--out", lost / "s.policy")
    assert done.status == 1 and "everything" in done.err, "the policy is not beside it"


def test_text_is_never_a_formula(tmp_path: Path) -> None:
    text = ALL.replace("{budgets}", "").replace('"eighteen months"', '"=1+1"').replace('"first line"', '"@cmd"')
    write(tmp_path / "everything.policy", text)
    book = book_of(tmp_path / "everything.policy", tmp_path / "book.xlsx", "en")
    assert "=1+1" in cells(book, SHEET).values()
    made = load(back(book, tmp_path)).model.scenarios["baseline"]
    assert made.unknowns["base_price"].trivia.notes[0].text == "@cmd"


def test_amounts_are_exact(everything: Path) -> None:
    assert cells(everything, BUDGETS)[find(everything, BUDGETS, "north", right=2)] == 20_000.5
    scenario = load(back(everything, everything.parent)).model.scenarios["baseline"]
    assert Decimal(str(scenario.budgets[1].amount.value)) == 2_000_050  # type: ignore[union-attr]
