"""Rules and clauses that can never pay, conditions that contradict themselves, and conditions that test nothing.

HC401 where a range, a date or a constant decides; HC406 where parts of the condition exclude each other; HC411 where a
part holds whatever the fact is. Who shows it is who comes closest: of a condition that never holds somebody who meets
all but the last part of it, and is not paid; of one that always holds somebody just at its edge, who is paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from compiler.proofs.fast.wording import bounds_text, quoted
from compiler.proofs.finding import Finding, Policy
from compiler.proofs.reasoning.conjunction import Conflict, Conjunction, Possible
from compiler.proofs.reasoning.literals import Alternative, Literal, alternatives
from compiler.proofs.reasoning.ranges import Ranges
from compiler.proofs.reasoning.rules import Reading, contradiction, read, without
from lang import model, typed
from lang.dates import Month, first_day, month
from lang.diagnostics import Label, Text
from lang.source import Span
from lang.types import DATE

if TYPE_CHECKING:  # a policy without such conditions needs no interpreter
    from compiler.ledger import Ledger
    from compiler.proofs.reasoning.somebody import Sees
    from compiler.proofs.witness import Witness


def find(policies: tuple[Policy, ...]) -> Iterator[Finding]:
    for policy in policies:
        ranges = Ranges.of(policy.model)
        for clause in policy.model.clauses.values():
            yield from _clause(policy, clause, ranges)
        yield from _always(policy, ranges)


def _clause(policy: Policy, clause: model.Clause, ranges: Ranges) -> Iterator[Finding]:
    whole = read(ranges, (clause.where,))
    if whole is not None and whole.dead:
        span = clause.span if clause.where is None else clause.where.span
        yield _dead(policy, clause, None, whole, span, ranges)
        return
    dead = [
        (number, reading, rule.span if rule.condition is None else rule.condition.span)
        for number, rule in enumerate(clause.rules)
        if (reading := read(ranges, (clause.where, rule.condition))) is not None and reading.dead
    ]
    if dead and len(dead) == len(clause.rules):  # one cause is enough: nobody is paid by the clause
        yield _dead(policy, clause, None, dead[0][1], dead[0][2], ranges)
        return
    for number, reading, span in dead:
        yield _dead(policy, clause, number, reading, span, ranges)
    limit = policy.model.limits.get(clause.name)
    if limit is not None and ranges.constant(limit.places) == 0:
        yield _no_places(policy, clause, limit)


def _dead(
    policy: Policy, clause: model.Clause, rule: int | None, reading: Reading, span: Span, ranges: Ranges
) -> Finding:
    cause = ("dead", policy.name, clause.name, rule)
    what = Text("this rule never pays", "该规则永远不会发放")
    if rule is None or len(clause.rules) == 1:
        what = Text("this clause never pays", "该条款永远不会发放")
    if not reading.failing:
        said = Text(f"{what.en}: its condition is `no`", f"{what.zh}：条件恒为“否”")
        shown = _closest(policy, clause, rule, (), (), ranges)
        return Finding(code="HC401", span=span, message=said, clauses=(clause.name,), cause=cause, witness=shown)
    alternative, conflict = reading.failing[0]
    core = contradiction(ranges, alternative, conflict)
    others = tuple(other for other in core[:-1] if other.span != conflict.literal.span)
    here = conflict.literal.span
    shown = _closest(policy, clause, rule, alternative, core, ranges)
    if others:
        parts = [quoted(one) for one in (conflict.literal, *reversed(others))]
        message = Text(
            f"{what.en}: {_listed([part.en for part in parts])} cannot hold together",
            f"{what.zh}：{'与'.join(part.zh for part in parts)}不能同时成立",
        )
        labels = tuple(Label(one.span, Text("the other condition", "与之矛盾的条件")) for one in reversed(others))
        help = Text("did you mean `or`?", "是否应为“或”？") if _members(conflict) else None
        return Finding(
            code="HC406", span=here, message=message, clauses=(clause.name,), labels=labels, help=help, cause=cause,
            witness=shown,
        )  # fmt: skip
    why = bounds_text(conflict, policy)
    message = Text(
        f"{what.en}: {quoted(conflict.literal).en} never holds{why.en}",
        f"{what.zh}：{quoted(conflict.literal).zh}永不成立{why.zh}",
    )
    return Finding(code="HC401", span=here, message=message, clauses=(clause.name,), cause=cause, witness=shown)


def _no_places(policy: Policy, clause: model.Clause, limit: model.Limit) -> Finding:
    """Who meets a rule and finds no place."""
    from compiler.proofs.reasoning.somebody import somebody

    def refused(ledger: Ledger, months: Sequence[Month], key: str) -> Month | None:
        at = {one.month for one in ledger.refused if (one.clause, one.key) == (clause.name, key)}
        paid = any((one.clause, one.key) == (clause.name, key) for one in ledger.payments)
        return None if paid else next((each for each in months if each in at), None)

    name, said = clause.name.replace("_", " "), clause.label or clause.name
    shown = None
    for rule in clause.rules:
        shown = shown or somebody(
            policy, clause, [part for part in (clause.where, rule.condition) if part is not None], refused,
            title=Text(f"{name}: no places", f"{said}：没有名额"),
            remark=lambda at: Text(f"in {at} the condition holds, and there is no place", f"{at}条件成立，但没有名额"),
        )  # fmt: skip
    return Finding(
        code="HC401", span=limit.span, clauses=(clause.name,), cause=("dead", policy.name, clause.name, None),
        message=Text("this clause never pays: it has no places", "该条款永远不会发放：名额为零"), witness=shown,
    )  # fmt: skip


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _closest(
    policy: Policy, clause: model.Clause, rule: int | None, alternative: Alternative, core: tuple[Literal, ...],
    ranges: Ranges,
) -> Witness | None:  # fmt: skip
    """Who comes closest: meets all the other conditions (if nobody was found: the others of the contradiction), and is
    not paid by the rule (None: by the clause)."""
    from compiler.proofs.reasoning.somebody import somebody

    name, said = clause.name.replace("_", " "), clause.label or clause.name
    failing = core[-1] if core else None
    for parts in dict.fromkeys((alternative, core)):
        met, left = without(ranges, parts, failing)
        conditions = [literal.condition for literal in met]
        closest = None if failing is None else _nearest(left, failing)
        for strictly in (True, False):
            for asked in ([*conditions, closest], conditions) if closest is not None else (conditions,):
                found = somebody(
                    policy, clause, asked, _unpaid(clause.name, None if strictly else rule),
                    title=Text(f"{name}: never paid", f"{said}：永不发放"), draw=asked is conditions,
                    remark=partial(_all_but, failing, met, len(parts) == len(alternative), strictly),
                )  # fmt: skip
                if found is not None:
                    return found
    return None


def _unpaid(clause: str, rule: int | None) -> Sees:
    """Not paid by the rule (None: by the clause at all), and all is known."""
    from compiler.proofs.reasoning.somebody import decided

    def seen(ledger: Ledger, months: Sequence[Month], key: str) -> Month | None:
        paid = any((p.clause, p.key) == (clause, key) and rule in (None, p.rule) for p in ledger.payments)
        return None if paid or not decided(ledger, clause, key) else months[0]

    return seen


def _all_but(failing: Literal | None, met: tuple[Literal, ...], whole: bool, unpaid: bool, at: str) -> Text:
    told = _what_holds(failing, met, whole, at)
    return told if unpaid else Text(f"{told.en}; another rule pays", f"{told.zh}；由其他规则发放")


def _what_holds(failing: Literal | None, met: tuple[Literal, ...], whole: bool, at: str) -> Text:
    if failing is None:
        return Text("the condition is `no` for everybody", "条件对任何人恒为“否”")
    last = quoted(failing)
    if not met:
        return Text(
            f"{last.en} does not hold in {at}, nor in any other month", f"{at}及其他各月，{last.zh}均不成立"
        )  # fmt: skip
    if whole:
        return Text(f"in {at} all but {last.en} holds", f"{at}除{last.zh}外，其余条件均成立")
    en, zh = " and ".join(quoted(one).en for one in met), "、".join(quoted(one).zh for one in met)
    return Text(f"in {at} {en} holds, but not {last.en}", f"{at}{zh}成立，而{last.zh}不成立")


def _members(conflict: Conflict) -> bool:
    term = conflict.term
    return isinstance(term, typed.Expr) and term.type.base == "kind"


def _nearest(left: Conjunction, failing: Literal) -> typed.Expr | None:
    """What somebody must have who comes nearest to the condition: the number at the edge, or a date that it names."""
    from compiler.proofs.reasoning.somebody import near

    match failing:
        case Literal(typed.InPeriod(day, "year" | "month" as period, int(value)), True):
            first = first_day(month(value, 1) if period == "year" else value)
            return typed.Compare("=", day, typed.Constant(first, DATE))
    closest = left.nearest(failing)
    return None if closest is None else near(*closest)


def _always(policy: Policy, ranges: Ranges) -> Iterator[Finding]:
    """Parts of conditions that no given fact can fail."""
    seen: set[tuple[str, int]] = set()
    for clause in policy.model.clauses.values():
        for rule, condition in ((None, clause.where), *((rule, rule.condition) for rule in clause.rules)):
            found = None if condition is None else alternatives(policy.model, condition)
            for literal in {one: None for alternative in found or () for one in alternative}:
                place = literal.span.source.name, literal.span.start
                if place not in seen and _tests_nothing(literal, ranges):
                    seen.add(place)
                    why = bounds_text(Conflict(literal, (), literal.expr), policy)
                    yield Finding(
                        code="HC411", span=literal.span, clauses=(clause.name,), cause=("always", policy.name, *place),
                        message=Text(
                            f"{quoted(literal).en} always holds{why.en}: it tests nothing",
                            f"{quoted(literal).zh}恒成立{why.zh}：不起限定作用",
                        ),
                        witness=_at_the_edge(policy, clause, rule, literal, ranges),
                    )  # fmt: skip


def _at_the_edge(
    policy: Policy, clause: model.Clause, rule: model.Rule | None, literal: Literal, ranges: Ranges
) -> Witness | None:
    """Who comes closest to failing it, and is paid all the same."""
    from compiler.proofs.reasoning.somebody import decided, near, somebody

    edge = Conjunction(ranges).nearest(Literal(literal.expr, not literal.holds))

    def paid(ledger: Ledger, months: Sequence[Month], key: str) -> Month | None:
        if not decided(ledger, clause.name, key):
            return None
        in_months = {p.month for p in ledger.payments if (p.clause, p.key) == (clause.name, key)}
        return next((month for month in months if month in in_months), None)

    name, said = clause.name.replace("_", " "), clause.label or clause.name
    for of in (rule,) if rule is not None else clause.rules:
        conditions = [part for part in (clause.where, of.condition) if part is not None]
        found = somebody(
            policy, clause, conditions if edge is None else [*conditions, near(*edge)], paid,
            title=Text(f"{name}: a condition that always holds", f"{said}：恒成立的条件"),
            remark=lambda month: Text(
                f"just at the edge of {quoted(literal).en}, and paid", f"正在{quoted(literal).zh}的边缘，仍予发放"
            ),
        )  # fmt: skip
        if found is not None:
            return found
    return None


def _tests_nothing(literal: Literal, ranges: Ranges) -> bool:
    """Whether its denial leaves no value; that a fact may be NONE, which fails every comparison, is left aside."""
    if not isinstance(literal.expr, typed.Compare):
        return False
    denied = Conjunction(ranges)
    for side in (literal.expr.left, literal.expr.right):
        denied.narrow(denied.opened(side), Possible(none=False))
    return denied.add(Literal(literal.expr, not literal.holds)) is not None
