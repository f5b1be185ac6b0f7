"""People drawn for a policy: what they are like, how often they are paid, and how small they become."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

import huice
from compiler.evaluate import evaluate
from compiler.facts import History
from huice.facts.json_facts import facts_from_data
from huice.testing import facts_for, programs
from huice.testing.facts import DrawnFacts
from huice.testing.parameters import open_parameters
from lang.types import NONE
from tests.huice.testing.own import trial

POLICY = trial()
SAME = settings(
    max_examples=200, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)  # fmt: skip
STANDARD = ("shaoxing_2021_51", "jining_2020_47", "chaoyang_labour_cooperation")


def drawn(program: huice.Program, **options: Any) -> list[DrawnFacts]:
    found: list[DrawnFacts] = []

    @SAME
    @given(facts_for(program, **options))
    def collect(facts: DrawnFacts) -> None:
        found.append(facts)

    collect()
    return found


def paid(program: huice.Program, facts: DrawnFacts) -> set[str]:
    ledger = evaluate(program.ir, facts.tables, parameters=open_parameters(program.ir))
    return {payment.clause for payment in ledger.payments}


@pytest.mark.parametrize("name", STANDARD)
def test_most_draws_pay_and_each_clause_is_paid_in_its_turn(name: str) -> None:
    """Two draws in three of Shaoxing pay something; aimed at, each clause of these policies is reached."""
    program = huice.load(f"std:{name}")
    together = [paid(program, facts) for facts in drawn(program)]
    assert sum(map(bool, together)) >= 0.5 * len(together)
    for clause in program.ir.clauses:
        assert any(clause in paid(program, facts) for facts in drawn(program, clause=clause)), clause


def test_what_is_drawn_is_known_unknown_none_linked_and_not_given() -> None:
    rows = [row for facts in drawn(POLICY) for table in facts.tables.tables.values() for row in table.values()]
    values = [value for row in rows for value in row.values.values()]
    assert any("poor" not in row.values for row in rows if row.key.startswith("p"))
    assert any(value is NONE for value in values)
    assert any(isinstance(value, History) and len(value.spans) > 1 for value in values)
    employers = {row.values.get("employer") for row in rows if row.key.startswith("p")}
    assert {"c1", NONE, "elsewhere"} <= employers
    assert any(len(facts.tables.rows("person")) > 1 for facts in drawn(POLICY))


def test_nothing_is_undetermined_where_every_fact_is_given() -> None:
    for facts in drawn(trial(), clause="start", unknown=False):
        ledger = evaluate(POLICY.ir, facts.tables)
        assert not [entry for entry in ledger.undetermined if entry.clause == "start"]


def test_the_json_form_says_the_same() -> None:
    for program in (POLICY, huice.load("std:shaoxing_2021_51")):
        for facts in drawn(program)[:60]:
            read, faults = facts_from_data(program.model, facts.data, "drawn")
            assert not faults
            parameters = open_parameters(program.ir)
            ledgers = [evaluate(program.ir, tables, parameters=parameters) for tables in (facts.tables, read)]
            assert ledgers[0] == ledgers[1]


def test_the_printed_form_makes_them_again() -> None:
    for facts in drawn(POLICY)[:20]:
        again = eval(repr(facts), {"huice": huice})
        assert POLICY.evaluate(again).to_dict() == POLICY.evaluate(facts).to_dict()


def test_the_first_person_is_the_smallest() -> None:
    smallest = find(facts_for(POLICY), lambda facts: True, settings=settings(database=None))
    assert smallest.data == {"person": [{"id": "p1"}]}


def test_a_person_who_is_paid_is_made_small() -> None:
    """No fact is left that the payment does not need."""
    found = find(
        facts_for(POLICY, clause="start"),
        lambda facts: "start" in paid(POLICY, facts),
        settings=settings(database=None, deadline=None, max_examples=1000, derandomize=True),
    )
    assert set(found.data) == {"person"}
    (person,) = found.data["person"]
    assert set(person) == {"id", "poor", "home", "employed"}


def test_a_clause_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="no clause nothing"):
        facts_for(POLICY, clause="nothing")


@settings(max_examples=15, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_programs_are_well_typed_and_print_as_what_makes_them(program: huice.Program) -> None:
    assert program.ir.clauses
    again = eval(repr(program), {"huice": huice})
    assert again.model.clauses == program.model.clauses
    for facts in [find(facts_for(program), lambda facts: True, settings=settings(database=None))]:
        assert program.evaluate(facts).faults == ()
