"""Asking the solver about a clause, and turning its answer into a person who was replayed: what deep finders share.

In: policies, clauses, and a term for each month that says what is looked for. Out: never, a witness, or why neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from attrs import frozen

from compiler.backends.smt import amounts
from compiler.backends.smt.amounts import NotEncoded, Number
from compiler.backends.smt.logic import Bit, every, no, some
from compiler.backends.smt.row import RowOf, kinds_of, new_world, part, row_of
from compiler.backends.smt.solver import Answer, Question
from compiler.backends.smt.streams import number_of
from compiler.difference.asking import restricted
from compiler.facts import Facts
from compiler.proofs.finding import NotProved, Policy
from compiler.proofs.minimal import minimal
from compiler.proofs.results import FEW_STEPS, NOT_REPLAYED
from lang import model
from lang.diagnostics import Text
from lang.types import Value

STEPS = 1_500_000  # of the solver, for one question of a finder
TRIED = 60  # smaller examples

Shows = Callable[[Facts, Mapping[str, Value]], bool]
Looked = Callable[[RowOf], Iterable[Bit]]


@frozen(eq=False)
class Shown:
    """Facts that show it, made small; `key` is the row's."""

    facts: Facts
    sets: Mapping[str, Value]
    key: str


@frozen(eq=False)
class Open:
    reason: Text


Seen = Shown | Open | Literal["never"]


def seek(
    policy: Policy, clause: str, looked: Looked, shows: Callable[[str], Shows], *, also: Sequence[str] = (),
    steps: int = STEPS,
) -> Seen:  # fmt: skip
    """Whether one of the terms can hold for a row of the clause's entity. `shows(key)` replays."""
    reason = FEW_STEPS
    for side in ("over", "under"):
        try:
            row, question = asked(policy, (clause, *also), side, steps)
            answer = question.example(some(looked(row)))
        except NotEncoded as unsaid:
            return Open(Text(f"not put to the solver: {unsaid.text.en}", f"未交求解器：{unsaid.text.zh}"))
        if answer.verdict == "never":
            return "never" if side == "over" else Open(reason)
        if answer.verdict == "yes":
            found = shown(policy, row, answer, shows(row.person.name))
            if found is not None:
                return found
            reason = NOT_REPLAYED
        if not row.streams.free:
            break
    return Open(reason)


def not_put(policy: Policy, clause: model.Clause, unsaid: NotEncoded) -> NotProved:
    """That a clause is beyond the solver: said once, whoever asks."""
    return NotProved(
        span=clause.span, clauses=(clause.name,), cause=("not put", policy.name, clause.name),
        question=Text("all that is asked of this clause", "对本条款的全部提问"),
        reason=Text(f"not put to the solver: {unsaid.text.en}", f"未交求解器：{unsaid.text.zh}"),
    )  # fmt: skip


def asked(
    policy: Policy, clauses: Sequence[str], side: Literal["over", "under"] = "over", steps: int = STEPS
) -> tuple[RowOf, Question]:
    """A row of the entity of the first clause, and the desk to ask at."""
    world = new_world(kinds_of(policy.model), steady=side == "under")
    person = world.person(policy.ir.clauses[clauses[0]].entity)
    return row_of(part(policy.ir, clauses), world, person, side), Question([world], steps)


def shown(policy: Policy, row: RowOf, answer: Answer, shows: Shows) -> Shown | None:
    """The solver's row, if the replay shows it, made small."""
    facts, sets = restricted(row.streams.world.facts(answer.model), policy.ir), row.streams.world.sets(answer.model)
    if not shows(facts, sets):
        return None
    subject = (row.person.entity, row.person.name)
    facts, sets = minimal(policy, facts, sets, subject, shows, TRIED)
    return Shown(facts, sets, row.person.name)


# ---------------------------------------------------------------- terms of a clause
def condition(row: RowOf, clause: str, rule: int, month: int) -> Bit:
    """That the rule's condition holds."""
    when = row.program.clauses[clause].alternatives[rule].when
    return True if when is None else row.streams.bit(when, row.person, month)


def chosen(row: RowOf, clause: str, rule: int, month: int) -> Bit:
    """That the rule is the month's: it holds and none before it does."""
    return every((condition(row, clause, rule, month), *(no(condition(row, clause, r, month)) for r in range(rule))))


def due(row: RowOf, clause: str, month: int) -> Number:
    """What the month's rule pays by itself, as if nothing had been paid before."""
    result: Number = amounts.constant(0)
    for rule in reversed(range(len(row.program.clauses[clause].alternatives))):
        alternative = row.program.clauses[clause].alternatives[rule]
        term = row.streams.value(alternative.amount, row.person, month)
        amount = amounts.rounded(number_of(term), alternative.mode, alternative.unit)
        amount = amounts.greater(amount, amounts.constant(0))
        amount = amounts.select(term.none, amounts.constant(0), amount)
        result = amounts.select(condition(row, clause, rule, month), amount, result)
    return result


def eligible(row: RowOf, clause: str, month: int) -> Bit:
    """That one of the clause's rules holds."""
    return some(condition(row, clause, rule, month) for rule in range(len(row.program.clauses[clause].alternatives)))
