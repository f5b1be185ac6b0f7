"""A year of which a part is known: the exact answer, known months to the fen, what is open, contradictions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from huice.programs import open_source
from lang.dates import month
from lang.source import Source
from simulator.learning.calibrate import LearningError
from simulator.learning.evidence import gather
from simulator.learning.forecast import Forecast, Settings, forecast, reforecast
from simulator.learning.known_at import known_at
from simulator.learning.observed import observe
from simulator.learning.so_far import Payment, SoFar, still_to_come
from tests.simulator.learning.planted import Truth
from tests.simulator.learning.town import Town, town

EXACT = """policy exact
  in force 2025-01-01 to 2025-12-31
  paid from aid
entity person
  has hired on: date
fund aid
clause grant
  for person
  since hired on ≥ 0 days → 3000 yuan once
scenario s for exact
  period 2025-01 to 2025-12
  unknown rate ~ gamma(shape 20, mean 10)
  population person
    arrive poisson(rate) per month
    hired on = arrival
"""
CUT = month(2025, 6)


def payments(numbers: tuple[int, ...] = (9, 12, 11, 10, 13, 11), fen: int = 300_000) -> tuple[Payment, ...]:
    made: list[Payment] = []
    for i, number in enumerate(numbers):
        for k in range(number):
            when = month(2025, 1 + i)
            made.append(
                Payment(
                    clause="grant",
                    entity="person",
                    key=f"p{i}-{k}",
                    amount=fen,
                    paid=when,
                    month=when,
                    row=len(made) + 2,
                )
            )
    return tuple(made)


def run(text: str = EXACT, paid: tuple[Payment, ...] | None = None, cut: int = CUT, draws: int = 4096) -> Forecast:
    loaded = open_source(Source(text, "exact.policy"), Path.cwd())
    assert loaded.model is not None and loaded.ir is not None, loaded.diagnostics
    so_far = SoFar(cut=cut, payments=payments() if paid is None else paid)
    return reforecast(loaded.model, loaded.ir, None, so_far, None, Settings(draws=draws))


def test_the_gamma_poisson_year() -> None:
    found = run(draws=16_384)
    year = found.results.total("paid") / 100
    # six months known, six more of a rate that is gamma(86, rate 8): mean 64.5, variance 64.5 + 36·86/64
    assert year.mean() == pytest.approx(391_500, abs=4 * 31_873 / 128)
    assert year.var() == pytest.approx(1_015_875_000, rel=0.05)
    quantiles = [found.results.quantile(q, "paid") for q in ("0.1", "0.5", "0.9")]
    assert quantiles == [351_000, 390_000, 432_000]
    data = found.to_dict()
    assert data["known"]["paid"] == "198000.00" and data["known"]["payments"] == 66
    assert data["posterior"]["rate"]["posterior"]["mean"] == 10.75
    assert data["posterior"]["rate"]["distribution"] == {"family": "gamma", "shape": 86.0, "mean": 10.75}
    assert data["effective_sample_size"] == 16_384
    assert data["months"]["2025-04"]["total"]["paid"]["sd"] == 0.0
    assert data["months"]["2025-04"]["total"]["paid"]["mean"] == 30_000.0
    assert data["years"]["2025"]["total"]["paid"]["mean"] == pytest.approx(391_500, rel=3e-3)


def test_a_rate_behind_a_run_and_a_take_up_is_exact_too() -> None:
    """Who is paid by June came by April, stayed three months and claims: 0.95³ · 0.9 of four months' arrivals."""
    text = EXACT.replace("has hired on: date", "has employed: yes/no monthly")
    text = text.replace("since hired on ≥ 0 days", "employed ≥ 3 months")
    text = text.replace("hired on = arrival", "employed starts on arrival, ends at 5% per month")
    found = run(text + "  claims\n    taken up with chance 90%\n", payments((0, 0, 9, 12, 10, 9)), draws=64)
    rate = found.after.unknowns["rate"]
    assert rate.how == "conjugate"
    assert rate.posterior[0] == pytest.approx((20 + 40) / (2 + 4 * 0.95**3 * 0.9), rel=1e-12)


def test_appropriation_left_and_when_it_runs_out() -> None:
    found = run(EXACT + "  budget aid 2025 = 390_000 yuan\n", draws=1024)
    data = found.to_dict()
    left = data["known"]["appropriation_left"]["aid"]
    assert left == {"appropriation": 390_000.0, "paid": "198000.00", "left": 192_000.0}
    fund = data["years"]["2025"]["funds"]["aid"]
    # more than 390,000 is wanted in half of the draws or less
    assert 0.3 < fund["p_exceeded"] < 0.5
    assert all(m > "2025-06" for m in fund["runs_out"])
    assert max(found.results.total("paid")) <= 39_000_000


def test_more_paid_than_the_appropriation_contradicts() -> None:
    with pytest.raises(LearningError, match="more than the scenario's appropriation"):
        run(EXACT + "  budget aid 2025 = 150_000 yuan\n", draws=64)


def test_money_taken_back_is_deducted_in_its_month() -> None:
    back = Payment(clause="grant", entity="person", key="p0-1", amount=-300_000, paid=month(2025, 5), row=70)
    found = run(paid=(*payments(), back), draws=64)
    assert found.known()["paid"] == "195000.00"
    may = found.results.books.flows.paid[0, 4]
    assert (may == 13 * 300_000 - 300_000).all()


def test_a_clause_that_the_scenario_cannot_pay_is_named_with_its_row() -> None:
    text = EXACT.replace("clause grant", "entity firm\n  has opened on: date\nclause firms\n  for firm\n  "
                         "since opened on ≥ 0 days → 100 yuan once\nclause grant")  # fmt: skip
    strange = Payment(clause="firms", entity="firm", key="f1", amount=10_000, paid=month(2025, 2), row=99)
    with pytest.raises(LearningError, match=r"1 payments of firms \(the first in row 99\)"):
        run(text, (*payments(), strange), draws=64)


def test_the_month_must_lie_within_the_period() -> None:
    for cut in (month(2024, 12), month(2025, 12), month(2026, 3)):
        with pytest.raises(LearningError, match="not within the scenario's period"):
            run(cut=cut, draws=64)


def test_several_unknowns_and_clauses_by_weights() -> None:
    text = EXACT.replace("unknown rate ~ gamma(shape 20, mean 10)", "unknown rate ~ gamma(shape 20, mean 10)\n"
                         "  unknown uptake ~ beta(16, 4)") + "  claims\n    taken up with chance uptake\n"  # fmt: skip
    found = run(text, draws=512)
    rate, uptake = found.after.unknowns["rate"], found.after.unknowns["uptake"]
    assert rate.how == uptake.how == "importance" and found.after.effective > 10_000
    # eight expected a month, eleven seen: both go up, and their product to about eleven
    assert rate.posterior[0] > rate.prior[0] and uptake.posterior[0] > uptake.prior[0]
    product = found.after.worlds.values["rate"] * found.after.worlds.values["uptake"]
    assert float(np.mean(product)) == pytest.approx(10.3, abs=0.5)


# ---------------------------------------------------------------- with a roster
@pytest.fixture(scope="module")
def half_year() -> tuple[Town, str]:
    """A town to June 2025, and the scenario that was learnt in January."""
    one = town(Truth(last=CUT), 5)
    return one, one.calibrate(month(2024, 12), roster="roster.json").text


def with_roster(one: Town, text: str, draws: int = 64, budget: str = "") -> Forecast:
    scenario = one.checked(text + budget)
    known = known_at(one.program, one.facts, CUT)
    program = evolve(one.program, scenarios={"calibrated": scenario})
    so_far = SoFar(cut=CUT, payments=one.payments, dues=one.dues_at(known, CUT))
    return reforecast(program, one.compiled, "calibrated", so_far, one.facts, Settings(draws=draws))


def test_known_months_are_the_ledgers_to_the_fen(half_year: tuple[Town, str]) -> None:
    one, text = half_year
    found = with_roster(one, text)
    paid = found.results.books.flows.paid
    for i, clause in enumerate(found.results.plan.clauses):
        for m in range(6):
            known = sum(p.amount for p in one.payments if p.clause == clause and p.paid == month(2025, 1) + m)
            assert (paid[i, m] == known).all()
    assert (paid[:, 6:].sum(axis=(0, 1)) > 0).all()


def test_unknowns_are_updated_by_what_the_roster_shows(half_year: tuple[Town, str]) -> None:
    found = with_roster(*half_year)
    updated = found.after.unknowns
    assert updated["person_arrivals"].how == "conjugate"
    assert updated["person_employed_leaves"].how == "conjugate"
    narrower = [u for u in updated.values() if u.posterior[2] - u.posterior[1] < u.prior[2] - u.prior[1]]
    assert len(narrower) >= len(updated) - 1
    assert not found.after.poor


def test_updating_in_two_steps_is_learning_from_all(half_year: tuple[Town, str]) -> None:
    """January's posterior updated by half a year is the posterior of everything, where that is conjugate."""
    one, text = half_year
    found, whole = with_roster(one, text), one.calibrate(CUT)
    for name in ("person_arrivals", "person_employed_leaves", "person_employed_returns", "certificate_arrivals"):
        figure = next(f for f in whole.figures if f.unknown == name)
        assert figure.mean is not None
        assert found.after.unknowns[name].posterior[0] == pytest.approx(figure.mean, rel=1e-4), name


def test_what_is_open_is_paid_later_or_never(half_year: tuple[Town, str]) -> None:
    """Everybody leaves in July and nobody comes: of grants and rents only what is open now is paid from then on."""
    one, text = half_year
    lines = [
        "    arrive 1 in 2025-12" if line.strip().startswith("arrive poisson(person") else line
        for line in text.replace("ends at person_employed_leaves", "ends at 100%").splitlines()
    ]
    quiet = "\n".join(line for line in lines).replace(", returns at person_employed_returns per month", "")
    known = known_at(one.program, one.facts, CUT)
    dues = one.dues_at(known, CUT)
    scenario, so_far = one.checked(quiet), SoFar(cut=CUT, payments=one.payments, dues=dues)
    results, _ = forecast(one.program, one.compiled, scenario, so_far, one.facts, Settings(draws=1024))
    worlds = results.worlds.values
    still = still_to_come(scenario.lag, worlds, 1024)
    paid = {(d.clause, d.key) for d in dues if d.paid is not None}
    for clause in ("grant", "rent"):
        waiting: dict[str, list[int]] = {}
        for d in dues:
            if d.clause == clause and d.paid is None and CUT - d.due >= 0:
                waiting.setdefault(d.key, []).append(CUT - d.due)
        amount = next(d.amount for d in dues if d.clause == clause)
        sure = sum(w < 2 for key, ws in waiting.items() for w in ws if (clause, key) in paid)
        expected = np.full(1024, float(sure))
        for key, ws in waiting.items():
            if (clause, key) not in paid:
                s, t = np.prod(still[:, ws], axis=1), worlds["uptake"]
                expected += len(ws) * t * s / (1 - t + t * s)
        made = results.books.flows.paid[list(results.plan.clauses).index(clause), 6:].sum(axis=0) / amount
        assert (sure > 0) == (clause == "rent") and made.min() >= sure
        assert made.mean() == pytest.approx(expected.mean(), abs=0.25)


def test_a_roster_with_more_kinds_of_people_than_the_scenario_is_said(half_year: tuple[Town, str]) -> None:
    one, text = half_year
    other = text.replace("poor ~ person_poor_share", "poor = yes").replace(
        next(line for line in text.splitlines() if line.strip().startswith("arrive poisson(person")),
        "    arrive 1 in 2025-12",
    )
    scenario = one.checked(other)
    known = known_at(one.program, one.facts, CUT)
    seen = {e: observe(one.program, known, e, CUT) for e in ("person", "certificate")}
    gathered = gather(scenario, seen, one.dues_at(known, CUT), CUT)
    assert any("lets nobody arrive" in text.en for text in gathered.contradictions)


def test_the_order_of_payments_is_nothing(half_year: tuple[Town, str]) -> None:
    one, text = half_year
    backwards = Town(one.program, one.compiled, one.facts, one.paid[::-1])
    a, b = with_roster(one, text), with_roster(backwards, text)
    assert np.array_equal(a.results.books.flows.paid, b.results.books.flows.paid)


def test_a_budget_knows_what_was_paid(half_year: tuple[Town, str]) -> None:
    one, text = half_year
    made = sum(p.amount for p in one.payments if month(2025, 1) <= p.paid <= CUT)
    yuan = made // 100 + 50_000
    data = with_roster(one, text, budget=f"  budget aid 2025 = {yuan} yuan\n").to_dict()
    assert data["known"]["appropriation_left"]["aid"]["left"] == pytest.approx(50_000.0)
    fund = data["years"]["2025"]["funds"]["aid"]
    assert fund["p_exceeded"] == 1.0 and min(fund["runs_out"]) >= "2025-07"


def test_a_forecast_without_update_keeps_the_unknowns(half_year: tuple[Town, str]) -> None:
    one, text = half_year
    known = known_at(one.program, one.facts, CUT)
    so_far = SoFar(cut=CUT, payments=one.payments, dues=one.dues_at(known, CUT))
    results, notes = forecast(one.program, one.compiled, one.checked(text), so_far, one.facts, Settings(draws=64))
    assert notes == ()
    assert results.total("paid").min() > sum(p.amount for p in one.payments if p.paid >= month(2025, 1))


def test_lags_still_to_come(half_year: tuple[Town, str]) -> None:
    one, text = half_year
    scenario = one.checked(text)
    unknowns = {name: np.full(2, 0.5) for name in scenario.unknowns}
    still = still_to_come(scenario.lag, unknowns, 2)
    assert still[0, :3].tolist() == [0.5, 0.25, 0.0]
    assert still_to_come(None, {}, 3).sum() == 0
