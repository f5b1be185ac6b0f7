"""A bridge adds up in every draw, by every period; its values are the ones of a small game worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.difference.declarations import changes
from compiler.pipeline import compile_program
from simulator.bridge.bridge import MEASURES, Bridge, bridge
from simulator.bridge.hybrid import hybrid
from simulator.bridge.shares import in_order, orders, shapley
from simulator.bridge.steps import steps_of
from simulator.compare import Comparison, compare
from simulator.run import simulate
from tests.simulator.test_exact_answers import compiled

POLICY = """\
policy example
  in force 2025-01-01 to 2025-12-31
kind county: north, south, west
set near of county = north, south
fund aid
parameter premium: money = 100 yuan
entity person
  has home: county
  has employed: yes/no monthly
define local for person = home in near
clause stay
  for person where local
  employed ≥ 3 months → 3000 yuan + premium once
  paid from aid
clause rent
  for person where local
  employed → 500 yuan per month
  paid from aid
clause alone
  for person
  employed ≥ 6 months → 700 yuan once
  paid from aid

scenario baseline for example
  period 2025-01 to 2025-12
  unknown leave ~ 3% to 8%
  population person
    arrive 40 in 2025-01
    home ~ north 40%, south 30%, west 30%
    employed starts on arrival, ends at leave per month
"""


def bridged(a: str, b: str, *, paid: bool = False, draws: int = 32) -> tuple[Comparison, Bridge]:
    versions = compiled(a), compiled(b)
    comparison = compare(*versions, draws=draws)
    made = bridge(*versions, comparison, paid=paid)
    for measure in made.steps[0].fen if made.steps else ():
        whole = comparison.difference.measures[measure][0]
        years = comparison.b.years.minus(comparison.a.years).measures[measure][0]
        total = sum(step.fen[measure] for step in made.steps)
        assert np.array_equal(total, made.scale * np.concatenate((whole, years)))
        ends = [
            np.sort(r.total(measure))[-(-len(r.total(measure)) * 9 // 10) - 1] for r in (comparison.b, comparison.a)
        ]
        percentiles = sum(step.p90[measure][0] for step in made.steps)
        assert percentiles == pytest.approx((ends[0] - ends[1]) / 100, abs=1e-6)
    return comparison, made


def names(made: Bridge) -> list[list[str]]:
    return [[change["name"] for change in step["changes"]] for step in made.to_list()]


def test_shapley_by_hand() -> None:
    # Worth 10 alone, 20 alone, 50 together: the surplus of 20 is halved.
    worth = {0: 0, 1: 10, 2: 20, 3: 50}
    first, second = shapley(lambda mask: np.array([worth[mask]]), 2)
    assert (first[0], second[0]) == (orders(2) * 20, orders(2) * 30)
    assert [int(x[0]) for x in in_order(lambda mask: np.array([worth[mask]]), 2)] == [10, 40]


def test_an_unchanged_copy_has_no_steps() -> None:
    _, made = bridged(POLICY, POLICY.replace("# ", "#"))
    assert made.steps == ()
    _, made = bridged(POLICY, POLICY.replace("fund aid", "# another word\nfund aid"))
    assert made.steps == ()


def test_changes_of_other_clauses_stand_alone_and_cost_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.bridge.bridge.simulate", lambda *a, **k: pytest.fail("a run too many"))
    b = POLICY.replace("500 yuan", "600 yuan").replace("700 yuan", "800 yuan")
    comparison, made = bridged(POLICY, b)
    assert names(made) == [["rent"], ["alone"]]
    for step, clause in zip(made.steps, ("rent", "alone"), strict=True):
        assert step.methods["entitled"] == "alone"
        own = comparison.b.total("entitled", clause) - comparison.a.total("entitled", clause)
        assert np.array_equal(step.fen["entitled"][0], own * made.scale)


def test_changes_that_meet_share_what_they_do_together() -> None:
    """500 → 600 for two groups of people or three: the step of the amount is the mean of both orders."""
    b = POLICY.replace("500 yuan", "600 yuan").replace("= north, south\nfund", "= north, south, west\nfund")
    comparison, made = bridged(POLICY, b)
    assert names(made) == [["rent"], ["near"]]
    assert {step.methods["entitled"] for step in made.steps} == {"shapley"}
    before, after = comparison.a.total("entitled", "rent"), comparison.b.total("entitled", "rent")
    # Months of two and of three counties: fen / 50,000 and fen / 60,000.
    two, three = before // 50_000, after // 60_000
    assert np.array_equal(made.steps[0].fen["entitled"][0], (two + three) * 10_000)
    stay = comparison.b.total("entitled", "stay") - comparison.a.total("entitled", "stay")
    assert np.array_equal(made.steps[1].fen["entitled"][0], 2 * stay + (three - two) * 110_000)


def test_a_set_goes_with_what_uses_it_and_has_changed_itself() -> None:
    b = POLICY.replace("= north, south\nfund", "= north\nfund").replace("= home in near", "= home in near and employed")
    _, made = bridged(POLICY, b)
    assert names(made) == [["local", "near"]]


def test_a_parameter_of_another_type_goes_with_its_readers() -> None:
    b = POLICY.replace("premium: money = 100 yuan", "premium: share = 10%").replace(
        "3000 yuan + premium", "3000 yuan × premium"
    )
    _, made = bridged(POLICY, b)
    assert names(made) == [["stay", "premium"]]


def test_added_removed_and_more_than_four() -> None:
    b = (
        POLICY.replace("≥ 3 months", "≥ 2 months")
        .replace("3000 yuan + premium", "3000 yuan + premium")
        .replace("= 100 yuan", "= 150 yuan")
        .replace("= home in near", "= home in near and employed")
        .replace("clause alone", "clause another")
        .replace("700 yuan", "900 yuan")
        .replace("500 yuan", "400 yuan")
    )
    _, made = bridged(POLICY, b)
    assert sorted(map(tuple, names(made))) == [("alone",), ("another",), ("local",), ("premium",), ("rent",), ("stay",)]


def test_in_order_when_many_changes_reach_one_clause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.bridge.bridge.MOST_SHAPLEY", 1)
    b = POLICY.replace("500 yuan", "600 yuan").replace("= home in near", "= home in near and employed")
    _, made = bridged(POLICY, b)
    assert {step.methods["entitled"] for step in made.steps} == {"in order"}


GROUP = "exclusive one among rent, alone per person take highest\n"
LIMITED = POLICY.replace("  population", "  budget aid 2025 = 60_000 yuan\n  population")


def test_members_of_a_group_are_taken_together() -> None:
    b = POLICY.replace("700 yuan", "1700 yuan").replace("scenario", GROUP + "\nscenario")
    _, made = bridged(POLICY, b)
    assert {step.methods["entitled"] for step in made.steps} == {"shapley"}


def test_paid_out_of_limited_money_is_done_when_asked_for() -> None:
    b = LIMITED.replace("500 yuan", "600 yuan").replace("700 yuan", "800 yuan")
    _, made = bridged(LIMITED, b)
    assert [list(step.fen) for step in made.steps] == [["entitled"], ["entitled"]]
    comparison, made = bridged(LIMITED, b, paid=True)
    assert [step.methods for step in made.steps] == [{"entitled": "alone", "paid": "shapley"}] * 2
    assert int(comparison.difference.measures["paid"][0, 0].max()) < int(made.steps[0].fen["entitled"][0].max())


@pytest.mark.parametrize("change", [("500 yuan", "600 yuan"), ("= north, south\n", "= north\n"), ("≥ 3", "≥ 4")])
def test_with_every_step_made_the_mixture_is_b(change: tuple[str, str]) -> None:
    a, b = compiled(POLICY), compiled(POLICY.replace(*change).replace("700 yuan", "800 yuan"))
    every = frozenset(place for step in steps_of(a[0], b[0], changes(a, b)) for place in step.places)
    for chosen, end in ((frozenset(), a), (every, b)):
        mixed = hybrid(a[0], b[0], chosen)
        ir, _ = compile_program(mixed)
        assert ir is not None
        scenario = a[0].scenarios["baseline"]
        runs = [simulate(*version, draws=16, assumptions=scenario) for version in ((mixed, ir), end)]
        for measure in MEASURES:
            assert np.array_equal(runs[0].total(measure), runs[1].total(measure))


def test_what_no_step_explains_is_a_step_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.bridge.bridge.steps_of", lambda *_: [])
    _, made = bridged(POLICY, POLICY.replace("500 yuan", "600 yuan"))
    assert [step["changes"] for step in made.to_list()] == [[]]


def test_steps_that_cannot_be_told_apart_become_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.bridge.bridge.compile_program", lambda _: (None, ()))
    b = POLICY.replace("500 yuan", "600 yuan").replace("= north, south\nfund", "= north, south, west\nfund")
    _, made = bridged(POLICY, b.replace("700 yuan", "800 yuan"))
    assert names(made) == [["rent", "near"], ["alone"]]
