"""Tables from an Excel workbook (.xlsx, .xlsm, .xls, .ods), one a sheet, with calamine."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from huice.facts.cells import Cell
from huice.facts.faults import FactsError, Fault
from huice.facts.tables import Table
from lang.diagnostics import Text

MOST_INFLATED = 600 * 1024 * 1024  # bytes a workbook may inflate to; a million rows of a roster take about a third


def read_workbook(path: Path) -> list[Table]:
    """Every sheet that has a first row. Raises FactsError for what is no workbook."""
    from python_calamine import CalamineWorkbook

    _guard_size(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = [(name, workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
        content = [(name, sheet.start, sheet.to_python(skip_empty_area=True)) for name, sheet in sheets]
    except Exception as error:  # the reader has an exception class for each format; all mean the same to a user
        message = Text(f"this workbook cannot be read: {error}", f"无法读取该工作簿：{error}")
        raise FactsError(Fault(message=message, file=str(path))) from None
    return [_table(path, name, start, rows) for name, start, rows in content if rows]


def _guard_size(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        inflated = 0
        for member in archive.infolist():
            with archive.open(member) as stream:
                while piece := stream.read(1 << 20):
                    inflated += len(piece)
                    if inflated > MOST_INFLATED:
                        message = Text("this workbook inflates to more than 600 MB", "该工作簿解压后超过 600 MB")
                        raise FactsError(Fault(message=message, file=str(path)))


def _table(path: Path, name: str, start: tuple[int, int] | None, rows: list[list[Any]]) -> Table:
    first = (start[0] if start else 0) + 1
    header = tuple(str(cell).strip() for cell in rows[0])
    body = tuple((first + i, tuple(_cell(value) for value in row)) for i, row in enumerate(rows[1:], 1))
    return Table(str(path), name, name.strip(), header, body)


def _cell(value: Any) -> Cell:
    if isinstance(value, time):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float, bool, date, datetime, timedelta)):
        return value
    return str(value)
