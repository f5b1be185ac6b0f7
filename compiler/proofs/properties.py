"""Properties, proved by the solver over the months of the policy, or refuted by a small example. Meaning: `claims.py`.

In: a policy and one of its properties. Out: Proved, Refuted (with a witness that was replayed) or NotProved with the
reason. Proved means: for every row whose facts are known, whatever they are within their ranges, in every month of the
policy (of one without an end: of its first three years).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler import ir
from compiler.difference.asking import restricted
from compiler.facts import Facts
from compiler.proofs import claims
from compiler.proofs.finding import Policy
from compiler.proofs.minimal import minimal
from compiler.proofs.results import FEW_STEPS, NOT_REPLAYED, STEPS, NotProved, Proved, Refuted, Result, left_open, over
from compiler.proofs.witness import witness
from lang import model
from lang.dates import month_text
from lang.diagnostics import Text
from lang.tree.walk import every as every_node
from lang.typed import PaidBy
from lang.types import Value


def prove(policy: Policy, claimed: model.Property, steps: int = STEPS) -> Result:
    """Never raises for what a policy says."""
    from compiler.backends.smt.amounts import NotEncoded

    try:
        if isinstance(claimed.claim, model.Monotone):
            from compiler.proofs.rising import prove_monotone

            return prove_monotone(policy, claimed, steps)
        return _prove_bound(policy, claimed, steps)
    except NotEncoded as unsaid:
        return NotProved(Text(f"not put to the solver: {unsaid.text.en}", f"未交求解器：{unsaid.text.zh}"))


# ---------------------------------------------------------------- bounds
def _prove_bound(policy: Policy, claimed: model.Property, steps: int) -> Result:
    from compiler.backends.smt.row import part

    assert not isinstance(claimed.claim, model.Monotone)
    low = claims.lowered(policy, claimed.entity, claimed.claim)
    name = ("property", claimed.name)
    program = part(low.program, list(low.paid), {name: low.stream})
    result = _ask_bound(policy, claimed, program, program.definitions[name], "over", steps)
    if isinstance(result, NotProved):
        found = _ask_bound(policy, claimed, program, program.definitions[name], "under", steps)
        result = found if isinstance(found, Refuted) else result
    return result


def _ask_bound(
    policy: Policy, claimed: model.Property, program: ir.Program, stream: ir.Id, side: Any, steps: int
) -> Result:
    """Month by month: what was proved of earlier months helps with the later ones, and the first example is an early
    one. What is found `under` is only good for an example."""
    from compiler.backends.smt.logic import no
    from compiler.backends.smt.row import kinds_of, new_world, row_of
    from compiler.backends.smt.solver import Question

    world = new_world(kinds_of(policy.model), steady=side == "under")
    person = world.person(claimed.entity)
    row = row_of(program, world, person, side)
    question = Question([world], steps)
    unknown = False
    for month in row.months:
        if unknown and month != row.last:  # where it is too hard to tell, the end tells more
            continue
        holds = row.streams.bit(stream, person, month)
        answer = question.example(no(holds)) if month == row.last else question.ask(no(holds))
        if answer.verdict == "never":
            question.holds(holds)
        elif answer.verdict == "unknown":
            unknown = True
        else:
            found = refuted_by(policy, claimed, world.facts(answer.model), person.name, world.sets(answer.model))
            return found if found is not None else NotProved(NOT_REPLAYED)
    if unknown:
        return NotProved(FEW_STEPS)
    if side == "under":
        return NotProved(left_open(row.streams.free))
    return Proved(over(program))


def refuted_by(
    policy: Policy, claimed: model.Property, facts: Facts, key: str, sets: Mapping[str, Value]
) -> Refuted | None:
    """An example, whoever found it, made small and replayed; None where it does not replay. Not for a Monotone."""

    def shows(some: Facts, values: Mapping[str, Value]) -> bool:
        return claims.broken_in(policy, claimed, some, key, values) is not None

    facts = restricted(facts, policy.ir)
    if not shows(facts, sets):
        return None
    facts, sets = minimal(policy, facts, sets, (claimed.entity, key), shows)
    month = claims.broken_in(policy, claimed, facts, key, sets)
    assert month is not None
    label = claimed.label or claimed.name
    made = witness(
        [policy], facts, (claimed.entity, key), clauses_of(claimed), lambda ledgers: shows(facts, sets), sets=sets,
        month=month, title=Text(f"{claimed.name.replace('_', ' ')} does not hold", f"{label}不成立"),
        remark=Text(f"in {month_text(month)} the property does not hold", f"{month_text(month)} 不符合该性质"),
    )  # fmt: skip
    return None if made is None else Refuted(made)


def clauses_of(claimed: model.Property) -> list[str]:
    """The clauses that a property speaks of."""
    if isinstance(claimed.claim, model.Monotone):
        return [claimed.claim.clause]
    return list(dict.fromkeys(node.clause for node in every_node(claimed.claim) if isinstance(node, PaidBy)))


__all__ = ["NotProved", "Proved", "Refuted", "Result", "prove"]
