"""The person engine, whichever way is faster: clauses with machine code by that, the others over NumPy columns.

In: a plan. Out: an engine that gives the chunk of some draws. Both ways make the same people, so that a run gives the
same bytes whichever does what: the choice is one of time alone. Making the code takes some tenths of a second, so
there must be people enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import define, evolve, field

from simulator.engines.outside_targets import met, outside_targets
from simulator.engines.person import Ready, prepare, simulate_chunk
from simulator.money.unlimited import in_nobodys_way
from simulator.people.arrivals import Draws, monthly_numbers
from simulator.plan import Chunk, Plan, Worlds

if TYPE_CHECKING:
    from simulator.engines.person_kernel.kernel import Kernel

MANY = 300_000  # rows of all draws from which machine code is worth its making
_SAMPLE = 16  # draws by which the number of rows is judged


@define(eq=False)
class OneByOne:
    """Called with worlds and draws; how it is done is decided at the first call, by the worlds of the whole run."""

    plan: Plan
    _ready: Ready | None = field(init=False, default=None)
    _kernel: Kernel | None = field(init=False, default=None)
    _rest: tuple[str, ...] = field(init=False, default=())

    def __call__(self, worlds: Worlds, draws: range) -> Chunk:
        if self._ready is None:
            self._ready = prepare(self.plan)
            self._decide(self._ready, worlds)
        sums = None if self._kernel is None else self._kernel.sums(worlds, draws)
        if sums is None:
            return simulate_chunk(self.plan, worlds, draws)
        none = {name: np.zeros(len(draws), np.int64) for name in sums.clauses}
        if self._rest:
            chunk = simulate_chunk(evolve(self.plan, clauses=self._rest), worlds, draws)
            return evolve(chunk, sums=sums.clauses, refused={**chunk.refused, **none})
        return Chunk(
            draws=draws,
            payments={},
            refused=none,
            arrivals=sums.arrivals,
            targets=met(self._ready, outside_targets(self._ready), worlds, draws),
            person_months=int(sums.person_months.sum()),
            sums=sums.clauses,
        )

    @property
    def quick(self) -> bool:
        """Whether machine code does all of it, so that many draws at a time are little work."""
        return self._kernel is not None and not self._rest

    def _decide(self, ready: Ready, worlds: Worlds) -> None:
        plan = self.plan
        wanted = [name for name in ready.clauses if name in plan.clauses and in_nobodys_way(plan, name)]
        if not wanted or len(outside_targets(ready)) < len(ready.targets) or rows_of(plan, worlds) < MANY:
            return
        from simulator.engines.person_kernel.engine import kernel_of  # which loads the code generator

        kernel = kernel_of(ready, wanted)
        rest = tuple(name for name in ready.clauses if name in plan.clauses and name not in kernel.clauses)
        # who arrives for others is told by the columns
        alone = all(line.per is None for p in plan.scenario.populations.values() for line in p.arrivals)
        if kernel.clauses and (rest or (alone and not plan.has_past())) and kernel.fits(worlds):
            self._kernel, self._rest = kernel, rest


def rows_of(plan: Plan, worlds: Worlds) -> float:
    """About how many rows arrive in all draws by themselves, judged by the first few."""
    draws = range(worlds.first, worlds.first + min(_SAMPLE, worlds.draws))
    context = Draws(numbers=np.arange(draws.start, draws.stop), unknowns=worlds.of(draws), seed=plan.seed)
    rows = 0
    for entity, population in plan.scenario.populations.items():
        for index, line in enumerate(population.arrivals):
            if line.per is None:
                rows += int(monthly_numbers(plan.scenario, entity, index, line, context)[1].sum())
    return rows / len(draws) * worlds.draws
