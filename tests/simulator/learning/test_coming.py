"""Arrivals a month: the rate, months that vary too much, stocks at the beginning, trends."""

from __future__ import annotations

import numpy as np
import pytest

from lang.dates import month
from simulator.learning.coming import coming

FIRST = month(2024, 1)


def came(counts: list[int]) -> np.ndarray:
    return np.repeat(FIRST + np.arange(len(counts)), counts)


def test_a_poisson_rate() -> None:
    found = coming(came([9, 12, 11, 10, 13, 11]), FIRST, FIRST + 5, 12)
    assert found is not None
    assert (found.total, found.months, found.dispersion) == (66, 6, 1.0)
    assert found.rate.mean == pytest.approx(66.5 / 6, rel=1e-5) and found.drawn == found.rate


def test_months_without_anybody_count() -> None:
    found = coming(came([0, 5, 0, 5]), FIRST, FIRST + 7, 12)
    assert found is not None and found.months == 8 and found.rate.mean == pytest.approx(10.5 / 8, rel=1e-5)
    assert coming(came([1]), FIRST + 1, FIRST, 12) is None


def test_months_that_vary_more_than_chance_widen_the_rate() -> None:
    counts = [2, 40, 1, 38, 3, 45, 0, 41, 2, 39, 1, 44]
    found = coming(came(counts), FIRST, FIRST + 11, 12)
    assert found is not None and found.dispersion > 10
    variance = (found.drawn.mean**2) / found.drawn.shape
    mean, phi = found.rate.mean, found.dispersion
    # the total of the year: Poisson given the rate, and the rate's own spread
    total = 12 * mean + 144 * variance
    assert total == pytest.approx(12 * mean * phi + 144 * phi * mean / 12, rel=1e-4)


def test_a_stock_in_the_first_month_is_taken_out() -> None:
    found = coming(came([200, 9, 11, 10, 8, 12, 10]), FIRST, FIRST + 6, 12)
    assert found is not None and found.before == 200 and found.first == FIRST + 1
    assert found.rate.mean == pytest.approx(60.5 / 6, rel=1e-5)


def test_a_trend_is_noticed_and_its_absence_too() -> None:
    rising = coming(came([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]), FIRST, FIRST + 9, 12)
    level = coming(came([9, 12, 11, 10, 13, 11, 9, 12]), FIRST, FIRST + 7, 12)
    assert rising is not None and rising.trend > 3
    assert level is not None and abs(level.trend) < 1
