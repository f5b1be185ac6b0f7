"""The points of the unit cube at which expected spending is asked for.

Out: two matrices A and B of quasi-random points, (dimensions, draws), that are independent of each other: Saltelli's
design over a Sobol sequence of twice as many dimensions. Coordinate i of A replaced by that of B gives what changes
when unknown i alone is drawn again. As everywhere, draw d is point d // 16 of scramble d % 16, and any beginning of
16 × a power of two draws is a design of its own.

A holds the very worlds of `huice simulate` with the same seed and number of draws, so both report one mean.

Source: Saltelli et al., Variance based sensitivity analysis of model output, Comput. Phys. Commun. 181 (2010).
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from simulator.chance.unknowns import cube_points, rounded_draws
from simulator.plan import Floats

P10, P90 = 0.1, 0.9  # the ends of a tornado's bars


@frozen(eq=False)
class Design:
    """`a`, `b`: shape (dimensions, draws), in the open interval (0, 1)."""

    a: Floats
    b: Floats

    @property
    def draws(self) -> int:
        return int(self.a.shape[1])

    def changed(self, dimension: int, draws: range) -> Floats:
        """Points of A with one coordinate from B."""
        return self._with(dimension, draws, self.b[dimension, draws.start : draws.stop])

    def fixed(self, dimension: int, draws: range, at: float) -> Floats:
        """Points of A with one coordinate the same in all."""
        return self._with(dimension, draws, at)

    def _with(self, dimension: int, draws: range, coordinate: Floats | float) -> Floats:
        points = self.a[:, draws.start : draws.stop].copy()
        points[dimension] = coordinate
        return points


def design(dimensions: int, draws: int, seed: int) -> Design:
    """`draws` is rounded up to 16 × a power of two."""
    draws = rounded_draws(draws)
    if not dimensions:
        return Design(a=np.empty((0, draws)), b=np.empty((0, draws)))
    # Each dimension of a scrambled sequence is scrambled by itself: the first half may have the scrambles of a run.
    b = cube_points(2 * dimensions, draws, seed, "sensitivity")[dimensions:]
    return Design(a=cube_points(dimensions, draws, seed), b=b)
