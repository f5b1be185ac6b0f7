"""States by month, minimised: what no future payment can tell apart is one node.

In: the prospects (kinds.py) and the step (transitions.py). Out: a `Trellis`, a layer a month. Forwards, the pairs
(prospect, state) that occur; backwards, pairs with the same chances, the same marks and the same next nodes become one
node (minimisation of an acyclic automaton from its end, as Revuz does it). Node 0 of a layer is of those who will never
be paid or refused again; nobody counts them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import frozen

from lang.dates import Month
from lang.diagnostics import CompilerBug
from lang.source import NOWHERE
from simulator.automaton.kinds import Kinds, hash_columns
from simulator.automaton.people import NotFinite
from simulator.automaton.transitions import Edges, Transitions
from simulator.plan import Ints

MOST_PAIRS = 3_000_000


@frozen(kw_only=True, eq=False)
class Layer:
    """The nodes before one month's step. Edges of node i are start[i] to start[i + 1]; `outcome` is a number of
    Transitions (which chains move; 0: certain); `target` a node of the next layer. Node 0 has one edge to node 0."""

    start: Ints
    outcome: Ints
    mark: Ints
    target: Ints
    claim: Ints
    refused_mark: Ints
    refused_target: Ints

    @property
    def nodes(self) -> int:
        return len(self.start) - 1


@frozen(kw_only=True, eq=False)
class Trellis:
    """`layers[i]` is of month first + i; `entry[a]`: the node of each combination of kinds that arrives in month a."""

    first: Month
    layers: tuple[Layer, ...]
    entry: Mapping[Month, Ints]
    transitions: Transitions


def trellis(kinds: Kinds, transitions: Transitions) -> Trellis:
    """Raises NotFinite where there are too many states."""
    pairs, numbers = _forwards(kinds, transitions)
    edges = transitions.edges()
    months = len(kinds.letter)
    layers: list[Layer] = []
    node_after = np.zeros(1, np.int64)  # of each pair of the month after, in order of `pairs`
    entry: dict[Month, Ints] = {}
    pairs_after = np.zeros(1, np.int64)
    for at in range(months - 1, -1, -1):
        if at == months - 1:
            pairs_after = np.zeros(0, np.int64)
        layer, node = _layer(kinds, edges, at, pairs[at], numbers[at], pairs_after, node_after)
        layers.append(layer)
        month = kinds.first + at
        if month in kinds.entry:
            entry[month] = node[_find(pairs[at], _pack(kinds.entry[month], np.zeros(1, np.int64)))]
        pairs_after, node_after = pairs[at], node
    return Trellis(first=kinds.first, layers=tuple(reversed(layers)), entry=entry, transitions=transitions)


def _pack(prospect: Ints, state: Ints) -> Ints:
    packed: Ints = state << 32 | prospect
    return packed


def _find(sorted_: Ints, wanted: Ints) -> Ints:
    at = np.searchsorted(sorted_, wanted)
    if len(wanted) and (at.max() >= len(sorted_) or (sorted_[at] != wanted).any()):
        raise CompilerBug("a state of the trellis that was not reached")
    return np.asarray(at, np.int64)


def _forwards(kinds: Kinds, transitions: Transitions) -> tuple[list[Ints], list[Ints]]:
    """By month: the (prospect, state) pairs that occur, sorted, and their numbers in the transitions."""
    all_pairs, all_numbers, total = [], [], 0
    now = np.zeros(0, np.int64)
    for at, letter in enumerate(kinds.letter):
        arrived = kinds.entry.get(kinds.first + at)
        if arrived is not None:
            now = np.union1d(now, _pack(arrived, np.zeros(1, np.int64)))
        total += len(now)
        if total > MOST_PAIRS:
            raise NotFinite(NOWHERE, "there are too many kinds of people to count", "需区分的人员类别过多")
        prospect, state = now & 0xFFFFFFFF, now >> 32
        numbers = transitions.pairs(letter[prospect], state) if len(now) else np.zeros(0, np.int64)
        all_pairs.append(now)
        all_numbers.append(numbers)
        if not len(now):
            continue
        edges = transitions.edges()
        which, edge = spread(edges.start, numbers)
        onward = kinds.next[at][prospect[which]]
        reached = [_pack(onward, edges.target[edge])]
        refused = edges.claim[edge] >= 0
        if refused.any():
            reached.append(_pack(onward[refused], edges.refused_target[edge[refused]]))
        now = np.unique(np.concatenate(reached))
    return all_pairs, all_numbers


def spread(start: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """The edges of the chosen nodes: the position in `chosen`, and the edge, of each."""
    counts = start[chosen + 1] - start[chosen]
    which = np.repeat(np.arange(len(chosen)), counts)
    begin = np.cumsum(counts) - counts
    return which, start[chosen][which] + np.arange(len(which)) - begin[which]


def _layer(
    kinds: Kinds, edges: Edges, at: int, pairs: Ints, numbers: Ints, pairs_after: Ints, node_after: Ints
) -> tuple[Layer, Ints]:
    """Nodes for the pairs of a month, and the node of each pair."""
    which, edge = spread(edges.start, numbers)
    last = at == len(kinds.letter) - 1

    def onward(states: Ints, of: Ints) -> Ints:
        if last:
            return np.zeros(len(of), np.int64)
        prospect = kinds.next[at][pairs[of] & 0xFFFFFFFF]
        found: Ints = node_after[_find(pairs_after, _pack(prospect, states))]
        return found

    target = onward(edges.target[edge], which)
    claim = edges.claim[edge]
    asks = claim >= 0
    refused_target = np.zeros(len(edge), np.int64)
    refused_target[asks] = onward(edges.refused_target[edge[asks]], which[asks])
    columns = np.stack([edges.mark[edge], target, claim, edges.refused_mark[edge], refused_target], axis=1)
    first = np.concatenate([[0], np.cumsum(np.bincount(which, minlength=len(pairs)))]).astype(np.int64)
    # A node whose outcomes all lead to the same is left to no chance.
    same = np.ones(len(pairs), np.bool_)
    differs = (columns != columns[first[which]]).any(axis=1) if len(edge) else np.zeros(0, np.bool_)
    same[which[differs]] = False
    keep = ~same[which] | (np.arange(len(edge)) == first[which])
    outcome = np.where(same[which], 0, edges.outcome[edge])
    columns = np.concatenate([outcome[:, None], columns], axis=1)[keep]
    which = which[keep]
    counts = np.bincount(which, minlength=len(pairs))
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    width = int(counts.max()) if len(counts) else 1
    flat = np.full((len(pairs), width * columns.shape[1]), -7, np.int64, order="F")
    rank = np.arange(len(which)) - start[which]
    for column in range(columns.shape[1]):
        flat[which, rank * columns.shape[1] + column] = columns[:, column]
    dead = np.full((1, flat.shape[1] if len(pairs) else columns.shape[1]), -7, np.int64)
    dead[0, :6] = (0, 0, 0, -1, 0, 0)
    flat = np.asfortranarray(np.concatenate([dead, flat])) if len(pairs) else dead
    _, where, inverse = np.unique(hash_columns(list(flat.T)), return_index=True, return_inverse=True)
    inverse = inverse.reshape(-1)
    if any((column[where][inverse] != column).any() for column in flat.T):
        raise CompilerBug("two nodes have one hash")
    # Numbered by first appearance, so that the dead node is 0 and nothing depends on hashes.
    order = np.argsort(where, kind="stable")
    number = np.empty(len(where), np.int64)
    number[order] = np.arange(len(where))
    chosen = where[order][1:] - 1  # a pair for each node but the dead
    _, position = spread(start, chosen)
    lines = np.concatenate([np.array([[0, 0, 0, -1, 0, 0]]), columns[position]])
    node_start = np.concatenate([[0, 1], 1 + np.cumsum(counts[chosen])]).astype(np.int64)
    layer = Layer(
        start=node_start,
        outcome=lines[:, 0],
        mark=lines[:, 1],
        target=lines[:, 2],
        claim=lines[:, 3],
        refused_mark=lines[:, 4],
        refused_target=lines[:, 5],
    )
    return layer, number[inverse][1:]
