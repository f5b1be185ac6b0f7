"""Members of an exclusive group whose rows lead to no row of the group stand in nobody's way, in every engine."""

from __future__ import annotations

import pytest

from simulator.plan import SimulationError
from tests.simulator.cohort.running import run

POLICY = """policy p
  in force 2025-01-01 to 2025-12-31
entity firm
  has staff: many person via employer
  has assessed: money
entity person
  has insured: yes/no monthly
  has employer: firm
clause bonus
  for person
  insured → 100 yuan once
clause upkeep
  for person
  insured → 30 yuan per month
exclusive one among bonus via employer, {other}upkeep via employer per firm take {take}
scenario baseline for p
  period 2025-01 to 2025-06
  population person
    arrive 4 in 2025-01
    insured starts on arrival
    employer {employer}
"""
FIRMS = """  population firm
    arrive 3 in 2025-01
    assessed ~ 0 yuan
"""


@pytest.mark.parametrize("engine", ["person", "cohort", "exact"])
@pytest.mark.parametrize("take", ["first", "highest"])
@pytest.mark.parametrize("other", ["", "assessed, "])
def test_who_has_no_employer_is_paid_by_both(engine: str, take: str, other: str) -> None:
    found = run(POLICY.format(take=take, other=other, employer="= none"), draws=16, engine=engine).to_dict()
    assert found["clauses"]["bonus"]["entitled"]["mean"] == 4 * 100
    assert found["clauses"]["upkeep"]["entitled"]["mean"] == 4 * 6 * 30


@pytest.mark.parametrize("engine", ["cohort", "exact"])
def test_an_employer_that_is_drawn_ties_people_to_each_other(engine: str) -> None:
    with pytest.raises(SimulationError) as raised:
        run(POLICY.format(take="first", other="", employer="~ any firm") + FIRMS, draws=16, engine=engine)
    first = raised.value.diagnostics[0]
    assert "its group is reached through `employer`" in first.message.en and f"`{engine}`" in first.message.en
    assert first.span.text


def test_one_by_one_colleagues_shut_each_other_out() -> None:
    drawn = POLICY.format(take="first", other="", employer="~ any firm").replace("arrive 4", "arrive 40") + FIRMS
    found = run(drawn, draws=16, engine="person").to_dict()
    assert found["clauses"]["bonus"]["entitled"]["mean"] == 40 * 100
    assert found["clauses"]["upkeep"]["entitled"]["mean"] == 0
