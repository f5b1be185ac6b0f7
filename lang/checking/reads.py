"""Which facts and parameters a clause reads, through definitions, links, groups and limits.

Comes in: a checked program. Goes out: the attributes read, each with one place where it is read, in the order of the
text. Simulation, templates of rosters and lists of missing facts ask this.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field

from lang import model, typed
from lang.source import Span
from lang.tree.walk import every

Fact = tuple[str, str]  # (entity, attribute)


@define
class Reads:
    """`facts`: (entity, attribute) → a place; `parameters`: names; `entities`: those reached or counted."""

    facts: dict[Fact, Span] = field(factory=dict)
    parameters: dict[str, Span] = field(factory=dict)
    entities: dict[str, Span] = field(factory=dict)


def reads_of(program: model.Program, expressions: Iterable[typed.Expr]) -> Reads:
    """Everything that expressions read, definitions followed."""
    found = Reads()
    seen: set[tuple[str, str]] = set()
    waiting = list(expressions)[::-1]
    while waiting:
        for node in every(waiting.pop()):
            match node:
                case typed.FactRead():
                    _fact(program, node, found)
                case typed.ParameterRead():
                    found.parameters.setdefault(node.parameter, node.span)
                case typed.DefineRead():
                    key = node.entity, node.define
                    if key not in seen:
                        seen.add(key)
                        waiting.append(program.defines[key].body)
                case typed.Aggregate():
                    found.entities.setdefault(node.entity, node.span)
                    if node.via is not None:
                        found.facts.setdefault((node.entity, node.via), node.span)
                case typed.PaidBy():
                    pass
    return found


def _fact(program: model.Program, node: typed.FactRead, found: Reads) -> None:
    attribute = program.entities[node.entity].attributes[node.attribute]
    if attribute.via is not None and attribute.type.name is not None:
        found.facts.setdefault((attribute.type.name, attribute.via), node.span)
        return
    found.facts.setdefault((node.entity, node.attribute), node.span)
    if attribute.type.base == "link" and attribute.type.name is not None:
        found.entities.setdefault(attribute.type.name, node.span)


def clause_expressions(program: model.Program, clause: model.Clause) -> list[typed.Expr]:
    """What decides whether, how much and to which group and place a clause pays (not to whom, not from which pot)."""
    found: list[typed.Expr | None] = [clause.where]
    for rule in clause.rules:
        found += [rule.condition, rule.amount, rule.months, rule.per_year, rule.in_all]
    limit = program.limits.get(clause.name)
    if limit is not None:
        found += [limit.places, limit.per, limit.order_by]
    for group in program.groups.values():
        if any(member.clause == clause.name for member in group.members):
            found += [member.link for member in group.members if member.clause == clause.name]
            found += [member.attribute for member in group.members]
    return [expr for expr in found if expr is not None]


def clause_reads(program: model.Program, clause: model.Clause) -> Reads:
    return reads_of(program, clause_expressions(program, clause))
