"""Expected spending given the unknowns, from an engine that simulates people: an array function of the unit cube.

In: a plan, the engines of its parts. Out: for points of the cube the figures of one simulation of their people, or of
two that are independent of each other. The people of draw d are the same at every point, and those of the second
replication are the twins that `simulate` has (other draw numbers), so that the difference between two points is the
unknowns' alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import define, evolve, field

from simulator.chance.unknowns import worlds_at
from simulator.money.books import Books, Flows
from simulator.parts import Parts
from simulator.plan import BLOCKS, Chunk, Floats, Plan, Worlds
from simulator.run import CHUNK_WORK, FIRST_TWIN, MOST_AT_A_TIME, QUICK_WORK
from simulator.sensitivity.estimators import Values
from simulator.sensitivity.figures import rows


@define(eq=False)
class Simulated:
    """Called by `scan`. `on_worlds` is told of every few worlds that were simulated."""

    plan: Plan
    parts: Parts
    on_worlds: Callable[[int], None] = field(default=lambda number: None)
    _size: int = field(default=BLOCKS, init=False)

    def __call__(self, points: Floats, draws: range, replications: int) -> Values:
        return Values(np.stack([self._once(points, draws, number) for number in range(replications)]))

    def _once(self, points: Floats, draws: range, replication: int) -> Floats:
        worlds = worlds_at(self.plan.scenario, points, FIRST_TWIN * replication + draws.start)
        found, at = [], 0
        while at < len(draws):
            size = min(self._size, len(draws) - at)
            found.append(self._some(worlds, range(worlds.first + at, worlds.first + at + size)))
            at += size
        return np.concatenate(found, axis=1)

    def _some(self, worlds: Worlds, draws: range) -> Floats:
        chunk = self.parts.simulate(worlds, draws)
        work = QUICK_WORK if self.parts.quick else CHUNK_WORK
        self._size = min(max(work // max(chunk.person_months // len(draws), 1) // BLOCKS, 1) * BLOCKS, MOST_AT_A_TIME)
        flows = booked(self.plan, chunk, worlds)
        self.on_worlds(len(draws))
        return np.concatenate((rows(self.plan, flows.entitled), rows(self.plan, flows.paid)))


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
