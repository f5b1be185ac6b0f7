"""What rows are from the start: shares of kinds and of yes, numbers, dates counted from the arrival, links.

In: the values of one attribute, the arrivals of the rows. Out: what a scenario can say of it, or why it cannot. Values
that were not given are left out (taken to be like the others), and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen

from lang.dates import month_of
from lang.types import NONE, UNKNOWN, Given
from simulator.learning.observed import NOT_TOLD
from simulator.learning.posteriors import Beta
from simulator.plan import Ints

FEW = 6  # different numbers up to which each has a share of its own
STEPS = 20  # groups of equal size that stand for numbers of which there are more
UNLIKELY = 0.01


@frozen(kw_only=True, eq=False)
class Shares:
    """Of the `values` (NONE among them, where there is none): how often each was seen.

    `marginals`: the distribution of each share; `steps`: of each but the last, given that it is none of those before
    (the same joint distribution, Dirichlet's with ½ a value, as independent parts).
    """

    values: tuple[Given, ...]
    counts: tuple[int, ...]
    unknown: int

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def marginals(self) -> tuple[Beta, ...]:
        k = len(self.counts)
        return tuple(Beta.written(c + 0.5, self.total - c + (k - 1) / 2) for c in self.counts)

    @property
    def steps(self) -> tuple[Beta, ...]:
        k = len(self.counts)
        return tuple(
            Beta.written(c + 0.5, sum(self.counts[i + 1 :]) + (k - 1 - i) / 2) for i, c in enumerate(self.counts[:-1])
        )


def shares(values: Sequence[Given], order: Sequence[Given]) -> Shares:
    """`order`: of the values that there may be; those never seen are left out. NONE comes last."""
    counts = Counter(values)
    unknown = counts.pop(UNKNOWN, 0)
    seen = [value for value in (*order, NONE) if counts[value]]
    return Shares(values=tuple(seen), counts=tuple(counts[v] for v in seen), unknown=unknown)


@frozen(kw_only=True, eq=False)
class Numbers:
    """`steps`: numbers with their shares, which add up to 1 (NONE last); `different`: how many numbers were seen."""

    steps: tuple[tuple[Given, Fraction], ...]
    different: int
    total: int
    unknown: int
    mean: float


def numbers(values: Sequence[Given], whole: bool) -> Shares | Numbers | None:
    """Few different numbers have shares of their own; many are put together in groups of equal size, each stood for by
    its mean (so that the mean is kept). None where no number was given."""
    given: list[Any] = sorted(value for value in values if value is not UNKNOWN and value is not NONE)
    if not given:
        return None
    different = sorted(set(given))
    if len(different) <= FEW:
        return shares(values, different)
    none = sum(value is NONE for value in values)
    parts = [part for part in np.array_split(np.array(given, object), min(STEPS, len(different))) if len(part)]
    total = len(given) + none
    summed: dict[Any, Fraction] = {}
    for part in parts:
        mean = sum(part, Fraction(0)) / len(part)
        value = Fraction(round(mean)) if whole else round(mean, 6)
        summed[value] = summed.get(value, Fraction(0)) + Fraction(len(part), total)
    steps: list[tuple[Given, Fraction]] = list(summed.items())
    if none:
        steps.append((NONE, Fraction(none, total)))
    return Numbers(
        steps=tuple(_in_millionths(steps)),
        different=len(different),
        total=total,
        unknown=sum(value is UNKNOWN for value in values),
        mean=float(sum(given, Fraction(0)) / len(given)),
    )


def _in_millionths(steps: Sequence[tuple[Given, Fraction]]) -> list[tuple[Given, Fraction]]:
    """Shares that can be written and add up to 1 exactly: the largest takes the rest."""
    rounded = [(value, Fraction(round(share * 10**6), 10**6)) for value, share in steps]
    largest = max(range(len(rounded)), key=lambda i: rounded[i][1])
    rest = 1 - sum(share for _, share in rounded)
    rounded[largest] = (rounded[largest][0], rounded[largest][1] + rest)
    return rounded


@frozen(kw_only=True, eq=False)
class Delay:
    """Months from the arrival to a date: `low` to `high`. `earlier`: rows whose date lies before their arrival.
    `even`: the p-value of the test that all months between are alike (None: nothing to test)."""

    low: int
    high: int
    total: int
    unknown: int
    earlier: int
    outside: int
    even: float | None


def delay(values: Sequence[Given], arrival: Ints) -> Delay | None:
    """None where no row has both."""
    from scipy.special import chdtrc

    # who came after the first of a month may count from the next: the month before the arrival is the arrival's
    months = [
        month_of(value) - int(arrived) + (month_of(value) == int(arrived) - 1)
        for value, arrived in zip(values, arrival, strict=True)
        if isinstance(value, date) and arrived != NOT_TOLD
    ]
    unknown = sum(value is UNKNOWN for value in values)
    if not months:
        return None
    later = np.array([m for m in months if m >= 0], np.int64)
    earlier = len(months) - len(later)
    if not len(later):
        return Delay(low=0, high=0, total=len(months), unknown=unknown, earlier=earlier, outside=0, even=None)
    low, high = int(later.min()), int(later.max())
    p = _evenness(later, low, high, chdtrc)
    outside = 0
    if p is not None and p < UNLIKELY:
        low, high = int(np.quantile(later, 0.05, method="lower")), int(np.quantile(later, 0.95, method="higher"))
        outside = int(((later < low) | (later > high)).sum())
        p = _evenness(later[(later >= low) & (later <= high)], low, high, chdtrc)
    return Delay(low=low, high=high, total=len(months), unknown=unknown, earlier=earlier, outside=outside, even=p)


def _evenness(months: Ints, low: int, high: int, chdtrc: Any) -> float | None:
    width = high - low + 1
    expected = len(months) / width
    if width == 1 or expected < 5:
        return None
    counts = np.bincount(months - low, minlength=width)
    return float(chdtrc(width - 1, float(((counts - expected) ** 2).sum()) / expected))
