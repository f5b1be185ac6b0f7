"""The guard against expressions nested so deep that a walk over them would overflow the stack."""

from __future__ import annotations

from typing import Any

import attrs

from lang.diagnostics import Diagnostic, Text
from lang.source import Span
from lang.text.tokens import Statement, kinds

DEEPEST_TREE = 150
_NESTING = kinds(
    """LPAR LSQB NOT TOTAL EVER PREVIOUS SINCE IF PLUS MINUS TIMES DIV UP_TO AT_LEAST POSSESSIVE COUNT_OF SUM_OF
    SHARE_OF ANY"""
)


def too_deep(statement: Statement, node: Any) -> Diagnostic | None:
    """None for all but monstrous statements; those are measured without recursion."""
    if len(statement.tokens) < DEEPEST_TREE or sum(t.type in _NESTING for t in statement.tokens) < DEEPEST_TREE - 20:
        return None
    waiting: list[tuple[Any, int]] = [(node, 0)]
    while waiting:
        at, depth = waiting.pop()
        if depth > DEEPEST_TREE:
            return Diagnostic(
                "HC123",
                at.span if attrs.has(type(at)) else statement.span,
                Text("nested too deeply", "嵌套过深"),
                Text("name parts of it with `define`", "请用“界定”给各部分命名"),
            )
        if isinstance(at, tuple):
            waiting.extend((child, depth) for child in at)
        elif attrs.has(type(at)) and not isinstance(at, Span):
            waiting.extend(
                (getattr(at, f.name), depth + 1) for f in attrs.fields(type(at)) if f.name not in ("span", "trivia")
            )
    return None
