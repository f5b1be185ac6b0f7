"""Sums of many people by their cumulants: Edgeworth's expansion in every world.

One correction term for each cumulant beyond the second (Kolassa, Series Approximation Methods in Statistics, chapter
3); the size of the last says how good it is. A sum on a lattice is taken halfway between its points, with Sheppard's
corrections of the cumulants, without which the steps alone make an error of (step/sd)²/24.
"""

from __future__ import annotations

from functools import cached_property
from math import factorial

import numpy as np
from attrs import frozen
from scipy import special
from scipy.special import bernoulli

from simulator.engines.exact.algebra import ORDER
from simulator.plan import Floats, Ints


@frozen(kw_only=True, eq=False, slots=False)
class Smooth:
    """The sum in each world by its cumulants (order + 1, worlds), κ₀ unused, in units of `scale`."""

    cumulants: Floats
    scale: float
    step: int  # fen: the sum is one of its multiples

    def mean(self) -> Floats:
        return np.asarray(self.cumulants[1] * self.scale)

    def variance(self) -> Floats:
        return np.asarray(self.cumulants[2] * self.scale**2)

    def error(self) -> float:
        """A bound for the error of the distribution function over all worlds: a multiple of the last correction where
        it is largest, on average of the worlds. Twice the last of four, four times the last of more: of compound
        Poisson sums that are held against the lattice, true errors were below it wherever it is below 5e-4."""
        moving = self.cumulants[2] > 0
        if not moving.any():
            return 0.0
        z = np.linspace(-4, 4, 33)[:, None]
        last = np.abs(_hermite(z, self._orders[-1][:, moving])) * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        times = 2 if len(self.cumulants) - 1 <= ORDER else 4
        return float(times * last.max(axis=0).sum() / len(moving))

    @cached_property
    def _halfway(self) -> Floats:
        """The cumulants with Sheppard's corrections, where a world's sum is wider than a step."""
        found = self.cumulants.copy()
        step = self.step / self.scale
        wide = found[2] > step**2
        for order, number in enumerate(bernoulli(len(found) - 1)):
            if order >= 2:
                found[order, wide] -= number / order * step**order
        return found

    @cached_property
    def _orders(self) -> tuple[Floats, ...]:
        """Coefficients of the Hermite polynomials H₀, H₁, …, (polynomials, worlds), in the terms of order n^(−1/2),
        n^(−1), n^(−3/2) …

        The characteristic function of the standardised sum is e^(t²/2) exp(Σ λⱼ tʲ/j!) for imaginary t; λⱼ is of order
        n^(1 − j/2). Its terms are collected by that order, and tᵏ becomes H₍ₖ₋₁₎. With P = exp(A), k Pₖ = Σ j Aⱼ Pₖ₋ⱼ.
        """
        cumulants = self._halfway
        sd = np.sqrt(np.where(cumulants[2] > 0, cumulants[2], 1.0))  # of what is sure there is nothing to correct
        last = len(cumulants) - 3  # of the corrections
        worlds = cumulants.shape[1]
        raised = {j: cumulants[j + 2] / sd ** (j + 2) / factorial(j + 2) for j in range(1, last + 1)}
        terms: Floats = np.zeros((last + 1, 3 * last + 1, worlds))  # by order and power of t
        terms[0, 0] = 1.0
        for order in range(1, last + 1):
            for j, coefficient in raised.items():
                if j <= order:
                    added = terms[order - j, : 3 * last - 1 - j] * coefficient * (j / order)
                    terms[order, j + 2 :] += added
        return tuple(terms[order, 1:] for order in range(1, last + 1))

    @cached_property
    def _all(self) -> Floats:
        return np.asarray(sum(self._orders))

    @cached_property
    def _moments(self) -> tuple[Floats, Floats]:
        return self.mean(), np.sqrt(self._halfway[2] * self.scale**2)

    def below(self, fen: Floats, worlds: Ints) -> Floats:
        """P(T ≤ x) in some worlds, for x halfway between multiples of the step: (points, worlds)."""
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
