"""Values at the points of a design → Sobol indices, each with its own error. Pure functions of arrays.

In: values, the expected spending at some points or two unbiased estimates of it. Out: `Sums`, which add up over pieces
of the design, and the `Indices` made from them.

With f(u) the expectation given the unknowns, V its variance, and A, B, A_i (A with coordinate i from B):

    first order   S_i = E[f(B) (f(A_i) − f(A))] / V          Saltelli et al. (2010)
    total         T_i = E[(f(A) − f(A_i))²] / 2V             Jansen (1999)

These are the estimators of `scipy.stats.sobol_indices`. Three things are added.

Noise. Where f is only simulated, people bring noise, and a square of something noisy is too large. So each world has
two replications, whose people are independent of each other, and every product takes one factor from each; within a
replication all points have the same people, so that what an unknown does not change cancels to exactly nothing:

    V    = E[f₁(A) f₂(A)] − E[f]²                             the variance that people do not bring
    S_i  ∝ E[f₂(B) (f₁(A_i) − f₁(A))]                         unbiased: people of f₁ and f₂ are independent
    T_i  ∝ E[(f₁(A_i) − f₁(A)) (f₂(A_i) − f₂(A))] / 2         unbiased for the same reason

A control variate. f(A) and f(B) are independent, so their covariance C is 0, and what it happens to be is what makes
the indices of a dominant unknown uncertain: where it alone matters f(A_i) is f(B). So w C is added to both numerators;
w is a first estimate of the index, between 0 and 1, for each scramble from the others, so that nothing becomes biased.

V is taken from the points that are compared: B and A_i for S_i, A and A_i for T_i. For an unknown that brings 95% of
the variance these two made the error of its indices a quarter to an eighth of what it was.

An index is a quotient of means over all scrambles. Its error is that of the linearised quotient: the half-width of the
95% t-interval for the mean over scrambles of (numerator − index × V) / V.
"""

from __future__ import annotations

import numpy as np
from attrs import fields, frozen

from simulator.figures.statistics import half_width
from simulator.plan import BLOCKS, Floats

NOTHING = 1e-11  # of a value: exact expectations are so to 1e-12


@frozen(eq=False)
class Values:
    """`means`: shape (replications, outputs, points), one replication where the expectation is exact, else two."""

    means: Floats

    @property
    def one(self) -> Floats:
        return np.asarray(self.means[0])

    @property
    def other(self) -> Floats:
        return np.asarray(self.means[-1])


@frozen(kw_only=True, eq=False)
class Sums:
    """By output and scramble, over the points so far; of values less `centre` (so that nothing cancels). The last six
    have an axis for unknowns in front.

    number      points a scramble
    a, b        of values at A and at B;   first_a: of the first replication at A
    aa, bb, ab  Σ f₁(A) f₂(A), Σ f₁(B) f₂(B), Σ f(A) f(B) crosswise
    square      ½ Σ f² over A and B, of one replication
    change      Σ f(A_i) − f(A);   with_b: Σ f(B) (f(A_i) − f(A));   squared: ½ Σ (f(A_i) − f(A))²
    product     Σ f₁(A_i) f₂(A_i)
    low, high   Σ f(A with u_i at P10), at P90
    """

    centre: Floats
    number: int
    a: Floats
    b: Floats
    first_a: Floats
    aa: Floats
    bb: Floats
    ab: Floats
    square: Floats
    change: Floats
    with_b: Floats
    squared: Floats
    product: Floats
    low: Floats
    high: Floats

    def __add__(self, other: Sums) -> Sums:
        names = [each.name for each in fields(Sums) if each.name != "centre"]
        return Sums(centre=self.centre, **{name: getattr(self, name) + getattr(other, name) for name in names})

    def corrected(self, finer: Sums, coarser: Sums) -> Sums:
        """These, of something coarse in many draws, with what finer values in a few of the draws differ from the coarse
        values of the same draws."""
        times = self.number / finer.number
        names = [each.name for each in fields(Sums) if each.name not in ("centre", "number")]
        changes = {
            name: getattr(self, name) + times * (getattr(finer, name) - getattr(coarser, name)) for name in names
        }
        return Sums(centre=self.centre, number=self.number, **changes)


@frozen(kw_only=True, eq=False)
class OfUnknown:
    """The sums of one unknown over some points; shapes (outputs, scrambles)."""

    change: Floats
    with_b: Floats
    squared: Floats
    product: Floats
    low: Floats
    high: Floats

    @classmethod
    def none(cls, a: Values, centre: Floats) -> OfUnknown:
        """Of an unknown on which nothing depends: all its points are those of A."""
        a1, a2 = a.one - centre[:, None], a.other - centre[:, None]
        nothing, same = np.zeros((len(centre), BLOCKS)), by_scramble(a1)
        return cls(change=nothing, with_b=nothing, squared=nothing, product=by_scramble(a1 * a2), low=same, high=same)


def of_unknown(a: Values, b: Values, changed: Values, low: Values, high: Values, centre: Floats) -> OfUnknown:
    """`changed`: at A with the unknown's coordinate from B; `low`, `high`: with it at P10 and P90 (one replication)."""
    one, other = _change(a.one, changed.one), _change(a.other, changed.other)
    b1, b2, i1, i2 = (values - centre[:, None] for values in (b.one, b.other, changed.one, changed.other))
    return OfUnknown(
        change=by_scramble((one + other) / 2),
        with_b=by_scramble((b2 * one + b1 * other) / 2),
        squared=by_scramble(one * other / 2),
        product=by_scramble(i1 * i2),
        low=by_scramble(low.one - centre[:, None]),
        high=by_scramble(high.one - centre[:, None]),
    )


def sums(a: Values, b: Values, unknowns: list[OfUnknown], centre: Floats) -> Sums:
    """Of a piece of the design; its points are whole rounds of scrambles."""
    a1, a2, b1, b2 = (values - centre[:, None] for values in (a.one, a.other, b.one, b.other))
    stacked = {
        each.name: np.stack([getattr(one, each.name) for one in unknowns])
        if unknowns
        else np.zeros((0, len(centre), BLOCKS))
        for each in fields(OfUnknown)
    }
    return Sums(
        centre=centre,
        number=a1.shape[1] // BLOCKS,
        a=by_scramble((a1 + a2) / 2),
        b=by_scramble((b1 + b2) / 2),
        first_a=by_scramble(a1),
        aa=by_scramble(a1 * a2),
        bb=by_scramble(b1 * b2),
        ab=by_scramble((a1 * b2 + a2 * b1) / 2),
        square=by_scramble((a1**2 + a2**2 + b1**2 + b2**2) / 4),
        **stacked,
    )


def _change(a: Floats, changed: Floats) -> Floats:
    """What is less than the rounding of an exact expectation is no change."""
    change = changed - a
    return np.asarray(np.where(np.abs(change) <= NOTHING * np.abs(a), 0.0, change))


def by_scramble(values: Floats) -> Floats:
    """Sums over the points of each scramble: (…, points) → (…, 16)."""
    return np.asarray(values.reshape(*values.shape[:-1], -1, BLOCKS).sum(axis=-2))


@frozen(kw_only=True, eq=False)
class Indices:
    """Shape (outputs,), or (unknowns, outputs); every `…_error` is half of a 95% interval. NaN: not to be told.

    share       of the variance that the unknowns bring
    removed     share of the whole variance that goes when the unknown is known: first × share
    low, high   means with the unknown at P10 and at P90;   swing: high − low
    """

    mean: Floats
    mean_error: Floats
    sd: Floats
    share: Floats
    share_error: Floats
    first: Floats
    first_error: Floats
    total: Floats
    total_error: Floats
    removed: Floats
    low: Floats
    high: Floats
    swing_error: Floats


def indices(s: Sums, within: Floats | None = None) -> Indices:
    """What the sums say. `within`: the mean variance given the unknowns, (outputs, scrambles), where the values were
    expectations; None where they are single replications, which tell of it.

    An unknown that changed nothing anywhere has the indices 0, exactly; where the variance that unknowns bring cannot
    be told from nothing, the indices of the others are NaN.
    """
    n = s.number
    away = (s.a + s.b).mean(axis=-1, keepdims=True) / n / 2  # of the mean from the centre

    def centred(product: Floats, one: Floats, other: Floats) -> Floats:
        """The mean of a product of two values, each less the mean."""
        return np.asarray(product / n - away * (one + other) / n + away**2)

    of_a, of_b = centred(s.aa, s.a, s.a), centred(s.bb, s.b, s.b)
    variance = (of_a + of_b) / 2
    whole = s.square / n - away * (s.a + s.b) / n + away**2 if within is None else variance + within
    of_changed = centred(s.product, s.a + s.change, s.a + s.change)
    control = _first_guess(s.squared / n, variance) * centred(s.ab, s.a, s.b)
    unchanged = ~(s.change.any(axis=-1) | s.with_b.any(axis=-1) | s.squared.any(axis=-1))
    quiet = ~unchanged & ~(variance.mean(axis=-1) > half_width(variance))

    def told(numerator: Floats, denominator: Floats) -> tuple[Floats, Floats]:
        index, error = _quotient(numerator + control, denominator)
        for found in (index, error):
            found[unchanged] = 0.0
            found[quiet] = np.nan
        return index, error

    s_first, s_first_error = told(s.with_b / n - away * s.change / n, (of_b + of_changed) / 2)
    s_total, s_total_error = told(s.squared / n, (of_a + of_changed) / 2)
    share, share_error = _quotient(variance, whole)
    varies = whole.mean(axis=-1) > 0
    still = unchanged.all(axis=0)  # no unknown does anything: what the two replications have in common is chance
    share, share_error = np.where(still, 0.0, share), np.where(still, 0.0, share_error)
    share = np.where(varies, np.clip(share, 0.0, 1.0), np.nan)
    return Indices(
        mean=s.centre + s.first_a.mean(axis=-1) / s.number,
        mean_error=half_width(s.first_a / s.number),
        sd=np.sqrt(np.maximum(whole.mean(axis=-1), 0.0)),
        share=share,
        share_error=np.where(varies, share_error, np.nan),
        first=s_first,
        first_error=s_first_error,
        total=s_total,
        total_error=s_total_error,
        removed=np.where(unchanged, 0.0, s_first * share),
        low=s.centre + s.low.mean(axis=-1) / s.number,
        high=s.centre + s.high.mean(axis=-1) / s.number,
        swing_error=half_width((s.high - s.low) / s.number),
    )


def _first_guess(squared: Floats, variance: Floats) -> Floats:
    """About the total index, between 0 and 1, for each scramble from the other ones; nothing where nothing changes."""
    above = squared.sum(axis=-1, keepdims=True) - squared
    below = np.broadcast_to(variance.sum(axis=-1, keepdims=True) - variance, above.shape)
    guess = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return np.asarray(np.clip(guess, 0.0, 1.0))


def _quotient(numerator: Floats, denominator: Floats) -> tuple[Floats, Floats]:
    """Of means over the last axis, and the half-width of its 95% interval. 0 ÷ 0 is NaN."""
    below = denominator.mean(axis=-1)
    below = np.where(below == 0, np.nan, below)
    found = numerator.mean(axis=-1) / below
    rest = (numerator - found[..., None] * denominator) / below[..., None]
    return np.asarray(found), np.asarray(half_width(rest))
