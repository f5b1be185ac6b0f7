"""How good a forecast was: a distribution given by its draws, and what happened.

Bias is mean less actual. An interval of 50, 80 or 95% holds the actual when it lies between the quantiles (both ends
included) that leave half of the rest on either side. CRPS, in the unit of the amounts, is E|X − y| − ½E|X − X′|: it is
the absolute error of a forecast without spread, and smaller is better (Gneiting and Raftery, Strictly proper scoring
rules, prediction, and estimation, 2007). PIT is the share of the draws below the actual, half of those equal to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from attrs import frozen

from simulator.figures.statistics import FEN_A_YUAN, rank
from simulator.plan import Ints

LEVELS: Mapping[str, tuple[str, str]] = {
    "50": ("0.25", "0.75"),
    "80": ("0.1", "0.9"),
    "95": ("0.025", "0.975"),
}


@frozen(kw_only=True)
class Score:
    """Amounts in fen (`mean`, `crps` too). `intervals[level]`: low and high."""

    actual: int
    mean: float
    median: int
    intervals: Mapping[str, tuple[int, int]]
    pit: float
    crps: float

    @property
    def bias(self) -> float:
        return self.mean - self.actual

    def inside(self, level: str) -> bool:
        low, high = self.intervals[level]
        return low <= self.actual <= high

    def to_dict(self) -> dict[str, Any]:
        """In yuan."""
        return {
            "actual": self.actual / FEN_A_YUAN,
            "mean": self.mean / FEN_A_YUAN,
            "median": self.median / FEN_A_YUAN,
            "intervals": {n: [low / FEN_A_YUAN, high / FEN_A_YUAN] for n, (low, high) in self.intervals.items()},
            "inside": {level: self.inside(level) for level in LEVELS},
            "bias": self.bias / FEN_A_YUAN,
            "relative_bias": self.bias / self.actual if self.actual else None,
            "pit": self.pit,
            "crps": self.crps / FEN_A_YUAN,
        }


def score(draws: Ints, actual: int) -> Score:
    ordered = np.sort(draws)
    n = len(ordered)
    away = (ordered - actual).astype(np.float64)
    spread = float(((2 * np.arange(1, n + 1) - n - 1) * away).sum()) / n**2
    return Score(
        actual=actual,
        mean=actual + float(away.mean()),
        median=int(ordered[rank("0.5", n)]),
        intervals={
            level: (int(ordered[rank(low, n)]), int(ordered[rank(high, n)])) for level, (low, high) in LEVELS.items()
        },
        pit=float((away < 0).mean() + (away == 0).mean() / 2),
        crps=float(np.abs(away).mean()) - spread,
    )


@frozen(kw_only=True)
class Summary:
    """Over several scores: how many lie inside each interval, of `number`; bias and mean absolute error in fen."""

    number: int
    inside: Mapping[str, int]
    bias: float
    actual: float
    absolute: float
    crps: float

    def to_dict(self) -> dict[str, Any]:
        return {
            "forecasts": self.number,
            "coverage": {level: count / self.number for level, count in self.inside.items()} if self.number else {},
            "inside": dict(self.inside),
            "bias": self.bias / FEN_A_YUAN,
            "relative_bias": self.bias / self.actual if self.actual else None,
            "mean_absolute_error": self.absolute / FEN_A_YUAN,
            "crps": self.crps / FEN_A_YUAN,
        }


def summary(scores: Iterable[Score]) -> Summary:
    given = list(scores)
    n = max(len(given), 1)
    return Summary(
        number=len(given),
        inside={level: sum(s.inside(level) for s in given) for level in LEVELS},
        bias=sum(s.bias for s in given) / n,
        actual=sum(s.actual for s in given) / n,
        absolute=sum(abs(s.bias) for s in given) / n,
        crps=sum(s.crps for s in given) / n,
    )
