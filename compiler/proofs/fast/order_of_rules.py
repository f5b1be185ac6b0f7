"""Rules of one clause whose order decides: those that are never reached (HC402), those that meet (HC403).

In a month the first rule that holds pays. Tiers that stand in order (the stricter first) are no finding, nor is an
`otherwise`, nor rules that exclude each other, nor two that pay the same. Where two rules meet, the witness is a person
for whom both hold in one month.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from compiler.proofs.fast.wording import words
from compiler.proofs.finding import Finding, Policy
from compiler.proofs.reasoning.conjunction import Conjunction
from compiler.proofs.reasoning.ranges import Ranges
from compiler.proofs.reasoning.rules import Reading, implies, meeting, read, rules_of
from lang import model, typed
from lang.dates import Month
from lang.diagnostics import Label, Text
from lang.source import Span

if TYPE_CHECKING:  # a policy without such rules needs no interpreter
    from compiler.ledger import Ledger
    from compiler.proofs.reasoning.somebody import Sees
    from compiler.proofs.witness import Witness


def find(policies: tuple[Policy, ...]) -> Iterator[Finding]:
    for policy in policies:
        ranges = Ranges.of(policy.model)
        for clause in policy.model.clauses.values():
            if len(clause.rules) > 1:
                yield from _clause(policy, clause, ranges, rules_of(ranges, clause))


def _clause(policy: Policy, clause: model.Clause, ranges: Ranges, readings: list[Reading | None]) -> Iterator[Finding]:
    shadowed: set[int] = set()
    for later, reading in enumerate(readings):
        if reading is not None and not reading.dead:
            before = _taken_before(ranges, clause, readings, later)
            if before:
                shadowed.add(later)
                yield _shadowed(policy, clause, before, later)
    for later, reading in enumerate(readings):
        for earlier, above in enumerate(readings[:later]):
            if reading is None or above is None or {earlier, later} & shadowed or reading.dead or above.dead:
                continue
            if clause.rules[later].condition is None or _pays_the_same(clause.rules[earlier], clause.rules[later]):
                continue
            together = None if implies(above, reading) else meeting(above, reading)
            if together is not None:
                yield from _meeting(policy, clause, earlier, later, together)


def _taken_before(ranges: Ranges, clause: model.Clause, readings: list[Reading | None], later: int) -> tuple[int, ...]:
    """The rule above that holds wherever this one does, or the rules of which one always does; () where it is reached
    (or that was not seen)."""
    reading = readings[later]
    assert reading is not None
    above = [number for number, one in enumerate(readings[:later]) if one is not None and not one.dead]
    for number in above:
        before = readings[number]
        if before is not None and implies(reading, before):
            return (number,)
    denied = [typed.Not(condition) for n in above if (condition := clause.rules[n].condition) is not None]
    if len(denied) < 2:
        return ()
    left = read(ranges, (clause.where, clause.rules[later].condition, *denied))
    return tuple(above) if left is not None and left.dead else ()


def _pays_the_same(one: model.Rule, other: model.Rule) -> bool:
    return all(
        getattr(one, part) == getattr(other, part)
        for part in ("amount", "frequency", "rounding", "months", "per_year", "in_all", "payee")
    )


def _span(rule: model.Rule) -> Span:
    return rule.span if rule.condition is None else rule.condition.span


def _said(rule: model.Rule) -> Text:
    if rule.condition is None:  # always, or otherwise
        written = rule.span.text.split("→")[0].split("->")[0].strip() or "always"
        return Text(f"`{written}`", f"“{written}”")
    return Text(f"`{words(rule.condition.span)}`", f"“{words(rule.condition.span)}”")


def _shadowed(policy: Policy, clause: model.Clause, before: tuple[int, ...], later: int) -> Finding:
    firsts, second = [clause.rules[number] for number in before], clause.rules[later]
    message = Text(
        f"this rule is never reached: wherever it holds, {' or '.join(_said(one).en for one in firsts)} holds, and the "
        "first rule pays",
        f"该规则永远轮不到：它成立时{'或'.join(_said(one).zh for one in firsts)}必然成立，而由先列的规则发放",
    )
    return Finding(
        code="HC402",
        span=_span(second),
        message=message,
        clauses=(clause.name,),
        help=Text("put the stricter rule first", "请把要求更严的规则放在前面"),
        labels=tuple(Label(_span(one), Text("the rule that pays instead", "先发放的规则")) for one in firsts),
        witness=_passed_over(policy, clause, before, later),
        cause=("shadowed", policy.name, clause.name, later),
    )


def _meeting(
    policy: Policy, clause: model.Clause, earlier: int, later: int, together: Conjunction
) -> Iterator[Finding]:
    found = _witness(policy, clause, earlier, later, together)
    if found is None:
        return  # left to the proofs
    first, second = clause.rules[earlier], clause.rules[later]
    message = Text(
        f"{_said(first).en} and {_said(second).en} can hold together; the first pays, and their order decides",
        f"{_said(first).zh}与{_said(second).zh}可同时成立；由先列的发放，次序决定结果",
    )
    help = Text(
        "say in one of them that the other does not hold, or leave the order and say why in a note",
        "请在其一写明另一条件不成立；若次序是有意的，请以说明注明",
    )
    yield Finding(
        code="HC403",
        span=_span(second),
        message=message,
        clauses=(clause.name,),
        help=help,
        labels=(Label(_span(first), Text("the rule that pays", "发放的规则")),),
        witness=found,
        cause=("overlap", policy.name, clause.name, earlier, later),
    )


def _conditions(clause: model.Clause, *rules: int) -> list[typed.Expr]:
    """What holds where each of the rules does."""
    parts = (clause.where, *(clause.rules[rule].condition for rule in rules))
    return [part for part in parts if part is not None]


def _passed_over(policy: Policy, clause: model.Clause, before: tuple[int, ...], later: int) -> Witness | None:
    """For whom the rule holds, and who is paid by one before it, in that month or (once) before."""
    from compiler.proofs.reasoning.somebody import decided, somebody

    def seen(ledger: Ledger, months: Sequence[Month], key: str) -> Month | None:
        paid = [p for p in ledger.payments if (p.clause, p.key) == (clause.name, key)]
        if not decided(ledger, clause.name, key) or any(p.rule == later for p in paid):
            return None
        at = {p.month for p in paid if p.rule in before}
        return next(
            (month for month in months if month in at), months[0] if min(at, default=months[0]) < months[0] else None
        )

    name, said = clause.name.replace("_", " "), clause.label or clause.name
    return somebody(
        policy, clause, _conditions(clause, later), seen,
        title=Text(f"{name}: a rule never reached", f"{said}：轮不到的规则"),
        remark=lambda at: Text(
            f"{_said(clause.rules[later]).en} holds in {at}, but a rule before it pays",
            f"{at}{_said(clause.rules[later]).zh}成立，但由先列的规则发放",
        ),
    )  # fmt: skip


def _witness(policy: Policy, clause: model.Clause, earlier: int, later: int, together: Conjunction) -> Witness | None:
    """For whom both hold in one month, if it can be so one in which the first pays. None, too, where nobody shows that
    each can hold without the other: one may then imply the other, which is another finding, or none."""
    from compiler.proofs.reasoning.somebody import decided, exists, somebody

    first, second = clause.rules[earlier].condition, clause.rules[later].condition
    assert first is not None and second is not None
    where = _conditions(clause)
    if not all(
        exists(policy, clause, [*where, *apart]) for apart in ((first, typed.Not(second)), (typed.Not(first), second))
    ):
        return None

    def seen(strictly: bool) -> Sees:
        def look(ledger: Ledger, months: Sequence[Month], key: str) -> Month | None:
            if not decided(ledger, clause.name, key):
                return None
            at = {p.month for p in ledger.payments if (p.clause, p.key, p.rule) == (clause.name, key, earlier)}
            return next((month for month in months if month in at), None if strictly else months[0])

        return look

    name, said = clause.name.replace("_", " "), clause.label or clause.name
    for strictly in (True, False):
        found = somebody(
            policy, clause, _conditions(clause, earlier, later), seen(strictly), left=[together], draw=False,
            title=Text(f"{name}: two rules hold", f"{said}：两条规则同时成立"),
            remark=lambda at: Text(f"both rules hold in {at}; the first pays", f"{at}两条规则均成立，由先列的发放"),
        )  # fmt: skip
        if found is not None:
            return found
    return None
