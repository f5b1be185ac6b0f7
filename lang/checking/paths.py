"""Links, look-ups and aggregates: expressions that leave the row they stand in.

`holder's origin` becomes `Through`, `count of staff where C` an `Aggregate` whose condition is read for the member,
`course rate[term, type]` a `TableRead`.
"""

from __future__ import annotations

import attrs

from lang import model, typed
from lang.checking import expressions, resolve, units
from lang.checking.environment import Scope
from lang.checking.messages import not_usable, words
from lang.diagnostics import Edit, Label, Text
from lang.source import Span
from lang.tree import syntax
from lang.tree.syntax import Name
from lang.types import COUNT, MONEY, NO_VALUE, NUMBER, RATE, SHARE, YES_NO, Type

_ADDED_UP = {"count": COUNT, "money": MONEY, "rate": RATE, "number": NUMBER, "share": NUMBER}


def infer(node: syntax.Attribute | syntax.Lookup | syntax.Aggregate, scope: Scope) -> typed.Expr | None:
    match node:
        case syntax.Attribute():
            return _step(node, scope)
        case syntax.Lookup():
            return _lookup(node, scope)
        case syntax.Aggregate():
            return _aggregate(node, scope)


def unsplit(name: Name, scope: Scope) -> syntax.Attribute | None:
    """A Chinese name with 的 that is no declared name, split into link and attribute."""
    if "的" not in name.text or resolve.means_something(name, scope):
        return None
    owner, _, last = name.text.rpartition("的")
    if not owner or not last:
        return None
    at = name.span.start + len(owner)
    first = Name(owner, span=Span(name.span.start, at, name.span.source))
    second = Name(last, span=Span(at + 1, name.span.end, name.span.source))
    return syntax.Attribute(syntax.Ref(first, span=first.span), second, span=name.span)


# ---------------------------------------------------------------- links
def _step(node: syntax.Attribute, scope: Scope) -> typed.Expr | None:
    owner = expressions.infer(node.owner, scope)
    if owner is None:
        return None
    if owner.type.base != "link" or owner.type.name is None:
        _no_link(node.owner, owner, scope)
        return None
    target = owner.type.name
    there = attrs.evolve(scope, entity=target, own=None, guards=())
    body = resolve.reference(node.name, _only_facts(there), None)
    if body is None or body.type == NO_VALUE:
        return None
    return typed.Through(owner, body, body.type, span=node.span)


def _only_facts(scope: Scope) -> Scope:
    """Behind `'s` stands a fact or definition, never a parameter."""
    return attrs.evolve(scope, role="constant", unknowns=None)


def _no_link(node: syntax.Expr, owner: typed.Expr, scope: Scope) -> None:
    text = words(node.span)
    if owner.type.base == "many":
        message = Text(f"`{text}` are several; `'s` needs one", f"“{text}”有多个，“的”前须为一个")
        help = Text(
            f"write `count of {text} where …`, `sum of {text}'s …`", f"写作“统计 {text} 其中 …”或“合计 {text}的…”"
        )
        scope.findings.add("HC308", node.span, message, help=help)
        return
    found = units.called(owner.type)
    message = Text(f"`{text}` is no link but {found.en}", f"“{text}”不是关联，而是{found.zh}")
    help = Text("before `'s` stands a link to another entity", "“的”前须为指向另一台账的关联")
    scope.findings.add("HC309", node.span, message, help=help)


# ---------------------------------------------------------------- look-ups
def _lookup(node: syntax.Lookup, scope: Scope) -> typed.Expr | None:
    environment = scope.environment
    table = environment.tables.find(node.table.text)
    if table is None:
        if environment.tables.canonical(node.table.text) is None:
            resolve.unknown(environment, node.table, [environment.tables], environment.tables.what)
        return None
    if len(node.keys) != len(table.keys):
        scope.findings.add(
            "HC310",
            node.span,
            Text(
                f"`{table.name}` has {len(table.keys)} key(s), but {len(node.keys)} are given",
                f"“{table.name}”有{len(table.keys)}个键，此处给出{len(node.keys)}个",
            ),
            help=Text(
                f"give {', '.join(units.called(key).en for key in table.keys)}",
                f"依次给出：{'、'.join(units.called(key).zh for key in table.keys)}",
            ),
            labels=[Label(table.span, Text("declared here", "声明在此"))],
        )
        return None
    due = Text(f"a key of {table.name}", f"“{table.name}”的键")
    keys = [expressions.value_of(key, scope, type_, due) for key, type_ in zip(node.keys, table.keys, strict=True)]
    if None in keys:
        return None
    return typed.TableRead(table.name, tuple(k for k in keys if k is not None), table.type, span=node.span)


# ---------------------------------------------------------------- aggregates
def _chain(path: syntax.Expr, scope: Scope) -> list[Name] | None:
    """`employer's staff's wage` as its names; None when the path is something else."""
    names: list[Name] = []
    at = path
    while isinstance(at, syntax.Attribute):
        names.append(at.name)
        at = at.owner
    if not isinstance(at, syntax.Ref):
        return None
    split = unsplit(at.name, scope) if scope.entity is not None else None
    if split is not None and isinstance(split.owner, syntax.Ref):
        names += [split.name, split.owner.name]
    else:
        names.append(at.name)
    return names[::-1]


def _aggregate(node: syntax.Aggregate, scope: Scope) -> typed.Expr | None:
    names = _chain(node.path, scope)
    if names is None:
        not_usable(scope.findings, node.path.span, Text("a link to many is due here", "此处应为一对多关联"), None)
        return None
    if scope.entity is None:
        return _over_entity(node, names, scope)
    link: typed.Expr | None = None
    at = scope
    attribute: model.Attribute | None = None
    for position, name in enumerate(names):
        attribute = _attribute(name, at)
        if attribute is None or attribute.type == NO_VALUE:
            return None
        if attribute.type.base == "many" and attribute.type.name is not None:
            found = _members(node, attribute.type.name, attribute.via, names[position + 1 :], at)
            if found is None or link is None:
                return found
            return typed.Through(link, found, found.type, span=node.span)
        if attribute.type.base != "link" or attribute.type.name is None:
            _not_many(name, attribute, scope)
            return None
        step = typed.FactRead(attribute.entity, attribute.name, attribute.type, span=name.span)
        link = step if link is None else typed.Through(link, step, step.type, span=name.span)
        at = attrs.evolve(at, entity=attribute.type.name, own=None)
    if attribute is not None:
        _not_many(names[-1], attribute, scope)
    return None


def _attribute(name: Name, scope: Scope) -> model.Attribute | None:
    assert scope.entity is not None
    environment = scope.environment
    found = environment.attributes[scope.entity].find(name.text)
    if found is None:
        if environment.definitions[scope.entity].canonical(name.text) is not None:
            message = Text(f"`{name.text}` is a definition; a link is due here", f"“{name.text}”是界定，此处应为关联")
            scope.findings.add("HC309", name.span, message)
        else:
            space = environment.attributes[scope.entity]
            resolve.unknown(environment, name, [space], Text(f"link of {scope.entity}", f"{scope.entity}的关联"))
    return found


def _not_many(name: Name, attribute: model.Attribute, scope: Scope) -> None:
    entity = attribute.type.name if attribute.type.base == "link" else scope.entity
    manies = [a.name for a in scope.environment.attributes[entity or ""].entries.values() if a.type.base == "many"]
    found = units.called(attribute.type)
    help = Text("declare one: `has staff: many person via employer`", "请声明：“栏目 职工：多个 人员 经 用人单位”")
    if manies:
        help = Text(f"did you mean `{manies[0]}`?", f"是否指“{manies[0]}”？")
    message = Text(f"`{name.text}` is no link to many but {found.en}", f"“{name.text}”不是一对多关联，而是{found.zh}")
    scope.findings.add("HC308", name.span, message, help=help)


def _over_entity(node: syntax.Aggregate, names: list[Name], scope: Scope) -> typed.Expr | None:
    environment = scope.environment
    if scope.role in ("constant", "scenario"):
        message = Text("rosters cannot be counted here", "此处不能统计台账")
        not_usable(scope.findings, node.span, message, None)
        return None
    entity = environment.entities.canonical(names[0].text)
    if entity is None:
        resolve.unknown(environment, names[0], [environment.entities], environment.entities.what)
        return None
    return _members(node, entity, None, names[1:], scope)


def _members(node: syntax.Aggregate, entity: str, via: str | None, rest: list[Name], scope: Scope) -> typed.Expr | None:
    """The aggregate over the rows of `entity`; `rest` are the names behind the many-link."""
    there = attrs.evolve(scope, entity=entity, own=None, guards=())
    where = None if node.where is None else expressions.yes_no(node.where, there)
    faulty = node.where is not None and where is None
    if node.word != "sum":
        if rest:
            _only_sum(node, rest, scope)
            return None
        type_ = {"count": COUNT, "share": SHARE, "any": YES_NO}[node.word]
        return None if faulty else typed.Aggregate(node.word, entity, via, where, None, type_, span=node.span)
    if not rest:
        message = Text(f"sum of what of {entity}?", f"合计{entity}的哪一栏？")
        help = Text(f"write `sum of {words(node.path.span)}'s …`, or `count of …`", "写作“合计 …的…”，或用“统计”")
        not_usable(scope.findings, node.path.span, message, help)
        return None
    added: syntax.Expr = syntax.Ref(rest[0], span=rest[0].span)
    for name in rest[1:]:
        added = syntax.Attribute(added, name, span=added.span.to(name.span))
    value = expressions.infer(added, there)
    if value is None or faulty:
        return None
    return _sum(node, entity, via, where, value, scope)


def _sum(
    node: syntax.Aggregate, entity: str, via: str | None, where: typed.Expr | None, value: typed.Expr, scope: Scope
) -> typed.Expr | None:
    if value.type.base in _ADDED_UP:
        return typed.Aggregate("sum", entity, via, where, value, _ADDED_UP[value.type.base], span=node.span)
    found = units.called(value.type)
    help = Text("count them: `count of … where …`", "请用“统计 … 其中 …”") if value.type == YES_NO else None
    message = Text(
        f"`{words(node.path.span)}` is {found.en} and cannot be added up",
        f"“{words(node.path.span)}”是{found.zh}，不能合计",
    )
    scope.findings.add("HC303", node.path.span, message, help=help)
    return None


def _only_sum(node: syntax.Aggregate, rest: list[Name], scope: Scope) -> None:
    last = rest[-1]
    text = f"{node.word} of" if node.word != "any" else "any"
    message = Text(f"`{text}` takes rows, not `{last.text}` of them", f"此处统计的是行，不是其“{last.text}”")
    owner = node.path.owner.span if isinstance(node.path, syntax.Attribute) else node.path.span
    help = Text(f"write `{text} {words(owner)} where {last.text}`", f"把“{last.text}”写进“其中”")
    edit = Edit(node.path.span, f"{words(owner)} where {last.text}") if node.where is None else None
    scope.findings.add("HC315", last.span, message, help=help, edit=edit)


def paid_by(node: syntax.TotalPaidBy, scope: Scope) -> typed.Expr | None:
    """`total paid by CLAUSE`, in properties of the clause's entity."""
    environment = scope.environment
    item = environment.clauses.find(node.clause.text)
    if item is None:
        resolve.unknown(environment, node.clause, [environment.clauses], environment.clauses.what)
        return None
    if scope.role != "property":
        message = Text("`total paid by` belongs in a property", "“累计发放”只用于性质")
        help = Text(
            "a cap on a clause is written `at most … yuan` behind its amount", "限额请写在金额之后：“累计不超过 …元”"
        )
        not_usable(scope.findings, node.span, message, help)
        return None
    if item.entity is not None and item.entity != scope.entity:
        _other_entity(node.clause, item.entity, scope)
        return None
    canonical = environment.clauses.canonical(node.clause.text)
    assert canonical is not None
    return typed.PaidBy(canonical, MONEY, span=node.span)


def _other_entity(clause: Name, entity: str, scope: Scope) -> None:
    message = Text(
        f"`{clause.text}` pays for each {entity}, not for each {scope.entity}",
        f"“{clause.text}”按{entity}发放，不是按{scope.entity}",
    )
    help = Text(f"say `property … for {entity}: …`", f"写作“性质 … 适用 {entity}：…”")
    scope.findings.add("HC301", clause.span, message, help=help)


def link_to(entity: str, target: str, scope: Scope) -> list[model.Attribute]:
    """The links by which `entity` leads to `target`."""
    want = Type("link", target)
    return [a for a in scope.environment.attributes[entity].entries.values() if a.type == want]
