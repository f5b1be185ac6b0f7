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
from attrs import define, evolve, field, frozen

from lang.dates import Month
from simulator.automaton.again import Again
from simulator.automaton.distinct import distinct
from simulator.automaton.minimise import Classes, Stages, classes, repeats, words_of
from simulator.automaton.trellis import spread
from simulator.plan import Floats, Ints

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
        codes, _, inverse = distinct(first << 32 | second)
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


NOBODY = NetLayer(  # only the dead node
    start=np.array([0, 1]),
    outcome=np.zeros(1, np.int64),
    weight=np.ones(1),
    mark=np.zeros(1, np.int64),
    target=np.zeros(1, np.int64),
)


def paying(net: Net, marks: Ints) -> Net:
    """The net that pays other marks: `marks` of each number."""
    other = Again(lambda layer: evolve(layer, mark=marks[layer.mark]))
    return Net(net.first, tuple(map(other, net.layers)))


def minimised(net: Net, entry: Mapping[Month, Ints]) -> tuple[Net, dict[Month, Ints]]:
    """Nodes with the same outcomes, weights, payments and successors are one; the new nodes of `entry`."""
    flat = _flat(net)
    found = classes(flat.stages(), nothing=words_of([np.zeros(1, np.int64)]))
    enter = Again(lambda nodes, number: number[nodes])
    entered = {month: enter(nodes, found[month - net.first].number) for month, nodes in entry.items()}
    return Net(net.first, flat.chosen(found)), entered


@frozen(kw_only=True, eq=False)
class _Flat:
    """The edges of all layers, one layer behind the other, sorted by node and outcome. `begin`: the first edge of each
    node (of all layers), and the end; `nodes`: the first node of each layer, and the end."""

    begin: Ints
    nodes: Ints
    owner: Ints
    outcome: Ints
    weight: Floats
    mark: Ints
    target: Ints
    repeats: Sequence[bool]

    def stages(self) -> Stages:
        new = np.ones(len(self.owner), np.bool_)
        new[1:] = (self.owner[1:] != self.owner[:-1]) | (self.outcome[1:] != self.outcome[:-1])
        group = np.flatnonzero(new)
        node = np.searchsorted(group, self.begin)
        return Stages(
            edges=self.begin[self.nodes],
            groups=node[self.nodes],
            nodes=self.nodes,
            group=group,
            node=node[:-1],
            content=words_of([self.mark]),
            outcome=self.outcome[group],
            weight=self.weight,
            targets=(self.target,),
            repeats=self.repeats,
        )

    def chosen(self, found: Sequence[Classes]) -> tuple[NetLayer, ...]:
        """The layers of the classes: of each a node, and before them the dead one."""
        chosen = np.concatenate([of.chosen + first for of, first in zip(found, self.nodes, strict=False)])
        certain = np.concatenate([of.certain for of in found])[chosen]
        layer = np.repeat(np.arange(len(found)), [len(of.chosen) for of in found])
        node, edge = spread(self.begin, chosen)
        outcome = np.where(certain[node], 0, self.outcome[edge])
        keep = ~certain[node] | (self.outcome[edge] == self.outcome[self.begin[chosen]][node])
        node, edge, outcome = node[keep], edge[keep], outcome[keep]
        numbers, offset = _joined_numbers(found)
        after = np.append(offset, 0)[layer[node] + 1]
        last = layer[node] == len(found) - 1
        target = np.where(last, 0, numbers[np.where(last, 0, after + self.target[edge])])
        node, outcome, mark, target, weight = _summed(node, outcome, self.mark[edge], target, self.weight[edge])
        first = np.searchsorted(layer, np.arange(len(found) + 1))
        begin = np.searchsorted(node, first)
        layers: list[NetLayer] = []
        for at in range(len(found) - 1, -1, -1):
            of = found[at]
            if at < len(found) - 2 and self.repeats[at] and of is found[at + 1] is found[at + 2]:
                layers.append(layers[-1])
                continue
            here = slice(begin[at], begin[at + 1])
            counts = np.bincount(node[here] - first[at], minlength=len(of.chosen))
            layers.append(
                NetLayer(
                    start=np.concatenate([[0, 1], 1 + np.cumsum(counts)]).astype(np.int64),
                    outcome=np.concatenate([[0], outcome[here]]),
                    weight=np.concatenate([[1.0], weight[here]]),
                    mark=np.concatenate([[0], mark[here]]),
                    target=np.concatenate([[0], target[here]]),
                )
            )
        return tuple(reversed(layers))


def _flat(net: Net) -> _Flat:
    counts = np.concatenate([np.diff(layer.start) for layer in net.layers])
    owner = np.repeat(np.arange(len(counts)), counts)
    outcome = np.concatenate([layer.outcome for layer in net.layers])
    code = owner * (int(outcome.max()) + 1) + outcome
    order: Ints | slice = slice(None)
    if (code[1:] < code[:-1]).any():
        order = np.argsort(code, kind="stable")
    return _Flat(
        begin=np.concatenate([[0], np.cumsum(counts)]),
        nodes=np.cumsum([0, *(layer.nodes for layer in net.layers)]),
        owner=owner,
        outcome=outcome[order],
        weight=np.concatenate([layer.weight for layer in net.layers])[order],
        mark=np.concatenate([layer.mark for layer in net.layers])[order],
        target=np.concatenate([layer.target for layer in net.layers])[order],
        repeats=repeats(net.layers),
    )


def _joined_numbers(found: Sequence[Classes]) -> tuple[Ints, Ints]:
    """The classes of all months' nodes, and where each month's begin."""
    offset = np.cumsum([0, *(len(of.number) for of in found[:-1])])
    return np.concatenate([of.number for of in found]), offset


def _summed(
    node: Ints, outcome: Ints, mark: Ints, target: Ints, weight: Floats
) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """Edges that lead to the same are one; sorted by node and outcome, payment, target."""
    if not len(node):
        return node, outcome, mark, target, weight
    columns = (node, outcome, mark, target)
    order = np.lexsort(columns[::-1])
    node, outcome, mark, target = (column[order] for column in columns)
    differs = np.ones(len(node), np.bool_)
    differs[1:] = False
    for column in (node, outcome, mark, target):
        differs[1:] |= column[1:] != column[:-1]
    begin = np.flatnonzero(differs)
    return node[begin], outcome[begin], mark[begin], target[begin], np.add.reduceat(weight[order], begin)
