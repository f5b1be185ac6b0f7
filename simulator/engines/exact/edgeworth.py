"""Sums of many people by their cumulants: Edgeworth's expansion in every world.

Four correction terms (Kolassa, Series Approximation Methods in Statistics, chapter 3); the size of the last says how
good it is.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import frozen
from scipy import special

from simulator.engines.exact.algebra import ORDER
from simulator.plan import Floats, Ints


@frozen(kw_only=True, eq=False, slots=False)
class Smooth:
    """The sum in each world by its cumulants (ORDER + 1, worlds), κ₀ unused, in units of `scale`."""

    cumulants: Floats
    scale: float

    def mean(self) -> Floats:
        return np.asarray(self.cumulants[1] * self.scale)

    def variance(self) -> Floats:
        return np.asarray(self.cumulants[2] * self.scale**2)

    def error(self) -> float:
        """A bound for the error of the distribution function over all worlds: twice the last correction where it is
        largest, on average of the worlds."""
        moving = self.cumulants[2] > 0
        if not moving.any():
            return 0.0
        z = np.linspace(-4, 4, 33)[:, None]
        last = np.abs(_hermite(z, self._orders[-1][:, moving])) * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        return float(2 * last.max(axis=0).sum() / len(moving))

    @cached_property
    def _orders(self) -> tuple[Floats, ...]:
        """Coefficients of the Hermite polynomials H₀ to H₁₁, (12, worlds), in the terms of order n^(−1/2), n^(−1),
        n^(−3/2) and n^(−2)."""
        sd = np.sqrt(np.maximum(self.cumulants[2], 1e-300))
        l3, l4, l5, l6 = (self.cumulants[k] / sd**k for k in range(3, ORDER + 1))
        orders = [
            {2: l3 / 6},
            {3: l4 / 24, 5: l3**2 / 72},
            {4: l5 / 120, 6: l3 * l4 / 144, 8: l3**3 / 1296},
            {5: l6 / 720, 7: l4**2 / 1152 + l3 * l5 / 720, 9: l3**2 * l4 / 1728, 11: l3**4 / 31104},
        ]
        found = []
        for of_order in orders:
            table: Floats = np.zeros((12, len(l3)))
            for number, coefficient in of_order.items():
                table[number] = coefficient
            found.append(table)
        return tuple(found)

    @cached_property
    def _all(self) -> Floats:
        return np.asarray(sum(self._orders))

    @cached_property
    def _moments(self) -> tuple[Floats, Floats]:
        return self.mean(), np.sqrt(self.variance())

    def below(self, fen: Floats, worlds: Ints) -> Floats:
        """P(T ≤ x) in some worlds: (points, worlds)."""
        mean, sd = self._moments[0][worlds], self._moments[1][worlds]
        away = fen[:, None] - mean
        z = np.where(sd > 0, away / np.where(sd > 0, sd, 1.0), np.where(away >= 0, 40.0, -40.0))
        np.clip(z, -40, 40, out=z)
        found = special.ndtr(z) - np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * _hermite(z, self._all[:, worlds])
        return np.asarray(np.clip(found, 0.0, 1.0))


def _hermite(z: Floats, coefficients: Floats) -> Floats:
    """Σ cₖ Hₖ(z), by Clenshaw's recurrence (H₍ₖ₊₁₎ = z Hₖ − k H₍ₖ₋₁₎)."""
    after: Floats = np.zeros(np.broadcast_shapes(z.shape, coefficients.shape[1:]))
    later = after
    for k in range(len(coefficients) - 1, -1, -1):
        after, later = coefficients[k] + z * after - (k + 1) * later, after
    return after
