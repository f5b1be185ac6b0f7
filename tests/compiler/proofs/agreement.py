"""The solver's terms against the interpreter: what a model says is paid is what the interpreter pays for its facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from compiler import ir
from compiler.backends.smt.amounts import NotEncoded, Number, ratio
from compiler.backends.smt.row import RowOf, kinds_of, new_world, part, row_of
from compiler.difference.answers import answer_of
from compiler.difference.asking import restricted
from compiler.proofs.finding import Policy
from compiler.proofs.witness import replay


def disagreements(policy: Policy, seeds: Sequence[int] = (0, 1, 2)) -> tuple[list[str], int]:
    """What differs, by clause, and how many models were compared. Each model is some row that is paid in some month,
    with whatever else the solver likes to give it."""
    found: list[str] = []
    compared = 0
    for clause in policy.ir.clauses.values():
        try:
            for model, row in _models(policy, clause, seeds):
                compared += 1
                said = _differs(policy, clause, model, row)
                if said is not None:
                    found.append(f"{clause.name}: {said}")
        except NotEncoded:
            continue
    return found, compared


def _models(policy: Policy, clause: ir.Clause, seeds: Sequence[int]) -> Iterator[tuple[Any, RowOf]]:
    import z3

    world = new_world(kinds_of(policy.model))
    small = part(policy.ir, [clause.name])
    row = row_of(small, world, world.person(clause.entity), "under")
    months = sorted({row.first, row.first + 7, row.last})
    pays = [row.clauses.claim(clause.name, month).pays for month in months if month <= row.last]
    row.clauses.total(clause.name, row.last)
    for seed in seeds:
        for bit in pays:
            if bit is False:
                continue
            # As the questions are asked (within a push): the core whose steps `rlimit` counts. Asked once and for all,
            # z3's default runs tactics first, some of which count no steps and need not end.
            solver = z3.SimpleSolver(ctx=world.ctx)
            solver.set("random_seed", seed)
            solver.set("phase_selection", 0 if seed == 0 else 5)
            solver.set("rlimit", 2_000_000)
            solver.add(*world.rules, *([] if bit is True else [bit]))
            if str(solver.check()) == "sat":
                yield solver.model(), row


def _differs(policy: Policy, clause: ir.Clause, model: Any, row: RowOf) -> str | None:
    world = row.streams.world
    facts, sets = restricted(world.facts(model), policy.ir), world.sets(model)
    if sum(len(rows) for rows in facts.tables.values()) > 60:
        return None
    [ledger] = replay([policy], facts, sets)
    answer = answer_of(ledger, clause.name, row.person.name)
    if answer.missing:
        return f"undetermined for want of {answer.missing}"
    paid: dict[int, int] = {}
    for payment in answer.payments:
        paid[payment.month] = paid.get(payment.month, 0) + payment.amount
    for month in row.months:
        said = _value(model, row.clauses.claim(clause.name, month).amount)
        if said != paid.get(month, 0):
            return f"month {month}: {said} by the solver, {paid.get(month, 0)} by the interpreter"
    total = _value(model, row.clauses.total(clause.name, row.last))
    return None if total == answer.total else f"in all {total} by the solver, {answer.total} by the interpreter"


def _value(model: Any, number: Number) -> Fraction:
    term = ratio(number)
    whole = term.whole if isinstance(term.whole, int) else model.eval(term.whole, model_completion=True).as_long()
    return Fraction(whole, term.den)
