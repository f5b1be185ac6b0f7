"""A question's answer as the figures of a projection: mean, sd, quantiles, exceedance, and the error of each.

Means and standard deviations come from the moments given each world; quantiles are min{x: F(x) ≥ p} of the whole
distribution. Errors are half-widths of the 95% t-interval over the 16 scrambles; without unknowns there are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen

from simulator.engines.exact.blend import Blend
from simulator.engines.exact.compound import Lattice, distribution
from simulator.engines.exact.sums import Answer, Kind, Part, Sizes
from simulator.figures.statistics import QUANTILES, Split, half_width, sd_error, threshold_text
from simulator.plan import BLOCKS, Floats, Ints, Ints16

_CURVE = 51


@frozen(kw_only=True, eq=False)
class Figures:
    """Of one total. Money in units (fen a yuan, or 1 of counts). `means`, `variances`: by world."""

    means: Floats
    variances: Floats
    scrambles: Ints16
    law: Lattice | Blend
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

    @property
    def sd(self) -> float:
        return float(np.sqrt(self.of_unknowns + self.of_people))

    @property
    def sd_error(self) -> float:
        if len(self.means) == 1:
            return 0.0
        squares = (self.means - self.means.mean()) ** 2 + self.variances
        return float(sd_error(np.array([squares[self.scrambles == b].mean() for b in range(BLOCKS)]))) / self.unit

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
        return float(self.law.quantiles([probability])[0][0]) / self.unit

    def exceedance(self, fen: int) -> float:
        """P(T > fen)."""
        return float(self.law.above(fen).mean())

    def exceedance_error(self, fen: int) -> float:
        """Of P(T > fen): half of its 95% interval."""
        return 0.0 if self.law.blocks == 1 else float(half_width(self.law.above(fen)))

    def to_dict(self, thresholds: Sequence[int] = ()) -> dict[str, Any]:
        whole, errors = self.law.quantiles([float(q) for q in QUANTILES])
        result: dict[str, Any] = {
            "mean": self.mean,
            "sd": self.sd,
            "mean_error": self.mean_error,
            "sd_error": self.sd_error,
            "quantiles": {q: float(v / self.unit) for q, v in zip(QUANTILES, whole, strict=True)},
            "quantile_errors": {q: float(v / self.unit) for q, v in zip(QUANTILES, errors, strict=True)},
        }
        if thresholds:
            result["exceedance"] = {threshold_text(t): self.exceedance(t) for t in thresholds}
            if self.law.blocks > 1:
                result["exceedance_errors"] = {threshold_text(t): self.exceedance_error(t) for t in thresholds}
        return result

    def curve(self) -> list[list[float]]:
        """[yuan, chance of more], at every second percentile (as `simulator.figures.statistics.curve`)."""
        probabilities = [max(p / (_CURVE - 1), 1e-6) for p in range(_CURVE - 1)] + [1 - 1e-6]
        amounts = np.unique(self.law.quantiles(probabilities)[0])
        return [[float(a) / self.unit, self.exceedance(int(a))] for a in amounts]


def figures(answer: Answer, scrambles: Ints16, unit: int, worlds: int | None = None) -> Figures:
    """`worlds`: the distribution from the first so many only (means and sds are always from all)."""
    few = answer.worlds if worlds is None else min(worlds, answer.worlds)
    law = distribution(beginning(answer, few), scrambles[:few])
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
        series = None if part.series is None else part.series[:, at]
        parts.append(evolve(part, count=part.count.of(at), sizes=cut(part.sizes), kinds=kinds, series=series))
    return Answer(worlds=worlds, parts=tuple(parts))


def nothing(scrambles: Ints16, unit: int) -> Figures:
    """Of what is never anything."""
    blocks: Ints = np.unique(scrambles).astype(np.int64)
    zeros: Floats = np.zeros(len(scrambles))
    law = Lattice(low=0, step=1, mass=np.ones((len(blocks), 1)))
    return Figures(means=zeros, variances=zeros, scrambles=scrambles, law=law, unit=unit)
