"""What stands between clauses: exclusive groups, limits of places; and targets and properties.

Comes in: the declarations of the tree, with clauses already known by name. Goes out: their checked forms.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from lang import model, typed
from lang.checking import expressions, resolve, symbols, units
from lang.checking.environment import Environment, Scope
from lang.checking.findings import quoted
from lang.checking.messages import words
from lang.checking.paths import link_to
from lang.checking.symbols import Space
from lang.diagnostics import Label, Text
from lang.source import Span
from lang.tree import declarations as tree
from lang.tree import syntax
from lang.types import COUNT, MONEY, NO_VALUE

_ORDERED = ("count", "number", "share", "money", "rate", "duration", "date", "month")


# ---------------------------------------------------------------- exclusive
def check_groups(groups: Iterable[tree.Exclusive], environment: Environment) -> dict[str, model.Exclusive]:
    checked: dict[str, model.Exclusive] = {}
    for declared in groups:
        group = _group(declared, environment)
        fresh = environment.groups.declare(environment.findings, declared.name, declared.label, group)
        if fresh and group is not None:
            checked[group.name] = group
    _no_chains(checked, environment)
    return checked


def _group(declared: tree.Exclusive, environment: Environment) -> model.Exclusive | None:
    per = environment.entities.canonical(declared.per.text)
    if per is None:
        resolve.declared(environment.entities, declared.per, environment)
        return None
    members = [_member(member, per, environment) for member in declared.members]
    if len(declared.members) < 2:
        message = Text("a group needs two members at least", "不重复享受至少须有两项")
        help = Text("name the clauses that exclude each other: `among A, B`", "请列出互斥的各项：“包括 甲、乙”")
        environment.findings.add("HC326", declared.name.span, message, help=help)
    seen: set[str] = set()
    for member in declared.members:
        if member.name.text in seen:
            environment.findings.add("HC326", member.span, Text("named twice in the group", "在组内重复书写"))
        seen.add(member.name.text)
    names = symbols.names_of(declared.name, declared.label)
    if None in members:
        return None
    return model.Exclusive(
        name=names.name, label=names.label, cites=declared.cites, span=declared.span, trivia=declared.trivia,
        members=tuple(m for m in members if m is not None), per=per, take=declared.take,
    )  # fmt: skip


def _member(member: tree.GroupMember, per: str, environment: Environment) -> model.GroupMember | None:
    clause = environment.clauses.canonical(member.name.text)
    if clause is not None:
        entity = environment.clauses.entries[clause].entity
        if entity is None:
            return None
        link, known = _link(member, entity, per, environment)
        return model.GroupMember(clause=clause, attribute=None, link=link) if known else None
    scope = Scope(environment, "policy", per)
    if not resolve.means_something(member.name, scope):
        spaces: list[Space[Any]] = [environment.clauses, environment.attributes[per]]
        what = Text(f"clause, or money attribute of {per},", f"条款或{per}的金额栏目")
        resolve.unknown(environment, member.name, spaces, what)
        return None
    found = expressions.value(
        syntax.Ref(member.name, span=member.name.span), scope, MONEY, Text("a member", "组内成员")
    )
    return None if found is None else model.GroupMember(clause=None, attribute=found, link=None)


def _link(member: tree.GroupMember, entity: str, per: str, environment: Environment) -> tuple[typed.Expr | None, bool]:
    """The link from the clause's entity to the group's, and whether that is settled."""
    scope = Scope(environment, "policy", entity)
    if member.via is not None:
        found = resolve.reference(member.via, scope, None)
        if found is not None and found.type == NO_VALUE:
            return None, False
        if found is not None and (found.type.base, found.type.name) != ("link", per):
            called = units.called(found.type)
            message = Text(
                f"`via {member.via.text}` must lead to {per}, but it is {called.en}",
                f"“经 {member.via.text}”须指向{per}，而它是{called.zh}",
            )
            environment.findings.add("HC309", member.via.span, message)
            found = None
        return found, found is not None
    if entity == per:
        return None, True
    links = link_to(entity, per, scope)
    if len(links) == 1:
        return typed.FactRead(entity, links[0].name, links[0].type, span=member.span), True
    message = Text(f"{entity} has no link to {per}", f"{entity}没有指向{per}的关联")
    help = None
    if links:
        options = quoted(link.name for link in links)
        message = Text(f"{entity} has several links to {per}: {options}", f"{entity}有多个指向{per}的关联：{options}")
        help = Text(f"write `{member.name.text} via {links[0].name}`", f"写作“{member.name.text} 经 {links[0].name}”")
    environment.findings.add("HC326", member.span, message, help=help)
    return None, False


def _no_chains(groups: dict[str, model.Exclusive], environment: Environment) -> None:
    """A with B, B with C, but A not with C: what C pays would depend on what A did, which nobody could explain."""
    together: dict[str, dict[str, str]] = {}  # clause → clause → a group that holds both
    for group in groups.values():
        for a, b in combinations([m.clause for m in group.members if m.clause is not None], 2):
            together.setdefault(a, {}).setdefault(b, group.name)
            together.setdefault(b, {}).setdefault(a, group.name)
    for middle, others in together.items():
        for a, c in combinations(others, 2):
            if c in together[a] or others[a] == others[c]:
                continue
            first, second = groups[others[a]], groups[others[c]]
            environment.findings.add(
                "HC327",
                environment.groups.places[second.name],
                Text(
                    f"groups overlap in a chain: `{a}` and `{middle}` exclude each other (`{first.name}`), "
                    f"`{middle}` and `{c}` do (`{second.name}`), but `{a}` and `{c}` do not",
                    f"不重复享受首尾相连：“{a}”与“{middle}”互斥（“{first.name}”），“{middle}”与“{c}”互斥"
                    f"（“{second.name}”），而“{a}”与“{c}”不互斥",
                ),
                help=Text(f"put `{a}`, `{middle}` and `{c}` into one group", f"请把“{a}”“{middle}”“{c}”放入同一组"),
                labels=[Label(environment.groups.places[first.name], Text("the other group", "另一组"))],
            )
            return


# ---------------------------------------------------------------- limits
def check_limits(limits: Iterable[tree.Limit], environment: Environment) -> dict[str, model.Limit]:
    checked: dict[str, model.Limit] = {}
    places: dict[str, Span] = {}
    for declared in limits:
        item = resolve.declared(environment.clauses, declared.clause, environment)
        name = environment.clauses.canonical(declared.clause.text)
        if item is None or name is None or item.entity is None:
            continue
        if name in places:
            message = Text(f"`{name}` has a limit already", f"“{name}”已有名额限制")
            labels = [Label(places[name], Text("the first is here", "首次声明在此"))]
            environment.findings.add("HC202", declared.clause.span, message, labels=labels)
            continue
        places[name] = declared.clause.span
        limit = _limit(declared, name, item.entity, environment)
        if limit is not None:
            checked[name] = limit
    return checked


def _limit(declared: tree.Limit, name: str, entity: str, environment: Environment) -> model.Limit | None:
    count = expressions.value(declared.places, Scope(environment), COUNT, Text("the number of places", "名额"))
    scope = Scope(environment, "policy", entity)
    per = order_by = None
    faulty = count is None
    if declared.per is not None:
        per = _kind_valued(declared.per, scope)
        faulty = faulty or per is None
    if declared.order_by is not None:
        order_by = expressions.any_value(declared.order_by, scope)
        faulty = faulty or order_by is None
        if order_by is not None and order_by.type.base not in _ORDERED:
            called = units.called(order_by.type)
            message = Text(
                f"places go in order of a date, number or amount, but `{words(declared.order_by.span)}` is {called.en}",
                f"先后须按日期、数量或金额，而“{words(declared.order_by.span)}”是{called.zh}",
            )
            environment.findings.add("HC303", declared.order_by.span, message)
            faulty = True
    if faulty or count is None:
        return None
    return model.Limit(
        name=name, cites=declared.cites, span=declared.span, trivia=declared.trivia,
        places=count, per=per, period=declared.period, order_by=order_by,
    )  # fmt: skip


def _kind_valued(node: syntax.Expr, scope: Scope) -> typed.Expr | None:
    """`per county`: an attribute or definition, or the only attribute of that kind."""
    environment = scope.environment
    assert scope.entity is not None
    if isinstance(node, syntax.Ref) and not resolve.means_something(node.name, scope):
        kind = environment.kinds.canonical(node.name.text)
        facts = [a for a in environment.attributes[scope.entity].entries.values() if a.type.base == "kind"]
        of_kind = [a for a in facts if a.type.name == kind]
        if kind is not None and len(of_kind) == 1:
            return typed.FactRead(scope.entity, of_kind[0].name, of_kind[0].type, span=node.span)
    found = expressions.any_value(node, scope)
    if found is None or found.type.base in ("kind", "yes/no", "link"):
        return found
    called = units.called(found.type)
    message = Text(
        f"`per` needs a kind, but `{words(node.span)}` is {called.en}",
        f"“每”之后须为类别，而“{words(node.span)}”是{called.zh}",
    )
    scope.findings.add("HC301", node.span, message)
    return None


# ---------------------------------------------------------------- targets, properties
def check_targets(targets: Iterable[tree.Target], environment: Environment) -> dict[str, model.Target]:
    checked: dict[str, model.Target] = {}
    for declared in targets:
        names = symbols.names_of(declared.name, declared.label)
        condition = expressions.condition(declared.condition, Scope(environment, "target"))
        per = None
        if declared.per is not None:
            per = environment.kinds.canonical(declared.per.text)
            if per is None:
                resolve.declared(environment.kinds, declared.per, environment)
        target = None
        if condition is not None:
            target = model.Target(
                name=names.name, label=names.label, cites=declared.cites, span=declared.span, trivia=declared.trivia,
                condition=condition, per=per, by=declared.by, every_year=declared.every_year,
            )  # fmt: skip
        fresh = environment.targets.declare(environment.findings, declared.name, declared.label, target)
        if fresh and target is not None:
            checked[target.name] = target
    return checked


def check_properties(properties: Iterable[tree.Property], environment: Environment) -> dict[str, model.Property]:
    checked: dict[str, model.Property] = {}
    for declared in properties:
        entity = environment.entities.canonical(declared.entity.text)
        found: model.Property | None = None
        if entity is None:
            resolve.declared(environment.entities, declared.entity, environment)
        else:
            claim = _claim(declared.claim, Scope(environment, "property", entity))
            names = symbols.names_of(declared.name, declared.label)
            if claim is not None:
                found = model.Property(
                    name=names.name, label=names.label, cites=declared.cites, span=declared.span,
                    trivia=declared.trivia, entity=entity, claim=claim,
                )  # fmt: skip
        fresh = environment.properties.declare(environment.findings, declared.name, declared.label, found)
        if fresh and found is not None:
            checked[found.name] = found
    return checked


def _claim(claim: syntax.Expr | tree.Monotone, scope: Scope) -> typed.Expr | model.Monotone | None:
    if not isinstance(claim, tree.Monotone):
        return expressions.condition(claim, scope)
    environment = scope.environment
    item = resolve.declared(environment.clauses, claim.clause, environment)
    name = environment.clauses.canonical(claim.clause.text)
    attribute = expressions.any_value(claim.attribute, scope)
    if item is None or name is None or attribute is None:
        return None
    if item.entity is not None and item.entity != scope.entity:
        message = Text(
            f"`{name}` pays for each {item.entity}, not for each {scope.entity}",
            f"“{name}”按{item.entity}发放，不是按{scope.entity}",
        )
        environment.findings.add("HC301", claim.clause.span, message)
        return None
    if attribute.type.base not in (*_ORDERED, "yes/no"):
        called = units.called(attribute.type)
        message = Text(f"nothing rises with {called.en}", f"“随…递增”不能用于{called.zh}")
        environment.findings.add("HC303", claim.attribute.span, message)
        return None
    return model.Monotone(clause=name, direction=claim.direction, attribute=attribute)
