"""The budget workbook: its charts and where they take their data, prints, bytes, checks, what is no formula."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import huice
from huice.reports.amounts import WAN, YUAN
from huice.reports.budget import charts, write_budget, write_comparison_budget
from huice.reports.budget.frame import NAMES, Frame
from huice.reports.budget.placed import put, value_of
from huice.reports.sheets import Formula
from huice.reports.tables import comparison, difference_views, projection
from huice.reports.tables.records import Column, Comparison, Projection, Step, Table
from lang.diagnostics import Text
from tests.huice.edited_workbooks import cells
from tests.huice.helpers import run, write
from tests.simulator.test_budget_lines import BUDGETS, POLICY

FUNNY = '=HYPERLINK("x","y")'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("budget")
    text = POLICY.format(budgets=BUDGETS, shared="city", until="")
    text = text.replace("fund city", 'fund city "@city"')
    text = text.replace("clause free", f"clause free “{FUNNY}”")
    write(place / "grants.policy", text)
    arguments = ("--draws", 32, "--by", "home", "--sensitivity", "--out")
    assert run("simulate", place / "grants.policy", *arguments, place / "out", "--lang", "zh").status == 0
    return place


@pytest.fixture(scope="module")
def data(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "out" / "results.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def figures(folder: Path, data: dict[str, Any]) -> Projection:
    return projection(data, huice.load(folder / "grants.policy").model)


def parts(place: Path, pattern: str) -> list[str]:
    with zipfile.ZipFile(place) as archive:
        return [archive.read(name).decode("utf-8") for name in archive.namelist() if re.search(pattern, name)]


def charts_by_kind(place: Path) -> dict[str, int]:
    kinds = ("areaChart", "scatterChart", "barChart", "lineChart")
    found = parts(place, r"charts/chart\d+\.xml")
    return {kind: sum(f"<c:{kind}>" in chart for chart in found) for kind in kinds}


def test_charts_are_native_and_drawn_from_cells(folder: Path) -> None:
    place = folder / "out" / "budget.xlsx"
    # Two fans (months, the year to date), an exceedance curve a fund and year, a tornado.
    assert charts_by_kind(place) == {"areaChart": 2, "scatterChart": 6, "barChart": 1, "lineChart": 2}
    for chart in parts(place, r"charts/chart\d+\.xml"):
        places = re.findall(r"<c:f>'?([^'!]+)'?!", chart)
        assert places and set(places) == {NAMES["charts"]["zh"]}


def test_the_appropriation_is_marked_on_its_curve(folder: Path, figures: Projection) -> None:
    held = cells(folder / "out" / "budget.xlsx", NAMES["charts"]["zh"]).values()
    for line in figures.budgeted:
        if line.pot is None and line.curve is not None:
            assert line.appropriation in held
            assert all(amount in held for amount, _ in line.curve.points)


def test_prints_and_panes(folder: Path) -> None:
    place = folder / "out" / "budget.xlsx"
    sheets = parts(place, r"worksheets/sheet\d+\.xml")
    assert all('paperSize="9"' in sheet and "fitToPage" in sheet for sheet in sheets)
    assert sum('state="frozen"' in sheet for sheet in sheets) >= 6
    (names,) = parts(place, r"xl/workbook\.xml")
    assert names.count("_xlnm.Print_Titles") >= 6 and "_xlnm.Print_Area" in names


def test_the_same_results_give_the_same_bytes(folder: Path, data: dict[str, Any], tmp_path: Path) -> None:
    program = huice.load(folder / "grants.policy").model
    write_budget(tmp_path / "again.xlsx", data, program, "zh")
    assert (tmp_path / "again.xlsx").read_bytes() == (folder / "out" / "budget.xlsx").read_bytes()


def test_names_are_no_formulas(folder: Path) -> None:
    place = folder / "out" / "budget.xlsx"
    assert FUNNY in cells(place, NAMES["clauses"]["zh"]).values()
    assert "@city" in cells(place, NAMES["funds"]["zh"]).values()
    formulas = [f for sheet in parts(place, r"worksheets/sheet\d+\.xml") for f in re.findall(r"<f>([^<]*)</f>", sheet)]
    assert formulas and not any("HYPERLINK" in formula for formula in formulas)


def test_what_must_be_added_is_what_the_amount_that_suffices_is_above_the_appropriation(
    figures: Projection, data: dict[str, Any]
) -> None:
    for line in figures.budgeted:
        if line.parts:
            pots = [part.addition("0.9") for part in line.parts]
            assert line.addition("0.9") == sum(each for each in pots if each is not None)
            continue
        of_fund = data["years"][line.period]["funds"][line.fund.key]
        own = of_fund if line.pot is None else of_fund["pots"][line.pot.key]
        assert line.addition("0.9") == max(own["suffices"]["0.9"] - own["appropriation"], 0)
    assert any(line.addition("0.9") for line in figures.budgeted)
    second = [line for line in figures.years[1].funds if line.pot is None]
    before = [line for line in figures.years[0].funds if line.pot is None]
    assert [line.carried for line in second] == [line.owed for line in before]
    assert all(line.carried is None for line in before)


def test_the_totals_own_p90_stands_beside_the_sum_of_the_parts(folder: Path, figures: Projection) -> None:
    held = cells(folder / "out" / "budget.xlsx", NAMES["clauses"]["zh"])
    rows = {value: cell[1:] for cell, value in held.items() if cell.startswith("A") and cell[1:].isdigit()}
    parts_row, effect_row = rows["各项90%分位之和"], rows["分散效应：上行与合计自身90%分位之差"]
    column = next(cell[0] for cell, value in held.items() if value == "90%分位")
    parts_sum = sum(clause.measures["paid"].at("0.9") for clause in figures.clauses)
    assert held[f"{column}{parts_row}"] == pytest.approx(parts_sum)
    own = figures.total["paid"].at("0.9")
    assert held[f"{column}{rows['合计']}"] == own
    assert held[f"{column}{effect_row}"] == pytest.approx(parts_sum - own)
    (said,) = [each for each in figures.diversification if each.of.en == "clauses"]
    assert (said.whole, said.parts, said.effect) == pytest.approx((own, parts_sum, parts_sum - own))


@pytest.mark.parametrize("known", ["known", "actual"])
def test_what_was_paid_stands_beside_the_forecast(
    folder: Path, data: dict[str, Any], tmp_path: Path, known: str
) -> None:
    months = list(data["months"])[:6]
    more = {known: {"months": dict.fromkeys(months, "1234.56")}}
    write_budget(tmp_path / "b.xlsx", data | more, huice.load(folder / "grants.policy").model, "en")
    held = cells(tmp_path / "b.xlsx", NAMES["actual"]["en"])
    assert list(held.values()).count(1234.56) == 6
    forecasts = [value for value in held.values() if value in ("within", "outside P5–P95")]
    assert len(forecasts) == (6 if known == "actual" else 0), "what a reforecast started from was no forecast"
    assert charts_by_kind(tmp_path / "b.xlsx")["areaChart"] == 3


# ---------------------------------------------------------------- comparison
@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Any]:
    place = tmp_path_factory.mktemp("compare")
    text = POLICY.format(budgets="", shared="city", until="")
    a = write(place / "a.policy", text)
    b = write(place / "b.policy", text.replace("3000 yuan once", "3500 yuan once").replace("wage\n", "wage\n", 1))
    done = run("compare", a, b, "--draws", 16, "--json")
    assert done.status == 0, done.err
    return done.data, huice.load(b).model


def test_bridge_without_the_steps_of_changes_goes_by_clause(compared: tuple[dict[str, Any], Any]) -> None:
    data, program = compared
    by_change = comparison(data, program)
    by_clause = comparison({key: value for key, value in data.items() if key != "bridge"}, program)
    assert (by_change.bridge_by, by_clause.bridge_by) == ("change", "clause")
    for found in (by_change, by_clause):
        steps = sum(step.amount for step in found.bridge)
        assert steps == pytest.approx(found.difference["entitled"].mean)


def drawn(figures: Comparison, place: Path) -> charts.Block:
    """The cells from which the waterfall is drawn."""
    with Frame(place, figures.run, YUAN, "en") as frame:
        sheet = frame.sheet("difference", Text("x", "x"))
        table = difference_views.bridge(figures)
        assert table.total is not None
        placed = put(sheet, table, frame.data)
        rows = [*table.rows, table.total]
        names = [str(row[0]) for row in rows]
        amounts = [float(row[1]) for row in rows]  # type: ignore[arg-type]
        charts.waterfall(frame.charts, placed, names, amounts, Text("t", "t"), "yuan")
        (block,) = frame.charts.blocks
    return block


def test_a_waterfall_hangs_every_bar_between_its_running_sums(
    compared: tuple[dict[str, Any], Any], tmp_path: Path
) -> None:
    """Also through zero: the pieces above and below it add up to the step."""
    data, program = compared
    figures = comparison(data, program)
    start = figures.a.total["entitled"].mean
    steps = [-start - 500.0, 300.0, -100.0, 2000.0]
    bridge = tuple(Step(name=Text(f"s{n}", f"s{n}"), amount=amount) for n, amount in enumerate(steps))
    block = drawn(evolve(figures, bridge=bridge), tmp_path / "w.xlsx")
    running = start
    for row, amount in zip(block.rows[1:-1], steps, strict=True):
        base, base_below, level, more, less, more_below, less_below = (value_of(cell) for cell in row[1:])
        assert level == 0
        low, high = sorted((running, running + amount))
        assert base == max(low, 0) and base_below == min(high, 0)
        up, down = (more, more_below) if amount > 0 else (less, less_below)
        assert base + up == pytest.approx(max(high, 0)) and base_below + down == pytest.approx(min(low, 0))
        assert (less, less_below) == (0, 0) if amount > 0 else (more, more_below) == (0, 0)
        running += amount


def test_the_axis_of_a_waterfall_begins_where_its_steps_can_be_seen() -> None:
    assert charts._axis_start([100.0, 150.0]) == 0
    assert 0 < charts._axis_start([3906.0, 3985.0, 3906.0]) < 3906
    assert charts._axis_start([-5.0, 10.0]) == 0 and charts._axis_start([7.0, 7.0]) == 0


def test_a_comparison_without_difference(tmp_path: Path) -> None:
    a = write(tmp_path / "a.policy", POLICY.format(budgets="", shared="city", until=""))
    data = run("compare", a, a, "--draws", 16, "--json").data
    write_comparison_budget(tmp_path / "b.xlsx", data, huice.load(a).model, "zh")
    held = cells(tmp_path / "b.xlsx", NAMES["cover"]["zh"]).values()
    assert any("完全相同" in str(value) for value in held)
    assert sum(charts_by_kind(tmp_path / "b.xlsx").values()) == 0


# ---------------------------------------------------------------- tables on sheets
def test_a_total_that_does_not_add_up_says_so(figures: Projection, tmp_path: Path) -> None:
    """The check is of the figures, not of the writer."""
    table = Table(
        title=Text("t", "t"),
        columns=(Column(title=Text("a", "a"), look="text"), Column(title=Text("b", "b"), look="money", adds=True)),
        rows=(("x", 10_000.0), ("y", 20_000.0)),
        total=("total", 30_000.01),
    )
    with Frame(tmp_path / "t.xlsx", figures.run, WAN, "en") as frame:
        sheet = frame.sheet("clauses", Text("s", "s"))
        put(sheet, table, frame.data)
        put(sheet, evolve(table, total=("total", 30_000.004)), frame.data)
        sheet.done()
    held = [value for value in cells(tmp_path / "t.xlsx", NAMES["clauses"]["en"]).values() if isinstance(value, str)]
    assert held.count("differs") == 1 and held.count("agrees") == 1


def test_a_formula_has_the_value_that_it_gives() -> None:
    assert value_of(Formula("=1+1", 2)) == 2 and value_of(Formula('=""', "")) == 0 and value_of(None) == 0
