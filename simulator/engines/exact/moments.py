"""Means and variances given the world, by clause and year: for sensitivity, and for what is learnt from payments.

No sampling of people is in them: given the unknowns they are exact (to 1e-12 of the mean or so).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from compiler import ir
from lang import model
from simulator.choose import make_plan
from simulator.engines.exact.answers import Asker
from simulator.engines.exact.components import population
from simulator.engines.exact.questions import Measure, Question, amount_of
from simulator.engines.person import prepare
from simulator.plan import Floats, Worlds


@frozen(kw_only=True, eq=False)
class Moments:
    """`means`, `variances`: fen and fen², (worlds, clauses, years); `total_means`, `total_variances`: of all clauses
    together, (worlds, years) (None where they were not asked for). `clauses`: names, in the order of the file."""

    clauses: tuple[str, ...]
    years: tuple[int, ...]
    means: Floats
    variances: Floats
    total_means: Floats
    total_variances: Floats | None


def conditional_moments(
    program: model.Program,
    compiled: ir.Program,
    scenario: model.Scenario,
    worlds: Worlds,
    *,
    clauses: Sequence[str] | None = None,
    measure: Measure = "entitled",
    totals: bool = False,
) -> Moments:
    """E[T | world] and Var[T | world] of what is entitled (booked in the month of accrual) or `claimed` (in the month
    of the claim; that is what is paid where no money runs short), by clause and calendar year.

    worlds    values of the scenario's unknowns, as `simulator.chance.unknowns.worlds` gives them (or any others)
    clauses   only these (None: all); SimulationError, with HC605 by clause, for those that are not independent given
              the world (quotas, counts of staff, rosters …): `components.refusals` tells which beforehand
    totals    also the variance of the sum over clauses, which share people (it needs their automata together: slower)
    """
    plan = make_plan(program, compiled, scenario, draws=worlds.draws, seed=1, engine="auto", by=None, clauses=clauses)
    asker = Asker(population(prepare(plan)), worlds)
    years = tuple(range(scenario.first // 12, scenario.last // 12 + 1))
    shape = (worlds.draws, len(plan.clauses), len(years))
    means, variances = np.zeros(shape), np.zeros(shape)
    total = np.zeros((worlds.draws, len(years)))
    everything = frozenset(range(len(plan.clauses)))
    for column, year in enumerate(years):
        first, last = max(12 * year, scenario.first), min(12 * year + 11, scenario.last)

        def asked(of: frozenset[int], first: int = first, last: int = last) -> Question:
            return Question(measure=measure, first=first, last=last, clauses=of, value=amount_of)

        for number in range(len(plan.clauses)):
            answer = asker.ask(asked(frozenset([number])))
            means[:, number, column], variances[:, number, column] = answer.mean(), answer.variance()
        if totals:
            total[:, column] = asker.ask(asked(everything)).variance()
    return Moments(
        clauses=plan.clauses,
        years=years,
        means=means,
        variances=variances,
        total_means=means.sum(axis=1),
        total_variances=total if totals else None,
    )
