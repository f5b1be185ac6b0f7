"""The sheets of what is spent: by fund and pot, by clause, by both, by group."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.utility import xl_col_to_name

from huice.reports.budget.frame import Frame
from huice.reports.budget.placed import HALF_A_FEN, Override, Placed, number_of, put
from huice.reports.sheets import Cell, Formula, Sheet
from huice.reports.tables import fund_views, headings, views
from huice.reports.tables.records import FundLine, Projection, Table
from lang.diagnostics import Text

PARTS = Text("sum of the parts' P90", "各项90%分位之和")
EFFECT = Text("diversification: that sum less the total's own P90", "分散效应：上行与合计自身90%分位之差")


# ---------------------------------------------------------------- by fund and pot
def funds(frame: Frame, figures: Projection) -> None:
    """A line a year, fund and pot. A fund's own percentiles are not sums; its mean and appropriation are, and live."""
    lines = [line for year in figures.years for line in _worth_showing(year.funds)]
    if not lines:
        return
    table = fund_views.by_fund(lines)
    sheet = frame.sheet("funds", table.title)
    strong = {number for number, line in enumerate(lines) if _parts_of(lines, number)}
    overrides: dict[tuple[int, int], Override] = {}
    for number in sorted(strong):
        parts = _parts_of(lines, number)
        for column, described in enumerate(table.columns):
            whole = table.rows[number][column]
            values = [number_of(table.rows[part][column]) for part in parts]
            if not described.adds or not isinstance(whole, int | float) or abs(whole - sum(values)) >= HALF_A_FEN:
                continue  # (of an appropriation, pots that nothing asks do not count)
            overrides[number, column] = _sum_of(parts, column, values, frame.unit.scale)
    placed = put(sheet, table, frame.data, strong=strong, overrides=overrides)
    frame.list(sheet, placed, table.left)
    note(sheet, frame, (
        *fund_views.FUND_NOTES,
        Text("Bold lines are of a whole fund: its mean, appropriation and additions are live sums of its pots; its "
             "percentiles are its own.",
             "粗体行为该资金合计：均值、预算、须增加额为各分账之和（公式），分位数为合计自身的分位数。"),
    ))  # fmt: skip
    sheet.done()


def _worth_showing(lines: Sequence[FundLine]) -> list[FundLine]:
    """Without pots (and funds) that have neither money nor an appropriation."""
    return [x for x in lines if x.paid.mean or x.owed.mean or x.appropriation is not None or x.p_exceeded]


def _parts_of(lines: Sequence[FundLine], number: int) -> list[int]:
    """The lines of the pots of a fund, behind the fund's own."""
    if lines[number].pot is not None:
        return []
    found = []
    for other in range(number + 1, len(lines)):
        if lines[other].pot is None or lines[other].fund != lines[number].fund:
            break
        found.append(other)
    return found


def _sum_of(parts: Sequence[int], column: int, values: Sequence[float], scale: int) -> Override:
    letter = xl_col_to_name(column)

    def make(first: int) -> Formula:
        ends = f"{letter}{first + parts[0]}:{letter}{first + parts[-1]}"
        return Formula(f"=SUM({ends})", sum(value / scale for value in values))

    return make


# ---------------------------------------------------------------- by clause, by group
def clauses(frame: Frame, figures: Projection) -> None:
    table = views.by_clause(figures)
    sheet = frame.sheet("clauses", table.title)
    placed = _with_parts(sheet, table, frame, figures.total["paid"].at("0.9"))
    sheet.sheet.freeze_panes(placed.top + 1, 1)
    sheet.sheet.repeat_rows(placed.top)
    whole = views.whole(figures)
    sheet.caption(frame.say(whole.title))
    put(sheet, whole, frame.data)
    note(sheet, frame, whole.notes)
    sheet.done()


def groups(frame: Frame, figures: Projection) -> None:
    table = views.by_group(figures)
    if table is None or not table.rows:
        return
    sheet = frame.sheet("groups", table.title)
    placed = _with_parts(sheet, table, frame, figures.total["paid"].at("0.9"))
    sheet.sheet.freeze_panes(placed.top + 1, 1)
    for group in views.shown_groups(figures):
        own = views.clauses_of_group(figures, group)
        sheet.caption(frame.say(own.title))
        put(sheet, own, frame.data)
    note(sheet, frame, table.notes)
    sheet.done()


def _with_parts(sheet: Sheet, table: Table, frame: Frame, own: float) -> Placed:
    """A table with a total, and below it the sum of the parts' P90 beside the total's own."""
    column = next(n for n, c in enumerate(table.columns) if c.title == headings.PERCENTILES["0.9"])
    letter, first = xl_col_to_name(column), sheet.row + 2
    end, scale = first + len(table.rows) - 1, frame.unit.scale
    parts = sum(number_of(row[column]) for row in table.rows) / scale
    empty: list[Cell] = [None] * len(table.columns)
    below = []
    if len(table.rows) > 1:
        summed, effect = list(empty), list(empty)
        summed[0], effect[0] = frame.say(PARTS), frame.say(EFFECT)
        summed[column] = Formula(f"=SUM({letter}{first}:{letter}{end})", parts)
        # Below the body: the total, the checks, then these two lines.
        effect[column] = Formula(f"={letter}{end + 3}-{letter}{end + 1}", parts - own / scale)
        below = [summed, effect]
    return put(sheet, table, frame.data, below=below)


# ---------------------------------------------------------------- by clause, fund and pot
def lines(frame: Frame, figures: Projection) -> None:
    """The sums below follow the filter."""
    if not figures.lines:
        return
    table = fund_views.lines_by_year(figures)
    sheet = frame.sheet("lines", table.title)
    first = sheet.row + 2
    end, scale = first + len(table.rows) - 1, frame.unit.scale
    sums: list[Cell] = [frame.say(Text("sum of the lines shown", "所列各行之和")), *(None for _ in table.columns[1:])]
    for column, described in enumerate(table.columns):
        if described.adds:
            letter = xl_col_to_name(column)
            value = sum(number_of(row[column]) for row in table.rows)
            sums[column] = Formula(f"=SUBTOTAL(109,{letter}{first}:{letter}{end})", value / scale)
    placed = put(sheet, table, frame.data, below=[sums])
    frame.list(sheet, placed, table.left)
    note(sheet, frame, table.notes)
    sheet.done()


def note(sheet: Sheet, frame: Frame, notes: Sequence[Text]) -> None:
    form = frame.book.form(font_color="#595959", italic=frame.language == "en", font_size=9)
    for note in notes:
        sheet.sheet.write_string(sheet.row, 0, frame.say(note), form)
        sheet.row += 1
