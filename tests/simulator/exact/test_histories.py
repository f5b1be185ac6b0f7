"""What is computed against every history that a person can have, each evaluated as a row of a roster.

Long runs of months that are alike, and then are not: a parameter that changes late, a year that begins, a limit that is
reached, a policy that ends within the period.
"""

from __future__ import annotations

import pytest

from compiler.evaluate import evaluate
from compiler.facts import Facts, History, Row, Span
from lang.dates import month, month_text
from simulator.run import simulate
from tests.simulator.test_exact_answers import compiled

TEXT = """\
policy example
  in force 2020-01-01 to 2028-10-31
entity person
  has employed: yes/no monthly
parameter pay: money per month
  from 2020-01-01: 100 yuan per month
  from 2027-07-01: 250 yuan per month
clause monthly
  for person
  employed ≥ 6 months → pay per month at most 900 yuan per year
clause loyal
  for person
  employed ≥ 60 months → 5000 yuan once
  employed and in month 12 → 7 yuan once
clause some
  for person
  employed → 3.33 yuan per month for at most 50 months
scenario baseline for example
  period 2021-01 to 2029-06
  population person
    arrive 2 in 2021-03
    arrive 3 in 2024-11
    employed starts on arrival, ends at 3% per month
"""
ARRIVALS = {month(2021, 3): 2, month(2024, 11): 3}
LAST, LEAVES = month(2029, 6), 0.03


def histories() -> dict[str, tuple[float, Row]]:
    """By key: how many people are expected to have it, and the row."""
    found = {}
    for arrived, people in ARRIVALS.items():
        longest = LAST - arrived + 1
        for stayed in range(longest + 1):
            spans = (Span(arrived, arrived + stayed - 1, True),) if stayed else ()
            chance = (1 - LEAVES) ** stayed * (LEAVES if stayed < longest else 1)
            key = f"{arrived}-{stayed:03d}"
            found[key] = people * chance, Row(key, {"employed": History(spans, False)})
    return found


def test_months_that_are_alike_and_then_are_not() -> None:
    program, ir = compiled(TEXT)
    people = histories()
    wanted: dict[tuple[str, str], float] = {}
    for payment in evaluate(ir, Facts({"person": [row for _, row in people.values()]})).payments:
        at = payment.clause, month_text(payment.month)
        wanted[at] = wanted.get(at, 0.0) + people[payment.key][0] * payment.amount / 100
    data = simulate(program, ir, draws=16, engine="exact").to_dict()
    for name in ir.clauses:
        mean = sum(yuan for (clause, _), yuan in wanted.items() if clause == name)
        assert mean > 0 and data["clauses"][name]["entitled"]["mean"] == pytest.approx(mean, rel=1e-9)
    assert len(data["months"]) == LAST - month(2021, 1) + 1
    for at, figures in data["months"].items():
        mean = sum(yuan for (_, when), yuan in wanted.items() if when == at)
        assert figures["total"]["paid"]["mean"] == pytest.approx(mean, rel=1e-9, abs=1e-9), at
