"""The list of streams while it grows: equal streams are one stream.

In: operations on streams that are already there. Out: their numbers, and in the end the tuple of `ir.Stream`. Two
streams are equal when entity, type and operation are; whoever asks for the second is given the first, so that every
condition that several clauses share is evaluated once.
"""

from __future__ import annotations

from attrs import define, evolve, field

from compiler import ir
from lang.dates import Duration
from lang.diagnostics import CompilerBug
from lang.source import NOWHERE, Span
from lang.types import Given, Type


@define
class Builder:
    """`index` finds the stream of an (entity, type, operation)."""

    streams: list[ir.Stream] = field(factory=list)
    index: dict[tuple[str | None, Type, ir.Op], ir.Id] = field(factory=dict)

    def add(self, op: ir.Op, type: Type, *, entity: str | None = None, origin: Span = NOWHERE) -> ir.Id:
        """The stream of `op`. `entity` is needed where the operands do not tell it: a fact, an aggregate."""
        owner = entity if entity is not None else self._entity(op)
        key = (owner, type, op)
        found = self.index.get(key)
        if found is not None:
            return found
        number = len(self.streams)
        self.streams.append(ir.Stream(number, owner, type, op, None, origin))
        self.index[key] = number
        return number

    def constant(self, value: Given, type: Type, origin: Span = NOWHERE) -> ir.Id:
        """A constant; a length of time as its number of months (the caller has refused days)."""
        if isinstance(value, Duration):
            value = value.count
        return self.add(ir.Constant(value), type, origin=origin)

    def name(self, stream: ir.Id, name: str) -> None:
        """Call a stream what the policy calls it. The first name stays; a constant stays without one, because every
        equal constant is the same stream."""
        found = self.streams[stream]
        if found.name is None and not isinstance(found.op, ir.Constant):
            self.streams[stream] = evolve(found, name=name)

    def type(self, stream: ir.Id) -> Type:
        return self.streams[stream].type

    def _entity(self, op: ir.Op) -> str | None:
        """The one entity of the operands, None when all are the same for every row."""
        if isinstance(op, ir.Through):
            return self.streams[op.link].entity
        if isinstance(op, ir.Aggregate):
            return None  # over all rows; over a link, the caller has told the entity
        owners = {self.streams[i].entity for i in ir.operands(op)} - {None}
        if len(owners) > 1:
            raise CompilerBug(f"one operation reads rows of {sorted(map(str, owners))}: {op}")
        return owners.pop() if owners else None
