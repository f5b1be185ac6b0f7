"""Name spaces: what is declared under which name, with labels as second names.

Comes in: names and labels as declared. Goes out: the canonical (Latin) name of a thing, found by either name. A name
and a label that the Chinese form has swapped are put in order here, so that everything behind sees Latin names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Generic, TypeVar

from attrs import define, field, frozen

from lang.checking.findings import Findings
from lang.diagnostics import Label, Text
from lang.source import Span
from lang.tree.syntax import Name

T = TypeVar("T")

_NAME = re.compile(r"[^\W\d]\w*( \w+)*")


def second_name(label: str | None) -> str | None:
    """The name that a label gives besides the declared one; None when it is not a valid name."""
    if label is None or "的" in label or not _NAME.fullmatch(label):
        return None
    return label.replace(" ", "_")


@frozen
class Names:
    """What a thing is called: `name` Latin where there is a Latin one, `label` the other."""

    name: str
    label: str | None
    second: str | None  # another name by which it is found


def names_of(name: Name, label: str | None) -> Names:
    other = second_name(label)
    if other is not None and other.isascii() and not name.text.isascii():
        return Names(other, name.text, name.text)
    return Names(name.text, label, other if other != name.text else None)


def folded(text: str) -> str:
    """Names that look alike fold to one text; only used to find duplicates and near misses."""
    return unicodedata.normalize("NFKC", text)


@define
class Space(Generic[T]):
    """One name space; `what` is how messages call a thing in it (`fund`, `attribute of person`)."""

    what: Text
    entries: dict[str, T] = field(factory=dict)
    places: dict[str, Span] = field(factory=dict)
    _known: dict[str, str] = field(factory=dict)  # any name, folded → canonical name
    _spelt: dict[str, str] = field(factory=dict)  # any name as declared → canonical name
    _near: dict[str, str | None] = field(factory=dict)  # what was looked for, and the spelling most like it

    def declare(self, findings: Findings, name: Name, label: str | None, value: T) -> bool:
        """Add a thing; a name that is there already is an error, and the first declaration stands."""
        names = names_of(name, label)
        for word in (names.name, names.second):
            if word is None or folded(word) not in self._known:
                continue
            before = self._known[folded(word)]
            findings.add(
                "HC202",
                name.span,
                Text(
                    f"`{word}` is declared twice: another {self.what.en} has this name",
                    f"“{word}”重复：已有同名的{self.what.zh}",
                ),
                help=Text("give one of them another name or label", "请给其中之一改名或改标签"),
                labels=[Label(self.places[before], Text("first declared here", "首次声明在此"))],
            )
            return False
        self.entries[names.name] = value
        self.places[names.name] = name.span
        self._near.clear()
        for word in (names.name, names.second):
            if word is not None:
                self._known[folded(word)] = names.name
                self._spelt[word] = names.name
        return True

    def canonical(self, text: str) -> str | None:
        return self._spelt.get(text)

    def find(self, text: str) -> T | None:
        name = self._spelt.get(text)
        return None if name is None else self.entries[name]

    def replace(self, name: str, value: T) -> None:
        """Put the checked thing where the declared one stood; `name` is canonical."""
        self.entries[name] = value

    def spellings(self) -> Iterator[str]:
        """Every name and second name, in order of declaration."""
        return iter(self._spelt)

    def labels(self) -> Iterator[tuple[str, str]]:
        """(canonical name, second name) of everything that has one."""
        return ((name, spelt) for spelt, name in self._spelt.items() if spelt != name)

    def nearest(self, text: str) -> str | None:
        """The declared spelling that `text` most likely meant."""
        if text not in self._near:
            alike = [word for word in self._spelt if folded(word) == folded(text)]
            close = alike or get_close_matches(text, list(self._spelt), 1, 0.7)
            self._near[text] = close[0] if close else None
        return self._near[text]
