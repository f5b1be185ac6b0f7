"""`assert_consistent` passes for what agrees, and says what does not."""

from __future__ import annotations

import pytest

import huice
from compiler.facts import Facts, Row
from compiler.ledger import Ledger
from huice.testing import assert_consistent
from huice.testing.ledger_rules import broken_rules
from tests.huice.testing.own import PROPERTIES, trial
from tests.properties import planted

HOLDING = "\n".join(line for line in PROPERTIES.splitlines() if "holds" in line)


def test_a_policy_whose_properties_hold_agrees() -> None:
    assert_consistent(trial(HOLDING), examples=25)


def test_a_standard_policy_agrees() -> None:
    assert_consistent(huice.load("std:jining_2020_47"), examples=10)


@pytest.mark.parametrize("mistake", ["a run is a month too long", "due in the month it accrues"])
def test_a_mistake_in_an_evaluator_is_shown_with_facts(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = huice.loads(
        "policy p\n  in force 2021-06-01 to 2022-12-31\n  applies from 2021-01-01\nentity person\n"
        "  has employed: yes/no monthly\nclause start\n  for person\n  employed ≥ 3 months → 3000 yuan once\n"
    )
    planted.PLANTED[mistake](monkeypatch)
    with pytest.raises(AssertionError) as raised:
        assert_consistent(program)
    message = str(raised.value)
    for part in (
        "the interpreter agree",
        "facts: huice.Facts.from_dict({'person'",
        "expected: payments",
        "got: payments",
    ):
        assert part in message


def test_a_case_that_fails_is_shown() -> None:
    case = """
case "two months are enough"
  person p1
    poor = yes, home = near
    employed = yes from 2021-01 to 2021-02
  expect start pays p1 3000 yuan in 2021-02
"""
    with pytest.raises(AssertionError, match="failed: two months are enough"):
        assert_consistent(trial(case), examples=5)


def test_a_property_that_is_false_is_shown() -> None:
    with pytest.raises(AssertionError) as raised:
        assert_consistent(trial("property low for person: total paid by start ≤ 100 yuan\n"), examples=5)
    for part in ("refuted: low", "claimed:", "got: person/p1", "why:", 'case "low does not hold"'):
        assert part in str(raised.value)


def test_ledgers_that_keep_no_rule_are_told() -> None:
    """Each rule of a ledger, broken by hand."""
    text = """
policy p
  in force 2021-03-01 to 2021-12-31
  applies from 2021-01-01
entity person
  has employed: yes/no monthly
clause single
  for person
  employed → 100 yuan once
clause yearly
  for person
  employed → 100 yuan once per year
clause monthly
  for person
  employed → 100 yuan per month for at most 2 months
clause capped
  for person
  employed → 100 yuan per month at most 150 yuan per year at most 500 yuan
clause here
  for person
  employed → 100 yuan once
clause there
  for person
  employed → 100 yuan once
exclusive one_of_two among here, there per person take first
limit single to 1
"""
    program = huice.loads(text)
    facts = Facts({"person": [Row("p1", {"employed": True}), Row("p2", {"employed": True})]})
    good = program.evaluate(huice.Facts.from_dict({"person": [{"id": "p1", "employed": [["2021-01", None]]}]})).plain
    assert broken_rules(program.model, facts, {}, good) == []
    first = {p.clause: p for p in reversed(good.payments)}

    def wrong(clause: str, other: str | None = None, **changes: object) -> list[str]:
        from attrs import evolve

        payments = (*good.payments, evolve(first[clause], clause=other or clause, **changes))
        ledger = Ledger(policy="p", payments=payments, undetermined=(), refused=())
        return broken_rules(program.model, facts, {}, ledger)

    assert any("it pays once" in said for said in wrong("single", month=24256, due=24256))
    assert any("once per year" in said for said in wrong("yearly", month=24256, due=24256))
    assert any("3 monthly payments" in said for said in wrong("monthly", month=24256, due=24256))
    assert any("above the limit of 150.00 a year" in said for said in wrong("capped", month=24256, due=24256))
    assert any("hold a place" in said for said in wrong("single", key="p2"))
    assert any("both pay" in said for said in wrong("here", other="there"))
    assert any("outside the policy" in said for said in wrong("single", month=24240))
    assert any("is due in" in said for said in wrong("single", key="p3", due=24252))
    assert any("paid 0.00" in said for said in wrong("single", key="p4", amount=0))
