"""Worlds from the posterior: the unknowns of a scenario after what was seen.

In: the scenario's unknowns, the terms of the likelihood (evidence.py), draws, seed. Out: `After`: worlds as a run takes
them, and how each unknown came to its values. Unknowns that no term and no argument ties to others stand alone:

conjugate   a gamma rate of Poisson numbers, a beta chance of yes or no: the posterior is gamma or beta again, exact
grid        any other prior of one unknown: the posterior's distribution function, tabled over the prior's probability
            scale, which is refined where the posterior lies
importance  unknowns that are tied: weighted candidates, resampled so that the run needs no weights (importance.py)
prior       nothing was seen of it

The points are those of simulator.chance.unknowns (16 scrambles), so error bars hold as they do there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from attrs import frozen

from lang import model, typed
from simulator.chance.scenario_values import evaluate
from simulator.chance.unknowns import cube_points, rounded_draws, value_at
from simulator.learning.importance import importance
from simulator.learning.posteriors import Beta, Gamma
from simulator.learning.terms import Term, reads
from simulator.plan import BLOCKS, Floats, Worlds

How = Literal["conjugate", "grid", "importance", "prior"]
GRID = 1 << 13
POOR = 400.0  # effective candidates in all below which a warning says so
SUMMARY = 1 << 12


@frozen(kw_only=True)
class Updated:
    """One unknown: mean and 95% interval before and after. `exact`: its posterior, where it is of a known family."""

    name: str
    how: How
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    exact: Beta | Gamma | None = None
    surprising: float = 0.5

    def to_dict(self, unit: float = 1.0) -> dict[str, Any]:
        def three(values: tuple[float, float, float]) -> dict[str, Any]:
            mean, low, high = (value / unit for value in values)
            return {"mean": mean, "interval": [low, high]}

        found: dict[str, Any] = {"how": self.how, "prior": three(self.prior), "posterior": three(self.posterior)}
        if self.exact is not None:
            found["distribution"] = self.exact.to_dict()
        return found


@frozen(kw_only=True, eq=False)
class After:
    """`effective`: the effective sample size of the worst group of tied unknowns, of `candidates`; the number of draws
    where nothing was weighted."""

    worlds: Worlds
    unknowns: Mapping[str, Updated]
    effective: float
    candidates: int
    weighted: bool

    @property
    def poor(self) -> bool:
        return self.weighted and self.effective < POOR


def worlds_after(scenario: model.Scenario, terms: Sequence[Term], draws: int, seed: int) -> After:
    """Raises SimulationError for arguments without meaning."""
    draws = rounded_draws(draws)
    unknowns = scenario.unknowns
    block = (np.arange(draws) % BLOCKS).astype(np.int16)
    if not unknowns:
        return After(
            worlds=Worlds(draws=draws, values={}, block=block), unknowns={}, effective=float(draws), candidates=draws,
            weighted=False,
        )  # fmt: skip
    u = dict(zip(unknowns, cube_points(len(unknowns), draws, seed), strict=True))
    before = _prior_sample(scenario, seed)
    values: dict[str, Floats] = {}
    updated: dict[str, Updated] = {}
    effective, candidates, weighted = float(draws), draws, False
    for group in groups(scenario, terms):
        of_group = [t for t in terms if t.reads & set(group)]
        if not of_group:
            for name in group:
                values[name] = value_at(unknowns[name], u[name], values)
                updated[name] = _summed(name, "prior", before[name], before[name])
            continue
        if len(group) == 1:
            (name,) = group
            updated[name], values[name] = _alone(unknowns[name], of_group, u[name], before[name])
            continue
        found, ess, of = importance(scenario, group, of_group, draws, seed)
        if not weighted or ess < effective:
            effective, candidates = ess, of
        weighted = True
        for name in group:
            values[name] = found[name]
            updated[name] = _summed(name, "importance", before[name], found[name])
    ordered = {name: values[name] for name in unknowns}
    return After(
        worlds=Worlds(draws=draws, values=ordered, block=block),
        unknowns={name: updated[name] for name in unknowns},
        effective=effective,
        candidates=candidates,
        weighted=weighted,
    )


def groups(scenario: model.Scenario, terms: Sequence[Term]) -> list[tuple[str, ...]]:
    """Unknowns that depend on each other, in order of declaration."""
    root = {name: name for name in scenario.unknowns}

    def find(name: str) -> str:
        while root[name] != name:
            name = root[name]
        return name

    ties = [term.reads for term in terms]
    ties += [
        reads(*u.distribution.arguments.values(), *u.distribution.weights) | {n} for n, u in scenario.unknowns.items()
    ]
    for tie in ties:
        first, *others = sorted(tie) or [""]
        for other in others:
            root[find(other)] = find(first)
    found: dict[str, list[str]] = {}
    for name in scenario.unknowns:
        found.setdefault(find(name), []).append(name)
    return [tuple(group) for group in found.values()]


def _prior_sample(scenario: model.Scenario, seed: int) -> dict[str, Floats]:
    values: dict[str, Floats] = {}
    for u, (name, unknown) in zip(
        cube_points(len(scenario.unknowns), SUMMARY, seed), scenario.unknowns.items(), strict=True
    ):
        values[name] = value_at(unknown, u, values)
    return values


def _three(values: Floats) -> tuple[float, float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)


def _summed(name: str, how: How, before: Floats, after: Floats, exact: Beta | Gamma | None = None) -> Updated:
    posterior = _three(after)
    if exact is not None:
        posterior = (exact.mean, *exact.interval())
    return Updated(
        name=name,
        how=how,
        prior=_three(before),
        posterior=posterior,
        exact=exact,
        surprising=float((before <= posterior[0]).mean()),
    )


# ---------------------------------------------------------------- one unknown
def _alone(unknown: model.Unknown, terms: Sequence[Term], u: Floats, before: Floats) -> tuple[Updated, Floats]:
    exact = _conjugate(unknown, terms)
    if exact is not None:
        values = _quantiles(exact, u)
        return _summed(unknown.name, "conjugate", before, values, exact), values
    values = _by_grid(unknown, terms, u)
    return _summed(unknown.name, "grid", before, values), values


def _conjugate(unknown: model.Unknown, terms: Sequence[Term]) -> Beta | Gamma | None:
    distribution = unknown.distribution
    if any(t.direct != unknown.name or t.kind == "own" for t in terms):
        return None
    fixed = {
        name: float(evaluate(e, {}))
        for name, e in distribution.arguments.items()
        if isinstance(e, typed.Expr) and not reads(e)
    }
    if len(fixed) != len(distribution.arguments):
        return None
    if distribution.family == "gamma" and all(t.kind == "poisson" for t in terms) and fixed["mean"] > 0:
        shape = fixed["shape"] + sum(t.events for t in terms)
        rate = fixed["shape"] / fixed["mean"] + sum(t.trials * t.factor for t in terms)
        return Gamma(shape, shape / rate)
    if distribution.family == "beta" and all(t.kind == "binomial" and t.factor == 1 for t in terms):
        a = fixed["a"] + sum(t.events for t in terms)
        b = fixed["b"] + sum(t.trials - t.events for t in terms)
        return Beta(a, b)
    return None


def _quantiles(exact: Beta | Gamma, u: Floats) -> Floats:
    from scipy import special

    if isinstance(exact, Beta):
        return np.asarray(special.betaincinv(exact.a, exact.b, u))
    return np.asarray(special.gammaincinv(exact.shape, u) * exact.mean / exact.shape)


def _by_grid(unknown: model.Unknown, terms: Sequence[Term], u: Floats) -> Floats:
    """Inverse of the posterior's distribution function. The probability scale of the prior is cut finer and finer
    around where the posterior's mass lies, so that a posterior far out in the prior's tail is met as well."""
    from scipy.special import ndtr

    # on the normal scale, where tails are long: z = Φ⁻¹(probability)
    low, high = -8.2, 8.2
    for _ in range(8):
        z = np.linspace(low, high, GRID)
        log = _log_at(unknown, terms, ndtr(z)) - z**2 / 2
        weight = np.exp(log - log.max())
        inside = np.flatnonzero(weight > 1e-14)
        step = z[1] - z[0]
        new_low, new_high = z[inside[0]] - step, z[inside[-1]] + step
        if new_high - new_low > 0.5 * (high - low):
            break
        low, high = new_low, new_high
    mass = np.concatenate([[0.0], np.cumsum((weight[1:] + weight[:-1]) / 2)])
    mass /= mass[-1]
    at = np.interp(u, mass, z)
    return value_at(unknown, np.clip(ndtr(at), 1e-300, 1 - 2.0**-53), {})


def _log_at(unknown: model.Unknown, terms: Sequence[Term], u: Floats) -> Floats:
    values = {unknown.name: value_at(unknown, np.clip(u, 1e-300, 1 - 2.0**-53), {})}
    total: Floats = np.zeros(len(u))
    for term in terms:
        total = total + np.broadcast_to(term.log_likelihood(values), total.shape)
    return total
