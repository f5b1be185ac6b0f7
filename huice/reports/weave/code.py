"""Program text for a page: the text as written, its words marked by what they are.

Comes in: a source and a span of it. Goes out: HTML with `<b>` for keywords, `<i>` for texts in quotes, `<u>` for
numbers and dates, `<s>` for comments. Lines that hold only notes are left out: a page sets notes apart.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from html import escape

from attrs import frozen

from lang.source import Source, Span
from lang.text.keywords import WORDS
from lang.text.signs import fold
from lang.text.statements import Splitter
from lang.text.tokens import Statement
from lang.text.words import declared_names

_NUMBERS = frozenset(
    ("NUMBER", "MONEY", "PERCENT", "LENGTH", "DATE", "MONTH", "MONTH_DAY", "MONTH_NUMBER", "YEAR", "CLAIM_COUNT")
)
_COMMENT = re.compile(r"#[^\n]*")


@frozen(eq=False)
class Highlighter:
    """`pieces`: (start, end, tag) of every word to be marked, in order. `notes`: (start, end) of lines of notes."""

    source: Source
    pieces: tuple[tuple[int, int, str], ...]
    notes: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, source: Source) -> Highlighter:
        statements: list[Statement] = []
        folded = fold(source.text)
        Splitter(source, folded, declared_names(folded), statements.append).run()
        pieces = {
            (token.start, token.end, tag)
            for statement in statements
            for token in statement.tokens
            if token.start < token.end and (tag := _tag(token.type)) is not None
        }
        ends = [*source.line_starts[1:], len(source.text)]
        notes = [
            (source.line_starts[statement.first_line - 1], ends[statement.last_line - 1])
            for statement in statements
            if statement.kind == "NOTE"
        ]
        return cls(source, tuple(sorted(pieces)), tuple(notes))

    def html(self, span: Span, with_notes: bool = False) -> str:
        """The lines of the span."""
        text = self.source.text
        start = text.rfind("\n", 0, span.start) + 1
        parts: list[str] = []
        at = start
        for note_start, note_end in () if with_notes else self.notes:
            if start <= note_start < span.end:
                parts.append(self._marked(at, note_start))
                at = note_end
        if at < span.end:
            parts.append(self._marked(at, span.end))
        return "".join(parts).strip("\n")

    def _marked(self, start: int, end: int) -> str:
        text = self.source.text
        html: list[str] = []
        at = start
        for index in range(bisect_left(self.pieces, (start, 0, "")), len(self.pieces)):
            piece_start, piece_end, tag = self.pieces[index]
            if piece_start >= end:
                break
            if piece_start < at:
                continue
            html.append(self._plain(text[at:piece_start]))
            html.append(f"<{tag}>{escape(text[piece_start:piece_end])}</{tag}>")
            at = piece_end
        html.append(self._plain(text[at:end]))
        return "".join(html)

    def _plain(self, text: str) -> str:
        return _COMMENT.sub(lambda found: f"<s>{found[0]}</s>", escape(text, quote=False))


def _tag(kind: str) -> str | None:
    if kind == "STRING":
        return "i"
    if kind in _NUMBERS:
        return "u"
    return "b" if kind in WORDS else None
