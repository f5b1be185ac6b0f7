"""Numbers of a distribution from its draws: mean, sd, quantiles, chances, and how sure each of them is.

The last axis is the draw. sd is the sample's (n − 1), from deviations from the mean. A quantile is min{x: F(x) ≥ p} of
the draws, never between two of them. Errors are half-widths of the 95% t-interval over the 16 scrambles (block b holds
draws 16·i + b), which is right for quasi-random and for independent draws alike. That of a quantile is the t-interval
of the chance to stay below it, read back as amounts (Woodruff, JASA 47, 1952): where that chance is near p and the next
amount is a payment away, the quantile may be that one as well. (Quantiles of the scrambles themselves are biased, each
having few draws, and can agree on a wrong amount where amounts are few.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np
from attrs import frozen
from scipy.special import expit, logit, stdtrit

from simulator.plan import BLOCKS, Floats, Ints, Ints32

QUANTILES: Final = ("0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95", "0.99")
FEN_A_YUAN: Final = 100


@frozen(kw_only=True, eq=False)
class Summary:
    """By cell; `quantiles`, `quantile_errors` have an axis for QUANTILES in front, `exceedance` one for thresholds."""

    mean: Floats
    sd: Floats
    mean_error: Floats
    sd_error: Floats
    quantiles: Floats
    quantile_errors: Floats
    minimum: Floats
    maximum: Floats
    thresholds: tuple[str, ...]
    exceedance: Floats

    def at(self, *cell: int, extremes: bool = False) -> dict[str, Any]:
        """One cell as JSON."""
        result: dict[str, Any] = {
            "mean": float(self.mean[cell]),
            "sd": float(self.sd[cell]),
            "mean_error": float(self.mean_error[cell]),
            "sd_error": float(self.sd_error[cell]),
            "quantiles": {q: float(self.quantiles[i, *cell]) for i, q in enumerate(QUANTILES)},
            "quantile_errors": {q: float(self.quantile_errors[i, *cell]) for i, q in enumerate(QUANTILES)},
        }
        if extremes:
            result |= {"min": float(self.minimum[cell]), "max": float(self.maximum[cell])}
        if self.thresholds:
            result["exceedance"] = {t: float(self.exceedance[i, *cell]) for i, t in enumerate(self.thresholds)}
        return result


def summarise(values: Ints | Ints32, *, unit: int = FEN_A_YUAN, thresholds: Sequence[int] = ()) -> Summary:
    """Of whole numbers by cell and draw; results are in `unit`s of them. Thresholds (fen) are exceeded strictly."""
    draws = values.shape[-1]
    base = values[..., :1].astype(np.int64)
    away = (values - base).astype(np.float64)
    mean_away = away.mean(axis=-1)
    deviation = away - mean_away[..., None]
    squares = deviation**2
    sd = np.sqrt(squares.sum(axis=-1) / max(draws - 1, 1))
    blocks = away.reshape(*away.shape[:-1], draws // BLOCKS, BLOCKS)
    whole: Ints = np.sort(values.astype(np.int64, copy=False), axis=-1)
    return Summary(
        mean=(base[..., 0] + mean_away) / unit,
        sd=np.asarray(sd / unit),
        mean_error=half_width(blocks.mean(axis=-2)) / unit,
        sd_error=sd_error(squares.reshape(blocks.shape).mean(axis=-2)) / unit,
        quantiles=np.stack([np.asarray(whole[..., rank(q, draws)] / unit) for q in QUANTILES]),
        quantile_errors=np.stack([_quantile_error(values, whole, rank(q, draws)) / unit for q in QUANTILES]),
        minimum=np.asarray(whole[..., 0] / unit),
        maximum=np.asarray(whole[..., -1] / unit),
        thresholds=tuple(threshold_text(t) for t in thresholds),
        exceedance=np.stack([(values > t).mean(axis=-1) for t in thresholds]) if thresholds else np.empty(0),
    )


def _quantile_error(values: Ints | Ints32, whole: Ints, place: int) -> Ints:
    """Half of the 95% interval of the quantile at a place of the sorted draws `whole`: the farther of its two ends."""
    draws = values.shape[-1]
    at = whole[..., place]
    sides = (values <= at[..., None], values < at[..., None])
    blocks = [side.reshape(*at.shape, draws // BLOCKS, BLOCKS).mean(axis=-2) for side in sides]
    away = np.ceil(np.maximum(*(half_width(block) for block in blocks)) * draws - 1e-9).astype(np.int64)

    def amount(places: Ints) -> Ints:
        found: Ints = np.take_along_axis(whole, np.clip(places, 0, draws - 1)[..., None], axis=-1)[..., 0]
        return found

    error: Ints = np.maximum(at - amount(place - away), amount(place + away) - at)
    return error


def curve(values: Ints) -> list[list[float]]:
    """The exceedance curve of whole fen by draw: [yuan, share of the draws with more], from the least to the most, at
    every second percentile. Equal amounts are one point."""
    ordered = np.sort(values)
    draws = len(ordered)
    amounts = np.unique(ordered[[max(math.ceil(Fraction(p, 100) * draws) - 1, 0) for p in range(0, 101, 2)]])
    above = draws - np.searchsorted(ordered, amounts, side="right")
    return [[float(a / FEN_A_YUAN), float(n / draws)] for a, n in zip(amounts, above, strict=True)]


def rank(probability: str, count: int) -> int:
    """The place, from 0, of min{x: F(x) ≥ p} among `count` sorted draws."""
    return max(math.ceil(Fraction(probability) * count) - 1, 0)


def half_width(blocks: Floats) -> Floats:
    """Of the 95% t-interval for the mean of independent, equally good estimates (last axis)."""
    number = blocks.shape[-1]
    spread = blocks - blocks[..., :1]
    return np.asarray(stdtrit(number - 1, 0.975) * spread.std(axis=-1, ddof=1) / math.sqrt(number))


def sd_error(blocks: Floats) -> Floats:
    """Half of the 95% interval of a standard deviation: the farther end of the t-interval of its square. `blocks`: the
    mean square of the distance from the mean of all draws, by scramble (last axis)."""
    variance = blocks.mean(axis=-1)
    low = np.maximum(variance - half_width(blocks), 0.0)
    return np.asarray(np.sqrt(variance) - np.sqrt(low))


def chances_near(chance: Floats, away: Floats) -> tuple[Floats, Floats]:
    """Both ends of the interval `chance` ± `away` on the scale of its logits, so that they stay between 0 and 1."""
    with np.errstate(divide="ignore"):
        odds, step = logit(chance), away / (chance * (1 - chance))
    return np.asarray(expit(odds - step)), np.asarray(expit(odds + step))


def threshold_text(fen: int) -> str:
    """Yuan, with decimals only where there are any."""
    return str(fen // 100) if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"


@frozen(kw_only=True)
class Split:
    """Share of the variance of a total that the world, and that people given the world, bring. `error`: half-width of
    a 95% interval of either share. None where the total does not vary."""

    unknowns: float | None
    people: float | None
    error: float | None

    def to_dict(self) -> dict[str, Any]:
        return {"unknowns": self.unknowns, "people": self.people, "error": self.error}


def split_variance(first: Ints, second: Ints) -> Split:
    """From two replications of people in each of some worlds: Var E[T | world] is their covariance.

    Both replications have the same law, so mean and variance are taken over both together.
    """
    base = first[0]
    a, b = (first - base).astype(np.float64), (second - base).astype(np.float64)
    mean = (a.mean() + b.mean()) / 2
    a, b = a - mean, b - mean
    variance = float(((a**2).mean() + (b**2).mean()) / 2)
    if variance == 0:
        return Split(unknowns=None, people=None, error=None)
    share = min(max(float((a * b).mean()) / variance, 0.0), 1.0)
    error = float(1.959963984540054 * (1 - share**2) / math.sqrt(len(first)))
    return Split(unknowns=share, people=1 - share, error=error)
