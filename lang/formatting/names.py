"""The names that a file and its modules declare, each with its spelling in both languages.

Comes in: parsed files. Goes out: name spaces as the checker keeps them (`lang.checking.symbols`), but without types
being checked, so that any file can be translated. A thing is found by its name or by its label; where a label is
declared twice the first stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from attrs import define, field, frozen

from lang.diagnostics import Language
from lang.formatting.words import usable_label
from lang.text.words import valid_name
from lang.tree import declarations as d
from lang.tree import syntax as s


@frozen
class ValueType:
    """What a value is, as far as names need it: of a kind, a link to an entity, or many rows of one."""

    base: Literal["kind", "link", "many"]
    name: str  # canonical name of the kind or entity


@define(eq=False)
class Thing:
    """Something declared. `type` is that of an attribute, `body` that of a definition (with its entity)."""

    name: str
    label: str | None
    among_types: bool = False
    type: d.TypeName | None = None
    many: bool = False
    body: s.Expr | None = None
    keys: tuple[s.Name, ...] = ()
    rows: tuple[d.Row, ...] = ()
    entity: str | None = None  # of a clause: whom it is for

    def spelling(self, language: Language) -> str:
        """The name in this language, with `_` between words."""
        if language == "zh" and self.name.isascii() and usable_label(self.label, self.among_types):
            return "_".join((self.label or "").split())
        return self.name


@define
class Space:
    """One name space: any spelling → thing."""

    things: dict[str, Thing] = field(factory=dict)
    spelt: dict[str, Thing] = field(factory=dict)

    def add(self, thing: Thing) -> None:
        self.things.setdefault(thing.name, thing)
        self.spelt.setdefault(thing.name, thing)
        label = thing.label
        if label is not None and valid_name(label) and "的" not in label:
            self.spelt.setdefault("_".join(label.split()), thing)

    def find(self, text: str) -> Thing | None:
        return self.spelt.get(text)


@define
class Names:
    """All name spaces of a program. Those of members, attributes and definitions go by canonical names."""

    kinds: Space = field(factory=Space)
    members: dict[str, Space] = field(factory=dict)
    sets: Space = field(factory=Space)
    entities: Space = field(factory=Space)
    attributes: dict[str, Space] = field(factory=dict)
    definitions: dict[str, Space] = field(factory=dict)
    parameters: Space = field(factory=Space)
    tables: Space = field(factory=Space)
    funds: Space = field(factory=Space)
    clauses: Space = field(factory=Space)

    # ------------------------------------------------------------ canonical names
    def kind_named(self, name: s.Name | None) -> str | None:
        found = None if name is None else self.kinds.find(name.text)
        return None if found is None else found.name

    def entity_named(self, name: s.Name | None) -> str | None:
        found = None if name is None else self.entities.find(name.text)
        return None if found is None else found.name

    def members_of(self, kind: str | None) -> Space:
        return self.members.get(kind or "") or Space()

    def attributes_of(self, entity: str | None) -> Space:
        return self.attributes.get(entity or "") or Space()

    def definitions_of(self, entity: str | None) -> Space:
        return self.definitions.get(entity or "") or Space()

    def declared_type(self, thing: Thing) -> ValueType | None:
        """The type that is written for an attribute or a parameter."""
        if thing.type is None or thing.type.name is None:
            return None
        kind = self.kind_named(thing.type.name)
        if kind is not None:
            return ValueType("kind", kind)
        entity = self.entity_named(thing.type.name)
        return None if entity is None else ValueType("many" if thing.many else "link", entity)

    def table_key(self, name: s.Name) -> tuple[Space, ValueType | None] | None:
        """Where the key of a table is declared, and its type: a kind, or an attribute of any entity."""
        kind = self.kind_named(name)
        if kind is not None:
            return self.kinds, ValueType("kind", kind)
        for space in self.attributes.values():
            attribute = space.find(name.text)
            if attribute is not None:
                return space, self.declared_type(attribute)
        return None

    def kind_of_rows(self, rows: Sequence[d.Row]) -> str | None:
        """The kind of which all values of the rows are members."""
        values = [row.value.name.text for row in rows if isinstance(row.value, s.Ref)]
        fitting = [kind for kind, members in self.members.items() if all(members.find(value) for value in values)]
        return fitting[0] if values and len(fitting) == 1 else None


def names_of(files: Iterable[d.File]) -> Names:
    """The names of files that are checked together: the modules first."""
    names = Names()
    declared = [node for file in files for node in file.declarations]
    followed = {has.via.text for node in declared if isinstance(node, d.Entity) for has in node.attributes if has.via}
    for node in declared:
        match node:
            case d.Kind():
                names.kinds.add(Thing(node.name.text, node.label, among_types=True))
                members = names.members.setdefault(node.name.text, Space())
                for member in node.members:
                    members.add(Thing(member.name.text, member.label, among_types=True))
            case d.Entity():
                names.entities.add(Thing(node.name.text, node.label, among_types=True))
                attributes = names.attributes.setdefault(node.name.text, Space())
                for has in node.attributes:
                    among_types = has.name.text in followed or has.label in followed  # `many staff via employer`
                    attributes.add(Thing(has.name.text, has.label, among_types, has.type, has.many))
            case d.SetOf():
                names.sets.add(Thing(node.name.text, node.label))
            case d.Fund():
                names.funds.add(Thing(node.name.text, node.label))
            case d.Parameter():
                names.parameters.add(Thing(node.name.text, node.label, type=node.type))
            case d.Table():
                names.tables.add(Thing(node.name.text, node.label, keys=node.keys, rows=node.rows))
    for node in declared:
        match node:
            case d.Define():
                entity = names.entity_named(node.entity)
                if entity is not None:
                    space = names.definitions.setdefault(entity, Space())
                    space.add(Thing(node.name.text, node.label, body=node.body))
            case d.Clause():
                scope = None if node.scope is None else names.entity_named(node.scope.entity)
                names.clauses.add(Thing(node.name.text, node.label, entity=scope))
    return names
