"""Each pass keeps what a program means; what it changes is shown as text."""

from __future__ import annotations

from fractions import Fraction

import pytest

from compiler import ir
from compiler.lowering.lower import lower
from compiler.passes.constant import constant
from compiler.passes.dead import dead
from compiler.pipeline import compile_program
from compiler.show import show
from compiler.verify import verify
from lang import model, typed
from lang.types import COUNT, MONEY, YES_NO
from tests.compiler.checked import COVERED, ENTERPRISE, PERSON, clause, count, fact, program, rule, run_at_least, yuan

YES, NO = typed.Constant(True, YES_NO), typed.Constant(False, YES_NO)
EMPLOYED = fact("employed")


def passed(condition: typed.Expr | None, amount: typed.Expr | None = None, **more: object) -> ir.Program:
    """One clause, after both passes."""
    lowered, _ = lower(program([PERSON, ENTERPRISE], [clause("c", rule(condition, amount or yuan(1)))], **more))
    assert lowered is not None
    for transform in (constant, dead):
        lowered = transform(lowered)
        verify(lowered)
    return lowered


def condition(p: ir.Program) -> ir.Op | None:
    when = p.clauses["c"].alternatives[0].when
    return None if when is None else p.streams[when].op


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (typed.All((YES, EMPLOYED)), ir.Fact("employed")),
        (typed.All((NO, EMPLOYED)), ir.Constant(False)),
        (typed.Either((YES, EMPLOYED)), None),
        (typed.Either((NO, EMPLOYED)), ir.Fact("employed")),
        (typed.Not(YES), ir.Constant(False)),
        (typed.If(YES, EMPLOYED, fact("renting"), YES_NO), ir.Fact("employed")),
        (typed.If(fact("renting"), EMPLOYED, EMPLOYED, YES_NO), ir.Fact("employed")),
        (typed.Compare("≥", yuan(2), yuan(1)), None),
        (typed.IsKnown(yuan(2)), None),
    ],
)
def test_conditions_that_a_constant_decides(expr: typed.Expr, expected: ir.Op | None) -> None:
    assert condition(passed(expr)) == expected


def test_arithmetic_of_constants() -> None:
    third = typed.Arithmetic("/", yuan(1000), count(3), MONEY)
    result = passed(None, third)
    assert [stream.op for stream in result.streams] == [ir.Constant(Fraction(100000, 3))]


def test_parameters_are_not_folded() -> None:
    value = model.Parameter(name="amount", type=MONEY, values=())
    read = typed.ParameterRead("amount", MONEY)
    result = passed(None, typed.Arithmetic("+", read, yuan(1), MONEY), parameters={"amount": value})
    assert any(isinstance(stream.op, ir.Arithmetic) for stream in result.streams)


def test_dead_streams_are_dropped_and_definitions_kept() -> None:
    unread = typed.All((NO, run_at_least(fact("renting"), 3)))
    result = passed(typed.Either((EMPLOYED, unread)), defines=[COVERED])
    assert show(result) == (
        "policy aid: months 2021-01 to 2022-12, due from 2021-01\n"
        "%0 person yes/no fact poverty_alleviated\n"
        "%1 person county fact origin\n"
        "%2 person yes/no one of %1: mabian, ebian, jinkouhe, muchuan\n"
        "%3 person date   fact hired_on\n"
        "%4        date   constant 2021-01-01\n"
        "%5 person yes/no compare %3 ≥ %4\n"
        '%6 person yes/no and %0 %2 %5  "covered"\n'
        "%7 person yes/no fact employed\n"
        "%8        money  constant 1.00 yuan\n"
        "clause c person\n"
        "  when %7 pay %8 once\n"
    )


def test_a_folded_definition_gives_its_name_to_what_stands_for_it() -> None:
    define = model.Define(name="working", entity="person", body=typed.All((YES, EMPLOYED)))
    result = passed(typed.DefineRead("person", "working", YES_NO), defines=[define])
    assert [stream.name for stream in result.streams] == ["working", None]


def test_passes_leave_a_program_alone_that_they_do_not_change() -> None:
    once = passed(run_at_least(EMPLOYED, 3))
    assert dead(constant(once)) == once


# ---------------------------------------------------------------- bounds
def compiled(amount: typed.Expr, frequency: str = "once", **limits: typed.Expr) -> list[str]:
    the_clause = clause("c", rule(None, amount, frequency, **limits), entity="enterprise")
    the_program = program([PERSON, ENTERPRISE], [the_clause])
    result, diagnostics = compile_program(the_program)
    assert (result is None) == bool(diagnostics)
    return [f"{d.code} {d.message.en}" for d in diagnostics]


WAGES = typed.Aggregate("sum", "person", "employer", None, fact("wage"), MONEY)
HEADS = fact("headcount", ENTERPRISE)


def test_what_may_leave_64_bits_is_named_once() -> None:
    product = typed.Arithmetic("×", WAGES, HEADS, MONEY)
    (message,) = compiled(typed.Arithmetic("+", product, yuan(1), MONEY))
    assert message.startswith("HC590 ")
    assert "from 0.00 yuan to 10000000000000000000000.00 yuan" in message


def test_an_upper_limit_does_not_mend_what_is_too_large_before_it() -> None:
    product = typed.Arithmetic("×", WAGES, HEADS, MONEY)
    assert len(compiled(typed.Arithmetic("minimum", product, yuan(1), MONEY))) == 1


def test_the_sum_of_all_payments_to_one_row_must_fit() -> None:
    (message,) = compiled(WAGES, "per month")
    assert "all payments of c to one enterprise" in message
    assert compiled(WAGES) == []
    assert compiled(WAGES, "per month", in_all=yuan(1_000_000)) == []
    assert compiled(typed.Arithmetic("minimum", WAGES, yuan(50_000), MONEY), "per month") == []


def test_a_guarded_divisor_is_at_least_one() -> None:
    per_head = typed.Arithmetic("/", yuan(1_000), HEADS, MONEY)
    guarded = typed.If(typed.Compare(">", HEADS, count(0)), per_head, yuan(0), MONEY)
    assert compiled(guarded) == []


def test_a_count_is_bounded_by_the_number_of_rows() -> None:
    staff = typed.Aggregate("count", "person", "employer", None, None, COUNT)
    assert compiled(typed.Arithmetic("×", yuan(100), staff, MONEY)) == []
