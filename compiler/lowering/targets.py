"""Targets: a condition of no entity; with `per KIND`, one for each member of the kind, and it is met if all are.

In: a checked target, with an `Expressions` that has all definitions. Out: its IR. `count of person where (…) ≥ 5 per
district` counts for each district the persons who belong to it: their definition of the kind's name, else their
attribute of that name, else their only attribute of that kind. What counts nobody (`fairs held ≥ 1 per district`) is
one figure for all members.
"""

from __future__ import annotations

import attrs

from compiler import ir
from compiler.lowering.expressions import Expressions
from compiler.messages import target_per_not_supported
from lang import model, typed
from lang.dates import month_of
from lang.tree.walk import replaced
from lang.types import Type


def lower_target(expressions: Expressions, target: model.Target) -> ir.Target:
    return ir.Target(
        name=target.name,
        condition=_condition(expressions, target),
        by=None if target.by is None else month_of(target.by),
        every_year=target.every_year,
        per=target.per,
    )


def _condition(expressions: Expressions, target: model.Target) -> ir.Id:
    if target.per is None:
        return expressions.lower(target.condition)
    members = [member.name for member in expressions.program.kinds[target.per].members]
    return expressions.conjunction([_of(expressions, target, member) for member in members], target.condition.span)


def _of(expressions: Expressions, target: model.Target, member: str) -> typed.Expr:
    """The condition with every count, sum and share taken over the rows that belong to `member`."""

    def narrowed(found: typed.Aggregate) -> typed.Aggregate:
        belongs = _belongs(expressions.program, found.entity, target.per or "")
        if belongs is None or found.word == "share":  # a share asks of whom, and `where` does not say that
            expressions.diagnostics.append(target_per_not_supported(target, found))
            return found
        here = typed.OneOf(belongs, (member,), span=found.span)
        where = here if found.where is None else typed.All((here, found.where), span=found.where.span)
        return attrs.evolve(found, where=where)

    return replaced(target.condition, lambda expr: narrowed(expr) if isinstance(expr, typed.Aggregate) else None)


def _belongs(program: model.Program, entity: str, kind: str) -> typed.Expr | None:
    """What says to which member of the kind a row belongs."""
    wanted = Type("kind", kind)
    define = program.defines.get((entity, kind))
    if define is not None and define.body.type == wanted:
        return typed.DefineRead(entity, kind, wanted)
    attributes = program.entities[entity].attributes
    named = [name for name, attribute in attributes.items() if attribute.type == wanted]
    if kind in named:
        named = [kind]
    return typed.FactRead(entity, named[0], wanted) if len(named) == 1 else None
