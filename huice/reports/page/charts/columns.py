"""Columns a year: a mean with the range from P10 to P90; one series, or two versions beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from huice.reports.amounts import Unit
from huice.reports.page.charts.bars import RANGE
from huice.reports.page.charts.canvas import (
    Scale,
    box,
    chart,
    hit,
    label,
    legend,
    point,
    rule,
    standing_whisker,
    width_of,
)
from huice.reports.page.markup import Markup
from huice.reports.tables.records import Spread
from huice.reports.ticks import tick_texts, ticks
from lang.diagnostics import Language

LOOKS = ("bar", "bar second")
BOLD_LINE = 13.0  # how far one figure stands above another


def columns(
    title: str,
    periods: Sequence[str],
    series: Sequence[tuple[str, Sequence[Spread]]],
    language: Language,
    unit: Unit,
    width: float,
) -> Markup:
    """`series`: up to two, (name, a distribution a period)."""
    height = 260.0
    spreads = [spread for _, of_series in series for spread in of_series]
    steps = ticks(min(0.0, *(s.at("0.1") for s in spreads)), max(s.at("0.9") for s in spreads), 5)
    texts = tick_texts(steps, unit.scale)
    left = max(width_of(text) for text in texts) + 8
    keys = [*((look, name) for look, (name, _) in zip(LOOKS, series, strict=False)), ("whisker", RANGE[language])]
    marks, used = legend(left, 8, width - left, keys)
    y = Scale(steps[0], steps[-1], height - 24, used + 20)
    parts: list[Markup] = [marks]
    for value, text in zip(steps, texts, strict=True):
        parts += [rule(left, y(value), width, y(value), "grid" if value else "axis"),
                  label(left - 6, y(value) + 4, text, "end", "tick")]  # fmt: skip
    step = (width - left) / max(len(periods), 1)
    wide = min(step * 0.72 / len(series), 56)
    widest = max(width_of(unit.show(s.mean)) for s in spreads)
    roomy = widest < step - (wide if len(series) > 1 else 4)
    for n, period in enumerate(periods):
        middle = left + step * (n + 0.5)
        start = middle - wide * len(series) / 2
        inside = [hit(middle - step / 2, used + 8, middle + step / 2, height - 20)]
        told = [period]
        shown = sum(width_of(unit.show(of_series[n].mean)) for _, of_series in series)
        touching = len(series) > 1 and shown > 2 * (wide - 4)
        free = height  # the lowest place for the next figure: above the one that it would touch
        for number, (name, of_series) in enumerate(series):
            spread, x = of_series[n], start + wide * number
            inside.append(box(x + 1, y(0), x + wide - 1, y(spread.mean), LOOKS[number]))
            inside.append(standing_whisker(x + wide / 2, y(spread.at("0.1")), y(spread.at("0.9"))))
            if roomy:
                at = min(y(spread.at("0.9")) - 6, free)
                inside.append(label(x + wide / 2, at, unit.show(spread.mean), "middle", "value"))
                free = at - BOLD_LINE if touching else height
            between = f"{unit.show(spread.at('0.1'))} – {unit.show(spread.at('0.9'))}"
            told.append(f"{name} {unit.show(spread.mean)} ({RANGE[language]} {between})")
        inside.append(label(middle, height - 8, period, "middle", "tick"))
        parts.append(point(" · ".join(told), *inside))
    return chart(width, height, title, *parts)
