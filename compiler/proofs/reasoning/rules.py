"""The rules of a clause as alternatives of literals, each with what is left possible where it holds.

In: a checked clause. Out: for each rule its `Reading`: the alternatives that can hold, and the conflicts of those that
cannot. None where a condition has too many alternatives to look at one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiler.proofs.reasoning.conjunction import Conflict, Conjunction
from compiler.proofs.reasoning.literals import Alternative, Literal, alternatives
from compiler.proofs.reasoning.ranges import Ranges
from lang import model, typed
from lang.records import record


@record
class Reading:
    """`standing`: alternatives that are possible, with what they leave; `failing`: those that are not, and why."""

    standing: tuple[tuple[Alternative, Conjunction], ...]
    failing: tuple[tuple[Alternative, Conflict], ...]

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
    failing: list[tuple[Alternative, Conflict]] = []
    for alternative in found:
        conjunction = Conjunction(ranges)
        conflict = conjunction.add_all(alternative)
        if conflict is None:
            standing.append((alternative, conjunction))
        else:
            failing.append((alternative, conflict))
    return Reading(tuple(standing), tuple(failing))


def contradiction(ranges: Ranges, alternative: Alternative, conflict: Conflict) -> tuple[Literal, ...]:
    """The fewest of the literals that exclude each other, the one that fails last; one alone: it never holds."""
    kept = [*alternative[: alternative.index(conflict.literal)]]
    for literal in tuple(kept):
        fewer = [one for one in kept if one is not literal]
        if Conjunction(ranges).add_all((*fewer, conflict.literal)) is not None:
            kept = fewer
    return (*kept, conflict.literal)


def without(
    ranges: Ranges, alternative: Alternative, literal: Literal | None
) -> tuple[tuple[Literal, ...], Conjunction]:
    """The others, as far as they can hold together (a second contradiction is left out too), and what they leave."""
    kept: list[Literal] = []
    left = Conjunction(ranges)
    for one in alternative:
        if one != literal:
            further = left.copy()
            if further.add(one) is None:
                kept.append(one)
                left = further
    return tuple(kept), left


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
