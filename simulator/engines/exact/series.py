"""Moments of what a unit is paid.

Where people can be paid too many different sums for their law to be written out, and there are many people, the sum
given the world is described by its first cumulants, which are exact: moments run backwards along the net as power
series in s of E[e^(sX)] − 1, cut behind some power (algebra.py, edgeworth.py). Amounts are measured in a unit of
their own, so that no power is too large for a float.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import factorial

import numpy as np
from attrs import frozen
from scipy import sparse

from lang.dates import Month
from simulator.automaton.again import Again
from simulator.automaton.trellis import spread
from simulator.engines.exact.algebra import Series
from simulator.engines.exact.laws import Asking, Hit, Rates, entering, forward
from simulator.engines.exact.nets import NetLayer
from simulator.engines.exact.units import Unit
from simulator.engines.exact.worlds import Points
from simulator.plan import Floats, Ints

FACTORIALS = np.array([float(factorial(power)) for power in range(32)])


@frozen(eq=False)
class Powers:
    """Rows sorted by (group, class): the series of E[e^(sX)] − 1 at each point, (order + 1, rows, points); amounts in
    units of `scale` fen."""

    group: Ints
    of_class: Ints
    series: Series
    scale: float


def powers(
    unit: Unit,
    groups: Mapping[Month, Sequence[int]],
    asking: Asking,
    rates: Rates,
    points: Points,
    scale: float,
    order: int,
) -> Powers:
    """As `laws.jumps`, moments instead of laws."""
    assert unit.net is not None
    net, size = unit.net, points.size
    months = asking.months(unit)
    none = np.zeros(0, np.int64)
    if not months:
        return Powers(none, none, np.zeros((order + 1, 0, size)), scale)
    first, last = months[0], months[-1]
    found: dict[tuple[int, int], Series] = {}

    def add(series: Series, group: Ints, of_class: Ints, node: Ints, weight: Floats) -> None:
        own = series[node] * weight[:, None, :]
        own[:, 0] = 0.0
        for row, key in enumerate(zip(group.tolist(), of_class.tolist(), strict=True)):
            found[key] = found[key] + own[row] if key in found else own[row]

    after = int(net.layers[last - net.first].target.max()) + 1
    series: Series = np.zeros((after, order + 1, size))  # of E[e^(sX)], by node
    series[:, 0] = 1.0
    moves = Again(_moves)
    for month in range(last, first - 1, -1):
        layer = net.layers[month - net.first]
        ways = [asking.ways(int(mark), month) for mark in range(len(asking.marks.items))]
        series = _before(series, moves(layer, ways, series.shape[:2], scale), asking, rates)
        if month > first and month in unit.entry:
            add(series, *entering(unit, groups, month, size))
    add(series, *forward(unit, net, groups, first, rates, size))
    keys = sorted(found)
    stacked = np.stack([found[key] for key in keys], axis=1) if keys else np.zeros((order + 1, 0, size))
    group = np.array([g for g, _ in keys], np.int64)
    return Powers(group, np.array([c for _, c in keys], np.int64), stacked, scale)


@frozen(eq=False)
class _Moves:
    """How a month's nodes are left. A way: what the chains do, and the events whose chances multiply. `matrix` leads
    from all coefficients of the next month's nodes to those of each node and way that occur: `way`, sorted by node;
    `begin`: the first of each node."""

    ways: tuple[tuple[int, tuple[Hit, ...]], ...]
    way: Ints
    begin: Ints
    matrix: sparse.csr_matrix


def _before(series: Series, moves: _Moves, asking: Asking, rates: Rates) -> Series:
    """The series of a month's nodes from those of the next one's."""
    _, width, size = series.shape
    chances: Floats = np.empty((len(moves.ways), size))
    for way, (outcome, hits) in enumerate(moves.ways):
        chances[way] = rates.of(outcome) * asking.chance(hits, rates)
    moved = (moves.matrix @ series.reshape(-1, size)).reshape(-1, width, size)
    moved *= chances[moves.way][:, None, :]
    return np.add.reduceat(moved, moves.begin, axis=0)


def _moves(
    layer: NetLayer,
    ways_of: Sequence[Sequence[tuple[int, tuple[Hit, ...]]]],
    after: tuple[int, int],
    scale: float,
) -> _Moves:
    """`ways_of`: by mark; `after`: nodes of the next month, width of a series."""
    marks, of_mark = np.unique(layer.mark, return_inverse=True)
    ways = [ways_of[mark] for mark in marks.tolist()]
    many = np.array([len(w) for w in ways], np.int64)
    edge, way = spread(np.concatenate([[0], np.cumsum(many)]).astype(np.int64), of_mark)
    flat = [one for w in ways for one in w]
    numbers = {hit: number for number, hit in enumerate(dict.fromkeys(hit for _, hit in flat))}
    hits = list(numbers)
    amount = np.array([a for a, _ in flat], np.float64)[way] / scale
    kind = layer.outcome[edge] * len(hits) + np.array([numbers[hit] for _, hit in flat], np.int64)[way]
    kinds, of_kind = np.unique(kind, return_inverse=True)
    leaving, row = np.unique(layer.source[edge] * len(kinds) + of_kind, return_inverse=True)
    return _Moves(
        ways=tuple((k // len(hits), hits[k % len(hits)]) for k in kinds.tolist()),
        way=leaving % len(kinds),
        begin=np.searchsorted(leaving, np.arange(layer.nodes) * len(kinds)),
        matrix=_moving(row, layer.target[edge], layer.weight[edge], amount, (len(leaving), *after)),
    )


def _moving(
    source: Ints, target: Ints, weight: Floats, amount: Floats, shape: tuple[int, int, int]
) -> sparse.csr_matrix:
    """Σ over edges of weight · e^(s·amount), as a matrix on coefficients: those of node n are width·n + k.
    `shape`: rows, nodes after, width."""
    width = shape[2]
    to, power = np.tril_indices(width)  # coefficient `to` takes from coefficient `to` − `power`
    paid = amount > 0
    series = weight[paid, None] * np.power.outer(amount[paid], np.arange(width)) / FACTORIALS[:width]
    coefficients = np.arange(width)
    rows = ((source[~paid, None] * width + coefficients).ravel(), (source[paid, None] * width + to).ravel())
    columns = ((target[~paid, None] * width + coefficients).ravel(), (target[paid, None] * width + to - power).ravel())
    data = (np.repeat(weight[~paid], width), series[:, power].ravel())
    return sparse.csr_matrix(
        (np.concatenate(data), (np.concatenate(rows), np.concatenate(columns))), (shape[0] * width, shape[1] * width)
    )
