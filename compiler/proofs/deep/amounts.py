"""Amounts that may lie below zero (HC408), and limits that are never reached (HC407), proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.backends.smt import amounts
from compiler.backends.smt.amounts import NotEncoded
from compiler.backends.smt.logic import Bit, both, every, no, some
from compiler.backends.smt.row import RowOf
from compiler.backends.smt.streams import number_of
from compiler.difference.asking import restricted
from compiler.facts import Facts
from compiler.interpreter.streams import Streams
from compiler.interpreter.values import Unsure
from compiler.memory import start_month
from compiler.parameters import settled
from compiler.proofs.deep.asking import Open, Shown, Shows, asked, chosen, not_put, seek
from compiler.proofs.fast.wording import words
from compiler.proofs.finding import Disproved, Finding, Found, NotProved, Policy
from compiler.proofs.reasoning.person import months_of_rule
from compiler.proofs.reasoning.ranges import Ranges
from compiler.proofs.results import FEW_STEPS
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
                if rule.per_year is not None or rule.in_all is not None or rule.months is not None:
                    yield from _limits(policy, clause, number, rule)


# ---------------------------------------------------------------- below zero
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
        streams = Streams(policy.ir, facts, settled(policy.ir, known), start_month(policy.ir, facts))
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


# ---------------------------------------------------------------- limits
def _limits(policy: Policy, clause: model.Clause, number: int, rule: model.Rule) -> Iterator[Found]:
    """A limit binds where without it more would be paid."""
    name = clause.name
    for which, limit in (("per year", rule.per_year), ("in all", rule.in_all), ("months", rule.months)):
        if limit is None:
            continue
        cause = ("limit", policy.name, name, number, which)
        try:
            row, question = asked(policy, [name])
            answer = question.ask(some(_binds(row, name, number, which, month) for month in row.months))
        except NotEncoded as unsaid:
            yield not_put(policy, clause, unsaid)
            continue
        if answer.verdict == "unknown":
            asked_ = Text("that the limit can be reached", "该上限能否达到")
            yield NotProved(span=limit.span, question=asked_, reason=FEW_STEPS, clauses=(name,), cause=cause)
        elif answer.verdict == "never":
            yield Finding(
                code="HC407", span=limit.span, clauses=(name,), cause=cause,
                message=Text(
                    f"the limit `{words(limit.span)}` is never reached within the months of the policy, whatever "
                    "the facts",
                    f"政策期间内不论台账如何，都达不到上限“{words(limit.span)}”",
                ),
            )  # fmt: skip


def _binds(row: RowOf, clause: str, rule: int, which: str, month: Month) -> Bit:
    claim = row.clauses.claim(clause, month)
    on = chosen(row, clause, rule, month)
    if which == "months":
        return every((on, no(claim.opened), amounts.compare(">", claim.uncut, amounts.constant(0))))
    return both(on, amounts.compare("<", claim.amount, claim.uncut))
