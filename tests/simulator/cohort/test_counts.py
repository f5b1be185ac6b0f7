"""Inversion of counts: against scipy's quantiles, monotone, and exact for very many people."""

import numpy as np
import pytest
from scipy import stats

from simulator.chance import counts

U = np.random.default_rng(7).random(2000)


@pytest.mark.parametrize("n", [1, 2, 7, 60, 1000, 10**5, 10**8])
@pytest.mark.parametrize("p", [1e-8, 0.003, 0.05, 0.4, 0.5])
def test_binomial_is_the_quantile(n: int, p: float) -> None:
    found = counts.binomial(U, np.full(len(U), n), np.full(len(U), p))
    assert (found == stats.binom.ppf(U, n, p)).all()


@pytest.mark.parametrize("n", [1, 9, 300, 10**6])
def test_the_likelier_side_is_the_mirror_image(n: int) -> None:
    found = counts.binomial(U, np.full(len(U), n), np.full(len(U), 0.93))
    assert (found == n - stats.binom.ppf(1 - U, n, 1 - 0.93)).all()


@pytest.mark.parametrize("mean", [0.0, 0.2, 5.0, 23.9, 24.1, 1e4, 1e8])
def test_poisson_is_the_quantile(mean: float) -> None:
    found = counts.poisson(U, np.full(len(U), mean))
    assert (found == stats.poisson.ppf(U, mean)).all()


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.2, 5.0, 23.9, 24.1, 250 / 3, 1e3, counts.TABLED])
def test_one_expectation_for_all_is_looked_up(mean: float) -> None:
    u = np.concatenate([[2.0**-54, 2.0**-40, 1e-9], U, [1 - 1e-9, 1 - 2.0**-30]])
    assert (counts.poisson_of(u, mean) == stats.poisson.ppf(u, mean)).all()
    assert (counts.poisson_of(u, mean) == counts.poisson(u, np.full(len(u), mean))).all()
    assert counts.poisson_of(np.array([1 - 2.0**-53]), mean)[0] >= counts.poisson_of(U, mean).max()


@pytest.mark.parametrize("p", [0.0, 0.04, 0.5, 0.97, 1.0])
def test_counts_never_fall_as_the_uniform_number_rises(p: float) -> None:
    u = np.concatenate([[2.0**-54, 2.0**-40], np.sort(U), [1 - 2.0**-40, 1 - 2.0**-53]])
    for n in (0, 1, 5, 400, 700, 10**7, 10**8):
        found = counts.binomial(u, np.full(len(u), n), np.full(len(u), p))
        assert (np.diff(found) >= 0).all()
        assert found.min() >= 0 and found.max() <= n
        if p in (0.0, 1.0):
            assert (found == n * p).all()


@pytest.mark.parametrize(("good", "bad", "taken"), [(3, 4, 2), (30, 50, 20), (400, 10, 405), (5000, 3000, 4000)])
def test_hypergeometric_is_the_quantile(good: int, bad: int, taken: int) -> None:
    full = [np.full(300, x) for x in (good, bad, taken)]
    found = counts.hypergeometric(U[:300], *full)
    assert (found == stats.hypergeom.ppf(U[:300], good + bad, good, taken)).all()
