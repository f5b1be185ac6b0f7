"""The versions between two versions: A with some of B's declarations.

In: both programs and the places whose declaration is to be B's. Out: a checked program. What is told and pays nothing
(targets, cases, duties …) is left out. Things that only one version has and that do nothing by themselves (kinds'
members, entities, attributes, funds, parameters, definitions, tables) are all there, so that any mixture can be read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from attrs import evolve

from compiler.difference.written import Place
from lang import model

Name = TypeVar("Name")
Item = TypeVar("Item")


def hybrid(a: model.Program, b: model.Program, chosen: Collection[Place]) -> model.Program:
    """A, but with B's declarations at the places `chosen` (a clause, group or limit that B lacks is gone)."""

    def both(sort: str, mine: Mapping[str, Item], others: Mapping[str, Item]) -> dict[str, Item]:
        return _both(mine, others, lambda name: Place(sort, name) in chosen)

    def one(sort: str, mine: Mapping[str, Item], others: Mapping[str, Item]) -> dict[str, Item]:
        return {
            name: others[name] if Place(sort, name) in chosen else mine[name]
            for name in dict.fromkeys((*others, *mine))
            if name in (others if Place(sort, name) in chosen else mine)
        }

    clauses = one("clause", a.clauses, b.clauses)
    frame = b if Place("policy", b.name) in chosen else a
    return evolve(
        a,
        in_force=frame.in_force,
        applies_from=frame.applies_from,
        claims_until=frame.claims_until,
        first=frame.first,
        last=frame.last,
        due_from=frame.due_from,
        kinds=_kinds(a, b, chosen),
        sets=both("set", a.sets, b.sets),
        entities=_entities(a, b, chosen),
        funds=both("fund", a.funds, b.funds),
        parameters=both("parameter", a.parameters, b.parameters),
        defines=_both(a.defines, b.defines, lambda key: Place("define", key[1], key[0]) in chosen),
        tables=both("table", a.tables, b.tables),
        clauses=clauses,
        groups=_groups(one("exclusive", a.groups, b.groups), clauses),
        limits={name: limit for name, limit in one("limit", a.limits, b.limits).items() if name in clauses},
        targets={},
        duties=(),
        omissions=(),
        properties={},
        cases=(),
        scenarios={},
    )


def _both(mine: Mapping[Name, Item], others: Mapping[Name, Item], chosen: object) -> dict[Name, Item]:
    """Everything that either has; B's where it is chosen or A has none."""
    assert callable(chosen)
    names = dict.fromkeys((*mine, *others))
    return {
        name: others[name] if name in others and (name not in mine or chosen(name)) else mine[name] for name in names
    }


def _kinds(a: model.Program, b: model.Program, chosen: Collection[Place]) -> dict[str, model.Kind]:
    """Members of both: those of the version that counts first, in its order (pots and groups are numbered by it)."""
    result = {}
    for name, kind in _both(a.kinds, b.kinds, lambda name: Place("kind", name) in chosen).items():
        known = {member.name for member in kind.members}
        others = [m for p in (a, b) if name in p.kinds for m in p.kinds[name].members if m.name not in known]
        more = tuple({member.name: member for member in others}.values())
        result[name] = evolve(kind, members=kind.members + more) if more else kind
    return result


def _entities(a: model.Program, b: model.Program, chosen: Collection[Place]) -> dict[str, model.Entity]:
    result = {}
    for name, entity in _both(a.entities, b.entities, lambda name: Place("entity", name) in chosen).items():
        if name in a.entities and name in b.entities:
            other = a.entities[name] if entity is b.entities[name] else b.entities[name]
            entity = evolve(entity, attributes={**other.attributes, **entity.attributes})
        result[name] = entity
    return result


def _groups(groups: Mapping[str, model.Exclusive], clauses: Collection[str]) -> dict[str, model.Exclusive]:
    """Without members that are not there; a group of one stands in nobody's way."""
    result = {}
    for name, group in groups.items():
        members = tuple(member for member in group.members if member.clause is None or member.clause in clauses)
        if len(members) > 1:
            result[name] = evolve(group, members=members)
    return result
