"""Worlds: rounding of draws, the scrambles, arguments that read earlier unknowns."""

from fractions import Fraction

import numpy as np
import pytest

from lang import model, typed
from lang.dates import month
from lang.types import NUMBER, SHARE
from simulator.chance.unknowns import rounded_draws, worlds


def unknown(name: str, family: str, **arguments: typed.Expr) -> model.Unknown:
    distribution = model.Distribution(family=family, type=NUMBER, arguments=arguments)  # type: ignore[arg-type]
    return model.Unknown(name=name, type=NUMBER, distribution=distribution)


def constant(value: int | Fraction) -> typed.Constant:
    return typed.Constant(value, NUMBER)


def scenario(*unknowns: model.Unknown) -> model.Scenario:
    return model.Scenario(
        name="s", policy="p", first=month(2025, 1), last=month(2025, 12), sets={},
        unknowns={u.name: u for u in unknowns}, populations={},
    )  # fmt: skip


def test_draws_are_rounded_up_to_sixteen_times_a_power_of_two() -> None:
    assert [rounded_draws(n) for n in (1, 16, 17, 33, 4096, 4097)] == [16, 16, 32, 64, 4096, 8192]


def test_a_uniform_unknown_is_stratified_in_every_scramble() -> None:
    w = worlds(scenario(unknown("a", "uniform", a=constant(0), b=constant(1))), 16 * 64, seed=3)
    assert w.draws == 1024
    for block in range(16):
        strata = np.sort(np.floor(w.values["a"][w.block == block] * 64))
        assert (strata == np.arange(64)).all()
    assert len(np.unique(w.values["a"])) > 1000  # no scramble repeats another


def test_worlds_depend_on_the_seed_alone_and_more_draws_continue_fewer() -> None:
    s = scenario(unknown("a", "beta", a=constant(8), b=constant(152)))
    one, again, other = worlds(s, 64, 1), worlds(s, 128, 1), worlds(s, 64, 2)
    assert one.values["a"].tolist() == again.values["a"][:64].tolist()
    assert one.values["a"].tolist() != other.values["a"].tolist()


def test_arguments_may_read_earlier_unknowns() -> None:
    twice = typed.Arithmetic("×", typed.UnknownRead("a", NUMBER), constant(2), NUMBER)
    w = worlds(
        scenario(unknown("a", "gamma", shape=constant(25), mean=constant(40)), unknown("b", "fixed", x=twice)), 256, 1
    )
    np.testing.assert_allclose(w.values["b"], 2 * w.values["a"])
    assert w.values["a"].mean() == pytest.approx(40, rel=0.01)


def test_logistic_and_friends() -> None:
    a = typed.UnknownRead("a", NUMBER)
    logistic = typed.Function("logistic", (a,), SHARE)
    back = typed.Function("log", (typed.Arithmetic("/", logistic, typed.Arithmetic("-", constant(1), logistic, NUMBER), NUMBER),), NUMBER)  # fmt: skip  # noqa: E501
    w = worlds(
        scenario(unknown("a", "normal", mean=constant(0), sd=constant(1)), unknown("b", "fixed", x=back),
                 unknown("c", "fixed", x=typed.Arithmetic("maximum", a, constant(0), NUMBER))), 64, 1)  # fmt: skip
    np.testing.assert_allclose(w.values["b"], w.values["a"], atol=1e-12)
    np.testing.assert_allclose(w.values["c"], np.maximum(w.values["a"], 0))


def test_without_unknowns_there_are_sixteen_blocks_all_the_same() -> None:
    w = worlds(scenario(), 100, 1)
    assert w.values == {} and w.draws == 128
    assert np.bincount(w.block).tolist() == [8] * 16
