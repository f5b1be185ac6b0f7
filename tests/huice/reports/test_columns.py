"""Figures above columns: two that would touch stand one above the other; where a year has no room there are none."""

import re

from huice.reports.amounts import WAN
from huice.reports.page.charts.columns import BOLD_LINE, columns
from huice.reports.tables.records import Spread


def figures(means: tuple[float, ...], width: float) -> list[tuple[str, float]]:
    """Of two versions with the same means: what is shown above the columns, and how far from the top."""
    spreads = [Spread(mean=m, sd=0.0, quantiles={"0.1": m * 0.9, "0.9": m * 1.1}) for m in means]
    years = [str(2021 + n) for n in range(len(means))]
    drawn = str(columns("paid", years, [("A", spreads), ("B", spreads)], "en", WAN, width))
    labels = re.findall(r"<text([^>]*)>([^<]*)</text>", drawn)
    return [
        (text, float(found[1]))
        for attributes, text in labels
        if "value" in attributes and (found := re.search(r'\by="([-0-9.]+)"', attributes)) is not None
    ]


def test_figures_that_would_touch_stand_one_above_the_other() -> None:
    above = figures((12_345_600.0,) * 5 + (10_000.0,), 820)
    assert [text for text, _ in above] == ["1,234.56", "1,234.56"] * 5 + ["1.00", "1.00"]
    for first, second in zip(above[:10:2], above[1:10:2], strict=True):
        assert first[1] - second[1] >= BOLD_LINE - 0.1
    assert above[-1][1] == above[-2][1]


def test_without_room_there_are_none() -> None:
    assert figures((12_345_600.0,) * 12, 350) == []
