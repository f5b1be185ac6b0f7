"""Fixed attributes that only one clause reads, told apart where a payment shows them and not before.

In: a net that knows every fixed attribute from the start, and who enters it with which weights. Out: a net of
*beliefs*, each a distribution over nodes given the outcomes and payments so far (the subset construction for weighted
automata; a filter of a hidden Markov chain). A certificate's level, say, is nothing but a choice of amounts in the
month in which the certificate is paid for. Weights must not depend on the world: such attributes stay told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from lang.dates import Month
from lang.diagnostics import CompilerBug
from simulator.engines.exact.nets import DEAD, Net, NetLayer

Belief = tuple[tuple[int, float], ...]  # (node, share), by node; shares sum to 1
Edge = tuple[int, float, int, int]  # outcome, weight, mark, target


def believed(
    net: Net, entering: Mapping[Month, Sequence[Belief]], chains: int, most: int
) -> tuple[Net, dict[Month, list[int]]] | None:
    """The net of beliefs, and the node of each entering one. None where it has more than `most` nodes."""
    layers: list[NetLayer] = []
    entry: dict[Month, list[int]] = {}
    here: dict[Belief, int] = {((0, 1.0),): 0}
    total = 0
    for at, layer in enumerate(net.layers):
        month = net.first + at
        if month in entering:
            entry[month] = [here.setdefault(_rounded(b), len(here)) for b in entering[month]]
        total += len(here)
        if total > most:
            return None
        edges = _edges(layer)
        after: dict[Belief, int] = {((0, 1.0),): 0}
        last = at == len(net.layers) - 1
        rows = [_onward(belief, edges, after, chains, last) for belief in here]
        layers.append(_layer(rows))
        here = after
    return Net(net.first, tuple(layers)), entry


def _edges(layer: NetLayer) -> list[list[Edge]]:
    flat = list(
        zip(layer.outcome.tolist(), layer.weight.tolist(), layer.mark.tolist(), layer.target.tolist(), strict=True)
    )
    start = layer.start.tolist()
    return [flat[a:b] for a, b in pairwise(start)]


def _rounded(belief: Belief) -> Belief:
    return tuple((node, round(share, 13)) for node, share in belief)


def _onward(
    belief: Belief, edges: Sequence[Sequence[Edge]], after: dict[Belief, int], chains: int, last: bool
) -> list[Edge]:
    """The edges of a belief: one for each outcome and payment."""
    outcomes = [0]
    for node, _ in belief:
        its = {edge[0] for edge in edges[node]}
        if its != {0} and its != set(outcomes):
            both = (joined_outcome(a, b, chains) for a in outcomes for b in its)
            outcomes = sorted({o for o in both if o is not None})
    found: list[Edge] = []
    for outcome in outcomes:
        by_mark: dict[int, dict[int, float]] = {}
        for node, share in belief:
            met = False
            for own, weight, mark, target in edges[node]:
                if joined_outcome(outcome, own, chains) == outcome:
                    targets = by_mark.setdefault(mark, {})
                    target = 0 if last else target
                    targets[target] = targets.get(target, 0.0) + share * weight
                    met = True
            if not met:
                raise CompilerBug("an outcome that a node does not know")
        for mark, targets in sorted(by_mark.items()):
            whole = sum(targets.values())
            if whole > 0:
                onward = _rounded(tuple((n, p / whole) for n, p in sorted(targets.items())))
                found.append((outcome, whole, mark, after.setdefault(onward, len(after))))
    return found


def joined_outcome(first: int, second: int, chains: int) -> int | None:
    """Both together, where they do not contradict each other."""
    if first == second or second == 0:
        return first
    if first == 0:
        return second
    found = 0
    for chain in range(chains):
        a, b = first // 5**chain % 5, second // 5**chain % 5
        if a and b and a != b:
            return None
        found += 5**chain * max(a, b)
    return found


def _layer(rows: Sequence[Sequence[Edge]]) -> NetLayer:
    flat = [edge for row in rows for edge in row]
    if not flat:
        return DEAD
    outcome, weight, mark, target = zip(*flat, strict=True)
    return NetLayer(
        start=np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64),
        outcome=np.array(outcome, np.int64),
        weight=np.array(weight, np.float64),
        mark=np.array(mark, np.int64),
        target=np.array(target, np.int64),
    )
