"""How often a drawn value lies outside its attribute's range, where it then takes the nearest value within it.

In: a plan and its worlds. Out: of each attribute that is read and drawn, the chances below and above, from its
distribution itself: no engine has to count, and all of them tell the same. They are found on the quantile function by
which values are drawn, so that there is no second truth about any family.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from attrs import frozen

from compiler import ir
from compiler.backends.columns.program import closure, roots
from lang import model, typed
from simulator.chance.distributions import quantile
from simulator.chance.scenario_values import evaluate
from simulator.engines.coverage import facts_read
from simulator.people.attributes import range_of
from simulator.plan import Flags, Floats, Plan, Worlds

WORLDS = 256  # of which the mean is taken: a whole net of quasi-random points
HALVINGS = 40  # of the interval of probabilities
RARELY = 1e-6  # chances below it are no news
_ENDS = 2.0**-53, 1 - 2.0**-53  # about the least and the largest uniform number
_LISTED = frozenset({"choice", "chance", "any", "empirical"})  # the checker has looked at their values


@frozen
class OutOfRange:
    """Chances, in the mean over the worlds."""

    attribute: ir.Attribute
    below: float
    above: float


def out_of_range(plan: Plan, worlds: Worlds) -> Iterator[OutOfRange]:
    """In the order of the scenario; of what no clause or target reads nothing is drawn."""
    streams = set().union(*(roots(plan.program, plan.program.clauses[name]) for name in plan.clauses))
    streams |= {target.condition for target in plan.program.targets.values()}
    read = facts_read(plan.program, closure(plan.program, streams))
    unknowns = {name: values[:WORLDS] for name, values in worlds.values.items()}
    for entity, population in plan.scenario.populations.items():
        for name, assumption in population.assumptions.items():
            if not isinstance(assumption, model.Drawn) or (entity, name) not in read:
                continue
            attribute = plan.program.attributes[entity, name]
            low, high = range_of(attribute)
            if assumption.distribution.family in _LISTED or (low is None and high is None):
                continue
            found = _chances(assumption.distribution, low, high, lambda e: evaluate(e, unknowns))
            below, above = (chance if chance >= RARELY else 0.0 for chance in found)
            if below or above:
                yield OutOfRange(attribute, below, above)


def _chances(
    distribution: model.Distribution, low: float | None, high: float | None, argument: Callable[[typed.Expr], Floats]
) -> tuple[float, float]:
    size = np.broadcast_shapes((1,), *(argument(e).shape for e in distribution.arguments.values()))

    def first(outside: Callable[[Floats], Flags]) -> Floats:
        """The least probability from which on the quantile is `outside` what is below it (1: nowhere)."""
        least, most = np.zeros(size), np.ones(size)
        if not outside(quantile(distribution, np.full(size, _ENDS[1]), argument)).any():
            return most
        if outside(quantile(distribution, np.full(size, _ENDS[0]), argument)).all():
            return least
        for _ in range(HALVINGS):
            middle = (least + most) / 2
            there = outside(quantile(distribution, middle, argument))
            least, most = np.where(there, least, middle), np.where(there, middle, most)
        return most

    below = 0.0 if low is None else float(first(lambda values: values >= low).mean())
    above = 0.0 if high is None else float(1 - first(lambda values: values > high).mean())
    return below, above
