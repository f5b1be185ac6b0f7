"""What must hold in every draw of the cohort engine, and what must not change its draws."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import fields

from simulator.chance.unknowns import worlds
from simulator.engines.cohort.engine import simulate_counts
from simulator.engines.cohort.prepare import prepared
from simulator.engines.person import simulate_chunk
from simulator.figures.results import Results
from simulator.plan import ClausePayments
from tests.simulator.cohort.running import run
from tests.simulator.simulated import plan

MIXED = """policy p
  in force 2025-03-10 to 2026-12-31
  applies from 2025-01-01
  claims until 2026-02-28
  paid from aid
kind county: east, west
entity person
  has home: county
  has covered: yes/no
  has employed: yes/no monthly
  has insured: yes/no monthly
  has employer: firm
entity firm
  has founded: date
  has rural: yes/no
entity visit
  has host: firm
  has held on: date
entity course
  has trainee: person
  has days: count
fund aid per home
fund other
clause grant
  for person where covered
  employed ≥ 3 months → 3000 yuan once
clause monthly
  for person where covered
  insured ≥ 2 months → 500 yuan per month for at most 3 months to employer
clause yearly
  for person
  employed → 100 yuan once per year
  paid from aid then other
clause training
  for course where trainee's covered
  trainee's employed → 10 yuan × days once to trainee
clause visiting
  for visit where host's rural
  held on in this month → 200 yuan once
scenario baseline for p
  period 2025-01 to 2026-06
  unknown rate ~ beta(8, 152)
  unknown arrivals ~ gamma(shape 25, mean 30)
  unknown uptake ~ 80% to 95%
  population firm
    arrive 40 in 2025-01
    founded = arrival + 2 to 8 months
    rural ~ 50%
  population visit
    arrive per firm with chance 40% in 2025-03
    arrive 2 per firm after 1 months
    held on = arrival
  population person
    arrive poisson(arrivals) per month from 2025-01 to 2025-10
    home ~ east 40%, west 60%
    covered ~ 70%
    employed starts on arrival, ends at rate per month, returns at 10% per month
    insured follows employed after 1 months with chance 80%
    employer ~ any firm
  population course
    arrive per person with chance 30% after 2 months
    days ~ 5 50%, 10 50%
  claims
    taken up with chance uptake
    lag ~ 0 months 50%, 1 month 30%, 2 months 20%
  budget aid[east] 2025 = 80_000 yuan
  budget aid[west] 2025 = 200_000 yuan
  budget aid[east] 2026 = 10_000 yuan
  budget aid[west] 2026 = 30_000 yuan
"""


@pytest.fixture(scope="module")
def mixed() -> Results:
    return run(MIXED, draws=512)


def test_money_is_conserved_in_every_draw(mixed: Results) -> None:
    for clause in mixed.plan.clauses:
        parts = sum(
            mixed.total(m, clause) for m in ("paid", "owed_at_end", "lapsed", "not_taken_up", "not_yet_claimed")
        )
        entitled = mixed.total("entitled", clause)
        assert (entitled == parts).all() and entitled.any(), clause
    assert mixed.total("lapsed").any() and mixed.total("not_taken_up").any() and mixed.total("owed_at_end").any()


def test_nothing_is_paid_before_the_policy_is_in_force(mixed: Results) -> None:
    entitled, paid = (mixed.over(1).measures[m][0] for m in ("entitled", "paid"))
    assert entitled[:2].any() and not paid[:2].any() and paid[2].any()


def test_it_agrees_with_the_person_engine(mixed: Results) -> None:
    from tests.simulator.cohort.running import differences

    found = differences(mixed, run(MIXED, draws=512, engine="person"))
    assert len(found) > 150
    assert max(abs(z) for z in found.values()) <= 4, sorted(found.items(), key=lambda item: -abs(item[1]))[:3]


def test_as_many_arrive_as_in_the_person_engine(mixed: Results) -> None:
    p = plan(MIXED)
    w = worlds(p.scenario, 64, 1)
    a, b = simulate_counts(prepared(p), w, range(64)), simulate_chunk(p, w, range(64))
    assert (a.arrivals["person"] == b.arrivals["person"]).all() and a.arrivals["person"].std() > 0
    assert (a.arrivals["firm"] == b.arrivals["firm"]).all()
    visits = a.arrivals["visit"] - 80  # two for each firm, and by chance another
    assert abs(visits.mean() - 16) <= 4 * np.sqrt(40 * 0.4 * 0.6 / 64)


def pieces(chunks: list[ClausePayments]) -> dict[str, object]:
    """Everything but the row numbers, which count within a chunk."""
    joined: dict[str, object] = {}
    for field in fields(ClausePayments):
        if field.name == "pots":
            for place in range(len(chunks[0].pots)):
                of_place = [chunk.pots[place] for chunk in chunks]
                joined[f"pot {place}"] = [pot for pots in of_place if pots is not None for pot in pots.tolist()]
        elif field.name != "row":
            joined[field.name] = np.concatenate([getattr(c, field.name) for c in chunks]).tolist()
    return joined


EVERYBODY = """policy p
  in force 2025-01-01 to 2025-12-31
kind county: east, west, south
entity person
  has home: county
  has tall: yes/no
  has employed: yes/no monthly
clause east
  for person where home is east and tall
  employed → 1 yuan once
clause rest
  for person where not (home is east and tall)
  employed or not employed → 1 yuan once
clause east after all
  for person where home is east and tall
  not employed → 1 yuan once
scenario baseline for p
  period 2025-01 to 2025-12
  unknown portion ~ uniform(10%, 60%)
  population person
    arrive poisson(50) per month from 2025-01 to 2025-06
    home ~ east 30%, west 69%, south 1%
    tall ~ portion
    employed starts on arrival, ends at 100% per month
"""


def test_nobody_is_lost_and_nobody_is_counted_twice() -> None:
    results = run(EVERYBODY, draws=256)
    assert (results.total("payments") == results.books.arrivals["person"]).all()
    assert results.total("payments").std() > 0


@pytest.mark.parametrize("size", [1, 7])
def test_chunks_change_nothing(size: int) -> None:
    p = plan(MIXED)
    w = worlds(p.scenario, 32, p.seed)
    made = prepared(p)
    whole = simulate_counts(made, w, range(32))
    parts = [simulate_counts(made, w, range(i, min(i + size, 32))) for i in range(0, 32, size)]
    for name, payments in whole.payments.items():
        assert len(payments), name
        assert pieces([payments]) == pieces([part.payments[name] for part in parts]), name


def test_the_same_seed_gives_the_same_figures_and_another_seed_others() -> None:
    first, again, other = (run(MIXED, draws=32, seed=seed, chunk=chunk) for seed, chunk in ((1, 16), (1, 32), (2, 16)))
    for name, values in first.books.arrays().items():
        assert (values == again.books.arrays()[name]).all(), name
    assert (first.total() != other.total()).any()


TWO_PARTS = """policy p
  in force 2025-01-01 to 2025-12-31
entity person
  has employed: yes/no monthly
  has tall: yes/no
clause grant
  for person
  employed ≥ 3 months → 3000 yuan once
{more}
scenario baseline for p
  period 2025-01 to 2025-12
  population person
    arrive poisson(200) per month from 2025-01 to 2025-06
    employed starts on arrival, ends at 5% per month, returns at 2% per month
    tall ~ 40%
"""


def payments_of(text: str, clause: str) -> ClausePayments:
    p = plan(text)
    return simulate_counts(prepared(p), worlds(p.scenario, 16, 1), range(16)).payments[clause]


def test_a_clause_that_shares_no_chance_changes_no_others_draws() -> None:
    """Clauses that read the same chances are one automaton: there it cannot hold (docs/decisions/cohort-engine.md)."""
    alone = payments_of(TWO_PARTS.format(more=""), "grant")
    more = payments_of(TWO_PARTS.format(more="clause hat\n  for person where tall\n  always → 20 yuan once"), "grant")
    assert pieces([alone]) == pieces([more])


def test_a_threshold_that_nobody_reaches_in_the_period_pays_nothing() -> None:
    text = TWO_PARTS.format(more="clause late\n  for person\n  employed ≥ 13 months → 20 yuan once")
    assert len(payments_of(text, "late")) == 0


def test_groups_show_the_same_totals(mixed: Results) -> None:
    by = run(MIXED.replace("days ~ 5 50%, 10 50%", "days = 5"), draws=32, by="home")
    whole = sum(of_group[0].measures["entitled"][0, 0] for of_group in by.groups().values())
    assert (whole == by.total("entitled")).all()
    east, west = (by.groups()[name][0].measures["entitled"][0, 0].mean() for name in ("east", "west"))
    assert east < west
