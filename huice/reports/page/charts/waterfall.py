"""From A to B: two whole bars and between them the steps, each where the last one ended, with its error."""

from __future__ import annotations

from collections.abc import Sequence

from huice.reports.amounts import Unit
from huice.reports.page.charts.bars import ROW, sign
from huice.reports.page.charts.canvas import (
    Scale,
    box,
    chart,
    hit,
    label,
    labels,
    lines_of,
    point,
    rule,
    whisker,
    width_of,
)
from huice.reports.page.markup import Markup
from huice.reports.ticks import tick_texts, ticks
from lang.diagnostics import Language, Text


def waterfall(
    title: str,
    first: tuple[str, float],
    steps: Sequence[tuple[str, float, float]],
    last: tuple[str, float],
    language: Language,
    unit: Unit,
    width: float,
) -> Markup:
    """`first`, `last`: name and amount. `steps`: name, amount, error. Where the steps would be too small to be seen the
    axis begins at a round amount above zero, and says so."""
    levels = [first[1]]
    for _, amount, _ in steps:
        levels.append(levels[-1] + amount)
    low, high = min(*levels, last[1]), max(*levels, last[1])
    start = 0.0 if low <= 0 or high - low > 0.25 * high else max(low - 0.35 * (high - low), 0.0)
    if high == low:
        start = 0.0
    marks = ticks(start, max(high, 0.0), 5 if width > 500 else 3)
    rows = [(first[0], unit.show(first[1])), *((name, sign(amount, unit)) for name, amount, _ in steps),
            (last[0], unit.show(last[1]))]  # fmt: skip
    names = [lines_of(name, width * (0.30 if width > 500 else 0.34)) for name, _ in rows]
    left = max(width_of(line) for lines in names for line in lines) + 10
    right = width - max(width_of(text) for _, text in rows) - 12
    x = Scale(marks[0], marks[-1], left, right)
    bottom = 8 + ROW * len(rows)
    parts: list[Markup] = []
    for value, text in zip(marks, tick_texts(marks, unit.scale), strict=True):
        parts += [rule(x(value), 4, x(value), bottom, "axis" if value == marks[0] else "grid"),
                  label(x(value), bottom + 15, text, "middle", "tick")]  # fmt: skip
    for n, ((name, text), lines) in enumerate(zip(rows, names, strict=True)):
        middle = 8 + ROW * (n + 0.5)
        inside = [hit(0, middle - ROW / 2, width, middle + ROW / 2), labels(left - 8, middle, lines, "end")]
        tip = f"{name} · {text}"
        if n in (0, len(rows) - 1):
            inside.append(box(x(marks[0]), middle - 9, x((first if n == 0 else last)[1]), middle + 9, "bar"))
        else:
            _, amount, error = steps[n - 1]
            before, after = levels[n - 1], levels[n]
            inside.append(box(x(before), middle - 9, x(after), middle + 9, "bar up" if amount >= 0 else "bar down"))
            if error:
                inside.append(whisker(x(after - error), x(after + error), middle, 3))
                tip += f" ± {unit.show(error)}"
        if n < len(rows) - 1:
            at = x(levels[min(n, len(levels) - 1)])
            inside.append(rule(at, middle + 9, at, middle + ROW - 9, "joint"))
        inside.append(label(width, middle + 4, text, "end", "value"))
        parts.append(point(tip, *inside))
    if marks[0] > 0:
        told = Text(f"the axis begins at {tick_texts(marks, unit.scale)[0]}",
                    f"横轴自 {tick_texts(marks, unit.scale)[0]} 起")  # fmt: skip
        parts.append(label(left, bottom + 32, told[language], class_="key"))
    return chart(width, bottom + (38 if marks[0] > 0 else 22), title, *parts)
