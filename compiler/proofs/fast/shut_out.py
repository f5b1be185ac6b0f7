"""Clauses of a group that takes the first, behind one that always pays before them (HC402).

Who is paid by one member is shut out of the others for good; in one month the order after `among` decides. A member is
never paid, then, if one before it is paid in every month in which it could be. The witness is somebody for whom the
member's condition holds, and who is shut out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from compiler.proofs.fast.wording import called
from compiler.proofs.finding import Finding, Policy
from compiler.proofs.reasoning.ranges import Ranges
from compiler.proofs.reasoning.rules import Reading, implies, rules_of
from lang import model, typed
from lang.dates import Month
from lang.diagnostics import Label, Text

if TYPE_CHECKING:  # a policy without such a group needs no interpreter
    from compiler.ledger import Ledger
    from compiler.proofs.witness import Witness


def find(policies: tuple[Policy, ...]) -> Iterator[Finding]:
    for policy in policies:
        ranges = Ranges.of(policy.model)
        for group in policy.model.groups.values():
            if group.take == "first":
                yield from _group(policy, group, ranges)


def _group(policy: Policy, group: model.Exclusive, ranges: Ranges) -> Iterator[Finding]:
    members = [member for member in group.members if member.clause is not None]
    for number, later in enumerate(members):
        for before in members[:number]:
            one, other = (policy.model.clauses[member.clause or ""] for member in (before, later))
            # Over a link nothing is sure: who lacks it is in no group, and is shut out by nobody.
            same_row = one.entity == other.entity and before.link is None and later.link is None
            if same_row and one.name not in policy.model.limits and _always_first(ranges, one, other):
                yield _finding(policy, group, one, other)
                break


def _always_first(ranges: Ranges, one: model.Clause, other: model.Clause) -> bool:
    """Whether `one` surely pays in every month in which a rule of `other` holds."""
    sure = [
        reading
        for rule, reading in zip(one.rules, rules_of(ranges, one), strict=True)
        if reading is not None and _pays(ranges, rule)
    ]
    if len(sure) < len(one.rules):  # a rule that may pay nothing, before one that pays
        return False
    theirs = rules_of(ranges, other)
    return all(_within(reading, sure) for reading in theirs) and not all(r is None or r.dead for r in theirs)


def _within(reading: Reading | None, above: Sequence[Reading]) -> bool:
    return reading is not None and (reading.dead or any(implies(reading, one) for one in above))


def _pays(ranges: Ranges, rule: model.Rule) -> bool:
    """A written amount that rounding and limits leave something of. One that reads a fact may be nothing: there may be
    none, whatever its range."""
    limits = [ranges.constant(limit) for limit in (rule.per_year, rule.in_all, rule.months) if limit is not None]
    amount = rule.amount.value if isinstance(rule.amount, typed.Constant) else None
    sure = isinstance(amount, int | Fraction) and amount >= max(rule.rounding.unit, 100)
    return sure and all(limit is not None and limit > 0 for limit in limits)


def _finding(policy: Policy, group: model.Exclusive, one: model.Clause, other: model.Clause) -> Finding:
    first, second = called(one), called(other)
    return Finding(
        code="HC402", span=other.span, clauses=(other.name, one.name),
        cause=("shut out", policy.name, other.name, None),
        message=Text(
            f"{second.en} is never paid: wherever it holds, {first.en} holds, stands before it in the group "
            f"{called(group).en} and shuts it out",
            f"{second.zh}永远不会发放：它成立时{first.zh}必然成立，并在{called(group).zh}中列于其前而将其排除",
        ),
        labels=(Label(group.span, Text("the group that takes the first", "先到先得的约定")),),
        help=Text("put it first in the group, or `take highest`", "请将其列在前面，或改为就高"),
        witness=_witness(policy, other),
    )  # fmt: skip


def _witness(policy: Policy, clause: model.Clause) -> Witness | None:
    from compiler.proofs.reasoning.somebody import somebody

    def refused(ledger: Ledger, months: Sequence[Month], key: str) -> Month | None:
        paid = any((p.clause, p.key) == (clause.name, key) for p in ledger.payments)
        at = {r.month for r in ledger.refused if (r.clause, r.key) == (clause.name, key)}
        return None if paid else next((month for month in months if month in at), None)

    for rule in clause.rules:
        conditions = [part for part in (clause.where, rule.condition) if part is not None]
        found = somebody(
            policy, clause, conditions, refused,
            title=Text(f"{clause.name.replace('_', ' ')}: shut out", f"{clause.label or clause.name}：被排除"),
            remark=lambda at: Text(f"in {at} it holds, and is shut out", f"{at}条件成立，但被排除"),
        )  # fmt: skip
        if found is not None:
            return found
    return None
