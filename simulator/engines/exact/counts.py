"""How many units arrive: the numbers' generating functions, means and variances, in every world."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from lang import model
from lang.dates import Month
from simulator.automaton.pieces import months_of
from simulator.chance.scenario_values import evaluate, number
from simulator.engines.exact.algebra import exponential, logarithm
from simulator.people.arrivals import Draws, monthly_numbers
from simulator.plan import Floats, Plan

Transform = NDArray[Any]  # complex (a characteristic function) or real (a moment generating function)


@frozen(kw_only=True, eq=False)
class Count:
    """A number of a family of distributions; parameters by world. `values`, `weights`: of `choice`."""

    family: str
    n: Floats
    p: Floats
    values: tuple[float, ...] = ()
    weights: tuple[Floats, ...] = ()

    def generate(self, away: Transform) -> Transform:
        """E[z^N] for z = 1 + away; `away` has the shape (worlds, …). Written in z − 1, so that nothing cancels."""
        n, p = self.n[:, None], self.p[:, None]
        match self.family:
            case "poisson":
                return np.asarray(np.exp(n * away))
            case "choice":
                given = zip(self.values, self.weights, strict=True)
                return np.asarray(sum(w[:, None] * _power(away, np.full(1, v)) for v, w in given))
            case _:
                return _power(p * away, n)

    def cumulative(self, away: Floats) -> Floats:
        """log E[z^N] for z = 1 + away, power series (series.py)."""
        match self.family:
            case "poisson":
                return self.n * away
            case "choice":
                log = logarithm(away)
                given = zip(self.values, self.weights, strict=True)
                return logarithm(np.asarray(sum(w * exponential(v * log) for v, w in given)))
            case _:
                return self.n * logarithm(self.p * away)

    def mean(self) -> Floats:
        if self.family == "choice":
            return np.asarray(sum(v * w for v, w in zip(self.values, self.weights, strict=True)))
        return self.n * self.p

    def variance(self) -> Floats:
        match self.family:
            case "poisson":
                return self.n * self.p
            case "choice":
                mean = self.mean()
                parts = [w * (v - mean) ** 2 for v, w in zip(self.values, self.weights, strict=True)]
                return np.asarray(sum(parts))
            case _:
                return self.n * self.p * (1 - self.p)

    @property
    def adds(self) -> bool:
        """Whether arrivals of several months are one stream (a Poisson process)."""
        return self.family == "poisson"

    def of(self, worlds: slice) -> Count:
        return Count(
            family=self.family,
            n=self.n[worlds],
            p=self.p[worlds],
            values=self.values,
            weights=tuple(w[worlds] for w in self.weights),
        )


def _power(away: Transform, n: Floats) -> Transform:
    """(1 + away)ⁿ for whole n; 0⁰ is 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.power(1 + away, n)
    return np.where(np.broadcast_to(n, found.shape) == 0, 1.0, found)


def count_of(distribution: model.Distribution, draws: Draws) -> Count:
    """A distribution of whole numbers; its arguments have been looked at by `monthly_numbers`."""
    size = len(draws.numbers)
    given = {n: np.broadcast_to(evaluate(e, draws.unknowns), (size,)) for n, e in distribution.arguments.items()}
    one: Floats = np.ones(size)
    match distribution.family:
        case "poisson":
            (mean,) = given.values()
            return Count(family="poisson", n=mean, p=one)
        case "binomial":
            return Count(family="binomial", n=given["n"], p=given["p"])
        case "chance":
            (p,) = given.values()
            return Count(family="binomial", n=one, p=p)
        case "choice":
            weights = tuple(np.broadcast_to(evaluate(w, draws.unknowns), (size,)) for w in distribution.weights)
            return Count(
                family="choice", n=one, p=one, values=tuple(number(v) for v in distribution.values), weights=weights
            )
        case "fixed":
            (value,) = given.values()
            return Count(family="fixed", n=value, p=one)
    raise KeyError(distribution.family)


COUNTED = ("fixed", "poisson", "binomial", "chance", "choice")


@frozen(kw_only=True, eq=False)
class Group:
    """Arrivals of which the number is one random variable (or one Poisson process over its months)."""

    line: int
    months: tuple[Month, ...]
    count: Count


def groups_of(plan: Plan, head: str, draws: Draws) -> list[Group]:
    """The arrivals of a population that comes by itself. SimulationError for numbers that are none."""
    found = []
    scenario = plan.scenario
    for index, line in enumerate(scenario.populations[head].arrivals):
        monthly_numbers(scenario, head, index, line, draws)  # says what is wrong with the numbers
        months = tuple(months_of(line, scenario.first, scenario.last))
        count = count_of(line.number, draws)
        if not months:
            continue
        if count.adds:
            found.append(Group(line=index, months=months, count=count))
        else:
            found += [Group(line=index, months=(month,), count=count) for month in months]
    return found
