"""Which nodes of an automaton by months can be told apart: minimisation backwards from the last month.

In: by month the edges of each node, as hashes of what they say and the nodes that they lead to. Out: the class of each
node, and a node that stands for each class. An acyclic automaton is minimised from its end (Revuz, Minimisation of
acyclic deterministic automata in linear time): nodes are the same that have the same outcomes, with the same weights,
payments and classes of successors. A node whose outcomes all come to the same has none that matters.

A month has few nodes, so what costs is the number of array operations: whatever does not depend on successors is hashed
for all months at once, and two independent 64-bit hashes of a node stand for it in the comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from attrs import frozen

from lang.diagnostics import CompilerBug
from simulator.automaton.again import alike
from simulator.automaton.distinct import distinct
from simulator.chance.keyed_random import mix
from simulator.plan import Flags, Floats, Ints, Words

_SEEDS = np.array([[0x632BE59BD9B4E019], [0xD1342543DE82EF95]], np.uint64)
_STEPS = np.array([[0x9E3779B97F4A7C15], [0xC2B2AE3D27D4EB4F]], np.uint64)
_WEIGHTS = np.array([[0x2545F4914F6CDD1D], [0x9FB21C651E98DF25]], np.uint64)
_FINE = 1e13  # weights are the same that agree to 13 digits


def words_of(columns: Sequence[Ints]) -> Words:
    """Two hashes of each row of some columns: (2, rows). Those of no columns are for rows that say nothing."""
    total: Words = np.zeros((2, len(columns[0]) if columns else 1), np.uint64)
    with np.errstate(over="ignore"):
        for position, column in enumerate(columns):
            total += mix(column.astype(np.uint64) * _STEPS + _SEEDS * np.uint64(position + 1))
    return total


@frozen(kw_only=True, eq=False)
class Stages:
    """The edges of all months, one month behind the other; nodes and edges are numbered within their month.

    edges       where each month's edges begin, and where the last month's end; likewise `groups`, `nodes`
    group       the first edge of each group: a node's edges with one outcome (as in `edges`: of all months)
    node        the first group of each node
    content     what each edge says beside its outcome, weight and targets, hashed (2, edges)
    outcome     of each group
    weight      of each edge; None: of every group one edge, of weight 1
    targets     by edge, nodes of the next month (more than one: an edge that can go either way)
    repeats     by month, whether it has the same edges as the month after it
    """

    edges: Ints
    groups: Ints
    nodes: Ints
    group: Ints
    node: Ints
    content: Words
    outcome: Ints
    weight: Floats | None
    targets: tuple[Ints, ...]
    repeats: Sequence[bool]


def repeats(layers: Sequence[object]) -> list[bool]:
    """By month, whether its layer is that of the month after it (`again`)."""
    return [*(one is other for one, other in pairwise(layers)), False]


@frozen(eq=False)
class Classes:
    """Of one month. `number`: the class of each node; class 0 is of those who are never paid again, the others are
    numbered by first appearance. `chosen`: the node that stands for each class but 0. `certain`: by node, whether its
    outcomes all come to the same."""

    number: Ints
    chosen: Ints
    certain: Flags


def classes(stages: Stages, *, nothing: Words) -> list[Classes]:
    """By month. `nothing`: the content of an edge that pays nothing (2, 1); a node with only such edges, to class 0, is
    of class 0."""
    last = len(stages.edges) - 2
    found: list[Classes] = []
    after = np.zeros(1, np.int64)
    with np.errstate(over="ignore"):
        keys = words_of([stages.outcome])
        weight = np.ones(1) if stages.weight is None else stages.weight
        weighed = np.broadcast_to(_weighed(weight), stages.content.shape)
        dead = mix(_led(nothing, [after] * len(stages.targets), after) + _weighed(np.ones(1)))
        first_of = np.repeat(stages.node, np.diff(np.append(stages.node, len(stages.group))))
        for at in range(last, -1, -1):
            if at < last - 1 and stages.repeats[at] and alike(after, found[-2].number):
                found.append(found[-1])  # what is the same and leads to the same is told apart in the same way
                continue
            first, end = stages.edges[at], stages.edges[at + 1]
            if end - first == 1 and (stages.content[:, first:end] == nothing).all() and not _leads(stages, at, after):
                found.append(_NOBODY)
                after = found[-1].number
                continue
            groups = slice(stages.groups[at], stages.groups[at + 1])
            node = stages.node[stages.nodes[at] : stages.nodes[at + 1]] - stages.groups[at]
            targets = [t[first:end] if at < last else np.zeros(end - first, np.int64) for t in stages.targets]
            led = _led(stages.content[:, first:end], targets, after)
            if groups.stop - groups.start == end - first:
                of_group = mix(led + weighed[:, first:end])
            else:
                of_group = _summed(led, weight[first:end], stages.group[groups] - first)
            same = (of_group == of_group[:, first_of[groups] - stages.groups[at]]).all(axis=0)
            certain = np.logical_and.reduceat(same, node)
            sign = np.add.reduceat(mix(of_group + keys[:, groups]), node, axis=1)
            sign = np.where(certain, of_group[:, node], sign)
            found.append(_numbered(sign, dead, certain))
            after = found[-1].number
    found.reverse()
    return found


def _leads(stages: Stages, at: int, after: Ints) -> bool:
    """Whether the only edge of a month leads to more than class 0."""
    only = stages.edges[at]
    return at < len(stages.edges) - 2 and any(after[target[only]] != 0 for target in stages.targets)


_NOBODY = Classes(np.zeros(1, np.int64), np.zeros(0, np.int64), np.ones(1, np.bool_))


def _led(content: Words, targets: Sequence[Ints], after: Ints) -> Words:
    """What an edge says and where it leads, one number."""
    led = content + after[targets[0]].astype(np.uint64) * _STEPS
    for target in targets[1:]:
        led = mix(led) + after[target].astype(np.uint64) * _STEPS
    return led


def _weighed(weight: Floats) -> Words:
    """What is added for a weight, whatever else is said."""
    found: Words = np.rint(weight * _FINE).astype(np.uint64) * _WEIGHTS
    return found


def _summed(led: Words, weight: Floats, begin: Ints) -> Words:
    """One hash of each group's edges: those that say the same and lead to the same are one, with the sum of their
    weights."""
    of_group = np.repeat(np.arange(len(begin)), np.diff(np.append(begin, len(weight))))
    order = np.lexsort((led[0], of_group))
    led, of_group = led[:, order], of_group[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (led[0, 1:] != led[0, :-1]) | (of_group[1:] != of_group[:-1])
    start = np.flatnonzero(new)
    of_edge = mix(led[:, start] + _weighed(np.add.reduceat(weight[order], start)))
    of_group = of_group[start]
    first = np.flatnonzero(np.diff(of_group, prepend=-1))
    # One edge is itself; of several the sum is mixed, because hashes of groups are summed again.
    total = np.add.reduceat(of_edge, first, axis=1)
    several = np.diff(np.append(first, len(of_group))) > 1
    return np.where(several, mix(total), total)


def _numbered(sign: Words, dead: Words, certain: Flags) -> Classes:
    """Classes by first appearance, so that nothing depends on hashes."""
    hashes, where, inverse = distinct(sign[0])
    if (sign[1, where][inverse] != sign[1]).any():
        raise CompilerBug("two nodes have one hash")
    zero = np.searchsorted(hashes, dead[0, 0])
    there = zero < len(hashes) and hashes[zero] == dead[0, 0]
    if there:
        where[zero] = -1
    order = np.argsort(where, kind="stable")
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order)) + (0 if there else 1)
    return Classes(number[inverse], where[order][1 if there else 0 :], certain)
