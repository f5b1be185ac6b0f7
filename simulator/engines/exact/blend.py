"""The distribution over worlds of sums that are known by their cumulants: quantiles and chances.

In: an Edgeworth expansion in every world, the scramble of each. Out: what `compound.Lattice` gives, without a lattice:
the mean over worlds of distribution functions, inverted on a grid and then by bisection.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from attrs import frozen

from simulator.engines.exact.edgeworth import Smooth
from simulator.figures.statistics import chances_near, half_width
from simulator.plan import Floats, Ints, Ints16

_GRID = 257
_HALVINGS = 14


@frozen(kw_only=True, eq=False, slots=False)
class Blend:
    """`step`: totals are its multiples (fen)."""

    smooth: Smooth
    scrambles: Ints16
    step: int
    rounded: bool = False

    @property
    def blocks(self) -> int:
        return int(self.scrambles.max()) + 1

    def above(self, fen: int) -> Floats:
        """P(T > fen) in each scramble."""
        at = np.array([fen // self.step * self.step + self.step / 2], np.float64)
        every = np.arange(len(self.scrambles))
        chance = 1 - self.smooth.below(at, every)[0]
        return np.array([chance[self.scrambles == block].mean() for block in range(self.blocks)])

    def quantiles(self, probabilities: Sequence[float]) -> tuple[Floats, Floats]:
        """min{x: F(x) ≥ p}, and half of the 95% interval of each (0 without unknowns). Fen."""
        given = np.array(probabilities, np.float64)
        grid, below = self._grid
        whole = self._inverted(grid, below.mean(axis=1), given, np.arange(len(self.scrambles)))
        if self.blocks == 1:
            return whole, np.zeros(len(whole))
        own = [np.interp(whole, grid, below[:, self.scrambles == block].mean(axis=1)) for block in range(self.blocks)]
        # For the error of a quantile the grid is fine enough.
        everywhere = np.maximum.accumulate(below.mean(axis=1))
        low, high = (
            self._whole_steps(np.interp(p, everywhere, grid)) for p in chances_near(given, half_width(np.array(own).T))
        )
        return whole, np.maximum(np.maximum(whole - low, high - whole), 0.0)

    def _whole_steps(self, amounts: Floats) -> Floats:
        """A multiple of the step stands for the half step on either side of it."""
        found: Floats = np.maximum(np.ceil((amounts - self.step / 2) / self.step) * self.step, 0.0)
        return found

    @cached_property
    def _grid(self) -> tuple[Floats, Floats]:
        """Amounts, and the distribution function of each world there."""
        mean, sd = self.smooth.mean(), np.sqrt(self.smooth.variance())
        low, high = float((mean - 9 * sd).min()), float((mean + 9 * sd).max())
        grid = np.linspace(low, max(high, low + 1), _GRID)
        return grid, self.smooth.below(grid, np.arange(len(self.scrambles)))

    def _inverted(self, grid: Floats, below: Floats, given: Floats, worlds: Ints) -> Floats:
        below = np.maximum.accumulate(below)
        at = np.clip(np.searchsorted(below, given), 1, len(grid) - 1)
        low, high = grid[at - 1], grid[at]
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            enough = self.smooth.below(middle, worlds).mean(axis=1) >= given
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return self._whole_steps(high)
