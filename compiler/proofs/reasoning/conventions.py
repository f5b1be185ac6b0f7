"""A clause as another convention of adding months would decide it, for dates that are given.

Here 2021-08-31 + 6 months is 2022-02-28, the last day of a shorter month. Elsewhere the days that the month does not
have are counted on into the next: 2022-03-03. In: a policy, a clause, and the day that each addition starts from. Out:
the clause with the other days in their places, compiled, to be replayed beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from attrs import evolve

from compiler.pipeline import compile_program
from compiler.proofs.finding import Policy
from lang import model, typed
from lang.dates import Duration, Month, add_months, first_day, month_of
from lang.tree.walk import every, replaced
from lang.types import DATE

Starts = Callable[[typed.Later], date | None]  # the day that months are added to, where it is known


def counted_on(day: date, months: int) -> date:
    """`day` + `months` where days that the month does not have run on into the next."""
    return first_day(month_of(day) + months) + timedelta(days=day.day - 1)


def both_days(node: typed.Later, start: date | None) -> tuple[date, date] | None:
    """The day here, and elsewhere; None where they are one, or the length is no number of months."""
    match node.length:
        case typed.Constant(Duration(months, "months")) if start is not None:
            here, elsewhere = add_months(start, months), counted_on(start, months)
            return None if here == elsewhere else (here, elsewhere)
    return None


def additions(program: model.Program, clause: model.Clause) -> Iterator[typed.Later]:
    """Where the clause adds a length of time to a day, definitions opened."""
    parts = [clause.where, *(part for rule in clause.rules for part in (rule.condition, rule.amount))]
    waiting = [part for part in parts if part is not None]
    seen: set[tuple[str, str]] = set()
    while waiting:
        for node in every(waiting.pop(0)):
            if isinstance(node, typed.Later):
                yield node
            elif isinstance(node, typed.DefineRead) and (node.entity, node.define) not in seen:
                seen.add((node.entity, node.define))
                waiting.append(program.defines[node.entity, node.define].body)


def decided_elsewhere(policy: Policy, clause: model.Clause, starts: Starts) -> Policy | None:
    """The policy with the other convention's days; None where there are none, or they do not compile."""
    changed = False

    def other(expr: typed.Expr) -> typed.Expr | None:
        nonlocal changed
        days = both_days(expr, starts(expr)) if isinstance(expr, typed.Later) else None
        changed = changed or days is not None
        return None if days is None else typed.Constant(days[1], DATE)

    def inside(expr: typed.Expr | None) -> typed.Expr | None:
        return None if expr is None else replaced(expr, other)

    defines = {at: evolve(one, body=replaced(one.body, other)) for at, one in policy.model.defines.items()}
    rules = tuple(
        evolve(rule, condition=inside(rule.condition), amount=replaced(rule.amount, other)) for rule in clause.rules
    )
    new = evolve(clause, where=inside(clause.where), rules=rules)
    if not changed:
        return None
    program = evolve(policy.model, defines=defines, clauses={**policy.model.clauses, clause.name: new})
    compiled, _ = compile_program(program)
    return None if compiled is None else Policy(program, compiled)


def first_difference(one: list[tuple[Month, int]], other: list[tuple[Month, int]]) -> Month | None:
    """The first month in which (month, amount) are not the same."""
    return min((month for month, _ in set(one) ^ set(other)), default=None)
