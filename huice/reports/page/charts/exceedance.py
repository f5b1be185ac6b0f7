"""How likely more than each amount is, with the appropriation marked and what would suffice."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from huice.reports.amounts import Unit, share
from huice.reports.page.charts.canvas import (
    Scale,
    chart,
    hit,
    label,
    path,
    point,
    rule,
    spans,
    width_of,
)
from huice.reports.page.markup import Markup, el
from huice.reports.tables.records import Curve
from huice.reports.ticks import tick_texts, ticks
from lang.diagnostics import Language, Text

WIDTH, HEIGHT = 400.0, 230.0
MORE = Text("chance of more than this", "超过该金额的概率")
GIVEN, SUFFICES = Text("appropriation", "预算"), Text("suffices with", "够用概率")


def exceedance(
    title: str, of: Curve, suffices: Mapping[str, float], language: Language, unit: Unit, width: float = WIDTH
) -> Markup:
    """`suffices`: by probability, the amount that is enough with it."""
    points = [(of.points[0][0], 1.0), *of.points] if of.points[0][1] < 1 else list(of.points)
    ends = [amount for amount, _ in points] + ([] if of.mark is None else [of.mark])
    steps = ticks(min(ends), max(ends), 6 if width > 500 else 4)
    left, top = 44.0, 26.0
    x, y = Scale(steps[0], steps[-1], left, width - 12), Scale(0, 1, HEIGHT - 38, top)
    parts: list[Markup] = [label(0, 12, MORE[language], class_="key")]
    for chance in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts += [rule(left, y(chance), width - 12, y(chance), "grid" if chance else "axis"),
                  label(left - 6, y(chance) + 4, f"{chance:.0%}", "end", "tick")]  # fmt: skip
    for value, text in zip(steps, tick_texts(steps, unit.scale), strict=True):
        parts.append(label(x(value), HEIGHT - 22, text, "middle", "tick"))
    if of.mark is not None:
        beyond = [(amount, chance) for amount, chance in points if amount > of.mark]
        if beyond:
            shade = [(x(of.mark), y(_at(points, of.mark))), *((x(a), y(c)) for a, c in beyond)]
            parts.append(path([(x(of.mark), y(0)), *shade, (x(beyond[-1][0]), y(0))], "over", closed=True))
    parts.append(path([(x(amount), y(chance)) for amount, chance in points], "median"))
    for probability, amount in suffices.items():
        told = f"{SUFFICES[language]} {float(probability):.0%}: {unit.show(amount)}"
        mark = el("circle", cx=x(amount), cy=y(1 - float(probability)), r=3.5, class_="dot enough")
        parts.append(point(told, mark))
    if of.mark is not None:
        parts += _mark(x(of.mark), y, of.mark, language, unit, width)
    for (amount, chance), (start, end) in zip(points, spans([x(a) for a, _ in points], left, width - 12), strict=True):
        told = f"{unit.show(amount)} · {MORE[language]} {share(chance)}"
        guide = rule(x(amount), top, x(amount), HEIGHT - 38, "guide")
        parts.append(point(told, hit(start, top, end, HEIGHT - 38), guide))
    return chart(width, HEIGHT, title, *parts)


def _mark(at: float, y: Scale, amount: float, language: Language, unit: Unit, width: float) -> list[Markup]:
    text = f"{GIVEN[language]} {unit.show(amount)}"
    anchor = "end" if at + width_of(text) + 10 > width else "start"
    gap = -5.0 if anchor == "end" else 5.0
    return [rule(at, y.end, at, y.start, "given"), label(at + gap, y.end + 10, text, anchor, "given-text")]


def _at(points: list[tuple[float, float]], amount: float) -> float:
    """The height of the drawn line."""
    for (a, p), (b, q) in pairwise(points):
        if a <= amount <= b:
            return p if a == b else p + (q - p) * (amount - a) / (b - a)
    return points[0][1] if amount < points[0][0] else points[-1][1]
