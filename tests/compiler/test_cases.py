"""Cases: their facts, and how what came is held against what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from compiler import ir
from compiler.cases.run import CaseResult, facts_of_case, run_cases
from compiler.evaluate import evaluate
from compiler.facts import Facts, History, Span
from compiler.ledger import Ledger, Payment, Refused, Undetermined
from compiler.lowering.lower import lower
from lang import model
from lang.dates import Month, month
from lang.program import load
from lang.source import Source
from lang.tree.declarations import Spell
from lang.types import NONE, UNKNOWN, Value
from tests.compiler.checked import ENTERPRISE, PERSON, clause, fact, program, rule, yuan

M3, M4, M5, M7 = (month(2021, number) for number in (3, 4, 5, 7))
END = month(2022, 12)


def given(attribute: str, value: Any, *spells: Spell, key: str = "p1") -> model.Instance:
    the_fact = model.Fact(attribute=attribute, value=value, spells=spells or None)
    return model.Instance(entity="person", key=key, facts=(the_fact,))


def payment(at: Month, amount: int = 300000, **more: Any) -> Payment:
    base: dict[str, Any] = {
        "clause": "grant", "entity": "person", "key": "p1", "month": at, "due": at, "amount": amount,
        "payee": "person/p1", "funds": {}, "cites": (),
    }  # fmt: skip
    return Payment(**(base | more))


def expect(answer: Any, amount: int | None = None, **more: Any) -> model.Expect:
    exact = None if amount is None else Fraction(amount)
    return model.Expect(clause="grant", answer=answer, key="p1", amount=exact, **more)


def run(
    expected: model.Expect,
    *payments: Payment,
    undetermined: tuple[Undetermined, ...] = (),
    refused: tuple[Refused, ...] = (),
    last: Month | None = END,
    instances: tuple[model.Instance, ...] = (given("employed", True, Spell(M3, M7)),),
) -> tuple[CaseResult, Month | None]:
    """The result of one expectation when an evaluator gives this ledger, and the month it was asked for."""
    case = model.Case(name="a case", sets={}, instances=instances, expects=(expected,))
    checked = program(
        [PERSON, ENTERPRISE], [clause("grant", rule(fact("employed"), yuan(3000)))], cases=(case,), last=last
    )
    compiled, _ = lower(checked)
    assert compiled is not None
    asked: list[Month | None] = []

    def evaluate(program: ir.Program, facts: Facts, *, until: Month | None, parameters: Mapping[str, Value]) -> Ledger:
        asked.append(until)
        return Ledger(policy="aid", payments=payments, undetermined=undetermined, refused=refused)

    (result,) = run_cases(checked, compiled, evaluate)
    return result, asked[0]


DOUBT = Undetermined(clause="grant", entity="person", key="p1", missing=("renting",))
REFUSAL = Refused(clause="grant", entity="person", key="p1", month=M5, reason="limit")
MONTHLY = {"per_month": True, "first": M3, "last": M5}


@pytest.mark.parametrize(
    ("expected", "payments", "status"),
    [
        (expect("pays", 300000), [payment(M5)], "passed"),
        (expect("pays", 300000), [], "failed"),
        (expect("pays", 300000), [payment(M5), payment(M7)], "failed"),
        (expect("pays", 300001), [payment(M5)], "failed"),
        (expect("pays", 300000, first=M5, last=M5), [payment(M5), payment(M7)], "passed"),
        (expect("pays", 300000, first=M4, last=M4), [payment(M5)], "failed"),
        (expect("pays", 300000, due=M7), [payment(M5, due=M7)], "passed"),
        (expect("pays", 300000, due=M5), [payment(M5, due=M7)], "failed"),
        (expect("pays", 300000, to="e1"), [payment(M5, payee="enterprise/e1")], "passed"),
        (expect("pays", 300000, to="e2"), [payment(M5, payee="enterprise/e1")], "failed"),
        (expect("pays", 300000, to="e1"), [payment(M5, payee=None)], "failed"),
        (expect("pays", 300000, per_month=True), [payment(M5), payment(M7)], "passed"),
        (expect("pays", 300000, per_month=True), [payment(M5), payment(M7, 1)], "failed"),
        (expect("pays", 300000, **MONTHLY), [payment(M3), payment(M4), payment(M5), payment(M7, 1)], "passed"),
        (expect("pays", 300000, **MONTHLY), [payment(M3), payment(M5)], "failed"),
        (expect("nothing"), [], "passed"),
        (expect("nothing"), [payment(M5, key="p2"), payment(M5, clause="rent")], "passed"),
        (expect("nothing"), [payment(M5)], "failed"),
        (expect("undetermined"), [], "failed"),
        (expect("refuses"), [], "failed"),
    ],
)
def test_without_doubt(expected: model.Expect, payments: list[Payment], status: str) -> None:
    assert run(expected, *payments)[0].status == status


@pytest.mark.parametrize(
    ("expected", "payments", "status"),
    [
        (expect("pays", 300000), [], "undetermined"),
        (expect("pays", 300000), [payment(M5)], "undetermined"),  # perhaps another one
        (expect("pays", 300000, first=M5, last=M5), [payment(M5)], "passed"),
        (expect("pays", 300000), [payment(M5, 1)], "failed"),
        (expect("pays", 300000, **MONTHLY), [payment(M3)], "undetermined"),
        (expect("nothing"), [], "undetermined"),
        (expect("undetermined"), [], "passed"),
    ],
)
def test_with_doubt(expected: model.Expect, payments: list[Payment], status: str) -> None:
    assert run(expected, *payments, undetermined=(DOUBT,))[0].status == status


def test_a_row_that_waits_for_a_parameter_is_not_its_neighbour() -> None:
    for waiting, status in ((("p1", "p2"), "undetermined"), (("p2",), "passed")):
        doubt = Undetermined(
            clause="grant", entity="person", key=None, missing=("rate",), count=len(waiting), waiting=waiting
        )
        assert run(expect("nothing"), undetermined=(doubt,))[0].status == status


def test_refusals() -> None:
    assert run(expect("refuses"), refused=(REFUSAL,))[0].status == "passed"
    assert run(expect("refuses", first=M3, last=M3), refused=(REFUSAL,))[0].status == "failed"
    assert run(expect("nothing"), refused=(REFUSAL,))[0].status == "passed"


def test_a_failed_case_says_what_was_given_expected_and_got() -> None:
    result, _ = run(expect("pays", 300000, first=M5, last=M5, due=M7), payment(M5, 123456), refused=(REFUSAL,))
    assert result.to_dict() == {
        "name": "a case",
        "status": "failed",
        "expected": "grant person/p1: 3000.00 yuan in 2021-05 due 2021-07",
        "got": "1234.56 yuan in 2021-05; refused in 2021-05 (no place left)",
        "why": ["2021-05 ✗ once (paid in 2021-03)"],
    }
    assert result.facts == ("person p1: employed = yes from 2021-03 to 2021-07",)
    assert "预期：grant person/p1：3000.00 元，归属 2021-05，2021-07 兑现" in result.text("zh")


def test_a_policy_without_end_is_followed_a_year_beyond_what_the_case_names() -> None:
    assert run(expect("nothing"))[1] is None
    assert run(expect("nothing"), last=None)[1] == M7 + 12
    assert run(expect("nothing", first=month(2030, 1), last=month(2030, 1)), last=None)[1] == month(2031, 1)
    hired = (given("hired_on", date(2025, 6, 30)),)
    assert run(expect("nothing"), last=None, instances=hired)[1] == month(2026, 6)


def test_facts_of_a_case() -> None:
    instances = (
        given("employed", True, Spell(M3, M4), Spell(date(2021, 7, 2), None)),
        given("wage", Fraction(420000), Spell(M3, M5)),
        given("wage", NONE, Spell(M7, None)),
        given("renting", False),
        given("origin", "mabian", key="p0"),
    )
    case = model.Case(name="facts", sets={}, instances=instances, expects=())
    rows = facts_of_case(case, program([PERSON, ENTERPRISE])).rows("person")
    assert list(rows) == ["p0", "p1"]
    assert rows["p1"].values == {
        "employed": History((Span(M3, M4, True), Span(month(2021, 8), None, True)), False),
        "wage": History((Span(M3, M5, Fraction(420000)), Span(M7, None, NONE)), UNKNOWN),
        "renting": False,
    }


# ---------------------------------------------------------------- why
def test_a_failed_case_says_why() -> None:
    text = """policy p
  in force 2021-01-01 to 2021-12-31
entity person "人员"
  has employed: yes/no monthly
  has poor: yes/no
clause grant
  for person where poor
  employed ≥ 3 months → 100 yuan once
case "two months are too few"
  person p1
    poor = yes, employed = yes from 2021-03 to 2021-04
  person p2
    employed = yes from 2021-03
  expect grant pays p1 100 yuan in 2021-04
  expect grant pays p2 100 yuan in 2021-05
"""
    checked, _ = load(Source(text, "p.policy"))
    assert checked is not None
    compiled, _ = lower(checked)
    assert compiled is not None
    (result,) = run_cases(checked, compiled, evaluate)
    short, unknown = result.checks
    assert [why.en for why in short.why] == [
        "2021-04 ✗ employed ≥ 3 months (2 months)",
        "2021-04 lacks 1 month: employed ≥ 3 months",
    ]
    assert [why.zh for why in unknown.why] == ["2021-05 ? poor (不详)", "2021-05 ? 缺少：poor"]
    assert "  why: 2021-04 ✗ employed ≥ 3 months (2 months)" in result.text("en")
    assert "  原因：2021-05 ? 缺少：poor" in result.text("zh")
    assert result.to_dict()["why"][0].startswith("2021-04 ✗")
