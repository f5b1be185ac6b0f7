"""What a unit is paid, as a measure: backwards from the last month that matters, forwards from arrival to the first.

In: a unit's net, a question, and points of the space of worlds. Out: `Jumps`, by group of arrivals and class: the
amounts above 0 that one unit can be paid in all, and their probabilities at each point (for arrivals of several months
that are one Poisson stream: the sum of these over the months). The law of a node is the mixture over its edges of the
laws of their targets, moved by what the edge pays; its support does not depend on the world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product as every

import numpy as np
from attrs import define, field, frozen
from scipy import sparse

from lang.dates import Month
from simulator.automaton.transitions import LEAVE, OUT, RETURN, STAY
from simulator.automaton.trellis import spread
from simulator.engines.exact.nets import Marks, Net, NetLayer
from simulator.engines.exact.questions import Question, Terms
from simulator.engines.exact.units import Unit
from simulator.engines.exact.worlds import Points
from simulator.plan import Floats, Ints

MOST_ROWS = 2_000_000  # amounts of all nodes of a month
_BITS = 40  # of an amount in fen, in codes
_MASK = (1 << _BITS) - 1


@frozen(eq=False)
class Jumps:
    """Rows sorted by (group, class, amount): `chance` has the shape (rows, points)."""

    group: Ints
    of_class: Ints
    amount: Ints
    chance: Floats


NOTHING = np.zeros(0, np.int64)


@frozen(kw_only=True, eq=False)
class Rates:
    """Chances at the points: of what each chain does, of claiming, of each lag."""

    chains: tuple[tuple[Floats, Floats], ...]  # leave, return
    uptake: Floats
    lags: Floats  # (lags, points)

    def of(self, outcome: int) -> Floats:
        found: Floats = np.ones(1)
        for leave, back in self.chains:
            outcome, what = divmod(outcome, 5)
            match what:
                case 1:
                    found = found * leave
                case 2:
                    found = found * (1 - leave)
                case 3:
                    found = found * back
                case 4:
                    found = found * (1 - back)
        return found


assert (LEAVE, STAY, RETURN, OUT) == (1, 2, 3, 4)

Hit = tuple[bool, bool, tuple[int, ...]]  # whether the payment counts; whether it waits to be taken up; lags that count


@define(eq=False)
class Asking:
    """What the edges of one month mean to a question."""

    question: Question
    terms: Terms
    marks: Marks
    once: frozenset[int]  # clauses of which take-up is drawn at the payment
    _ways: dict[tuple[int, tuple[int, ...]], list[tuple[int, tuple[Hit, ...]]]] = field(init=False, factory=dict)

    def months(self, unit: Unit) -> list[Month]:
        """Those in which something that is asked about can accrue to a unit."""
        assert unit.net is not None
        first, last = unit.net.paying
        first = max(first, min(unit.entry, default=last + 1))
        return [m for m in range(first, last + 1) if self.terms.hits(self.question, m)]

    def ways(self, mark: int, month: Month) -> list[tuple[int, tuple[Hit, ...]]]:
        """What an edge can come to: the amount, and the events whose chances multiply."""
        lags = self.terms.hits(self.question, month)
        if not lags:
            return [(0, ())]
        if (mark, lags) not in self._ways:
            self._ways[mark, lags] = self._worked_out(mark, lags)
        return self._ways[mark, lags]

    def _worked_out(self, mark: int, lags: tuple[int, ...]) -> list[tuple[int, tuple[Hit, ...]]]:
        sure = len(lags) == len(self.terms.lags) or self.question.measure in ("entitled", "not_taken_up")
        choices: list[list[tuple[int, Hit | None]]] = []
        whole = 0
        for payment in self.marks.items[mark]:
            value = self.question.value(payment) if payment.clause in self.question.clauses else 0
            if not value:
                continue
            waits = self.terms.takes_up and payment.clause in self.once and self.question.measure != "entitled"
            if sure and not waits:
                whole += value
                continue
            about = () if sure else lags
            choices.append([(value, (True, waits, about)), (0, (False, waits, about))])
        return [
            (whole + sum(value for value, _ in way), tuple(sorted(hit for _, hit in way if hit is not None)))
            for way in every(*choices)
        ]

    def chance(self, hits: tuple[Hit, ...], rates: Rates) -> Floats:
        found: Floats = np.ones(1)
        for counts, waits, lags in hits:
            p = rates.lags[list(lags)].sum(axis=0) if lags else np.ones(1)
            if waits:
                p = p * (1 - rates.uptake if self.question.measure == "not_taken_up" else rates.uptake)
            found = found * (p if counts else 1 - p)
        return found


class TooManySums(Exception):
    """A law that is too long to be written out."""


def jumps(
    unit: Unit, groups: Mapping[Month, Sequence[int]], asking: Asking, rates: Rates, points: Points, most: int
) -> Jumps:
    """`groups`: by month of arrival, the groups of arrivals that come in it. TooManySums where laws of more than
    `most` amounts (of all nodes and months together) would have to be written out."""
    assert unit.net is not None
    net = unit.net
    months = asking.months(unit)
    if not months:
        return Jumps(NOTHING, NOTHING, NOTHING, np.zeros((0, points.size)))
    first, last = months[0], months[-1]
    found = _Sum(points.size)
    law = _Law(
        node=np.arange(net.layers[last - net.first].target.max() + 1),
        amount=np.zeros(int(net.layers[last - net.first].target.max()) + 1, np.int64),
        chance=np.ones((int(net.layers[last - net.first].target.max()) + 1, points.size)),
    )
    for month in range(last, first - 1, -1):
        law = _before(law, net.layers[month - net.first], month, asking, rates, points.size)
        most -= len(law.node)
        if most < 0:
            raise TooManySums
        if month > first and month in unit.entry:
            found.add(law, *entering(unit, groups, month, points.size))
    before = forward(unit, net, groups, first, rates, points.size)
    found.add(law, *before)
    return found.jumps()


@frozen(eq=False)
class _Law:
    """Rows sorted by (node, amount)."""

    node: Ints
    amount: Ints
    chance: Floats


def _before(law: _Law, layer: NetLayer, month: Month, asking: Asking, rates: Rates, size: int) -> _Law:
    """The laws of a month's nodes from those of the next one's."""
    marks, of_mark = np.unique(layer.mark, return_inverse=True)
    ways = [asking.ways(int(mark), month) for mark in marks]
    many = np.array([len(w) for w in ways], np.int64)
    begin = np.cumsum(many) - many
    hits = [hit for w in ways for _, hit in w]
    hit_numbers = {hit: number for number, hit in enumerate(dict.fromkeys(hits))}
    way_amount = np.array([amount for w in ways for amount, _ in w], np.int64)
    way_hit = np.array([hit_numbers[hit] for hit in hits], np.int64)
    edge, way = spread(np.append(begin, begin[-1] + many[-1]) if len(begin) else np.zeros(1, np.int64), of_mark)
    rows_start = np.searchsorted(law.node, np.arange(int(law.node.max()) + 2))
    which, row = spread(rows_start, layer.target[edge])
    edge, way = edge[which], way[which]
    code = layer.source[edge] << _BITS | (law.amount[row] + way_amount[way])
    if len(code) > 8 * MOST_ROWS:
        raise TooManySums
    unique, inverse = np.unique(code, return_inverse=True)
    kind = layer.outcome[edge] * len(hit_numbers) + way_hit[way]
    chance: Floats = np.zeros((len(unique), size))
    back = list(hit_numbers)
    for number in np.unique(kind).tolist():
        at = np.flatnonzero(kind == number)
        matrix = sparse.csr_matrix((layer.weight[edge[at]], (inverse[at], row[at])), shape=(len(unique), len(law.node)))
        outcome, hit = divmod(number, len(hit_numbers))
        factor = rates.of(outcome) * asking.chance(back[hit], rates)
        chance += (matrix @ law.chance) * factor
    return _Law(unique >> _BITS, unique & _MASK, chance)


# ---------------------------------------------------------------- arrivals
def entering(
    unit: Unit, groups: Mapping[Month, Sequence[int]], month: Month, size: int
) -> tuple[Ints, Ints, Ints, Floats]:
    """Who arrives in a month: group, class, node, weight."""
    nodes = unit.entry[month]
    classes = np.flatnonzero(nodes)
    here = np.array(list(groups.get(month, ())), np.int64)
    group = np.repeat(here, len(classes))
    of_class = np.tile(classes, len(here))
    return group, of_class, nodes[of_class], np.ones((len(group), size))


def forward(
    unit: Unit, net: Net, groups: Mapping[Month, Sequence[int]], until: Month, rates: Rates, size: int
) -> tuple[Ints, Ints, Ints, Floats]:
    """Where those are at the beginning of a month who arrived by then: group, class, node, chance."""
    code, weight = NOTHING, np.zeros((0, size))
    classes = unit.classes
    for month in range(net.first, until + 1):
        if month > net.first and len(code):
            layer = net.layers[month - 1 - net.first]
            which, edge = spread(layer.start, code & _MASK)
            chances: Floats = np.zeros((len(edge), size))
            for outcome in np.unique(layer.outcome[edge]).tolist():
                at = layer.outcome[edge] == outcome
                chances[at] = rates.of(outcome)
            moved = code[which] >> _BITS << _BITS | layer.target[edge]
            alive = layer.target[edge] > 0
            code, weight = _summed(moved[alive], (weight[which] * chances * layer.weight[edge][:, None])[alive])
        if month in unit.entry:
            group, of_class, node, one = entering(unit, groups, month, size)
            code, weight = _summed(
                np.concatenate([code, (group * classes + of_class) << _BITS | node]), np.concatenate([weight, one])
            )
    who = code >> _BITS
    return who // classes, who % classes, code & _MASK, weight


def _summed(code: Ints, data: Floats) -> tuple[Ints, Floats]:
    if not len(code):
        return code, data
    order = np.argsort(code, kind="stable")
    code = code[order]
    begin = np.flatnonzero(np.diff(code, prepend=-1))
    return code[begin], np.add.reduceat(data[order], begin, axis=0)


@define(eq=False)
class _Sum:
    """Measures by (group, class, amount) as they grow."""

    size: int
    _parts: list[tuple[Ints, Ints, Floats]] | None = None
    _head: Ints = NOTHING
    _amount: Ints = NOTHING
    _data: Floats | None = None

    def add(self, law: _Law, group: Ints, of_class: Ints, node: Ints, weight: Floats) -> None:
        if not len(node):
            return
        start = np.searchsorted(law.node, np.arange(int(node.max()) + 2))
        which, row = spread(start, node)
        paid = law.amount[row] > 0
        which, row = which[paid], row[paid]
        head = group[which] << 24 | of_class[which]
        self._merge(head, law.amount[row], law.chance[row] * weight[which])

    def _merge(self, head: Ints, amount: Ints, data: Floats) -> None:
        if self._data is not None:
            head, amount = np.concatenate([self._head, head]), np.concatenate([self._amount, amount])
            data = np.concatenate([self._data, data])
        if not len(head):
            return
        order = np.lexsort((amount, head))
        head, amount = head[order], amount[order]
        begin = np.flatnonzero((np.diff(head, prepend=-1) != 0) | (np.diff(amount, prepend=-1) != 0))
        self._head, self._amount = head[begin], amount[begin]
        self._data = np.add.reduceat(data[order], begin, axis=0)

    def jumps(self) -> Jumps:
        data = np.zeros((0, self.size)) if self._data is None else self._data
        return Jumps(self._head >> 24, self._head & ((1 << 24) - 1), self._amount, data)
