"""Any table that people hand in or get back, as plain rows of cells: the sheets of a workbook, a CSV, a Parquet file.

For what is no roster (payments, ledgers); rosters are read by `huice.facts`, whose readers stand behind this too, with
all that they know of encodings, bombs and damaged files.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from huice.facts.cells import Cell, plain
from huice.facts.faults import Fault

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".et"})


@frozen
class Grid:
    """`rows`: the number under which a spreadsheet shows each, and its cells. `sheet` None: the file has no sheets."""

    sheet: str | None
    heading: tuple[str, ...]
    rows: Sequence[tuple[int, tuple[Cell, ...]]]
    heading_row: int = 1


def workbook_grids(path: Path) -> list[Grid]:
    """One a sheet that holds anything. Raises FactsError."""
    from huice.facts.workbook import read_workbook

    return [_grid(table) for table in read_workbook(path)]


def csv_grid(path: Path) -> tuple[Grid | None, list[Fault]]:
    """UTF-8, else GB18030 (then a note says so). Raises FactsError."""
    from huice.facts.csv_folder import read_csv

    table, notes = read_csv(path)
    return None if table is None else _grid(table), notes


def _grid(table: Any) -> Grid:
    numbered = [(int(number), table.row(i)) for i, number in enumerate(table.numbers)]
    if table.header is not None:
        return Grid(table.sheet, tuple(table.header), numbered, table.header_row)
    (first, cells), *rest = numbered
    return Grid(table.sheet, tuple(plain(cell) for cell in cells), rest, first)
