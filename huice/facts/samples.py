"""A sample to draw from, as cells: one column of a CSV file or of the first sheet of a workbook.

In: the path and what the column may be called. Out: (row, cell) pairs. A file of one column needs no heading; of
several columns the one is taken that is called like what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from huice.facts.cells import Cell, plain
from huice.facts.csv_folder import read_csv
from huice.facts.faults import FactsError, Fault
from huice.facts.names import folded
from huice.facts.read import NO_FILE, WORKBOOKS
from huice.facts.tables import Table
from lang.diagnostics import Text


def read_sample(path: Path, names: Sequence[str], is_value: Callable[[Cell], bool]) -> list[tuple[int, Cell]]:
    """`is_value`: whether a cell shows what is wanted; a first row that does not is the heading."""
    table = _table(path)
    rows = [(int(number), table.row(i)) for i, number in enumerate(table.numbers)]
    heading: Sequence[Cell] | None = table.header
    if heading is None and rows:
        heading = rows[0][1]
        if len(heading) > 1 or not is_value(heading[0]):
            rows = rows[1:]
    wide = max((len(row) for _, row in rows), default=0)
    titles = [folded(plain(cell)) for cell in heading or ()]
    wanted = [folded(name) for name in names]
    place = next((titles.index(name) for name in wanted if name in titles), 0 if wide <= 1 else None)
    if place is None:
        listed = ", ".join(plain(cell) for cell in heading or ())
        message = Text(
            f"none of its columns ({listed}) is called {' or '.join(names) or 'like what is drawn'}",
            f"各列（{listed}）均不名为{'或'.join(names) or '所抽取的量'}",
        )
        raise FactsError(Fault(message=message, file=str(path)))
    return [(number, row[place] if place < len(row) else None) for number, row in rows]


def _table(path: Path) -> Table:
    if not path.is_file():
        raise FactsError(Fault(message=NO_FILE, file=str(path)))
    suffix = path.suffix.lower()
    if suffix in (".csv", ".txt", ".tsv"):
        table, notes = read_csv(path)
        errors = [note for note in notes if note.severity == "error"]
        if errors:
            raise FactsError(errors[0])
        if table is not None:
            return table
    elif suffix in WORKBOOKS:
        from huice.facts.workbook import read_workbook

        tables = read_workbook(path)
        if tables and tables[0].hidden:  # of several sheets one is taken: it must be one that is seen
            message = Text(
                "the first sheet is hidden; show it, or delete it if the sample stands in another",
                "第一个工作表已隐藏；请取消隐藏，样本在其他工作表的，请删除该表",
            )
            raise FactsError(Fault(message=message, file=str(path), sheet=tables[0].sheet))
        if tables:
            return tables[0]
    else:
        message = Text(
            f"not supported yet: samples from {suffix or 'this kind of'} files; use .csv or .xlsx",
            f"尚不支持从 {suffix or '此类'} 文件读取样本；请用 .csv 或 .xlsx",
        )
        raise FactsError(Fault(message=message, file=str(path)))
    raise FactsError(Fault(message=Text("this file is empty", "该文件为空"), file=str(path)))
