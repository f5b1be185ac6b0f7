"""Versions one after another: the figures of a run of each, and nothing simulated that did not change."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.incremental import Incremental, Version
from simulator.plan import SimulationError
from simulator.run import simulate
from tests.simulator.simulated import plan

POLICY = """policy p
  in force 2025-01-01 to 2026-12-31
kind side: north, south
entity person
  has home: side
  has employed: yes/no monthly
fund aid per home
parameter rate: money = 300 yuan
clause living
  for person
  employed → rate per month
  paid from aid
clause grant
  for person where home is north
  employed ≥ 2 months → 1000 yuan once
  paid from aid
clause tools
  for person where home is south
  employed ≥ 3 months → 700 yuan once
  paid from aid
scenario baseline for p
  period 2025-01 to 2026-06
  unknown arrivals ~ uniform(3, 8)
  population person
    arrive poisson(arrivals) per month
    home ~ north 60%, south 40%
    employed starts on arrival, ends at 8% per month
  claims
    taken up with chance 80%
  budget aid[north] 2025 = 60_000 yuan
  budget aid[north] 2026 = 30_000 yuan
  budget aid[south] 2025 = 60_000 yuan
  budget aid[south] 2026 = 30_000 yuan
"""
GROUP = "exclusive higher among grant, tools per person take highest\n"


def version(simulations: Incremental, text: str) -> Version:
    made = plan(text)
    return simulations.version(made.policy, made.program, None)


def complete(simulations: Incremental, text: str) -> Version:
    found = version(simulations, text)
    while simulations.next_stage(found):
        pass
    return found


def as_simulated(found: Version, text: str) -> None:
    """Every figure is that of `simulate`, to the fen and draw by draw."""
    made = plan(text)
    results = simulate(made.policy, made.program, draws=found.draws, engine="person")
    for measure in ("entitled", "paid"):
        assert np.array_equal(found.money(found.draws).measures[measure], results.whole.measures[measure])
        assert np.array_equal(found.money(found.draws, 12).measures[measure], results.years.measures[measure])


@pytest.fixture
def simulations() -> Incremental:
    made = Incremental(64, 1)
    first = complete(made, POLICY)
    assert first.simulated == {"living", "grant", "tools"} and first.draws == 64
    as_simulated(first, POLICY)
    return made


@pytest.mark.parametrize(
    ("old", "new", "drawn"),
    [
        ("1000 yuan", "1200 yuan", {"grant"}),
        ("= 300 yuan", "= 310 yuan", {"living"}),  # a parameter: the clauses that read it
        ("2025 = 60_000", "2025 = 40_000", set()),  # appropriations: only the books
        ("# ", "# ", set()),
        ("clause tools", "clause gear", {"gear"}),  # who takes it up is keyed by its name
        ("ends at 8%", "ends at 9%", {"living", "grant", "tools"}),  # people
        ("with chance 80%", "with chance 90%", {"living", "grant", "tools"}),
        ("clause grant\n", "clause gift\n  for person\n  employed → 5 yuan once\nclause grant\n", {"gift"}),
        ("kind side: north, south", "kind side: south, north", {"living", "grant", "tools"}),  # numbers of the pots
    ],
)
def test_only_what_changed_is_drawn(simulations: Incremental, old: str, new: str, drawn: set[str]) -> None:
    text = POLICY.replace(old, new)
    found = complete(simulations, text)
    assert found.simulated == drawn
    as_simulated(found, text)


def test_going_back_draws_nothing(simulations: Incremental) -> None:
    complete(simulations, POLICY.replace("1000 yuan", "1200 yuan"))
    assert complete(simulations, POLICY).simulated == set()


def test_a_clause_that_is_taken_out(simulations: Incremental) -> None:
    start, end = POLICY.index("clause tools"), POLICY.index("scenario")
    text = POLICY[:start] + POLICY[end:]
    found = complete(simulations, text)
    assert found.simulated == set() and found.plan.clauses == ("living", "grant")
    as_simulated(found, text)


def test_members_of_a_group_are_simulated_together(simulations: Incremental) -> None:
    text = POLICY.replace("scenario baseline", GROUP + "scenario baseline")
    found = complete(simulations, text)
    assert found.simulated == {"grant", "tools"}
    as_simulated(found, text)


def test_same_is_said_of_what_pays_the_same(simulations: Incremental) -> None:
    first = version(simulations, POLICY)
    assert simulations.same(first, version(simulations, POLICY.replace("clause living", "\n# rent\nclause living")))
    for old, new in (("1000 yuan", "1200 yuan"), ("2025 = 60_000", "2025 = 50_000"), ("clause tools", "clause gear")):
        assert not simulations.same(first, version(simulations, POLICY.replace(old, new)))


def test_stages_double(simulations: Incremental) -> None:
    assert [simulations.stage(done) for done in (0, 16, 32, 64)] == [range(16), range(16, 32), range(32, 64), None]


def test_faults_of_the_scenario_are_told() -> None:
    with pytest.raises(SimulationError) as error:
        simulations = Incremental(16, 1)
        simulations.next_stage(version(simulations, POLICY.replace("    home ~ north 60%, south 40%\n", "")))
    assert error.value.diagnostics
