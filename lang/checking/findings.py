"""The list that the checker writes its findings on: one diagnostic a fault, in the order in which they are met.

Comes in: a code, a place, the sentence in both languages, how to mend it. Goes out: `Diagnostic`s, each fault once
(the same sentence at the same place is not said twice, so that what is read in two ways complains once).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from attrs import define, evolve, field

from lang.diagnostics import Diagnostic, Edit, Label, Text
from lang.source import Span

MOST_ERRORS = 100  # of a file are listed
_MOST_PLACES = 4  # related places of one finding


@define
class Findings:
    """Findings so far; `all()` gives them in the order of their places."""

    _found: list[Diagnostic] = field(factory=list)
    _places: set[tuple[str, str, int, int, int]] = field(factory=set)
    _told: dict[Hashable, int] = field(factory=dict)  # fault → the number of the finding that tells of it

    def add(
        self,
        code: str,
        span: Span,
        message: Text,
        help: Text | None = None,
        labels: Iterable[Label] = (),
        edit: Edit | None = None,
        echo: bool = False,
    ) -> None:
        place = (code, message.en, span.start, span.end, id(span.source))
        if place in self._places:
            return
        self._places.add(place)
        self._found.append(Diagnostic(code, span, message, help, tuple(labels), edit, echo=echo))

    def told_again(self, fault: Hashable, span: Span) -> bool:
        """Whether the same fault was told already; then this place is only added to what was told.

        Where it was not, the next finding is taken to tell of it.
        """
        at = self._told.get(fault)
        if at is None:
            self._told[fault] = len(self._found)
            return False
        told = self._found[at]
        if len(told.labels) < _MOST_PLACES and all(label.span != span for label in told.labels):
            self._found[at] = evolve(told, labels=(*told.labels, Label(span, Text("and here", "此处也是"))))
        return True

    def all(self) -> tuple[Diagnostic, ...]:
        """By file (in the order of the first finding in it), then by place."""
        order: dict[int, int] = {}
        for found in self._found:
            order.setdefault(id(found.span.source), len(order))
        return tuple(sorted(self._found, key=lambda d: (order[id(d.span.source)], d.span.start, d.span.end)))

    def __len__(self) -> int:
        return len(self._found)


def capped(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The first findings, and how many more there are: nobody mends thousands from one list."""
    if len(found) <= MOST_ERRORS:
        return found
    last = Diagnostic(
        "HC199",
        found[MOST_ERRORS].span,
        Text(f"{len(found) - MOST_ERRORS} more errors are not listed", f"另有 {len(found) - MOST_ERRORS} 个错误未列出"),
        Text("mend the ones above first", "请先改正以上错误"),
    )
    return (*found[:MOST_ERRORS], last)


def quoted(words: Iterable[str], most: int = 12) -> str:
    """`a`, `b`, `c` … for a list in a message."""
    shown = [f"`{word}`" for word in words]
    return ", ".join(shown[:most]) + (" …" if len(shown) > most else "")
