"""Which unknown moves the total most: the tornado and its table. There where a sensitivity analysis was made."""

from __future__ import annotations

from huice.reports.budget import charts
from huice.reports.budget.frame import Frame
from huice.reports.budget.placed import put
from huice.reports.budget.spending import note
from huice.reports.tables.drivers import Drivers, drivers_table
from huice.reports.tables.headings import MEASURE
from lang.diagnostics import Text

MOST_BARS = 15


def sensitivity(frame: Frame, found: Drivers) -> None:
    table = drivers_table(found)
    what = MEASURE[found.measure]
    sheet = frame.sheet("sensitivity", Text(f"What drives the total {what.en}", f"影响{what.zh}总额的因素"))
    language, scale = frame.language, frame.unit.scale
    if found.advice is not None:
        sheet.sheet.write_string(sheet.row, 0, found.advice[language], frame.book.form(bold=True))
        sheet.row += 2
    placed = put(sheet, table, frame.data)
    note(sheet, frame, table.notes)
    sheet.row += 1
    rows = [(n, driver) for n, driver in enumerate(found.drivers) if driver.low != driver.high][:MOST_BARS]
    if rows:
        bars = [
            (driver.name[language], placed.first + n, driver.low / scale, driver.high / scale) for n, driver in rows
        ]
        title = Text(
            f"Total {what.en} with each unknown at its P10 and P90, less the mean",
            f"各因素取10%、90%分位时{what.zh}总额与均值之差",
        )
        chart = charts.tornado(
            frame.charts, placed, bars, found.mean / scale, title, frame.unit.name(language), columns=(8, 9)
        )
        sheet.sheet.insert_chart(sheet.row, 0, chart, {"x_offset": 4, "object_position": 2})
        sheet.row += max(12, 6 + 2 * len(bars))
    sheet.done()
