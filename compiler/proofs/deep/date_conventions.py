"""Dates of facts for which conventions differ (HC409): months added to a day that the month reached does not have.

Here the last day of that month is taken. Others count on into the next month. Where that changes what a clause pays in
some month, a date that shows it is given, and how the two would differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from compiler import ir
from compiler.backends.smt.amounts import NotEncoded
from compiler.backends.smt.logic import no, same, some
from compiler.backends.smt.row import kinds_of, new_world, part, row_of
from compiler.backends.smt.solver import Question
from compiler.difference.answers import answer_of
from compiler.difference.asking import restricted
from compiler.facts import Facts
from compiler.proofs.deep.asking import STEPS, Shown, eligible, not_put
from compiler.proofs.finding import Finding, Found, NotProved, Policy
from compiler.proofs.results import FEW_STEPS
from compiler.proofs.witness import Witness, replay, witness
from lang import model
from lang.dates import month_text
from lang.diagnostics import Text


def find(policies: tuple[Policy, ...]) -> Iterator[Found]:
    for policy in policies:
        for clause in policy.model.clauses.values():
            small = part(policy.ir, [clause.name])
            if any(_moves_facts(small, stream) for stream in small.streams):
                found = _clause(policy, clause, small)
                if found is not None:
                    yield found


def _moves_facts(program: ir.Program, stream: ir.Stream) -> bool:
    """Months are added to a day that is no constant and no settlement date."""
    if not isinstance(stream.op, ir.Later) or stream.op.unit != "months":
        return False
    return not isinstance(program.streams[stream.op.day].op, ir.Constant | ir.Settlement)


def _clause(policy: Policy, clause: model.Clause, small: ir.Program) -> Found | None:
    """The first month in which the conditions differ."""
    world = new_world(kinds_of(policy.model))
    person = world.person(clause.entity)
    ours = row_of(small, world, person)
    others = row_of(small, world, person, convention="next month", name="other")
    question = Question([world], STEPS)
    try:
        differing = [
            (m, no(same(eligible(ours, clause.name, m), eligible(others, clause.name, m)))) for m in ours.months
        ]
        wanted = some(bit for _, bit in differing)
        answer = question.ask(wanted, *world.ordinary())
        if answer.verdict != "yes":
            answer = question.ask(wanted)
    except NotEncoded as unsaid:
        return not_put(policy, clause, unsaid)
    if answer.verdict == "unknown":
        return NotProved(
            span=clause.span, clauses=(clause.name,), reason=FEW_STEPS,
            cause=("conventions", policy.name, clause.name),
            question=Text("that conventions of dates agree", "各种日期算法结果一致"),
        )  # fmt: skip
    if answer.verdict == "never":
        return None
    facts, sets = restricted(world.facts(answer.model), policy.ir), world.sets(answer.model)
    month = next(m for m, bit in differing if not isinstance(bit, bool) and str(answer.model.eval(bit)) == "True")
    dates = _dates(policy, facts)
    if not dates:
        return None
    day = dates[0].isoformat()
    at = month_text(month)
    message = Text(
        f"for dates at the end of a month, such as {day}, another convention would decide otherwise in {at}: here a "
        "shorter month's last day is taken, elsewhere days are counted on into the next month",
        f"对月末的日期（如 {day}），按其他算法 {at} 的结果会不同：此处取较短月份的最后一天，也有人顺延至次月",
    )
    shown = Shown(facts, sets, person.name)
    return Finding(
        code="HC409", span=clause.span, message=message, clauses=(clause.name,),
        witness=_witness(policy, clause, shown, at), cause=("conventions", policy.name, clause.name),
    )  # fmt: skip


def _dates(policy: Policy, facts: Facts) -> list[date]:
    """The days at the end of a month that the example gives."""
    return sorted(
        value
        for rows in facts.tables.values()
        for row in rows.values()
        for value in row.values.values()
        if isinstance(value, date) and value.day >= 29
    )


def _witness(policy: Policy, clause: model.Clause, found: Shown, at: str) -> Witness | None:
    [ledger] = replay([policy], found.facts, found.sets)
    if answer_of(ledger, clause.name, found.key).missing:
        return None
    return witness(
        [policy], found.facts, (clause.entity, found.key), [clause.name], lambda ledgers: True, sets=found.sets,
        title=Text(
            f"{clause.name.replace('_', ' ')}: a date at a month's end", f"{clause.label or clause.name}：月末的日期"
        ),
        remark=Text(f"by another convention {at} would differ", f"按其他算法 {at} 结果不同"),
    )  # fmt: skip
