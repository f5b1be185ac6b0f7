"""Which clauses a declaration reaches: those that use it, directly or through definitions, tables, funds and groups.

In: a checked program. Out: for each declaration the clauses whose payments can depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.difference.written import Place
from lang import model, typed
from lang.tree.walk import every

Uses = dict[Place, frozenset[Place]]


def clauses_reached(program: model.Program) -> dict[Place, frozenset[str]]:
    """By declaration. The frame of the policy reaches every clause."""
    used = uses(program)
    reached: dict[Place, set[str]] = {Place("policy", program.name): set(program.clauses)}
    for name in program.clauses:
        for place in _closure(used, Place("clause", name)):
            reached.setdefault(place, set()).add(name)
    for group in program.groups.values():
        members = {member.clause for member in group.members if member.clause is not None}
        for member in members:  # what another member pays counts for each
            for place in _closure(used, Place("clause", member)):
                reached.setdefault(place, set()).update(members)
    return {place: frozenset(clauses) for place, clauses in reached.items()}


def _closure(used: Uses, start: Place) -> set[Place]:
    found: set[Place] = set()
    waiting = [start]
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting.extend(used.get(place, ()))
    return found


def uses(program: model.Program) -> Uses:
    """What each declaration uses directly."""
    used: dict[Place, set[Place]] = {}

    def add(place: Place, expressions: Iterable[typed.Expr | None], *others: Place) -> None:
        named = used.setdefault(place, set())
        named.update(others)
        for expr in expressions:
            if expr is not None:
                named.update(_named(program, expr))

    for clause in program.clauses.values():
        rules = [e for r in clause.rules for e in (r.condition, r.amount, r.months, r.per_year, r.in_all, r.payee)]
        funds = () if clause.paid_from is None else clause.paid_from.funds
        of = Place("clause", clause.name)
        add(of, (clause.where, *rules), Place("entity", clause.entity), *(Place("fund", fund) for fund in funds))
        for fund in funds:
            per = program.funds[fund].per
            if per is not None and (clause.entity, per) in program.defines:
                add(of, (), Place("define", per, clause.entity))
    for (entity, name), define in program.defines.items():
        add(Place("define", name, entity), (define.body,))
    for table in program.tables.values():
        kinds = [Place("kind", t.name) for t in (*table.keys, table.type) if t.base == "kind" and t.name]
        add(Place("table", table.name), (), *kinds)
    for group in program.groups.values():
        own = Place("exclusive", group.name)
        for member in group.members:
            add(own, (member.attribute, member.link), Place("entity", group.per))
        for member in group.members:
            if member.clause is not None:
                add(Place("clause", member.clause), (), own)
    for limit in program.limits.values():
        own = Place("limit", limit.name)
        add(own, (limit.places, limit.per, limit.order_by))
        add(Place("clause", limit.name), (), own)
    return {place: frozenset(named) for place, named in used.items()}


def _named(program: model.Program, outer: typed.Expr) -> Iterator[Place]:
    for expr in every(outer):
        type_ = expr.type
        if type_.base == "kind" and type_.name:
            yield Place("kind", type_.name)
        match expr:
            case typed.FactRead(entity):
                yield Place("entity", entity)
            case typed.ParameterRead(name):
                yield Place("parameter", name)
            case typed.DefineRead(entity, name):
                yield Place("define", name, entity)
            case typed.TableRead(name):
                yield Place("table", name)
            case typed.Aggregate(_, entity):
                yield Place("entity", entity)
            case typed.OneOf(_, members):
                # A set is resolved to its members: whoever asks for just these asks for it.
                yield from (Place("set", s.name) for s in program.sets.values() if set(s.members) == set(members))
