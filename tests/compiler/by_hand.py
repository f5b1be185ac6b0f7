"""Programs in the IR written by hand, and facts for them, so that the interpreter can be tested without a compiler."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from compiler import ir
from compiler.facts import Facts, History, Row, Span
from compiler.interpret import interpret
from compiler.ledger import Ledger, yuan
from compiler.lowering.builder import Builder
from lang.dates import Month, month_text, parse_month
from lang.types import COUNT, DATE, DURATION, MONEY, UNKNOWN, YES_NO, Given, Type

PERSON = "person"


def m(text: str) -> Month:
    return parse_month(text)


class Hand:
    """A program while it is written: each method adds a stream and gives its number."""

    def __init__(self, first: str = "2021-01", last: str | None = "2021-12", due: str | None = None) -> None:
        self.builder = Builder()
        self.first, self.last = m(first), None if last is None else m(last)
        self.due = m(due or first)
        self.clauses: list[ir.Clause] = []
        self.groups: dict[str, ir.Group] = {}
        self.quotas: dict[str, ir.Quota] = {}
        self.attributes: dict[tuple[str, str], ir.Attribute] = {}
        self.parameters: dict[str, ir.ParameterValues] = {}

    def fact(
        self, name: str, type: Type = YES_NO, entity: str = PERSON, default: Any = None, low: int = 0, high: int = 10**6
    ) -> ir.Id:
        numeric = type.base in ("count", "money", "share")
        self.attributes[entity, name] = ir.Attribute(
            entity=entity,
            name=name,
            label=None,
            type=type,
            monthly=True,
            counts="full months",
            default=default,
            low=Fraction(low) if numeric else None,
            high=Fraction(high) if numeric else None,
        )
        return self.builder.add(ir.Fact(name), type, entity=entity)

    def parameter(self, name: str, *values: tuple[str, Any], type: Type = MONEY) -> ir.Id:
        self.parameters[name] = ir.ParameterValues(
            name=name, type=type, values=tuple((m(first), value) for first, value in values), external=not values
        )
        return self.builder.add(ir.Parameter(name), type)

    def op(self, op: ir.Op, type: Type = YES_NO, entity: str | None = None) -> ir.Id:
        return self.builder.add(op, type, entity=entity)

    def yuan(self, amount: int | Fraction) -> ir.Id:
        return self.op(ir.Constant(Fraction(amount) * 100), MONEY)

    def count(self, number: int) -> ir.Id:
        return self.op(ir.Constant(number), COUNT)

    def day(self, day: date) -> ir.Id:
        return self.op(ir.Constant(day), DATE)

    def run_of(self, operand: ir.Id, months: int) -> ir.Id:
        """`operand ≥ months`."""
        length = self.op(ir.Constant(months), DURATION)
        return self.op(ir.Compare("≥", self.op(ir.Run(operand, months), DURATION), length))

    def clause(
        self,
        name: str,
        when: ir.Id | None,
        amount: ir.Id,
        frequency: Any = "once",
        *,
        entity: str = PERSON,
        more: Sequence[ir.Alternative] = (),
        funds: ir.Funds | None = None,
        group: str | None = None,
        **rule: Any,
    ) -> None:
        first = ir.Alternative(when=when, amount=amount, frequency=frequency, **rule)
        self.clauses.append(
            ir.Clause(
                index=len(self.clauses),
                name=name,
                label=None,
                cites=("一",),
                entity=entity,
                alternatives=(first, *more),
                funds=funds,
                group=group,
                quota=name,
            )
        )

    def group(self, name: str, take: Any, *members: str | ir.GroupMember, entity: str = PERSON) -> None:
        self.groups[name] = ir.Group(
            name=name,
            entity=entity,
            take=take,
            members=tuple(
                ir.GroupMember(clause=one, paid=None, link=None) if isinstance(one, str) else one for one in members
            ),
        )

    def quota(self, clause: str, places: ir.Id, **more: Any) -> None:
        rest = {"per": None, "period": None, "order": None} | more
        self.quotas[clause] = ir.Quota(clause=clause, places=places, **rest)

    def program(self) -> ir.Program:
        return ir.Program(
            name="by_hand",
            first=self.first,
            last=self.last,
            due_from=self.due,
            streams=tuple(self.builder.streams),
            clauses={c.name: c for c in self.clauses},
            order=tuple(c.name for c in self.clauses),
            groups=self.groups,
            quotas=self.quotas,
            targets={},
            attributes=self.attributes,
            parameters=self.parameters,
            definitions={},
            entities=tuple(dict.fromkeys(entity for entity, _ in self.attributes)),
        )


def yes(*spells: tuple[str, str | None]) -> History:
    """Yes in these months, no in all others."""
    return History(tuple(Span(m(a), None if b is None else m(b), True) for a, b in spells), False)


def months(values: Mapping[str, Given], outside: Given = UNKNOWN) -> History:
    """A value for each month named."""
    return History(tuple(Span(m(at), m(at), value) for at, value in sorted(values.items())), outside)


def rows(entity: str = PERSON, /, **of: Mapping[str, Any]) -> dict[str, list[Row]]:
    return {entity: [Row(key, values) for key, values in of.items()]}


def ledger(hand: Hand, facts: Mapping[str, list[Row]], until: str | None = None, **parameters: Any) -> Ledger:
    return interpret(hand.program(), Facts(facts), until=None if until is None else m(until), parameters=parameters)


def paid(result: Ledger, clause: str | None = None) -> list[tuple[str, str]]:
    """(accrual month, yuan) of the payments."""
    return [(month_text(p.month), yuan(p.amount)) for p in result.payments if clause in (None, p.clause)]


def waits(result: Ledger) -> list[tuple[str, str | None, tuple[str, ...]]]:
    return [(u.clause, u.key, u.missing) for u in result.undetermined]


def refusals(result: Ledger) -> list[tuple[str, str, str, str]]:
    return [(month_text(r.month), r.clause, r.key, r.reason) for r in result.refused]
