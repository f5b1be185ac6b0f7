"""Posterior worlds: conjugate answers exactly, the grid and the weights against them, odd cases said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from huice.programs import open_source
from lang import model
from lang.source import Source
from simulator.learning.evidence import _steps
from simulator.learning.terms import Term, direct_in, of_expression
from simulator.learning.worlds_after import After, worlds_after

HEAD = """policy p
  in force 2025-01-01 to 2025-12-31
entity person
  has hired on: date
clause grant
  for person
  since hired on ≥ 0 days → 3000 yuan once
scenario s for p
  period 2025-01 to 2025-12
"""
TAIL = """  population person
    arrive poisson({mean}) per month
    hired on = arrival
  claims
    taken up with chance {chance}
"""


def scenario(unknowns: list[str], mean: str = "5", chance: str = "90%") -> model.Scenario:
    text = HEAD + "".join(f"  unknown {line}\n" for line in unknowns) + TAIL.format(mean=mean, chance=chance)
    loaded = open_source(Source(text, "p.policy"), Path.cwd())
    assert loaded.model is not None, loaded.diagnostics
    return loaded.model.scenarios["s"]


def arrivals(s: model.Scenario, events: float, months: float) -> Term:
    mean = s.populations["person"].arrivals[0].number.arguments["mean"]
    return of_expression("arrivals", "poisson", mean, events, months)


def claims(s: model.Scenario, events: float, trials: float) -> Term:
    assert s.taken_up is not None
    return of_expression("take-up", "binomial", s.taken_up, events, trials)


def moments(after: After, name: str) -> tuple[float, float]:
    values = after.worlds.values[name]
    return float(values.mean()), float(values.std())


def test_gamma_and_poisson() -> None:
    s = scenario(["rate ~ gamma(shape 20, mean 10)"], mean="rate")
    after = worlds_after(s, [arrivals(s, 66, 6)], 4096, 1)
    updated = after.unknowns["rate"]
    assert updated.how == "conjugate" and not after.weighted
    assert updated.exact is not None and updated.posterior[0] == 86 / 8
    mean, spread = moments(after, "rate")
    assert mean == pytest.approx(10.75, rel=1e-3) and spread == pytest.approx(np.sqrt(86) / 8, rel=5e-3)


def test_a_factor_counts_as_time() -> None:
    s = scenario(["rate ~ gamma(shape 20, mean 10)"], mean="rate × 2")
    after = worlds_after(s, [arrivals(s, 132, 6)], 64, 1)
    assert after.unknowns["rate"].posterior[0] == pytest.approx((20 + 132) / (2 + 12))


def test_beta_and_binomial() -> None:
    s = scenario(["uptake ~ beta(8, 2)"], chance="uptake")
    after = worlds_after(s, [claims(s, 30, 50)], 4096, 1)
    assert after.unknowns["uptake"].posterior[0] == pytest.approx(38 / 60)
    assert moments(after, "uptake")[0] == pytest.approx(38 / 60, rel=1e-3)


def test_the_grid_gives_what_conjugacy_gives() -> None:
    s = scenario(["uptake ~ beta(8, 2)"], chance="1 - uptake")
    after = worlds_after(s, [claims(s, 20, 50)], 4096, 1)
    assert after.unknowns["uptake"].how == "grid"
    exact = stats.beta(38, 22)
    values = np.sort(after.worlds.values["uptake"])
    for q in (0.05, 0.5, 0.95):
        assert values[int(q * 4096)] == pytest.approx(exact.ppf(q), abs=2e-3)


def test_the_grid_finds_a_posterior_far_out_in_the_prior() -> None:
    s = scenario(["uptake ~ 80% to 95%"], chance="uptake")
    after = worlds_after(s, [claims(s, 300, 1000)], 1024, 1)
    mean, spread = moments(after, "uptake")
    assert mean == pytest.approx(0.30, abs=0.03) and spread < 0.03
    assert after.unknowns["uptake"].surprising < 0.001


def test_tied_unknowns_by_weights_against_a_closed_form() -> None:
    # the mean of a gamma given another gamma: only the product is seen, so both move
    s = scenario(["level ~ lognormal(10, 0.2)", "share ~ lognormal(1, 0.3)"], mean="level × share")
    after = worlds_after(s, [arrivals(s, 900, 60)], 4096, 1)
    assert after.weighted and not after.poor and after.effective > 0.3 * after.candidates
    # log level, log share: normal prior; 900 of 60 months: log of the product is seen with variance about 1/900
    prior = np.diag([0.2**2, 0.3**2])
    row = np.array([1.0, 1.0])
    gain = prior @ row / (row @ prior @ row + 1 / 900)
    mean = np.array([np.log(10), 0.0]) + gain * (np.log(900 / 60) - np.log(10))
    logs = np.log([after.worlds.values["level"], after.worlds.values["share"]])
    assert logs.mean(axis=1) == pytest.approx(mean, abs=0.01)
    left = prior - np.outer(gain, row @ prior)
    assert np.cov(logs) == pytest.approx(left, abs=0.004)


def test_a_poor_sample_says_so() -> None:
    # a banana far out: twenty tied unknowns whose sum is seen to be far from what was expected
    lines = [f"u{i} ~ uniform(0, 1)" for i in range(20)]
    s = scenario(lines, mean=" + ".join(f"u{i}" for i in range(20)))
    after = worlds_after(s, [arrivals(s, 19_900, 1000)], 64, 1)
    assert after.weighted
    assert after.effective < after.candidates
    assert after.poor == (after.effective < 400)


def test_what_nothing_was_seen_of_stays() -> None:
    s = scenario(["rate ~ gamma(shape 20, mean 10)", "uptake ~ beta(8, 2)"], mean="rate", chance="uptake")
    after = worlds_after(s, [arrivals(s, 66, 6)], 256, 1)
    assert after.unknowns["uptake"].how == "prior"
    plain = worlds_after(s, [], 256, 1)
    assert np.array_equal(after.worlds.values["uptake"], plain.worlds.values["uptake"])


def test_the_same_seed_gives_the_same_worlds_and_shorter_runs_begin_longer_ones() -> None:
    s = scenario(["rate ~ gamma(shape 20, mean 10)"], mean="rate")
    a, b = (worlds_after(s, [arrivals(s, 66, 6)], n, 3).worlds.values["rate"] for n in (256, 512))
    assert np.array_equal(a, b[:256])


def test_no_unknowns_at_all() -> None:
    after = worlds_after(scenario([]), [], 64, 1)
    assert after.worlds.values == {} and after.unknowns == {}


def test_direct_expressions() -> None:
    s = scenario(["rate ~ gamma(shape 20, mean 10)"], mean="2 × rate / 4")
    assert direct_in(s.populations["person"].arrivals[0].number.arguments["mean"]) == ("rate", 0.5)
    other = scenario(["rate ~ gamma(shape 20, mean 10)"], mean="rate + 1")
    assert direct_in(other.populations["person"].arrivals[0].number.arguments["mean"]) is None


def test_shares_step_by_step_are_told_by_value() -> None:
    text = """policy q
  in force 2025-01-01 to 2025-12-31
kind side: north, south, west
entity person
  has home: side
clause grant
  for person where home is north
  always → 1 yuan once
scenario s for q
  period 2025-01 to 2025-12
  unknown a ~ beta(3, 4)
  unknown b ~ beta(3, 4)
  population person
    arrive 5 in 2025-01
    home ~ north with chance a, south with chance (1 - a) × b, west with chance {rest}
"""
    for rest, steps in (("(1 - b) × (1 - a)", ["a", "b"]), ("1 - a - (1 - a) × b", ["a", "b"])):
        loaded = open_source(Source(text.format(rest=rest), "q.policy"), Path.cwd())
        assert loaded.model is not None, loaded.diagnostics
        home = loaded.model.scenarios["s"].populations["person"].assumptions["home"]
        assert isinstance(home, model.Drawn) and _steps(home.distribution.weights) == steps
    other = open_source(Source(text.format(rest="1 - a × b"), "q.policy"), Path.cwd())
    assert other.model is not None
    home = other.model.scenarios["s"].populations["person"].assumptions["home"]
    assert isinstance(home, model.Drawn) and _steps(home.distribution.weights) is None
