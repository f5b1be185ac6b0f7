"""Definitions: put in the order in which they read each other, circles shown as a path, bodies checked.

Comes in: `define NAME for ENTITY = …`. Goes out: `Definition`s with checked bodies in the `Environment`. The order is
found before the types are, without recursion, so that a chain of a thousand definitions is no deeper than one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lang.checking import expressions, resolve, symbols
from lang.checking.environment import Definition, Environment, Scope
from lang.diagnostics import Label, Text
from lang.tree import declarations as tree
from lang.tree import syntax
from lang.tree.walk import parts

Key = tuple[str, str]  # (entity, name)


def check_definitions(defines: Iterable[tree.Define], environment: Environment) -> None:
    for declared in defines:
        entity = environment.entities.canonical(declared.entity.text)
        if entity is None:
            resolve.declared(environment.entities, declared.entity, environment)
            names = symbols.names_of(declared.name, declared.label)
            environment.lost |= {names.name, names.second or names.name}
            continue
        name = symbols.names_of(declared.name, declared.label).name
        definition = Definition(declared, entity, name)
        environment.definitions[entity].declare(environment.findings, declared.name, declared.label, definition)
    environment.demand = lambda definition: _check(definition, environment)
    known = {
        (entity, name): definition
        for entity, space in environment.definitions.items()
        for name, definition in space.entries.items()
    }
    for key in _in_order(known, environment):
        _check(known[key], environment)


def _check(definition: Definition, environment: Environment) -> None:
    if definition.state != "new":
        return
    definition.state = "open"
    scope = Scope(environment, "policy", definition.entity, own=definition.name)
    # A definition of the name of an attribute most likely means values of its type.
    attribute = environment.attributes[definition.entity].find(definition.name)
    want = None if attribute is None or attribute.type.base == "none" else attribute.type
    definition.body = expressions.any_value(definition.declared.body, scope, want)
    if definition.body is not None and definition.body.type.base in ("many", "text", "identity", "none"):
        message = Text(
            f"`{definition.name}` defines nothing that can be asked", f"“{definition.name}”的界定不能用于判断或计算"
        )
        environment.findings.add("HC315", definition.declared.body.span, message)
        definition.body = None
    definition.state = "done"


def _in_order(known: dict[Key, Definition], environment: Environment) -> list[Key]:
    """Those that are read before those that read them; those in circles are reported and closed."""
    order: list[Key] = []
    state: dict[Key, str] = {}
    for root in known:
        if root in state:
            continue
        path: list[Key] = []
        waiting: list[tuple[Key, Iterator[Key]]] = [(root, iter(_reads(known[root], environment)))]
        state[root] = "open"
        path.append(root)
        while waiting:
            key, reads = waiting[-1]
            following = next(reads, None)
            if following is None:
                waiting.pop()
                path.pop()
                state[key] = "done"
                order.append(key)
            elif state.get(following) == "open":
                _circle([known[k] for k in path[path.index(following) :]], environment)
            elif following not in state:
                state[following] = "open"
                path.append(following)
                waiting.append((following, iter(_reads(known[following], environment))))
    return order


def _circle(circle: list[Definition], environment: Environment) -> None:
    """One finding a circle; its members count as faulty, so that nothing that reads them complains."""
    if any(definition.state == "done" for definition in circle):
        return
    for definition in circle:
        definition.state = "done"
    names = [definition.name for definition in circle]
    path = " → ".join([*names, names[0]])
    labels = [
        Label(d.declared.name.span, Text(f"`{d.name}` is defined here", f"“{d.name}”界定在此")) for d in circle[1:]
    ]
    environment.findings.add(
        "HC205",
        circle[0].declared.name.span,
        Text(f"definitions read each other in a circle: {path}", f"界定相互循环引用：{path}"),
        help=Text("one of them must be said without the others", "其中之一须不依赖其他界定"),
        labels=labels,
    )


def _reads(definition: Definition, environment: Environment) -> list[Key]:
    """The definitions that the body names, by links as far as attributes lead there."""
    found: dict[Key, None] = {}
    waiting: list[tuple[syntax.Expr | syntax.Argument, str | None]] = [(definition.declared.body, definition.entity)]
    while waiting:
        node, entity = waiting.pop()
        match node:
            case syntax.Ref():
                own = definition.name if entity == definition.entity else None
                key = _named(node.name.text, entity, environment)
                is_fact = entity is not None and environment.attributes[entity].find(node.name.text) is not None
                if key is not None and not (key[1] == own and is_fact):
                    found[key] = None
            case syntax.Attribute():
                waiting.append((node.owner, entity))
                key = _named(node.name.text, _leads_to(node.owner, entity, environment), environment)
                if key is not None:
                    found[key] = None
            case syntax.Aggregate():
                path = node.path.owner if node.word == "sum" and isinstance(node.path, syntax.Attribute) else node.path
                members = _leads_to(path, entity, environment)
                if node.word == "sum" and isinstance(node.path, syntax.Attribute):
                    key = _named(node.path.name.text, members, environment)
                    if key is not None:
                        found[key] = None
                if node.where is not None:
                    waiting.append((node.where, members))
            case _:
                waiting.extend((part, entity) for part in parts(node))
    return list(found)


def _named(text: str, entity: str | None, environment: Environment) -> Key | None:
    if entity is None:
        return None
    definition = environment.definitions[entity].find(text)
    return None if definition is None else (entity, definition.name)


def _leads_to(node: syntax.Expr, entity: str | None, environment: Environment) -> str | None:
    """The entity that a chain of links leads to; None when it is no such chain."""
    names: list[str] = []
    while isinstance(node, syntax.Attribute):
        names.append(node.name.text)
        node = node.owner
    if not isinstance(node, syntax.Ref):
        return None
    names.append(node.name.text)
    for name in reversed(names):
        attribute = None if entity is None else environment.attributes[entity].find(name)
        entity = attribute.type.name if attribute is not None and attribute.type.base in ("link", "many") else None
    return entity
