"""The rows of a workbook, edited or not, to the text of a scenario.

In: the grids of a workbook's sheets. Out: the text of a scenario, where each piece of it stands on the sheet, and what
is wrong with cells. The text is parsed and checked like any other; `Written.fault` tells what was found there of the
cell in which it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from attrs import define, field, frozen
from xlsxwriter.utility import xl_col_to_name

from huice.facts.faults import Fault
from huice.facts.tables import Table
from huice.scenario_book import layout as at
from lang.diagnostics import Diagnostic, Language, Text
from lang.formatting.words import Spelling

_YEAR = re.compile(r"(\d{4})\s*年?")
_NOTED = re.compile(r"(\d{4})[：:]\s*(.*)", re.DOTALL)


@frozen
class Piece:
    """A part of the text and its cell; row and column as a spreadsheet shows them. `whole`: not one figure of many."""

    start: int
    end: int
    sheet: str
    row: int
    column: int
    whole: bool


@define
class Written:
    """The text of a scenario that was read from a sheet."""

    file: str
    sheet: str  # that is being read
    language: Language
    text: str = ""
    pieces: list[Piece] = field(factory=list)
    faults: list[Fault] = field(factory=list)

    def add(self, text: str, row: int, column: int, whole: bool = True) -> None:
        self.pieces.append(Piece(len(self.text), len(self.text) + len(text), self.sheet, row, column, whole))
        self.text += text

    def wrong(self, row: int, column: int, en: str, zh: str, value: object = None) -> None:
        self.faults.append(
            Fault(
                message=Text(en, zh), file=self.file, sheet=self.sheet, row=row, column=xl_col_to_name(column),
                value=None if value is None else str(value),
            )
        )  # fmt: skip

    def fault(self, found: Diagnostic) -> Fault:
        """What the parser or the checker says, told of the cell: a figure's where it is about one figure."""
        start, end = found.span.start, max(found.span.end, found.span.start + 1)
        touched = [piece for piece in self.pieces if piece.start < end and start < piece.end]
        figures = [piece for piece in touched if not piece.whole]
        best = next(iter(figures if len(figures) == 1 else touched), None)
        if best is None:
            return Fault(message=found.message, file=self.file, sheet=self.sheet)
        return Fault(
            message=found.message, file=self.file, sheet=best.sheet, row=best.row, column=xl_col_to_name(best.column)
        )


def scenario_sheets(tables: Iterable[Table]) -> list[tuple[Table, int, Language]]:
    """Sheets that hold the assumptions of a scenario, with the place of their headings among the rows."""
    found = []
    for table in tables:
        for number in range(min(len(table.numbers), 40)):
            cells = [_text(cell) for cell in table.row(number)]
            for language in ("zh", "en"):
                headings = [heading[language] for heading in at.HEADINGS]
                if cells[: len(headings)] == headings:
                    found.append((table, number, language))
    return found  # type: ignore[return-value]


def read_scenario(tables: Sequence[Table], table: Table, heading: int, language: Language) -> Written:
    """The statements below the headings, and the appropriations, which stand on a sheet of their own."""
    written = Written(table.file, table.sheet or "", language)
    budgets = _Budgets.read(written, tables)
    rows = [(int(table.numbers[i]), table.row(i)) for i in range(heading + 1, len(table.numbers))]
    _statements(written, rows, budgets)
    if budgets.rows and not budgets.used:
        said = Text(
            f"no row says where the appropriations stand: write “{at.BY_FUND.en}” as a statement",
            f"缺少预算所在行：请在“写法”列写“{at.BY_FUND.zh}”",
        )
        written.wrong(rows[-1][0] if rows else 1, at.STATEMENT, said.en, said.zh)
    return written


@frozen
class _Figure:
    """A cell with a figure; a percentage is kept as a fraction."""

    row: int
    value: object
    unit: str

    @classmethod
    def of(cls, row: int, cells: Sequence[object]) -> _Figure:
        return cls(row, _cell(cells, at.VALUE), _text(_cell(cells, at.UNIT)))

    def text(self, language: Language) -> str | None:
        value = self.value
        if self.unit == "%" and isinstance(value, int | float) and not isinstance(value, bool):
            return plain_number(Decimal(repr(value)) * 100) + "%"
        return _figure_text(value, language)


# ---------------------------------------------------------------- statements
def _statements(written: Written, rows: Sequence[tuple[int, tuple[object, ...]]], budgets: _Budgets) -> None:
    """A row with something under `as written` begins a statement; rows without it carry its further figures."""
    block = None
    number = 0
    first = True
    while number < len(rows):
        row, cells = rows[number]
        number += 1
        template = _text(_cell(cells, at.STATEMENT))
        if not template:
            _stray(written, row, cells)
            continue
        figures = {_number_of(cells): _Figure.of(row, cells)} if _has_figure(cells) else {}
        notes = [(row, _text(_cell(cells, at.SOURCE)))]
        while number < len(rows) and not _text(_cell(rows[number][1], at.STATEMENT)):
            below, more = rows[number]
            if _has_figure(more):
                figures[_number_of(more)] = _Figure.of(below, more)
            elif any(_text(cell) for cell in more[: at.SOURCE]):
                _stray(written, below, more)
            notes.append((below, _text(_cell(more, at.SOURCE))))
            number += 1
        if template in (at.BY_FUND.en, at.BY_FUND.zh, at.BY_YEAR.en, at.BY_YEAR.zh):
            budgets.write(written, by_year=template in (at.BY_YEAR.en, at.BY_YEAR.zh))
            continue
        own = _text(_cell(cells, at.BLOCK))
        inside = block is not None and own == block
        if not inside:
            block = own if _opens(template) else None
        written.text += "" if first else "    " if inside else "  "
        first = False
        _put(written, template, figures, row)
        written.text += "\n"
        _notes(written, notes)


def _opens(template: str) -> bool:
    """The line of a population or of the claims; what follows in the same part stands inside it."""
    return re.match(r"population\b|群体\s|claims$|申领$", template) is not None


def _has_figure(cells: Sequence[object]) -> bool:
    return at.MARK.match(_text(_cell(cells, at.PARAMETER))) is not None


def _number_of(cells: Sequence[object]) -> int:
    found = at.MARK.match(_text(_cell(cells, at.PARAMETER)))
    assert found is not None
    return at.marked(found)


def _stray(written: Written, row: int, cells: Sequence[object]) -> None:
    for column, cell in enumerate(cells[: at.SOURCE]):
        if _text(cell) and column in (at.PARAMETER, at.VALUE):
            written.wrong(
                row, column, "this belongs to no statement: each needs its text under “as written”",
                "该单元格不属于任何一条假设：每条须在“写法”列写明", cell,
            )  # fmt: skip
            return


def _put(written: Written, template: str, figures: dict[int, _Figure], row: int) -> None:
    """The statement, each sign replaced by its figure."""
    done = 0
    used = set()
    for found in at.MARK.finditer(template):
        written.add(template[done : found.start()], row, at.STATEMENT)
        done = found.end()
        number = at.marked(found)
        used.add(number)
        place = figures.get(number)
        if place is None:
            written.wrong(
                row, at.STATEMENT, f"the figure {found[0]} is missing: it needs a row of its own",
                f"缺少数字{found[0]}：须另起一行填写", template,
            )  # fmt: skip
            continue
        value = place.text(written.language)
        if value is None:
            written.wrong(place.row, at.VALUE, f"the value of {found[0]} is blank", f"{found[0]}的数值为空")
            continue
        if value.startswith("-") and re.search(r"[^\W\d]\s$", written.text):
            written.text += "= "  # behind the name of an argument: a bare minus would subtract from it
        written.add(value, place.row, at.VALUE, whole=False)
    written.add(template[done:], row, at.STATEMENT)
    for number in sorted(figures.keys() - used):
        sign, unused = at.mark(number), figures[number]
        written.wrong(unused.row, at.PARAMETER, f"the statement has no {sign}", f"写法中没有{sign}", unused.value)


def _notes(written: Written, notes: Iterable[tuple[int, str]], column: int = at.SOURCE) -> None:
    word = "说明" if written.language == "zh" else "note"
    spelling = Spelling(written.language)
    for row, text in notes:
        for line in text.splitlines():
            if line.strip():
                written.text += f"      {word} "
                written.add(spelling.quoted(line.strip()), row, column)
                written.text += "\n"


# ---------------------------------------------------------------- appropriations
@frozen
class _BudgetRow:
    row: int
    fund: str
    pot: str
    cells: dict[int, tuple[int, object]]  # year → column, cell
    notes: dict[int, list[str]]
    source: int


@define
class _Budgets:
    """The table by fund, pot and year."""

    sheet: str = ""
    rows: list[_BudgetRow] = field(factory=list)
    years: list[int] = field(factory=list)
    used: bool = False

    @classmethod
    def read(cls, written: Written, tables: Sequence[Table]) -> _Budgets:
        """From the sheet whose headings are those of a table of appropriations; none where there is no such sheet."""
        for table in tables:
            for number in range(min(len(table.numbers), 40)):
                headings = table.row(number)
                if tuple(_text(cell) for cell in headings[:2]) in _BUDGET_HEADINGS:
                    return cls._below(written, table, number)
        return cls()

    @classmethod
    def _below(cls, written: Written, table: Table, heading: int) -> _Budgets:
        budgets = cls(table.sheet or "")
        columns: dict[int, int] = {}
        for column, name in enumerate(table.row(heading)[at.FIRST_YEAR :], at.FIRST_YEAR):
            found = _YEAR.fullmatch(_text(name))
            if found is not None:
                columns[int(found[1])] = column
        if not columns:
            budgets._wrong(written, int(table.numbers[heading]), at.FIRST_YEAR, _NO_YEAR)
            return budgets
        budgets.years = list(columns)
        source, last = max(columns.values()) + 1, max(columns)
        for i in range(heading + 1, len(table.numbers)):
            row, cells = int(table.numbers[i]), table.row(i)
            fund = _text(_cell(cells, at.FUND))
            amounts = {year: (column, _cell(cells, column)) for year, column in columns.items()}
            if fund in (TOTALS.en, TOTALS.zh):
                break
            if not fund:
                if any(cell is not None for _, cell in amounts.values()):
                    budgets._wrong(written, row, at.FUND, _NO_FUND)
                continue
            notes: dict[int, list[str]] = {}
            for line in _text(_cell(cells, source)).splitlines():
                noted = _NOTED.fullmatch(line.strip())
                if line.strip():
                    year, text = (int(noted[1]), noted[2]) if noted is not None else (last, line.strip())
                    notes.setdefault(year, []).append(text)
            pot = _text(_cell(cells, at.POT))
            budgets.rows.append(_BudgetRow(row, fund, pot, amounts, notes, source))
        return budgets

    def _wrong(self, written: Written, row: int, column: int, said: Text) -> None:
        own, written.sheet = written.sheet, self.sheet
        written.wrong(row, column, said.en, said.zh)
        written.sheet = own

    def write(self, written: Written, *, by_year: bool) -> None:
        self.used = True
        own, written.sheet = written.sheet, self.sheet
        order = [(row, year) for year in self.years for row in self.rows] if by_year else [
            (row, year) for row in self.rows for year in self.years
        ]  # fmt: skip
        for row, year in order:
            self._line(written, row, year)
        written.sheet = own

    @staticmethod
    def _line(written: Written, row: _BudgetRow, year: int) -> None:
        zh = written.language == "zh"
        column, cell = row.cells[year]
        amount = _figure_text(cell, written.language)
        if amount is None:
            return  # no appropriation of this year is said; the checker says where one is missing
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            amount += "元" if zh else " yuan"
        written.text += "  预算 " if zh else "  budget "
        written.add(row.fund, row.row, at.FUND)
        if row.pot:
            written.text += "["
            written.add(row.pot, row.row, at.POT)
            written.text += "]"
        written.text += f" {year}年 = " if zh else f" {year} = "
        written.add(amount, row.row, column, whole=False)
        written.text += "\n"
        _notes(written, [(row.row, "\n".join(row.notes.get(year, [])))], row.source)


TOTALS = Text("total", "合计")
_BUDGET_HEADINGS = [tuple(heading[language] for heading in at.BUDGET_HEADINGS) for language in ("en", "zh")]
_NO_YEAR = Text("the headings of this table name no year", "该表表头没有年度")
_NO_FUND = Text("an amount without a fund", "有金额而未写资金来源")


# ---------------------------------------------------------------- cells
def _cell(cells: Sequence[object], column: int) -> object:
    return cells[column] if column < len(cells) else None


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _figure_text(cell: object, language: Language) -> str | None:
    """A figure as it is written in a policy; None for a blank cell. Text stands as it is."""
    match cell:
        case None:
            return None
        case bool():
            return ("是" if cell else "否") if language == "zh" else ("yes" if cell else "no")
        case datetime() | date():
            day = cell.date() if isinstance(cell, datetime) else cell
            return f"{day:%Y-%m}" if day.day == 1 else f"{day:%Y-%m-%d}"
        case int() | float():
            return plain_number(cell)
        case _:
            text = str(cell).strip()
            return text or None


def plain_number(value: float | Decimal) -> str:
    """The shortest decimal that is this number; never with an exponent."""
    text = f"{value if isinstance(value, Decimal) else Decimal(repr(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
