"""A token and a statement: what the lexer hands to the parser."""

from __future__ import annotations

from typing import Any

from attrs import define, field

from lang.diagnostics import Diagnostic
from lang.source import Source, Span
from lang.text.masking import masked


def kinds(words: str) -> frozenset[str]:
    """A set of token types, written as words."""
    return frozenset(words.split())


def shown(text: str) -> str:
    """What was written, as it is quoted in a message: the beginning, where it is long."""
    text = masked(text)
    return text if len(text) <= 40 else text[:39] + "…"


class Token:
    """A piece of the text with its kind. `value` is the literal read, for a name its spelling with `_`."""

    __slots__ = ("end", "source", "start", "text", "type", "value")

    # The parser asks these of the last token to place the end of the text; places are kept in `start` and `end`.
    line = column = end_line = end_column = start_pos = end_pos = None

    def __init__(self, type: str, text: str, start: int, end: int, source: Source, value: Any = None) -> None:
        self.type = type
        self.text = text
        self.start = start
        self.end = end
        self.source = source
        self.value = value

    @property
    def span(self) -> Span:
        return Span(self.start, self.end, self.source)

    def __repr__(self) -> str:
        return f"{self.type}:{self.text}"


@define(eq=False)
class Statement:
    """One logical line. `kind` is the type of its first token; `block` the block it stands in."""

    kind: str
    tokens: list[Token]
    first_line: int
    last_line: int
    block: str | None = None
    comments: list[str] = field(factory=list)
    quotations: list[str] = field(factory=list)
    trailing: str | None = None
    gaps: list[int] = field(factory=list)  # where blank lines stood, as in `Trivia.gaps`
    fault: Diagnostic | None = None  # a fault of words or signs: the statement is not parsed

    @property
    def span(self) -> Span:
        return self.tokens[0].span.to(self.tokens[-1].span)
