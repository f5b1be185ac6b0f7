"""Beta and gamma of counts: known numbers, intervals that narrow with what was seen, texts that parse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.learning.posteriors import Beta, Gamma, never_seen, of_chance, of_rate, written


def test_jeffreys_interval_of_a_published_table() -> None:
    # Brown, Cai, DasGupta 2001: 0 to 1 of 10 at 95%: [0, .217] by beta(.5, 10.5) with its lower end moved to 0
    low, high = of_chance(0, 10).interval()
    assert high == pytest.approx(0.2172, abs=5e-4)
    assert low == pytest.approx(0.0, abs=1e-4)


def test_a_rate_has_the_mean_of_its_counts() -> None:
    rate = of_rate(66, 6)
    assert rate.mean == pytest.approx(66.5 / 6, rel=1e-5)
    low, high = rate.interval()
    assert low < 11 < high


@given(k=st.integers(0, 40), n=st.integers(1, 40), more=st.integers(2, 50))
def test_intervals_of_chances_narrow_with_n(k: int, n: int, more: int) -> None:
    k = min(k, n)
    few, many = of_chance(k, n).interval(), of_chance(k * more, n * more).interval()
    assert many[1] - many[0] < few[1] - few[0]


@given(k=st.integers(0, 200), time=st.integers(1, 60), more=st.integers(2, 50))
def test_intervals_of_rates_narrow_with_time(k: int, time: int, more: int) -> None:
    few, many = of_rate(k, time).interval(), of_rate(k * more, time * more).interval()
    assert many[1] - many[0] < few[1] - few[0]


@given(st.floats(1e-9, 1e9))
def test_numbers_are_written_without_exponents(value: float) -> None:
    text = written(value)
    assert "e" not in text
    assert float(text) == pytest.approx(value, rel=1e-5, abs=1e-12)


def test_what_is_written_is_what_intervals_are_of() -> None:
    assert of_chance(1 / 3, 1).text == "beta(0.833333, 1.16667)"
    assert Beta.written(1 / 3, 2 / 3).a == 0.333333
    assert Gamma.written(1 / 3, 1e-5).text == "gamma(shape 0.333333, mean 0.00001)"


def test_the_chance_that_is_missed_once_in_twenty() -> None:
    assert never_seen(0) == 1.0
    assert (1 - never_seen(58)) ** 58 == pytest.approx(0.05)
