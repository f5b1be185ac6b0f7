"""Scenarios without chance, whose cash can be followed by hand, and with chance, whose moments are known exactly."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.running import run

HEAD = """policy trial "试行"
  in force 2024-01-01 to 2027-12-31
kind side: north, south
entity person
  has home: side
  has employed: yes/no monthly
  has insured: yes/no monthly
  has renting: yes/no monthly default no
  has begun: date
entity certificate
  has holder: person
  has earned: date
fund f
fund g
"""
ONCE = "clause grant\n  for person\n  employed → 1000 yuan once\n  paid from f\n"
MONTHLY = "clause grant\n  for person\n  employed → 100 yuan per month for at most 12 months\n  paid from f\n"
TEN = """scenario baseline for trial
  period 2025-01 to 2025-12
  population person
    arrive 10 in 2025-01
    home = north
    employed starts on arrival, ends at 0% per month
"""
TWO_YEARS = TEN.replace("2025-12\n", "2026-12\n", 1)


def project(folder: Path, text: str, *options: str) -> Any:
    path = folder / "trial.policy"
    path.write_text(text, encoding="utf-8")
    outcome = run("simulate", path, "--json", "--lang", "en", "--draws", "16", *options)
    assert outcome.status == 0, outcome.output + outcome.errors
    return outcome.json


def mean(distribution: Any) -> float:
    value = distribution["mean"]
    assert isinstance(value, int | float)
    return float(value)


def flows(data: Any) -> dict[str, float]:
    return {name: mean(data["total"][name]) for name in ("entitled", "paid", "owed_at_end", "lapsed")}


def monthly(data: Any, what: str = "paid") -> dict[str, float]:
    """The months in which something was paid."""
    found = {month: mean(figures["total"][what]) for month, figures in data["months"].items()}
    return {month[5:] if month.startswith("2025") else month: value for month, value in found.items() if value}


@pytest.mark.parametrize(
    ("text", "paid", "owed", "lapsed", "by_month"),
    [
        pytest.param(ONCE + TEN, 10_000, 0, 0, {"01": 10_000}, id="everything is paid when it is due"),
        pytest.param(
            ONCE + TEN + "  budget f 2025 = 3_500 yuan\n", 3_000, 7_000, 0, {"01": 3_000}, id="a claim is paid whole"
        ),
        pytest.param(
            MONTHLY + TEN + "  budget f 2025 = 3_550 yuan\n",
            3_500,
            8_500,
            0,
            {"01": 1_000, "02": 1_000, "03": 1_000, "04": 500},
            id="an appropriation that lasts until April",
        ),
        pytest.param(
            MONTHLY + TWO_YEARS + "  budget f 2025 = 3_550 yuan\n  budget f 2026 = 5_000 yuan\n",
            8_500,
            3_500,
            0,
            {"01": 1_000, "02": 1_000, "03": 1_000, "04": 500, "2026-01": 5_000},
            id="what a year cannot pay is paid first in the next",
        ),
        pytest.param(
            ONCE + TEN + "  cash at most 4 claims per month\n",
            10_000,
            0,
            0,
            {"01": 4_000, "02": 4_000, "03": 2_000},
            id="so many claims a month",
        ),
        pytest.param(
            ONCE + TEN + "  cash at most 2_500 yuan per month\n",
            10_000,
            0,
            0,
            {"01": 2_000, "02": 2_000, "03": 2_000, "04": 2_000, "05": 2_000},
            id="so much a month, and what is left over is lost",
        ),
        pytest.param(
            ONCE + TEN + "  cash at most 900 yuan per month\n", 0, 10_000, 0, {}, id="a claim that is too large"
        ),
        pytest.param(
            ONCE + TEN + "  claims\n    lag ~ 2 months 100%\n", 10_000, 0, 0, {"03": 10_000}, id="two months late"
        ),
        pytest.param(
            ONCE + TEN.replace("10 in 2025-01", "10 in 2025-11") + "  claims\n    lag ~ 2 months 100%\n",
            0,
            0,
            0,
            {},
            id="not yet claimed when the period ends",
        ),
        pytest.param(
            ONCE + TEN + "  claims\n    taken up with chance 0%\n", 0, 0, 0, {}, id="nobody asks"
        ),
        pytest.param(
            ONCE + "limit grant to 4\n" + TEN, 4_000, 0, 0, {"01": 4_000}, id="four places"
        ),
        pytest.param(
            ONCE.replace("employed →", "employed ≥ 3 months →") + TEN, 10_000, 0, 0, {"03": 10_000}, id="a run of three"
        ),
        pytest.param(
            ONCE.replace("employed →", "insured ≥ 2 months →")
            + TEN + "    insured follows employed after 2 months with chance 100%\n",
            10_000,
            0,
            0,
            {"04": 10_000},
            id="insured two months after, and for two months",
        ),
        pytest.param(
            MONTHLY + TEN.replace("ends at 0% per month", "ends at 100% per month, returns at 100% per month"),
            6_000,
            0,
            0,
            {f"{month:02}": 1_000 for month in range(2, 13, 2)},
            id="in and out by turns: the arrival month's leaving counts, the month of return has none",
        ),
        pytest.param(
            "clause grant\n  for certificate\n  earned in this month → 1000 yuan once to holder\n  paid from f\n"
            + TEN
            + "  population certificate\n    arrive per person with chance 100% after 6 months\n    earned = arrival\n",
            10_000,
            0,
            0,
            {"07": 10_000},
            id="certificates after six months",
        ),
        pytest.param(
            "clause grant\n  for person\n  since begun ≥ 1 month → 1000 yuan once\n  paid from f\n"
            + TEN + "    begun = arrival\n",
            10_000,
            0,
            0,
            {"02": 10_000},
            id="the first day of the arrival month",
        ),
    ],
)  # fmt: skip
def test_cash_without_chance(
    tmp_path: Path, text: str, paid: float, owed: float, lapsed: float, by_month: dict[str, float]
) -> None:
    data = project(tmp_path, HEAD + text)
    found = flows(data)
    assert (found["paid"], found["owed_at_end"], found["lapsed"]) == (paid, owed, lapsed)
    assert monthly(data) == by_month
    entitled = found["paid"] + found["owed_at_end"] + found["lapsed"]
    entitled += sum(mean(data["total"][name]) for name in ("not_taken_up", "not_yet_claimed") if name in data["total"])
    if "not_taken_up" in data["total"]:
        assert found["entitled"] == entitled


def test_entitled_though_not_taken_up_or_not_yet_claimed(tmp_path: Path) -> None:
    assert flows(project(tmp_path, HEAD + ONCE + TEN + "  claims\n    taken up with chance 0%\n"))["entitled"] == 10_000
    late = TEN.replace("10 in 2025-01", "10 in 2025-11") + "  claims\n    lag ~ 2 months 100%\n"
    assert flows(project(tmp_path, HEAD + ONCE + late))["entitled"] == 10_000


@pytest.mark.parametrize(
    ("deadline", "paid", "lapsed"),
    [("2025-03-31", 10_000, 0), ("2025-03-30", 0, 10_000), ("2025-02-28", 0, 10_000), ("2026-06-30", 10_000, 0)],
)
def test_claims_after_the_deadline_have_lapsed(tmp_path: Path, deadline: str, paid: float, lapsed: float) -> None:
    head = HEAD.replace("kind side", f"  claims until {deadline}\nkind side", 1)
    found = flows(project(tmp_path, head + ONCE + TEN + "  claims\n    lag ~ 2 months 100%\n"))
    assert found == {"entitled": 10_000, "paid": paid, "owed_at_end": 0, "lapsed": lapsed}


def test_a_claim_in_time_that_waits_at_the_deadline_stays_owed(tmp_path: Path) -> None:
    head = HEAD.replace("kind side", "  claims until 2025-02-28\nkind side", 1)
    found = flows(project(tmp_path, head + ONCE + TEN + "  cash at most 3 claims per month\n"))
    assert found == {"entitled": 10_000, "paid": 6_000, "owed_at_end": 4_000, "lapsed": 0}


def test_what_reaches_back_is_entitled_then_and_paid_when_due(tmp_path: Path) -> None:
    head = HEAD.replace("in force 2024-01-01", "in force 2025-06-15").replace(
        "kind side", "  applies from 2025-01-01\nkind side", 1
    )
    data = project(tmp_path, head + MONTHLY + TEN)
    assert monthly(data, "entitled") == {f"{month:02}": 1_000 for month in range(1, 13)}
    assert monthly(data) == {"06": 6_000} | {f"{month:02}": 1_000 for month in range(7, 13)}


@pytest.mark.parametrize(
    ("source", "budgets", "of_f", "of_g", "owed"),
    [
        ("f then g", {"f": 2_500}, 2_000, 8_000, 0),
        ("f then g", {"f": 2_500, "g": 5_000}, 2_000, 5_000, 3_000),
        ("f then g", {}, 10_000, 0, 0),
        ("f 60%, g 40%", {"f": 1_300}, 1_200, 800, 8_000),
        ("f 60%, g 40%", {"f": 6_000, "g": 1_000}, 1_200, 800, 8_000),
        ("f 60%, g 40%", {}, 6_000, 4_000, 0),
    ],
)
def test_two_funds(tmp_path: Path, source: str, budgets: dict[str, int], of_f: float, of_g: float, owed: float) -> None:
    text = ONCE.replace("paid from f", f"paid from {source}") + TEN
    text += "".join(f"  budget {fund} 2025 = {amount} yuan\n" for fund, amount in budgets.items())
    data = project(tmp_path, HEAD + text)
    funds = data["years"]["2025"]["funds"]
    assert {name: mean(one["paid"]) for name, one in funds.items() if mean(one["paid"])} == {
        name: value for name, value in (("f", of_f), ("g", of_g)) if value
    }
    assert flows(data)["owed_at_end"] == owed
    if "f" in budgets:
        assert funds["f"]["p_exceeded"] == (1.0 if of_f < 6_000 and budgets["f"] < 6_000 else 0.0)


def test_when_an_appropriation_runs_out(tmp_path: Path) -> None:
    data = project(tmp_path, HEAD + MONTHLY + TEN + "  budget f 2025 = 3_550 yuan\n")
    fund = data["years"]["2025"]["funds"]["f"]
    assert (fund["appropriation"], fund["p_exceeded"], mean(fund["owed"])) == (3_550.0, 1.0, 8_500)
    assert fund["runs_out"] == {"2025-04": 1.0}
    enough = project(tmp_path, HEAD + MONTHLY + TEN + "  budget f 2025 = 12_000 yuan\n")
    assert enough["years"]["2025"]["funds"]["f"]["p_exceeded"] == 0.0


def test_one_pot_for_each_side(tmp_path: Path) -> None:
    text = HEAD.replace("fund f\n", "fund f per side\n").replace("has home: side", "has side: side") + ONCE
    text += TEN.replace("home = north", "side = north")
    text += "  budget f[north] 2025 = 4_000 yuan\n  budget f[south] 2025 = 9_000 yuan\n"
    found = flows(project(tmp_path, text))
    assert (found["paid"], found["owed_at_end"]) == (4_000, 6_000)


def test_refused_is_not_entitled(tmp_path: Path) -> None:
    data = project(tmp_path, HEAD + ONCE + "limit grant to 4\n" + TEN)
    assert flows(data) == {"entitled": 4_000, "paid": 4_000, "owed_at_end": 0, "lapsed": 0}
    assert mean(data["refused"]["grant"]) == 6
    assert mean(data["clauses"]["grant"]["payments"]) == 4


def test_years_and_quarters_have_the_shape_of_months(tmp_path: Path) -> None:
    data = project(tmp_path, HEAD + MONTHLY + TWO_YEARS.replace("10 in 2025-01", "10 in 2025-07"))
    assert {year: mean(one["total"]["paid"]) for year, one in data["years"].items()} == {"2025": 6_000, "2026": 6_000}
    quarters = [mean(one["total"]["paid"]) for one in data["quarters"].values()]
    assert quarters == [0, 0, 3_000, 3_000, 3_000, 3_000, 0, 0]


# ---------------------------------------------------------------------------------------------- with chance
def close(found: float, expected: float, variance: float, draws: int) -> bool:
    return abs(found - expected) <= 4 * sqrt(variance / draws)


PEOPLE = TEN.replace("arrive 10 in", "arrive 1000 in")
LEAVING = PEOPLE.replace("0% per month", "5% per month")


def test_months_in_work_by_the_geometric_law(tmp_path: Path) -> None:
    data = project(tmp_path, HEAD + MONTHLY + LEAVING, "--draws", "256")
    expected = 100_000 * sum(0.95**k for k in range(1, 13))
    second = sum((2 * k - 1) * 0.95**k for k in range(1, 13))
    first = sum(0.95**k for k in range(1, 13))
    assert close(mean(data["total"]["paid"]), expected, 1000 * 100**2 * (second - first**2), 256)
    march = data["months"]["2025-03"]["total"]["paid"]
    assert close(mean(march), 100_000 * 0.95**3, 1000 * 100**2 * 0.95**3 * (1 - 0.95**3), 256)


def test_take_up_is_drawn_once_for_a_person_and_clause(tmp_path: Path) -> None:
    """Twelve payments of 100 or none: the variance is that of 1,200 at once."""
    data = project(tmp_path, HEAD + MONTHLY + PEOPLE + "  claims\n    taken up with chance 50%\n", "--draws", "256")
    variance = 1000 * 1200**2 * 0.25
    assert close(mean(data["total"]["paid"]), 600_000, variance, 256)
    assert abs(data["total"]["paid"]["sd"] ** 2 / variance - 1) <= 4 * sqrt(2 / 256)
    assert mean(data["total"]["entitled"]) == 1_200_000


def test_lags_spread_over_the_months(tmp_path: Path) -> None:
    lags = "  claims\n    lag ~ 0 months 50%, 1 month 30%, 2 months 20%\n"
    data = project(tmp_path, HEAD + ONCE + PEOPLE + lags, "--draws", "256")
    for month, share in (("2025-01", 0.5), ("2025-02", 0.3), ("2025-03", 0.2)):
        found = mean(data["months"][month]["total"]["paid"])
        assert close(found, 1_000_000 * share, 1000 * 1000**2 * share * (1 - share), 256)
    assert mean(data["total"]["paid"]) == 1_000_000


def test_what_the_world_and_what_people_bring_to_the_variance(tmp_path: Path) -> None:
    """1,000 people who rent with a chance drawn from 20% to 80%: E Var = 1000 × 0.22, Var E = 10⁶ × 0.03."""
    text = HEAD + ONCE.replace("employed →", "renting →")
    text += PEOPLE.replace("  population", "  unknown q ~ uniform(0.2, 0.8)\n  population", 1) + "    renting ~ q\n"
    data = project(tmp_path, text, "--draws", "1024")
    total = data["total"]["entitled"]
    assert abs(mean(total) - 500_000) <= 4 * 1000 * sqrt(220 / 1024)
    assert abs(total["sd"] ** 2 / (30_220 * 1e6) - 1) <= 0.1
    assert abs(data["variance"]["unknowns"] - 30_000 / 30_220) <= 0.02
    assert abs(data["variance"]["unknowns"] + data["variance"]["people"] - 1) <= 1e-9


def test_by_side(tmp_path: Path) -> None:
    text = HEAD + ONCE + PEOPLE.replace("home = north", "home ~ north 30%, south 70%")
    data = project(tmp_path, text, "--draws", "256", "--by", "home")
    north, south = (mean(data["groups"][side]["total"]["paid"]) for side in ("north", "south"))
    assert close(north, 300_000, 1000 * 1000**2 * 0.21, 256)
    assert north + south == 1_000_000


def test_by_a_definition(tmp_path: Path) -> None:
    table = "table across by side\n  north → south\n  otherwise → north\ndefine pays for person = across[home]\n"
    data = project(tmp_path, HEAD + table + ONCE + TEN, "--by", "pays")
    assert mean(data["groups"]["south"]["total"]["paid"]) == 10_000


def stripped(data: Any) -> str:
    return json.dumps({name: value for name, value in data.items() if name not in ("timing", "manifest")})


def test_the_same_seed_the_same_figures_another_seed_others(tmp_path: Path) -> None:
    first, again, other = (project(tmp_path, HEAD + MONTHLY + LEAVING, "--seed", seed) for seed in ("5", "5", "6"))
    assert stripped(first) == stripped(again)
    assert mean(first["total"]["paid"]) != mean(other["total"]["paid"])


def test_a_clause_more_changes_nobody_else_s_chances(tmp_path: Path) -> None:
    before = "clause other\n  for person\n  employed ≥ 2 months → 70 yuan once\n  paid from g\n"
    claims = "  claims\n    taken up with chance 60%\n    lag ~ 0 months 50%, 1 month 50%\n"
    alone = project(tmp_path, HEAD + MONTHLY + LEAVING + claims)
    joined = project(tmp_path, HEAD + before + MONTHLY + LEAVING + claims)
    assert alone["clauses"]["grant"] == joined["clauses"]["grant"]
    assert mean(joined["clauses"]["other"]["paid"]) > 0


def compared(folder: Path, a: str, b: str, *options: str) -> Any:
    for name, text in (("a", a), ("b", b)):
        (folder / f"{name}.policy").write_text(text, encoding="utf-8")
    outcome = run("compare", folder / "a.policy", folder / "b.policy", "--json", "--draws", "64", *options)
    assert outcome.status == 0, outcome.output + outcome.errors
    return outcome.json


def test_the_threshold_at_two_months_instead_of_three(tmp_path: Path) -> None:
    """The page's case: mean 135,375, variance 387,798,609.375, never negative."""
    grant = "clause grant\n  for person\n  employed ≥ {} months → 3000 yuan once\n  paid from f\n"
    data = compared(tmp_path, *(HEAD + grant.format(n) + LEAVING for n in (3, 2)), "--draws", "512")
    total = data["difference"]["total"]
    total = total.get("entitled", total)
    assert close(mean(total), 135_375, 387_798_609.375, 512)
    assert total["min"] >= 0
    assert mean(data["b"]["total"]["entitled"]) - mean(data["a"]["total"]["entitled"]) == pytest.approx(mean(total))


def test_no_change_is_exactly_nothing(tmp_path: Path) -> None:
    text = HEAD + MONTHLY + LEAVING + "  claims\n    taken up with chance 60%\n"
    renamed = text.replace(
        "clause grant\n  for person", 'clause grant "补贴"\n  for person where not (renting and not renting)'
    )
    total = compared(tmp_path, text, renamed)["difference"]["total"]
    total = total.get("paid", total)
    assert (mean(total), total["sd"], total["min"], total["max"]) == (0, 0, 0, 0)


# --------------------------------------------------------------------------------------------- what is lacking
@pytest.mark.parametrize(
    ("text", "word"),
    [
        (ONCE + TEN.replace("arrive 10", "arrive 2.5"), "whole"),
        (ONCE + TWO_YEARS + "  budget f 2025 = 3_500 yuan\n", "2026"),
        (ONCE + TEN.replace("    employed starts on arrival, ends at 0% per month\n", ""), "employed"),
        ('parameter rate: money external "x"\n' + ONCE.replace("1000 yuan", "rate") + TEN, "rate"),
    ],
)  # fmt: skip
def test_what_lacks_is_said(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "trial.policy"
    path.write_text(HEAD + text, encoding="utf-8")
    outcome = run("simulate", path, "--json", "--draws", "16", "--lang", "en")
    assert outcome.status in (1, 2)
    assert word in outcome.output + outcome.errors
