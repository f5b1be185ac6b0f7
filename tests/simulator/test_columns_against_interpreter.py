"""The column evaluator against the interpreter: the people of a simulated draw, as facts, are paid the same."""

import warnings

import numpy as np
import pytest

from compiler.interpret import interpret
from simulator.chance.unknowns import worlds
from simulator.engines.person import simulate_chunk
from simulator.plan import Plan
from tests.simulator.simulated import STANDARD, facts_of_draw, key_text, plan

PEOPLE = """
  population firm
    arrive 3 in 2025-01
    arrive poisson(0.2) per month from 2025-02 to 2025-12
    founded on = arrival + 2 to 8 months
    level ~ low 50%, high 50%
  population person
    arrive poisson(3) per month from 2025-01 to 2026-03
    home ~ east 30%, west 40%, north 30%
    covered ~ 80%
    born ~ 2001-02-28 50%, 2004-08-31 50%
    hired on = arrival
    wage ~ uniform(1000 yuan, 9000 yuan)
    children ~ poisson(1)
    quota share ~ uniform(10%, 90%)
    got elsewhere ~ 0 yuan 60%, 1200 yuan 40%
    employed starts on arrival, ends at 12% per month, returns at 25% per month
    insured follows employed after 1 months with chance 70%
    renting ~ 40%
    employer ~ any firm
    mentor = none
  population course
    arrive per person with chance 60% after 2 months
    arrive 1 per firm in 2025-06
    days ~ 10 50%, 45 50%
    ended on = arrival + 0 to 4 months
"""

VOCABULARY = """policy p
  in force 2025-04-01 to 2026-10-31
  applies from 2025-02-01
  paid from aid
kind county: east, west, north
kind level: low, high
set near of county = east, north
entity person
  has home: county
  has covered: yes/no
  has born: date
  has hired on: date
  has wage: money 0 to 20000 yuan monthly
  has children: count 0 to 20
  has quota share: share
  has got elsewhere: money monthly
  has employed: yes/no monthly
  has insured: yes/no monthly
  has renting: yes/no monthly default no
  has employer: firm
  has mentor: person
entity firm
  has staff: many person via employer
  has founded on: date
  has level: level
entity course
  has trainee: person
  has host: firm
  has days: count 0 to 366
  has ended on: date
fund aid
parameter minimum wage: money
  from 2024-01-01: 1730 yuan
  from 2025-10-01: 1900.50 yuan
parameter top rate: money per month external
define poor for person = covered and home in near
table rate by home, level of employer
"""

SCENARIO = """
scenario baseline for p
  period 2025-01 to 2026-12
  set top rate = 333.33 yuan per month
"""

STREAMS = """
clause runs
  for person where covered
  employed ≥ 3 months with insured → 3000 yuan once
clause monthly
  for person
  (employed and renting) and total employed ≥ 4 months → 500 yuan per month for at most 5 months
clause yearly
  for person where home is west
  employed and hired on within 22 years of born → 1000 yuan once per year
clause tiers
  for person
  employed and wage ≥ 6000 yuan → wage × 10% rounded down to 1 yuan per month at most 1500 yuan
  employed and children ≥ 1 → children × 100 yuan rounded up to 10 yuan per month at most 700 yuan per year
  otherwise → 0 yuan once
clause quotient
  for person
  employed → minimum wage / 30 × 7 per month
clause shares
  for person where insured
  quota share ≥ 40% → minimum wage × quota share once per year
clause windows
  for person
  total insured in last 6 months ≥ 4 months and total employed in this year ≥ 6 months → 80 yuan per month
clause last_year
  for person
  employed and total employed in last year ≥ 5 months → 90 yuan per month
clause ever_previous
  for person
  ever insured and not employed and previous employed → 70 yuan per month
clause since_hired
  for person
  employed and since hired on ≥ 5 months and hired on in 2025 → top rate up to 200 yuan per month per month
"""

STREAMS = STREAMS.replace("top rate up to 200 yuan per month per month", "top rate per month")

FIRMS = """
clause staff
  for firm
  level is high and count of staff where (covered and employed) ≥ 2 → 10000 yuan once per year
  count of staff where employed ≥ 1 → 2000 yuan once
clause payroll
  for firm
  any staff where employed → (sum of staff's wage where employed) × 1% per month
clause proportion
  for firm
  share of staff where employed ≥ 50% and since founded on ≥ 2 months → 55 yuan per month
clause training
  for course where trainee is known
  trainee's employed and ended on in this month and trainee's covered → days × 50 yuan once to trainee
clause hosting
  for course
  host is known and ended on in last 3 months → 20 yuan per month
clause placed
  for person where employer is known
  employer's level is high and insured → 10 yuan per month to employer
"""

FIRST = """
clause a
  for person
  insured ≥ 4 months → 900 yuan once
clause b
  for person
  employed ≥ 3 months and renting → 100 yuan per month
clause c
  for course where trainee is known
  trainee's insured → 77 yuan once
exclusive one among a, b, c via trainee per person take first
"""

FIRST_BESIDE_OTHERS = """
clause a
  for person
  employed and covered → 10 yuan per month
clause b
  for person
  employed and renting → 20 yuan per month
clause c
  for course where trainee is known
  trainee's insured → 77 yuan once
exclusive one among a, got elsewhere, b, c via trainee per person take first
"""

HIGHEST = """
clause a
  for person
  employed → 300 yuan per month
clause b
  for person
  employed ≥ 4 months → 2500 yuan once
clause c
  for course where trainee is known
  trainee's employed → 400 yuan per month for at most 3 months
exclusive more among a, b, c via trainee, got elsewhere per person take highest
"""

LIMITS = """
clause a
  for person where employed
  covered → 100 yuan per month
clause b
  for person
  employed ≥ 2 months → 200 yuan once
clause c
  for person
  employed → 50 yuan per month
clause d
  for course
  since ended on ≥ 0 days → 10 yuan per month
limit a to 4 per home per year order by hired on
limit b to 2 per month
limit c to 5 order by wage
limit d to 3
"""


def together(clauses: str) -> str:
    vocabulary = VOCABULARY.replace("table rate by home, level of employer\n", "")
    return vocabulary + clauses + SCENARIO + PEOPLE


def assert_the_same(p: Plan, draws: int) -> int:
    """Payments and refusals of some draws; how many payments there were."""
    w = worlds(p.scenario, 16, p.seed)
    chunk = simulate_chunk(p, w, range(draws))
    found = 0
    for draw in range(draws):
        ledger = interpret(
            p.program, facts_of_draw(p, w, draw), until=p.scenario.last, parameters=dict(p.scenario.sets)
        )
        assert ledger.undetermined == ()
        for name in p.clauses:
            of_draw = chunk.payments[name]
            at = np.flatnonzero(of_draw.draw == draw)
            ours = [
                (key_text(int(of_draw.key_month[i]), int(of_draw.key_number[i])), int(of_draw.month[i]),
                 int(of_draw.due[i]), int(of_draw.amount[i]))
                for i in at
            ]  # fmt: skip
            theirs = [(x.key, x.month, x.due, x.amount) for x in ledger.payments if x.clause == name]
            assert sorted(ours) == sorted(theirs), (name, draw)
            paid = {x.key for x in ledger.payments if x.clause == name}
            refused = {x.key for x in ledger.refused if x.clause == name}
            assert chunk.refused[name][draw] == len(refused - paid), (name, draw)
            found += len(ours)
    return found


@pytest.mark.parametrize("clauses", [STREAMS, FIRMS, FIRST, FIRST_BESIDE_OTHERS, HIGHEST, LIMITS])
def test_every_stage(clauses: str) -> None:
    p = plan(together(clauses))
    some = simulate_chunk(p, worlds(p.scenario, 16, p.seed), range(16))
    assert all(len(payments) for payments in some.payments.values())
    assert assert_the_same(p, 2) > 100


GUARDED = """
clause per_child
  for person
  employed → if children ≥ 1 then wage / children else 40 yuan per month
clause per_child_yearly
  for person where insured
  children ≥ 1 → if children = 0 then 0 yuan else minimum wage / children once per year
"""


def test_a_divisor_that_is_zero_only_where_a_guard_excludes_it() -> None:
    """A column is divided in all its rows, those without children too: no warning, and no wrong value in any."""
    p = plan(together(GUARDED))
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        some = simulate_chunk(p, worlds(p.scenario, 16, p.seed), range(16)).payments["per_child"]
        assert 4_000 in some.amount.tolist()  # somebody has none
        assert assert_the_same(p, 2) > 100


def test_the_higher_beside_smaller_payments_by_others() -> None:
    """Where others pay less than we would, what they paid is taken off."""
    text = together(HIGHEST)
    smaller = text.replace("0 yuan 60%, 1200 yuan 40%", "0 yuan 60%, 100 yuan 40%")
    assert smaller != text
    assert assert_the_same(plan(smaller), 2) > 100


def test_a_standard_policy() -> None:
    text = (STANDARD / "shaoxing_2021_51" / "shaoxing_2021_51.policy").read_text(encoding="utf-8")
    small = text.replace("gamma(shape 25, mean 28)", "gamma(shape 25, mean 1)")
    assert small != text
    assert assert_the_same(plan(small), 2) > 500
