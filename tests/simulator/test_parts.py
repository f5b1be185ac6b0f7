"""Which engine runs which clauses, why, and that parts add up."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.compare import compare
from simulator.engines.person import prepare
from simulator.parts import coupled_parts
from simulator.plan import SimulationError
from tests.simulator.cohort.running import compiled, run
from tests.simulator.simulated import plan

TEXT = """policy p
  in force 2025-01-01 to 2026-12-31
fund aid
entity firm
  has staff: many person via employer
entity person
  has employed: yes/no monthly
  has employer: firm
entity course
  has long: yes/no
clause award
  for firm
  count of staff where employed ≥ 20 → 1000 yuan once
clause grant
  for person
  employed ≥ 3 months → 300 yuan once
clause training
  for course
  long → 50 yuan once
  {paid}
{target}
scenario baseline for p
  period 2025-01 to 2025-12
  population firm
    arrive 20 in 2025-01
  population person
    arrive {people} in 2025-01
    employed starts on arrival, ends at 5% per month
    employer ~ any firm
  population course
    arrive poisson({courses}) per month from 2025-01 to 2025-12
    long ~ 40%
{budget}
"""


def text(people: int = 400, courses: int = 20_000, paid: str = "", target: str = "", budget: str = "") -> str:
    return TEXT.format(people=people, courses=courses, paid=paid, target=target, budget=budget)


def test_few_people_are_simulated_one_by_one() -> None:
    results = run(text(people=400, courses=5), draws=16, engine="auto")
    assert results.engine == "person"
    assert results.notes[-1].en == "engine auto chose person: there are fewer than 20,000 people"
    assert results.notes[-1].zh == "自动选用逐人模拟：人数不足 20,000"


def test_many_are_counted_where_that_is_valid_and_the_rest_is_not() -> None:
    results = run(text(), draws=64, engine="auto")
    assert results.engine == "cohort+person"
    assert any("chose cohort for training" in note.en for note in results.notes)
    (people,) = (note for note in results.notes if "chose person for award, grant" in note.en)
    assert "counts rows of `person`" in people.en
    assert people.zh == "“award”、“grant”自动选用逐人模拟：它要统计“person”，人与人之间相互关联（award）"
    clauses = [results.total("entitled", name) for name in ("award", "grant", "training")]
    assert (np.sum(clauses, axis=0) == results.total("entitled")).all()
    whole = run(text(), draws=64, engine="person", clauses=["award", "grant"])
    assert (results.total("entitled", "grant") == whole.total("entitled", "grant")).all()
    assert results.to_dict()["manifest"]["engine"] == "cohort+person"


def test_parts_share_the_numbers_that_arrive() -> None:
    a, b = (run(text(courses=300), draws=16, engine=e, clauses=["training"]) for e in ("cohort", "person"))
    assert (a.books.arrivals["course"] == b.books.arrivals["course"]).all()


@pytest.mark.parametrize(
    ("more", "parts"),
    [
        ({}, [("award", "grant"), ("training",)]),
        ({"paid": "paid from aid"}, [("award", "grant"), ("training",)]),
        (
            {"paid": "paid from aid", "budget": "  cash at most 900 yuan per month"},
            [("award", "grant", "training")],
        ),
    ],
)
def test_what_goes_together(more: dict[str, str], parts: list[tuple[str, ...]]) -> None:
    p = plan(text(**more))  # type: ignore[arg-type]
    assert coupled_parts(p, prepare(p)) == parts


def test_targets_that_count_people_keep_them_simulated_one_by_one() -> None:
    counted = text(target="target many: count of person where employed ≥ 300 by 2025-12-31")
    auto = run(counted, draws=16, engine="auto")
    assert auto.engine == "person" and "many" in auto.books.targets
    cohort = run(counted, draws=16, engine="cohort", clauses=["grant"])
    assert "many" not in cohort.books.targets
    assert any("targets that count people are left out" in note.en for note in cohort.notes)


def test_targets_over_outside_figures_need_no_people() -> None:
    outside = text(target="parameter fairs: count external\ntarget fair: fairs ≥ 2 every year")
    outside = outside.replace("  population firm", "  set fairs = 3\n  population firm")
    results = run(outside, draws=16, engine="cohort", clauses=["grant"])
    assert results.books.targets["fair"].all()


def test_comparisons_follow_people_one_by_one() -> None:
    version = compiled(text(courses=30_000).replace("any firm\n", "any firm\n"))
    other = compiled(text(courses=30_000).replace("300 yuan", "400 yuan"))
    result = compare(version, other, draws=16, clauses=["grant"])
    assert result.a.engine == "person"
    assert (result.difference.measures["entitled"] >= 0).all()


def test_an_engine_that_there_is_not() -> None:
    with pytest.raises(SimulationError) as raised:
        run(text(), draws=16, engine="abacus")
    assert "auto, exact, cohort, person" in (raised.value.diagnostics[0].help or raised.value.diagnostics[0].message).en


def test_variance_is_split_by_two_replications() -> None:
    known = text(courses=2000).replace("  population firm", "  unknown rate ~ uniform(2%, 8%)\n  population firm")
    known = known.replace("ends at 5% per month", "ends at rate per month")
    a, b = (run(known, draws=512, engine=e, clauses=["grant"]) for e in ("cohort", "person"))
    assert a.variance.unknowns is not None and b.variance.unknowns is not None
    assert abs(a.variance.unknowns - b.variance.unknowns) <= 2 * ((a.variance.error or 0) + (b.variance.error or 0))
    assert 0 < a.variance.unknowns < 1
    assert np.isclose(a.variance.unknowns + (a.variance.people or 0), 1)
