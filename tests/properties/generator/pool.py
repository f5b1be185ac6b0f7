"""The streams of a program while it is drawn."""

from __future__ import annotations

from random import Random

from attrs import define, field

from compiler import ir
from lang.types import Type


@define
class Pool:
    """The streams drawn so far, by entity and type."""

    random: Random
    streams: list[ir.Stream] = field(factory=list)

    def add(self, entity: str | None, type: Type, op: ir.Op) -> ir.Id:
        number = len(self.streams)
        self.streams.append(ir.Stream(number, entity, type, op))
        return number

    def find(self, entity: str | None, *types: Type) -> list[ir.Id]:
        """Streams of the entity, or of none, that have one of the types."""
        return [s.id for s in self.streams if s.entity in (None, entity) and s.type in types]

    def pick(self, entity: str | None, *types: Type, tries: int = 2) -> ir.Id:
        """One of them; later ones more often, so that operations are built upon each other."""
        found = self.find(entity, *types)
        own = [i for i in found if self.streams[i].entity == entity] or found
        return max(self.random.choice(own) for _ in range(tries))

    def owner(self, *numbers: ir.Id) -> str | None:
        owners = {self.streams[i].entity for i in numbers} - {None}
        assert len(owners) <= 1
        return owners.pop() if owners else None
