"""A text and places in it.

Positions are offsets in characters into the text as it was written; lines and columns are derived, and start at 1.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from attrs import field, frozen


@frozen(eq=False, slots=False)
class Source:
    """One policy text. `name` is what messages call it (a path as the user gave it, or `<text>`)."""

    text: str
    name: str = "<text>"

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of the first character of each line."""
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """(line, column) of an offset, both from 1, columns in characters."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """The text of a line (from 1), without its line end."""
        start = self.line_starts[line - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")


@frozen
class Span:
    """A piece of a source: `start` up to but not including `end`."""

    start: int
    end: int
    source: Source = field(eq=False, repr=False)

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """From the start of this to the end of `other`."""
        return Span(self.start, max(self.end, other.end), self.source)

    @property
    def after(self) -> Span:
        """The empty place just behind this."""
        return Span(self.end, self.end, self.source)


NOWHERE = Span(0, 0, Source("", "<none>"))
