"""How many arrive in a month: a rate with its interval, and whether months vary more than chance would have them.

In: the arrival months of rows, the window that was watched. Out: `Coming`. Counts of months are Poisson with one
rate: its posterior is gamma. Where their variance is larger than that (Pearson's test, p < 1%), the interval is widened
by the dispersion φ (quasi-Poisson); and since a scenario draws Poisson numbers, what a period of H months varies beyond
them is carried by the rate as well, so that the period's total has the right spread: variance φμ/n + (φ − 1)μ/H.
"""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen

from lang.dates import Month
from simulator.learning.posteriors import Gamma, of_rate
from simulator.plan import Ints

UNLIKELY, STOCK = 0.01, 1e-6
FEWEST_MONTHS = 6


@frozen(kw_only=True, eq=False)
class Coming:
    """`counts` by month from `first` on. `rate`: of the mean number a month, with its interval; `drawn`: as a scenario
    of `horizon` months draws it. `dispersion` φ (1: as Poisson has it). `before`: rows of the first month that were
    taken for those who were there already. `trend`: z of the test that the numbers neither rise nor fall."""

    first: Month
    counts: Ints
    rate: Gamma
    drawn: Gamma
    dispersion: float
    before: int
    trend: float

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    @property
    def months(self) -> int:
        return len(self.counts)


def coming(arrivals: Ints, first: Month, last: Month, horizon: int) -> Coming | None:
    """None where no month was watched."""
    if last < first:
        return None
    inside = arrivals[(arrivals >= first) & (arrivals <= last)] - first
    counts: Ints = np.bincount(inside, minlength=last - first + 1).astype(np.int64)
    before = 0
    if len(counts) >= FEWEST_MONTHS and _is_stock(counts):
        before, first, counts = int(counts[0]), first + 1, counts[1:]
    months, total = len(counts), int(counts.sum())
    posterior = of_rate(total, months)
    dispersion = _dispersion(counts)
    rate = drawn = posterior
    if dispersion > 1:
        mean = posterior.mean
        rate = Gamma.written(posterior.shape / dispersion, mean)
        variance = dispersion * mean / months + (dispersion - 1) * mean / horizon
        drawn = Gamma.written(mean**2 / variance, mean)
    return Coming(
        first=first,
        counts=counts,
        rate=rate,
        drawn=drawn,
        dispersion=dispersion,
        before=before,
        trend=_trend(counts),
    )


def _is_stock(counts: Ints) -> bool:
    """Whether the first month has many more than the others would make likely."""
    from scipy.special import pdtrc

    rest = counts[1:]
    mean = (float(rest.sum()) + 0.5) / len(rest)
    spread = max(float(rest.var(ddof=1)) / mean, 1.0)
    return float(pdtrc((float(counts[0]) - 1) / spread, mean / spread)) < STOCK


def _dispersion(counts: Ints) -> float:
    """Pearson's X² over its degrees of freedom where it is too large for chance; else 1."""
    from scipy.special import chdtrc

    mean, freedom = float(counts.mean()), len(counts) - 1
    if mean == 0 or len(counts) < FEWEST_MONTHS:
        return 1.0
    statistic = float(((counts - mean) ** 2).sum()) / mean
    return statistic / freedom if float(chdtrc(freedom, statistic)) < UNLIKELY else 1.0


def _trend(counts: Ints) -> float:
    """z of the slope over the months, against what the months vary around it (never less than Poisson)."""
    mean, months = float(counts.mean()), len(counts)
    if mean == 0 or months < FEWEST_MONTHS:
        return 0.0
    time = np.arange(months) - (months - 1) / 2
    slope = float((counts * time).sum()) / float((time**2).sum())
    around = float(((counts - mean - slope * time) ** 2).sum()) / mean / (months - 2)
    return slope * math.sqrt(float((time**2).sum()) / (mean * max(around, 1.0)))
