"""What would suffice: for each fund, pot and year the appropriation that lasts with some certainty; the curves."""

from __future__ import annotations

from huice.reports.budget import charts
from huice.reports.budget.frame import Frame
from huice.reports.budget.placed import put
from huice.reports.budget.spending import note
from huice.reports.tables import fund_views
from huice.reports.tables.records import Curve, FundLine, Projection
from lang.diagnostics import Text

MOST_CHARTS = 12
ROWS_A_CHART = 16


def enough(frame: Frame, figures: Projection) -> None:
    """Funds without an appropriation are there too: what it would have to be."""
    lines = [line for year in figures.years for line in year.funds if line.asked is not None and line.asked.mean]
    curves = _curves(figures)
    if not lines and not curves:
        return
    sheet = frame.sheet("enough", Text("What would suffice, and how surely", "够用额度与超支概率"))
    unit = frame.unit.name(frame.language)
    for number, (title, curve) in enumerate(curves):
        points = [(amount / frame.unit.scale, chance) for amount, chance in curve.points]
        mark = None if curve.mark is None else curve.mark / frame.unit.scale
        chart = charts.exceedance(frame.charts, points, mark, title, unit, fund_views.APPROPRIATION)
        at = sheet.row + ROWS_A_CHART * (number // 2)
        options = {"y_offset": 4, "x_offset": 4 + (charts.WIDE // 2 + 10) * (number % 2), "object_position": 2}
        sheet.sheet.insert_chart(at, 0, chart, options)
    rows_of_charts = -(-len(curves) // 2)
    for number in range(rows_of_charts):  # two rows of charts a page
        if number and number % 2 == 0:
            sheet.new_page()
        sheet.row += ROWS_A_CHART
    if lines:
        sheet.caption(frame.say(Text("What suffices, by year, fund and pot", "各年度、资金来源、分账的够用额度")))
        table = fund_views.sufficing(lines)
        placed = put(sheet, table, frame.data)
        sheet.sheet.repeat_rows(placed.top)
        note(sheet, frame, table.notes)
    sheet.done()


def _curves(figures: Projection) -> list[tuple[Text, Curve]]:
    """Of the funds with an appropriation, by year; where there is none, of all spending by year."""
    found: list[tuple[float, FundLine]] = [
        (line.p_exceeded, line) for line in figures.budgeted if line.pot is None and line.curve is not None
    ]
    if found:
        if len(found) > MOST_CHARTS:
            risky = sorted(found, key=lambda item: -item[0])[:MOST_CHARTS]
            found = [item for item in found if item in risky]
        return [
            (Text(f"{line.fund['en']}, {line.period}", f"{line.fund['zh']} {line.period} 年"), line.curve)
            for _, line in found
            if line.curve is not None
        ]
    years = [(year.name, year.curve) for year in figures.years if year.curve is not None and year.curve.points[-1][0]]
    return [(Text(f"All spending, {name}", f"{name} 年支出合计"), curve) for name, curve in years][:MOST_CHARTS]
