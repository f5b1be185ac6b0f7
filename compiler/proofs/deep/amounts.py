"""Amounts that may lie below zero (HC408), proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.backends.smt import amounts
from compiler.backends.smt.logic import Bit, every, no
from compiler.backends.smt.row import RowOf
from compiler.backends.smt.streams import number_of
from compiler.difference.asking import restricted
from compiler.facts import Facts
from compiler.interpreter.streams import Streams
from compiler.interpreter.values import Unsure
from compiler.memory import start_month
from compiler.parameters import settled
from compiler.proofs.deep.asking import Open, Shown, Shows, chosen, seek
from compiler.proofs.fast.wording import words
from compiler.proofs.finding import Disproved, Finding, Found, NotProved, Policy
from compiler.proofs.reasoning.person import months_of_rule
from compiler.proofs.reasoning.ranges import Ranges
from compiler.proofs.witness import Witness, witness
from lang import model
from lang.dates import Month, month_text
from lang.diagnostics import Text
from lang.types import Value


def find(policies: tuple[Policy, ...]) -> Iterator[Found]:
    for policy in policies:
        ranges = Ranges.of(policy.model)
        for clause in policy.model.clauses.values():
            for number, rule in enumerate(clause.rules):
                low = ranges.of_expr(rule.amount).low
                if low is None or low < 0:
                    yield from _negative(policy, clause, number, rule)


def _negative(policy: Policy, clause: model.Clause, number: int, rule: model.Rule) -> Iterator[Found]:
    name = clause.name
    amount = policy.ir.clauses[name].alternatives[number].amount

    def looked(row: RowOf) -> Iterator[Bit]:
        of = row.program.clauses[name].alternatives[number].amount
        for month in row.months:
            term = row.streams.value(of, row.person, month)
            below = amounts.compare("<", number_of(term), amounts.constant(0))
            yield every((chosen(row, name, number, month), no(term.none), below))

    def months(facts: Facts, sets: Mapping[str, Value], key: str) -> list[Month]:
        known = {p: value for p, value in sets.items() if p in policy.ir.parameters}
        streams = Streams(
            policy.ir, facts, settled(policy.ir, known), start_month(policy.ir, facts, values=known.values())
        )
        found = []
        for month in sorted(months_of_rule(policy, name, number, facts, key)):
            value = streams.value(amount, key, month)
            if not isinstance(value, Unsure) and isinstance(value, int) | hasattr(value, "denominator") and value < 0:  # type: ignore[operator]
                found.append(month)
        return found

    def shows(key: str) -> Shows:
        return lambda facts, sets: bool(months(restricted(facts, policy.ir), sets, key))

    found = seek(policy, name, looked, shows)
    cause = ("negative", policy.name, name, number)
    if found == "never":
        yield Disproved(cause)
        return
    if isinstance(found, Open):
        question = Text("that the amount is never below zero", "金额不会为负")
        yield NotProved(
            span=rule.amount.span, question=question, reason=found.reason, clauses=(name,), cause=cause
        )  # fmt: skip
        return
    at = months(found.facts, found.sets, found.key)[0]
    yield Finding(
        code="HC408", span=rule.amount.span, clauses=(name,), cause=cause, witness=_shown(policy, clause, found, at),
        message=Text(
            f"`{words(rule.amount.span)}` may be below zero: nothing is paid then",
            f"“{words(rule.amount.span)}”可能为负：届时不予发放",
        ),
        help=Text(
            "write `at least 0 yuan`, or a condition that rules it out", "请加写“最低 0元”，或写明排除此情形的条件"
        ),
    )  # fmt: skip


def _shown(policy: Policy, clause: model.Clause, found: Shown, month: Month) -> Witness | None:
    at = month_text(month)
    return witness(
        [policy], found.facts, (clause.entity, found.key), [clause.name], lambda ledgers: True, sets=found.sets,
        title=Text(f"{clause.name.replace('_', ' ')}: below zero", f"{clause.label or clause.name}：金额为负"),
        remark=Text(f"in {at} the amount is below zero", f"{at}金额为负"), month=month,
    )  # fmt: skip
