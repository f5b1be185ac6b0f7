"""Blocks of chart data stand side by side until a band is full, and charts point at them where they stand."""

from pathlib import Path

from python_calamine import CalamineWorkbook

from huice.reports.budget.chart_data import BAND, ChartData
from huice.reports.sheets import Workbook
from lang.diagnostics import Text

NAME = Text("amount", "金额")


def test_blocks_side_by_side_and_below(tmp_path: Path) -> None:
    with Workbook(tmp_path / "x.xlsx", "x", "#,##0", "Calibri") as book:
        data = ChartData(book, "chart data", "zh")
        wide = data.add(NAME, [NAME] * 20, ["count"] * 20, [[n] * 20 for n in range(5)])
        near = data.add(NAME, [NAME] * 2, ["count"] * 2, [[7, 8]])
        below = data.add(NAME, [NAME] * 3, ["count"] * 3, [[1, 2, 3], [4, 5, 6]])
        data.write("数据")
    assert (wide.left, near.left, below.left) == (0, 21, 0) and near.left + 2 <= BAND
    assert wide.top == near.top < wide.top + 1 + 5 < below.top
    sheet = CalamineWorkbook.from_path(tmp_path / "x.xlsx").get_sheet_by_name("chart data").to_python()
    for block, number, values in ((wide, 3, list(range(5))), (near, 1, [8]), (below, 2, [3, 6])):
        name, first, column, last, _ = data.column(block, number)
        assert name == "chart data" and [sheet[row][column] for row in range(int(first), int(last) + 1)] == values  # type: ignore[index]
