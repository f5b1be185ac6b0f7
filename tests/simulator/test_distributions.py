"""Quantiles against scipy.stats, and what the two-point spelling `a to b` means."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from lang import model, typed
from lang.types import NUMBER, SHARE, Type
from simulator.chance.distributions import binomial, poisson, quantile
from simulator.chance.scenario_values import evaluate
from simulator.plan import SimulationError

U = (np.arange(999) + 0.5) / 999


def draw(family: str, **arguments: float) -> np.ndarray:
    typed_arguments: dict[str, typed.Expr] = {
        name: typed.Constant(Fraction(str(value)), NUMBER) for name, value in arguments.items()
    }
    distribution = model.Distribution(family=family, type=NUMBER, arguments=typed_arguments)  # type: ignore[arg-type]
    return quantile(distribution, U, lambda e: evaluate(e, {}))


def test_continuous_families() -> None:
    def same(got: np.ndarray, frozen: object) -> None:
        np.testing.assert_allclose(got, frozen.ppf(U), rtol=1e-9)  # type: ignore[attr-defined]

    same(draw("uniform", a=2, b=5), stats.uniform(2, 3))
    same(draw("triangular", a=1, mode=2, b=6), stats.triang(0.2, 1, 5))
    same(draw("normal", mean=3, sd=2), stats.norm(3, 2))
    same(draw("lognormal", median=3, sigma=0.5), stats.lognorm(0.5, scale=3))
    same(draw("beta", a=8, b=152), stats.beta(8, 152))
    same(draw("gamma", shape=25, mean=40), stats.gamma(25, scale=40 / 25))


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.7, 20, 1234.5])
def test_poisson(mean: float) -> None:
    k = poisson(U, np.array(mean))
    assert (k == (stats.poisson(mean).ppf(U) if mean else 0)).all()
    assert (np.diff(k) >= 0).all()


@pytest.mark.parametrize(("n", "p"), [(0, 0.5), (1, 0.3), (25, 0.9), (1000, 0.05), (7, 0.0), (7, 1.0)])
def test_binomial(n: int, p: float) -> None:
    assert (binomial(U, np.array(float(n)), np.array(p)) == stats.binom(n, p).ppf(U)).all()


def test_percentiles() -> None:
    u = np.array([0.05, 0.5, 0.95])

    def between(type_: Type, low: float, high: float) -> np.ndarray:
        arguments: dict[str, typed.Expr] = {
            "low": typed.Constant(Fraction(str(low)), type_),
            "high": typed.Constant(Fraction(str(high)), type_),
        }
        return quantile(
            model.Distribution(family="between", type=type_, arguments=arguments), u, lambda e: evaluate(e, {})
        )

    share = between(SHARE, 0.8, 0.95)
    np.testing.assert_allclose(share[[0, 2]], [0.8, 0.95])
    np.testing.assert_allclose(np.log(share / (1 - share))[1] * 2, np.log(4) + np.log(19))
    np.testing.assert_allclose(between(NUMBER, 10, 40), [10, 20, 40])
    np.testing.assert_allclose(between(NUMBER, -10, 40), [-10, 15, 40])


def test_arguments_without_meaning_are_refused() -> None:
    families: list[tuple[str, dict[str, float]]] = [
        ("uniform", {"a": 3, "b": 2}),
        ("normal", {"mean": 0, "sd": -1}),
        ("gamma", {"shape": 0, "mean": 1}),
        ("binomial", {"n": 2, "p": 3}),
        ("poisson", {"mean": -1}),
    ]
    for family, arguments in families:
        with pytest.raises(SimulationError) as error:
            draw(family, **arguments)
        assert error.value.diagnostics[0].code == "HC604"
