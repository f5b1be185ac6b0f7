"""The group of a settlement by `--by NAME`: a kind-valued attribute or definition of its row, in the month due.

Whoever has no such thing, or of whom it is not known, is in the group `unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, evolve, field

from compiler import ir
from compiler.explanation.conditions import extended
from compiler.facts import Facts
from compiler.interpreter.streams import Streams
from compiler.memory import start_month
from compiler.parameters import settled
from huice.audit.records import Settlement
from huice.facts.names import folded
from lang.model import Program
from lang.typed import FactRead
from lang.types import Value

UNKNOWN = "unknown"


def groupable(program: Program, name: str) -> str | None:
    """The name of what can group, for a name or label; None: there is no such thing."""
    wanted = folded(name)
    for entity in program.entities.values():
        for attribute in entity.attributes.values():
            if attribute.type.base == "kind" and wanted in (folded(attribute.name), folded(attribute.label or "")):
                return attribute.name
    for define_ in program.defines.values():
        if define_.body.type.base == "kind" and wanted in (folded(define_.name), folded(define_.label or "")):
            return define_.name
    return None


@define
class Groups:
    """`of` a settlement; the definition stands before the attribute of that name, as everywhere."""

    streams: Streams
    by_entity: Mapping[str, ir.Id]
    _found: dict[tuple[str, str, int], str] = field(init=False, factory=dict)

    def of(self, settlement: Settlement) -> str:
        stream = self.by_entity.get(settlement.entity)
        if stream is None or settlement.key not in self.streams.facts.rows(settlement.entity):
            return UNKNOWN
        month = settlement.dues[0].month if settlement.dues else self.streams.program.first
        if not settlement.dues and settlement.payments[0].month is not None:
            month = max(month, settlement.payments[0].month)
        place = settlement.entity, settlement.key, month
        if place not in self._found:
            value = self.streams.value(stream, settlement.key, month)
            self._found[place] = value if isinstance(value, str) else UNKNOWN
        return self._found[place]


def groups_by(
    program: Program, compiled: ir.Program, facts: Facts, parameters: Mapping[str, Value], name: str
) -> Groups:
    """`name` as `groupable` gives it."""
    expressions = extended(program, compiled)
    by_entity: dict[str, ir.Id] = {}
    for entity in program.entities.values():
        define_ = program.defines.get((entity.name, name))
        attribute = entity.attributes.get(name)
        if define_ is not None and define_.body.type.base == "kind":
            by_entity[entity.name] = compiled.definitions[entity.name, name]
        elif attribute is not None and attribute.type.base == "kind":
            by_entity[entity.name] = expressions.lower(FactRead(entity.name, name, attribute.type))
    whole = evolve(compiled, streams=tuple(expressions.builder.streams))
    return Groups(
        Streams(whole, facts, settled(whole, parameters), start_month(whole, facts, values=parameters.values())),
        by_entity,
    )
