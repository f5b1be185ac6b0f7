"""The sheets of what is spent: by fund and pot, by clause, by both, by group, by month and quarter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from huice.reports.budget import charts
from huice.reports.budget.frame import Frame
from huice.reports.budget.placed import HALF_A_FEN, Override, Placed, number_of, put
from huice.reports.sheets import Cell, Formula, Sheet
from huice.reports.tables import fund_views, headings, views
from huice.reports.tables.records import FundLine, Period, Projection, Table
from lang.diagnostics import Text

FANNED = ("0.05", "0.25", "0.5", "0.75", "0.95")
MONTHLY = ("0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95")
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
    sheet.sheet.repeat_rows(placed.top)
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


# ---------------------------------------------------------------- by month and quarter
def times(frame: Frame, figures: Projection) -> None:
    """Quarters, then months, with the fan of the months and how the year's money goes."""
    sheet = frame.sheet("times", Text("Paid by month and quarter", "逐月、逐季实付"))
    if not figures.months:
        sheet.done()
        return
    pictures = []
    months = views.by_period(figures.months, headings.MONTH, quantiles=MONTHLY)
    at_charts = sheet.row
    sheet.row += 18 * (2 if _month_lines(figures) else 1)
    sheet.sheet.set_h_pagebreaks([sheet.row])
    sheet.caption(frame.say(Text("By quarter", "逐季")))
    put(sheet, views.by_period(figures.quarters, headings.QUARTER, quantiles=MONTHLY), frame.data)
    sheet.caption(frame.say(Text("By month", "逐月")))
    placed = put(sheet, months, frame.data)
    pictures.append(
        charts.fan(
            frame.charts, placed, _columns(months, FANNED), [p.name for p in figures.months],
            _shown(months, frame.unit.scale), Text("Paid by month", "逐月实付"), frame.unit.name(frame.language),
        )
    )  # fmt: skip
    if _month_lines(figures):
        pictures.append(_to_date(sheet, frame, figures))
    for number, picture in enumerate(pictures):
        sheet.sheet.insert_chart(at_charts + 18 * number, 0, picture, {"x_offset": 4, "object_position": 2})
    note(sheet, frame, months.notes)
    sheet.done()


def _columns(table: Table, quantiles: Sequence[str]) -> list[int]:
    titles = [column.title for column in table.columns]
    return [titles.index(headings.PERCENTILES[q]) for q in quantiles]


def _shown(table: Table, scale: int) -> list[list[float]]:
    return [[number_of(figure) / scale for figure in row] for row in table.rows]


def _month_lines(figures: Projection) -> list[tuple[Period, FundLine]]:
    """By month, the line of the fund whose appropriation is largest."""
    chosen: dict[str, float] = {}
    for year in figures.years:
        for line in year.funds:
            if line.pot is None and line.appropriation is not None:
                chosen[line.fund.key] = chosen.get(line.fund.key, 0.0) + line.appropriation
    if not chosen:
        return []
    key = max(chosen, key=lambda fund: (chosen[fund], fund))
    return [
        (month, line)
        for month in figures.months
        for line in month.funds
        if line.pot is None and line.fund.key == key and line.to_date is not None
    ]


def _to_date(sheet: Sheet, frame: Frame, figures: Projection) -> Any:
    """What a fund has paid since each January, against its appropriation."""
    found = _month_lines(figures)
    fund = found[0][1].fund
    table = fund_views.to_date([(month.name, line) for month, line in found], fund.text)
    sheet.caption(frame.say(table.title))
    placed = put(sheet, table, frame.data)
    limit = len(table.columns) - 1
    values = _shown(table, frame.unit.scale)
    mark: list[Cell] = [
        None if line.appropriation is None else Formula(f"={placed.at(placed.first + n, limit)}", values[n][limit])
        for n, (_, line) in enumerate(found)
    ]
    return charts.fan(
        frame.charts, placed, _columns(table, FANNED), [month.name for month, _ in found], values, table.title,
        frame.unit.name(frame.language), limit=mark, limit_name=fund_views.APPROPRIATION,
    )  # fmt: skip


def note(sheet: Sheet, frame: Frame, notes: Sequence[Text]) -> None:
    form = frame.book.form(font_color="#595959", italic=frame.language == "en", font_size=9)
    for note in notes:
        sheet.sheet.write_string(sheet.row, 0, frame.say(note), form)
        sheet.row += 1
