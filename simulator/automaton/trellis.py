"""States by month, minimised: what no future payment can tell apart is one node.

In: the prospects (kinds.py) and the step (transitions.py). Out: a `Trellis`, a layer a month. Forwards, the pairs
(prospect, state) that occur; backwards, pairs with the same chances, the same marks and the same next nodes become one
node (minimisation of an acyclic automaton from its end, as Revuz does it). Node 0 of a layer is of those who will never
be paid or refused again; nobody counts them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen

from lang.dates import Month
from lang.diagnostics import CompilerBug
from lang.source import NOWHERE
from simulator.automaton.again import Again
from simulator.automaton.kinds import Kinds
from simulator.automaton.minimise import Classes, Stages, classes, repeats, words_of
from simulator.automaton.people import NotFinite
from simulator.automaton.transitions import Edges, Transitions
from simulator.plan import Ints, Words

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
    raw = _raw(kinds, edges, pairs, numbers)
    found = classes(_stages(raw), nothing=_content(*(np.zeros(1, np.int64) for _ in range(3))))
    entered, merged = Again(_entered), Again(_merged)
    entry = {
        kinds.first + at: entered(pairs[at], kinds.entry[kinds.first + at], of_month.number)
        for at, of_month in enumerate(found)
        if kinds.first + at in kinds.entry
    }
    after = [*(of.number for of in found[1:]), np.zeros(1, np.int64)]
    layers = tuple(merged(*of) for of in zip(raw, found, after, strict=True))
    return Trellis(first=kinds.first, layers=layers, entry=entry, transitions=transitions)


def _entered(pairs: Ints, arrived: Ints, number: Ints) -> Ints:
    """The classes of those who arrive."""
    return number[_find(pairs, _pack(arrived, np.zeros(1, np.int64))) + 1]


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
    now, nobody = np.zeros(0, np.int64), np.zeros(0, np.int64)
    step = Again(lambda now, arrived, letter, onward: _onward(now, arrived, letter, onward, transitions))
    for at, letter in enumerate(kinds.letter):
        arrived = kinds.entry.get(kinds.first + at, nobody)
        own, numbers, now = step(now, arrived, letter, kinds.next[at])
        total += len(own)
        if total > MOST_PAIRS:
            raise NotFinite(NOWHERE, "there are too many kinds of people to count", "需区分的人员类别过多")
        all_pairs.append(own)
        all_numbers.append(numbers)
    return all_pairs, all_numbers


def _onward(
    before: Ints, arrived: Ints, letter: Ints, following: Ints, transitions: Transitions
) -> tuple[Ints, Ints, Ints]:
    """The pairs of a month, of those who were there and those who arrive; their numbers; the pairs of the next."""
    now = np.union1d(before, _pack(arrived, np.zeros(1, np.int64))) if len(arrived) else before
    prospect, state = now & 0xFFFFFFFF, now >> 32
    if not len(now):
        return now, np.zeros(0, np.int64), now
    numbers = transitions.pairs(letter[prospect], state)
    edges = transitions.edges()
    which, edge = spread(edges.start, numbers)
    onward = following[prospect[which]]
    reached = [_pack(onward, edges.target[edge])]
    refused = edges.claim[edge] >= 0
    if refused.any():
        reached.append(_pack(onward[refused], edges.refused_target[edge[refused]]))
    return now, numbers, np.unique(np.concatenate(reached))


def spread(start: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """The edges of the chosen nodes: the position in `chosen`, and the edge, of each."""
    counts = start[chosen + 1] - start[chosen]
    which = np.repeat(np.arange(len(chosen)), counts)
    begin = np.cumsum(counts) - counts
    return which, start[chosen][which] + np.arange(len(which)) - begin[which]


def _raw(kinds: Kinds, edges: Edges, pairs: Sequence[Ints], numbers: Sequence[Ints]) -> list[Layer]:
    """The layers before anything is merged: the dead node, then one a pair."""
    last = len(pairs) - 1
    layer = Again(lambda own, number, onward, after: _layer(edges, own, number, onward, after))
    return [
        layer(own, number, kinds.next[at], pairs[at + 1] if at < last else None)
        for at, (own, number) in enumerate(zip(pairs, numbers, strict=True))
    ]


def _layer(edges: Edges, own: Ints, number: Ints, following: Ints, after: Ints | None) -> Layer:
    """`after`: the next month's pairs; None in the last month."""
    which, edge = spread(edges.start, number)
    claim = edges.claim[edge]
    asks = claim >= 0
    target, refused_target = np.zeros(len(edge), np.int64), np.zeros(len(edge), np.int64)
    if after is not None and len(edge):
        onward = following[own & 0xFFFFFFFF]
        target = _find(after, _pack(onward[which], edges.target[edge])) + 1
        refused = _pack(onward[which[asks]], edges.refused_target[edge[asks]])
        refused_target[asks] = _find(after, refused) + 1
    counts = edges.start[number + 1] - edges.start[number]
    return Layer(
        start=np.concatenate([[0, 1], 1 + np.cumsum(counts)]).astype(np.int64),
        outcome=_behind(0, edges.outcome[edge]),
        mark=_behind(0, edges.mark[edge]),
        target=_behind(0, target),
        claim=_behind(-1, claim),
        refused_mark=_behind(0, edges.refused_mark[edge]),
        refused_target=_behind(0, refused_target),
    )


def _behind(first: int, others: Ints) -> Ints:
    return np.concatenate([np.array([first], np.int64), others])


def _stages(layers: Sequence[Layer]) -> Stages:
    """An edge is alone with its outcome, so each is a group."""
    edges = np.cumsum([0, *(len(layer.outcome) for layer in layers)])
    joined = {
        name: np.concatenate([getattr(layer, name) for layer in layers])
        for name in ("outcome", "mark", "claim", "refused_mark", "target", "refused_target")
    }
    return Stages(
        edges=edges,
        groups=edges,
        nodes=np.cumsum([0, *(layer.nodes for layer in layers)]),
        group=np.arange(edges[-1]),
        node=np.concatenate([layer.start[:-1] + first for layer, first in zip(layers, edges[:-1], strict=True)]),
        content=_content(joined["mark"], joined["claim"] + 1, joined["refused_mark"]),
        outcome=joined["outcome"],
        weight=None,
        targets=(joined["target"], joined["refused_target"]),
        repeats=repeats(layers),
    )


def _content(mark: Ints, claim: Ints, refused_mark: Ints) -> Words:
    return words_of([mark, claim, refused_mark])


def _merged(layer: Layer, found: Classes, after: Ints) -> Layer:
    """One node for each class, the dead one first; where all outcomes come to the same, nothing is left to chance."""
    chosen = np.concatenate([np.zeros(1, np.int64), found.chosen])
    certain = found.certain[chosen]
    counts = np.where(certain, 1, layer.start[chosen + 1] - layer.start[chosen])
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    which = np.repeat(np.arange(len(chosen)), counts)
    edge = layer.start[chosen][which] + np.arange(len(which)) - start[which]
    target, refused_target = layer.target[edge], layer.refused_target[edge]
    if len(after) == 1:  # the last month
        target = refused_target = np.zeros(len(edge), np.int64)
    return Layer(
        start=start,
        outcome=np.where(certain[which], 0, layer.outcome[edge]),
        mark=layer.mark[edge],
        target=after[target],
        claim=layer.claim[edge],
        refused_mark=layer.refused_mark[edge],
        refused_target=after[refused_target],
    )
