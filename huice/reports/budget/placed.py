"""Tables on sheets: exact yuan once, on the sheet of data; what a reader is shown refers to it, in the report's unit.

In: a `Table` of figures (`huice.reports.tables`). Out: its cells on two sheets. A shown amount is a formula over the
cell with the exact yuan, a total of what adds up is a live sum with a visible check against the simulation's own
total; every formula carries its value, for readers that do not calculate.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from attrs import frozen
from xlsxwriter.utility import xl_col_to_name

from huice.reports.amounts import Unit
from huice.reports.sheets import Cell, Formula, Look, Sheet, Workbook
from huice.reports.tables.records import Cell as Figure
from huice.reports.tables.records import Column, Table
from lang.diagnostics import Language, Text

HALF_A_FEN = 0.005
AGREES, DIFFERS = Text("agrees", "相符"), Text("differs", "不符")
CHECK = Text("check: the sum of the parts against the total", "核对：各项之和与合计")


@frozen(kw_only=True)
class Placed:
    """Where a table stands on the shown sheet: rows and columns from 0. `total` None: it has none."""

    name: str
    top: int
    first: int
    last: int
    columns: int
    total: int | None

    def at(self, row: int, column: int) -> str:
        return f"'{self.name}'!${xl_col_to_name(column)}${row + 1}"

    def column(self, column: int) -> list[str | int]:
        """The body of a column, as a chart takes it."""
        return [self.name, self.first, column, self.last, column]


Override = Callable[[int], Formula]  # the first row of the body (from 1, as a reader counts) → the cell


class Data:
    """The sheet of exact figures. It is filled while the others are; it stands last."""

    def __init__(self, book: Workbook, name: str, language: Language, unit: Unit) -> None:
        self.book, self.name, self.language, self.unit = book, name, language, unit
        self.blocks: list[tuple[Table, int]] = []
        self.row = 3  # below title and unit

    def place(self, table: Table) -> int:
        """The row (from 0) of the table's headings on the sheet of data."""
        at = self.row + 1
        self.blocks.append((table, at))
        self.row = at + 1 + len(table.rows) + (table.total is not None) + 1
        return at

    def shown(self, figure: float | int, look: Look, row: int, column: int) -> Cell:
        """A cell that shows a figure of the sheet of data."""
        reference = f"'{self.name}'!${xl_col_to_name(column)}${row + 1}"
        if look == "money" and self.unit.scale != 1:
            return Formula(f"={reference}/{self.unit.scale}", figure / self.unit.scale)
        return Formula(f"={reference}", figure)

    def write(self, title: str, note: str) -> None:
        sheet = Sheet(self.book, self.name)
        sheet.title(title, note)
        for table, at in self.blocks:
            assert at > sheet.row - 1
            sheet.row = at - 1
            sheet.caption(table.title[self.language])
            rows = [[cell_of(figure, self.language) for figure in row] for row in table.rows]
            total = None if table.total is None else [cell_of(figure, self.language) for figure in table.total]
            sheet.table(headings_of(table, self.language), rows, [_exact(c) for c in table.columns], total=total)
        sheet.sheet.freeze_panes(2, 0)
        sheet.done()


def _exact(column: Column) -> Look:
    return "exact" if column.look == "money" else column.look


def cell_of(figure: Figure, language: Language) -> Cell:
    return figure[language] if isinstance(figure, Text) else figure


def headings_of(table: Table, language: Language) -> list[str]:
    return [column.title[language] for column in table.columns]


def put(
    sheet: Sheet,
    table: Table,
    data: Data,
    *,
    sums: bool = True,
    strong: Collection[int] = (),
    overrides: Mapping[tuple[int, int], Override] | None = None,
    below: Sequence[Sequence[Cell]] = (),
) -> Placed:
    """Write a table whose figures stand on the sheet of data. `sums`: the total of columns that add is a live sum, with
    a check below it. `overrides`: formulas of the body by (row, column), from 0."""
    language, overrides = data.language, overrides or {}
    at = data.place(table)
    looks = [column.look for column in table.columns]
    body_first = sheet.row + 2

    def row_of(figures: Sequence[Figure], number: int) -> list[Cell]:
        made: list[Cell] = []
        for column, figure in enumerate(figures):
            cell = cell_of(figure, language)
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                cell = data.shown(cell, looks[column], number, column)
            made.append(cell)
        return made

    rows = [row_of(row, at + 1 + i) for i, row in enumerate(table.rows)]
    for (row, column), make in overrides.items():
        rows[row][column] = make(body_first)
    total: list[Cell] | None = None
    checks: list[Sequence[Cell]] = list(below)
    if table.total is not None:
        total = row_of(table.total, at + 1 + len(rows))
        if sums and rows:
            checks = [_summed(table, rows, total, body_first, language, data.unit.scale), *checks]
    top = sheet.row
    first, last = sheet.table(headings_of(table, language), rows, looks, total=total, strong=strong, below=checks)
    return Placed(
        name=sheet.sheet.get_name(),
        top=top,
        first=first,
        last=last,
        columns=len(looks),
        total=None if total is None else last + 1,
    )


def _summed(
    table: Table, rows: list[list[Cell]], total: list[Cell], first: int, language: Language, scale: int
) -> list[Cell]:
    """Put live sums into the total; the line of checks."""
    checks: list[Cell] = [CHECK[language], *(None for _ in table.columns[1:])]
    end = first + len(rows) - 1
    within = HALF_A_FEN / scale
    for number, column in enumerate(table.columns):
        own = total[number]
        if not column.adds or not isinstance(own, Formula):
            continue
        letter = xl_col_to_name(number)
        value = sum(value_of(row[number]) for row in rows)
        live = Formula(f"=SUM({letter}{first}:{letter}{end})", value)
        agrees = abs(value - value_of(own)) < within
        total[number] = live
        checks[number] = Formula(
            f'=IF(ABS({letter}{end + 1}-({own.text[1:]}))<{within:.10f},"{AGREES[language]}","{DIFFERS[language]}")',
            AGREES[language] if agrees else DIFFERS[language],
        )
    return checks


def number_of(figure: Figure) -> float:
    """0 for text and for nothing."""
    return float(figure) if isinstance(figure, int | float) else 0.0


def value_of(cell: Cell) -> float:
    """What a cell shows; 0 for text and for nothing, as a spreadsheet's SUM takes them."""
    value = cell.value if isinstance(cell, Formula) else cell
    return 0.0 if value is None or isinstance(value, str) else float(value)
