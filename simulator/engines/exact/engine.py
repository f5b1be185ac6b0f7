"""One computed projection: a plan and its worlds in, `ExactResults` out.

Where money can run short, `paid` is drawn by another engine in the same worlds (results.py says what is whose).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from attrs import evolve

from lang.diagnostics import Text
from simulator.engines.exact.answers import Asker
from simulator.engines.exact.components import population
from simulator.engines.exact.compound import most
from simulator.engines.exact.projection import Projection
from simulator.engines.exact.results import ExactResults
from simulator.engines.outside_targets import outside_targets
from simulator.engines.person import prepare
from simulator.figures.results import Results
from simulator.figures.statistics import Split
from simulator.money.books import Books
from simulator.money.claims import NO_LIMIT
from simulator.money.limits import limits_of
from simulator.notes import NO_TARGETS, of_ranges, under_limits
from simulator.plan import Plan, SimulationError, Worlds

Progress = Callable[[int, int], None]


def project(
    plan: Plan,
    worlds: Worlds,
    *,
    thresholds: Sequence[int] = (),
    on_progress: Progress | None = None,
    draw: Callable[[], Results] | None = None,
    notes: tuple[Text, ...] = (),
    started: float | None = None,
    projection: Projection | None = None,
) -> ExactResults:
    """Raises SimulationError with each clause that cannot be computed. `draw` is called where money can run short.
    `projection`: what `computable` gave."""
    began = time.perf_counter() if started is None else started
    if projection is None:
        projection = projected(plan, worlds, thresholds)
    ready = projection.asker.population.ready
    drawn = draw() if projection.short and draw is not None else None
    if on_progress is not None and drawn is None:
        on_progress(0, worlds.draws)
    projection.cell("entitled", projection.everything, projection.whole)
    engine = "exact" if drawn is None else f"exact+{drawn.engine}"
    plan = evolve(plan, engine=engine)
    books = Books.begin(plan, 0) if drawn is None else drawn.books
    told: tuple[Text, ...] = ()
    if drawn is not None:
        told = (under_limits(drawn.engine), *drawn.notes)
    elif len(outside_targets(ready)) < len(ready.targets):
        told = (NO_TARGETS,)
    if drawn is None:
        told = (*told, *of_ranges(plan, worlds))
    if on_progress is not None and drawn is None:
        on_progress(worlds.draws, worlds.draws)
    return ExactResults(
        plan=plan,
        worlds=worlds,
        books=books,
        engine=engine,
        variance=Split(unknowns=None, people=None, error=None),
        thresholds=tuple(thresholds),
        seconds=time.perf_counter() - began,
        notes=(*notes, *told),
        asked=worlds.draws,
        projection=projection,
    )


def projected(plan: Plan, worlds: Worlds, thresholds: Sequence[int]) -> Projection:
    """The automata of a plan, ready to be asked. SimulationError as above."""
    projection = Projection(Asker(population(prepare(plan)), few(worlds)), tuple(thresholds), short=True)
    projection.short = runs_short(projection, worlds)
    return projection


def computable(plan: Plan, worlds: Worlds, thresholds: Sequence[int]) -> Projection | None:
    """Where every clause can be computed, together too, and money never runs short; else None."""
    try:
        found = projected(plan, worlds, thresholds)
        if found.short:
            return None
        found.cell("claimed", found.everything, found.whole)
    except SimulationError:
        return None
    return found


def few(worlds: Worlds) -> Worlds:
    """One world is enough where nothing is unknown, or all that is has one value."""
    if any(np.ptp(values) for values in worlds.values.values()):
        return worlds
    values = {name: values[:1] for name, values in worlds.values.items()}
    return Worlds(draws=1, values=values, block=np.zeros(1, np.int16))


def runs_short(projection: Projection, worlds: Worlds) -> bool:
    """Whether some limit of money can be met (with a chance that is not below 1e-9)."""
    plan = projection.plan
    if plan.scenario.cash:
        return True
    limits = limits_of(plan, worlds, range(worlds.draws))
    for pots in projection.pots_used().values():
        for pot in pots:
            given = limits.appropriation[:, pot].min(axis=0)
            for number, (_, span) in enumerate(projection.periods(12)):
                if given[number] < NO_LIMIT and most(projection.asked_of([pot], span)) > given[number]:
                    return True
    return False
