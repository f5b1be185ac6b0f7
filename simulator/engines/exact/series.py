"""Moments of what a unit is paid.

Where people can be paid too many different sums for their law to be written out, and there are many people, the sum
given the world is described by its first six cumulants, which are exact: moments run backwards along the net as power
series in s of E[e^(sX)] − 1, cut behind s⁶ (algebra.py, edgeworth.py). Amounts are measured in a unit of their own, so
that no power is too large for a float.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import factorial

import numpy as np
from attrs import frozen

from lang.dates import Month
from simulator.automaton.trellis import spread
from simulator.engines.exact.algebra import ORDER, Series
from simulator.engines.exact.laws import Asking, Rates, entering, forward
from simulator.engines.exact.units import Unit
from simulator.engines.exact.worlds import Points
from simulator.plan import Floats, Ints


@frozen(eq=False)
class Powers:
    """Rows sorted by (group, class): the series of E[e^(sX)] − 1 at each point, (ORDER + 1, rows, points); amounts in
    units of `scale` fen."""

    group: Ints
    of_class: Ints
    series: Series
    scale: float


def powers(
    unit: Unit, groups: Mapping[Month, Sequence[int]], asking: Asking, rates: Rates, points: Points, scale: float
) -> Powers:
    """As `laws.jumps`, moments instead of laws."""
    assert unit.net is not None
    net, size = unit.net, points.size
    months = [m for m in range(net.first, net.last + 1) if asking.terms.hits(asking.question, m)]
    none = np.zeros(0, np.int64)
    if not months:
        return Powers(none, none, np.zeros((ORDER + 1, 0, size)), scale)
    first, last = months[0], months[-1]
    found: dict[tuple[int, int], Series] = {}

    def add(series: Series, group: Ints, of_class: Ints, node: Ints, weight: Floats) -> None:
        own = series[:, node] * weight
        for row, key in enumerate(zip(group.tolist(), of_class.tolist(), strict=True)):
            found[key] = found[key] + own[:, row] if key in found else own[:, row]

    after = int(net.layers[last - net.first].target.max()) + 1
    series: Series = np.zeros((ORDER + 1, after, size))  # of E[e^(sX)] − 1
    for month in range(last, first - 1, -1):
        layer = net.layers[month - net.first]
        marks, of_mark = np.unique(layer.mark, return_inverse=True)
        ways = [asking.ways(int(mark), month) for mark in marks]
        many = np.array([len(w) for w in ways], np.int64)
        start = np.concatenate([[0], np.cumsum(many)]).astype(np.int64)
        edge, way = spread(start, of_mark)
        flat = [one for w in ways for one in w]
        hits = list(dict.fromkeys(hit for _, hit in flat))
        of_hit = np.array([hits.index(hit) for _, hit in flat], np.int64)[way]
        amount = np.array([a for a, _ in flat], np.float64)[way] / scale
        kind = layer.outcome[edge] * len(hits) + of_hit
        factor: Floats = np.zeros((len(edge), size))
        for number in np.unique(kind).tolist():
            outcome, hit = divmod(number, len(hits))
            factor[kind == number] = rates.of(outcome) * asking.chance(hits[hit], rates)
        factor *= layer.weight[edge][:, None]
        target = series[:, layer.target[edge]]
        moved = target.copy()
        paying = np.flatnonzero(amount)
        if len(paying):  # e^(sa)·(1 + T) − 1 = T + (e^(sa) − 1)·(1 + T)
            steps = np.stack([amount[paying] ** k / factorial(k) for k in range(ORDER + 1)])
            own = target[:, paying]
            for k in range(1, ORDER + 1):
                moved[k, paying] += steps[k][:, None]
                for j in range(1, k + 1):
                    moved[k, paying] += steps[j][:, None] * own[k - j]
        source = layer.source[edge]
        begin = np.flatnonzero(np.diff(source, prepend=-1))
        series = np.add.reduceat(moved * factor, begin, axis=1)
        if month > first and month in unit.entry:
            add(series, *entering(unit, groups, month, size))
    add(series, *forward(unit, net, groups, first, rates, size))
    keys = sorted(found)
    stacked = np.stack([found[key] for key in keys], axis=1) if keys else np.zeros((ORDER + 1, 0, size))
    group = np.array([g for g, _ in keys], np.int64)
    return Powers(group, np.array([c for _, c in keys], np.int64), stacked, scale)
