"""A tree with its names in the other language.

Every use of a declared name is found in the name space that the checker would ask at that place, and written as that
thing is called in the language. A name that is not found, or whose other spelling would mean something else at that
place, stays. Declarations keep name and label: which of them is written first is a matter of spelling.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, assert_never

from attrs import evolve, field, frozen

from lang.diagnostics import Language
from lang.formatting.names import Names, Space, Thing, ValueType
from lang.source import NOWHERE
from lang.tree import declarations as d
from lang.tree import syntax as s

E = TypeVar("E", bound="s.Expr | None")
_DEEPEST = 200  # definitions that lie deeper have no type


def translated(file: d.File, names: Names, language: Language | None) -> d.File:
    """The file with the names it uses in `language`; None leaves them.

    A given value that is the name of a member has no place in the result: it is spelt like other names. A key or a
    text has one, and is written as it was.
    """
    work = _Translation(names, language)
    return evolve(file, declarations=tuple(work.declaration(node) for node in file.declarations))


@frozen
class _Scope:
    """Where an expression stands: whose facts it reads, the definition it is the body of, unknowns of the scenario."""

    entity: str | None = None
    own: str | None = None
    unknowns: Space = field(factory=Space)
    parameters: bool = True  # whether it may read parameters


@frozen
class _Translation:
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

    # ------------------------------------------------------------ declarations
    def declaration(self, node: d.Declaration) -> d.Declaration:
        names = self.names
        match node:
            case d.Policy():
                lines = tuple(self._paid_from(x) if isinstance(x, d.PaidFrom) else x for x in node.lines)
                return evolve(node, lines=lines)
            case d.Use() | d.Kind() | d.Duty() | d.Omit():
                return node
            case d.SetOf():
                members = names.members_of(names.kind_named(node.kind))
                return evolve(
                    node,
                    kind=self._in(names.kinds, node.kind),
                    members=tuple(self._in(members, member) for member in node.members),
                )
            case d.Entity():
                return evolve(node, attributes=tuple(self._has(has) for has in node.attributes))
            case d.Fund():
                return node if node.per is None else evolve(node, per=self._pot(node.per))
            case d.Parameter():
                scope, want = _Scope(parameters=False), self._type_named(node.type)
                return evolve(
                    node,
                    type=self._type(node.type),
                    value=self._maybe(node.value, scope, want),
                    values=tuple(evolve(x, value=self._expr(x.value, scope, want)) for x in node.values),
                )
            case d.Define():
                entity = names.entity_named(node.entity)
                body = self._expr(node.body, _Scope(entity, node.name.text))
                return evolve(node, entity=self._entity(node.entity), body=body)
            case d.Table():
                return self._table(node)
            case d.Clause():
                return self._clause_block(node)
            case d.Exclusive():
                return self._exclusive(node)
            case d.Limit():
                return self._limit(node)
            case d.Target():
                per = None if node.per is None else self._in(names.kinds, node.per)
                return evolve(node, condition=self._expr(node.condition, _Scope()), per=per)
            case d.Property():
                return self._property(node)
            case d.Case():
                return self._case(node)
            case d.Scenario():
                return self._scenario(node)
            case _:
                assert_never(node)

    def _paid_from(self, node: d.PaidFrom) -> d.PaidFrom:
        return evolve(node, funds=tuple(self._in(self.names.funds, fund) for fund in node.funds))

    def _type(self, node: d.TypeName) -> d.TypeName:
        if node.name is None:
            return node
        kinds, entities = self.names.kinds, self.names.entities
        return evolve(node, name=self._said(node.name, lambda text: kinds.find(text) or entities.find(text)))

    def _type_named(self, node: d.TypeName) -> ValueType | None:
        return self.names.declared_type(Thing("", None, type=node))

    def _has(self, node: d.Has) -> d.Has:
        via = node.via
        if via is not None:
            via = self._attribute(self.names.entity_named(node.type.name), via)
        default = self._maybe(node.default, _Scope(parameters=False), self._type_named(node.type))
        return evolve(node, type=self._type(node.type), via=via, default=default)

    def _pot(self, name: s.Name) -> s.Name:
        """What says the pot of a fund: a definition or attribute of a kind, else a kind."""

        def find(text: str) -> Thing | None:
            for entity in self.names.entities.things:
                definition = self.names.definitions_of(entity).find(text)
                if definition is not None and self._kind_of_definition(definition, entity):
                    return definition
                attribute = self.names.attributes_of(entity).find(text)
                if attribute is not None and (type_ := self.names.declared_type(attribute)) and type_.base == "kind":
                    return attribute
            return self.names.kinds.find(text)

        return self._said(name, find)

    def _kind_of_definition(self, definition: Thing, entity: str) -> bool:
        found = self._type_of_definition(definition, entity, 0)
        return found is not None and found.base == "kind"

    def _table(self, node: d.Table) -> d.Table:
        names = self.names
        keys, types = [], []
        for key in node.keys:
            found = names.table_key(key)
            keys.append(key if found is None else self._in(found[0], key))
            types.append(None if found is None else found[1])
        kind = names.kind_of_rows(node.rows)
        want = None if kind is None else ValueType("kind", kind)
        scope = _Scope(parameters=False)
        rows = []
        for row in node.rows:
            row_keys = [
                key if isinstance(key, d.Band) else self._expr(key, scope, types[at] if at < len(types) else None)
                for at, key in enumerate(row.keys)
            ]
            rows.append(evolve(row, keys=tuple(row_keys), value=self._expr(row.value, scope, want)))
        return evolve(node, keys=tuple(keys), rows=tuple(rows))

    # ------------------------------------------------------------ clauses and what stands beside them
    def _clause_block(self, node: d.Clause) -> d.Clause:
        entity = None if node.scope is None else self.names.entity_named(node.scope.entity)
        scope = _Scope(entity)
        head = node.scope
        if head is not None:
            head = evolve(head, entity=self._entity(head.entity), where=self._maybe(head.where, scope))
        return evolve(
            node,
            scope=head,
            rules=tuple(self._rule(rule, scope) for rule in node.rules),
            paid_from=None if node.paid_from is None else self._paid_from(node.paid_from),
        )

    def _rule(self, rule: d.Rule, scope: _Scope) -> d.Rule:
        payment = rule.payment
        rounding = payment.rounding
        return evolve(
            rule,
            condition=self._maybe(rule.condition, scope),
            payment=evolve(
                payment,
                amount=self._expr(payment.amount, scope),
                rounding=rounding and evolve(rounding, unit=self._expr(rounding.unit, scope)),
                limits=tuple(
                    evolve(limit, length=self._expr(limit.length, scope))
                    if isinstance(limit, d.CountLimit)
                    else evolve(limit, amount=self._expr(limit.amount, scope))
                    for limit in payment.limits
                ),
                payee=self._maybe(payment.payee, scope),
            ),
        )

    def _exclusive(self, node: d.Exclusive) -> d.Exclusive:
        per = self.names.entity_named(node.per)
        members = []
        for member in node.members:
            clause = self.names.clauses.find(member.name.text)
            via = member.via
            if via is not None and clause is not None:
                via = self._ref(via, _Scope(clause.entity), None)
            name = self._said(member.name, lambda text: self.names.clauses.find(text) or self._of_rows(text, per))
            members.append(evolve(member, name=name, via=via))
        return evolve(node, members=tuple(members), per=self._entity(node.per))

    def _of_rows(self, text: str, entity: str | None) -> Thing | None:
        return self.names.definitions_of(entity).find(text) or self.names.attributes_of(entity).find(text)

    def _limit(self, node: d.Limit) -> d.Limit:
        clause = self.names.clauses.find(node.clause.text)
        scope = _Scope(None if clause is None else clause.entity)
        per = node.per
        if isinstance(per, s.Ref):
            name = self._said(per.name, lambda text: self._reading(text, scope, None) or self.names.kinds.find(text))
            per = evolve(per, name=name)
        else:
            per = self._maybe(per, scope)
        return evolve(
            node,
            clause=self._clause(node.clause),
            places=self._expr(node.places, _Scope()),
            per=per,
            order_by=self._maybe(node.order_by, scope),
        )

    def _property(self, node: d.Property) -> d.Property:
        scope = _Scope(self.names.entity_named(node.entity))
        claim = node.claim
        if isinstance(claim, d.Monotone):
            claim = evolve(claim, clause=self._clause(claim.clause), attribute=self._expr(claim.attribute, scope))
        else:
            claim = self._expr(claim, scope)
        return evolve(node, entity=self._entity(node.entity), claim=claim)

    # ------------------------------------------------------------ cases and scenarios
    def _set_value(self, node: d.SetValue) -> d.SetValue:
        parameter = self.names.parameters.find(node.parameter.text)
        want = None if parameter is None else self.names.declared_type(parameter)
        value = self._expr(node.value, _Scope(parameters=False), want)
        return evolve(node, parameter=self._in(self.names.parameters, node.parameter), value=value)

    def _fact(self, value: s.Expr, attribute: Thing | None) -> s.Expr:
        """A given value: a member of a kind has names; a key or a text stays."""
        type_ = None if attribute is None else self.names.declared_type(attribute)
        if type_ is not None and type_.base == "kind" and isinstance(value, s.Ref):
            members = self.names.members_of(type_.name)
            if members.find(value.name.text) is not None:
                return evolve(value, name=evolve(self._in(members, value.name), span=NOWHERE))
        return value

    def _case(self, node: d.Case) -> d.Case:
        instances = []
        for instance in node.instances:
            space = self.names.attributes_of(self.names.entity_named(instance.entity))
            lines = []
            for line in instance.lines:
                givens = [
                    evolve(
                        given,
                        attribute=self._in(space, given.attribute),
                        value=self._fact(given.value, space.find(given.attribute.text)),
                    )
                    for given in line.givens
                ]
                lines.append(evolve(line, givens=tuple(givens)))
            instances.append(evolve(instance, entity=self._entity(instance.entity), lines=tuple(lines)))
        return evolve(
            node,
            sets=tuple(self._set_value(x) for x in node.sets),
            instances=tuple(instances),
            expects=tuple(evolve(x, clause=self._clause(x.clause)) for x in node.expects),
        )

    def _scenario(self, node: d.Scenario) -> d.Scenario:
        unknowns = Space()
        for line in node.lines:
            if isinstance(line, d.Unknown):
                unknowns.add(Thing(line.name.text, line.label))
        scope = _Scope(unknowns=unknowns, parameters=False)
        return evolve(node, lines=tuple(self._scenario_line(line, scope) for line in node.lines))

    def _scenario_line(self, line: d.ScenarioLine, scope: _Scope) -> d.ScenarioLine:
        match line:
            case d.Period():
                return line
            case d.SetValue():
                return self._set_value(line)
            case d.Unknown():
                return evolve(line, distribution=self._distribution(line.distribution, scope, None))
            case d.Population():
                return self._population(line, scope)
            case d.Claims():
                return evolve(line, lines=tuple(self._claims_line(x, scope) for x in line.lines))
            case d.Budget():
                return self._budget(line, scope)
            case d.Cash():
                fund = None if line.fund is None else self._in(self.names.funds, line.fund)
                return evolve(line, fund=fund, amount=self._maybe(line.amount, scope))
            case _:
                assert_never(line)

    def _claims_line(self, line: d.TakenUp | d.Lag, scope: _Scope) -> d.TakenUp | d.Lag:
        if isinstance(line, d.TakenUp):
            return evolve(line, chance=self._expr(line.chance, scope))
        return evolve(line, distribution=self._distribution(line.distribution, scope, None))

    def _budget(self, line: d.Budget, scope: _Scope) -> d.Budget:
        pot = line.pot
        if pot is not None:
            kinds = [kind for kind, members in self.names.members.items() if members.find(pot.text) is not None]
            pot = self._in(self.names.members_of(kinds[0]), pot) if kinds else pot
        return evolve(line, fund=self._in(self.names.funds, line.fund), pot=pot, amount=self._expr(line.amount, scope))

    def _population(self, node: d.Population, scope: _Scope) -> d.Population:
        space = self.names.attributes_of(self.names.entity_named(node.entity))
        lines: list[d.Arrive | d.Assumption] = []
        for line in node.lines:
            if isinstance(line, d.Arrive):
                lines.append(self._arrive(line, scope))
            else:
                lines.append(self._assumption(line, space, scope))
        return evolve(node, entity=self._entity(node.entity), lines=tuple(lines))

    def _arrive(self, line: d.Arrive, scope: _Scope) -> d.Arrive:
        return evolve(
            line,
            number=self._maybe(line.number, scope),
            per=None if line.per is None else self._entity(line.per),
            chance=self._maybe(line.chance, scope),
            after=self._maybe(line.after, scope),
        )

    def _assumption(self, line: d.Assumption, space: Space, scope: _Scope) -> d.Assumption:
        attribute = space.find(line.attribute.text)
        name = self._in(space, line.attribute)
        want = None if attribute is None else self.names.declared_type(attribute)
        match line:
            case d.Drawn():
                return evolve(line, attribute=name, distribution=self._distribution(line.distribution, scope, want))
            case d.Fixed():
                value = None if line.value is None else self._fact(line.value, attribute)
                low, high = self._maybe(line.low, scope), self._maybe(line.high, scope)
                return evolve(line, attribute=name, value=value, low=low, high=high)
            case d.Spells():
                ends, returns = self._maybe(line.ends, scope), self._maybe(line.returns, scope)
                return evolve(line, attribute=name, ends=ends, returns=returns)
            case d.Follows():
                after, chance = self._maybe(line.after, scope), self._maybe(line.chance, scope)
                return evolve(line, attribute=name, leader=self._in(space, line.leader), after=after, chance=chance)

    def _distribution(self, node: d.Distribution, scope: _Scope, want: ValueType | None) -> d.Distribution:
        choices = [
            evolve(c, value=self._expr(c.value, scope, want), weight=self._expr(c.weight, scope)) for c in node.choices
        ]
        return evolve(
            node,
            value=self._maybe(node.value, scope, want),
            low=self._maybe(node.low, scope),
            high=self._maybe(node.high, scope),
            choices=tuple(choices),
            any_of=None if node.any_of is None else self._entity(node.any_of),
        )

    # ------------------------------------------------------------ what a name reads
    def _reading(self, text: str, scope: _Scope, want: ValueType | None) -> Thing | None:
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

    def _ref(self, name: s.Name, scope: _Scope, want: ValueType | None) -> s.Name:
        return self._said(name, lambda text: self._reading(text, scope, want))

    # ------------------------------------------------------------ types, as far as names need them
    def _type_of(self, node: s.Expr, scope: _Scope, depth: int = 0) -> ValueType | None:
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
                return self._type_of(s.Ref(node.name), _Scope(owner.name, parameters=False), depth + 1)
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
            self.types[id(thing)] = self._type_of(thing.body, _Scope(entity, thing.name), depth + 1)
        return self.types.get(id(thing))

    # ------------------------------------------------------------ expressions
    def _maybe(self, node: s.Expr | None, scope: _Scope, want: ValueType | None = None) -> s.Expr | None:
        return None if node is None else self._expr(node, scope, want)

    def _expr(self, node: s.Expr, scope: _Scope, want: ValueType | None = None) -> s.Expr:
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
                    name = self._ref(name, _Scope(owner.name, parameters=False), None)
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

    def _pair(self, left: s.Expr, right: s.Expr, scope: _Scope, want: ValueType | None) -> tuple[s.Expr, s.Expr]:
        """Two sides that ask for one type; one that is of a kind lends it to the other."""
        first, second = self._type_of(left, scope), self._type_of(right, scope)
        return self._expr(left, scope, second or want), self._expr(right, scope, first or want)

    def _lookup(self, node: s.Lookup, scope: _Scope) -> s.Expr:
        table = self.names.tables.find(node.table.text)
        types: list[ValueType | None] = []
        for key in () if table is None else table.keys:
            found = self.names.table_key(key)
            types.append(None if found is None else found[1])
        keys = [self._expr(key, scope, types[at] if at < len(types) else None) for at, key in enumerate(node.keys)]
        return evolve(node, table=self._in(self.names.tables, node.table), keys=tuple(keys))

    def _in_set(self, node: s.InSet, scope: _Scope) -> s.Expr:
        type_ = self._type_of(node.subject, scope)
        members = self.names.members_of(type_.name if type_ is not None and type_.base == "kind" else None)

        def find(text: str) -> Thing | None:
            return members.find(text) or self.names.sets.find(text)

        return evolve(
            node,
            subject=self._expr(node.subject, scope),
            members=tuple(self._said(member, find) for member in node.members),
        )

    def _aggregate(self, node: s.Aggregate, scope: _Scope) -> s.Expr:
        """`count of staff where C`: links to the rows, then what is asked of a row."""
        path, row = self._path(node.path, scope)
        there = _Scope(row, unknowns=scope.unknowns, parameters=scope.parameters)
        return evolve(node, path=path, where=self._maybe(node.where, there))

    def _path(self, node: s.Expr, scope: _Scope) -> tuple[s.Expr, str | None]:
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
        there = _Scope(entity, parameters=False)
        reading = self._reading(node.name.text, there, None)
        type_ = None if reading is None else self._type_of(s.Ref(node.name), there)
        name = self._ref(node.name, there, None)
        rows = type_.name if type_ is not None and type_.base != "kind" else entity
        return evolve(node, owner=owner, name=name), rows
