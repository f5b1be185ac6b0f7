"""Somebody who draws as much from a clause as facts that were tried give, and from whom a limit takes nothing.

In: a policy, a clause, what a rule asks, and the clause's rules without the limit. Out: a `Witness`, or None. Both
versions of the clause are replayed: they pay the same. That nobody draws more is the finder's word, not the example's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compiler.difference.answers import answer_of
from compiler.difference.asking import only
from compiler.difference.search import open_parameters
from compiler.facts import Facts
from compiler.proofs.finding import Policy
from compiler.proofs.minimal import minimal
from compiler.proofs.reasoning.ranges import Ranges
from compiler.proofs.reasoning.rules import read
from compiler.proofs.reasoning.somebody import SMALLER, holding, instead, proposed, replayed
from compiler.proofs.witness import Witness, witness
from lang import model, typed
from lang.diagnostics import Text
from lang.types import Value


def drawing_most(
    policy: Policy,
    clause: model.Clause,
    conditions: Sequence[typed.Expr],
    free: Sequence[model.Rule],
    *,
    title: Text,
    remark: Text,
) -> Witness | None:
    """`free`: the clause's rules without the limit."""
    part, without = only(policy.ir, clause.name), instead(policy, clause, clause.where, free)
    reading = read(Ranges.of(policy.model), conditions)
    if part is None or without is None or reading is None:
        return None
    small, name = Policy(policy.model, part), clause.name
    sets = open_parameters([part])

    def drawn(facts: Facts, values: Mapping[str, Value], key: str) -> int:
        """Fen in all; -1 where the limit takes something, or something is not known."""
        answers = [answer_of(replayed(of, facts, values), name, key) for of in (small, without)]
        with_limit, freely = ([(p.month, p.amount) for p in answer.payments] for answer in answers)
        same = with_limit == freely and all(answer.decided for answer in answers)
        return answers[0].total if same else -1

    tried = list(proposed(policy, clause, None, [left for _, left in reading.standing]))
    if all(drawn(facts, sets, key) <= 0 for facts, key in tried):  # rows near the constants are next
        tried = list(proposed(policy, clause, holding(policy, clause, conditions), []))
    best = max(tried, key=lambda one: drawn(one[0], sets, one[1]), default=None)
    if best is None or (total := drawn(best[0], sets, best[1])) <= 0:
        return None
    key = best[1]

    def as_much(facts: Facts, values: Mapping[str, Value]) -> bool:
        return drawn(facts, values, key) >= total

    facts, kept = minimal(policy, best[0], sets, (clause.entity, key), as_much, SMALLER)
    return witness(
        [policy], facts, (clause.entity, key), [name],
        lambda ledgers: answer_of(ledgers[0], name, key).total == drawn(facts, kept, key) > 0,
        title=title, remark=remark, sets=kept,
    )  # fmt: skip
