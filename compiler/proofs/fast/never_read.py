"""Facts, parameters, definitions, tables, kinds, sets, funds and entities that nothing reads (HC410).

Looked at are the declarations of the policy's own file: a module serves several policies. What is carried and never
tested (identity numbers, texts) and links from the many end are no finding. Reading counts in clauses, groups, limits,
targets and properties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from compiler.proofs.fast.wording import called
from compiler.proofs.finding import Finding, Policy
from lang import model, typed
from lang.diagnostics import Label, Text
from lang.source import Span
from lang.tree.walk import every
from lang.types import Type

_CARRIED = ("identity", "text", "many")


def find(policies: tuple[Policy, ...]) -> Iterator[Finding]:
    for policy in policies:
        yield from _policy(policy)


def _policy(policy: Policy) -> Iterator[Finding]:
    program = policy.model
    read = _Read(program)
    own = program.span.source.name

    def unread(what: tuple[str, str], declared: Mapping[str, model.Declared], known: set[str]) -> Iterator[Finding]:
        for name, one in declared.items():
            if name not in known and one.span.source.name == own:
                yield _finding(policy, what, one)

    for place, define in program.defines.items():
        if place in read.defines or define.span.source.name != own:
            continue
        if define.body.type.base != "kind":  # one of a kind may be there to group figures by (`--by`)
            yield _finding(policy, ("the definition", "界定"), define)
        read.also(define)  # what only it reads is no finding of its own
    yield from unread(("the parameter", "标准"), program.parameters, read.parameters)
    yield from unread(("the table", "标准表"), program.tables, read.tables)
    yield from unread(("the fund", "资金来源"), program.funds, read.funds)
    yield from unread(("the kind", "类别"), program.kinds, read.kinds)
    yield from unread(("the set", "范围"), program.sets, read.sets)
    for entity in program.entities.values():
        if entity.span.source.name != own:
            continue
        if entity.name not in read.entities:
            yield _finding(policy, ("the entity", "台账"), entity)
            continue
        names = [
            attribute
            for attribute in entity.attributes.values()
            if (entity.name, attribute.name) not in read.facts and attribute.type.base not in _CARRIED
        ]
        if names:
            yield _attributes(policy, entity, names)


def _finding(policy: Policy, what: tuple[str, str], one: model.Declared) -> Finding:
    name = called(one)
    return Finding(
        code="HC410",
        span=_head(one.span),
        message=Text(f"{what[0]} {name.en} is never read", f"{what[1]}{name.zh}从未使用"),
        cause=("never read", policy.name, what[0], one.name),
    )


def _attributes(policy: Policy, entity: model.Entity, names: list[model.Attribute]) -> Finding:
    """One finding an entity."""
    en, zh = ", ".join(called(name).en for name in names), "、".join(called(name).zh for name in names)
    verb = "is" if len(names) == 1 else "are"
    return Finding(
        code="HC410",
        span=_head(names[0].span),
        message=Text(
            f"of {entity.name.replace('_', ' ')}, {en} {verb} never read",
            f"{entity.label or entity.name}的栏目{zh}从未使用",
        ),
        labels=tuple(Label(_head(name.span), Text("neither is this", "此处亦然")) for name in names[1:]),
        cause=("never read", policy.name, "facts", entity.name),
    )


def _head(span: Span) -> Span:
    line = span.text.split("\n")[0].rstrip()
    return Span(span.start, span.start + len(line), span.source)


class _Read:
    """What every part of a policy that pays, aims or claims something reads."""

    def __init__(self, program: model.Program) -> None:
        self.program = program
        self.facts: set[tuple[str, str]] = set()
        self.parameters: set[str] = set()
        self.tables: set[str] = set()
        self.funds: set[str] = set()
        self.kinds: set[str] = set()
        self.sets: set[str] = set()
        self.entities: set[str] = set()
        self.defines: set[tuple[str, str]] = set()
        for expr in self._expressions():
            self._walk(expr)
        self._kinds()

    def _expressions(self) -> Iterator[typed.Expr | None]:
        program = self.program
        for clause in program.clauses.values():
            self.entities.add(clause.entity)
            yield clause.where
            for rule in clause.rules:
                yield from (rule.condition, rule.amount, rule.months, rule.per_year, rule.in_all, rule.payee)
            for fund in () if clause.paid_from is None else clause.paid_from.funds:
                self.funds.add(fund)
                per = program.funds[fund].per
                if per is not None:
                    self._named(clause.entity, per)
        for group in program.groups.values():
            self.entities.add(group.per)
            for member in group.members:
                yield from (member.attribute, member.link)
        for limit in program.limits.values():
            yield from (limit.places, limit.per, limit.order_by)
        for target in program.targets.values():
            yield target.condition
            if target.per is not None:
                self.kinds.add(target.per)
        for claimed in program.properties.values():
            self.entities.add(claimed.entity)
            yield claimed.claim.attribute if isinstance(claimed.claim, model.Monotone) else claimed.claim
        for scenario in program.scenarios.values():
            for population in scenario.populations.values():
                self.facts |= {
                    (population.entity, one.leader)
                    for one in population.assumptions.values()
                    if isinstance(one, model.Follows)
                }

    def also(self, define: model.Define) -> None:
        """Counts what a definition reads as read, though nothing reads the definition."""
        self._define(define.entity, define.name)

    def _named(self, entity: str, name: str) -> None:
        """A pot is told by a definition of that name, else by an attribute."""
        if (entity, name) in self.program.defines:
            self._define(entity, name)
        else:
            self.facts.add((entity, name))

    def _define(self, entity: str, name: str) -> None:
        if (entity, name) not in self.defines:
            self.defines.add((entity, name))
            self._walk(self.program.defines[entity, name].body)

    def _walk(self, outer: typed.Expr | None) -> None:
        for expr in () if outer is None else every(outer):
            self._type(expr.type)
            match expr:
                case typed.FactRead(entity, attribute):
                    self.entities.add(entity)
                    self.facts.add((entity, attribute))
                    about = self.program.entities[entity].attributes[attribute]
                    leads_to = about.type.name
                    if leads_to is not None and leads_to in self.program.entities:
                        self.entities.add(leads_to)
                        if about.via is not None:
                            self.facts.add((leads_to, about.via))
                case typed.ParameterRead(name):
                    self.parameters.add(name)
                case typed.TableRead(name):
                    self.tables.add(name)
                case typed.DefineRead(entity, name):
                    self._define(entity, name)
                case typed.OneOf(operand, members):
                    of = operand.type.name
                    self.sets |= {
                        one.name
                        for one in self.program.sets.values()
                        if one.kind == of and set(one.members) == set(members)
                    }
                case typed.Aggregate(_, counted, via):
                    self.entities.add(counted)
                    if via is not None:
                        self.facts.add((counted, via))

    def _type(self, type: Type) -> None:
        if type.base == "kind" and type.name is not None:
            self.kinds.add(type.name)

    def _kinds(self) -> None:
        """A kind is in use where a column, a table, a parameter or a fund has it, read or not."""
        program = self.program
        types: Iterable[Type] = (
            *(attribute.type for entity in program.entities.values() for attribute in entity.attributes.values()),
            *(type for table in program.tables.values() for type in (*table.keys, table.type)),
            *(parameter.type for parameter in program.parameters.values()),
        )
        for type in types:
            self._type(type)
            if type.base == "link" and type.name is not None:
                self.entities.add(type.name)
        self.kinds |= {fund.pots for fund in program.funds.values() if fund.pots is not None}
