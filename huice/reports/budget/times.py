"""The sheets of when it is spent: by month and quarter, and month by month against the year's appropriation."""

from __future__ import annotations

from collections.abc import Sequence

from huice.reports.budget import charts
from huice.reports.budget.frame import Frame
from huice.reports.budget.placed import number_of, put
from huice.reports.budget.spending import note
from huice.reports.sheets import Cell, Formula
from huice.reports.tables import fund_views, headings, views
from huice.reports.tables.records import FundLine, Period, Projection, Table
from lang.diagnostics import Text

FANNED = ("0.05", "0.25", "0.5", "0.75", "0.95")
MONTHLY = ("0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95")
ROWS_A_CHART = 18


def times(frame: Frame, figures: Projection) -> None:
    """The fan of the months, quarters, then months: a list whose headings stand on every page."""
    sheet = frame.sheet("times", Text("Paid by month and quarter", "逐月、逐季实付"))
    if not figures.months:
        sheet.done()
        return
    months = views.by_period(figures.months, headings.MONTH, quantiles=MONTHLY)
    at_chart = sheet.row
    sheet.row += ROWS_A_CHART
    sheet.caption(frame.say(Text("By quarter", "逐季")))
    put(sheet, views.by_period(figures.quarters, headings.QUARTER, quantiles=MONTHLY), frame.data)
    sheet.caption(frame.say(Text("By month", "逐月")))
    placed = put(sheet, months, frame.data)
    sheet.sheet.repeat_rows(placed.top)
    picture = charts.fan(
        frame.charts, placed, _columns(months), [p.name for p in figures.months], _shown(months, frame.unit.scale),
        Text("Paid by month", "逐月实付"), frame.unit.name(frame.language),
    )  # fmt: skip
    sheet.sheet.insert_chart(at_chart, 0, picture, {"x_offset": 4, "object_position": 2})
    note(sheet, frame, months.notes)
    sheet.done()


def to_date(frame: Frame, figures: Projection) -> None:
    """What the largest fund has paid since each January, against its appropriation."""
    found = lines_to_date(figures)
    fund = found[0][1].fund
    table = fund_views.to_date([(month.name, line) for month, line in found], fund.text)
    sheet = frame.sheet("to_date", table.title)
    at_chart = sheet.row
    sheet.row += ROWS_A_CHART
    placed = put(sheet, table, frame.data)
    sheet.sheet.repeat_rows(placed.top)
    limit = len(table.columns) - 1
    values = _shown(table, frame.unit.scale)
    mark: list[Cell] = [
        None if line.appropriation is None else Formula(f"={placed.at(placed.first + n, limit)}", values[n][limit])
        for n, (_, line) in enumerate(found)
    ]
    picture = charts.fan(
        frame.charts, placed, _columns(table), [month.name for month, _ in found], values, table.title,
        frame.unit.name(frame.language), limit=mark, limit_name=fund_views.APPROPRIATION,
    )  # fmt: skip
    sheet.sheet.insert_chart(at_chart, 0, picture, {"x_offset": 4, "object_position": 2})
    sheet.done()


def lines_to_date(figures: Projection) -> list[tuple[Period, FundLine]]:
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


def _columns(table: Table, quantiles: Sequence[str] = FANNED) -> list[int]:
    titles = [column.title for column in table.columns]
    return [titles.index(headings.PERCENTILES[q]) for q in quantiles]


def _shown(table: Table, scale: int) -> list[list[float]]:
    return [[number_of(figure) / scale for figure in row] for row in table.rows]
