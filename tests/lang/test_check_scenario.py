"""Cases and scenarios: what they become, and one finding for each mistake."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lang import model
from lang import typed as t
from lang.checking.assumptions import clauses_for_nobody, missing_assumptions
from lang.codes import CODES
from lang.dates import month
from lang.types import MONEY, NONE, NUMBER, SHARE
from tests.lang.checked import BASE, bad, check, good

CASE = """case "one"
  set post rate = 1980
  firm e1
    headcount = 12 from 2021-01 to 2021-06
  person p1
    origin = 马边, poor = yes, hired on = 2021-03-01, number = 510123, employer = e1, mentor = none
    employed = yes from 2021-03 to 2021-05 and from 2021-08
    skill = none
  expect first pays p1 3000 yuan in 2021-05 due 2021-11 to e1
"""

SCENARIO = """scenario base for p
  period 2021-01 to 2022-12
  set post rate = 1980 yuan per month
  unknown arrivals ~ gamma(shape 25, mean 40)
  unknown leave ~ beta(8, 152)
  unknown uptake ~ 80% to 95%
  unknown cost ~ uniform(1000 yuan, 2000)
  population firm
    arrive 10 in 2021-01
    headcount ~ poisson(20)
  population person
    arrive poisson(arrivals) per month from 2021-01 to 2022-06
    arrive 5 per firm in 2021-02
    origin ~ mabian 30%, ebian 70%
    poor ~ uptake
    skill ~ junior
    hired on = arrival + 2 to 8 months
    wage ~ normal(4000, sd = 500)
    children ~ binomial(4, 30%)
    employed starts on arrival, ends at leave per month, returns at 0%
    insured follows employed after 1 month with chance 95%
    employer ~ any firm
    mentor = none
  claims
    taken up with chance uptake
    lag ~ 0 months 50%, 1 month 50%
  budget aid 2021 = 3_000_000 yuan
  budget aid 2022 = cost × 10
  cash at most 21 claims per month
"""


def test_a_case() -> None:
    case = good(CASE).cases[0]
    assert case.sets == {"post_rate": Fraction(198000)}
    firm, person = case.instances
    assert (firm.entity, firm.key, firm.facts[0].value) == ("firm", "e1", 12)
    facts = {fact.attribute: fact.value for fact in person.facts}
    assert facts["origin"] == "mabian"
    assert (facts["number"], facts["employer"], facts["mentor"], facts["skill"]) == ("510123", "e1", NONE, "none")
    assert len(next(f for f in person.facts if f.attribute == "employed").spells or ()) == 2
    (expect,) = case.expects
    assert (expect.amount, expect.first, expect.last) == (Fraction(300000), month(2021, 5), month(2021, 5))
    assert (expect.due, expect.to) == (month(2021, 11), "e1")


BAD_CASES = [
    ("origin = mabian", "origin = moyu", "HC206", "moyu"),
    ("origin = 马边", "orign = 马边", "HC201", "orign"),
    ("poor = yes", "poor = 3", "HC301", "3"),
    ("hired on = 2021-03-01", "hired on = 2021-03", "HC301", "2021-03"),
    ("poor = yes", "poor = yes from 2021-01", "HC501", "poor = yes from 2021-01"),
    ("skill = none", "wage = 1, wage = 2 from 2021-05", "HC501", "wage = 2 from 2021-05"),
    ("skill = none", "wage = 1 from 2021-05, wage = 2", "HC501", "wage = 2"),
    ("skill = none", "wage = 1 from 2021-01, wage = 2 from 2021-05", "HC501", "from 2021-05"),
    ("from 2021-08", "from 2021-08 to 2021-07", "HC501", "from 2021-08 to 2021-07"),
    ("headcount = 12", "headcount = 12 yuan", "HC302", "12 yuan"),
    ("headcount = 12", "staff = p1", "HC501", "p1"),
    ("skill = none", "covered = yes", "HC501", "covered"),
    ("skill = none", "days = 400", "HC501", "400"),
    ("pays p1", "pays p2", "HC502", "p2"),
    ("pays p1", "pays e1", "HC502", "e1"),
    ("expect first", "expect frist", "HC201", "frist"),
    ("3000 yuan in", "3 months in", "HC302", "3 months"),
    ("in 2021-05", "in 2031-05", "HC503", None),
    ("set post rate", "set pots rate", "HC201", "pots rate"),
    ("post rate = 1980", "post rate = 60%", "HC302", "60%"),
    ("firm e1", "firmm e1", "HC201", "firmm"),
    ("person p1", "person p1\n  person p1", "HC202", "person"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "place"), BAD_CASES, ids=[new for _, new, *_ in BAD_CASES])
def test_each_mistake_of_a_case_is_one_finding(old: str, new: str, code: str, place: str | None) -> None:
    text = CASE.replace("马边", "mabian") if old == "origin = mabian" else CASE
    assert old in text
    found = bad(text.replace(old, new, 1))
    assert found.code == code
    assert place is None or found.span.text == place


def test_a_scenario() -> None:
    scenario = good(SCENARIO).scenarios["base"]
    assert (scenario.policy, scenario.first, scenario.last) == ("p", month(2021, 1), month(2022, 12))
    assert {name: u.type for name, u in scenario.unknowns.items()} == {
        "arrivals": NUMBER, "leave": SHARE, "uptake": SHARE, "cost": MONEY,
    }  # fmt: skip
    assert scenario.unknowns["cost"].distribution.arguments["b"] == t.Constant(Fraction(200000), MONEY)
    person = scenario.populations["person"]
    first, per_firm = person.arrivals
    assert first.number.family == "poisson"
    assert first.number.arguments["mean"] == t.UnknownRead("arrivals", NUMBER)
    assert (per_firm.per, per_firm.link, per_firm.first) == ("firm", "employer", month(2021, 2))
    origin = person.assumptions["origin"]
    assert isinstance(origin, model.Drawn)
    assert (origin.distribution.family, origin.distribution.values) == ("choice", ("mabian", "ebian"))
    poor = person.assumptions["poor"]
    assert isinstance(poor, model.Drawn)
    assert poor.distribution.arguments == {"p": t.UnknownRead("uptake", SHARE)}
    assert person.assumptions["hired_on"] == model.Fixed(attribute="hired_on", low=2, high=8)
    wage = person.assumptions["wage"]
    assert isinstance(wage, model.Drawn) and wage.distribution.arguments["sd"] == t.Constant(Fraction(50000), MONEY)
    assert person.assumptions["insured"] == model.Follows(
        attribute="insured", leader="employed", after=1, chance=t.Constant(Fraction(95, 100), SHARE)
    )
    assert person.assumptions["mentor"] == model.Fixed(attribute="mentor", value=NONE)
    assert scenario.taken_up == t.UnknownRead("uptake", SHARE)
    assert [budget.year for budget in scenario.budgets] == [2021, 2022]
    assert scenario.cash[0].claims == 21


def test_the_smaller_and_the_larger_of_amounts_are_amounts() -> None:
    assert "cost × 10" in SCENARIO
    (budget,) = (
        good(SCENARIO.replace("cost × 10", "min(cost × 10, 500_000, max(cost, 300_000 yuan))"))
        .scenarios["base"]
        .budgets[1:]
    )
    assert isinstance(budget.amount, t.Arithmetic) and budget.amount.operator == "minimum"
    assert budget.amount.type == MONEY
    inner = budget.amount.left
    assert isinstance(inner, t.Arithmetic) and inner.right == t.Constant(Fraction(50_000_000), MONEY)


BAD_SCENARIOS = [
    ("for p\n", "for q\n", "HC215", "q"),
    ("period 2021-01 to 2022-12", "period 2031-01 to 2032-12", "HC512", "period 2031-01 to 2032-12"),
    ("  period 2021-01 to 2022-12\n", "", "HC512", "base"),
    ("gamma(shape 25, mean 40)", "gamma(shape 25)", "HC510", "gamma(shape 25)"),
    ("gamma(shape 25, mean 40)", "gamma(shape 25, men 40)", "HC510", "men 40"),
    ("beta(8, 152)", "beta(0, 152)", "HC510", "beta(0, 152)"),
    ("beta(8, 152)", "beta(later, 152)", "HC201", "later"),
    ("80% to 95%", "95% to 80%", "HC510", "95% to 80%"),
    ("80% to 95%", "80% to 100%", "HC510", "80% to 100%"),
    ("uniform(1000 yuan, 2000)", "uniform(1000 yuan, 3 months)", "HC302", "3 months"),
    ("mabian 30%, ebian 70%", "mabian 30%, ebian 60%", "HC511", "mabian 30%, ebian 60%"),
    ("mabian 30%, ebian 70%", "mabian 30%, ebian 80%", "HC511", "mabian 30%, ebian 80%"),
    ("mabian 30%, ebian 70%", "mabian 30%, moyu 70%", "HC206", "moyu"),
    ("mabian 30%, ebian 70%", "mabian 30%, mabian 70%", "HC510", "mabian"),
    ("origin ~", "orign ~", "HC201", "orign"),
    ("poor ~ uptake", "poor ~ 170%", "HC316", "170%"),
    ("poor ~ uptake", "poor ~ arrivals yuan", None, None),
    ("skill ~ junior", "skill ~ 30%", "HC301", "30%"),
    ("normal(4000, sd = 500)", "normal(4000, sd = 20%)", "HC302", "20%"),
    ("normal(4000, sd = 500)", "poisson(3)", "HC510", "poisson(3)"),
    ("children ~", "origin ~", "HC202", "origin"),
    ("hired on = arrival + 2 to 8 months", "poor = arrival", "HC202", None),
    ("wage ~ normal(4000, sd = 500)", "wage = arrival", "HC517", None),
    ("wage ~ normal(4000, sd = 500)", "wage starts on arrival", "HC517", None),
    ("insured follows employed", "insured follows poor", "HC517", None),
    ("insured follows employed", "insured follows insured", "HC517", None),
    ("after 1 month with", "after 10 days with", "HC517", "10 days"),
    ("employer ~ any firm", "employer ~ any person", "HC510", None),
    ("arrive 10 in 2021-01", "arrive 10.5 in 2021-01", "HC516", "10.5"),
    ("arrive 10 in 2021-01", "arrive 10 in 2023-01", "HC516", None),
    ("per firm in 2021-02", "per person in 2021-02", None, None),
    ("budget aid 2021 =", "budget aids 2021 =", "HC201", "aids"),
    ("  budget aid 2022 = cost × 10\n", "", "HC518", None),
    ("budget aid 2022", "budget aid 2021", "HC513", None),
    ("cost × 10", "cost × cost", "HC302", "cost × cost"),
    ("cost × 10", "uptake", "HC302", "uptake"),
    ("cost × 10", "min(cost, uptake)", "HC302", None),
    ("cost × 10", "max(cost)", "HC315", "max(cost)"),
    ("with chance uptake", "with chance cost", "HC302", "cost"),
    ("0 months 50%", "0 yuan 50%", "HC302", "0 yuan"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "place"), BAD_SCENARIOS, ids=[new for _, new, *_ in BAD_SCENARIOS])
def test_each_mistake_of_a_scenario_is_one_finding(old: str, new: str, code: str | None, place: str | None) -> None:
    assert old in SCENARIO
    text = SCENARIO.replace(old, new, 1)
    if code is None:
        assert check(BASE + text)[0] is None or new.startswith("per person")
        return
    found = bad(text)
    assert found.code == code, found
    assert place is None or found.span.text == place


def test_years_without_a_budget_are_told_as_ranges() -> None:
    text = SCENARIO.replace("period 2021-01 to 2022-12", "period 2021-01 to 2028-12")
    text = text.replace("budget aid 2022", "budget aid 2026")
    found = bad(text)
    assert found.code == "HC518"
    assert found.message.en == "`aid` has a budget for 2021, 2026, but none for 2022–2025, 2027–2028"
    assert found.message.zh == "“aid”有2021、2026年度预算，缺2022至2025、2027至2028年度"
    outside = bad(SCENARIO.replace("aid 2021", "aid 2030").replace("aid 2022", "aid 2031"))
    assert outside.message.en == "`aid` has a budget for 2030–2031, which is outside the period"
    assert outside.help is not None and outside.help.zh == "请写期间内各年度：2021至2022"


def test_facts_that_are_read_and_not_assumed_are_listed_with_the_clauses() -> None:
    text = SCENARIO.replace("    poor ~ uptake\n", "")
    program, found = check(BASE + text)
    assert program is not None
    assert [(d.code, CODES[d.code].severity) for d in found] == [("HC514", "warning")]
    assert "`poor`" in found[0].message.en and "`first`" in found[0].message.en
    missing = missing_assumptions(program, program.scenarios["base"])
    assert [(m.clause, m.entity, m.attribute) for m in missing] == [("first", "person", "poor")]


def test_a_clause_for_nobody_is_one_note() -> None:
    text = "scenario base for p\n  period 2021-01 to 2022-12\n  population firm\n    arrive 10 in 2021-01\n"
    program, found = check(BASE + text)
    assert program is not None
    assert [(d.code, CODES[d.code].severity) for d in found] == [("HC515", "info")]
    assert clauses_for_nobody(program, program.scenarios["base"]) == ("first",)


def test_facts_behind_links_and_counts_are_read_too() -> None:
    clauses = (
        "clause second\n  for firm\n  count of staff where covered ≥ 2 and headcount ≥ 3 → 1 yuan once\n"
        "clause third\n  for person\n  employer's place is mabian → 1 yuan once\n"
    )
    text = SCENARIO.replace("    poor ~ uptake\n", "").replace("    employer ~ any firm\n", "")
    text = text.replace("    arrive 5 per firm in 2021-02\n", "")
    program, _ = check(BASE + clauses + text)
    assert program is not None
    missing = missing_assumptions(program, program.scenarios["base"])
    assert {(m.clause, m.entity, m.attribute) for m in missing} == {
        ("first", "person", "poor"),
        ("second", "person", "poor"),
        ("second", "person", "employer"),
        ("third", "person", "employer"),
        ("third", "firm", "place"),
    }
