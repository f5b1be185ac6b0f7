"""Dates of facts for which conventions differ (HC409): months added to a day that the month reached does not have.

Here the last day of that month is taken. Others count on into the next month. Where that changes what a clause pays in
some month, a date that shows it is given, and how the two would differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compiler import ir
from compiler.backends.smt.amounts import NotEncoded
from compiler.backends.smt.logic import no, same, some
from compiler.backends.smt.row import kinds_of, new_world, part, row_of
from compiler.backends.smt.solver import Question
from compiler.difference.asking import restricted
from compiler.facts import Facts, History
from compiler.proofs.deep.asking import STEPS, eligible, not_put
from compiler.proofs.finding import Finding, Found, NotProved, Policy
from compiler.proofs.reasoning.conventions import Starts, additions, both_days, decided_elsewhere
from compiler.proofs.reasoning.parted import shown_apart
from compiler.proofs.results import FEW_STEPS
from lang import model, typed
from lang.dates import month_text
from lang.diagnostics import Text
from lang.types import Given


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
    own = facts.rows(clause.entity)[person.name].values
    starts = _starts(policy, clause, own)
    days = [(start, both) for node in additions(policy.model, clause)
            if (start := starts(node)) is not None and (both := both_days(node, start)) is not None]  # fmt: skip
    elsewhere = decided_elsewhere(policy, clause, starts)
    at = month_text(month)
    if not days or elsewhere is None:
        return _of_some_day(policy, clause, facts, at)
    start, (here, there) = days[0]
    message = Text(
        f"for dates at the end of a month conventions differ: of {start} the day that counts is {here} here (a "
        f"shorter month's last day), and {there} where days are counted on into the next month",
        f"对月末的日期，各种算法结果不同：以{start}起算，此处为{here}（取较短月份的最后一天），若顺延至次月则为{there}",
    )

    def keeps(others: Facts) -> bool:
        row = others.rows(clause.entity).get(person.name)
        return row is not None and all(row.values.get(n) == v for n, v in own.items() if isinstance(v, date))

    found = shown_apart(policy, elsewhere, clause, facts, sets, person.name, keeps)
    return Finding(
        code="HC409", span=clause.span, message=message, clauses=(clause.name,), witness=found,
        cause=("conventions", policy.name, clause.name),
    )  # fmt: skip


def _starts(policy: Policy, clause: model.Clause, own: Mapping[str, Given | History]) -> Starts:
    """The dates of the row itself that months are added to."""

    def start(node: typed.Later) -> date | None:
        day = node.day
        while isinstance(day, typed.DefineRead):
            day = policy.model.defines[day.entity, day.define].body
        if not isinstance(day, typed.FactRead) or day.entity != clause.entity:
            return None
        value = own.get(day.attribute)
        return value if isinstance(value, date) else None

    return start


def _of_some_day(policy: Policy, clause: model.Clause, facts: Facts, at: str) -> Finding | None:
    """Where the day is not one of the row's own: that there is one, and which."""
    days = sorted(
        value
        for rows in facts.tables.values()
        for row in rows.values()
        for value in row.values.values()
        if isinstance(value, date) and value.day >= 29
    )
    if not days:
        return None
    message = Text(
        f"for dates at the end of a month, such as {days[0]}, another convention would decide otherwise in {at}: here "
        "a shorter month's last day is taken, elsewhere days are counted on into the next month",
        f"对月末的日期（如 {days[0]}），按其他算法 {at} 的结果会不同：此处取较短月份的最后一天，也有人顺延至次月",
    )
    return Finding(
        code="HC409", span=clause.span, message=message, clauses=(clause.name,),
        cause=("conventions", policy.name, clause.name),
    )  # fmt: skip
