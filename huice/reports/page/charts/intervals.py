"""Forecasts and what came: a line each, with the intervals of 95% and 80%, the median, and what was paid in fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from huice.reports.amounts import Unit
from huice.reports.page.charts.canvas import Scale, box, chart, hit, label, legend, point, rule, whisker, width_of
from huice.reports.page.markup import Markup, el
from huice.reports.ticks import tick_texts, ticks
from lang.diagnostics import Language, Text

ROW = 30.0
WIDE, NARROW = Text("95% interval", "95%区间"), Text("80% interval", "80%区间")
MEDIAN, ACTUAL = Text("median", "中位数"), Text("paid in fact", "实际支付")


def intervals(
    title: str, rows: Sequence[tuple[str, Mapping[str, Any]]], language: Language, unit: Unit, width: float
) -> Markup:
    """`rows`: names and scores, as `huice backtest --json` has them."""
    left = max(width_of(name) for name, _ in rows) + 12
    values = [v for _, of in rows for v in (*of["intervals"]["95"], of["actual"])]
    steps = ticks(min(0.0, *values), max(0.0, *values), 5 if width > 500 else 3)
    x = Scale(steps[0], steps[-1], left, width - 30)
    entries = [("whisker", WIDE), ("bar", NARROW), ("line median", MEDIAN), ("dot actual", ACTUAL)]
    marks, used = legend(left, 8, width - left, [(class_, text[language]) for class_, text in entries])
    bottom = used + 8 + ROW * len(rows)
    parts: list[Markup] = [marks]
    for value, text in zip(steps, tick_texts(steps, unit.scale), strict=True):
        parts += [rule(x(value), used + 4, x(value), bottom, "axis" if value == 0 else "grid"),
                  label(x(value), bottom + 15, text, "middle", "tick")]  # fmt: skip
    for n, (name, of) in enumerate(rows):
        middle = used + 8 + ROW * (n + 0.5)
        (low, high), (first, last) = of["intervals"]["80"], of["intervals"]["95"]
        told = f"{ACTUAL[language]} {unit.show(of['actual'])} · {NARROW[language]} {unit.show(low)} – {unit.show(high)}"
        parts.append(
            point(
                f"{name} · {told}",
                hit(0, middle - ROW / 2, width, middle + ROW / 2),
                label(left - 8, middle + 4, name, "end"),
                whisker(x(first), x(last), middle),
                box(x(low), middle - 6, x(high), middle + 6, "bar"),
                rule(x(of["median"]), middle - 9, x(of["median"]), middle + 9, "median"),
                el("circle", cx=x(of["actual"]), cy=middle, r=4.0, class_="dot actual"),
            )
        )
    return chart(width, bottom + 22, title, *parts)
