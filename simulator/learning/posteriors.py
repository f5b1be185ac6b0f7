"""What was counted as a distribution: beta for chances, gamma for rates, both from Jeffreys' priors.

A chance seen k times in n trials is beta(k + ½, n − k + ½); a rate with k events in time t is gamma(k + ½) with the
mean (k + ½) / t (H. Jeffreys, An invariant form for the prior probability, 1946; intervals from these come close to
their stated coverage for small numbers too: Brown, Cai, DasGupta, Interval estimation for a binomial proportion, 2001).
What goes into a scenario is rounded when it is made (`written`), so that every interval is of what is written there.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

DIGITS = 6


def written(value: float) -> str:
    """A number of the language, never with an exponent."""
    text = f"{float(f'{value:.{DIGITS}g}'):.12f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(value: float) -> float:
    return max(float(written(value)), 1e-12)


@frozen
class Beta:
    """Of a chance."""

    a: float
    b: float

    @classmethod
    def written(cls, a: float, b: float) -> Beta:
        """As a scenario writes it."""
        return cls(_rounded(a), _rounded(b))

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    @property
    def text(self) -> str:
        return f"beta({written(self.a)}, {written(self.b)})"

    def quantile(self, p: float) -> float:
        from scipy.special import betaincinv

        return float(betaincinv(self.a, self.b, p))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def to_dict(self) -> dict[str, Any]:
        return {"family": "beta", "a": self.a, "b": self.b}


@frozen
class Gamma:
    """Of a rate. `shape` and `mean` as the language has them."""

    shape: float
    mean: float

    @classmethod
    def written(cls, shape: float, mean: float) -> Gamma:
        """As a scenario writes it."""
        return cls(_rounded(shape), _rounded(mean))

    @property
    def text(self) -> str:
        return f"gamma(shape {written(self.shape)}, mean {written(self.mean)})"

    def quantile(self, p: float) -> float:
        from scipy.special import gammaincinv

        return float(gammaincinv(self.shape, p)) * self.mean / self.shape

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def to_dict(self) -> dict[str, Any]:
        return {"family": "gamma", "shape": self.shape, "mean": self.mean}


Posterior = Beta | Gamma


def of_chance(events: float, trials: float) -> Beta:
    return Beta.written(events + 0.5, trials - events + 0.5)


def of_rate(events: float, time: float) -> Gamma:
    return Gamma.written(events + 0.5, (events + 0.5) / time)


def never_seen(trials: int, level: float = 0.95) -> float:
    """The chance that is just likely enough to be missed in so many trials: its upper bound where none was seen."""
    return 1.0 if trials == 0 else 1 - (1 - level) ** (1 / trials)
