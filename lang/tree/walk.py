"""Walking expressions, written and checked, without recursion: what stands inside a node, how deep a tree is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, get_args

import attrs

from lang import typed
from lang.tree import syntax

_WRITTEN = (*get_args(syntax.Expr), syntax.Argument)
_CHECKED = get_args(typed.Expr)


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(a.name for a in attrs.fields(kind) if a.name not in ("span", "operator_span", "type"))


def _inside(node: Any, kinds: tuple[Any, ...]) -> Iterator[Any]:
    kind: Any = type(node)
    for name in _fields(kind):
        value = getattr(node, name)
        if isinstance(value, kinds):
            yield value
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, kinds):
                    yield item


def parts(node: syntax.Expr | syntax.Argument) -> Iterator[syntax.Expr | syntax.Argument]:
    """The expressions directly inside a written one, from left to right."""
    return _inside(node, _WRITTEN)


def operands(expr: typed.Expr) -> Iterator[typed.Expr]:
    """The expressions directly inside a checked one, from left to right."""
    return _inside(expr, _CHECKED)


def every(expr: typed.Expr) -> Iterator[typed.Expr]:
    """A checked expression and all inside it, from left to right."""
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(list(operands(node))))


def replaced(expr: typed.Expr, change: Callable[[typed.Expr], typed.Expr | None]) -> typed.Expr:
    """The expression with other nodes where `change` gives one, the outermost first; what it gives is not entered."""
    new = change(expr)
    if new is not None:
        return new
    changes: dict[str, Any] = {}
    for place in attrs.fields(type(expr)):
        value = getattr(expr, place.name)
        if isinstance(value, tuple):
            parts = tuple(replaced(v, change) if isinstance(v, _CHECKED) else v for v in value)
            if any(part is not old for part, old in zip(parts, value, strict=True)):
                changes[place.name] = parts
        elif isinstance(value, _CHECKED):
            part = replaced(value, change)
            if part is not value:
                changes[place.name] = part
    return attrs.evolve(expr, **changes) if changes else expr


def deepest(node: syntax.Expr, limit: int) -> syntax.Expr | None:
    """The first expression that lies deeper than `limit`, None when there is none."""
    waiting: list[tuple[Any, int]] = [(node, 1)]
    while waiting:
        at, depth = waiting.pop()
        if depth > limit:
            return at  # type: ignore[no-any-return]
        waiting.extend((part, depth + 1) for part in parts(at))
    return None
