"""Expected spending given the unknowns: from engines that simulate people, and from the exact engine where it can.

`Simulated` gives the figures of one simulation of a world's people, or of two that are independent of each other. The
people of draw d are the same at every point, and those of the second replication are the twins that `simulate` has
(other draw numbers), so that the difference between two points is the unknowns' alone.

`Exact` takes what the exact engine gives, which needs one replication. Clauses that it cannot compute are simulated
beside it in fewer draws (`Again`): see `scan.two_levels`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from attrs import define, evolve, field

from simulator.chance.unknowns import worlds_at
from simulator.money.books import Books, Flows
from simulator.parts import Parts
from simulator.plan import BLOCKS, Chunk, Floats, Plan, SimulationError, Worlds
from simulator.run import FIRST_TWIN, MOST_AT_A_TIME, QUICK_WORK
from simulator.sensitivity.estimators import Values
from simulator.sensitivity.figures import by_year, rows
from simulator.sensitivity.results import Measure
from simulator.sensitivity.scan import FIRST_STAGE

_EXACT_WORLDS = 65_536  # in one call of the exact engine
_CHUNK_WORK = 8_000_000  # row-months in a chunk, about: nothing of a chunk but sums is kept


class NotExact(Exception):
    """The exact engine cannot do it after all. `error` says why."""

    def __init__(self, error: SimulationError) -> None:
        self.error = error
        super().__init__(str(error))


@define(eq=False)
class Simulated:
    """`measures`: of which figures are given, in order. `on_worlds` is told of every few worlds that were simulated."""

    plan: Plan
    parts: Parts
    measures: Sequence[Measure]
    on_worlds: Callable[[int], None] = field(default=lambda number: None)
    unknowns_at_once: int = field(default=1, init=False)
    first_stage: int = field(default=FIRST_STAGE, init=False)
    _size: int = field(default=BLOCKS, init=False)

    def __call__(self, sets: Sequence[Floats], draws: range, replications: Sequence[int]) -> list[Values]:
        found = self.money(sets, draws, replications)
        return [Values(np.stack([np.concatenate([rows(m) for m in one]) for one in of_set])) for of_set in found]

    def money(self, sets: Sequence[Floats], draws: range, replications: Sequence[int]) -> list[list[list[Floats]]]:
        """By set, replication and measure: fen by clause of the plan, year and draw."""
        return [
            [self._once(points, draws, number) for number in range(wanted)]
            for points, wanted in zip(sets, replications, strict=True)
        ]

    def _once(self, points: Floats, draws: range, replication: int) -> list[Floats]:
        worlds = worlds_at(self.plan.scenario, points, FIRST_TWIN * replication + draws.start)
        found: list[list[Floats]] = []
        at = 0
        while at < len(draws):
            size = min(self._size, len(draws) - at)
            found.append(self._some(worlds, range(worlds.first + at, worlds.first + at + size)))
            at += size
        return [np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True)]

    def _some(self, worlds: Worlds, draws: range) -> list[Floats]:
        chunk = self.parts.simulate(worlds, draws)
        work = QUICK_WORK if self.parts.quick else _CHUNK_WORK
        self._size = min(max(work // max(chunk.person_months // len(draws), 1) // BLOCKS, 1) * BLOCKS, MOST_AT_A_TIME)
        flows = booked(self.plan, chunk, worlds)
        self.on_worlds(len(draws))
        return [by_year(self.plan, getattr(flows, measure)).astype(np.float64) for measure in self.measures]


@define(eq=False)
class Exact:
    """What the exact engine computes: some clauses of the plan; the others are nothing here. Of the first `keep` draws
    it keeps what it found, set by set, for who goes over them again."""

    plan: Plan
    clauses: tuple[str, ...]
    measures: Sequence[Measure]
    draws: int
    keep: int = 0
    kept: list[list[Floats]] = field(factory=list, init=False)

    @property
    def unknowns_at_once(self) -> int:
        return max(_EXACT_WORLDS // (3 * self.draws), 1)

    @property
    def first_stage(self) -> int:
        """All draws at once: the exact engine takes as long for a few worlds as for many."""
        return self.draws

    def __call__(self, sets: Sequence[Floats], draws: range, replications: Sequence[int]) -> list[Values]:
        by_measure = [self._computed(sets, measure) for measure in self.measures]
        found = [list(of_set) for of_set in zip(*by_measure, strict=True)]
        if self.keep:
            self.kept += [[money[..., : self.keep] for money in of_set] for of_set in found]
        return [Values(np.concatenate([rows(money) for money in of_set])[None]) for of_set in found]

    def _computed(self, sets: Sequence[Floats], measure: Measure) -> list[Floats]:
        """By set: fen by clause of the plan, year and point."""
        from simulator.engines.exact import conditional_moments  # which loads the automata

        worlds = worlds_at(self.plan.scenario, np.concatenate(sets, axis=1))
        try:
            moments = conditional_moments(
                self.plan.policy,
                self.plan.program,
                self.plan.scenario,
                worlds,
                clauses=self.clauses,
                measure="entitled" if measure == "entitled" else "claimed",
            )
        except SimulationError as error:
            raise NotExact(error) from error
        ends = np.cumsum([points.shape[1] for points in sets])[:-1]
        parts = np.split(moments.means, ends)
        return [_placed(self.plan, self.clauses, np.moveaxis(part, 0, -1)) for part in parts]


@define(eq=False)
class Again:
    """Goes over the draws that `exact` kept, in the order in which it was asked for them: as they are, or with the
    clauses that `rest` simulates beside them."""

    exact: Exact
    rest: Simulated | None = None
    _at: int = field(default=0, init=False)

    @property
    def unknowns_at_once(self) -> int:
        return self.exact.unknowns_at_once

    @property
    def first_stage(self) -> int:
        return self.exact.keep

    def __call__(self, sets: Sequence[Floats], draws: range, replications: Sequence[int]) -> list[Values]:
        kept = self.exact.kept[self._at : self._at + len(sets)]
        self._at += len(sets)
        if self.rest is None:
            return [Values(np.concatenate([rows(money) for money in of_set])[None]) for of_set in kept]
        plan, names = self.exact.plan, self.rest.plan.clauses
        return [
            Values(
                np.stack(
                    [
                        np.concatenate(
                            [rows(known + _placed(plan, names, more)) for known, more in zip(of_set, one, strict=True)]
                        )
                        for one in simulated
                    ]
                )
            )
            for of_set, simulated in zip(kept, self.rest.money(sets, draws, replications), strict=True)
        ]


def _placed(plan: Plan, clauses: Sequence[str], money: Floats) -> Floats:
    """Money of some clauses among all clauses of the plan."""
    placed = np.zeros((len(plan.clauses), *money.shape[1:]))
    placed[[plan.clauses.index(name) for name in clauses]] = money
    return placed


def booked(plan: Plan, chunk: Chunk, worlds: Worlds) -> Flows:
    """What the draws of one chunk come to, in books of their own."""
    start, size = chunk.draws.start, len(chunk.draws)
    moved = evolve(
        chunk,
        draws=range(size),
        payments={name: evolve(paid, draw=paid.draw - start) for name, paid in chunk.payments.items()},
    )
    at = start - worlds.first
    values = {name: of_name[at : at + size] for name, of_name in worlds.values.items()}
    books = Books.begin(plan, size)
    books.book(moved, Worlds(draws=size, values=values, block=worlds.block[at : at + size]))
    return books.flows
