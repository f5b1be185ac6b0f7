"""Books, the JSON of results, and comparisons, on a program made by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from lang import model
from simulator.figures.results import Results
from simulator.figures.statistics import Split
from simulator.money.books import Books
from simulator.money.limits import budget_faults
from simulator.plan import Plan
from tests.simulator import by_hand
from tests.simulator.by_hand import JANUARY

SPLIT = Split(unknowns=0.0, people=1.0, error=0.0)


def budget(fund: str, pot: str | None, year: int, fen: int) -> model.Budget:
    return model.Budget(fund=fund, pot=pot, year=year, amount=by_hand.constant(fen))


POOR_YEARS = (
    budget("aid", None, 2024, 3_000_000), budget("aid", None, 2025, 9_000_000),
    budget("district_aid", "yuecheng", 2024, 200_000), budget("district_aid", "yuecheng", 2025, 200_000),
)  # fmt: skip


def run(chosen: Plan, draws: int = 64, chunk: int = 16, thresholds: tuple[int, ...] = ()) -> Results:
    worlds = by_hand.worlds(draws)
    books = Books.begin(chosen, draws)
    for start in range(0, draws, chunk):
        books.book(by_hand.simulate_chunk(chosen, worlds, range(start, start + chunk)), worlds)
    return Results(plan=chosen, worlds=worlds, books=books, engine="person", variance=SPLIT, thresholds=thresholds)


def small(by: str | None = None, **changes: Any) -> Plan:
    assumptions = by_hand.scenario(**changes)
    return by_hand.plan(by_hand.policy(assumptions), assumptions, by)


def test_every_fen_entitled_ends_in_one_state() -> None:
    results = run(small(budgets=POOR_YEARS, cash=(model.Cash(claims=4),)))
    whole = results.whole.measures
    parts = ("paid", "owed_at_end", "lapsed", "not_taken_up", "not_yet_claimed")
    assert (whole["entitled"] == sum(whole[p] for p in parts)).all()
    for part in ("paid", "owed_at_end", "not_taken_up", "not_yet_claimed"):
        assert whole[part].any()


def test_what_accrues_is_booked_in_its_month_and_paid_in_the_month_of_the_claim() -> None:
    results = run(small())
    books = results.books
    given = by_hand.payments(300_000, range(64), 20, 18)
    taken = given.taken_up
    for at in range(18):
        accrued = np.bincount(given.draw[given.month == JANUARY + at], minlength=64) * 300_000
        assert books.flows.entitled[0, at].tolist() == accrued.tolist()
        claimed = given.draw[taken & (given.month + given.lag == JANUARY + at)]
        assert books.flows.paid[0, at].tolist() == (np.bincount(claimed, minlength=64) * 300_000).tolist()


def test_periods_add_up_and_quarters_are_of_the_calendar() -> None:
    results = run(small(first=JANUARY + 0, last=JANUARY + 17, budgets=POOR_YEARS))
    for months_each in (12, 3, 1):
        table = results.over(months_each)
        for measure in ("entitled", "paid", "lapsed", "payments"):
            assert (table.measures[measure].sum(axis=1) == results.whole.measures[measure][:, 0]).all()
        assert (table.measures["owed_at_end"][:, -1] == results.whole.measures["owed_at_end"][:, 0]).all()
    assert results.over(3).periods[-2:] == ("2025Q1", "2025Q2")
    assert results.years.periods == ("2024", "2025")


def test_json_has_the_shape_that_others_rely_on() -> None:
    data = run(small(by="district", budgets=POOR_YEARS), thresholds=(600_000_000, 5)).to_dict()
    distribution = {"mean", "sd", "mean_error", "sd_error", "quantiles"}
    for part in ("entitled", "paid", "owed_at_end", "lapsed"):
        assert distribution | {"exceedance"} <= set(data["total"][part])
    assert set(data["total"]["paid"]["exceedance"]) == {"6000000", "0.05"}
    assert list(data["clauses"]) == ["grant", "rent"]
    assert data["clauses"]["grant"]["payments"]["mean"] > 0
    year = data["years"]["2024"]
    assert "exceedance" in year["clauses"]["rent"]["paid"]
    assert set(data["quarters"]) == {"2024Q1", "2024Q2", "2024Q3", "2024Q4", "2025Q1", "2025Q2"}
    assert set(data["months"]["2024-03"]) == {"total", "clauses", "funds", "to_date"}
    aid = year["funds"]["aid"]
    assert aid["appropriation"] == 30_000.0
    assert 0 < aid["p_exceeded"] < 1
    assert sum(aid["runs_out"].values()) == aid["p_exceeded"]
    by_month = [data["months"][f"2024-{m:02d}"]["funds"]["aid"]["p_exceeded"] for m in range(1, 13)]
    assert by_month == sorted(by_month)
    assert by_month[-1] == aid["p_exceeded"]
    assert all(month.startswith("2024-") for month in aid["runs_out"])
    pots = year["funds"]["district_aid"]["pots"]
    assert list(pots) == ["yuecheng", "keqiao", "unknown"]
    assert (pots["yuecheng"]["appropriation"], pots["keqiao"]["appropriation"]) == (2000.0, None)
    assert pots["keqiao"]["p_exceeded"] == 0.0
    assert pots["yuecheng"]["paid"]["quantiles"]["0.99"] <= 2000.0
    assert data["refused"] == {"grant": {"mean": 0.984375, "mean_error": data["refused"]["grant"]["mean_error"]}}
    assert data["targets"]["enough"]["probability"] == 0.25
    assert list(data["groups"]) == ["yuecheng", "keqiao", "unknown"]
    assert data["variance"] == {"unknowns": 0.0, "people": 1.0, "error": 0.0}
    json.dumps(data, allow_nan=False)


def test_groups_add_up_to_the_total() -> None:
    results = run(small(by="district", budgets=POOR_YEARS, cash=(model.Cash(claims=4),)))
    for measure in ("entitled", "paid", "owed_at_end", "lapsed", "payments"):
        whole = np.stack([table.measures[measure] for table, _ in results.groups().values()])
        assert (whole.sum(axis=0) == results.whole.measures[measure]).all()
        by_year = np.stack([table.measures[measure] for _, table in results.groups().values()])
        assert (by_year.sum(axis=0) == results.years.measures[measure]).all()


def test_pots_add_up_to_what_is_paid_and_owed() -> None:
    results = run(small(budgets=POOR_YEARS, cash=(model.Cash(claims=4),)))
    books = results.books
    assert (books.pot_paid.sum(axis=0) == books.flows.paid.sum(axis=0)).all()
    # What waits without a limit of its fund still waits for cash, and is owed by its pot.
    assert (books.pot_owed.sum(axis=0) == books.flows.owed.sum(axis=0)).all()


def test_chunks_never_change_a_byte() -> None:
    chosen = small(by="district", budgets=POOR_YEARS, cash=(model.Cash(claims=4),))
    one, other = (json.dumps(run(chosen, chunk=chunk).to_dict()) for chunk in (16, 64))
    assert one == other


def test_quantile_and_frame_speak_of_draws() -> None:
    results = run(small())
    assert results.quantile(0.5) == results.to_dict()["total"]["paid"]["quantiles"]["0.5"]
    assert results.quantile("0.9", "entitled", "rent") == 15_000.0
    frame = results.frame
    assert frame.num_rows == 64
    assert frame["entitled"].to_pylist() == [20 * 3000 + 30 * 500.0] * 64
    with pytest.raises(ValueError, match="probability"):
        results.quantile(0)


def test_difference_is_taken_draw_by_draw() -> None:
    assumptions = by_hand.scenario()
    program = by_hand.policy(assumptions)
    dearer = evolve(program, clauses={**program.clauses, "grant": by_hand.clause("grant", "aid", 400_000)})
    added = evolve(program, clauses={"rent": program.clauses["rent"]})
    a, b, c = (run(by_hand.plan(p, assumptions)) for p in (program, dearer, added))
    assert not any(values.any() for values in a.whole.minus(a.whole).measures.values())
    difference = b.whole.minus(a.whole)
    assert set(difference.measures["entitled"][0, 0].tolist()) == {20 * 100_000}
    assert not difference.measures["entitled"][2].any()
    lost = c.whole.minus(a.whole)
    assert lost.clauses == ("rent", "grant")
    assert set(lost.measures["entitled"][2, 0].tolist()) == {-20 * 300_000}


def test_a_budget_names_a_pot_of_its_fund() -> None:
    wrong = (budget("district_aid", None, 2024, 1), budget("aid", "yuecheng", 2024, 1), budget("aid", None, 2024, 1))
    assumptions = by_hand.scenario(budgets=wrong)
    found = list(budget_faults(by_hand.policy(assumptions), assumptions))
    assert [d.code for d in found] == ["HC610", "HC610"]
    assert found[0].help is not None
    assert "yuecheng" in found[0].help.en
