"""Clauses that the same people's chances pay, followed together: the product of their nets.

In: two nets over the same chains, and pairs of nodes that are entered together. Out: one net of the pairs that occur.
Outcomes that contradict each other do not; weights multiply, because what is not told apart is private to a net.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lang.dates import Month
from lang.source import NOWHERE
from simulator.automaton.again import Again
from simulator.automaton.people import NotFinite
from simulator.automaton.trellis import spread
from simulator.engines.exact.nets import Marks, Net, NetLayer, minimised
from simulator.plan import Flags, Ints

MOST_PAIRS = 2_000_000  # of all months together


def product(
    first: Net, second: Net, entry: Mapping[Month, tuple[Ints, Ints]], marks: Marks, chains: int
) -> tuple[Net, dict[Month, Ints]]:
    """The net of both, minimised, and the nodes of the entering pairs. NotFinite where there are too many."""
    layers: list[NetLayer] = []
    entered: dict[Month, Ints] = {}
    total = 0
    coming, place = Again(_coming), Again(lambda now, entering: np.searchsorted(now, _pack(*entering)))
    step = Again(lambda a, b, now, then: _layer(a, b, now, then, marks, chains))
    now = coming(entry.get(first.first))
    for at, (a, b) in enumerate(zip(first.layers, second.layers, strict=True)):
        month = first.first + at
        if month in entry:
            entered[month] = place(now, entry[month])
        total += len(now)
        if total > MOST_PAIRS:
            raise NotFinite(
                NOWHERE,
                "its clauses together have too many states to compute with",
                "各条款合在一起的状态过多，无法精确计算",
            )
        last = at == len(first.layers) - 1
        layer, now = step(a, b, now, None if last else coming(entry.get(month + 1)))
        layers.append(layer)
    return minimised(Net(first.first, tuple(layers)), entered)


def _layer(a: NetLayer, b: NetLayer, now: Ints, then: Ints | None, marks: Marks, chains: int) -> tuple[NetLayer, Ints]:
    """The layer of the pairs `now`, and the pairs of the next month, in which those of `then` are entered (None: there
    is no next month)."""
    which, outcome, weight, mark, target = _edges(a, b, now >> 32, now & 0xFFFFFFFF, marks, chains)
    after = np.zeros(1, np.int64) if then is None else np.union1d(then, target)
    layer = NetLayer(
        start=np.concatenate([[0], np.cumsum(np.bincount(which, minlength=len(now)))]).astype(np.int64),
        outcome=outcome,
        weight=weight,
        mark=mark,
        target=np.zeros(len(target), np.int64) if then is None else np.searchsorted(after, target),
    )
    return layer, after


def _coming(entering: tuple[Ints, Ints] | None) -> Ints:
    """The pairs that are entered in a month, and the dead one."""
    dead = np.zeros(1, np.int64)
    return dead if entering is None else np.union1d(dead, _pack(*entering))


def _pack(a: Ints, b: Ints) -> Ints:
    packed: Ints = a.astype(np.int64) << 32 | b
    return packed


def _edges(
    a: NetLayer, b: NetLayer, mine: Ints, others: Ints, marks: Marks, chains: int
) -> tuple[Ints, Ints, np.ndarray, Ints, Ints]:
    """All edges of the pairs: the pair, outcome, weight, mark and target (packed)."""
    which, edge = spread(a.start, mine)
    again, other = spread(b.start, others[which])
    which, edge = which[again], edge[again]
    fits, outcome = _joined(a.outcome[edge], b.outcome[other], chains)
    which, edge, other, outcome = which[fits], edge[fits], other[fits], outcome[fits]
    mark = marks.joined(a.mark[edge], b.mark[other])
    return which, outcome, a.weight[edge] * b.weight[other], mark, _pack(a.target[edge], b.target[other])


def _joined(first: Ints, second: Ints, chains: int) -> tuple[Flags, Ints]:
    fits = np.ones(len(first), np.bool_)
    outcome = np.zeros(len(first), np.int64)
    for chain in range(chains):
        a, b = first // 5**chain % 5, second // 5**chain % 5
        fits &= (a == b) | (a == 0) | (b == 0)
        outcome += 5**chain * np.maximum(a, b)
    return fits, outcome
