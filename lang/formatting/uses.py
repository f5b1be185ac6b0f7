"""Uses of names inside expressions: what each means at its place, and what it is called in the other language.

Comes in: an expression, the `Scope` it stands in, and the kind that its place asks for. Goes out: the expression with
its names in the language. The order in which name spaces are asked is that of `lang.checking.resolve`; the new name is
asked again and must give the same thing, so that a slip leaves a name as it is and never changes what is meant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from attrs import evolve, field, frozen

from lang.diagnostics import Language
from lang.formatting.names import Names, Space, Thing, ValueType
from lang.tree import syntax as s

_DEEPEST = 200  # definitions that lie deeper have no type


@frozen
class Scope:
    """Where an expression stands: whose facts it reads, the definition it is the body of, unknowns of the scenario."""

    entity: str | None = None
    own: str | None = None
    unknowns: Space = field(factory=Space)
    parameters: bool = True  # whether it may read parameters


@frozen
class Uses:
    """Translates expressions; `language` None leaves all names."""

    names: Names
    language: Language | None
    types: dict[int, ValueType | None] = field(factory=dict)  # of definitions, by the id of the thing

    # ------------------------------------------------------------ names
    def _said(self, name: s.Name, find: Callable[[str], Thing | None]) -> s.Name:
        """The name in this language, if it is found there again as the same thing."""
        thing = None if self.language is None else find(name.text)
        if thing is None or self.language is None:
            return name
        spelling = thing.spelling(self.language)
        return evolve(name, text=spelling) if spelling != name.text and find(spelling) is thing else name

    def _in(self, space: Space, name: s.Name) -> s.Name:
        return self._said(name, space.find)

    def _attribute(self, entity: str | None, name: s.Name) -> s.Name:
        return self._in(self.names.attributes_of(entity), name)

    def _entity(self, name: s.Name) -> s.Name:
        return self._in(self.names.entities, name)

    def _clause(self, name: s.Name) -> s.Name:
        return self._in(self.names.clauses, name)

    # ------------------------------------------------------------ what a name reads
    def _reading(self, text: str, scope: Scope, want: ValueType | None) -> Thing | None:
        """What the checker would take the name for: a member opposite a kind, a fact, an unknown, a parameter."""
        if want is not None and want.base == "kind":
            member = self.names.members_of(want.name).find(text)
            if member is not None:
                return member
        if scope.entity is not None:
            definition = self.names.definitions_of(scope.entity).find(text)
            attribute = self.names.attributes_of(scope.entity).find(text)
            if definition is not None and (definition.name != scope.own or attribute is None):
                return definition
            if attribute is not None:
                return attribute
        found = scope.unknowns.find(text)
        if found is None and scope.parameters:
            found = self.names.parameters.find(text)
        if found is not None or want is not None:
            return found
        members = [m for space in self.names.members.values() if (m := space.find(text)) is not None]
        return members[0] if len(members) == 1 else None

    def _ref(self, name: s.Name, scope: Scope, want: ValueType | None) -> s.Name:
        return self._said(name, lambda text: self._reading(text, scope, want))

    # ------------------------------------------------------------ types, as far as names need them
    def _type_of(self, node: s.Expr, scope: Scope, depth: int = 0) -> ValueType | None:
        if depth > _DEEPEST:
            return None
        match node:
            case s.Ref():
                thing = self._reading(node.name.text, scope, None)
                if thing is None:
                    return None
                if thing.body is not None:
                    return self._type_of_definition(thing, scope.entity, depth)
                return self.names.declared_type(thing)
            case s.Attribute():
                owner = self._type_of(node.owner, scope, depth + 1)
                if owner is None or owner.base == "kind":
                    return None
                return self._type_of(s.Ref(node.name), Scope(owner.name, parameters=False), depth + 1)
            case s.Lookup():
                table = self.names.tables.find(node.table.text)
                kind = None if table is None else self.names.kind_of_rows(table.rows)
                return None if kind is None else ValueType("kind", kind)
            case s.If():
                then = self._type_of(node.then, scope, depth + 1)
                return then or self._type_of(node.otherwise, scope, depth + 1)
            case s.Prefix(word="previous"):
                return self._type_of(node.operand, scope, depth + 1)
            case _:
                return None

    def _type_of_definition(self, thing: Thing, entity: str | None, depth: int) -> ValueType | None:
        """Found once each; one that reads itself has no type."""
        if id(thing) not in self.types and thing.body is not None:
            self.types[id(thing)] = None
            self.types[id(thing)] = self._type_of(thing.body, Scope(entity, thing.name), depth + 1)
        return self.types.get(id(thing))

    # ------------------------------------------------------------ expressions
    def _maybe(self, node: s.Expr | None, scope: Scope, want: ValueType | None = None) -> s.Expr | None:
        return None if node is None else self._expr(node, scope, want)

    def _expr(self, node: s.Expr, scope: Scope, want: ValueType | None = None) -> s.Expr:
        match node:
            case s.Ref():
                return evolve(node, name=self._ref(node.name, scope, want))
            case (
                s.Number() | s.Money() | s.Percent() | s.Length() | s.Day() | s.CalendarMonth() | s.CalendarYear()
                | s.YesNo() | s.String() | s.Nothing()
            ):  # fmt: skip
                return node
            case s.Rate():
                return evolve(node, amount=self._expr(node.amount, scope))
            case s.Attribute():
                owner = self._type_of(node.owner, scope)
                name = node.name
                if owner is not None and owner.base != "kind":
                    name = self._ref(name, Scope(owner.name, parameters=False), None)
                return evolve(node, owner=self._expr(node.owner, scope), name=name)
            case s.Lookup():
                return self._lookup(node, scope)
            case s.Call():
                arguments = tuple(evolve(a, value=self._expr(a.value, scope)) for a in node.arguments)
                return evolve(node, arguments=arguments)
            case s.Not() | s.Negate() | s.Prefix() | s.IsKnown():
                return evolve(node, operand=self._expr(node.operand, scope, want))
            case s.TotalPaidBy():
                return evolve(node, clause=self._clause(node.clause))
            case s.Aggregate():
                return self._aggregate(node, scope)
            case s.All() | s.Either():
                return evolve(node, operands=tuple(self._expr(operand, scope) for operand in node.operands))
            case s.Binary():
                left, right = self._pair(node.left, node.right, scope, want)
                return evolve(node, left=left, right=right)
            case s.Compare():
                left, right = self._pair(node.left, node.right, scope, None)
                return evolve(node, left=left, right=right, companion=self._maybe(node.companion, scope))
            case s.Within():
                subject, anchor = self._maybe(node.subject, scope), self._expr(node.anchor, scope)
                return evolve(node, subject=subject, distance=self._expr(node.distance, scope), anchor=anchor)
            case s.InSet():
                return self._in_set(node, scope)
            case s.InTime():
                return evolve(node, subject=self._maybe(node.subject, scope))
            case s.If():
                then, otherwise = self._pair(node.then, node.otherwise, scope, want)
                return evolve(node, condition=self._expr(node.condition, scope), then=then, otherwise=otherwise)
            case _:
                assert_never(node)

    def _pair(self, left: s.Expr, right: s.Expr, scope: Scope, want: ValueType | None) -> tuple[s.Expr, s.Expr]:
        """Two sides that ask for one type; one that is of a kind lends it to the other."""
        first, second = self._type_of(left, scope), self._type_of(right, scope)
        return self._expr(left, scope, second or want), self._expr(right, scope, first or want)

    def _lookup(self, node: s.Lookup, scope: Scope) -> s.Expr:
        table = self.names.tables.find(node.table.text)
        types: list[ValueType | None] = []
        for key in () if table is None else table.keys:
            found = self.names.table_key(key)
            types.append(None if found is None else found[1])
        keys = [self._expr(key, scope, types[at] if at < len(types) else None) for at, key in enumerate(node.keys)]
        return evolve(node, table=self._in(self.names.tables, node.table), keys=tuple(keys))

    def _in_set(self, node: s.InSet, scope: Scope) -> s.Expr:
        type_ = self._type_of(node.subject, scope)
        members = self.names.members_of(type_.name if type_ is not None and type_.base == "kind" else None)

        def find(text: str) -> Thing | None:
            return members.find(text) or self.names.sets.find(text)

        return evolve(
            node,
            subject=self._expr(node.subject, scope),
            members=tuple(self._said(member, find) for member in node.members),
        )

    def _aggregate(self, node: s.Aggregate, scope: Scope) -> s.Expr:
        """`count of staff where C`: links to the rows, then what is asked of a row."""
        path, row = self._path(node.path, scope)
        there = Scope(row, unknowns=scope.unknowns, parameters=scope.parameters)
        return evolve(node, path=path, where=self._maybe(node.where, there))

    def _path(self, node: s.Expr, scope: Scope) -> tuple[s.Expr, str | None]:
        """The path in this language, and the entity of whose rows it speaks."""
        if isinstance(node, s.Ref):
            if scope.entity is None:
                return evolve(node, name=self._entity(node.name)), self.names.entity_named(node.name)
            attribute = self.names.attributes_of(scope.entity).find(node.name.text)
            type_ = None if attribute is None else self.names.declared_type(attribute)
            name = self._attribute(scope.entity, node.name)
            return evolve(node, name=name), None if type_ is None or type_.base == "kind" else type_.name
        if not isinstance(node, s.Attribute):
            return self._expr(node, scope), None
        owner, entity = self._path(node.owner, scope)
        if entity is None:
            return evolve(node, owner=owner), None
        there = Scope(entity, parameters=False)
        reading = self._reading(node.name.text, there, None)
        type_ = None if reading is None else self._type_of(s.Ref(node.name), there)
        name = self._ref(node.name, there, None)
        rows = type_.name if type_ is not None and type_.base != "kind" else entity
        return evolve(node, owner=owner, name=name), rows
