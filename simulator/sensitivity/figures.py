"""The figures that an analysis is about: total, each clause, each year; entitled and paid of each.

In: fen by clause, year and world. Out: one row a figure, in the order of `figures_of`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from simulator.plan import Floats, Ints, Plan
from simulator.sensitivity.results import Measure, Scope


@frozen
class Figure:
    scope: Scope
    name: str
    measure: Measure


def figures_of(plan: Plan, measures: Sequence[Measure]) -> tuple[Figure, ...]:
    """In order: for each measure the total, the clauses of the plan, the years of the period."""
    names: list[tuple[Scope, str]] = [("total", "")]
    names += [("clause", name) for name in plan.clauses]
    names += [("year", str(year)) for year in years_of(plan)]
    return tuple(Figure(scope, name, measure) for measure in measures for scope, name in names)


def years_of(plan: Plan) -> range:
    return range(plan.scenario.first // 12, plan.scenario.last // 12 + 1)


def by_year(plan: Plan, flow: Ints) -> Ints:
    """Fen by clause, month of the period and draw → by clause, year and draw."""
    first = plan.scenario.first
    assert flow.shape[1] == plan.scenario.last - first + 1
    return np.asarray(np.add.reduceat(flow, [max(year * 12, first) - first for year in years_of(plan)], axis=1))


def rows(money: Ints | Floats) -> Floats:
    """One measure by clause, year and world → its figures by world. Whole fen are added up as such."""
    of_clause, of_year = money.sum(axis=1), money.sum(axis=0)
    return np.concatenate((of_clause.sum(axis=0, keepdims=True), of_clause, of_year)).astype(np.float64)
