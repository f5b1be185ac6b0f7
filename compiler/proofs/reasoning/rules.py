"""The rules of a clause as alternatives of literals, each with what is left possible where it holds.

In: a checked clause. Out: for each rule its `Reading`: the alternatives that can hold, and the conflicts of those that
cannot. None where a condition has too many alternatives to look at one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiler.proofs.reasoning.conjunction import Conflict, Conjunction
from compiler.proofs.reasoning.literals import Alternative, alternatives
from compiler.proofs.reasoning.ranges import Ranges
from lang import model, typed
from lang.records import record


@record
class Reading:
    """`standing`: alternatives that are possible, with what they leave; `conflicts`: why the others are not."""

    standing: tuple[tuple[Alternative, Conjunction], ...]
    conflicts: tuple[Conflict, ...]

    @property
    def dead(self) -> bool:
        return not self.standing


def read(ranges: Ranges, conditions: Sequence[typed.Expr | None]) -> Reading | None:
    """What must hold together; nothing at all: one alternative, that asks nothing."""
    parts = tuple(part for part in conditions if part is not None)
    found = alternatives(ranges.program, typed.All(parts))
    if found is None:
        return None
    standing: list[tuple[Alternative, Conjunction]] = []
    conflicts: list[Conflict] = []
    for alternative in found:
        conjunction = Conjunction(ranges)
        conflict = conjunction.add_all(alternative)
        if conflict is None:
            standing.append((alternative, conjunction))
        else:
            conflicts.append(conflict)
    return Reading(tuple(standing), tuple(conflicts))


def rules_of(ranges: Ranges, clause: model.Clause) -> list[Reading | None]:
    return [read(ranges, (clause.where, rule.condition)) for rule in clause.rules]


def implies(one: Reading, other: Reading) -> bool:
    """Whether `other` is sure to hold wherever `one` does: each alternative of `one` gives all of some alternative."""
    return all(any(_gives(left, alternative) for alternative, _ in other.standing) for _, left in one.standing)


def _gives(left: Conjunction, alternative: Alternative) -> bool:
    for literal in alternative:
        denied = left.copy()
        if denied.add(type(literal)(literal.expr, not literal.holds)) is None:
            return False
    return True


def meeting(one: Reading, other: Reading) -> Conjunction | None:
    """What is left where both hold; None: nothing that was looked at."""
    for _, left in one.standing:
        for alternative, _ in other.standing:
            together = left.copy()
            if together.add_all(alternative) is None:
                return together
    return None
