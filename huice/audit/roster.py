"""How a payment file may call the rows of a roster: by id, by identity number, payees by a name too."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from compiler.facts import Facts
from huice.facts.cells import Wrong, read_identity
from lang.model import Program


@frozen
class Roster:
    """`keys[entity]` gives the key for an id or an identity number (of one row only). `aliases[entity/key]`: what else
    a payee may be called: the id alone, the identity number, whatever text the roster has of it."""

    keys: Mapping[str, Mapping[str, str]]
    aliases: Mapping[str, frozenset[str]]

    def key(self, entity: str, written: str) -> str | None:
        known = self.keys.get(entity, {})
        if written in known:
            return known[written]
        if written[:1] == "'" and written[1:] in known:  # as a ledger writes ids that look like formulas
            return known[written[1:]]
        number = read_identity(written)
        return None if isinstance(number, Wrong) else known.get(number)


def roster_of(program: Program, facts: Facts) -> Roster:
    keys: dict[str, dict[str, str]] = {}
    aliases: dict[str, frozenset[str]] = {}
    for entity, declared in program.entities.items():
        texts = [a.name for a in declared.attributes.values() if a.type.base in ("text", "identity")]
        numbers = [a.name for a in declared.attributes.values() if a.type.base == "identity"]
        own: dict[str, str | None] = {}
        for key, row in facts.rows(entity).items():
            aliases[f"{entity}/{key}"] = frozenset(
                {key, *(value for name in texts if isinstance(value := row.values.get(name), str))}
            )
            for number in {str(row.values[name]) for name in numbers if isinstance(row.values.get(name), str)}:
                own[number] = None if number in own else key  # of two rows: nobody's
        keys[entity] = {number: key for number, key in own.items() if key is not None}
        keys[entity] |= {key: key for key in facts.rows(entity)}
    return Roster(keys, aliases)
