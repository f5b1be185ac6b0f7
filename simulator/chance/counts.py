"""Random counts by inversion: a uniform number to a count, exact to the integer and monotone in the uniform number.

Each function gives min{k: P(K ≤ k) ≥ u} (or its mirror image where the rarer side is counted). Small expectations are
summed up term by term. Others start from the Cornish-Fisher expansion to the third order, with Sheppard's corrections
for whole numbers; where that comes so near to the border between two counts that its error could matter, the
distribution function itself decides. So time hardly grows with the number of people.

Sources: Cornish and Fisher (1938); Sheppard (1898); the binomial distribution function is the regularised incomplete
beta function, the Poisson one the incomplete gamma. The error of the expansion was measured (counts from 100 to 10⁸,
variances from 20 on, six standard deviations each way): at most 0.001 (1 + |z|)⁵ / variance^1.5.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy import special

from simulator.plan import Floats, Ints

_ERROR = 0.004  # four times what was measured
_SURE, _SURE_BELOW = 4.5, 1e5
_TERMS = 24.0  # expectations up to this are summed term by term
_TOP = 1 - 2.0**-53  # the largest uniform number
_BLOCK = 1 << 14  # numbers whose forty intermediate results stay near the processor
_WIDE = 9.5  # standard deviations that hold all that a 53-bit uniform can ask for
TABLED = 1e4  # expectations up to which a table of all counts that may be asked for is small
_CELLS, _STEPS = 1 << 10, 4


def binomial(u: Floats, n: Ints, p: Floats) -> Ints:
    """How many of n happen, each with chance p. All arrays of one shape."""
    result = np.zeros(len(u), np.int64)
    mirrored = p > 0.5
    rare = np.where(mirrored, 1 - p, p)
    v = np.where(mirrored, np.minimum(1 - u, _TOP), u)
    open_ = (n > 0) & (rare > 0)
    one = open_ & (n == 1)
    result[one] = v[one] > 1 - rare[one]
    mean = n * rare
    few = np.flatnonzero(open_ & (n > 1) & (mean <= _TERMS))
    if len(few):
        result[few] = _summed_binomial(v[few], n[few], rare[few])
    many = np.flatnonzero(open_ & (n > 1) & (mean > _TERMS))
    if len(many):
        result[many] = _settled_binomial(v[many], n[many].astype(np.float64), rare[many])
    return np.where(mirrored, n - result, result)


def _summed_binomial(u: Floats, n: Ints, p: Floats) -> Ints:
    odds = p / (1 - p)
    term = np.exp(n * np.log1p(-p))
    rest = u - term
    count = np.zeros(len(u), np.int64)
    at = np.flatnonzero(rest > 0)
    k = 0
    while len(at):
        k += 1
        term = term[at] if len(at) < len(term) else term
        term = term * ((n[at] - k + 1) / k) * odds[at]
        rest_at = rest[at] - term
        count[at] = k
        rest[at] = rest_at
        # Beyond the last term there is nothing, and below 1e-18 of it no uniform number of 53 bits tells a difference.
        more = (rest_at > 0) & (k < n[at]) & ((term > 1e-18) | (k < n[at] * p[at]))
        at, term = at[more], term[more]
    return count


def _settled_binomial(u: Floats, n: Floats, p: Floats) -> Ints:
    q = 1 - p
    variance = n * p * q
    cumulants = (variance * (q - p), variance * (1 - 6 * p * q), variance * (q - p) * (1 - 12 * p * q))
    k, near = _expanded(u, n * p, variance, *cumulants)
    k = np.clip(k, 0, n)
    k[near] = _settle(u[near], k[near], lambda i, x: _below_binomial(x, n[near][i], p[near][i]), n[near])
    return k.astype(np.int64)


def _expanded(
    u: Floats, mean: Floats, variance: Floats, third: Floats, fourth: Floats, fifth: Floats
) -> tuple[Floats, Ints]:
    """The count by expansion, and where the distribution function must be asked. Cumulants of the count are given; a
    smooth variable that is rounded to it has 1/12 less variance (Sheppard)."""
    if len(u) > _BLOCK:
        given, starts = (u, mean, variance, third, fourth, fifth), range(0, len(u), _BLOCK)
        parts = [_expanded(*(array[start : start + _BLOCK] for array in given)) for start in starts]
        near = [start + of for start, (_, of) in zip(starts, parts, strict=True)]
        return np.concatenate([k for k, _ in parts]), np.concatenate(near)
    z = special.ndtri(u)
    square = variance - 1 / 12
    spread = np.sqrt(square)
    # products, not powers: they take a tenth of the time
    cube = square * spread
    a, b, c = third / cube, (fourth + 1 / 120) / (square * square), fifth / (square * cube)
    z2 = z * z
    w = z + a * (z2 - 1) / 6
    w += b * z * (z2 - 3) / 24 - a * a * z * (2 * z2 - 5) / 36
    w += c * ((z2 - 6) * z2 + 3) / 120 - a * b * ((z2 - 5) * z2 + 2) / 24 + a * a * a * ((12 * z2 - 53) * z2 + 17) / 324
    x = mean + spread * w - 0.5
    k = np.ceil(x)
    away = np.minimum(k - x, x - k + 1)
    far = 1 + np.abs(z)
    doubt = _ERROR * far * (far * far) ** 2 / (variance * np.sqrt(variance))
    # For very many the functions themselves are less sure in the tails than the expansion.
    near = (away < doubt) & ((far < 1 + _SURE) | (variance < _SURE_BELOW))
    return k, np.flatnonzero(near)


def _below_binomial(k: Floats, n: Floats, p: Floats) -> Floats:
    """P(K ≤ k)."""
    inside = np.clip(k, 0, np.maximum(n - 1, 0))
    below = special.betainc(n - inside, inside + 1, 1 - p)
    return np.where(k < 0, 0.0, np.where(k >= n, 1.0, below))


def poisson(u: Floats, mean: Floats) -> Ints:
    """A Poisson count. Both arrays of one shape."""
    result = np.zeros(len(u), np.int64)
    few = np.flatnonzero((mean > 0) & (mean <= _TERMS))
    if len(few):
        result[few] = _summed_poisson(u[few], mean[few])
    many = np.flatnonzero(mean > _TERMS)
    if len(many):
        v, m = u[many], mean[many]
        k, near = _expanded(v, m, m, m, m, m)
        k = np.maximum(k, 0)
        top = np.full(len(near), np.inf)
        k[near] = _settle(v[near], k[near], lambda i, x: _below_poisson(x, m[near][i]), top)
        result[many] = k.astype(np.int64)
    return result


def poisson_of(u: Floats, mean: float) -> Ints:
    """A Poisson count of one expectation, at most `TABLED`, for all: looked up, in a sixth of the time.

    The cell of a uniform number gives the least count of its cell; from there it is a step or two, but in the tails,
    which are searched.
    """
    first, below, cells = _table(mean)
    at = cells[(u * _CELLS).astype(np.int64)]
    behind = np.flatnonzero(below[at] < u)
    for _ in range(_STEPS):
        at[behind] += 1
        behind = behind[below[at[behind]] < u[behind]]
    at[behind] = np.searchsorted(below, u[behind])
    return at + first


@lru_cache(maxsize=64)
def _table(mean: float) -> tuple[int, Floats, Ints]:
    """The first count, P(K ≤ k) from it on, and by cell of the uniform numbers the least place in that."""
    reach = _WIDE * np.sqrt(mean)
    first = max(int(mean - reach), 0)
    k = np.arange(first, int(mean + reach) + 60, dtype=np.float64)
    below = np.where(k < mean, special.pdtr(k, mean), 1 - special.pdtrc(k, mean))  # either side from its own tail
    below[-1] = 1.0  # no uniform number asks for more
    return first, below, np.searchsorted(below, np.arange(_CELLS + 1) / _CELLS)


def _below_poisson(k: Floats, mean: Floats) -> Floats:
    """P(K ≤ k)."""
    return np.where(k < 0, 0.0, special.pdtr(np.maximum(k, 0), mean))


def _summed_poisson(u: Floats, mean: Floats) -> Ints:
    term = np.exp(-mean)
    rest = u - term
    count = np.zeros(len(u), np.int64)
    at = np.flatnonzero(rest > 0)
    k = 0
    while len(at):
        k += 1
        term = term[at] if len(at) < len(term) else term
        term = term * mean[at] / k
        rest_at = rest[at] - term
        count[at], rest[at] = k, rest_at
        more = (rest_at > 0) & ((term > 1e-18) | (k < mean[at]))
        at, term = at[more], term[more]
    return count


def _settle(u: Floats, k: Floats, cumulative: Callable[[Ints, Floats], Floats], top: Floats) -> Floats:
    """From a start near the answer to min{k: P(K ≤ k) ≥ u}: up while below, then down while one less is enough."""
    at = np.arange(len(u))
    enough = cumulative(at, k) >= u
    rising, falling = at[~enough], at[enough]
    while len(rising):
        k[rising] += 1
        rising = rising[(cumulative(rising, k[rising]) < u[rising]) & (k[rising] < top[rising])]
    while len(falling):
        falling = falling[(k[falling] > 0) & (cumulative(falling, k[falling] - 1) >= u[falling])]
        k[falling] -= 1
    return k


def hypergeometric(u: Floats, good: Ints, bad: Ints, taken: Ints) -> Ints:
    """How many good ones are among `taken` of good + bad, all alike."""
    result = np.zeros(len(u), np.int64)
    for i in range(len(u)):
        result[i] = _hypergeometric(float(u[i]), int(good[i]), int(bad[i]), int(taken[i]))
    return result


def _hypergeometric(u: float, good: int, bad: int, taken: int) -> int:
    least, most = max(0, taken - bad), min(taken, good)
    if least == most:
        return least
    total = good + bad
    mean = taken * good / total
    sd = np.sqrt(mean * bad / total * (total - taken) / max(total - 1, 1))
    low = max(least, int(mean - _WIDE * sd - 10))
    high = min(most, int(mean + _WIDE * sd + 10))
    k = np.arange(low, high + 1, dtype=np.float64)
    logs = -(
        special.gammaln(k + 1)
        + special.gammaln(good - k + 1)
        + special.gammaln(taken - k + 1)
        + special.gammaln(bad - taken + k + 1)
    )
    chance = np.exp(logs - logs.max())
    below = np.cumsum(chance)
    return low + int(np.searchsorted(below, u * below[-1]))
