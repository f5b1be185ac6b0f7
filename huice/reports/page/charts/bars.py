"""Bars lying under each other: a mean each, with the range from P10 to P90; differences lie on both sides of zero."""

from __future__ import annotations

from collections.abc import Sequence

from huice.reports.amounts import Unit
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
    whisker,
    width_of,
)
from huice.reports.page.markup import Markup
from huice.reports.tables.records import Spread
from huice.reports.ticks import tick_texts, ticks
from lang.diagnostics import Language, Text

MORE, LESS = Text("more (mean)", "增加（均值）"), Text("less (mean)", "减少（均值）")
MEAN, RANGE = Text("mean", "均值"), Text("P10 to P90", "10%–90%分位")
ROW = 30.0


def bars(
    title: str, rows: Sequence[tuple[str, Spread]], language: Language, unit: Unit, width: float, signed: bool = False
) -> Markup:
    """`signed`: amounts that go up and down, with their sign."""
    widest = width * (0.30 if width > 500 else 0.34)
    names = [lines_of(name, widest) for name, _ in rows]
    texts = [sign(spread.mean, unit) if signed else unit.show(spread.mean) for _, spread in rows]
    left = max(width_of(line) for lines in names for line in lines) + 10
    ends = [value for _, s in rows for value in (s.mean, s.at("0.1"), s.at("0.9"))]
    steps = ticks(min(0.0, *ends), max(0.0, *ends), 5 if width > 500 else 3)
    right = width - max(width_of(text) for text in texts) - 12
    x = Scale(steps[0], steps[-1], left, right)
    means = [("bar up", MORE[language]), ("bar down", LESS[language])] if signed else [("bar", MEAN[language])]
    marks, used = legend(left, 8, width - left, [*means, ("whisker", RANGE[language])])
    bottom = used + 8 + ROW * len(rows)
    parts: list[Markup] = [marks]
    for value, text in zip(steps, tick_texts(steps, unit.scale), strict=True):
        parts += [rule(x(value), used + 4, x(value), bottom, "axis" if value == 0 else "grid"),
                  label(x(value), bottom + 15, text, "middle", "tick")]  # fmt: skip
    for n, ((name, spread), lines, text) in enumerate(zip(rows, names, texts, strict=True)):
        middle = used + 8 + ROW * (n + 0.5)
        look = "bar" if not signed else "bar up" if spread.mean >= 0 else "bar down"
        tip = f"{name} · {MEAN[language]} {text} · {RANGE[language]} {_between(spread, unit)}"
        parts.append(
            point(
                tip,
                hit(0, middle - ROW / 2, width, middle + ROW / 2),
                labels(left - 8, middle, lines, "end"),
                box(x(0), middle - 8, x(spread.mean), middle + 8, look),
                whisker(x(spread.at("0.1")), x(spread.at("0.9")), middle),
                label(width, middle + 4, text, "end", "value"),
            )
        )
    return chart(width, bottom + 22, title, *parts)


def sign(yuan: float, unit: Unit) -> str:
    """With its sign; what rounds to nothing has none."""
    text = unit.show(yuan)
    return text.replace("-", "−") if text.startswith("-") or not any(d in text for d in "123456789") else f"+{text}"


def _between(spread: Spread, unit: Unit) -> str:
    return f"{unit.show(spread.at('0.1'))} – {unit.show(spread.at('0.9'))}"
