"""Somebody whom two conventions of adding months part: what the clause pays here is not what it would pay elsewhere.

In: a policy, a clause, and the days that months are added to. Out: a `Witness`, both conventions replayed for it, or
None where nobody was found.
"""

from __future__ import annotations

from collections.abc import Mapping

from compiler.difference.answers import answer_of
from compiler.difference.asking import only
from compiler.difference.search import search
from compiler.facts import Facts
from compiler.proofs.finding import Policy
from compiler.proofs.minimal import minimal
from compiler.proofs.reasoning.conventions import Starts, decided_elsewhere, first_difference
from compiler.proofs.reasoning.somebody import DRAWN, SMALLER, replayed
from compiler.proofs.witness import Witness, witness
from lang import model
from lang.dates import Month, month_text
from lang.diagnostics import Text
from lang.types import Value


def parted(policy: Policy, clause: model.Clause, starts: Starts) -> Witness | None:
    """One who is drawn near the constants of both."""
    elsewhere = decided_elsewhere(policy, clause, starts)
    if elsewhere is None:
        return None
    kinds = {name: tuple(member.name for member in kind.members) for name, kind in policy.model.kinds.items()}
    drawn = search(elsewhere.ir, policy.ir, clause.name, kinds, DRAWN)
    if drawn is None:
        return None
    return shown_apart(policy, elsewhere, clause, drawn.facts, drawn.sets, drawn.subject[1])


def parted_at(
    policy: Policy, elsewhere: Policy, clause: model.Clause, facts: Facts, sets: Mapping[str, Value], key: str
) -> Month | None:
    """The first month in which the two pay the row differently; None where they do not, or something is not known.
    `elsewhere`: the policy by the other convention."""
    answers = []
    for one in (policy, elsewhere):
        part = only(one.ir, clause.name)
        if part is None:
            return None
        answers.append(answer_of(replayed(Policy(one.model, part), facts, sets), clause.name, key))
    if not all(answer.decided for answer in answers):
        return None
    here, there = ([(p.month, p.amount) for p in answer.payments] for answer in answers)
    return first_difference(here, there)


def shown_apart(
    policy: Policy, elsewhere: Policy, clause: model.Clause, facts: Facts, sets: Mapping[str, Value], key: str
) -> Witness | None:
    """The facts made small, if both are decided about them and differ."""
    name = clause.name

    def differ(tried: Facts, values: Mapping[str, Value]) -> bool:
        return parted_at(policy, elsewhere, clause, tried, values, key) is not None

    if not differ(facts, sets):
        return None
    facts, kept = minimal(policy, facts, sets, (clause.entity, key), differ, SMALLER)
    month = parted_at(policy, elsewhere, clause, facts, kept, key)
    assert month is not None
    there = [p for p in replayed(elsewhere, facts, kept).payments if (p.clause, p.key) == (name, key)]
    months = ", ".join(month_text(p.month) for p in there[:2]) + (", …" if len(there) > 2 else "")
    said = clause.label or name
    return witness(
        [policy], facts, (clause.entity, key), [name], lambda _: True, sets=kept, month=month,
        title=Text(f"{name.replace('_', ' ')}: a date at a month's end", f"{said}：月末的日期"),
        remark=Text(
            f"by the other convention paid in {months}" if there else "by the other convention paid nothing",
            f"按另一算法于{months}发放" if there else "按另一算法不予发放",
        ),
    )  # fmt: skip
