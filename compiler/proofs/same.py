"""Two versions of a clause, asked of the solver: nobody's answer differs, or here is somebody whose answer does.

In: two versions, and the clause. Out: that they are the same for every row whose facts are known, in every month of
the policy; or facts for which they may differ (the interpreter decides); or neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from attrs import evolve

from compiler import ir
from compiler.backends.smt import amounts
from compiler.backends.smt.amounts import NotEncoded
from compiler.backends.smt.logic import Bit, every, no, same
from compiler.backends.smt.row import RowOf, kinds_of, new_world, part, row_of
from compiler.backends.smt.solver import Question
from compiler.difference.declarations import Version
from compiler.difference.search import Found
from compiler.facts import Facts
from compiler.proofs.finding import Policy
from compiler.proofs.minimal import minimal
from compiler.proofs.witness import replay
from lang.types import Value

STEPS = 4_000_000


def compared(a: Version, b: Version, clause: str, old_clause: str) -> Literal["same", "open"] | Found:
    """`old_clause`: what A calls it. Clauses that only one version has are not compared here."""
    if old_clause not in a[1].clauses or clause not in b[1].clauses:
        return "open"
    parts = part(a[1], [old_clause]), part(b[1], [clause])
    if not _comparable(parts, (old_clause, clause)):
        return "open"
    try:
        return _asked(a, b, parts, (old_clause, clause))
    except NotEncoded:
        return "open"


def _comparable(parts: tuple[ir.Program, ir.Program], names: tuple[str, str]) -> bool:
    """The same months, columns, funds and payees: what differs in these differs, and is found by looking."""
    first, second = parts
    one, other = first.clauses[names[0]], second.clauses[names[1]]
    if (first.first, first.last, first.due_from) != (second.first, second.last, second.due_from):
        return False
    if one.entity != other.entity or _paid_from(one) != _paid_from(other):
        return False
    shared = set(first.attributes) & set(second.attributes)
    if any(evolve(first.attributes[k], label=None) != evolve(second.attributes[k], label=None) for k in shared):
        return False
    payees = [{_payee(p, a) for a in p.clauses[name].alternatives} for p, name in zip(parts, names, strict=True)]
    return payees[0] == payees[1] and len(payees[0]) == 1


def _paid_from(clause: ir.Clause) -> object:
    return None if clause.funds is None else (clause.funds.funds, clause.funds.shares)


def _payee(program: ir.Program, alternative: ir.Alternative) -> ir.Op | None:
    return None if alternative.payee is None else program.streams[alternative.payee].op


def _asked(
    a: Version, b: Version, parts: tuple[ir.Program, ir.Program], names: tuple[str, str]
) -> Literal["same", "open"] | Found:
    """Month by month what is due, with what was paid before known to be the same; no sums are needed."""
    world = new_world(kinds_of(a[0], b[0]))
    person = world.person(parts[0].clauses[names[0]].entity)
    rows = [row_of(program, world, person, name=name) for program, name in zip(parts, ("a", "b"), strict=True)]
    question = Question([world], STEPS)
    policies = [Policy(*a), Policy(*b)]

    def differ(facts: Facts, sets: Mapping[str, Value]) -> bool:
        mine, others = (
            [(p.month, p.amount) for p in ledger.payments if (p.clause, p.key) == (name, person.name)]
            for ledger, name in zip(replay(policies, facts, sets), names, strict=True)
        )
        return mine != others

    for month in rows[0].months:
        alike = every(_alike(rows, names, month))
        answer = question.ask(no(alike))
        if answer.verdict == "unknown":
            return "open"
        if answer.verdict == "yes":
            facts, sets = world.facts(answer.model), world.sets(answer.model)
            if not differ(facts, sets):
                return "open"
            facts, sets = minimal(policies[1], facts, sets, (person.entity, person.name), differ)
            return Found(facts=facts, subject=(person.entity, person.name), sets=sets)
        question.holds(alike)
    return "same"  # what is left open is left open apart in each: what is the same even so is the same


def _alike(rows: list[RowOf], names: tuple[str, str], month: int) -> Iterable[Bit]:
    a, b = (row.clauses.claim(name, month) for row, name in zip(rows, names, strict=True))
    yield amounts.compare("=", a.amount, b.amount)
    yield same(a.pays, b.pays)
