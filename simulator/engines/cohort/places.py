"""Quotas by count: of those that ask for a place in a month, how many of each sort get one.

In: the asking cells of a month, with the claim that says pool, places and rank. Out: how many are given a place. Who
has the better rank (not a newcomer, the order, the arrival) is served first; those of one rank stand in random order,
so cells of one rank share what is left by hypergeometric draws.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field

from lang.dates import Month, year_of
from simulator.automaton.marks import PlaceClaim
from simulator.chance import counts
from simulator.chance import keyed_random as random
from simulator.engines.cohort.prepare import Walked
from simulator.people.arrivals import Draws
from simulator.plan import Ints, Plan


@define(eq=False)
class Places:
    """`taken`: by (clause position, pool) how many places of the period are held, by draw."""

    plan: Plan
    walked: Walked
    draws: Draws
    taken: dict[tuple[int, int], Ints] = field(factory=dict)
    _period: int = field(init=False, default=-1)
    _claims: list[PlaceClaim] = field(init=False)

    def __attrs_post_init__(self) -> None:
        found: Any = self.walked.built.trellis.transitions.place_claims.items
        self._claims = found

    @property
    def any(self) -> bool:
        return bool(self._claims)

    def give(self, month: Month, draw: Ints, claim: Ints, key: Ints, count: Ints) -> Ints:
        """How many of each asking cell get a place."""
        self._begin(month)
        given = np.zeros(len(draw), np.int64)
        sorts, which = np.unique(claim, return_inverse=True)
        abouts = [self._claims[number] for number in sorts.tolist()]
        ranked = sorted({(about.clause, about.pool, about.rank) for about in abouts})
        turn = np.array([ranked.index((a.clause, a.pool, a.rank)) for a in abouts], np.int64)[which]
        order = np.lexsort((key, draw, turn))
        begin = np.searchsorted(turn[order], np.arange(len(ranked) + 1))
        places = {(a.clause, a.pool, a.rank): a.places for a in abouts}
        for number, rank in enumerate(ranked):
            taken = self.taken.setdefault(rank[:2], np.zeros(len(self.draws.numbers), np.int64))
            at = order[begin[number] : begin[number + 1]]
            self._share(month, at, draw, key, count, given, taken, places[rank])
        return given

    def _begin(self, month: Month) -> None:
        """Places that are given by the month or the year are free again."""
        program = self.walked.built.trellis.transitions.step.program
        for clause, pool in list(self.taken):
            about = program.clauses[self.walked.piece.clauses[clause]]
            period = program.quotas[about.quota or ""].period
            if period == "month" or (period == "year" and year_of(month) != self._period):
                self.taken[clause, pool][:] = 0
        self._period = year_of(month)

    def _share(
        self, month: Month, at: Ints, draw: Ints, key: Ints, count: Ints, given: Ints, taken: Ints, places: int
    ) -> None:
        """Cells of one rank: all of them, none, or a random part of each."""
        asked = np.zeros(len(taken), np.int64)
        np.add.at(asked, draw[at], count[at])
        room = np.maximum(np.minimum(places - taken, asked), 0)
        order = at
        rest, left = asked.copy(), room.copy()
        s = self.draws.streams(self.walked.piece.name, "cohort places", key[order].astype(np.uint64), draw[order])
        u = random.uniform(random.words(s, month))
        full = room[draw[order]] == asked[draw[order]]
        given[order[full]] = count[order[full]]
        for position in np.flatnonzero(~full & (room[draw[order]] > 0)).tolist():
            cell = order[position]
            where = draw[cell]
            good, bad = count[cell : cell + 1], rest[where : where + 1] - count[cell : cell + 1]
            got = counts.hypergeometric(u[position : position + 1], good, bad, left[where : where + 1])[0]
            given[cell] = got
            rest[where] -= count[cell]
            left[where] -= got
        taken += room
