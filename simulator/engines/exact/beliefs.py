"""Fixed attributes that only one clause reads, told apart where a payment shows them and not before.

In: a net that knows every fixed attribute from the start, and who enters it with which weights. Out: a net of
*beliefs*, each a distribution over nodes given the outcomes and payments so far (the subset construction for weighted
automata; a filter of a hidden Markov chain). A certificate's level, say, is nothing but a choice of amounts in the
month in which the certificate is paid for. Weights must not depend on the world: such attributes stay told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen

from lang.dates import Month
from lang.diagnostics import CompilerBug
from simulator.automaton.again import Again
from simulator.automaton.distinct import distinct
from simulator.automaton.minimise import words_of
from simulator.automaton.trellis import spread
from simulator.chance.keyed_random import mix
from simulator.engines.exact.nets import NOBODY, Net, NetLayer
from simulator.plan import Flags, Floats, Ints

_FINE = 1e13  # beliefs are the same that agree to 13 digits
_MOST_SETS = 62  # different sets of outcomes that the nodes of one month may have: bits of a word


@frozen(eq=False)
class Beliefs:
    """Belief i has the shares `share` of the nodes `node`, from start[i] to start[i + 1], by node; they sum to 1."""

    start: Ints
    node: Ints
    share: Floats

    @property
    def number(self) -> int:
        return len(self.start) - 1


DEAD = Beliefs(np.array([0, 1]), np.zeros(1, np.int64), np.ones(1))


def beliefs(of: Ints, node: Ints, weight: Floats, number: int) -> Beliefs:
    """From nodes with weights, of one belief each (every one of `number` has some); what has none is left out."""
    code = of << 32 | node
    codes, _, inverse = distinct(code)
    share = np.bincount(inverse, weight, len(codes))
    codes, share = codes[share > 0], share[share > 0]
    whole = np.bincount(codes >> 32, share, number)
    start = np.searchsorted(codes >> 32, np.arange(number + 1))
    return Beliefs(start, codes & 0xFFFFFFFF, share / whole[codes >> 32])


def believed(
    net: Net, entering: Mapping[Month, Beliefs], chains: int, most: int
) -> tuple[Net, dict[Month, Ints]] | None:
    """The net of beliefs, and the node of each entering one. None where it has more than `most` nodes."""
    if all(len(b.node) == b.number for b in entering.values()):  # nothing is hidden
        return net, {month: b.node for month, b in entering.items()}
    layers: list[NetLayer] = []
    entry: dict[Month, Ints] = {}
    here, total = DEAD, 0
    enter = Again(_entered)
    onward = Again(lambda here, layer, last: _onward(here, layer, chains, last=last))
    for at, layer in enumerate(net.layers):
        month = net.first + at
        if month in entering:
            here, entry[month] = enter(here, entering[month])
        total += here.number
        if total > most:
            return None
        if here.number == 1:  # nobody is paid any more, or yet
            layers.append(NOBODY)
            continue
        made, here = onward(here, layer, at == len(net.layers) - 1)
        layers.append(made)
    return Net(net.first, tuple(layers)), entry


def _entered(here: Beliefs, entering: Beliefs) -> tuple[Beliefs, Ints]:
    """With those who enter, and the nodes that these have."""
    both, numbers = _interned(_together(here, entering))
    return both, numbers[len(numbers) - entering.number :]


def _together(first: Beliefs, second: Beliefs) -> Beliefs:
    return Beliefs(
        np.concatenate([first.start, second.start[1:] + first.start[-1]]),
        np.concatenate([first.node, second.node]),
        np.concatenate([first.share, second.share]),
    )


def _interned(several: Beliefs) -> tuple[Beliefs, Ints]:
    """Those that differ, in order of first appearance, and which of them each is."""
    bits = np.rint(several.share * _FINE)
    begin = several.start[:-1]
    with np.errstate(over="ignore"):
        sign, other = np.add.reduceat(mix(words_of([several.node, bits.astype(np.int64)])), begin, axis=1)
    _, where, inverse = distinct(sign)
    if (other[where][inverse] != other).any():
        raise CompilerBug("two beliefs have one hash")
    order = np.argsort(where, kind="stable")
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    which, at = spread(several.start, where[order])
    start = np.searchsorted(which, np.arange(len(order) + 1))
    return Beliefs(start, several.node[at], bits[at] / _FINE), number[inverse]


def _onward(here: Beliefs, layer: NetLayer, chains: int, *, last: bool) -> tuple[NetLayer, Beliefs]:
    """One edge of a belief for each outcome and payment, and the beliefs to which these lead."""
    belief, outcome = _outcomes(here, layer, chains)
    pair, member = spread(here.start, belief)
    place, edge = spread(layer.start, here.node[member])
    fits = _agrees(outcome[pair[place]], layer.outcome[edge], chains)
    if not np.bincount(place[fits], minlength=len(pair)).all():
        raise CompilerBug("an outcome that a node does not know")
    place, edge = place[fits], edge[fits]
    mark, target = layer.mark[edge], np.zeros(len(edge), np.int64) if last else layer.target[edge]
    order = np.lexsort((target, mark, pair[place]))
    place, mark, target = place[order], mark[order], target[order]
    share = here.share[member[place]] * layer.weight[edge[order]]
    of = pair[place]
    shown = np.ones(len(of), np.bool_)
    shown[1:] = (of[1:] != of[:-1]) | (mark[1:] != mark[:-1])
    new = shown.copy()
    new[1:] |= target[1:] != target[:-1]
    start = np.flatnonzero(new)
    share = np.add.reduceat(share, start)
    begin = np.flatnonzero(shown[start])
    whole = np.add.reduceat(share, begin)
    first = start[begin]
    shares = share / np.repeat(whole, np.diff(np.append(begin, len(share))))
    after = Beliefs(np.append(begin, len(share)), target[start], shares)
    after, numbers = _interned(_together(DEAD, after))
    made = NetLayer(
        start=np.searchsorted(belief[of[first]], np.arange(here.number + 1)),
        outcome=outcome[of[first]],
        weight=whole,
        mark=mark[first],
        target=numbers[1:],
    )
    return made, after


def _outcomes(here: Beliefs, layer: NetLayer, chains: int) -> tuple[Ints, Ints]:
    """What can happen to each belief: outcomes of its nodes together, where these do not contradict each other."""
    source = layer.source
    new = np.ones(len(source), np.bool_)
    new[1:] = (source[1:] != source[:-1]) | (layer.outcome[1:] != layer.outcome[:-1])
    at = np.flatnonzero(new)
    with np.errstate(over="ignore"):
        sign = np.add.reduceat(words_of([layer.outcome[at]])[0], np.searchsorted(source[at], np.arange(layer.nodes)))
    _, where, which = distinct(sign)
    if len(where) > _MOST_SETS:
        raise CompilerBug("more sets of outcomes than bits of a word")
    sets = [sorted(set(layer.outcome[layer.start[n] : layer.start[n + 1]].tolist())) for n in where.tolist()]
    has = np.bitwise_or.reduceat(1 << which[here.node], here.start[:-1])
    combined, _, of_belief = distinct(has)
    ways = [_both([s for bit, s in enumerate(sets) if of >> bit & 1], chains) for of in combined.tolist()]
    start = np.cumsum([0, *(len(way) for way in ways)])
    belief, way = spread(start, of_belief)
    return belief, np.array([outcome for of in ways for outcome in of], np.int64)[way]


def _both(sets: Sequence[Sequence[int]], chains: int) -> list[int]:
    found = [0]
    for of_nodes in sets:
        if of_nodes != [0] and of_nodes != found:
            both = (joined_outcome(a, b, chains) for a in found for b in of_nodes)
            found = sorted({o for o in both if o is not None})
    return found


def _agrees(outcome: Ints, own: Ints, chains: int) -> Flags:
    """Whether a node's own outcome is part of one."""
    fits = np.ones(len(own), np.bool_)
    for chain in range(chains):
        digit = own // 5**chain % 5
        fits &= (digit == 0) | (digit == outcome // 5**chain % 5)
    return fits


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
