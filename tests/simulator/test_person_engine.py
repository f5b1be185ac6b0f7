"""The person engine against exact answers, and what must not change its draws."""

import numpy as np
import pytest
from attrs import fields

from simulator.chance.unknowns import worlds
from simulator.engines.person import simulate_chunk
from simulator.plan import ClausePayments, SimulationError
from tests.simulator.simulated import plan, totals

THREE_MONTHS = """policy p
  in force 2025-01-01 to 2026-12-31
entity person
  has employed: yes/no monthly
clause grant
  for person
  employed ≥ {threshold} months → 3000 yuan once
scenario baseline for p
  period 2025-01 to 2025-12
  population person
    arrive {arrivals}
    employed starts on arrival, ends at 5% per month
"""

FIRMS = """policy p
  in force 2025-01-01 to 2025-12-31
entity firm
  has staff: many person via employer
entity person
  has employer: firm
  has stays: yes/no
clause award
  for firm
  count of staff where stays ≥ 20 → 100000 yuan once
scenario baseline for p
  period 2025-01 to 2025-01
  population firm
    arrive 30 in 2025-01
  population person
    arrive 25 per firm in 2025-01
    stays ~ 90%
"""

MANY = """policy p
  in force 2025-01-01 to 2026-12-31
  paid from aid
kind county: east, west
entity person
  has home: county
  has covered: yes/no
  has employed: yes/no monthly
  has insured: yes/no monthly
  has employer: firm
entity firm
  has staff: many person via employer
  has founded: date
entity course
  has trainee: person
fund aid per home
clause grant
  for person where covered
  employed ≥ 3 months → 3000 yuan once
clause monthly
  for person where insured
  insured ≥ 2 months → 500 yuan per month for at most 3 months
clause award
  for firm
  count of staff where employed ≥ 3 → 1000 yuan once per year
clause training
  for course
  trainee's employed → 100 yuan once to trainee
limit training to 3 per month
scenario baseline for p
  period 2025-01 to 2026-06
  unknown rate ~ beta(8, 152)
  unknown arrivals ~ gamma(shape 25, mean 6)
  population firm
    arrive 4 in 2025-01
    founded = arrival + 2 to 8 months
  population person
    arrive poisson(arrivals) per month from 2025-01 to 2025-10
    home ~ east 40%, west 60%
    covered ~ 70%
    employed starts on arrival, ends at rate per month, returns at 10% per month
    insured follows employed after 1 months with chance 80%
    employer ~ any firm
  population course
    arrive per person with chance 30% after 2 months
  claims
    taken up with chance 90%
    lag ~ 0 months 50%, 1 month 30%, 2 months 20%
"""


def z(values: np.ndarray, mean: float, variance: float) -> float:
    return float((values.mean() - mean) / np.sqrt(variance / len(values)))


def test_a_thousand_people_three_months() -> None:
    p = plan(THREE_MONTHS.format(threshold=3, arrivals="1000 in 2025-01"))
    w = worlds(p.scenario, 1024, p.seed)
    yuan = np.concatenate([totals(simulate_chunk(p, w, range(i, i + 64))) for i in range(0, w.draws, 64)]) / 100
    variance = 1_100_547_984.375
    assert abs(z(yuan, 2_572_125, variance)) <= 4
    assert abs(yuan.var(ddof=1) / variance - 1) <= 4 * np.sqrt(2 / len(yuan))
    assert abs((yuan > 2_600_000).mean() - 0.2056) <= 4 * np.sqrt(0.2056 * 0.7944 / len(yuan))


def test_poisson_arrivals_of_one_year() -> None:
    p = plan(THREE_MONTHS.format(threshold=3, arrivals="poisson(20) per month from 2025-01 to 2025-12"))
    w = worlds(p.scenario, 4096, p.seed)
    yuan = np.concatenate([totals(simulate_chunk(p, w, range(i, i + 512))) for i in range(0, w.draws, 512)]) / 100
    assert abs(z(yuan, 514_425, 1_543_275_000)) <= 4
    assert abs(yuan.var(ddof=1) / 1_543_275_000 - 1) <= 4 * np.sqrt(2 / len(yuan))


def test_firms_that_count_their_staff() -> None:
    p = plan(FIRMS)
    chunk = simulate_chunk(p, worlds(p.scenario, 2048, p.seed), range(2048))
    assert (chunk.arrivals["firm"] == 30).all() and (chunk.arrivals["person"] == 750).all()
    yuan = totals(chunk) / 100
    assert abs(z(yuan, 2_899_800.1661655142, 9_685_316_493.4332906)) <= 4


def test_a_threshold_that_rises_never_pays_more_and_differs_by_the_exact_mean() -> None:
    two, three = (plan(THREE_MONTHS.format(threshold=t, arrivals="1000 in 2025-01")) for t in (2, 3))
    w = worlds(two.scenario, 512, 1)
    difference = (totals(simulate_chunk(two, w, range(512))) - totals(simulate_chunk(three, w, range(512)))) / 100
    assert difference.min() >= 0
    assert abs(z(difference, 135_375, 387_798_609.375)) <= 4


def pieces(chunks: list[ClausePayments]) -> dict[str, object]:
    """Everything but the row numbers, which count within a chunk."""
    joined: dict[str, object] = {}
    for field in fields(ClausePayments):
        if field.name == "pots":
            joined["pots"] = [np.concatenate(pots).tolist() for pots in zip(*(c.pots for c in chunks), strict=True)]
        elif field.name != "row":
            joined[field.name] = np.concatenate([getattr(c, field.name) for c in chunks]).tolist()
    return joined


@pytest.mark.parametrize("size", [1, 7])
def test_chunks_change_nothing(size: int) -> None:
    p = plan(MANY, by="home")
    w = worlds(p.scenario, 32, p.seed)
    whole = simulate_chunk(p, w, range(32))
    parts = [simulate_chunk(p, w, range(i, min(i + size, 32))) for i in range(0, 32, size)]
    assert sum(len(payments) for payments in whole.payments.values()) > 1000
    for name, payments in whole.payments.items():
        assert len(payments), name
        assert pieces([payments]) == pieces([part.payments[name] for part in parts]), name
        assert whole.refused[name].tolist() == np.concatenate([part.refused[name] for part in parts]).tolist()
    assert whole.refused["training"].sum() > 0


def test_payments_are_sorted_and_carry_their_marks() -> None:
    p = plan(MANY, by="home")
    chunk = simulate_chunk(p, worlds(p.scenario, 16, p.seed), range(16))
    for name, payments in chunk.payments.items():
        order = np.lexsort((payments.key_number, payments.key_month, payments.month, payments.draw))
        assert (order == np.arange(len(payments))).all(), name
        assert (payments.amount > 0).all()
    grant = chunk.payments["grant"]
    assert grant.pots[0] is not None and (grant.pots[0] == grant.group).all()
    assert set(grant.group.tolist()) == {0, 1}
    award = chunk.payments["award"]
    assert set(award.group.tolist()) == {-1}
    assert award.pots[0] is not None and set(award.pots[0].tolist()) == {-1}
    monthly = chunk.payments["monthly"]
    assert set(monthly.lag.tolist()) == {0, 1, 2}
    share = monthly.taken_up.mean()
    assert 0.8 < share < 1
    by_row: dict[int, set[bool]] = {}
    for row, taken in zip(monthly.row.tolist(), monthly.taken_up.tolist(), strict=True):
        by_row.setdefault(row, set()).add(taken)
    assert all(len(taken) == 1 for taken in by_row.values())


def test_another_clause_changes_nobodys_draws() -> None:
    all_of_them, one = plan(MANY), plan(MANY, clauses=("grant",))
    w = worlds(one.scenario, 16, 1)
    a, b = (simulate_chunk(p, w, range(16)).payments["grant"] for p in (all_of_them, one))
    assert pieces([a]) == pieces([b])


def test_a_fact_without_assumption_is_named() -> None:
    p = plan(MANY.replace("    covered ~ 70%\n", ""))
    with pytest.raises(SimulationError) as error:
        simulate_chunk(p, worlds(p.scenario, 16, 1), range(16))
    (found,) = error.value.diagnostics
    assert found.code == "HC601"
    assert "grant reads `covered` of person" in found.message.en


def test_a_number_of_arrivals_that_is_not_whole_is_refused() -> None:
    p = plan(MANY.replace("arrive poisson(arrivals) per month", "arrive arrivals per month"))
    with pytest.raises(SimulationError) as error:
        simulate_chunk(p, worlds(p.scenario, 16, 1), range(16))
    assert [d.code for d in error.value.diagnostics] == ["HC604"]


def test_clauses_of_an_entity_without_population_pay_nothing() -> None:
    text = MANY.replace("  population course\n    arrive per person with chance 30% after 2 months\n", "")
    chunk = simulate_chunk(plan(text), worlds(plan(text).scenario, 16, 1), range(16))
    assert len(chunk.payments["training"]) == 0
    assert len(chunk.payments["grant"]) > 0


def test_targets_are_read_in_their_months_and_those_without_figures_are_left_out() -> None:
    text = """policy p
  in force 2025-01-01 to 2026-12-31
entity person
  has tall: yes/no
  has employed: yes/no monthly
parameter fairs held: count external
clause grant
  for person where tall
  employed → 1 yuan once
target half: count of person where tall ≥ 5 by 2025-06-30
target kept: count of person where employed ≥ 1 every year
target fairs: fairs held ≥ 1 every year
scenario baseline for p
  period 2025-01 to 2026-12
  population person
    arrive 10 in 2025-03
    tall ~ 50%
    employed starts on arrival, ends at 8% per month
"""
    p = plan(text)
    chunk = simulate_chunk(p, worlds(p.scenario, 2048, 1), range(2048))
    assert set(chunk.targets) == {"half", "kept"}
    chance = 638 / 1024
    assert abs(chunk.targets["half"].mean() - chance) < 4 * np.sqrt(chance * (1 - chance) / 2048)
    kept = 1 - (1 - 0.92**22) ** 10
    assert abs(chunk.targets["kept"].mean() - kept) < 4 * np.sqrt(kept * (1 - kept) / 2048)
