"""Broken IRs are caught, and the message names the stream or the clause."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from attrs import evolve

from compiler import ir
from compiler.lowering.lower import lower
from compiler.verify import verify
from lang import model, typed
from lang.diagnostics import CompilerBug
from lang.types import COUNT, DATE, MONEY, YES_NO, Type
from tests.compiler.checked import (
    COUNTY,
    COVERED,
    COVERED_READ,
    ENTERPRISE,
    PERSON,
    clause,
    count,
    fact,
    program,
    rule,
    run_at_least,
    yuan,
)  # fmt: skip


def good() -> ir.Program:
    """Two clauses in a group, a quota, funds, a target, an aggregate and a link."""
    staff = typed.Aggregate("count", "person", "employer", COVERED_READ, None, COUNT)
    award = clause("award", rule(typed.Compare("≥", staff, count(20)), yuan(100)), entity="enterprise")
    open_there = typed.Through(fact("employer"), fact("open", ENTERPRISE), YES_NO)
    conditions = (open_there, run_at_least(fact("employed"), 6))
    grant = clause("grant", rule(typed.All(conditions), yuan(3000), payee=fact("employer")), where=COVERED_READ,
                   paid_from=model.PaidFrom(funds=("aid",), shares=(Fraction(1),)))  # fmt: skip
    group = model.Exclusive(
        name="support",
        members=(
            model.GroupMember(clause="grant", attribute=None, link=None),
            model.GroupMember(clause=None, attribute=fact("wage"), link=None),
        ),
        per="person",
        take="highest",
    )
    limit = model.Limit(name="award", places=count(10), per=None, period="year", order_by=fact("headcount", ENTERPRISE))
    checked = program(
        [PERSON, ENTERPRISE], [award, grant], [COVERED],
        funds={"aid": model.Fund(name="aid", per="origin", pots="county")},
        groups={"support": group}, limits={"award": limit},
    )  # fmt: skip
    result, _ = lower(checked)
    assert result is not None
    return result


def stream_of(p: ir.Program, kind: type) -> ir.Stream:
    return next(stream for stream in p.streams if isinstance(stream.op, kind))


def reader_of(p: ir.Program, kind: type) -> ir.Stream:
    return next(s for s in p.streams if stream_of(p, kind).id in ir.operands(s.op))


def with_stream(p: ir.Program, stream: ir.Stream) -> ir.Program:
    return evolve(p, streams=(*p.streams[: stream.id], stream, *p.streams[stream.id + 1 :]))


def with_op(p: ir.Program, kind: type, change: Callable[[ir.Op], ir.Op]) -> ir.Program:
    stream = stream_of(p, kind)
    return with_stream(p, evolve(stream, op=change(stream.op)))


def with_clause(p: ir.Program, name: str, **changes: object) -> ir.Program:
    return evolve(p, clauses=dict(p.clauses) | {name: evolve(p.clauses[name], **changes)})


def with_alternative(p: ir.Program, name: str, **changes: object) -> ir.Program:
    (alternative,) = p.clauses[name].alternatives
    return with_clause(p, name, alternatives=(evolve(alternative, **changes),))


def with_funds(p: ir.Program, **changes: object) -> ir.Program:
    return with_clause(p, "grant", funds=evolve(p.clauses["grant"].funds, **changes))


def place(p: ir.Program, type: Type, entity: str | None) -> ir.Id:
    return next(s.id for s in p.streams if s.type == type and s.entity == entity)


BREAKS: dict[str, Callable[[ir.Program], ir.Program]] = {
    "stands in place 0": lambda p: evolve(p, streams=p.streams[1:]),
    "not all of which stand above it": lambda p: with_op(p, ir.Run, lambda op: evolve(op, operand=len(p.streams) - 1)),
    "not yes/no": lambda p: with_op(p, ir.Run, lambda op: evolve(op, operand=place(p, COUNTY, "person"))),
    "is yes/no, not duration": lambda p: with_stream(p, evolve(stream_of(p, ir.Run), type=YES_NO)),
    "two operands or more": lambda p: with_op(p, ir.And, lambda op: ir.And(op.operands[:1])),
    "compares duration": lambda p: with_stream(
        p, evolve(reader_of(p, ir.Run), op=ir.Compare("≥", stream_of(p, ir.Run).id, place(p, DATE, None)))
    ),
    "but reads": lambda p: with_stream(p, evolve(stream_of(p, ir.And), entity="enterprise")),
    "no entity": lambda p: with_stream(p, evolve(stream_of(p, ir.Fact), entity="village")),
    "has no attribute": lambda p: with_op(p, ir.Fact, lambda op: ir.Fact("height")),
    "is no money": lambda p: with_stream(p, evolve(p.streams[place(p, MONEY, None)], op=ir.Constant("much"))),
    "is no link to": lambda p: with_op(p, ir.Aggregate, lambda op: evolve(op, via="origin")),
    "a sum has a value": lambda p: with_op(p, ir.Aggregate, lambda op: evolve(op, word="sum")),
    "cap 0": lambda p: with_op(p, ir.Run, lambda op: evolve(op, cap=0)),
    "there is no stream": lambda p: with_alternative(p, "grant", when=99),
    "is money, not yes/no": lambda p: with_alternative(p, "grant", when=place(p, MONEY, None)),
    "is yes/no, not money": lambda p: with_alternative(p, "grant", amount=place(p, YES_NO, "person")),
    "belongs to person, not to enterprise": lambda p: with_alternative(p, "award", when=place(p, YES_NO, "person")),
    "frequency weekly": lambda p: with_alternative(p, "award", frequency="weekly"),
    "not link": lambda p: with_alternative(p, "grant", payee=place(p, YES_NO, "person")),
    "entity village": lambda p: with_clause(p, "grant", entity="village"),
    "does not know it": lambda p: with_clause(p, "award", group="support"),
    "no quota": lambda p: with_clause(p, "grant", quota="grant"),
    "do not sum to 1": lambda p: with_funds(p, shares=(Fraction(1, 2),)),
    "pots": lambda p: with_funds(p, pots=()),
    "order of processing": lambda p: evolve(p, order=("award",)),
    "reaches person, not enterprise": lambda p: evolve(
        p, groups={"support": evolve(p.groups["support"], entity="enterprise", members=p.groups["support"].members[:1])}
    ),
    "quota award": lambda p: evolve(p, quotas={"award": evolve(p.quotas["award"], clause="nobody")}),
    "definition": lambda p: evolve(p, definitions={("enterprise", "covered"): p.definitions["person", "covered"]}),
}  # fmt: skip


def test_a_good_program_passes() -> None:
    verify(good())


@pytest.mark.parametrize("reason", BREAKS)
def test_a_broken_program_is_caught(reason: str) -> None:
    with pytest.raises(CompilerBug, match=reason):
        verify(BREAKS[reason](good()))
