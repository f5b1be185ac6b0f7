"""A question's answer as the figures of a projection: mean, sd, quantiles, exceedance, and the error of each.

Means and standard deviations come from the moments given each world; quantiles are min{x: F(x) ≥ p} of the whole
distribution. Errors are half-widths of the 95% t-interval over the 16 scrambles; without unknowns there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen

from simulator.engines.exact.answers import Answer, Kind, Part, Sizes
from simulator.engines.exact.compound import Lattice, lattice
from simulator.figures.statistics import QUANTILES, Split, half_width, threshold_text
from simulator.plan import BLOCKS, Floats, Ints, Ints16

_TIE = 1e-12  # by which a distribution function may miss a probability that it meets exactly
_CURVE = 51


@frozen(kw_only=True, eq=False)
class Figures:
    """Of one total. Money in units (fen a yuan, or 1 of counts). `means`, `variances`: by world."""

    means: Floats
    variances: Floats
    scrambles: Ints16
    law: Lattice
    unit: int

    # ------------------------------------------------------------ moments
    @property
    def mean(self) -> float:
        return float(self.means.mean()) / self.unit

    @property
    def of_unknowns(self) -> float:
        """Var E[T | world], in units²."""
        return float(((self.means - self.means.mean()) ** 2).mean()) / self.unit**2

    @property
    def of_people(self) -> float:
        """E Var[T | world], in units²."""
        return float(self.variances.mean()) / self.unit**2

    @property
    def mean_error(self) -> float:
        if len(self.means) == 1:
            return 0.0
        blocks = np.array([self.means[self.scrambles == b].mean() for b in range(BLOCKS)])
        return float(half_width(blocks)) / self.unit

    def split(self) -> Split:
        """The shares of the variance that the unknowns and that people bring."""
        unknowns, people = self.of_unknowns, self.of_people
        if unknowns + people <= 0:
            return Split(unknowns=None, people=None, error=None)
        share = unknowns / (unknowns + people)
        if len(self.means) == 1:
            return Split(unknowns=0.0, people=1.0, error=0.0)
        shares = []
        for block in range(BLOCKS):
            at = self.scrambles == block
            between, within = float(self.means[at].var()), float(self.variances[at].mean())
            shares.append(between / (between + within) if between + within > 0 else 0.0)
        return Split(unknowns=share, people=1 - share, error=float(half_width(np.array(shares))))

    # ------------------------------------------------------------ the distribution
    def quantile(self, probability: float) -> float:
        """min{x: F(x) ≥ p}, in units."""
        return float(self._quantiles([probability], self.law.mass.mean(axis=0)[None])[0, 0])

    def exceedance(self, fen: int) -> float:
        """P(T > fen)."""
        return float(self.law.mass[:, self.law.values > fen].sum(axis=1).mean())

    def _quantiles(self, probabilities: Sequence[float], mass: Floats) -> Floats:
        """(rows of `mass`, probabilities)."""
        below = np.cumsum(mass, axis=1)
        at = np.array([np.searchsorted(row, np.array(probabilities) - _TIE) for row in below])
        return np.asarray(self.law.values[np.minimum(at, mass.shape[1] - 1)] / self.unit)

    def to_dict(self, thresholds: Sequence[int] = ()) -> dict[str, Any]:
        given = [float(q) for q in QUANTILES]
        whole = self._quantiles(given, self.law.mass.mean(axis=0)[None])[0]
        errors = np.zeros(len(given))
        if len(self.law.mass) > 1:
            errors = half_width(self._quantiles(given, self.law.mass).T)
        result: dict[str, Any] = {
            "mean": self.mean,
            "sd": float(np.sqrt(self.of_unknowns + self.of_people)),
            "mean_error": self.mean_error,
            "quantiles": {q: float(v) for q, v in zip(QUANTILES, whole, strict=True)},
            "quantile_errors": {q: float(v) for q, v in zip(QUANTILES, errors, strict=True)},
        }
        if thresholds:
            result["exceedance"] = {threshold_text(t): self.exceedance(t) for t in thresholds}
            if len(self.law.mass) > 1:
                result["exceedance_errors"] = {threshold_text(t): self.exceedance_error(t) for t in thresholds}
        return result

    def exceedance_error(self, fen: int) -> float:
        """Of P(T > fen): half of its 95% interval."""
        if len(self.law.mass) == 1:
            return 0.0
        return float(half_width(self.law.mass[:, self.law.values > fen].sum(axis=1)))

    def curve(self) -> list[list[float]]:
        """[yuan, chance of more], at every second percentile (as `simulator.figures.statistics.curve`)."""
        mass = self.law.mass.mean(axis=0)
        above = 1 - np.cumsum(mass)
        probabilities = [max(p / (_CURVE - 1), 1e-6) for p in range(_CURVE - 1)] + [1 - 1e-6]
        amounts = np.unique(self._quantiles(probabilities, mass[None])[0])
        at = np.searchsorted(self.law.values / self.unit, amounts)
        return [[float(a), float(max(above[i], 0.0))] for a, i in zip(amounts, at, strict=True)]


def figures(answer: Answer, scrambles: Ints16, unit: int, worlds: int | None = None) -> Figures:
    """`worlds`: the distribution from the first so many only (means and sds are always from all)."""
    few = answer.worlds if worlds is None else min(worlds, answer.worlds)
    law = lattice(beginning(answer, few), scrambles[:few])
    return Figures(means=answer.mean(), variances=answer.variance(), scrambles=scrambles, law=law, unit=unit)


def beginning(answer: Answer, worlds: int) -> Answer:
    """In the first so many worlds."""
    if worlds == answer.worlds:
        return answer
    at = slice(0, worlds)

    def cut(sizes: Sizes) -> Sizes:
        return evolve(sizes, measure=sizes.measure[:, at])

    def kind(of: Kind) -> Kind:
        broods = tuple(evolve(b, chance=b.chance[at], count=b.count.of(at), sizes=cut(b.sizes)) for b in of.broods)
        return evolve(of, weight=of.weight[at], sizes=cut(of.sizes), broods=broods)

    parts: list[Part] = []
    for part in answer.parts:
        kinds = None if part.kinds is None else tuple(kind(k) for k in part.kinds)
        parts.append(evolve(part, count=part.count.of(at), sizes=cut(part.sizes), kinds=kinds))
    return Answer(worlds=worlds, parts=tuple(parts))


def nothing(scrambles: Ints16, unit: int) -> Figures:
    """Of what is never anything."""
    blocks: Ints = np.unique(scrambles).astype(np.int64)
    zeros: Floats = np.zeros(len(scrambles))
    law = Lattice(low=0, step=1, mass=np.ones((len(blocks), 1)))
    return Figures(means=zeros, variances=zeros, scrambles=scrambles, law=law, unit=unit)
