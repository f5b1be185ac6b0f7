"""Rules and clauses that can never pay, conditions that contradict themselves, and conditions that test nothing.

HC401 where a range, a date or a constant decides; HC406 where two parts of the condition exclude each other; HC411
where a part holds whatever the fact is. No person can show what never happens, so these have no witness.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.proofs.fast.wording import bounds_text, quoted
from compiler.proofs.finding import Finding, Policy
from compiler.proofs.reasoning.conjunction import Conflict, Conjunction, Possible
from compiler.proofs.reasoning.literals import Literal, alternatives
from compiler.proofs.reasoning.ranges import Ranges
from compiler.proofs.reasoning.rules import Reading, read
from lang import model, typed
from lang.diagnostics import Label, Text
from lang.source import Span


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
        yield _dead(policy, clause, None, whole, span)
        return
    dead = [
        (number, reading, rule.span if rule.condition is None else rule.condition.span)
        for number, rule in enumerate(clause.rules)
        if (reading := read(ranges, (clause.where, rule.condition))) is not None and reading.dead
    ]
    if dead and len(dead) == len(clause.rules):  # one cause is enough: nobody is paid by the clause
        yield _dead(policy, clause, None, dead[0][1], dead[0][2])
        return
    for number, reading, span in dead:
        yield _dead(policy, clause, number, reading, span)


def _dead(policy: Policy, clause: model.Clause, rule: int | None, reading: Reading, span: Span) -> Finding:
    cause = ("dead", policy.name, clause.name, rule)
    what = Text("this rule never pays", "该规则永远不会发放")
    if rule is None or len(clause.rules) == 1:
        what = Text("this clause never pays", "该条款永远不会发放")
    if not reading.conflicts:
        said = Text(f"{what.en}: its condition is `no`", f"{what.zh}：条件恒为“否”")
        return Finding(code="HC401", span=span, message=said, clauses=(clause.name,), cause=cause)
    conflict = reading.conflicts[0]
    others = tuple(other for other in conflict.others if other.span != conflict.literal.span)
    here = conflict.literal.span
    if others:
        other = others[-1]
        message = Text(
            f"{what.en}: {quoted(conflict.literal).en} and {quoted(other).en} cannot hold together",
            f"{what.zh}：{quoted(conflict.literal).zh}与{quoted(other).zh}不能同时成立",
        )
        label = Label(other.span, Text("the other condition", "与之矛盾的条件"))
        help = Text("did you mean `or`?", "是否应为“或”？") if _members(conflict) else None
        return Finding(
            code="HC406", span=here, message=message, clauses=(clause.name,), labels=(label,), help=help, cause=cause
        )
    why = bounds_text(conflict, policy)
    message = Text(
        f"{what.en}: {quoted(conflict.literal).en} never holds{why.en}",
        f"{what.zh}：{quoted(conflict.literal).zh}永不成立{why.zh}",
    )
    return Finding(code="HC401", span=here, message=message, clauses=(clause.name,), cause=cause)


def _members(conflict: Conflict) -> bool:
    term = conflict.term
    return isinstance(term, typed.Expr) and term.type.base == "kind"


def _always(policy: Policy, ranges: Ranges) -> Iterator[Finding]:
    """Parts of conditions that no given fact can fail."""
    seen: set[tuple[str, int]] = set()
    for clause in policy.model.clauses.values():
        for condition in (clause.where, *(rule.condition for rule in clause.rules)):
            found = None if condition is None else alternatives(policy.model, condition)
            for literal in {one: None for alternative in found or () for one in alternative}:
                place = literal.span.source.name, literal.span.start
                if place not in seen and _tests_nothing(literal, ranges):
                    seen.add(place)
                    why = bounds_text(Conflict(literal, (), literal.expr), policy)
                    message = Text(
                        f"{quoted(literal).en} always holds{why.en}: it tests nothing",
                        f"{quoted(literal).zh}恒成立{why.zh}：不起限定作用",
                    )
                    cause = ("always", policy.name, *place)
                    yield Finding(code="HC411", span=literal.span, message=message, clauses=(clause.name,), cause=cause)


def _tests_nothing(literal: Literal, ranges: Ranges) -> bool:
    """Whether its denial leaves no value; that a fact may be NONE, which fails every comparison, is left aside."""
    if not isinstance(literal.expr, typed.Compare):
        return False
    denied = Conjunction(ranges)
    for side in (literal.expr.left, literal.expr.right):
        denied.narrow(denied.opened(side), Possible(none=False))
    return denied.add(Literal(literal.expr, not literal.holds)) is not None
