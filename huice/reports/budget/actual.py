"""What was paid against what was forecast, month by month: for whoever knows payments (reforecast, backtest)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from huice.reports.budget import charts
from huice.reports.budget.frame import Frame
from huice.reports.budget.placed import number_of, put
from huice.reports.budget.spending import note
from huice.reports.tables import headings
from huice.reports.tables.records import Cell, Column, Period, Spread, Table
from lang.diagnostics import Text

OUTSIDE = {True: Text("outside P5–P95", "超出5%–95%分位"), False: Text("within", "区间内")}


@frozen(kw_only=True)
class Month:
    """A month with what was paid (None: not known yet) and its forecast (None: there was none)."""

    name: str
    paid: float | None
    forecast: Spread | None


def known_months(months: Sequence[Period], paid: Mapping[str, float], *, forecast: bool) -> list[Month]:
    """Of a projection of which some months are known. `forecast`: it was made without them; otherwise it starts from
    what is known, and that was no forecast."""
    return [
        Month(
            name=month.name,
            paid=paid.get(month.name),
            forecast=None if month.name in paid and not forecast else month.total["paid"],
        )
        for month in months
    ]


def table_of(months: Sequence[Month]) -> Table:
    quantiles = ("0.05", "0.5", "0.95")
    rows: list[tuple[Cell, ...]] = []
    for month in months:
        figures: list[Cell] = [None] * 4
        difference: float | None = None
        verdict: Text | None = None
        if month.forecast is not None:
            figures = headings.spread_cells(month.forecast, quantiles)
            if month.paid is not None:
                difference = month.paid - month.forecast.mean
                low, high = month.forecast.at("0.05"), month.forecast.at("0.95")
                verdict = OUTSIDE[not low <= month.paid <= high]
        rows.append((month.name, month.paid, *figures, difference, verdict))
    return Table(
        title=Text("Actual and forecast", "执行与预测"),
        columns=(
            Column(title=headings.MONTH, look="text"),
            Column(title=Text("paid", "实际支付"), look="money"),
            Column(title=Text("forecast\nmean", "预测\n均值"), look="money"),
            *(
                Column(
                    title=Text(f"forecast\n{headings.PERCENTILES[q].en}", f"预测\n{headings.PERCENTILES[q].zh}"),
                    look="money",
                )
                for q in quantiles
            ),
            Column(title=Text("paid less mean", "实际减均值"), look="money"),
            Column(title=Text("verdict", "是否在区间内"), look="text"),
        ),
        rows=tuple(rows),
    )


def actual(frame: Frame, months: Sequence[Month]) -> None:
    """The table, and the chart above it."""
    sheet = frame.sheet("actual", Text("What was paid against what was forecast", "执行与预测对照"))
    table = table_of(months)
    at = sheet.row
    sheet.row += 18
    placed = put(sheet, table, frame.data)
    scale = frame.unit.scale
    values = [
        [None if figure is None else number_of(figure) / scale for figure in row] for row in table.rows
    ]  # fmt: skip
    chart = charts.actual_against_forecast(
        frame.charts, placed, (1, 3, 4, 5), [month.name for month in months], values, table.title,
        frame.unit.name(frame.language),
    )  # fmt: skip
    sheet.sheet.insert_chart(at, 0, chart, {"x_offset": 4, "object_position": 2})
    sheet.sheet.repeat_rows(placed.top)
    # Months in which nothing was uncertain say nothing of how good the forecast was.
    both = [
        month
        for month in months
        if month.paid is not None
        and month.forecast is not None
        and month.forecast.at("0.05") < month.forecast.at("0.95")
    ]
    if both:
        inside = sum(m.forecast.at("0.05") <= (m.paid or 0.0) <= m.forecast.at("0.95") for m in both if m.forecast)
        note(sheet, frame, [
            Text(f"{inside} of {len(both)} months lie within P5 to P95 (90% would be expected).",
                 f"{len(both)} 个月中有 {inside} 个月在5%–95%分位之间（预期为90%）。"),
        ])  # fmt: skip
    sheet.done()
