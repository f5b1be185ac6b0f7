"""Nets: automata by month with weights, in which only what matters for payments is told apart.

A net is made from the trellises of simulator/automaton. It differs from them in that an edge has a weight of its own
beside its outcome: fixed attributes that no other clause reads are not told apart from the start, but where a payment
shows them (simulator/engines/exact/beliefs.py). Nets of one population multiply (products.py); every one is minimised
backwards, as trellises are.

An **outcome** says what each chain of the family does, one base-5 digit a chain (LEAVE, STAY, RETURN, OUT of
simulator/automaton/transitions.py; 0: does not matter). The chances of a node's outcomes sum to 1, and so do the
weights of the edges with one outcome. Node 0 of each layer is of those who are never paid again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from attrs import define, field, frozen

from lang.dates import Month
from lang.diagnostics import CompilerBug
from simulator.automaton.kinds import hash_columns
from simulator.automaton.trellis import spread
from simulator.chance.keyed_random import mix
from simulator.plan import Floats, Ints, Words

Entry = Mapping[Month, Ints]  # by month of arrival: nodes, in an order that the owner of the net knows


@frozen
class Payment:
    """`clause`: its position in the plan; `extra`: pots, then the group of `--by` (-1 none)."""

    clause: int
    amount: int
    extra: tuple[int, ...]


@define(eq=False)
class Marks:
    """What edges pay: tuples of payments by number; 0 is nothing."""

    items: list[tuple[Payment, ...]] = field(factory=lambda: [()])
    payments: list[Payment] = field(factory=list)
    _payment: dict[Payment, int] = field(factory=dict)
    _sets: list[tuple[int, ...]] = field(factory=lambda: [()])
    _numbers: dict[tuple[int, ...], int] = field(factory=lambda: {(): 0})

    def number(self, payments: Sequence[Payment]) -> int:
        for payment in payments:
            if payment not in self._payment:
                self._payment[payment] = len(self.payments)
                self.payments.append(payment)
        return self._number(tuple(sorted(self._payment[p] for p in payments)))

    def _number(self, chosen: tuple[int, ...]) -> int:
        found = self._numbers.get(chosen)
        if found is None:
            found = self._numbers[chosen] = len(self.items)
            self._sets.append(chosen)
            self.items.append(tuple(self.payments[i] for i in chosen))
        return found

    def joined(self, first: Ints, second: Ints) -> Ints:
        """The marks of both together."""
        codes, inverse = np.unique(first << 32 | second, return_inverse=True)
        sets = self._sets
        numbers = [
            self._number(tuple(sorted(sets[c >> 32] + sets[c & 0xFFFFFFFF]))) if c >> 32 else c & 0xFFFFFFFF
            for c in codes.tolist()
        ]
        return np.array(numbers, np.int64)[inverse]


@frozen(eq=False)
class NetLayer:
    """Edges of node i are start[i] to start[i + 1]. Node 0 has one edge, to node 0."""

    start: Ints
    outcome: Ints
    weight: Floats
    mark: Ints
    target: Ints

    @property
    def nodes(self) -> int:
        return len(self.start) - 1

    @property
    def source(self) -> Ints:
        return np.repeat(np.arange(self.nodes), np.diff(self.start))


@frozen(eq=False, slots=False)
class Net:
    """`layers[i]` is of month first + i."""

    first: Month
    layers: tuple[NetLayer, ...]

    @property
    def last(self) -> Month:
        return self.first + len(self.layers) - 1

    @cached_property
    def paying(self) -> tuple[Month, Month]:
        """The first and the last month in which anything is paid."""
        months = [self.first + at for at, layer in enumerate(self.layers) if layer.mark.any()]
        return (months[0], months[-1]) if months else (self.first, self.first - 1)


DEAD = NetLayer(
    start=np.array([0, 1]),
    outcome=np.zeros(1, np.int64),
    weight=np.ones(1),
    mark=np.zeros(1, np.int64),
    target=np.zeros(1, np.int64),
)


def minimised(net: Net, entry: Mapping[Month, Ints]) -> tuple[Net, dict[Month, Ints]]:
    """Nodes with the same outcomes, weights, payments and successors are one; the new nodes of `entry`."""
    layers: list[NetLayer] = []
    entered: dict[Month, Ints] = {}
    after = np.zeros(1, np.int64)
    for at in range(len(net.layers) - 1, -1, -1):
        layer, after = _minimised(net.layers[at], after if at < len(net.layers) - 1 else None)
        layers.append(layer)
        if net.first + at in entry:
            entered[net.first + at] = after[entry[net.first + at]]
    return Net(net.first, tuple(reversed(layers))), entered


def _minimised(layer: NetLayer, after: Ints | None) -> tuple[NetLayer, Ints]:
    target = np.zeros(len(layer.target), np.int64) if after is None else after[layer.target]
    node, outcome, mark, target, weight = _summed(layer.source, layer.outcome, layer.mark, target, layer.weight)
    # A node whose outcomes all lead to the same is left to no chance.
    new = np.flatnonzero((np.diff(node, prepend=-1) != 0) | (np.diff(outcome, prepend=-1) != 0))
    content = _mixed(np.stack([mark, target, _bits(weight)]))
    of_outcome = np.add.reduceat(content, new)
    owner = node[new]
    begin = np.flatnonzero(np.diff(owner, prepend=-1) != 0)
    same = np.logical_and.reduceat(of_outcome == of_outcome[begin][np.searchsorted(owner[begin], owner)], begin)
    first_outcome = outcome[new][begin]
    keep = ~same[node] | (outcome == first_outcome[node])
    outcome = np.where(same[node], 0, outcome)
    node, outcome, mark, target, weight = node[keep], outcome[keep], mark[keep], target[keep], weight[keep]
    columns = np.stack([outcome, mark, target, _bits(weight)])
    start = np.flatnonzero(np.diff(node, prepend=-1) != 0)
    counts = np.diff(np.append(start, len(node)))
    sign, other = (np.add.reduceat(_mixed(columns + seed), start) for seed in (0, 1 << 40))
    _, where, inverse = np.unique(sign, return_index=True, return_inverse=True)
    if (other[where][inverse] != other).any() or (counts[where][inverse] != counts).any():
        raise CompilerBug("two nodes have one hash")
    # Numbered by first appearance, the dead node first, so that nothing depends on hashes.
    dead = np.flatnonzero((counts == 1) & (outcome[start] == 0) & (mark[start] == 0) & (target[start] == 0))
    rank = where.astype(np.int64)
    if len(dead):
        rank[inverse[dead[0]]] = -1
    order = np.argsort(rank, kind="stable")
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order)) + (0 if len(dead) else 1)
    chosen = where[order][1:] if len(dead) else where[order]
    begins = np.append(start, len(node))
    _, edge = spread(begins, chosen)
    made = NetLayer(
        start=np.concatenate([[0, 1], 1 + np.cumsum(counts[chosen])]).astype(np.int64),
        outcome=np.concatenate([[0], outcome[edge]]),
        weight=np.concatenate([[1.0], weight[edge]]),
        mark=np.concatenate([[0], mark[edge]]),
        target=np.concatenate([[0], target[edge]]),
    )
    return made, number[inverse]


def _summed(
    node: Ints, outcome: Ints, mark: Ints, target: Ints, weight: Floats
) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """Edges that lead to the same are one; sorted by node and outcome."""
    order = np.lexsort((target, mark, outcome, node))
    node, outcome, mark, target, weight = node[order], outcome[order], mark[order], target[order], weight[order]
    differs = np.zeros(len(node), np.bool_)
    differs[0] = True
    for column in (node, outcome, mark, target):
        differs[1:] |= column[1:] != column[:-1]
    begin = np.flatnonzero(differs)
    return node[begin], outcome[begin], mark[begin], target[begin], np.add.reduceat(weight, begin)


def _bits(weight: Floats) -> Ints:
    return np.rint(weight * 1e13).astype(np.int64)


def _mixed(columns: Ints) -> Words:
    """A 64-bit hash of each column of numbers; mixed once more, because hashes of edges are summed."""
    with np.errstate(over="ignore"):
        mixed: Words = mix(hash_columns(list(columns)))
    return mixed
