"""What all statements are written with: the spelling of one language, and its expressions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from attrs import frozen

from lang.diagnostics import Language
from lang.formatting.expressions import Expressions
from lang.formatting.layout import FILL, joined, listed
from lang.formatting.words import Spelling
from lang.text.keywords import RESERVED
from lang.tree import syntax as s


@frozen(slots=False)
class Writer:
    """Writes in one language."""

    language: Language

    @cached_property
    def spelling(self) -> Spelling:
        return Spelling(self.language)

    @cached_property
    def expressions(self) -> Expressions:
        return Expressions(self.spelling)

    @cached_property
    def typed(self) -> Expressions:
        """Expressions behind the colon of an attribute or a parameter, where the words of types are keywords."""
        return Expressions(Spelling(self.language, among_types=True))

    # ------------------------------------------------------------ words
    def opener(self, token: str) -> str:
        return self.spelling.opener(token)

    def word(self, token: str, statement: str | None = None) -> str:
        return self.spelling.word(token, statement)

    def second(self, token: str) -> str:
        """The second spelling of a reserved word (`every year`, 付给); the first where there is one only."""
        word = next(word for word in RESERVED if word.token == token)
        return (word.zh if self.spelling.zh else word.en)[-1]

    # ------------------------------------------------------------ names and lists
    def name(self, name: s.Name, among_types: bool = False) -> str:
        return self.spelling.name(name, among_types)

    def declared(self, name: s.Name, label: str | None, among_types: bool = False) -> str:
        return self.spelling.declared(name, label, among_types)

    def list(self, items: Sequence[str]) -> str:
        return listed(items, self.spelling.comma)

    def cites(self, items: Sequence[str]) -> str:
        """`cites "三（一）", "四"`; nothing where nothing is cited."""
        if not items:
            return ""
        return FILL + joined(self.word("CITES"), self.list([self.spelling.quoted(item) for item in items]))
