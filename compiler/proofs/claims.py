"""What a property means, asked of one row's facts: the definition that proofs and tests with drawn facts share.

A property `for ENTITY: EXPR` says that EXPR holds for every row in every month of the policy, whatever the facts;
`total paid by CLAUSE` is what the clause has paid the row so far, this month included. Where EXPR or a payment waits
for a fact, nothing is claimed of that month.

`CLAUSE rises with FACT` compares two rows that are alike but for the facts that FACT reads, where FACT is never lower
in the second (a monthly fact: in no month; yes is above no; a later date above an earlier one): in all, over the
whole policy, the clause pays the second no less than the first. `falls with`: no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from attrs import evolve, fields, frozen

from compiler import ir
from compiler.difference.answers import answer_of
from compiler.difference.asking import restricted
from compiler.explanation.conditions import extended
from compiler.facts import Facts, History, Row, Span
from compiler.interpreter.streams import Streams
from compiler.interpreter.values import Maybe, Unsure
from compiler.ledger import Ledger
from compiler.memory import start_month
from compiler.parameters import settled
from compiler.proofs.finding import Policy
from compiler.proofs.witness import last, replay
from lang import model, typed
from lang.dates import Month
from lang.types import MONEY, UNKNOWN, Absent, Value


@frozen
class Lowered:
    """An expression of a property as a stream of `program`: the policy's, with `total paid by CLAUSE` read as if it
    were a monthly fact (`paid`: clause → the name of that fact, which no policy can declare)."""

    program: ir.Program
    stream: ir.Id
    paid: Mapping[str, str]


def lowered(policy: Policy, entity: str, expr: typed.Expr) -> Lowered:
    paid: dict[str, str] = {}
    expressions = extended(policy.model, policy.ir)
    stream = expressions.lower(_as_facts(expr, entity, paid))
    attributes = dict(policy.ir.attributes)
    for name in paid.values():
        attributes[entity, name] = ir.Attribute(
            entity=entity, name=name, label=None, type=MONEY, monthly=True, counts="full months", default=None,
            low=Fraction(0), high=None,
        )  # fmt: skip
    program = evolve(policy.ir, streams=tuple(expressions.builder.streams), attributes=attributes)
    return Lowered(program, stream, paid)


def _as_facts(node: Any, entity: str, paid: dict[str, str]) -> Any:
    """The expression with a made-up fact in the place of each `total paid by`."""
    if isinstance(node, typed.PaidBy):
        name = paid.setdefault(node.clause, f"total paid by {node.clause}")
        return typed.FactRead(entity, name, MONEY, span=node.span)
    if isinstance(node, tuple):
        return tuple(_as_facts(one, entity, paid) for one in node)
    if not isinstance(node, typed.Expr):
        return node
    parts = {each.name: getattr(node, each.name) for each in fields(type(node))}
    changed = {
        name: new
        for name, value in parts.items()
        if isinstance(value, tuple | typed.Expr) and (new := _as_facts(value, entity, paid)) != value
    }
    return evolve(node, **changed) if changed else node


# ---------------------------------------------------------------- bounds
def holds(policy: Policy, claimed: model.Property, facts: Facts, key: str, sets: Mapping[str, Value]) -> bool:
    """Whether the claim (not a Monotone) holds for the row in every month of the policy."""
    return broken_in(policy, claimed, facts, key, sets) is None


def broken_in(
    policy: Policy, claimed: model.Property, facts: Facts, key: str, sets: Mapping[str, Value]
) -> Month | None:
    """The first month in which the claim is sure not to hold."""
    assert not isinstance(claimed.claim, model.Monotone)
    low = lowered(policy, claimed.entity, claimed.claim)
    ledgers = replay([policy], facts, sets) if low.paid else [None]
    return first_broken(policy, low, claimed.entity, facts, key, sets, ledgers[0])


def first_broken(
    policy: Policy, low: Lowered, entity: str, facts: Facts, key: str, sets: Mapping[str, Value], ledger: Ledger | None
) -> Month | None:
    """The same of a claim that is lowered already, with the ledger that an evaluator gave (None: nothing is read)."""
    known = {name: value for name, value in sets.items() if name in policy.ir.parameters}
    facts = _with_totals(policy, low, entity, restricted(facts, policy.ir), key, ledger)
    streams = Streams(
        low.program, facts, settled(low.program, known), start_month(low.program, facts, values=known.values())
    )
    for month in range(policy.ir.first, last(policy) + 1):
        if streams.value(low.stream, key, month) is False:
            return month
    return None


def _with_totals(policy: Policy, low: Lowered, entity: str, facts: Facts, key: str, ledger: Ledger | None) -> Facts:
    """What the clauses have paid the row so far, as histories; unknown from the first month on that is in doubt."""
    if ledger is None:
        return facts
    histories: dict[str, History] = {}
    for clause, name in low.paid.items():
        answer = answer_of(ledger, clause, key)
        if answer.missing:
            continue
        total, spans = Fraction(0), []
        by_month: dict[Month, int] = {}
        for payment in answer.payments:
            by_month[payment.month] = by_month.get(payment.month, 0) + payment.amount
        for month in range(policy.ir.first, last(policy) + 1):
            total += by_month.get(month, 0)
            spans.append(Span(month, month, total))
        before = Span(policy.ir.first - 1200, policy.ir.first - 1, Fraction(0))
        histories[name] = History((before, *spans), UNKNOWN)
    tables = {
        of: [Row(row.key, {**row.values, **histories}) if (of, row.key) == (entity, key) else row
             for row in rows.values()]
        for of, rows in facts.tables.items()
    }  # fmt: skip
    return Facts(tables)


# ---------------------------------------------------------------- monotone
def totals(policy: Policy, clause: str, facts: Facts, key: str, sets: Mapping[str, Value]) -> int | None:
    """What the clause pays the row in all, in fen; None: it waits for a fact."""
    [ledger] = replay([policy], facts, sets)
    answer = answer_of(ledger, clause, key)
    return None if answer.missing else answer.total


def never_less(
    policy: Policy, claimed: model.Property, less: Facts, more: Facts, key: str, sets: Mapping[str, Value]
) -> bool:
    """Whether two rows, `more` with the higher values of the fact, are paid as the Monotone claims."""
    assert isinstance(claimed.claim, model.Monotone)
    first, second = (totals(policy, claimed.claim.clause, facts, key, sets) for facts in (less, more))
    if first is None or second is None:
        return True
    return first <= second if claimed.claim.direction == "rises" else first >= second


def comparable(
    policy: Policy, claimed: model.Property, less: Facts, more: Facts, key: str, sets: Mapping[str, Value]
) -> bool:
    """Whether the fact of a Monotone is known, and never lower in `more`, in every month that can count."""
    assert isinstance(claimed.claim, model.Monotone)
    low = lowered(policy, claimed.entity, claimed.claim.attribute)
    known = {name: value for name, value in sets.items() if name in policy.ir.parameters}
    sides = [restricted(facts, policy.ir) for facts in (less, more)]
    start = min(start_month(low.program, facts, values=known.values()) for facts in sides)
    streams = [Streams(low.program, facts, settled(low.program, known), start) for facts in sides]
    return all(
        _not_above([of.value(low.stream, key, month) for of in streams]) for month in range(start, last(policy) + 1)
    )


def _not_above(values: Sequence[Maybe]) -> bool:
    first, second = values
    if isinstance(first, Unsure | Absent) or type(first) is not type(second):
        return False
    return bool(first <= second)  # type: ignore[operator]
