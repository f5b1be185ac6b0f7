"""A fan: percentiles of what is paid, month by month, the appropriation across it, and what was really paid as dots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from huice.reports.amounts import Unit
from huice.reports.page.charts.canvas import (
    Scale,
    chart,
    hit,
    label,
    legend,
    path,
    point,
    rule,
    spans,
    width_of,
)
from huice.reports.page.markup import Markup, el
from huice.reports.tables.records import Spread
from huice.reports.ticks import tick_texts, ticks
from lang.diagnostics import Language, Text

OUTER, INNER, MEDIAN = Text("P5 to P95", "5%–95%分位"), Text("P25 to P75", "25%–75%分位"), Text("median", "中位数")
GIVEN, ACTUAL = Text("appropriation", "预算"), Text("paid in fact", "实际支付")
FEW = 14  # months, up to which each has its name under it


@frozen(kw_only=True)
class Fan:
    """`months`: (name, distribution), in order. `given`: by month, the year's appropriation. `actual`: by month, what
    was paid in fact. `anew`: sums of a year that begin anew each January."""

    title: str
    months: Sequence[tuple[str, Spread]]
    given: Mapping[str, float] = field(factory=dict)
    actual: Mapping[str, float] = field(factory=dict)
    anew: bool = False


def fan(of: Fan, language: Language, unit: Unit, width: float) -> Markup:
    height = 280.0 if width > 500 else 250.0
    keys = [("outer", OUTER[language]), ("inner", INNER[language]), ("line median", MEDIAN[language])]
    if of.given:
        keys.append(("line given", GIVEN[language]))
    if of.actual:
        keys.append(("dot actual", ACTUAL[language]))
    spreads = [spread for _, spread in of.months]
    top = max([spread.at("0.95") for spread in spreads] + list(of.given.values()) + list(of.actual.values()))
    low = min([0.0] + [spread.at("0.05") for spread in spreads])
    steps = ticks(low, top, 5)
    texts = tick_texts(steps, unit.scale)
    left = max(width_of(text) for text in texts) + 8
    marks, used = legend(left, 8, width - left, keys)
    y = Scale(steps[0], steps[-1], height - 24, used + 14)
    few = len(of.months) <= FEW
    place = Scale(0, max(len(of.months) - 1, 1), left + 6, width - (24 if few else 8))
    x = [place(n) for n in range(len(of.months))]
    parts = [marks]
    for value, text in zip(steps, texts, strict=True):
        parts += [rule(left, y(value), width, y(value), "grid" if value else "axis"),
                  label(left - 6, y(value) + 4, text, "end", "tick")]  # fmt: skip
    parts += _years(of, x, y, width)
    for run in _runs(of):
        at = [x[n] for n in run]
        for low_q, high_q, class_ in (("0.05", "0.95", "outer"), ("0.25", "0.75", "inner")):
            upper = [(x[n], y(spreads[n].at(high_q))) for n in run]
            lower = [(x[n], y(spreads[n].at(low_q))) for n in reversed(run)]
            parts.append(path([*upper, *lower], class_, closed=True))
        parts.append(path([(a, y(spreads[n].at("0.5"))) for a, n in zip(at, run, strict=True)], "median"))
    parts += _given(of, x, y)
    for n, (name, spread) in enumerate(of.months):
        if name in of.actual:
            parts.append(el("circle", cx=x[n], cy=y(of.actual[name]), r=3.0, class_="dot actual"))
        start, end = spans(x, left, width)[n]
        inside = [hit(start, used + 8, end, height - 20), rule(x[n], used + 10, x[n], height - 24, "guide")]
        parts.append(point(_tip(of, name, spread, language, unit), *inside))
    return chart(width, height, of.title, *parts)


def _runs(of: Fan) -> list[range]:
    """Months that are joined by a line."""
    number = len(of.months)
    starts = [n for n in range(number) if n == 0 or (of.anew and of.months[n][0].endswith("-01"))]
    return [range(a, b) for a, b in zip(starts, [*starts[1:], number], strict=True)]


def _years(of: Fan, x: Sequence[float], y: Scale, width: float) -> list[Markup]:
    """A tick and a name a year; of a few months each its own."""
    names = [name for name, _ in of.months]
    if len(names) <= FEW:
        every = max(1, -(-len(names) * 40 // int(width)))
        shown = [n for n in range(len(names)) if n % every == 0]
        return [label(x[n], y.start + 17, names[n][2:] if width < 500 else names[n], "middle", "tick") for n in shown]
    parts = []
    for year in dict.fromkeys(name[:4] for name in names):
        at = [n for n, name in enumerate(names) if name.startswith(year)]
        parts.append(rule(x[at[0]], y.start, x[at[0]], y.start + 5, "axis"))
        parts.append(label((x[at[0]] + x[at[-1]]) / 2, y.start + 17, year, "middle", "tick"))
    return parts


def _given(of: Fan, x: Sequence[float], y: Scale) -> list[Markup]:
    """A level line over the months of each appropriation."""
    parts = []
    edges = spans(x, x[0] - 4, x[-1] + 4)
    months = [(n, of.given[name], name[:4]) for n, (name, _) in enumerate(of.months) if name in of.given]
    for year in dict.fromkeys(m[2] for m in months):
        of_year = [m for m in months if m[2] == year]
        level = y(of_year[0][1])
        parts.append(rule(edges[of_year[0][0]][0], level, edges[of_year[-1][0]][1], level, "given"))
    return parts


def _tip(of: Fan, name: str, spread: Spread, language: Language, unit: Unit) -> str:
    def between(low: str, high: str) -> str:
        return f"{unit.show(spread.at(low))} – {unit.show(spread.at(high))}"

    told = [
        name,
        f"{MEDIAN[language]} {unit.show(spread.at('0.5'))}",
        f"{Text('mean', '均值')[language]} {unit.show(spread.mean)}",
        f"{INNER[language]} {between('0.25', '0.75')}",
        f"{OUTER[language]} {between('0.05', '0.95')}",
    ]
    if name in of.given:
        told.append(f"{GIVEN[language]} {unit.show(of.given[name])}")
    if name in of.actual:
        told.append(f"{ACTUAL[language]} {unit.show(of.actual[name])}")
    return " · ".join(told)
