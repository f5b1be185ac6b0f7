"""Take-up and lag, from entitlements and whether, and when, each was paid; payments that may still come are censored.

The model is the simulation's: an entity takes a clause up or not, once (chance t); then each of its entitlements is
claimed a lag after its due month, independently. An entitlement unpaid at the end says that its lag is longer than the
months since it fell due, or that it was never taken up: a cure model. Its maximum likelihood is found by EM (Dempster,
Laird, Rubin 1977): weights of the silent groups, then the discrete hazards of the lag with right censoring. The lag has
its longest seen value as its end; what is unpaid after that by an entity that takes up is a payment that was missed.
The posterior of t is integrated over a grid at the hazards found, and written as the beta of equal mean and variance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from attrs import frozen

from lang.dates import Month
from simulator.learning.posteriors import Beta
from simulator.plan import Floats

ROUNDS, CLOSE = 2000, 1e-12
GRID = 4001
UNLIKELY = 0.01


@frozen(kw_only=True)
class Due:
    """An entitlement. `paid`: the month in which it was paid, None if it was not yet. Fen."""

    clause: str
    entity: str
    key: str
    month: Month
    due: Month
    amount: int
    paid: Month | None = None


@frozen(kw_only=True, eq=False)
class Claiming:
    """`groups`: entities and clauses with something due; `silent`: of them those that were never paid (patterns of
    months waited, and how many have each). `lags[l]`: payments so many months after their due month; `waiting[c]`:
    unpaid ones of who takes up, that had waited c months. `missed`: unpaid longer than any lag seen. `early`: paid
    before their due month (counted as lag 0)."""

    groups: int
    silent: Mapping[tuple[int, ...], int]
    lags: Mapping[int, int]
    waiting: Mapping[int, int]
    missed: int
    early: int

    @property
    def taken_up(self) -> int:
        return self.groups - sum(self.silent.values())

    @property
    def longest(self) -> int:
        return max(self.lags, default=0)


@frozen(kw_only=True, eq=False)
class ClaimsLearnt:
    """`hazards[l]`: of a claim in month l after the due month, given that it came in none before; `lag`: its
    distribution in all. The last month has no hazard of its own: who has not claimed before claims then."""

    seen: Claiming
    take_up: Beta
    hazards: tuple[Beta, ...]
    lag: tuple[float, ...]
    by_clause: Mapping[str, tuple[int, int]]
    differ: float | None


def claiming(dues: Iterable[Due], as_of: Month) -> Claiming:
    """Of what was due by the month to which payments are known."""
    by_group: dict[tuple[str, str, str], list[Due]] = defaultdict(list)
    for due in dues:
        if due.due <= as_of:
            by_group[due.clause, due.entity, due.key].append(due)
    lags: dict[int, int] = defaultdict(int)
    early = 0
    for group in by_group.values():
        for due in group:
            if due.paid is not None and due.paid <= as_of:
                lags[max(due.paid - due.due, 0)] += 1
                early += due.paid < due.due
    longest = max(lags, default=0)
    silent: dict[tuple[int, ...], int] = defaultdict(int)
    waiting: dict[int, int] = defaultdict(int)
    missed = 0
    for group in by_group.values():
        unpaid = sorted(as_of - d.due for d in group if d.paid is None or d.paid > as_of)
        if len(unpaid) == len(group):
            silent[tuple(unpaid)] += 1
            continue
        for waited in unpaid:
            if waited >= longest:
                missed += 1
            else:
                waiting[waited] += 1
    return Claiming(
        groups=len(by_group), silent=dict(silent), lags=dict(lags), waiting=dict(waiting), missed=missed, early=early
    )


def learn_claims(dues: Sequence[Due], as_of: Month) -> ClaimsLearnt | None:
    """None where nothing was due, or nothing of it was paid."""
    seen = claiming(dues, as_of)
    if not seen.lags:
        return None
    events, at_risk, still = _em(seen)
    hazards = tuple(
        Beta.written(float(events[i]) + 0.5, float(at_risk[i] - events[i]) + 0.5) for i in range(seen.longest)
    )
    means = [h.mean for h in hazards]
    lag, rest = [], 1.0
    for mean in means:
        lag.append(rest * mean)
        rest *= 1 - mean
    by_clause = _by_clause(dues, as_of, seen.longest)
    return ClaimsLearnt(
        seen=seen,
        take_up=_take_up(seen, still),
        hazards=hazards,
        lag=(*lag, rest),
        by_clause=by_clause,
        differ=_differ(by_clause),
    )


def _em(seen: Claiming) -> tuple[Floats, Floats, Floats]:
    """Events and numbers at risk by lag, and the chance `still[c]` that a claim has not come c months after its due
    month."""
    size = seen.longest + 1
    events = np.zeros(size)
    for lag, number in seen.lags.items():
        events[lag] = number
    sure = np.cumsum(events[::-1])[::-1].copy()  # at risk in month l: all that were paid no earlier
    for waited, number in seen.waiting.items():
        sure[: waited + 1] += number
    still = np.append(1 - np.cumsum(events) / max(events.sum(), 1), 0.0)[:size]
    t = (seen.taken_up + 0.5) / (seen.groups + 1)
    at_risk = sure
    for _ in range(ROUNDS):
        at_risk = sure.copy()
        expected = float(seen.taken_up)
        for pattern, number in seen.silent.items():
            s = _unclaimed(still, pattern)
            if not s:
                continue
            weight = number * t * s / (1 - t + t * s)
            expected += weight
            for waited in pattern:
                at_risk[: waited + 1] += weight
        hazard = np.where(at_risk > 0, events / np.maximum(at_risk, 1e-300), 0.0)
        hazard[-1] = 1.0
        before, still = still, np.cumprod(1 - hazard)
        previous, t = t, expected / seen.groups
        if abs(t - previous) < CLOSE and float(np.abs(still - before).max()) < CLOSE:
            break
    return events, at_risk, still


def _unclaimed(still: Floats, pattern: tuple[int, ...]) -> float:
    """The chance that none of these was claimed yet by one who takes up."""
    if pattern[-1] >= len(still) - 1:
        return 0.0
    return float(np.prod(still[list(pattern)]))


def _take_up(seen: Claiming, still: Floats) -> Beta:
    t = (np.arange(GRID) + 0.5) / GRID
    log = (seen.taken_up - 0.5) * np.log(t) - 0.5 * np.log1p(-t)
    for pattern, number in seen.silent.items():
        log += number * np.log1p(-t * (1 - _unclaimed(still, pattern)))
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mean = float((weight * t).sum())
    variance = float((weight * (t - mean) ** 2).sum())
    size = mean * (1 - mean) / variance - 1
    return Beta.written(mean * size, (1 - mean) * size)


def _by_clause(dues: Iterable[Due], as_of: Month, longest: int) -> dict[str, tuple[int, int]]:
    """Entities that were paid, of those whose first entitlement has waited longer than any lag, by clause."""
    paid: dict[tuple[str, str, str], bool] = {}
    waited: dict[tuple[str, str, str], int] = {}
    for due in dues:
        if due.due <= as_of:
            group = due.clause, due.entity, due.key
            paid[group] = paid.get(group, False) or (due.paid is not None and due.paid <= as_of)
            waited[group] = max(waited.get(group, 0), as_of - due.due)
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for group, was_paid in paid.items():
        if waited[group] >= longest:
            found[group[0]][0] += was_paid
            found[group[0]][1] += 1
    return {clause: (of[0], of[1]) for clause, of in sorted(found.items())}


def _differ(by_clause: Mapping[str, tuple[int, int]]) -> float | None:
    """The p-value of the test that all clauses are taken up alike."""
    from scipy.special import chdtrc

    counts = [(paid, of) for paid, of in by_clause.values() if of >= 10]
    total, events = sum(of for _, of in counts), sum(paid for paid, _ in counts)
    if len(counts) < 2 or not 0 < events < total:
        return None
    p = events / total
    statistic = sum((paid - of * p) ** 2 / (of * p * (1 - p)) for paid, of in counts)
    return float(chdtrc(len(counts) - 1, statistic))
