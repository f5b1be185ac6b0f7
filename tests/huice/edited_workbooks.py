"""Workbooks as somebody has edited them: cells of an .xlsx set to something else, without a spreadsheet program."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

Value = str | float | int | None


def edit(place: Path, out: Path, sheet: str, changes: dict[str, Value]) -> Path:
    """`changes` by cell (`E14`); None empties it."""
    number = CalamineWorkbook.from_path(str(place)).sheet_names.index(sheet) + 1
    inside = f"xl/worksheets/sheet{number}.xml"
    with zipfile.ZipFile(place) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == inside:
                text = data.decode("utf-8")
                for cell, value in changes.items():
                    text = _set(text, cell, value)
                data = text.encode("utf-8")
            new.writestr(item, data)
    return out


def _set(text: str, cell: str, value: Value) -> str:
    found = re.search(rf'<c r="{cell}"( s="\d+")?[^>]*?(/>|>.*?</c>)', text)
    assert found is not None, cell
    style = found[1] or ""
    if value is None:
        made = f'<c r="{cell}"{style}/>'
    elif isinstance(value, str):
        made = f'<c r="{cell}"{style} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    else:
        made = f'<c r="{cell}"{style}><v>{value!r}</v></c>'
    return text[: found.start()] + made + text[found.end() :]


def cells(place: Path, sheet: str) -> dict[str, object]:
    """Everything that is not empty, by cell."""
    rows = CalamineWorkbook.from_path(str(place)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return {
        xl_rowcol_to_cell(row, column): cell
        for row, values in enumerate(rows)
        for column, cell in enumerate(values)
        if cell != ""
    }


def find(place: Path, sheet: str, wanted: str, *, right: int = 0, below: int = 0) -> str:
    """The cell that holds this text, or one beside it."""
    hits = [cell for cell, value in cells(place, sheet).items() if value == wanted]
    assert len(hits) == 1, (wanted, hits)
    row, column = xl_cell_to_rowcol(hits[0])
    return str(xl_rowcol_to_cell(row + below, column + right))
