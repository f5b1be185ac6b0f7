"""What the compiler has to say to a reader: one record a finding, in both languages.

A phase returns `(value, diagnostics)`; user text never raises. `CompilerBug` is for defects of Huice itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from attrs import field, frozen

from lang.source import Span

Severity = Literal["error", "warning", "info"]
Language = Literal["en", "zh"]


class CompilerBug(Exception):
    """Huice itself is wrong. Never raised because of what a user wrote."""


@frozen
class Text:
    """A sentence in both languages."""

    en: str
    zh: str

    def __getitem__(self, language: Language) -> str:
        return self.en if language == "en" else self.zh


def counted(number: int, one: str, several: str | None = None) -> str:
    """A number and what it counts, in English: `1 row`, `2,400 rows`; `several` where it does not end in s."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


@frozen
class Label:
    """Another place that a message speaks of."""

    span: Span
    text: Text


@frozen
class Edit:
    """A mend that an editor can apply: replace `span` by `text`."""

    span: Span
    text: str


@frozen
class Diagnostic:
    """One finding. `code` is a key of `lang.codes.CODES`, which gives severity and category.

    `message` says what is wrong, `help` how to mend it, `labels` the other places concerned, `edit` the mend itself.
    `witness`: facts that show it, as `huice eval` reads them; `example`: what to look at there; `case`: both to paste.
    """

    code: str
    span: Span
    message: Text
    help: Text | None = None
    labels: tuple[Label, ...] = ()
    edit: Edit | None = None
    witness: dict[str, Any] | None = field(default=None, eq=False)
    example: dict[str, Any] | None = field(default=None, eq=False)
    case: Text | None = field(default=None, eq=False)
    echo: bool = field(default=False, eq=False)  # may only follow from a statement that could not be read


class PolicyError(Exception):
    """A policy that cannot be used; carries every diagnostic found. Raised only by the Python face."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        first = self.diagnostics[0]
        line, column = first.span.source.position(first.span.start)
        more = f" (and {len(self.diagnostics) - 1} more)" if len(self.diagnostics) > 1 else ""
        super().__init__(f"{first.span.source.name}:{line}:{column}: {first.code} {first.message.en}{more}")
