"""The pages on the workbook and on results, and the notebook: their commands and their code run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

import huice
from huice.reports.budget.frame import NAMES
from huice.store.tables import NAMES as TABLES
from tests.huice.edited_workbooks import edit, find
from tests.huice.helpers import run

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "workbook.md").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of the page, typed in."""
    place = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL):
            for line in block.splitlines():
                done = run(*line.split()[1:], "--lang", "en")
                assert done.status == 0, done.err
    return place


def test_every_sheet_that_the_page_names(folder: Path) -> None:
    sheets = CalamineWorkbook.from_path(str(folder / "shaoxing" / "budget.xlsx")).sheet_names
    named = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", PAGE, re.MULTILINE)[1:]
    english = [name.strip() for names, _ in named for name in names.split(",")]
    chinese = [name for _, names in named for name in names.strip().split("、")]
    assert sorted(english) == sorted(name.en for name in NAMES.values())
    assert sorted(chinese) == sorted(name.zh for name in NAMES.values())
    assert [name for name in english if name in sheets] == list(sheets), "in the order of the workbook"
    assert set(english) - set(sheets) == {"actual and forecast", "comparison", "changes"}


def test_the_message_that_the_page_shows(folder: Path) -> None:
    book = folder / "shaoxing" / "budget.xlsx"
    cell = find(book, "assumptions", "organised ~ ①", right=2)
    edit(book, folder / "shaoxing" / "edited.xlsx", "assumptions", {cell: 30})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = run("scenario", "from-workbook", "shaoxing/edited.xlsx", "--out", "x.policy", "--lang", "en")
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert re.sub(r"row \d+", "row", shown.strip()) in re.sub(r"row \d+", "row", done.err)


def test_the_scenario_read_back_is_the_standard_one(folder: Path) -> None:
    mine = huice.load(folder / "cautious.policy").model.scenarios["baseline"]
    assert mine == huice.load("std:shaoxing_2021_51").model.scenarios["baseline"]


def test_the_tables_of_the_page_on_results() -> None:
    page = (DOCS / "results.md").read_text("utf-8")
    named = re.findall(r"^\| `(\w+)` \| ", page.partition("## Tables")[2], re.MULTILINE)
    assert tuple(named[: len(TABLES)]) == TABLES


def test_the_notebook_runs() -> None:
    """Its cells in order, without a notebook server; the last lines are the figures that it shows."""
    notebook = json.loads((DOCS / "examples" / "budget.ipynb").read_text("utf-8"))
    space: dict[str, Any] = {}
    shown: list[Any] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == [] and cell["execution_count"] is None, "kept without outputs"
        *lines, last = "".join(cell["source"]).split("\n")
        try:
            compile(last, "cell", "eval")
        except SyntaxError:
            exec("\n".join([*lines, last]), space)
            continue
        exec("\n".join(lines), space)
        shown.append(eval(last, space))
    files, quantiles, clauses, asked, suffices, (chance, all_draws, short) = shown
    assert "results" in files and quantiles["0.1"] < quantiles["0.5"] < quantiles["0.9"]
    assert len(clauses) == 10 and clauses[0][0] == "insurance_subsidy"
    assert asked == suffices, "the tables and the JSON say the same"
    assert 0 < chance < 1 and short > all_draws, "money runs out where many arrive"
