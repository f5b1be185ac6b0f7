"""A tree with its names in the other language.

Every use of a declared name is found in the name space that the checker would ask at that place, and written as that
thing is called in the language. A name that is not found, or whose other spelling would mean something else at that
place, stays. Declarations keep name and label: which of them is written first is a matter of spelling.
"""

from __future__ import annotations

from typing import assert_never

from attrs import evolve, frozen

from lang.diagnostics import Language
from lang.formatting.names import Names, Space, Thing, ValueType
from lang.formatting.uses import Scope, Uses
from lang.source import NOWHERE
from lang.tree import declarations as d
from lang.tree import syntax as s


def translated(file: d.File, names: Names, language: Language | None) -> d.File:
    """The file with the names it uses in `language`; None leaves them.

    A given value that is the name of a member has no place in the result: it is spelt like other names. A key or a
    text has one, and is written as it was.
    """
    work = _Translation(names, language)
    return evolve(file, declarations=tuple(work.declaration(node) for node in file.declarations))


@frozen
class _Translation(Uses):
    """The statements; what stands in their expressions is `Uses`."""

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
                scope, want = Scope(parameters=False), self._type_named(node.type)
                return evolve(
                    node,
                    type=self._type(node.type),
                    value=self._maybe(node.value, scope, want),
                    values=tuple(evolve(x, value=self._expr(x.value, scope, want)) for x in node.values),
                )
            case d.Define():
                entity = names.entity_named(node.entity)
                body = self._expr(node.body, Scope(entity, node.name.text))
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
                return evolve(node, condition=self._expr(node.condition, Scope()), per=per)
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
        default = self._maybe(node.default, Scope(parameters=False), self._type_named(node.type))
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
        scope = Scope(parameters=False)
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
        scope = Scope(entity)
        head = node.scope
        if head is not None:
            head = evolve(head, entity=self._entity(head.entity), where=self._maybe(head.where, scope))
        return evolve(
            node,
            scope=head,
            rules=tuple(self._rule(rule, scope) for rule in node.rules),
            paid_from=None if node.paid_from is None else self._paid_from(node.paid_from),
        )

    def _rule(self, rule: d.Rule, scope: Scope) -> d.Rule:
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
                via = self._ref(via, Scope(clause.entity), None)
            name = self._said(member.name, lambda text: self.names.clauses.find(text) or self._of_rows(text, per))
            members.append(evolve(member, name=name, via=via))
        return evolve(node, members=tuple(members), per=self._entity(node.per))

    def _of_rows(self, text: str, entity: str | None) -> Thing | None:
        return self.names.definitions_of(entity).find(text) or self.names.attributes_of(entity).find(text)

    def _limit(self, node: d.Limit) -> d.Limit:
        clause = self.names.clauses.find(node.clause.text)
        scope = Scope(None if clause is None else clause.entity)
        per = node.per
        if isinstance(per, s.Ref):
            name = self._said(per.name, lambda text: self._reading(text, scope, None) or self.names.kinds.find(text))
            per = evolve(per, name=name)
        else:
            per = self._maybe(per, scope)
        return evolve(
            node,
            clause=self._clause(node.clause),
            places=self._expr(node.places, Scope()),
            per=per,
            order_by=self._maybe(node.order_by, scope),
        )

    def _property(self, node: d.Property) -> d.Property:
        scope = Scope(self.names.entity_named(node.entity))
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
        value = self._expr(node.value, Scope(parameters=False), want)
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
        scope = Scope(unknowns=unknowns, parameters=False)
        return evolve(node, lines=tuple(self._scenario_line(line, scope) for line in node.lines))

    def _scenario_line(self, line: d.ScenarioLine, scope: Scope) -> d.ScenarioLine:
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

    def _claims_line(self, line: d.TakenUp | d.Lag, scope: Scope) -> d.TakenUp | d.Lag:
        if isinstance(line, d.TakenUp):
            return evolve(line, chance=self._expr(line.chance, scope))
        return evolve(line, distribution=self._distribution(line.distribution, scope, None))

    def _budget(self, line: d.Budget, scope: Scope) -> d.Budget:
        pot = line.pot
        if pot is not None:
            kinds = [kind for kind, members in self.names.members.items() if members.find(pot.text) is not None]
            pot = self._in(self.names.members_of(kinds[0]), pot) if kinds else pot
        return evolve(line, fund=self._in(self.names.funds, line.fund), pot=pot, amount=self._expr(line.amount, scope))

    def _population(self, node: d.Population, scope: Scope) -> d.Population:
        space = self.names.attributes_of(self.names.entity_named(node.entity))
        lines: list[d.Arrive | d.Assumption] = []
        for line in node.lines:
            if isinstance(line, d.Arrive):
                lines.append(self._arrive(line, scope))
            else:
                lines.append(self._assumption(line, space, scope))
        return evolve(node, entity=self._entity(node.entity), lines=tuple(lines))

    def _arrive(self, line: d.Arrive, scope: Scope) -> d.Arrive:
        return evolve(
            line,
            number=self._maybe(line.number, scope),
            per=None if line.per is None else self._entity(line.per),
            chance=self._maybe(line.chance, scope),
            after=self._maybe(line.after, scope),
        )

    def _assumption(self, line: d.Assumption, space: Space, scope: Scope) -> d.Assumption:
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

    def _choice(self, node: s.Expr, scope: Scope, want: ValueType | None) -> s.Expr:
        """`none`, unless a kind has a member of that name, is a word of the language."""
        if self.language is None or not isinstance(node, s.Ref) or node.name.text not in ("none", "无"):
            return self._expr(node, scope, want)
        members = self.names.members_of(want.name if want is not None and want.base == "kind" else None)
        if members.find("none") is not None or members.find("无") is not None:
            return self._expr(node, scope, want)
        return evolve(node, name=evolve(node.name, text="无" if self.language == "zh" else "none"))

    def _distribution(self, node: d.Distribution, scope: Scope, want: ValueType | None) -> d.Distribution:
        choices = [
            evolve(c, value=self._choice(c.value, scope, want), weight=self._expr(c.weight, scope))
            for c in node.choices
        ]
        return evolve(
            node,
            value=self._maybe(node.value, scope, want),
            low=self._maybe(node.low, scope),
            high=self._maybe(node.high, scope),
            choices=tuple(choices),
            any_of=None if node.any_of is None else self._entity(node.any_of),
        )
