"""All outputs of a run say the same to the fen: JSON, terminal, page, workbook, Parquet, results opened again."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

import huice
from huice.reports.amounts import unit_of, unit_of_comparison
from huice.reports.budget.frame import NAMES
from huice.reports.budget.placed import number_of
from huice.reports.tables import comparison, difference_views, fund_views, headings, projection, views
from huice.reports.tables.records import Table
from huice.store.tables import SCOPE, column_of
from lang.diagnostics import Language, Text
from tests.huice.helpers import run, write
from tests.simulator.test_budget_lines import BUDGETS, POLICY

LANGUAGES: tuple[Language, ...] = ("en", "zh")


@pytest.fixture(scope="module", params=["limits", "large", "none"])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A run with appropriations that do not last, one in 10,000 yuan, one without any, in both languages."""
    folder = tmp_path_factory.mktemp(request.param)
    budgets, text = ("" if request.param == "none" else BUDGETS), POLICY
    if request.param == "large":
        text = text.replace("3000 yuan once", "300_000 yuan once").replace(
            "fund city", 'fund city "市级" code "2080799"'
        )
        budgets = budgets.replace("_000 yuan", "00_000 yuan")
    place = write(folder / "grants.policy", text.format(budgets=budgets, shared="city", until=""))
    for language in LANGUAGES:
        arguments = ("--draws", 64, "--by", "home", "--lang", language)
        done = run("simulate", place, *arguments, "--out", folder / language)
        assert done.status == 0, done.err
        write(folder / f"{language}.txt", done.out)
    return folder, json.loads((folder / "en" / "results.json").read_text("utf-8"))


def tables_of(data: dict[str, Any], folder: Path) -> list[Table]:
    figures = projection(data, huice.load(folder / "grants.policy").model)
    found = [
        views.whole(figures), views.by_clause(figures), views.by_group(figures), fund_views.lines_by_year(figures),
        views.by_period(figures.months, headings.MONTH),
        fund_views.by_fund(line for y in figures.years for line in y.funds),
    ]  # fmt: skip
    return [table for table in found if table is not None]


def amounts_of(tables: Iterable[Table]) -> Iterator[float]:
    for table in tables:
        for row in (*table.rows, *([table.total] if table.total is not None else [])):
            for column, cell in zip(table.columns, row, strict=True):
                if column.look == "money" and isinstance(cell, int | float):
                    yield float(cell)


def cells_of(place: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(place))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def fen(yuan: float) -> int:
    return round(yuan * 100)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_of_data_has_every_figure_in_exact_yuan(ran: tuple[Path, dict[str, Any]], language: Language) -> None:
    folder, data = ran
    sheets = cells_of(folder / language / "budget.xlsx")
    exact = {fen(cell) for row in sheets[NAMES["data"][language]] for cell in row if isinstance(cell, int | float)}
    missing = [a for a in amounts_of(tables_of(data, folder)[:5]) if fen(a) not in exact]
    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_workbook_shows_is_the_figure_of_the_json(
    ran: tuple[Path, dict[str, Any]], language: Language
) -> None:
    """Row by row: the shown sheet of clauses, in the unit of the report."""
    folder, data = ran
    scale = unit_of(data).scale
    table = tables_of(data, folder)[1]
    rows = {row[0]: row for row in cells_of(folder / language / "budget.xlsx")[NAMES["clauses"][language]]}
    assert table.total is not None
    for row in (*table.rows, table.total):
        title = row[0]
        assert isinstance(title, Text)
        for column, figure, cell in zip(table.columns, row, rows[title[language]], strict=False):
            if column.look == "money":
                assert isinstance(figure, float) and fen(cell * scale) == fen(figure), (title, column.title)
    clause = next(iter(data["clauses"]))
    assert table.rows[0][1] == data["years"]["2025"]["clauses"][clause]["paid"]["mean"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_check_in_the_workbook_agrees(ran: tuple[Path, dict[str, Any]], language: Language) -> None:
    folder, _ = ran
    cells = [c for rows in cells_of(folder / language / "budget.xlsx").values() for row in rows for c in row]
    good, bad = {"en": ("agrees", "differs"), "zh": ("相符", "不符")}[language]
    assert cells.count(good) > 10 and bad not in cells
    assert not any(isinstance(cell, str) and cell.startswith("#") for cell in cells), "no error values"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_and_the_terminal_show_the_same(ran: tuple[Path, dict[str, Any]], language: Language) -> None:
    """Every amount of the whole period, by clause and by group stands in both, as it is rounded in one place."""
    folder, data = ran
    unit = unit_of(data)
    terminal = (folder / f"{language}.txt").read_text("utf-8")
    page = html.unescape(re.sub(r"<[^>]+>", " ", (folder / language / "report.html").read_text("utf-8")))
    whole, by_clause, by_group = tables_of(data, folder)[:3]
    for amount in amounts_of([whole, by_clause, by_group]):
        assert unit.show(amount) in page, amount
    for clause in data["clauses"].values():
        for figure in (clause["paid"]["mean"], *(clause["paid"]["quantiles"][q] for q in ("0.1", "0.5", "0.9"))):
            assert unit.show(figure) in terminal
    figures = projection(data, huice.load(folder / "grants.policy").model)
    from huice.reports.tables import answer

    said = answer(figures).text[language]
    flat = " ".join(terminal.split()).replace(" ", "")
    assert said.replace(" ", "") in flat and said.replace(" ", "") in page.replace(" ", "").replace("\n", "")
    cover = [c for row in cells_of(folder / language / "budget.xlsx")[NAMES["cover"][language]] for c in row]
    assert said in cover


def test_parquet_has_every_distribution(ran: tuple[Path, dict[str, Any]]) -> None:
    folder, data = ran
    rows = pq.read_table(folder / "en" / "results" / "figures.parquet").to_pylist()
    by_scope = {tuple(row[key] for key in SCOPE): row for row in rows}
    assert len(by_scope) == len(rows), "each distribution once"

    def held(scope: tuple[Any, ...], spread: dict[str, Any]) -> None:
        row = by_scope[scope]
        assert row["mean"] == spread["mean"] and row["sd"] == spread["sd"]
        for q, value in spread["quantiles"].items():
            assert row[column_of(q)] == value and row[f"{column_of(q)}_error"] == spread["quantile_errors"][q]

    for span in ("years", "quarters", "months"):
        for period, values in data[span].items():
            for measure, spread in values["total"].items():
                held((span[:-1], period, None, None, None, None, measure), spread)
            for clause, measures in values["clauses"].items():
                held((span[:-1], period, None, clause, None, None, "paid"), measures["paid"])
            for fund, line in values.get("funds", {}).items():
                held((span[:-1], period, None, None, fund, None, "paid"), line["paid"])
                for pot, of_pot in line.get("pots", {}).items():
                    held((span[:-1], period, None, None, fund, pot, "owed"), of_pot["owed"])
    for line in data["lines"]:
        held(("whole", None, None, line["clause"], line["fund"], line["pot"], "paid"), line["paid"])
    for group, values in data["groups"].items():
        held(("whole", None, group, None, None, None, "paid"), values["total"]["paid"])


def test_opened_again_the_results_are_those_of_the_run(ran: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = ran
    results = huice.load(folder / "grants.policy").simulate(draws=64, by="home")
    opened = huice.Results.open(folder / "zh")
    mine, other = results.to_dict(), opened.to_dict()
    assert {k: v for k, v in mine.items() if k != "timing"} == {k: v for k, v in other.items() if k != "timing"}
    assert "timing" in other
    for measure in ("entitled", "paid", "owed_at_end", "lapsed", "not_taken_up", "not_yet_claimed", "payments"):
        for clause in (None, "start", "wage"):
            assert (results.total(measure, clause) == opened.total(measure, clause)).all(), (measure, clause)
            if measure != "payments":
                for p in ("0.1", 0.5, 0.37, 1):
                    assert results.quantile(p, measure, clause) == opened.quantile(p, measure, clause)
    assert results.frame.equals(opened.frame)


def test_what_was_booked_adds_up_in_the_tables(ran: tuple[Path, dict[str, Any]]) -> None:
    folder, data = ran
    opened = huice.Results.open(folder / "en")
    lines, groups, pots = (opened.table(name) for name in ("lines", "groups", "pots"))
    of_funds = sum(opened.total("paid", clause).sum() for clause in data["clauses"] if clause != "free")
    assert np.sum(lines["paid"].to_numpy()) == np.sum(pots["paid"].to_numpy()) == of_funds
    assert np.sum(groups["paid"].to_numpy()) == opened.total("paid").sum()
    years = opened.table("years").to_pylist()
    for row in years:
        exceeded = row["appropriation"] is not None and row["asked"] > row["appropriation"]
        assert exceeded == (row["runs_out"] is not None)


def test_a_run_with_fewer_tables_leaves_no_old_ones(tmp_path: Path) -> None:
    place = write(tmp_path / "grants.policy", POLICY.format(budgets="", shared="city", until=""))
    for by in (("--by", "home"), ()):
        assert run("simulate", place, "--draws", 16, *by, "--out", tmp_path / "out").status == 0
    assert not (tmp_path / "out" / "results" / "groups.parquet").exists()
    for wrong in (tmp_path, tmp_path / "none"):
        with pytest.raises(FileNotFoundError):
            huice.Results.open(wrong)
    write(tmp_path / "out" / "results.json", "{")
    with pytest.raises(ValueError, match="damaged"):
        huice.Results.open(tmp_path / "out")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_says_the_same_in_all_outputs(tmp_path: Path, language: Language) -> None:
    text = POLICY.format(budgets="", shared="city", until="")
    a = write(tmp_path / "before.policy", text)
    changed = text.replace("3000 yuan once", "3500 yuan once").replace("100 yuan per month", "80 yuan per month")
    b = write(tmp_path / "after.policy", changed)
    done = run("compare", a, b, "--draws", 32, "--by", "home", "--lang", language, "--out", tmp_path / "out")
    assert done.status == 0, done.err
    data = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    figures = comparison(data, huice.load(b).model)
    scale = unit_of_comparison(data).scale
    rows = cells_of(tmp_path / "out" / "budget.xlsx")[NAMES["difference"][language]]
    bridge = difference_views.bridge(figures)
    assert bridge.total is not None and len(bridge.rows) == 3
    steps, end = [number_of(row[1]) for row in bridge.rows], number_of(bridge.total[1])
    assert sum(steps) == pytest.approx(end, abs=0.001)
    for row in (*bridge.rows, bridge.total):
        title = row[0][language] if isinstance(row[0], Text) else row[0]
        assert any(r[0] == title and fen(r[1] * scale) == fen(number_of(row[1])) for r in rows), title
    for table in (difference_views.difference(figures), difference_views.both(figures)):
        for row in (*table.rows, *([table.total] if table.total else [])):
            wanted = [fen(float(cell)) for cell in row[1:] if isinstance(cell, int | float)]
            assert any([fen(c * scale) for c in r[1 : 1 + len(wanted)] if isinstance(c, float)] == wanted for r in rows)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_calculates_what_the_workbook_says(
    ran: tuple[Path, dict[str, Any]], language: Language, tmp_path: Path
) -> None:
    """It opens the workbook, calculates everything anew, and every cell is as it was written."""
    folder, _ = ran
    place = folder / language / "budget.xlsx"
    # Without cached values there is nothing to keep: whatever it shows it has calculated.
    bare = _without_values(place, tmp_path / "bare.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    subprocess.run([*command, str(tmp_path / "again"), str(bare)], check=True, capture_output=True, timeout=300)
    written, again = cells_of(place), cells_of(tmp_path / "again" / "bare.xlsx")
    assert list(written) == list(again)
    compared = 0
    for name, rows in written.items():
        for row, other in zip(rows, again[name], strict=False):
            for cell, calculated in zip(row, other, strict=False):
                if isinstance(cell, float):
                    assert calculated == pytest.approx(cell, rel=1e-12, abs=1e-9), (name, cell, calculated)
                    compared += 1
                elif cell in ("agrees", "相符"):
                    assert calculated == cell
    assert compared > 1000


def _without_values(place: Path, out: Path) -> Path:
    import zipfile

    with zipfile.ZipFile(place) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                text = data.decode("utf-8")
                text = re.sub(r"(<f>[^<]*</f>)<v>[^<]*</v>", r"\1", text)
                data = text.encode("utf-8")
            new.writestr(item, data)
    return out
