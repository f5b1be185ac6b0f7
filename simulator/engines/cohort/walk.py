"""Counts along a trellis: who arrives enters, each month's chances divide the people of a node over its edges.

In: a piece and how many units arrive, by draw. Out: `Tally`: payments by month, draw, label and take-up, refusals by
clause. A cell is (draw, node, coins) with a count above 0; coins say whether who is paid repeatedly claims the money.
Binomial counts are drawn by inversion, keyed by piece, month, node and coins: nothing depends on the chunk.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import define, field, frozen

from lang.dates import Month
from simulator.automaton.trellis import Layer, spread
from simulator.chance import counts
from simulator.chance import keyed_random as random
from simulator.chance.scenario_values import probability
from simulator.engines.cohort.arrive import NOBODY, Cells, cumulated, divide
from simulator.engines.cohort.places import Places
from simulator.engines.cohort.prepare import Walked, outcome_chances
from simulator.people.arrivals import Draws
from simulator.plan import Floats, Ints, Plan

YES, NO, OPEN = 1, 0, 2  # taken up, not, or not yet drawn (who is paid once)


@frozen(eq=False)
class Paid:
    """Of one month: how many payments of a label, by draw."""

    month: Month
    draw: Ints
    label: Ints
    taken: Ints
    count: Ints


@define(eq=False)
class Tally:
    """`refused`: by clause position, entities refused at least once and not paid by the end, by draw. `units`: cells
    walked, a measure of the work."""

    paid: list[Paid] = field(factory=list)
    refused: dict[int, Ints] = field(factory=dict)
    units: int = 0


@define(eq=False)
class Walk:
    plan: Plan
    walked: Walked
    draws: Draws
    tally: Tally = field(factory=Tally)
    places: Places = field(init=False)
    _chances: dict[int, Floats] = field(init=False)
    _weights: Floats = field(init=False)
    _leaves: dict[bytes, tuple[Ints, Floats]] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        size = len(self.draws.numbers)
        self._chances = outcome_chances(self.walked, self.draws.unknowns, size)
        combos = self.walked.built.combos
        self._weights = combos.weights([f.chances(self.draws.unknowns, size) for f in combos.factors])
        if self._weights.shape[1] == 1:
            self._weights = np.broadcast_to(self._weights, (combos.size, size))
        self.places = Places(self.plan, self.walked, self.draws)

    @property
    def _name(self) -> str:
        return self.walked.piece.name

    def run(self, arrivals: Mapping[Month, Cells]) -> Tally:
        """All months of the period."""
        trellis = self.walked.built.trellis
        cells = NOBODY  # `cell` is node << coins | bits
        for at, layer in enumerate(trellis.layers):
            month = trellis.first + at
            came = arrivals.get(month)
            if came is not None and len(came.count):
                cells = _together([cells, self._enter(at, month, came)])
            if len(cells.count):
                cells = self._month(at, month, layer, cells)
        return self.tally

    # ------------------------------------------------------------ arrival
    def _enter(self, at: int, month: Month, came: Cells) -> Cells:
        """Who arrives, by node: the family's cells divide over the piece's kinds."""
        combos = self.walked.built.combos
        entry = self.walked.built.trellis.entry[month]
        code = combos.cell * (1 << 32) + entry
        leaves, sums = self._divided(code)
        begin = np.searchsorted(leaves >> 32, np.arange(combos.cells + 1))
        divided = divide(came, begin, sums, self.draws, self._name, "kinds", month)
        node = leaves[divided.cell] & 0xFFFFFFFF
        alive = node > 0
        bits = len(self.walked.coins)
        cells = _together([Cells(divided.draw[alive], node[alive] << bits, divided.count[alive])])
        for number in range(bits):
            cells = self._coin(at, month, cells, number)
        return cells

    def _divided(self, code: Ints) -> tuple[Ints, Floats]:
        """The different (cell, node) pairs, and the sums of their weights."""
        key = code.tobytes()
        if key not in self._leaves:
            leaves, inverse = np.unique(code, return_inverse=True)
            order = np.argsort(inverse, kind="stable")
            first = np.flatnonzero(np.diff(inverse[order], prepend=-1))
            self._leaves[key] = leaves, cumulated(np.add.reduceat(self._weights[order], first, axis=0))
        return self._leaves[key]

    def _coin(self, at: int, month: Month, cells: Cells, number: int) -> Cells:
        """Who would claim what one clause pays, of those whom it may pay."""
        bits = len(self.walked.coins)
        matters = (self.walked.lasting[at][cells.cell >> bits] >> number) & 1 == 1
        if not matters.any():
            return cells
        position = self.walked.coins[number]
        some = Cells(cells.draw[matters], cells.cell[matters], cells.count[matters])
        u = self._uniform(some, month, f"take-up:{self.walked.piece.clauses[position]}")
        taken = counts.binomial(u, some.count, self.taken_up(some.draw))
        rest = Cells(cells.draw[~matters], cells.cell[~matters], cells.count[~matters])
        yes = Cells(some.draw, some.cell | (1 << number), taken)
        no = Cells(some.draw, some.cell, some.count - taken)
        return _together([rest, yes, no])

    def taken_up(self, draw: Ints) -> Floats:
        chance = self.plan.scenario.taken_up
        if chance is None:
            return np.ones(len(draw))
        p = probability(chance, self.draws.unknowns)
        return np.broadcast_to(self.draws.by_row(p, draw), draw.shape)

    def _uniform(self, cells: Cells, month: Month, purpose: str) -> Floats:
        s = self.draws.streams(self._name, f"cohort {purpose}", cells.cell.astype(np.uint64), cells.draw)
        return random.uniform(random.words(s, month))

    # ------------------------------------------------------------ a month
    def _month(self, at: int, month: Month, layer: Layer, cells: Cells) -> Cells:
        bits = len(self.walked.coins)
        self.tally.units += len(cells.count)
        which, edge, number = self._edges(layer, cells, month)
        keep = np.flatnonzero(number)
        which, edge, number = which[keep], edge[keep], number[keep]
        draw, coins = cells.draw[which], cells.cell[which] & ((1 << bits) - 1)
        mark, target = layer.mark[edge], layer.target[edge]
        if self.places.any:
            asks = layer.claim[edge] >= 0
            if asks.any():
                at_ask = np.flatnonzero(asks)
                given = self.places.give(
                    month, draw[at_ask], layer.claim[edge[at_ask]], edge[at_ask] << bits | coins[at_ask], number[at_ask]
                )
                without = number[at_ask] - given
                number[at_ask] = given
                draw, coins = np.concatenate([draw, draw[at_ask]]), np.concatenate([coins, coins[at_ask]])
                mark = np.concatenate([mark, layer.refused_mark[edge[at_ask]]])
                target = np.concatenate([target, layer.refused_target[edge[at_ask]]])
                number = np.concatenate([number, without])
        self._book(month, draw, coins, mark, number)
        after = self.walked.lasting[at + 1] if at + 1 < len(self.walked.lasting) else np.zeros(1, np.int64)
        alive = (target > 0) & (number > 0)
        target, coins = target[alive], coins[alive]
        return _together([Cells(draw[alive], target << bits | (coins & after[target]), number[alive])])

    def _edges(self, layer: Layer, cells: Cells, month: Month) -> tuple[Ints, Ints, Ints]:
        """How many of each cell take each edge: one binomial draw an edge, but the last."""
        bits = len(self.walked.coins)
        node = cells.cell >> bits
        which, edge = spread(layer.start, node)
        number = np.zeros(len(edge), np.int64)
        begin = np.cumsum(np.bincount(which, minlength=len(node))) - np.bincount(which, minlength=len(node))
        width = layer.start[node + 1] - layer.start[node]
        single = width == 1
        number[begin[single]] = cells.count[single]
        open_ = np.flatnonzero(~single)
        left = cells.count[open_].copy()
        before = np.zeros(len(open_))
        turn = 0
        while len(open_):
            at = begin[open_] + turn
            last = turn == width[open_] - 1
            number[at[last]] = left[last]
            open_, left, before, at = open_[~last], left[~last], before[~last], at[~last]
            if not len(open_):
                break
            some = Cells(cells.draw[open_], cells.cell[open_], left)
            p = self._chance(layer.outcome[edge[at]], some.draw)
            rest = 1 - before
            p_now = np.clip(np.divide(p, rest, out=np.zeros(len(p)), where=rest > 0), 0.0, 1.0)
            took = counts.binomial(self._uniform(some, month, f"step {turn}"), left, p_now)
            number[at] = took
            left, before = left - took, before + p
            turn += 1
        return which, edge, number

    def _chance(self, outcome: Ints, draw: Ints) -> Floats:
        found = np.zeros(len(outcome))
        for value in np.unique(outcome).tolist():
            at = outcome == value
            found[at] = self._chances[value][draw[at]]
        return found

    # ------------------------------------------------------------ books
    def _book(self, month: Month, draw: Ints, coins: Ints, mark: Ints, number: Ints) -> None:
        walked = self.walked
        at = np.flatnonzero((mark > 0) & (number > 0))
        if not len(at):
            return
        for value in np.unique(mark[at]).tolist():
            for position, sign in walked.refusing.get(value, ()):
                of = at[mark[at] == value]
                sums = self.tally.refused.setdefault(position, np.zeros(len(self.draws.numbers), np.int64))
                np.add.at(sums, draw[of], sign * number[of])
        which, place = spread(walked.mark_start, mark[at])
        if not len(which):
            return
        label = walked.paying[place]
        source = at[which]
        taken = self._taken(label, coins[source])
        code = (label * 3 + taken) * len(self.draws.numbers) + draw[source]
        cells, inverse = np.unique(code, return_inverse=True)
        sums = np.zeros(len(cells), np.int64)
        np.add.at(sums, inverse, number[source])
        what, where = np.divmod(cells, len(self.draws.numbers))
        self.tally.paid.append(Paid(month, where, what // 3, what % 3, sums))

    def _taken(self, label: Ints, coins: Ints) -> Ints:
        """Of each payment, whether it is claimed."""
        if self.plan.scenario.taken_up is None:
            return np.full(len(label), YES)
        labels = self.walked.built.trellis.transitions.labels.items
        bit = np.full(len(labels), -1)
        for number, position in enumerate(self.walked.coins):
            for index, about in enumerate(labels):
                if about.clause == position:
                    bit[index] = number
        of = bit[label]
        return np.where(of < 0, OPEN, (coins >> np.maximum(of, 0)) & 1)


def _together(parts: list[Cells]) -> Cells:
    """Cells that are the same are one; sorted, without empty ones."""
    draw, cell, count = (np.concatenate([getattr(p, f) for p in parts]) for f in ("draw", "cell", "count"))
    if not len(draw):
        return NOBODY
    code = draw << 40 | cell
    unique, inverse = np.unique(code, return_inverse=True)
    sums = np.zeros(len(unique), np.int64)
    np.add.at(sums, inverse, count)
    there = np.flatnonzero(sums)
    return Cells(unique[there] >> 40, unique[there] & ((1 << 40) - 1), sums[there])
