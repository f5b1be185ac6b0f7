"""The vocabulary of a program: kinds, sets, entities with their attributes, parameters, tables, funds.

Comes in: declarations of the tree. Goes out: the name spaces of the `Environment`, filled with checked declarations.
A declaration with a fault stays in its name space with the type `none`, so that whatever reads it stays silent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import attrs

from lang import model
from lang.checking import expressions, resolve, symbols, units
from lang.checking.environment import Environment, Scope
from lang.checking.findings import quoted
from lang.checking.messages import not_supported, words
from lang.checking.symbols import Space
from lang.diagnostics import Label, Text
from lang.tree import declarations as tree
from lang.tree import syntax
from lang.tree.syntax import Name
from lang.types import NO_VALUE, RATE, Type, Value

_RANGES = {
    "count": (Fraction(0), Fraction(10**6)),
    "money": (Fraction(0), Fraction(10**11)),
    "rate": (Fraction(0), Fraction(10**11)),
    "share": (Fraction(0), Fraction(1)),
}


def check_kinds(kinds: Iterable[tree.Kind], environment: Environment) -> None:
    for kind in kinds:
        names = symbols.names_of(kind.name, kind.label)
        space: Space[model.Member] = Space(Text(f"member of {names.name}", f"{names.name}的取值"))
        for member in kind.members:
            called = symbols.names_of(member.name, member.label)
            checked = model.Member(name=called.name, label=called.label)
            space.declare(environment.findings, member.name, member.label, checked)
        declared = model.Kind(
            name=names.name, label=names.label, cites=kind.cites, span=kind.span, trivia=kind.trivia,
            members=tuple(space.entries.values()),
        )  # fmt: skip
        if environment.kinds.declare(environment.findings, kind.name, kind.label, declared):
            environment.members[names.name] = space


def check_sets(sets: Iterable[tree.SetOf], environment: Environment) -> None:
    scope = Scope(environment, "constant")
    for declared in sets:
        names = symbols.names_of(declared.name, declared.label)
        kind = resolve.declared(environment.kinds, declared.kind, environment)
        members: list[str] = []
        for name in declared.members if kind is not None else ():
            assert kind is not None
            constant = resolve.member(name, kind.name, scope)
            if constant is None:
                resolve.not_a_member(name, kind.name, environment)
            else:
                members.append(str(constant.value))
        checked = model.SetOf(
            name=names.name, label=names.label, cites=declared.cites, span=declared.span, trivia=declared.trivia,
            kind="" if kind is None else kind.name, members=tuple(members),
        )  # fmt: skip
        environment.sets.declare(environment.findings, declared.name, declared.label, checked)


# ---------------------------------------------------------------- types
_BASES = {"money per month": RATE}


def type_of(written: tree.TypeName, environment: Environment, links: bool) -> Type | None:
    """The type that a type name means; `links`: entities may be named too (attributes)."""
    if written.base is not None:
        return _BASES.get(written.base) or Type(written.base)  # type: ignore[arg-type]
    name = written.name
    assert name is not None
    kind = environment.kinds.canonical(name.text)
    if kind is not None:
        return Type("kind", kind)
    entity = environment.entities.canonical(name.text)
    if entity is not None and links:
        return Type("link", entity)
    spaces: list[Space[object]] = [environment.kinds, environment.entities] if links else [environment.kinds]  # type: ignore[list-item]
    what = Text("kind or entity", "类别或台账") if links else Text("kind", "类别")
    resolve.unknown(environment, name, spaces, what)
    return None


def _range(
    written: tree.TypeName, type_: Type, environment: Environment
) -> tuple[Fraction | None, Fraction | None] | None:
    """The range of a count, share or amount, as written or by default; None after a finding."""
    if written.low is None and written.high is None:
        return _RANGES.get(type_.base, (None, None))
    assert written.low is not None and written.high is not None
    low = constant_of(written.low, type_, environment, Text("the range", "取值范围"))
    if low is None:
        return None
    high = constant_of(written.high, type_, environment, Text("the range", "取值范围"))
    if high is None:
        return None
    assert isinstance(low, int | Fraction) and isinstance(high, int | Fraction)
    if low > high:
        message = Text("the range ends before it begins", "取值范围的上限小于下限")
        help = Text("the smaller value stands first", "先写下限，后写上限")
        environment.findings.add("HC320", written.low.span.to(written.high.span), message, help=help)
        return None
    return Fraction(low), Fraction(high)


def constant_of(node: syntax.Expr, type_: Type, environment: Environment, due: Text | None = None) -> Value | None:
    """The fixed value that an expression without names is, of type `type_`."""
    expr = expressions.value(node, Scope(environment, "constant"), type_, due)
    found = units.constant(expr, type_)
    if expr is not None and found is None:
        message = Text(f"`{words(node.span)}` is not a fixed value", f"“{words(node.span)}”不是确定的值")
        environment.findings.add("HC315", node.span, message)
    return found


# ---------------------------------------------------------------- entities
def check_entities(entities: Iterable[tree.Entity], environment: Environment) -> None:
    kept: list[tuple[str, tree.Entity]] = []
    for entity in entities:
        if environment.entities.declare(environment.findings, entity.name, entity.label, entity):
            name = symbols.names_of(entity.name, entity.label).name
            kept.append((name, entity))
            environment.attributes[name] = Space(Text(f"attribute of {name}", f"{name}的栏目"))
            environment.definitions[name] = Space(Text(f"definition for {name}", f"{name}的界定"))
    for name, entity in kept:
        for has in entity.attributes:
            attribute = _attribute(has, name, environment)
            environment.attributes[name].declare(environment.findings, has.name, has.label, attribute)
    for name, entity in kept:
        for has in entity.attributes:
            if has.many:
                _check_via(has, name, environment)


def _attribute(has: tree.Has, entity: str, environment: Environment) -> model.Attribute:
    names = symbols.names_of(has.name, has.label)
    attribute = model.Attribute(
        name=names.name, label=names.label, span=has.span, trivia=has.trivia, entity=entity, type=NO_VALUE,
        monthly=has.monthly, counts=has.counts or "full months",
    )  # fmt: skip
    type_ = type_of(has.type, environment, links=True)
    if type_ is None:
        return attribute
    if has.many:
        return _many(has, attribute, type_, environment)
    if has.counts is not None and not (type_.base == "yes/no" and has.monthly):
        _fault(environment, has, "`counts …` belongs to a monthly yes/no", "“按…”只用于逐月的是否栏目")
    range_ = _range(has.type, type_, environment)
    if range_ is None:
        return attribute
    low, high = range_
    default = None if has.default is None else _default(has, type_, low, high, environment)
    return attrs.evolve(attribute, type=type_, low=low, high=high, default=default)


def _fault(environment: Environment, has: tree.Has, en: str, zh: str, help: Text | None = None) -> None:
    environment.findings.add("HC320", has.name.span, Text(f"`{has.name.text}`: {en}", f"“{has.name.text}”：{zh}"), help)


def _default(
    has: tree.Has, type_: Type, low: Fraction | None, high: Fraction | None, environment: Environment
) -> Value | None:
    assert has.default is not None
    if type_.base in ("link", "identity", "text"):
        what = Text("a default for a link, a text or an identity", "关联、文本或证件号的默认值")
        instead = Text("leave the default out; who has none says so in the roster (`none`)",
                       "请删去默认值；没有的，在台账中填“无”")  # fmt: skip
        not_supported(environment.findings, has.default.span, what, instead)
        return None
    found = constant_of(has.default, type_, environment, Text("the default", "默认值"))
    if found is None:
        return None
    if (low is not None and found < low) or (high is not None and found > high):  # type: ignore[operator]
        message = Text(
            f"the default `{words(has.default.span)}` is outside the range",
            f"默认值“{words(has.default.span)}”超出取值范围",
        )
        environment.findings.add("HC320", has.default.span, message)
        return None
    return found


def _many(has: tree.Has, attribute: model.Attribute, type_: Type, environment: Environment) -> model.Attribute:
    if type_.base != "link" or type_.name is None:
        _fault(environment, has, "`many` needs an entity", "“多个”之后须为台账")
        return attribute
    if has.via is None:
        _fault(environment, has, "`many` needs `via` and the link back", "“多个”须写明“经”哪一关联")
        return attribute
    return attrs.evolve(attribute, type=Type("many", type_.name), monthly=False, via=has.via.text)


def _check_via(has: tree.Has, entity: str, environment: Environment) -> None:
    """`via` must be the other entity's link to this one."""
    space = environment.attributes[entity]
    attribute = space.find(has.name.text)
    if attribute is None or attribute.via is None or has.via is None or attribute.span != has.span:
        return
    other = attribute.type.name
    assert other is not None
    links = [a for a in environment.attributes[other].entries.values() if a.type == Type("link", entity)]
    back = environment.attributes[other].find(has.via.text)
    if back is not None and back.type == Type("link", entity):
        space.replace(attribute.name, attrs.evolve(attribute, via=back.name))
        return
    space.replace(attribute.name, attrs.evolve(attribute, type=NO_VALUE, via=None))
    if (back is not None and back.type == NO_VALUE) or has.via.text in environment.lost:
        return
    help = Text(
        f"declare in {other}: `has {has.via.text}: {entity}`", f"请在{other}中声明：“栏目 {has.via.text}：{entity}”"
    )
    if links:
        help = Text(
            f"its links to {entity}: {quoted(a.name for a in links)}",
            f"指向{entity}的关联：{quoted(a.name for a in links)}",
        )
    message = Text(
        f"`{has.via.text}` is no link of {other} to {entity}", f"“{has.via.text}”不是{other}指向{entity}的关联"
    )
    places = [back.span] if back is not None else [link.span for link in links[:1]]
    labels = [Label(place, Text("declared here", "声明在此")) for place in places]
    environment.findings.add("HC309", has.via.span, message, help=help, labels=labels)


# ---------------------------------------------------------------- parameters
def check_parameters(parameters: Iterable[tree.Parameter], environment: Environment) -> None:
    for declared in parameters:
        names = symbols.names_of(declared.name, declared.label)
        type_ = type_of(declared.type, environment, links=False)
        checked = model.Parameter(
            name=names.name, label=names.label, cites=declared.cites, span=declared.span, trivia=declared.trivia,
            type=type_ or NO_VALUE, external=declared.external, set_by=declared.set_by,
            values=() if type_ is None else _values(declared, type_, environment),
        )  # fmt: skip
        environment.parameters.declare(environment.findings, declared.name, declared.label, checked)


def _values(declared: tree.Parameter, type_: Type, environment: Environment) -> tuple[tuple[date, Value], ...]:
    given = declared.value is not None or bool(declared.values)
    name = declared.name
    if declared.external and given:
        _parameter_fault(name, "an external parameter has no value here", "另行规定的标准在此不写数值", environment)
    elif not declared.external and not given:
        _parameter_fault(name, "the parameter has no value", "标准没有数值", environment, "HC128")
    if declared.value is not None:
        value = parameter_value(declared.value, type_, environment)
        return () if value is None else ((date.min, value),)
    values: list[tuple[date, Value]] = []
    for line in declared.values:
        value = parameter_value(line.value, type_, environment)
        if values and line.day <= values[-1][0]:
            message = Text("`from` lines stand in the order of their dates", "“自”须按日期先后排列，且不得重复")
            environment.findings.add("HC321", line.span, message)
        elif value is not None:
            values.append((line.day, value))
    return tuple(values)


def _parameter_fault(name: Name, en: str, zh: str, environment: Environment, code: str = "HC321") -> None:
    help = Text("write `= VALUE`, `from DATE: VALUE`, or `external`", "写作“= 数值”“自 日期：数值”或“另行规定”")
    environment.findings.add(code, name.span, Text(f"`{name.text}`: {en}", f"“{name.text}”：{zh}"), help=help)


def parameter_value(node: syntax.Expr, type_: Type, environment: Environment) -> Value | None:
    """A value for a parameter; for a rate, plain money counts as yuan per month."""
    if type_ == NO_VALUE:
        return None
    if type_ == RATE and isinstance(node, syntax.Money):
        node = syntax.Number(node.yuan, span=node.span)
    return constant_of(node, type_, environment, Text("the value", "标准的数值"))


# ---------------------------------------------------------------- funds
def check_funds(funds: Iterable[tree.Fund], environment: Environment) -> None:
    for declared in funds:
        names = symbols.names_of(declared.name, declared.label)
        per = pots = None
        if declared.per is not None:
            per, pots = _pots(declared.per, environment)
        checked = model.Fund(
            name=names.name, label=names.label, cites=declared.cites, span=declared.span, trivia=declared.trivia,
            code=declared.code, per=per, pots=pots,
        )  # fmt: skip
        environment.funds.declare(environment.findings, declared.name, declared.label, checked)


def _pots(name: Name, environment: Environment) -> tuple[str | None, str | None]:
    """The attribute or definition that says the pot, and the kind of its pots."""
    for entity in environment.entities.entries:
        definition = environment.definitions[entity].find(name.text)
        if definition is not None and definition.body is not None and definition.body.type.base == "kind":
            return definition.name, definition.body.type.name
        attribute = environment.attributes[entity].find(name.text)
        if attribute is not None and attribute.type == NO_VALUE:
            return None, None
        if attribute is not None and attribute.type.base == "kind":
            return attribute.name, attribute.type.name
    kind = environment.kinds.canonical(name.text)
    if kind is not None:
        return kind, kind
    resolve.unknown(environment, name, [environment.kinds], Text("kind, or kind-valued attribute", "类别或类别栏目"))
    return None, None
