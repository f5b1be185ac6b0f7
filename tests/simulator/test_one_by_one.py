"""A run by machine code gives what a run over columns gives, figure by figure; which clauses go which way."""

from typing import Any

import pytest

from simulator.chance.unknowns import worlds
from simulator.engines import people_one_by_one
from simulator.engines.people_one_by_one import OneByOne
from simulator.plan import Plan
from simulator.run import simulate
from tests.simulator.simulated import plan

POLICY = """policy p
  in force 2025-03-01 to 2026-12-31
  applies from 2025-01-01{}
  paid from aid
kind county: east, west
entity person
  has home: county
  has poor: yes/no
  has employed: yes/no monthly
  has employer: firm
entity firm
  has large: yes/no
fund aid
fund city
clause grant
  for person where poor
  employed ≥ 3 months → 3000 yuan once
clause rent
  for person
  employed and home is east → 500 yuan per month for at most 7 months
  paid from city then aid
clause bonus
  for person
  employed and employer's large → 10 yuan per month
clause few
  for person
  employed → 100 yuan once
limit few to 3 per year
"""

TARGETS = "parameter fairs: count external\ntarget fair: fairs ≥ 2 every year\n"
STAFFED = "target staffed: count of person where employed ≥ 40 by 2025-12-31\n"

SCENARIO = """scenario baseline for p
  period 2025-01 to 2026-12
  unknown leaving ~ uniform(1%, 20%){}
  population person
    arrive poisson(5) per month from 2025-01 to 2026-06
    home ~ east 40%, west 60%
    poor ~ 70%
    employed starts on arrival, ends at leaving per month{}
    employer ~ any firm
  population firm
    arrive 3 in 2025-01
    large ~ 50%
"""


def figures(p: Plan, **more: Any) -> dict[str, Any]:
    found = simulate(p.policy, p.program, draws=64, engine="person", clauses=p.clauses, **more).to_dict()
    del found["timing"]
    return found


def both_ways(p: Plan, monkeypatch: pytest.MonkeyPatch, **more: Any) -> dict[str, Any]:
    monkeypatch.setattr(people_one_by_one, "MANY", 10**12)
    by_columns = figures(p, **more)
    monkeypatch.setattr(people_one_by_one, "MANY", 0)
    by_code = figures(p, **more)
    assert by_columns == by_code
    return by_code


def native(p: Plan, monkeypatch: pytest.MonkeyPatch) -> tuple[set[str], bool]:
    monkeypatch.setattr(people_one_by_one, "MANY", 0)
    engine = OneByOne(p)
    chunk = engine(worlds(p.scenario, 64, 1), range(16))
    return set(chunk.sums), engine.quick


@pytest.mark.parametrize("until", ["", "\n  claims until 2025-10-15", "\n  claims until 2025-03-10"])
@pytest.mark.parametrize("returns", ["", ", returns at 10% per month"])
def test_the_figures_are_the_same(until: str, returns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    p = plan(POLICY.format(until) + SCENARIO.format("", returns))
    assert native(p, monkeypatch) == ({"grant", "rent"}, False)
    found = both_ways(p, monkeypatch)
    assert found["total"]["entitled"]["mean"] > 0
    alone = plan(POLICY.format(until) + SCENARIO.format("", returns), clauses=("grant", "rent"))
    assert native(alone, monkeypatch) == ({"grant", "rent"}, True)
    both_ways(alone, monkeypatch)


def test_where_payments_can_meet_each_other_single_ones_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    for line in ("cash at most 5 claims per month", "claims\n    lag ~ 1 months 50%, 2 months 50%",
                 "claims\n    taken up with chance 50%"):  # fmt: skip
        p = plan(POLICY.format("") + SCENARIO.format("", "") + f"  {line}\n", clauses=("grant", "rent"))
        assert native(p, monkeypatch) == (set(), False)
        both_ways(p, monkeypatch)
    budgets = "".join(f"  budget city {year} = 1_000 yuan\n" for year in (2025, 2026))
    p = plan(POLICY.format("") + SCENARIO.format("", "") + budgets, clauses=("grant", "rent"))
    assert native(p, monkeypatch) == ({"grant"}, False)
    both_ways(p, monkeypatch)
    by_county = plan(POLICY.format("") + SCENARIO.format("", ""), clauses=("grant", "rent"), by="home")
    assert native(by_county, monkeypatch) == (set(), False)
    both_ways(by_county, monkeypatch, by="home")


def test_pieces_of_a_run_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    p = plan(POLICY.format("") + SCENARIO.format("", ""), clauses=("grant", "rent"))
    monkeypatch.setattr(people_one_by_one, "MANY", 0)
    assert figures(p, chunk=16) == figures(p, chunk=48) == figures(p)


def test_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = SCENARIO.replace(
        "  population person", "  unknown held ~ uniform(0, 6)\n  set fairs = held\n  population person"
    )
    p = plan(POLICY.format("") + TARGETS + drawn.format("", ""), clauses=("grant", "rent"))
    assert native(p, monkeypatch) == ({"grant", "rent"}, True)
    assert 0 < both_ways(p, monkeypatch)["targets"]["fair"]["probability"] < 1
    counted = plan(POLICY.format("") + STAFFED + SCENARIO.format("", ""), clauses=("grant", "rent"))
    assert native(counted, monkeypatch) == (set(), False)
