"""Given the world, a total is a sum of independent parts: compound sums, each of a random number of units with one law.

In: laws of what a unit is paid, written out or by their moments, and how many units there are. Out: means, variances
and cumulants of the sum, by world; its whole distribution is compound.py's.
"""

from __future__ import annotations

from math import factorial, gcd

import numpy as np
from attrs import frozen

from simulator.engines.exact.algebra import ORDER, Series, exponential, of_sizes, times
from simulator.engines.exact.counts import Count
from simulator.engines.exact.edgeworth import Smooth
from simulator.plan import Floats, Ints

SCALE = 100_000.0  # fen: the unit in which moments are counted


@frozen(kw_only=True, eq=False)
class Sizes:
    """Amounts (fen, above 0) and the measure of each by world, (amounts, worlds): probabilities for one unit, sums of
    probabilities over the months of a Poisson stream."""

    amount: Ints
    measure: Floats

    def moment(self, power: int) -> Floats:
        weights = self.amount.astype(np.float64) ** power
        return np.asarray(weights @ self.measure)


EMPTY = Sizes(amount=np.zeros(0, np.int64), measure=np.zeros((0, 1)))


@frozen(kw_only=True, eq=False)
class Brood:
    """Rows that arrive for a unit: with `chance` a number `count` of them, each with the law `sizes`."""

    chance: Floats
    count: Count
    sizes: Sizes


@frozen(kw_only=True, eq=False)
class Kind:
    """A share of the units of a group, their own payments, and what arrives for them."""

    weight: Floats
    sizes: Sizes
    broods: tuple[Brood, ...]


@frozen(kw_only=True, eq=False)
class Part:
    """`kinds` None: all units have the law `sizes`; or, where that is not written out, `series` tells of its moments,
    amounts in units of SCALE; they are multiples of `step` fen."""

    count: Count
    sizes: Sizes
    kinds: tuple[Kind, ...] | None = None
    series: Series | None = None
    step: int = 1

    def all_sizes(self) -> list[Sizes]:
        """Every law that is written out."""
        if self.kinds is None:
            return [self.sizes]
        return [s for kind in self.kinds for s in (kind.sizes, *(brood.sizes for brood in kind.broods))]

    def unit_moments(self) -> tuple[Floats, Floats]:
        """E[X] and E[X²] of one unit (summed over the months of a Poisson stream), by world."""
        if self.series is not None:
            return self.series[1] * SCALE, 2 * self.series[2] * SCALE**2
        if self.kinds is None:
            return self.sizes.moment(1), self.sizes.moment(2)
        worlds = len(self.count.n)
        first, second = np.zeros(worlds), np.zeros(worlds)
        for kind in self.kinds:
            mean = kind.sizes.moment(1)
            variance = kind.sizes.moment(2) - mean**2
            for brood in kind.broods:
                one, two = brood.sizes.moment(1), brood.sizes.moment(2)
                number = brood.chance * brood.count.mean()
                square = brood.chance * (brood.count.variance() + brood.count.mean() ** 2)
                mean = mean + number * one
                variance = variance + number * (two - one**2) + (square - number**2) * one**2
            first += kind.weight * mean
            second += kind.weight * (variance + mean**2)
        return first, second

    def mean(self) -> Floats:
        return self.count.mean() * self.unit_moments()[0]

    def variance(self) -> Floats:
        first, second = self.unit_moments()
        if self.count.adds:
            return self.count.mean() * second
        return self.count.mean() * (second - first**2) + self.count.variance() * first**2

    def cumulants(self, order: int) -> Floats:
        """Of the part's total, in units of SCALE: (order + 1, worlds)."""
        unit = self.series
        if unit is None and self.kinds is None:
            unit = of_sizes(self.sizes.amount, self.sizes.measure, SCALE, order)
        if unit is None:
            unit = np.zeros((order + 1, len(self.count.n)))
            for kind in self.kinds or ():
                own = np.zeros((order + 1, len(self.count.n)))
                if len(kind.sizes.amount):
                    own = of_sizes(kind.sizes.amount, kind.sizes.measure, SCALE, order)
                for brood in kind.broods:
                    law = of_sizes(brood.sizes.amount, brood.sizes.measure, SCALE, order)
                    other = brood.chance * exponential(brood.count.cumulative(law))
                    own = own + other + times(own, other)
                unit = unit + kind.weight * own
        factorials = np.array([factorial(k) for k in range(order + 1)], np.float64)
        return self.count.cumulative(unit) * factorials[:, None]


@frozen(kw_only=True, eq=False)
class Answer:
    """Given the world, the sum of independent parts. `worlds`: how many."""

    worlds: int
    parts: tuple[Part, ...]

    @property
    def written(self) -> bool:
        """Whether all laws are written out."""
        return all(part.series is None for part in self.parts)

    @property
    def order(self) -> int:
        """Up to which moments tell of laws that are not written out."""
        return next((len(part.series) - 1 for part in self.parts if part.series is not None), ORDER)

    @property
    def step(self) -> int:
        """The greatest common divisor of all amounts (fen); 0 where there are none."""
        written = [int(np.gcd.reduce(s.amount)) for p in self.parts for s in p.all_sizes() if len(s.amount)]
        return gcd(*written, *(p.step for p in self.parts if p.series is not None))

    def smooth(self) -> Smooth:
        """The sum by its cumulants."""
        zero: Floats = np.zeros((self.order + 1, self.worlds))
        cumulants = np.asarray(sum((p.cumulants(self.order) for p in self.parts), zero))
        return Smooth(cumulants=cumulants, scale=SCALE, step=max(self.step, 1))

    def mean(self) -> Floats:
        return np.asarray(sum((p.mean() for p in self.parts), np.zeros(self.worlds)))

    def variance(self) -> Floats:
        return np.asarray(sum((p.variance() for p in self.parts), np.zeros(self.worlds)))
