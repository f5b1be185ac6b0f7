"""Clauses, groups, quotas and the order in which clauses are processed.

In: the checked declarations, with an `Expressions` that has all definitions. Out: their IR. The `where` of a clause is
and-ed into the condition of every rule. Which pot of a fund pays is told by the definition that the fund names, made
for the clause's entity; else by its attribute of that name; else it is not known (no pot), which never stops a payment.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import pairwise

from compiler import ir
from compiler.lowering.expressions import Expressions
from compiler.messages import contradicting_orders, limit_in_highest_not_supported, two_groups_not_supported
from lang import model, typed
from lang.diagnostics import Diagnostic
from lang.types import Type


def lower_clause(expressions: Expressions, clause: model.Clause, index: int) -> ir.Clause:
    program = expressions.program
    groups = [g.name for g in program.groups.values() if any(m.clause == clause.name for m in g.members)]
    return ir.Clause(
        index=index,
        name=clause.name,
        label=clause.label,
        cites=clause.cites,
        entity=clause.entity,
        alternatives=tuple(_alternative(expressions, clause, rule) for rule in clause.rules),
        funds=_funds(expressions, clause),
        group=groups[0] if groups else None,
        quota=clause.name if clause.name in program.limits else None,
        origin=clause.span,
    )


def _alternative(expressions: Expressions, clause: model.Clause, rule: model.Rule) -> ir.Alternative:
    conditions = [part for part in (clause.where, rule.condition) if part is not None]

    def optional(expr: typed.Expr | None) -> ir.Id | None:
        return None if expr is None else expressions.lower(expr)

    return ir.Alternative(
        when=expressions.conjunction(conditions, rule.span) if conditions else None,
        amount=expressions.lower(rule.amount),
        frequency=rule.frequency,
        mode=rule.rounding.mode,
        unit=rule.rounding.unit,
        months=optional(rule.months),
        per_year=optional(rule.per_year),
        in_all=optional(rule.in_all),
        payee=optional(rule.payee),
        origin=rule.span,
    )


def _funds(expressions: Expressions, clause: model.Clause) -> ir.Funds | None:
    source = clause.paid_from
    if source is None:
        return None
    pots = tuple(_pot(expressions, clause.entity, expressions.program.funds[name]) for name in source.funds)
    return ir.Funds(funds=source.funds, shares=source.shares, pots=pots)


def _pot(expressions: Expressions, entity: str, fund: model.Fund) -> ir.Id | None:
    if fund.per is None or fund.pots is None:
        return None
    pots = Type("kind", fund.pots)
    define = expressions.program.defines.get((entity, fund.per))
    if define is not None:
        return expressions.definitions[entity, fund.per] if define.body.type == pots else None
    attribute = expressions.program.entities[entity].attributes.get(fund.per)
    if attribute is None or attribute.type != pots:
        return None
    return expressions.builder.add(ir.Fact(attribute.name), attribute.type, entity=entity, origin=fund.span)


def lower_group(expressions: Expressions, group: model.Exclusive) -> ir.Group:
    def optional(expr: typed.Expr | None) -> ir.Id | None:
        return None if expr is None else expressions.lower(expr)

    members = tuple(
        ir.GroupMember(clause=m.clause, paid=_paid_so_far(expressions, m.attribute), link=optional(m.link))
        for m in group.members
    )
    return ir.Group(name=group.name, entity=group.per, take=group.take, members=members, origin=group.span)


def _paid_so_far(expressions: Expressions, attribute: typed.Expr | None) -> ir.Id | None:
    """What others have paid in all: a monthly attribute is what they paid in the month, a constant one is the sum."""
    if attribute is None:
        return None
    paid = expressions.lower(attribute)
    match attribute:
        case typed.FactRead(entity, name) if expressions.program.entities[entity].attributes[name].monthly:
            return expressions.builder.add(ir.Total(paid, "so far"), attribute.type, origin=attribute.span)
    return paid


def lower_quota(expressions: Expressions, limit: model.Limit) -> ir.Quota:
    return ir.Quota(
        clause=limit.name,
        places=expressions.lower(limit.places),
        per=None if limit.per is None else expressions.lower(limit.per),
        period=limit.period,
        order=None if limit.order_by is None else expressions.lower(limit.order_by),
        origin=limit.span,
    )


def groups_not_supported(program: model.Program) -> tuple[Diagnostic, ...]:
    """A clause has one group, and in a group that takes the highest it has no limit: its places would have to be given
    out before it is known whether the group books anything on it."""
    found: list[Diagnostic] = []
    group_of: dict[str, str] = {}
    for group in program.groups.values():
        for name in (member.clause for member in group.members if member.clause is not None):
            if group_of.setdefault(name, group.name) != group.name:
                found.append(two_groups_not_supported(group, name, group_of[name]))
            if group.take == "highest" and name in program.limits:
                found.append(limit_in_highest_not_supported(program.limits[name], group))
    return tuple(found)


def processing_order(program: model.Program) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """File order, but the members of a group in the order of its `among`."""
    names = list(program.clauses)
    position = {name: index for index, name in enumerate(names)}
    followers: dict[str, set[str]] = {name: set() for name in names}
    for group in program.groups.values():
        members = [m.clause for m in group.members if m.clause is not None]
        for first, second in pairwise(members):
            followers[first].add(second)
    waiting = {name: sum(name in after for after in followers.values()) for name in names}
    ready = [position[name] for name in names if waiting[name] == 0]
    heapify(ready)
    order: list[str] = []
    while ready:
        name = names[heappop(ready)]
        order.append(name)
        for follower in followers[name]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heappush(ready, position[follower])
    if len(order) == len(names):
        return tuple(order), ()
    stuck = {name for name in names if waiting[name] > 0}
    groups = [g for g in program.groups.values() if any(m.clause in stuck for m in g.members)]
    return tuple(names), (contradicting_orders(groups, [name for name in names if name in stuck]),)
