"""Quantiles of the scenario's distributions: a uniform number to a value, monotone, so that common random numbers work.

The special functions are used directly: importing scipy.stats alone costs most of a second.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from lang import model, typed
from simulator.chance import counts
from simulator.chance.scenario_values import LARGEST, bad_value, bounded, not_supported, number
from simulator.plan import Flags, Floats, Ints

Z95 = float(special.ndtri(0.95))

Argument = Callable[[typed.Expr], Floats]


def quantile(distribution: model.Distribution, u: Floats, argument: Argument) -> Floats:
    """The value at probability u in (0, 1). `argument` evaluates an argument for the draws (or rows) of `u`."""
    with np.errstate(over="ignore"):
        return bounded(_quantile(distribution, u, argument), distribution.span)


def _quantile(distribution: model.Distribution, u: Floats, argument: Argument) -> Floats:
    span = distribution.span
    given = {name: argument(e) for name, e in distribution.arguments.items()}

    def need(holds: Flags | np.bool_, en: str, zh: str) -> None:
        if not np.all(holds):
            raise bad_value(span, f"{en} in some draw", f"在某次抽样中{zh}")

    match distribution.family:
        case "fixed":
            (value,) = given.values()
            return np.broadcast_to(value, u.shape)
        case "uniform":
            need(given["a"] <= given["b"], "the first bound is above the second", "下限大于上限")
            return np.asarray(given["a"] + u * (given["b"] - given["a"]))
        case "triangular":
            a, mode, b = given["a"], given["mode"], given["b"]
            need((a <= mode) & (mode <= b), "the mode is outside the bounds", "众数不在上下限之间")
            return _triangular(u, a, mode, b)
        case "normal":
            need(given["sd"] >= 0, "the standard deviation is negative", "标准差为负")
            return np.asarray(given["mean"] + given["sd"] * special.ndtri(u))
        case "lognormal":
            need(
                (given["median"] > 0) & (given["sigma"] >= 0), "median or sigma is not positive", "中位数或 sigma 非正"
            )
            return np.asarray(given["median"] * np.exp(given["sigma"] * special.ndtri(u)))
        case "beta":
            need((given["a"] > 0) & (given["b"] > 0), "a or b of beta is not above 0", "贝塔分布的参数非正")
            return np.asarray(special.betaincinv(given["a"], given["b"], u))
        case "gamma":
            need((given["shape"] > 0) & (given["mean"] >= 0), "shape or mean is not positive", "形状或均值非正")
            return np.asarray(special.gammaincinv(given["shape"], u) * given["mean"] / given["shape"])
        case "poisson":
            need(given["mean"] >= 0, "the mean is negative", "均值为负")
            need(given["mean"] <= LARGEST, "the mean is too large", "均值过大")
            return poisson(u, given["mean"])
        case "binomial":
            n, p = given["n"], given["p"]
            need((n >= 0) & (n == np.floor(n)), "n of binomial is not a whole number", "二项分布的 n 不是整数")
            need((p >= 0) & (p <= 1), "p of binomial is not between 0 and 1", "二项分布的 p 不在 0 与 1 之间")
            return binomial(u, n, p)
        case "between":
            return _between(distribution, u, given["low"], given["high"])
        case "chance":
            (p,) = given.values()
            need((p >= 0) & (p <= 1), "the chance is not between 0% and 100%", "概率不在 0% 与 100% 之间")
            return (u < p).astype(np.float64)
        case "choice":
            values = np.array([number(v) for v in distribution.values])
            return values[choice(distribution, u, argument)]
        case _:
            raise not_supported(span, f"`{distribution.family}` here", f"此处的“{distribution.family}”")


def choice(distribution: model.Distribution, u: Floats, argument: Argument) -> Ints:
    """Which of the weighted values: the first whose cumulated weight is above u."""
    weights = [argument(w) for w in distribution.weights]
    if any(np.any(w < 0) for w in weights) or np.any(np.abs(sum(weights, np.float64(0)) - 1) > 1e-9):
        raise bad_value(
            distribution.span,
            "the weights are not shares that sum to 100% in some draw",
            "在某次抽样中各权重之和不为 100%",
        )
    if all(np.ndim(w) == 0 for w in weights):  # one search for all of them; a sample may have thousands
        return np.searchsorted(np.cumsum([float(w) for w in weights[:-1]]), u, side="right").astype(np.int64)
    index: Ints = np.zeros(u.shape, np.int64)
    below = np.zeros(())
    for weight in weights[:-1]:
        below = below + weight
        index += u >= below
    return index


def _triangular(u: Floats, a: Floats, mode: Floats, b: Floats) -> Floats:
    width = np.where(b > a, b - a, 1.0)
    peak = (mode - a) / width
    left = a + np.sqrt(u * width * (mode - a))
    right = b - np.sqrt((1 - u) * width * (b - mode))
    return np.where(b > a, np.where(u < peak, left, right), a)


def _between(distribution: model.Distribution, u: Floats, low: Floats, high: Floats) -> Floats:
    """5th and 95th percentile: logit-normal within 0 to 1, log-normal for positive quantities, otherwise normal."""
    z = special.ndtri(u) / Z95
    if not np.all(low <= high):
        raise bad_value(
            distribution.span, "the first bound is above the second in some draw", "在某次抽样中下限大于上限"
        )
    if distribution.type.base == "share" or (np.all(low > 0) and np.all(high < 1)):
        if not (np.all(low > 0) and np.all(high < 1)):
            raise bad_value(
                distribution.span,
                "the percentiles of a share lie strictly between 0% and 100%",
                "比例的两个分位数须严格介于 0% 与 100% 之间",
            )
        a, b = special.logit(low), special.logit(high)
        return np.asarray(special.expit((a + b) / 2 + (b - a) / 2 * z))
    if np.all(low > 0):
        a, b = np.log(low), np.log(high)
        return np.asarray(np.exp((a + b) / 2 + (b - a) / 2 * z))
    return np.asarray((low + high) / 2 + (high - low) / 2 * z)


def poisson(u: Floats, mean: Floats) -> Floats:
    """The smallest k with P(K ≤ k) ≥ u."""
    if np.ndim(mean) == 0 and mean <= counts.TABLED:  # as the scenario is written, never as many draws are at hand
        return counts.poisson_of(u.ravel(), float(mean)).reshape(u.shape).astype(np.float64)
    u, mean = np.broadcast_arrays(u, mean)
    return counts.poisson(u.ravel(), mean.ravel()).reshape(u.shape).astype(np.float64)


def binomial(u: Floats, n: Floats, p: Floats) -> Floats:
    """The smallest k with P(K ≤ k) ≥ u."""
    u, n, p = np.broadcast_arrays(u, n, p)
    found = counts.binomial(u.ravel(), n.ravel().astype(np.int64), p.ravel())
    return found.reshape(u.shape).astype(np.float64)
