"""What stands where on the sheet of assumptions. Columns count from 0."""

from __future__ import annotations

import re
from typing import Final

from lang.diagnostics import Text

BLOCK, ABOUT, STATEMENT, PARAMETER, VALUE, UNIT, SOURCE = range(7)
HEADINGS: Final = (
    Text("part", "部分"),
    Text("assumption", "事项"),
    Text("as written", "写法"),
    Text("figure", "数字"),
    Text("value", "数值"),
    Text("unit", "单位"),
    Text("source and remarks", "来源与说明"),
)
SCENARIO: Final = Text("scenario", "情景")

# The table of appropriations, on a sheet of its own: fund, pot, then a column a year, then the source.
FUND, POT, FIRST_YEAR = 0, 1, 2
BUDGET_HEADINGS: Final = (Text("fund", "资金来源"), Text("pot", "分账"))
# Stands among the statements where the appropriations stand in the scenario, and says in which order they do.
BY_FUND: Final = Text("(appropriations: see their own sheet, fund by fund)", "（预算见预算安排表，逐项资金排列）")
BY_YEAR: Final = Text("(appropriations: see their own sheet, year by year)", "（预算见预算安排表，逐年排列）")

MARKS: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
MARK: Final = re.compile(r"[①-⑳]|\[#(\d+)\]")


def mark(number: int) -> str:
    """The sign of the figure with this number, from 0."""
    return MARKS[number] if number < len(MARKS) else f"[#{number + 1}]"


def marked(text: re.Match[str]) -> int:
    """The number, from 0, of a sign."""
    return int(text[1]) - 1 if text[1] is not None else MARKS.index(text[0])
