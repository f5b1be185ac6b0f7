"""A tornado: mean spending with each unknown low and high, the unknown that moves it most on top."""

from __future__ import annotations

from collections.abc import Sequence

from huice.reports.amounts import Unit
from huice.reports.page.charts.bars import ROW
from huice.reports.page.charts.canvas import (
    Scale,
    box,
    chart,
    hit,
    label,
    labels,
    legend,
    lines_of,
    point,
    rule,
    width_of,
)
from huice.reports.page.markup import Markup
from huice.reports.ticks import tick_texts, ticks
from lang.diagnostics import Language, Text

LOW, HIGH = Text("the unknown at its P10", "该量取10%分位"), Text("at its P90", "取90%分位")


def tornado(
    title: str, mean: float, rows: Sequence[tuple[str, float, float]], language: Language, unit: Unit, width: float
) -> Markup:
    """`rows`: name, mean spending with the unknown at its P10, at its P90."""
    names = [lines_of(name, width * (0.30 if width > 500 else 0.34)) for name, _, _ in rows]
    left = max(width_of(line) for lines in names for line in lines) + 10
    ends = [value for _, low, high in rows for value in (low, high)]
    steps = ticks(min(mean, *ends), max(mean, *ends), 5 if width > 500 else 3)
    x = Scale(steps[0], steps[-1], left + 4, width - 16)
    marks, used = legend(left, 8, width - left, [("bar down", LOW[language]), ("bar up", HIGH[language])])
    bottom = used + 8 + ROW * len(rows)
    parts: list[Markup] = [marks]
    for value, text in zip(steps, tick_texts(steps, unit.scale), strict=True):
        parts += [rule(x(value), used + 4, x(value), bottom, "grid"),
                  label(x(value), bottom + 15, text, "middle", "tick")]  # fmt: skip
    for n, ((name, low, high), lines) in enumerate(zip(rows, names, strict=True)):
        middle = used + 8 + ROW * (n + 0.5)
        tip = f"{name} · {LOW[language]} {unit.show(low)} · {HIGH[language]} {unit.show(high)}"
        inside = [hit(0, middle - ROW / 2, width, middle + ROW / 2), labels(left - 8, middle, lines, "end")]
        inside += [box(x(mean), middle - 9, x(end), middle + 9, look)
                   for end, look in ((low, "bar down"), (high, "bar up"))]  # fmt: skip
        parts.append(point(tip, *inside))
    parts.append(rule(x(mean), used + 4, x(mean), bottom, "axis"))
    return chart(width, bottom + 22, title, *parts)
