"""Where a little more loses money (HC422): one month more of a fact, or one yuan more, and the payment is lower.

Asked of each clause and each fact that it reads of its own row: two rows alike but for that fact, the second with more
of it. A payment that is lower, and not nothing, is a cliff between tiers (HC422). One that ends where a number passes a
limit (a wage that is too high) is what a limit does, and is told as information (HC423).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Literal

from attrs import evolve

from compiler import ir
from compiler.backends.smt import amounts
from compiler.backends.smt.amounts import NotEncoded, Ratio, Steps
from compiler.backends.smt.logic import Bit, both, every, implies, no
from compiler.backends.smt.row import RowOf, kinds_of, new_world, part, row_of
from compiler.backends.smt.solver import Answer, Question
from compiler.backends.smt.streams import number_of
from compiler.backends.smt.world import Term, World
from compiler.difference.asking import restricted
from compiler.facts import Facts
from compiler.ledger import Ledger, yuan
from compiler.proofs.deep.asking import STEPS, TRIED, due, not_put
from compiler.proofs.finding import Finding, Found, NotProved, Policy
from compiler.proofs.minimal import minimal
from compiler.proofs.paired import alone, together, varies_only
from compiler.proofs.results import FEW_STEPS
from compiler.proofs.witness import Witness, replay, witness
from lang import model
from lang.dates import Month, month_text
from lang.diagnostics import Text
from lang.types import YES_NO, Value

Sort = Literal["lower", "nothing"]


def find(policies: tuple[Policy, ...]) -> Iterator[Found]:
    for policy in policies:
        for clause in policy.model.clauses.values():
            small = part(policy.ir, [clause.name])
            for attribute in _own_facts(small, clause.entity):
                yield from _fact(policy, clause, small, attribute)


def _own_facts(program: ir.Program, entity: str) -> list[ir.Attribute]:
    """Monthly yes/no that are counted in months, and numbers, in the order in which the policy declares them."""
    counted = {s.op.operand for s in program.streams if isinstance(s.op, ir.Run | ir.Total)}
    below: set[ir.Id] = set()
    for stream in reversed(program.streams):
        if stream.id in counted or stream.id in below:
            below |= {stream.id, *ir.operands(stream.op)}
    names = {
        s.op.attribute: s.id in below
        for s in program.streams
        if isinstance(s.op, ir.Fact) and s.entity == entity
    }  # fmt: skip
    return [
        about
        for (of, name), about in program.attributes.items()
        if of == entity and name in names
        and (about.type.base in ("money", "count") or (about.type == YES_NO and about.monthly and names[name]))
    ]  # fmt: skip


def _fact(policy: Policy, clause: model.Clause, small: ir.Program, about: ir.Attribute) -> Iterator[Found]:
    sorts: tuple[Sort, ...] = ("lower",) if about.type == YES_NO else ("lower", "nothing")
    for sort in sorts:
        first = new_world(kinds_of(policy.model), steady=True)
        second = World(first.kinds, first.ctx, base=first, varied=frozenset({(about.entity, about.name)}), steady=True)
        person = first.person(clause.entity)
        rows = row_of(small, first, person, name="a"), row_of(small, second, person, name="b")
        question = Question([first, second], STEPS)
        cause = ("cliff", policy.name, clause.name, about.name)
        label = policy.model.entities[about.entity].attributes[about.name].label or about.name
        try:
            question.holds(every(_a_little_more(rows, about)))
            answer = _first(question, (_loses(rows, clause.name, about, sort, m) for m in rows[0].months))
        except NotEncoded as unsaid:
            yield not_put(policy, clause, unsaid)
            return
        if answer.verdict == "unknown":
            question_ = Text(
                f"that more of `{about.name.replace('_', ' ')}` never loses money", f"“{label}”增加不会使发放减少"
            )
            yield NotProved(
                span=clause.span, question=question_, reason=FEW_STEPS, clauses=(clause.name,), cause=cause
            )  # fmt: skip
            return
        if answer.verdict == "yes":
            less, more = (restricted(world.facts(answer.model), policy.ir) for world in (first, second))
            found = _finding(policy, clause, about, sort, less, more, first.sets(answer.model), person.name)
            if found is not None:
                yield evolve(found, cause=cause)
                return


def _first(question: Question, months: Iterator[Bit]) -> Answer:
    """Month by month: each by itself is an easy question. What cannot be is known from then on."""
    unknown = Answer("never")
    for loses in months:
        answer = question.ask(loses)
        if answer.verdict == "yes":
            return answer
        if answer.verdict == "never":
            question.holds(no(loses))
        else:
            unknown = answer
    return unknown


def _unit(about: ir.Attribute) -> Fraction:
    """One yuan, or one."""
    return Fraction(100) if about.type.base == "money" else Fraction(1)


def _a_little_more(rows: tuple[RowOf, RowOf], about: ir.Attribute) -> Iterator[Bit]:
    for month in range(rows[0].streams.start, rows[0].last + 1):
        a, b = (row.streams.world.fact(row.person, about, month) for row in rows)
        if about.type == YES_NO:
            yield implies(_bit(a), _bit(b))
        else:
            more = amounts.add(number_of(a), amounts.constant(_unit(about)))
            yield both(amounts.compare("=", number_of(b), more), both(_there(a), _there(b)))
            if not about.monthly:
                return


def _bit(term: Term) -> Bit:
    assert not isinstance(term.value, Steps | Ratio)
    return term.value


def _there(term: Term) -> Bit:
    return no(term.none)


def _loses(rows: tuple[RowOf, RowOf], clause: str, about: ir.Attribute, sort: Sort, month: Month) -> Bit:
    """What is due in the month before limits is lower, by more than what is gained."""
    a, b = (due(row, clause, month) for row in rows)
    gained = _unit(about) if about.type.base == "money" else Fraction(0)
    lower = amounts.compare(">", a, amounts.add(b, amounts.constant(gained)))
    nothing = amounts.compare("≤", b, amounts.constant(0))
    if sort == "nothing":
        return both(lower, nothing)
    return both(lower, amounts.compare(">", b, amounts.constant(0)))


# ---------------------------------------------------------------- the example
def _finding(
    policy: Policy, clause: model.Clause, about: ir.Attribute, sort: Sort, less: Facts, more: Facts,
    sets: Mapping[str, Value], key: str,
) -> Finding | None:  # fmt: skip
    entity, other = clause.entity, f"{key}_more"

    def lost(facts: Facts, values: Mapping[str, Value]) -> tuple[Month, int, int] | None:
        if key not in facts.rows(entity) or other not in facts.rows(entity):
            return None
        if not varies_only(facts, entity, key, other, about, _unit(about)):
            return None
        paid = [
            _by_month(replay([policy], alone(facts, entity, key, mine, theirs), values)[0], clause.name, key)
            for mine, theirs in ((key, other), (other, key))
        ]
        gained = int(_unit(about)) if about.type.base == "money" else 0
        if sum(paid[0].values()) <= sum(paid[1].values()):
            return None
        for month in sorted(paid[0]):
            now = paid[1].get(month, 0)
            if paid[0][month] > now + gained and (now > 0) == (sort == "lower"):
                return month, paid[0][month], now
        return None

    facts = together(less, more, entity, key, policy)
    if lost(facts, sets) is None:
        return None
    facts, sets = minimal(policy, facts, sets, (entity, key), lambda f, s: lost(f, s) is not None, TRIED)
    shown = lost(facts, sets)
    assert shown is not None
    month, before, after = shown
    made = _witness(policy, clause, facts, sets, key, other, shown)
    attribute = policy.model.entities[about.entity].attributes[about.name]
    name, label = about.name.replace("_", " "), attribute.label or about.name
    much = Text("one yuan more", "多一元") if about.type.base == "money" else Text("one more", "多一")
    if about.type == YES_NO:
        much = Text("more months", "更多月份")
    end = Text("ends the payment", "就不再发放") if sort == "nothing" else Text("lowers the payment", "反而少发")
    return Finding(
        code="HC422" if sort == "lower" else "HC423", span=clause.span, clauses=(clause.name,), witness=made,
        message=Text(
            f"{much.en} of `{name}` {end.en}: {yuan(before)} yuan becomes {yuan(after)} in {month_text(month)}",
            f"“{label}”{much.zh}{end.zh}：{month_text(month)} 由 {yuan(before)} 元变为 {yuan(after)} 元",
        ),
    )  # fmt: skip


def _by_month(ledger: Ledger, clause: str, key: str) -> dict[Month, int]:
    found: dict[Month, int] = {}
    for payment in ledger.payments:
        if (payment.clause, payment.key) == (clause, key):
            found[payment.month] = found.get(payment.month, 0) + payment.amount
    return found


def _witness(
    policy: Policy, clause: model.Clause, facts: Facts, sets: Mapping[str, Value], key: str, other: str,
    shown: tuple[Month, int, int],
) -> Witness | None:  # fmt: skip
    month, before, after = shown
    made = witness(
        [policy], facts, (clause.entity, key), [clause.name], lambda ledgers: True, sets=sets, month=month,
        title=Text(f"{clause.name.replace('_', ' ')}: more loses", f"{clause.label or clause.name}：多则反少"),
        remark=Text(f"{month_text(month)}: {yuan(before)} yuan; {other}, who has more: {yuan(after)}",
                    f"{month_text(month)}：{yuan(before)} 元；{other} 更多，却为 {yuan(after)} 元"),
    )  # fmt: skip
    return None if made is None else evolve(made, others=(other,))
