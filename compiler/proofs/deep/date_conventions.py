"""Dates of facts for which conventions differ (HC409): months added to a day that the month reached does not have.

Here the last day of that month is taken. Others count on into the next month. Where that changes what a clause pays in
some month, somebody is shown whom the two part, with the rows that he is linked to, and the day with both sums. Both
are replayed: the program as it is, and with its sums put the other way (reasoning/elsewhere.py). Who is tried: whom the
solver finds, then rows drawn near the constants.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from compiler import ir
from compiler.backends.smt import amounts
from compiler.backends.smt.amounts import NotEncoded
from compiler.backends.smt.logic import Bit, no, same, some
from compiler.backends.smt.row import RowOf, kinds_of, new_world, part, row_of
from compiler.backends.smt.solver import Question
from compiler.backends.smt.streams import Side
from compiler.difference.asking import restricted
from compiler.difference.search import search
from compiler.facts import Facts
from compiler.proofs.deep.asking import STEPS, due, eligible
from compiler.proofs.finding import Finding, Found, NotProved, Policy
from compiler.proofs.reasoning.elsewhere import Parting, adds_months, elsewhere, partings
from compiler.proofs.reasoning.parted import parted_at, shown_apart
from compiler.proofs.reasoning.person import Fill, Person
from compiler.proofs.reasoning.somebody import DRAWN, wanted_of
from compiler.proofs.results import FEW_STEPS, NOT_REPLAYED
from compiler.proofs.witness import Witness, last
from lang import model
from lang.dates import Month
from lang.diagnostics import Text
from lang.types import Value

One = tuple[Facts, Mapping[str, Value], str]


def find(policies: tuple[Policy, ...]) -> Iterator[Found]:
    for policy in policies:
        for clause in policy.model.clauses.values():
            small = part(policy.ir, [clause.name])
            if any(adds_months(small, stream) and _moves_facts(small, stream) for stream in small.streams):
                found = _clause(policy, clause, small)
                if found is not None:
                    yield found


def _moves_facts(program: ir.Program, stream: ir.Stream) -> bool:
    """The day is no settlement date."""
    assert isinstance(stream.op, ir.Later)
    return not isinstance(program.streams[stream.op.day].op, ir.Settlement)


def _clause(policy: Policy, clause: model.Clause, small: ir.Program) -> Found | None:
    other = Policy(policy.model, elsewhere(small))
    reason = FEW_STEPS
    for answer in _solved(policy, clause, small):
        if answer == "never":
            return None
        if isinstance(answer, Text):
            reason = answer
            continue
        shown = _shown(policy, other, clause, answer)
        if shown is not None:
            return shown
        reason = NOT_REPLAYED
    drawn = search(other.ir, small, clause.name, kinds_of(policy.model), DRAWN)
    if drawn is not None:
        shown = _shown(policy, other, clause, (drawn.facts, drawn.sets, drawn.subject[1]))
        if shown is not None:
            return shown
    return NotProved(
        span=clause.span, clauses=(clause.name,), reason=reason, cause=("conventions", policy.name, clause.name),
        question=Text("that conventions of dates agree", "各种日期算法结果一致"),
    )  # fmt: skip


def _solved(policy: Policy, clause: model.Clause, small: ir.Program) -> Iterator[One | Text | Literal["never"]]:
    """Rows of which the solver says that the conventions part them; why it has none; that there is none."""
    sides: tuple[Side, ...] = ("over", "under")
    for side in sides:
        for differ in (_pay_otherwise, _hold_otherwise):
            world = new_world(kinds_of(policy.model), steady=side == "under")
            person = world.person(clause.entity)
            ours = row_of(small, world, person, side)
            others = row_of(small, world, person, side, convention="next month", name="other")
            question = Question([world], STEPS)
            try:
                wanted = some(differ(ours, others, clause.name, month) for month in ours.months)
                answer = question.ask(wanted, *world.ordinary())
                if answer.verdict != "yes":
                    answer = question.ask(wanted)
            except NotEncoded as unsaid:
                yield Text(f"not put to the solver: {unsaid.text.en}", f"未交求解器：{unsaid.text.zh}")
                continue
            if answer.verdict == "yes":
                facts, sets = restricted(world.facts(answer.model), policy.ir), world.sets(answer.model)
                yield from ((each, sets, person.name) for each in _completed(policy, clause, facts))
                break
            if answer.verdict == "never" and side == "over" and (differ is _pay_otherwise or not _in_amounts(small)):
                yield "never"
            yield FEW_STEPS
        if not ours.streams.free:
            return


def _completed(policy: Policy, clause: model.Clause, facts: Facts) -> Iterator[Facts]:
    """Also with what the solver was not asked about, so that something is paid."""
    yield facts
    hows: tuple[Fill, ...] = ("usual", "most")
    for how in hows:
        person = Person.around(policy, facts, clause.entity)
        yield person.filled(wanted_of(policy.model, clause), how).facts()


def _pay_otherwise(ours: RowOf, others: RowOf, clause: str, month: Month) -> Bit:
    return amounts.compare("≠", due(ours, clause, month), due(others, clause, month))


def _hold_otherwise(ours: RowOf, others: RowOf, clause: str, month: Month) -> Bit:
    return no(same(eligible(ours, clause, month), eligible(others, clause, month)))


def _in_amounts(program: ir.Program) -> bool:
    """Whether months are added to a day for what is paid, not only for whether it is."""
    waiting = [rule.amount for clause in program.clauses.values() for rule in clause.alternatives]
    seen: set[ir.Id] = set()
    while waiting:
        stream = program.streams[waiting.pop()]
        if stream.id not in seen:
            seen.add(stream.id)
            waiting += ir.operands(stream.op)
    return any(adds_months(program, program.streams[stream]) for stream in seen)


# ---------------------------------------------------------------- who shows it
def _shown(policy: Policy, other: Policy, clause: model.Clause, one: One) -> Finding | None:
    witness = shown_apart(policy, other, clause, *one)
    if witness is None:
        return None
    found = _parting(policy, clause, witness)
    message = Text(
        f"for dates at the end of a month conventions differ: of {found.day} the day that counts is {found.here} here "
        f"(a shorter month's last day), and {found.there} where days are counted on into the next month",
        f"对月末的日期，各种算法结果不同：以{found.day}起算，此处为{found.here}（取较短月份的最后一天），"
        f"若顺延至次月则为{found.there}",
    )
    return Finding(
        code="HC409", span=clause.span, message=message, clauses=(clause.name,), witness=witness,
        cause=("conventions", policy.name, clause.name),
    )  # fmt: skip


def _parting(policy: Policy, clause: model.Clause, witness: Witness) -> Parting:
    """The sum that alone parts the two, or the first of several that do so together."""
    small = part(policy.ir, [clause.name])
    facts = restricted(witness.facts, small)
    first = small.first if witness.month is None else witness.month
    months = (first, *(month for month in range(small.first, last(policy) + 1) if month != first))
    found = [*partings(small, facts, witness.sets, months)]
    for one in found:
        alone = Policy(policy.model, elsewhere(small, frozenset({one.stream})))
        if parted_at(policy, alone, clause, facts, witness.sets, witness.key) is not None:
            return one
    return found[0]
