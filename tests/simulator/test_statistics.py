"""Statistics against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.figures.statistics import QUANTILES, half_width, rank, split_variance, summarise, threshold_text


def test_a_quantile_is_the_least_value_reached_by_that_share() -> None:
    assert [rank(q, 20) for q in ("0.05", "0.1", "0.5", "0.95", "0.99")] == [0, 1, 9, 18, 19]
    assert rank("0.1", 16) == 1  # F of the first is 1/16 < 0.1
    values = np.arange(100, 1700, 100)
    summary = summarise(values).at()
    assert summary["quantiles"]["0.5"] == 8.0
    assert summary["quantiles"]["0.1"] == 2.0
    assert summary["quantiles"]["0.99"] == 16.0
    assert summary["mean"] == 8.5
    assert summary["sd"] == pytest.approx(np.std(np.arange(1, 17), ddof=1))


def test_exceedance_is_strict() -> None:
    values = np.array([100] * 8 + [200] * 8)
    summary = summarise(values, thresholds=(100, 99, 200)).at()
    assert summary["exceedance"] == {"1": 0.5, "0.99": 1.0, "2": 0.0}
    assert threshold_text(260_000_000) == "2600000"


def test_a_constant_has_no_spread_and_no_error() -> None:
    summary = summarise(np.full(64, 257_212_500)).at()
    assert (summary["mean"], summary["sd"], summary["mean_error"], summary["sd_error"]) == (2572125.0, 0.0, 0.0, 0.0)
    assert set(summary["quantile_errors"].values()) == {0.0}


def test_large_amounts_lose_nothing_to_cancellation() -> None:
    values = 9_000_000_000_000_000 + np.array([0, 100] * 16)
    summary = summarise(values).at()
    assert summary["sd"] == pytest.approx(np.std([0, 1] * 16, ddof=1))
    assert summary["mean"] == 90_000_000_000_000.5


def test_the_error_is_a_t_interval_over_the_scrambles() -> None:
    values = np.tile(np.arange(16), 4) * 100  # block b is always b yuan
    expected = 2.131449545559323 * np.std(np.arange(16), ddof=1) / 4
    assert summarise(values).at()["mean_error"] == pytest.approx(expected)
    assert half_width(np.arange(16.0)) == pytest.approx(expected)


def test_coverage_of_the_interval_is_about_95_percent() -> None:
    rng = np.random.default_rng(5)
    values = rng.binomial(100, 0.3, size=(2000, 128)) * 100
    summary = summarise(values)
    covered = np.abs(summary.mean - 30) <= summary.mean_error
    assert 0.93 <= covered.mean() <= 0.97


@pytest.mark.parametrize("draws", [256, 1024])
@pytest.mark.parametrize("law", ["few amounts", "many", "long tail"])
def test_coverage_of_the_intervals_of_quantiles(law: str, draws: int) -> None:
    """Also where the next amount is a payment away and the chance to stay below it is nearly p: P(≤ 4 of 20) = .051."""
    rng, size, known = np.random.default_rng(8), (500, draws), [float(q) for q in QUANTILES]
    if law == "few amounts":
        values, answers = rng.binomial(20, 0.4, size) * 100, stats.binom(20, 0.4).ppf(known)
    elif law == "many":
        values, answers = rng.negative_binomial(4, 0.1, size) * 100, stats.nbinom(4, 0.1).ppf(known)
    else:
        values = (rng.lognormal(0, 1, size) * 1e6).astype(np.int64)
        answers = stats.lognorm(1).ppf(known) * 1e4
    summary = summarise(values)
    held = (np.abs(summary.quantiles - answers[:, None]) <= summary.quantile_errors + 1e-9).mean(axis=1)
    assert held.min() >= 0.92, dict(zip(QUANTILES, held, strict=True))
    typical = np.abs(summary.quantiles - answers[:, None]).mean(axis=1) + 100 * (law == "few amounts")
    assert (summary.quantile_errors.mean(axis=1) <= 8 * typical).all(), "wider than need be"


@pytest.mark.parametrize("draws", [256, 1024])
def test_coverage_of_the_intervals_of_sds(draws: int) -> None:
    rng, size = np.random.default_rng(9), (500, draws)
    for values, answer in (
        (rng.binomial(20, 0.4, size) * 100, stats.binom(20, 0.4).std()),
        (rng.negative_binomial(4, 0.1, size) * 100, stats.nbinom(4, 0.1).std()),
    ):
        found = summarise(values)
        assert 0.92 <= (np.abs(found.sd - answer) <= found.sd_error).mean() <= 0.99
    assert summarise(np.full(32, 7)).at()["sd_error"] == 0.0


def test_cells_are_summarised_on_their_own() -> None:
    values = np.random.default_rng(1).integers(0, 1000, size=(2, 3, 32))
    together = summarise(values, thresholds=(500,))
    for i in range(2):
        for j in range(3):
            assert together.at(i, j) == summarise(values[i, j], thresholds=(500,)).at()
    assert list(together.at(0, 0)["quantiles"]) == list(QUANTILES)


def test_variance_of_the_world_is_the_covariance_of_two_replications() -> None:
    rng = np.random.default_rng(3)
    world = rng.normal(0, 3, 20_000)
    first, second = ((world + rng.normal(0, 4, 20_000)) * 1000).astype(np.int64).reshape(1, -1).repeat(2, 0)
    second = ((world + rng.normal(0, 4, 20_000)) * 1000).astype(np.int64)
    split = split_variance(first, second)
    assert split.unknowns == pytest.approx(9 / 25, abs=0.02)
    assert split.people is not None and split.unknowns is not None
    assert split.unknowns + split.people == 1.0
    assert split_variance(first, first).unknowns == 1.0
    constant = np.full(16, 7)
    assert split_variance(constant, constant).unknowns is None
