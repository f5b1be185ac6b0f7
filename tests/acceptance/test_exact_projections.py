"""Projections whose whole distribution is known: closed forms, and enumeration in the test itself.

A distribution is written as {yuan: probability}. What is found may be off by what chance allows (|z| ≤ 4): the mean,
the variance, and where the quantiles stand in the exact distribution function.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import comb, exp, factorial, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.acceptance.running import run

Law = Mapping[float, float]
CHOSEN = {"engine": "auto"}


# What the engine exact cannot run, and the words in which it says so.
NOT_EXACT = {
    "test_products_of_unknowns": "has another value in each draw",
    "test_the_number_of_arrivals_times_an_unknown_amount": "has another value in each draw",
    "test_places_for_each_side": "its limit ties people to each other",
    "test_places_of_each_month": "its limit ties people to each other",
    "test_places_for_the_life_of_the_policy": "its limit ties people to each other",
    "test_who_does_not_claim_keeps_the_place": "its limit ties people to each other",
    "test_arrears_of_firms": "it counts rows of `person`",
    "test_targets_have_the_chance_that_they_have": "",  # it has no people to count for targets
}


@pytest.fixture(autouse=True, params=["person", "auto", "exact"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything is held to the same laws, whoever computes it."""
    monkeypatch.setitem(CHOSEN, "engine", request.param)
    monkeypatch.setitem(CHOSEN, "words", "")
    monkeypatch.setitem(CHOSEN, "computed", "")
    name = request.node.originalname
    if request.param == "exact" and name in NOT_EXACT:
        if not NOT_EXACT[name]:
            pytest.skip("the engine exact has no people to count")
        monkeypatch.setitem(CHOSEN, "words", NOT_EXACT[name])
    yield


HEAD = """policy trial
  in force 2024-01-01 to 2027-12-31
kind side: north, south
entity person
  has home: side
  has employed: yes/no monthly
  has insured: yes/no monthly
fund f
fund g
"""
ONCE = "clause grant\n  for person\n  employed → 1000 yuan once\n  paid from f\n"
MONTHLY = "clause grant\n  for person\n  employed → 100 yuan per month\n  paid from f\n"


def scenario(arrive: str, ends: str = "0%", more: str = "", home: str = "home = north", last: str = "2025-12") -> str:
    """`more`: lines below; unknowns come first."""
    unknowns = "".join(f"{line}\n" for line in more.split("\n") if line.strip().startswith(("unknown", "set")))
    rest = "".join(f"{line}\n" for line in more.split("\n") if line and not line.strip().startswith(("unknown", "set")))
    return f"""scenario baseline for trial
  period 2025-01 to {last}
{unknowns}  population person
    arrive {arrive}
    {home}
    employed starts on arrival, ends at {ends} per month
{rest}"""


def project(folder: Path, text: str, *options: object, draws: int = 1024) -> Any:
    path = folder / "trial.policy"
    path.write_text(text, encoding="utf-8")
    given = ["--engine", CHOSEN["engine"], *(str(o) for o in options)]
    outcome = run("simulate", path, "--json", "--draws", str(draws), "--seed", "3", *given)
    if CHOSEN["words"]:
        assert outcome.status == 1 and "HC605" in outcome.output and CHOSEN["words"] in outcome.output
        pytest.skip("the engine exact says why it cannot")
    assert outcome.status == 0, outcome.output + outcome.errors
    CHOSEN["computed"] = "yes" if outcome.json["engine"] == "exact" and "unknown" not in text else ""
    return outcome.json


def holds(found: Any, law: Law, draws: int) -> None:
    """What was found could well be `draws` draws of the law."""
    assert sum(law.values()) == pytest.approx(1, abs=1e-9)
    values = np.array(list(law))
    weights = np.array(list(law.values()))
    mean = float(values @ weights)
    variance = float((values - mean) ** 2 @ weights)
    fourth = float((values - mean) ** 4 @ weights)
    if CHOSEN["computed"]:
        computed(found, values, weights, mean, variance)
        return
    assert abs(found["mean"] - mean) <= 4 * sqrt(variance / draws) + 1e-9, (found["mean"], mean)
    spread = 4 * sqrt(max(fourth - variance**2, 0) / draws) + variance / draws
    assert abs(found["sd"] ** 2 - variance) <= spread + 1e-6, (found["sd"], sqrt(variance))
    for name, value in found["quantiles"].items():
        p = float(name)
        slack = 4 * sqrt(p * (1 - p) / draws)
        assert weights[values <= value + 1e-6].sum() >= p - slack, name
        assert weights[values < value - 1e-6].sum() <= p + slack, name


def computed(found: Any, values: np.ndarray, weights: np.ndarray, mean: float, variance: float) -> None:
    """Nothing was drawn: the answer itself (as far as the enumeration in the test goes)."""
    assert found["mean"] == pytest.approx(mean, rel=1e-9, abs=1e-9)
    assert found["sd"] ** 2 == pytest.approx(variance, rel=1e-9, abs=1e-6)
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    for name, value in found["quantiles"].items():
        at = np.searchsorted(below, float(name) - 1e-12)
        assert value == pytest.approx(values[order][at], abs=1e-6), name


def binomial(n: int, p: float, amount: float = 1) -> Law:
    return {amount * k: comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)}


def poisson(mean: float, amount: float = 1, most: int = 150) -> Law:
    law, p = {}, exp(-mean)
    for k in range(most):
        law[amount * k] = p
        p *= mean / (k + 1)
    return law


def through(law: Law, function: Callable[[float], float]) -> Law:
    found: dict[float, float] = defaultdict(float)
    for value, p in law.items():
        found[function(value)] += p
    return found


def together(*laws: Law) -> Law:
    """The sum of independent ones."""
    total: Law = {0: 1.0}
    for law in laws:
        found: dict[float, float] = defaultdict(float)
        for (a, p), (b, q) in product(total.items(), law.items()):
            found[a + b] += p * q
        total = found
    return total


def chance(found: float, p: float, draws: int) -> bool:
    return abs(found - p) <= 4 * sqrt(max(p * (1 - p), 1e-12) / draws) + 1e-9


# ---------------------------------------------------------------- the world
def test_one_take_up_for_all(tmp_path: Path) -> None:
    """50 people and one chance, itself anywhere from 20% to 80%: a mixture of binomials, twice as wide as one."""
    more = "  unknown uptake ~ uniform(20%, 80%)\n  claims\n    taken up with chance uptake"
    data = project(tmp_path, HEAD + ONCE + scenario("50 in 2025-01", more=more))
    mixed: dict[float, float] = defaultdict(float)
    for u in np.linspace(0.2, 0.8, 601)[:-1] + 0.0005:
        for value, p in binomial(50, float(u), 1000).items():
            mixed[value] += p / 600
    holds(data["total"]["paid"], mixed, 1024)
    assert data["total"]["entitled"]["sd"] == 0 and data["variance"]["unknowns"] is None


def test_arrivals_at_an_unknown_rate_are_negative_binomial(tmp_path: Path) -> None:
    more = "  unknown rate ~ gamma(shape 4, mean 6)"
    data = project(
        tmp_path, HEAD + ONCE + scenario("poisson(rate) per month from 2025-01 to 2025-06", more=more), draws=2048
    )
    law = {1000.0 * k: float(stats.nbinom.pmf(k, 4, 4 / (4 + 36))) for k in range(400)}
    holds(data["total"]["paid"], law, 2048)
    assert abs(data["variance"]["unknowns"] - 0.9) <= 3 * data["variance"]["error"] + 0.02


def test_products_of_unknowns(tmp_path: Path) -> None:
    """A price of 100 to 300 times a share of 20% or 60%, paid to one person: E = 200 × .4."""
    policy = HEAD.replace("fund f", 'parameter price: money external "x"\nparameter part: share external "y"\nfund f')
    policy += "clause grant\n  for person\n  employed → price × part once\n  paid from f\n"
    more = "  unknown a ~ uniform(100 yuan, 300 yuan)\n  unknown b ~ 20% 50%, 60% 50%\n  set price = a\n  set part = b"
    data = project(tmp_path, policy + scenario("1 in 2025-01", more=more))
    total = data["total"]["paid"]
    second = (100**2 + 100 * 300 + 300**2) / 3 * (0.04 + 0.36) / 2
    assert total["mean"] == pytest.approx(80, rel=0.01)
    assert total["sd"] ** 2 == pytest.approx(second - 80**2, rel=0.03)
    assert data["variance"]["unknowns"] == 1.0


def test_the_number_of_arrivals_times_an_unknown_amount(tmp_path: Path) -> None:
    """Var(N·A) of independent N ~ Poisson(9) and A ~ uniform(100, 200)."""
    policy = HEAD.replace("fund f", 'parameter price: money external "x"\nfund f')
    policy += "clause grant\n  for person\n  employed → price once\n  paid from f\n"
    more = "  unknown a ~ uniform(100 yuan, 200 yuan)\n  set price = a"
    data = project(tmp_path, policy + scenario("poisson(9) in 2025-01", more=more), draws=2048)
    total = data["total"]["entitled"]
    a2 = (100**2 + 100 * 200 + 200**2) / 3
    variance = 90 * a2 - (9 * 150) ** 2
    assert abs(total["mean"] - 1350) <= 4 * sqrt(variance / 2048)
    assert total["sd"] ** 2 == pytest.approx(variance, rel=0.15)
    assert abs(data["variance"]["unknowns"] - 81 * (a2 - 150**2) / variance) <= 3 * data["variance"]["error"] + 0.02


# ---------------------------------------------------------------- time
def test_lags_and_a_deadline(tmp_path: Path) -> None:
    """Poisson(3) a month, claims until the end of September; the lag is 0, 2 or 5 months: Poisson, thinned."""
    policy = HEAD.replace("kind side", "  claims until 2025-09-30\nkind side", 1)
    lags = {0: 0.5, 2: 0.3, 5: 0.2}
    more = "  claims\n    lag ~ 0 months 50%, 2 months 30%, 5 months 20%"
    data = project(tmp_path, policy + ONCE + scenario("poisson(3) per month from 2025-01 to 2025-12", more=more))
    in_time = sum(3 * p for m in range(1, 13) for lag, p in lags.items() if m + lag <= 9)
    holds(data["total"]["paid"], poisson(in_time, 1000), 1024)
    holds(data["total"]["lapsed"], poisson(36 - in_time, 1000), 1024)  # all of it, the late accruals too
    october = sum(3 * p for m in range(1, 11) for lag, p in lags.items() if m + lag > 9)
    holds(data["months"]["2025-10"]["total"]["lapsed"], poisson(october, 1000), 1024)
    april = sum(3 * p for lag, p in lags.items() if lag <= 3)
    holds(data["months"]["2025-04"]["total"]["paid"], poisson(april, 1000), 1024)


def test_a_deadline_after_the_period(tmp_path: Path) -> None:
    policy = HEAD.replace("kind side", "  claims until 2026-03-31\nkind side", 1)
    more = "  claims\n    lag ~ 0 months 50%, 4 months 50%"
    data = project(tmp_path, policy + ONCE + scenario("poisson(3) per month from 2025-01 to 2025-12", more=more))
    holds(data["total"]["not_yet_claimed"], poisson(4 * 3 * 0.5, 1000), 1024)
    assert data["total"]["lapsed"]["mean"] == 0


def walk(months: int, pays: Callable[[int], bool], most: int, leave: float, back: float) -> Law:
    """Months paid to one person: in work after the first month's draw with 1 − leave, and so on; at most `most`."""
    state: dict[tuple[bool, int], float] = {(True, 0): 1.0}
    for m in range(months):
        after: dict[tuple[bool, int], float] = defaultdict(float)
        for (inside, paid), p in state.items():
            stays = 1 - leave if inside else back
            after[True, min(paid + pays(m), most)] += p * stays
            after[False, paid] += p * (1 - stays)
        state = after
    law: dict[float, float] = defaultdict(float)
    for (_, paid), p in state.items():
        law[paid] += p
    return law


def test_capped_months_with_re_entry(tmp_path: Path) -> None:
    policy = HEAD + MONTHLY.replace("per month", "per month for at most 5 months")
    data = project(tmp_path, policy + scenario("3 in 2025-01", ends="30% per month, returns at 20%"))
    one = through(walk(12, lambda _: True, 5, 0.3, 0.2), lambda k: 100 * k)
    holds(data["total"]["paid"], together(one, one, one), 1024)


def test_a_sum_that_is_capped_in_each_year(tmp_path: Path) -> None:
    """350 yuan a year at most: the fourth payment of a year is cut to 50."""
    policy = HEAD + MONTHLY.replace("per month", "per month at most 350 yuan per year")
    data = project(
        tmp_path, policy + scenario("2 in 2025-01", ends="30% per month, returns at 20%", last="2026-12"), draws=2048
    )
    state: dict[tuple[bool, int, int], float] = {(True, 0, 0): 1.0}
    for m in range(24):
        after: dict[tuple[bool, int, int], float] = defaultdict(float)
        for (inside, year, total), p in state.items():
            year = 0 if m % 12 == 0 else year
            stays = 0.7 if inside else 0.2
            given = min(100, 350 - year)
            after[True, year + given, total + given] += p * stays
            after[False, year, total] += p * (1 - stays)
        state = after
    one: dict[float, float] = defaultdict(float)
    for (_, _, total), p in state.items():
        one[total] += p
    holds(data["total"]["paid"], together(one, one), 2048)


def test_who_follows_after_two_months_and_is_insured_for_three(tmp_path: Path) -> None:
    """insured in m needs a run of three months in work; insured ≥ 3 months one of five: 0.8 × .9⁵ by May, and so on."""
    policy = HEAD + "clause grant\n  for person\n  insured ≥ 3 months → 1000 yuan once\n  paid from f\n"
    home = "home = north\n    insured follows employed after 2 months with chance 80%"
    data = project(tmp_path, policy + scenario("20 in 2025-01", ends="10%", home=home))
    holds(data["total"]["paid"], binomial(20, 0.8 * 0.9**5, 1000), 1024)
    assert data["months"]["2025-05"]["total"]["paid"]["mean"] == data["total"]["paid"]["mean"]


def test_once_per_year_over_two_years(tmp_path: Path) -> None:
    policy = HEAD + "clause grant\n  for person\n  employed ≥ 3 months → 1000 yuan once per year\n  paid from f\n"
    data = project(tmp_path, policy + scenario("10 in 2025-01", ends="10%", last="2026-12"))
    two, one = 0.9**13, 0.9**3 - 0.9**13  # who works in January 2026 has a run of more than three by then
    person: Law = {0: 1 - two - one, 1000: one, 2000: two}
    holds(data["total"]["paid"], together(*[person] * 10), 1024)


def test_rows_that_arrive_for_others(tmp_path: Path) -> None:
    """A certificate for one person in five, six months after: its holder still works with .9⁷."""
    policy = HEAD.replace("fund f", "entity certificate\n  has holder: person\nfund f")
    policy += "clause skill\n  for certificate\n  holder's employed → 1000 yuan once\n  paid from f\n"
    text = policy + scenario("30 in 2025-01", ends="10%", last="2025-07")
    text += "  population certificate\n    arrive per person with chance 20% after 6 months\n"
    holds(project(tmp_path, text)["total"]["paid"], binomial(30, 0.2 * 0.9**7, 1000), 1024)


# ---------------------------------------------------------------- places
def test_places_for_each_side(tmp_path: Path) -> None:
    data = project(
        tmp_path,
        HEAD + ONCE + "limit grant to 3 per home\n" + scenario("10 in 2025-01", home="home ~ north 40%, south 60%"),
    )
    law = through(binomial(10, 0.4), lambda k: 1000 * (min(k, 3) + min(10 - k, 3)))
    holds(data["total"]["paid"], law, 1024)
    refused = through(binomial(10, 0.4), lambda k: max(k - 3, 0) + max(7 - k, 0))
    assert data["refused"]["grant"]["mean"] == pytest.approx(sum(k * p for k, p in refused.items()), abs=0.15)


def employed(people: int, months: int, leave: float) -> dict[tuple[int, ...], float]:
    """The numbers in work, month by month."""
    found: dict[tuple[int, ...], float] = {(): 1.0}
    for _ in range(months):
        after: dict[tuple[int, ...], float] = defaultdict(float)
        for before, p in found.items():
            n = before[-1] if before else people
            for k in range(n + 1):
                after[(*before, k)] += p * comb(n, k) * (1 - leave) ** k * leave ** (n - k)
        found = after
    return found


def test_places_of_each_month(tmp_path: Path) -> None:
    """Who leaves gives his place up: two are paid while two work."""
    data = project(
        tmp_path, HEAD + MONTHLY + "limit grant to 2 per month\n" + scenario("4 in 2025-01", "20%", last="2025-05")
    )
    law: dict[float, float] = defaultdict(float)
    for path, p in employed(4, 5, 0.2).items():
        law[100 * sum(min(k, 2) for k in path)] += p
    holds(data["total"]["paid"], law, 1024)


def test_places_for_the_life_of_the_policy(tmp_path: Path) -> None:
    """Who leaves keeps his place: only the first two to be paid ever are."""
    data = project(tmp_path, HEAD + MONTHLY + "limit grant to 2\n" + scenario("4 in 2025-01", "20%", last="2025-05"))
    one = {0: 0.0, **{100.0 * k: 0.8 ** (k - 1) * (0.2 if k < 5 else 1) for k in range(1, 6)}}  # given the first month
    law: dict[float, float] = defaultdict(float)
    for k, p in binomial(4, 0.8).items():
        for value, q in together(*[one] * min(int(k), 2)).items():
            law[value] += p * q
    holds(data["total"]["paid"], law, 1024)


def test_who_does_not_claim_keeps_the_place(tmp_path: Path) -> None:
    more = "  claims\n    taken up with chance 50%"
    data = project(tmp_path, HEAD + ONCE + "limit grant to 3\n" + scenario("10 in 2025-01", more=more))
    assert (data["total"]["entitled"]["mean"], data["total"]["entitled"]["sd"]) == (3000, 0)
    holds(data["total"]["paid"], binomial(3, 0.5, 1000), 1024)
    holds(data["total"]["not_taken_up"], binomial(3, 0.5, 1000), 1024)
    assert data["total"]["owed_at_end"]["mean"] == 0
    assert data["refused"]["grant"]["mean"] == 7


# ---------------------------------------------------------------- money
def test_two_funds_in_turn(tmp_path: Path) -> None:
    """3000 for those from the north, 1000 for the others, in this order; F has 7000: after two northerners it still
    pays one southerner, but a third northerner closes it for the year."""
    policy = HEAD + "clause big\n  for person where home is north\n  employed → 3000 yuan once\n  paid from f then g\n"
    policy += "clause small\n  for person where home is south\n  employed → 1000 yuan once\n  paid from f then g\n"
    text = policy + scenario("5 in 2025-01", home="home ~ north 40%, south 60%", more="  budget f 2025 = 7_000 yuan")
    data = project(tmp_path, text)

    def of_f(north: float) -> float:
        return 6000 if north > 2 else 3000 * north + 1000 * min(5 - north, 7 - 3 * north)

    funds = data["years"]["2025"]["funds"]
    holds(funds["f"]["paid"], through(binomial(5, 0.4), of_f), 1024)
    holds(funds["g"]["paid"], through(binomial(5, 0.4), lambda k: 5000 + 2000 * k - of_f(k)), 1024)
    exceeded = sum(p for k, p in binomial(5, 0.4).items() if k > 2 or 5 - k > 7 - 3 * k)
    assert chance(funds["f"]["p_exceeded"], exceeded, 1024)
    assert data["total"]["owed_at_end"]["mean"] == 0


def queue(arrivals: Law, months: int, served: int) -> tuple[Law, list[float]]:
    """Who still waits at the end, and the mean number paid in each month."""
    waiting: Law = {0: 1.0}
    paid = []
    for _ in range(months):
        here = together(waiting, arrivals)
        paid.append(sum(min(n, served) * p for n, p in here.items()))
        waiting = through(here, lambda n: max(n - served, 0))
        waiting = {n: p for n, p in waiting.items() if p > 1e-15}
    return waiting, paid


@pytest.mark.parametrize("limit", ["3 claims", "3_900 yuan"])
def test_a_cash_queue(tmp_path: Path, limit: str) -> None:
    text = (
        HEAD + ONCE + scenario("poisson(3) per month from 2025-01 to 2025-12", more=f"  cash at most {limit} per month")
    )
    data = project(tmp_path, text)
    waiting, paid = queue(poisson(3, most=25), 12, 3)
    total = sum(waiting.values())
    holds(data["total"]["owed_at_end"], {1000 * n: p / total for n, p in waiting.items()}, 1024)
    for at, expected in zip(data["months"].values(), paid, strict=True):
        assert abs(at["total"]["paid"]["mean"] / 1000 - expected) <= 4 * 1.5 / sqrt(1024)


def test_in_which_month_the_appropriation_runs_out(tmp_path: Path) -> None:
    """Poisson(2) a month against 12 claims a year; what waits is paid first in the next year."""
    text = HEAD + ONCE + scenario("poisson(2) per month from 2025-01 to 2026-12", last="2026-12", more=(
        "  budget f 2025 = 12_999 yuan\n  budget f 2026 = 12_000 yuan"))  # fmt: skip
    data = project(tmp_path, text)
    fund = data["years"]["2025"]["funds"]["f"]
    late = [1 - float(stats.poisson.cdf(12, 2 * m)) for m in range(13)]
    for m in range(1, 13):
        assert chance(fund["runs_out"].get(f"2025-{m:02d}", 0.0), late[m] - late[m - 1], 1024), m
    assert chance(fund["p_exceeded"], late[12], 1024)
    holds(fund["owed"], through(poisson(24), lambda n: 1000 * max(n - 12, 0)), 1024)
    holds(fund["paid"], through(poisson(24), lambda n: 1000 * min(n, 12)), 1024)
    owed = through(poisson(24), lambda n: max(n - 12, 0))
    second = data["years"]["2026"]["funds"]["f"]
    holds(second["paid"], through(together(owed, poisson(24)), lambda n: 1000 * min(n, 12)), 1024)
    already = sum(p for n, p in together(owed, poisson(2)).items() if n > 12)
    assert chance(second["runs_out"].get("2026-01", 0.0), already, 1024)


def test_arrears_of_firms(tmp_path: Path) -> None:
    policy = """policy trial
  in force 2024-01-01 to 2026-12-31
entity enterprise
  has staff: many person via employer
entity person
  has employer: enterprise
  has stays: yes/no
fund aid
clause award
  for enterprise
  count of staff where stays ≥ 20 → 100000 yuan once
  paid from aid
scenario baseline for trial
  period 2025-01 to 2025-12
  population enterprise
    arrive 30 in 2025-01
  population person
    arrive 25 per enterprise in 2025-01
    stays ~ 90%
  budget aid 2025 = 2_800_000 yuan
"""
    data = project(tmp_path, policy, "--threshold", "2900000")
    law = binomial(30, 0.96660005538850475, 100_000)
    holds(data["total"]["entitled"], law, 1024)
    assert chance(data["total"]["entitled"]["exceedance"]["2900000"], 0.36091461648284301, 1024)
    arrears = through(law, lambda x: max(x - 2_800_000, 0))
    assert sum(x * p for x, p in arrears.items()) == pytest.approx(109_596.10613099625)
    holds(data["years"]["2025"]["funds"]["aid"]["owed"], arrears, 1024)
    holds(data["total"]["paid"], through(law, lambda x: min(x, 2_800_000)), 1024)


def test_one_pot_for_each_side(tmp_path: Path) -> None:
    policy = HEAD.replace("fund f", "fund f per home") + ONCE
    more = "  budget f[north] 2025 = 4_000 yuan\n  budget f[south] 2025 = 9_000 yuan"
    data = project(
        tmp_path, policy + scenario("12 in 2025-01", home="home ~ north 40%, south 60%", more=more), "--by", "home"
    )
    law = binomial(12, 0.4)
    pots = data["years"]["2025"]["funds"]["f"]["pots"]
    holds(pots["north"]["owed"], through(law, lambda k: 1000 * max(k - 4, 0)), 1024)
    assert chance(pots["north"]["p_exceeded"], sum(p for k, p in law.items() if k > 4), 1024)
    assert chance(pots["south"]["p_exceeded"], sum(p for k, p in law.items() if 12 - k > 9), 1024)
    both = sum(p for k, p in law.items() if k > 4 or 12 - k > 9)
    assert chance(data["years"]["2025"]["funds"]["f"]["p_exceeded"], both, 1024)
    holds(data["groups"]["north"]["total"]["paid"], through(law, lambda k: 1000 * min(k, 4)), 1024)


def test_shares_wait_until_both_have_room(tmp_path: Path) -> None:
    policy = HEAD + ONCE.replace("paid from f", "paid from f 60%, g 40%")
    more = "  budget f 2025 = 3_000 yuan\n  budget g 2025 = 1_500 yuan"
    data = project(tmp_path, policy + scenario("binomial(8, 50%) in 2025-01", more=more))
    law = binomial(8, 0.5)
    holds(data["total"]["paid"], through(law, lambda k: 1000 * min(k, 3)), 1024)  # g has room for three
    funds = data["years"]["2025"]["funds"]
    holds(funds["f"]["paid"], through(law, lambda k: 600 * min(k, 3)), 1024)
    assert chance(funds["g"]["p_exceeded"], sum(p for k, p in law.items() if k > 3), 1024)
    assert funds["f"]["p_exceeded"] == 0


def test_an_appropriation_that_is_not_known_yet(tmp_path: Path) -> None:
    """Eight claims of 1000 against a budget anywhere from 2000 to 6000."""
    more = "  unknown money ~ uniform(2_000 yuan, 6_000 yuan)\n  budget f 2025 = money"
    data = project(tmp_path, HEAD + ONCE + scenario("8 in 2025-01", more=more))
    holds(data["total"]["paid"], {2000: 0.25, 3000: 0.25, 4000: 0.25, 5000: 0.25}, 1024)
    assert data["years"]["2025"]["funds"]["f"]["p_exceeded"] == 1


# ---------------------------------------------------------------- groups and targets
def test_the_higher_of_two(tmp_path: Path) -> None:
    """500 a month or 3000 in the third month: by month 500, 1000, 3000 … 3000, 3500 in the seventh."""
    policy = HEAD + "clause monthly\n  for person\n  employed → 500 yuan per month\n  paid from f\n"
    policy += "clause big\n  for person\n  employed ≥ 3 months → 3000 yuan once\n  paid from f\n"
    policy += "exclusive one among monthly, big per person take highest\n"
    data = project(tmp_path, policy + scenario("3 in 2025-01", ends="20%"))
    months: Law = {k: 0.8**k * (0.2 if k < 12 else 1) for k in range(13)}
    one = through(months, lambda k: max(500 * k, 3000 if k >= 3 else 0))
    holds(data["total"]["entitled"], together(one, one, one), 1024)


def test_targets_have_the_chance_that_they_have(tmp_path: Path) -> None:
    policy = HEAD + ONCE + "target kept: count of person where employed ≥ 6 by 2025-03-31\n"
    policy += "target lasting: count of person where employed ≥ 2 every year\n"
    data = project(tmp_path, policy + scenario("10 in 2025-01", ends="20%", last="2026-12"))
    law = binomial(10, 0.8**3)
    assert chance(data["targets"]["kept"]["probability"], sum(p for k, p in law.items() if k >= 6), 1024)
    last = binomial(10, 0.8**24)  # whoever works at the end of 2026 did at the end of 2025
    assert chance(data["targets"]["lasting"]["probability"], sum(p for k, p in last.items() if k >= 2), 1024)


def test_quantiles_are_values_that_occur(tmp_path: Path) -> None:
    """Qp = min{x: F(x) ≥ p}; what is exceeded is exceeded strictly."""
    data = project(tmp_path, HEAD + ONCE + scenario("4 in 2025-01", ends="50%"), "--threshold", "2000", draws=4096)
    total = data["years"]["2025"]["total"]["paid"]
    assert set(total["quantiles"].values()) <= {0.0, 1000.0, 2000.0, 3000.0, 4000.0}
    law = binomial(4, 0.5, 1000)
    assert factorial(4) == 24 and chance(total["exceedance"]["2000"], 5 / 16, 4096)
    holds(total, law, 4096)
