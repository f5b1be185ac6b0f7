"""Lines by clause and pot, and what is asked of a pot: held against flows, pots and the queue's own verdicts."""

from __future__ import annotations

import numpy as np
import pytest

from huice import loads
from simulator.figures.results import Results
from simulator.figures.statistics import curve
from simulator.money.budget_lines import lines_of
from simulator.money.claims import NO_LIMIT

POLICY = """
policy grants
  in force 2025-01-01 to 2027-12-31
  {until}
kind side: north, south
entity person
  has home: side
  has employed: yes/no monthly
fund aid per home
fund reserve
fund city
clause start
  for person
  employed ≥ 2 months → 3000 yuan once
  paid from aid then reserve
clause wage
  for person where home is north
  employed → 100 yuan per month for at most 6 months
  paid from reserve
clause shared
  for person
  employed ≥ 4 months → 1000.01 yuan once
  paid from {shared}
clause free
  for person
  employed ≥ 3 months → 10 yuan once

scenario baseline for grants
  period 2025-01 to 2027-06
  unknown arrivals ~ gamma(shape 25, mean 5)
  population person
    arrive poisson(arrivals) per month from 2025-01 to 2026-12
    home ~ north 60%, south 40%
    employed starts on arrival, ends at 5% per month
  claims
    lag ~ 0 months 60%, 3 months 40%
  {budgets}
"""
BUDGETS = """budget aid[north] 2025 = 60_000 yuan
  budget aid[north] 2026 = 90_000 yuan
  budget aid[north] 2027 = 20_000 yuan
  budget aid[south] 2025 = 40_000 yuan
  budget aid[south] 2026 = 90_000 yuan
  budget aid[south] 2027 = 20_000 yuan
  budget reserve 2025 = 30_000 yuan
  budget reserve 2026 = 50_000 yuan
  budget reserve 2027 = 20_000 yuan"""


def run(budgets: str = BUDGETS, shared: str = "city", until: str = "") -> Results:
    return loads(POLICY.format(budgets=budgets, shared=shared, until=until)).simulate(draws=256, by="home")


@pytest.mark.parametrize("shared", ["city", "aid 50%, reserve 50%"])
@pytest.mark.parametrize("until", ["", "claims until 2026-08-31"])
def test_lines_add_up_to_clauses_and_to_pots(shared: str, until: str) -> None:
    books = run(shared=shared, until=until).books
    lines = lines_of(books.plan)
    years = [range(12), range(12, 24), range(24, 30)]
    for number, months in enumerate(years):
        for clause, name in enumerate(books.plan.clauses):
            mine = [at for at, line in enumerate(lines) if line.clause == clause]
            paid = books.flows.paid[clause, months.start : months.stop].sum(axis=0)
            owed = books.flows.owed[clause, months.stop - 1]
            if name == "free":
                assert not mine
                continue
            assert (books.line_paid[mine, number].sum(axis=0) == paid).all()
            assert (books.line_owed[mine, number].sum(axis=0) == owed).all()
        for pot in range(len(books.pot_paid)):
            mine = [at for at, line in enumerate(lines) if line.pot == pot]
            paid = books.pot_paid[pot, months.start : months.stop].sum(axis=0)
            assert (books.line_paid[mine, number].sum(axis=0) == paid).all()
            assert (books.line_owed[mine, number].sum(axis=0) == books.pot_owed[pot, months.stop - 1]).all()


@pytest.mark.parametrize("until", ["", "claims until 2026-08-31"])
def test_an_appropriation_does_not_last_exactly_when_more_is_asked(until: str) -> None:
    books = run(until=until).books
    short = books.pot_asked > books.appropriation
    assert (short == (books.exceeded > 0)).all()
    assert short.any() and not short.all()
    assert (books.pot_asked[-1] == books.line_paid[-1]).all()  # the city's, without a limit: what it pays


def test_with_what_suffices_the_appropriation_lasts_that_often() -> None:
    """The first year, raised to what 90% of the draws ask, is exceeded in at most a tenth of the same draws."""
    asked = run().to_dict()["years"]["2025"]["funds"]["reserve"]
    enough = asked["suffices"]["0.9"]
    assert asked["appropriation"] < enough
    raised = run(BUDGETS.replace("reserve 2025 = 30_000", f"reserve 2025 = {enough:.2f}"))
    assert raised.to_dict()["years"]["2025"]["funds"]["reserve"]["p_exceeded"] <= 0.1
    lowered = run(BUDGETS.replace("reserve 2025 = 30_000", f"reserve 2025 = {enough - 0.01:.2f}"))
    assert lowered.to_dict()["years"]["2025"]["funds"]["reserve"]["p_exceeded"] > 0.1


def test_json_of_lines_and_of_what_is_asked() -> None:
    results = run()
    data = results.to_dict()
    lines = data["years"]["2026"]["lines"]
    assert [(x["clause"], x["fund"], x["pot"]) for x in lines] == [
        ("start", "aid", "north"), ("start", "aid", "south"), ("start", "reserve", None), ("wage", "reserve", None),
        ("shared", "city", None),
    ]  # fmt: skip
    of_reserve = sum(x["paid"]["mean"] for x in lines if x["fund"] == "reserve")
    assert of_reserve == pytest.approx(data["years"]["2026"]["funds"]["reserve"]["paid"]["mean"], abs=1e-6)
    assert data["p_exceeded"] == (results.books.exceeded > 0).any(axis=(0, 1)).mean()
    assert data["years"]["2025"]["p_exceeded"] == (results.books.exceeded[:, 0] > 0).any(axis=0).mean()
    asked = data["years"]["2026"]["asked"]
    assert asked["curve"][0][1] < 1 and asked["curve"][-1][1] == 0
    assert "p_exceeded" not in run("").to_dict()


def test_a_curve_goes_from_the_least_to_the_most_and_says_how_much_lies_above() -> None:
    assert curve(np.array([500, 100, 100, 300], dtype=np.int64)) == [[1.0, 0.5], [3.0, 0.25], [5.0, 0.0]]
    assert curve(np.zeros(16, dtype=np.int64)) == [[0.0, 0.0]]


def test_without_limits_the_sums_path_books_the_same_lines() -> None:
    text = POLICY.format(budgets="", shared="city", until="").replace("fund aid per home", "fund aid")
    text = text.replace("  claims\n    lag ~ 0 months 60%, 3 months 40%\n", "")
    plain = loads(text).simulate(draws=64).books
    grouped = loads(text).simulate(draws=64, by="home").books
    for name in ("line_paid", "line_owed", "pot_asked"):
        assert (getattr(plain, name) == getattr(grouped, name)).all()
    assert plain.line_paid.any() and (plain.appropriation == NO_LIMIT).all()
