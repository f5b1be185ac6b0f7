"""Leaving and returning: how often there was a chance to, and how often it happened; and how long first stays last.

In: an observed entity, one of its monthly facts, the month from which on it was watched. Out: `Transitions`. A month's
transition happens inside the month, the arrival month included, as in the simulation: who arrives and has not the flag
of that month has left in it. A row is at risk only in months in which it was watched (rows that were there before come
in late: left truncation) and until the last known month (right censoring), so events over trials is the maximum-
likelihood chance a month. Where the arrival is told by the fact itself, its first month is given and no trial.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from lang.dates import Month
from simulator.learning.observed import NOT_TOLD, UNSURE, Observed
from simulator.plan import Floats, Ints, Ints8

TENURES = (0, 3, 6, 12, 24)  # months of stay by which rates of leaving are compared
FEWEST_EXPECTED = 5.0


@frozen(kw_only=True, eq=False)
class Transitions:
    """`at_risk[k]`, `left[k]`: first stays that were watched in their month k (0: the arrival month), and that ended in
    it, so that they have k months."""

    leave_events: int
    leave_trials: int
    return_events: int
    return_trials: int
    at_risk: Ints
    left: Ints
    rows: int

    @property
    def censored(self) -> int:
        """First stays that were still going on."""
        return self.rows - int(self.left.sum())


def transitions(seen: Observed, name: str, since: Month) -> Transitions:
    x = seen.flags[name]
    before: Ints8 = np.concatenate([np.full((seen.size, 1), UNSURE, np.int8), x[:, :-1]], axis=1)
    watched = seen.watched(since) & (x != UNSURE)
    rows = np.flatnonzero((seen.arrival != NOT_TOLD) & (seen.arrival >= seen.first))
    column = seen.arrival[rows] - seen.first
    given = seen.told_by is None and name == seen.root
    before[rows, column] = UNSURE if given else 1
    leaves, returns = watched & (before == 1), watched & (before == 0)
    at_risk, left, watched_rows = _first_stays(seen, name, since, given)
    return Transitions(
        leave_events=int((leaves & (x == 0)).sum()),
        leave_trials=int(leaves.sum()),
        return_events=int((returns & (x == 1)).sum()),
        return_trials=int(returns.sum()),
        at_risk=at_risk,
        left=left,
        rows=watched_rows,
    )


def _first_stays(seen: Observed, name: str, since: Month, given: bool) -> tuple[Ints, Ints, int]:
    """By month of the stay: how many were at risk, how many left; and how many stays were watched at all."""
    x, width = seen.flags[name], seen.as_of - seen.first + 1
    arrived = np.flatnonzero((seen.arrival != NOT_TOLD) & (seen.arrival >= seen.first))
    start = seen.arrival[arrived] - seen.first
    at_risk, left = np.zeros(width, np.int64), np.zeros(width, np.int64)
    staying = np.ones(len(arrived), np.bool_)
    seen_at_all = np.zeros(len(arrived), np.bool_)
    for k in range(width):
        column = start + k
        staying &= column < width
        if not staying.any():
            break
        now = x[arrived, np.minimum(column, width - 1)]
        staying &= now != UNSURE
        trial = staying & (column + seen.first >= since)
        if not (given and k == 0):
            at_risk[k] = int(trial.sum())
            left[k] = int((trial & (now == 0)).sum())
        seen_at_all |= trial
        staying &= now == 1
    return at_risk, left, int(seen_at_all.sum())


@frozen(kw_only=True, eq=False)
class Survival:
    """Kaplan–Meier: `survival[k]` is the chance of more than k months (k from 0); `low`, `high` its 95% interval
    (Greenwood's variance on the log-log scale). Months in which nobody was at risk are left out at the end."""

    at_risk: Ints
    left: Ints
    survival: Floats
    low: Floats
    high: Floats


def survival(found: Transitions) -> Survival:
    months = int(np.flatnonzero(found.at_risk).max()) + 1 if found.at_risk.any() else 0
    n, d = found.at_risk[:months], found.left[:months]
    risk = np.maximum(n, 1)
    curve: Floats = np.cumprod(1 - d / risk, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(np.where(n > d, d / (risk * np.maximum(n - d, 1)), 0.0))
        spread = 1.959963984540054 * np.sqrt(greenwood) / np.abs(np.log(curve))
        low, high = curve ** np.exp(spread), curve ** np.exp(-spread)
    certain = ~np.isfinite(spread)
    return Survival(
        at_risk=n, left=d, survival=curve, low=np.where(certain, curve, low), high=np.where(certain, curve, high)
    )


def changes_with_tenure(found: Transitions) -> tuple[float, tuple[tuple[int, float], ...]] | None:
    """The p-value of Pearson's test that the chance of leaving is the same in all parts of a stay, and the rate in each
    (from which month of the stay on, events over trials). None where there is too little to tell."""
    from scipy.special import chdtrc

    n_all, d_all = int(found.at_risk.sum()), int(found.left.sum())
    if not d_all or d_all == n_all:
        return None
    rate = d_all / n_all
    parts = []
    for start, stop in zip(TENURES, (*TENURES[1:], len(found.at_risk)), strict=True):
        n, d = int(found.at_risk[start:stop].sum()), int(found.left[start:stop].sum())
        if n * rate >= FEWEST_EXPECTED:
            parts.append((start, n, d))
    if len(parts) < 2:
        return None
    statistic = sum((d - n * rate) ** 2 / (n * rate * (1 - rate)) for _, n, d in parts)
    return float(chdtrc(len(parts) - 1, statistic)), tuple((start, d / n) for start, n, d in parts)
