"""The figures that an analysis is about: total, each clause, each year; entitled and paid of each.

In: fen by clause, month and draw. Out: one row a figure, in the order of `figures_of`.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from simulator.plan import Floats, Ints, Plan
from simulator.sensitivity.results import MEASURES, Measure, Scope


@frozen
class Figure:
    scope: Scope
    name: str
    measure: Measure


def figures_of(plan: Plan) -> tuple[Figure, ...]:
    """In order: for each measure the total, the clauses of the plan, the years of the period."""
    names: list[tuple[Scope, str]] = [("total", "")]
    names += [("clause", name) for name in plan.clauses]
    names += [("year", str(year)) for year in years_of(plan)]
    return tuple(Figure(scope, name, measure) for measure in MEASURES for scope, name in names)


def years_of(plan: Plan) -> range:
    return range(plan.scenario.first // 12, plan.scenario.last // 12 + 1)


def rows(plan: Plan, flow: Ints | Floats) -> Floats:
    """One measure by clause, month and draw (fen) → its figures by draw. Whole fen are added up as such."""
    first, last = plan.scenario.first, plan.scenario.last
    starts = [max(year * 12, first) - first for year in years_of(plan)]
    assert flow.shape[1] == last - first + 1
    by_clause = flow.sum(axis=1)
    by_year = np.add.reduceat(flow.sum(axis=0), starts, axis=0)
    return np.concatenate((by_clause.sum(axis=0, keepdims=True), by_clause, by_year)).astype(np.float64)
