"""Sums of many people by their cumulants: Edgeworth's expansion in every world.

Four correction terms (Kolassa, Series Approximation Methods in Statistics, chapter 3); the size of the last says how
good it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from scipy import special

from simulator.engines.exact.algebra import ORDER
from simulator.plan import Floats, Ints


@frozen(kw_only=True, eq=False)
class Smooth:
    """The sum in each world by its cumulants (ORDER + 1, worlds), κ₀ unused, in units of `scale`."""

    cumulants: Floats
    scale: float

    def mean(self) -> Floats:
        return np.asarray(self.cumulants[1] * self.scale)

    def variance(self) -> Floats:
        return np.asarray(self.cumulants[2] * self.scale**2)

    def terms(self) -> tuple[Floats, ...]:
        """Standardised: λ₃ to λ₆."""
        sd = np.sqrt(np.maximum(self.cumulants[2], 1e-300))
        return tuple(self.cumulants[k] / sd**k for k in range(3, ORDER + 1))

    def error(self) -> float:
        """A bound for the error of the distribution function: twice the last correction, in the worst world."""
        if not self.cumulants.shape[1]:
            return 0.0
        z = np.linspace(-4, 4, 33)[:, None]
        worst = np.abs(_corrections(z, self.terms())[-1] * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)).max(axis=0)
        moving = self.cumulants[2] > 0
        return float(2 * worst[moving].max()) if moving.any() else 0.0

    def below(self, fen: Floats, worlds: Ints) -> Floats:
        """P(T ≤ x) in some worlds: (points, worlds)."""
        mean, sd = self.mean()[worlds], np.sqrt(self.variance()[worlds])
        away = fen[:, None] - mean
        z = np.where(sd > 0, away / np.where(sd > 0, sd, 1.0), np.where(away >= 0, 40.0, -40.0))
        terms = tuple(t[worlds] for t in self.terms())
        density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        found = special.ndtr(z) - density * sum(_corrections(z, terms))
        return np.clip(np.where(np.abs(z) > 38, (z > 0).astype(np.float64), found), 0.0, 1.0)


def _corrections(z: Floats, terms: Sequence[Floats]) -> list[Floats]:
    """Edgeworth's terms of order n^(−1/2), n^(−1), n^(−3/2), n^(−2), with Hermite polynomials."""
    l3, l4, l5, l6 = terms
    h: list[Floats] = [np.ones_like(z), z]
    for k in range(1, 12):
        h.append(z * h[k] - k * h[k - 1])
    return [
        l3 / 6 * h[2],
        l4 / 24 * h[3] + l3**2 / 72 * h[5],
        l5 / 120 * h[4] + l3 * l4 / 144 * h[6] + l3**3 / 1296 * h[8],
        l6 / 720 * h[5] + (l4**2 / 1152 + l3 * l5 / 720) * h[7] + l3**2 * l4 / 1728 * h[9] + l3**4 / 31104 * h[11],
    ]
