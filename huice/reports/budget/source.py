"""What the figures were made from: the manifest, in the reader's words, so that another run gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from huice.reports.budget.frame import Frame
from lang.diagnostics import Text


def source(frame: Frame, origins: Mapping[str, Sequence[tuple[Text, Text]]]) -> None:
    """`origins`: rows of `tables.origin` by what they are of ("" for one)."""
    sheet = frame.sheet("source", Text("Where the figures come from", "数据来历"), money=False, widest=72)
    headings = [frame.say(Text("item", "项目")), frame.say(Text("value", "内容"))]
    for title, rows in origins.items():
        if title:
            sheet.caption(title)
        sheet.table(headings, [[frame.say(what), frame.say(value)] for what, value in rows], ("text", "text"))
    sheet.done()
