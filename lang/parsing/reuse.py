"""Statements that stood in an earlier text of the same file are not parsed again.

Comes in: the tokens of a statement. Goes out: its node, parsed, or that of an equal statement moved to the place where
it stands now. Most of an edited policy is as it was, and moving a node takes a fifth of the time of parsing it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from lang.source import Source, Span
from lang.text.tokens import Token

Key = tuple[str, tuple[tuple[str, str, int], ...]]


class StatementReader:
    """Parses the statements of one source. `seen` are those that parsed, with their offsets, for the next text."""

    def __init__(
        self, parse: Callable[[list[Token]], Any], source: Source, earlier: Mapping[Key, tuple[Any, int]]
    ) -> None:
        self._parse = parse
        self._source = source
        self._earlier = earlier
        self.seen: dict[Key, tuple[Any, int]] = {}

    def __call__(self, tokens: list[Token]) -> Any:
        start = tokens[0].start
        # What a token holds follows from its type, its text and, in quotes, the text as written.
        key = (
            self._source.text[start : tokens[-1].end],
            tuple((token.type, token.text, token.start - start) for token in tokens),
        )
        found = self._earlier.get(key)
        node = self._parse(tokens) if found is None else moved(found[0], start - found[1], self._source)
        self.seen[key] = node, start
        return node


_PLAIN = frozenset((str, int, bool, Decimal, date, type(None)))  # what has no place
_fields: dict[type, tuple[str, ...]] = {}  # of the classes of nodes; empty for what else has none


def moved(value: Any, by: int, source: Source) -> Any:
    """A node with all that is in it, `by` characters further on in `source`."""
    kind = type(value)
    if kind is Span:
        return Span(value.start + by, value.end + by, source)
    if kind is tuple:
        return tuple([each if type(each) in _PLAIN else moved(each, by, source) for each in value])
    names = _fields.get(kind)
    if names is None:
        names = _fields[kind] = tuple(each.name for each in attrs.fields(kind)) if attrs.has(kind) else ()
    if not names:
        return value
    parts = {name: getattr(value, name) for name in names}
    return kind(**{name: part if type(part) in _PLAIN else moved(part, by, source) for name, part in parts.items()})
