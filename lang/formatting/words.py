"""Words, names, numbers and dates in one language.

Comes in: what the tree holds. Goes out: its canonical spelling, which reads back as the same thing. Keywords come from
the one bilingual table (`lang.text.keywords`); whether a name may be written as words apart, or a label as a name, is
settled here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache

from attrs import frozen

from lang.dates import Duration, Month
from lang.diagnostics import CompilerBug, Language
from lang.text.keywords import ARGUMENTS, FUNCTIONS, LOCAL, OPENER, OPENERS, RESERVED, TYPE_WORDS, Word
from lang.text.lexer import WORD
from lang.text.signs import fold
from lang.text.words import valid_name
from lang.tree import syntax as s

_ONE_WORD = re.compile(WORD)
_QUANTITY = re.compile(r"[0-9](?:个月|万元|亿元|元|年|天|人|%)")
_KEYWORD_AND_DIGIT = re.compile(r"[\u3400-\u9fff]+[0-9]")
_QUOTES = {"en": ('""', "“”", "「」"), "zh": ("「」", "“”", '""')}
_ENGLISH_TO_CHINESE = {english: chinese for chinese, english in (FUNCTIONS | ARGUMENTS).items()}


def _spellings(words: Iterable[Word]) -> frozenset[str]:
    return frozenset(spelling for word in words for spelling in word.en + word.zh)


_OF_TYPES = _spellings(TYPE_WORDS)
_INSIDE = _spellings([*RESERVED, *(w for kind in LOCAL if not kind.endswith(":") for w in LOCAL[kind])])
_FIRST = frozenset(spelling.split()[0] for spelling in _spellings(OPENERS) if " " not in spelling)


def _holds_keyword(words: list[str], keywords: frozenset[str]) -> bool:
    """Whether a keyword, or all words of a phrase, stand among the words."""
    text = f" {' '.join(words)} "
    return any(word in keywords for word in words) or any(
        " " in keyword and f" {keyword} " in text for keyword in keywords
    )


@cache
def written(name: str, among_types: bool = False) -> str:
    """A name with its words apart, or joined by `_` where a word begins with a digit or is one of the language.

    `among_types`: it stands where the words of types (`count`, `money`, `monthly` …) are keywords.
    """
    words = name.split("_")
    if len(words) == 1 or not all(_ONE_WORD.fullmatch(word) for word in words):
        return name
    if words[0] in _FIRST or _holds_keyword(words, _INSIDE) or (among_types and _holds_keyword(words, _OF_TYPES)):
        return name
    return " ".join(words)


@cache
def usable_label(label: str | None, among_types: bool = False) -> bool:
    """Whether a label can stand as the name in the Chinese form, and be read back as the label."""
    if label is None or label.isascii() or not valid_name(label) or "的" in label or fold(label) != label:
        return False
    words = label.split()
    if label != " ".join(words) or _QUANTITY.search(label) or _KEYWORD_AND_DIGIT.match(label):
        return False
    keywords = _INSIDE | (_OF_TYPES if among_types else frozenset())
    return not _holds_keyword(words, keywords) and words[0] not in _FIRST


@cache
def _bare_key(key: str) -> bool:
    """Whether a key can stand without quotes."""
    if key.isascii() and key.isdigit():
        return len(key) <= 15
    if not _ONE_WORD.fullmatch(key) or fold(key) != key or "的" in key or _QUANTITY.search(key):
        return False
    return not (key in _INSIDE or key in _FIRST or _KEYWORD_AND_DIGIT.match(key))


@cache
def _word(token: str, statement: str | None, language: Language) -> str:
    groups: list[Iterable[Word]] = [
        LOCAL.get(statement or "", ()),
        RESERVED,
        [OPENER[token]] if token in OPENER else [],
    ]
    for group in (*groups, *LOCAL.values()):
        for word in group:
            spellings = word.en if language == "en" else word.zh
            if word.token == token and spellings:
                return spellings[0]
    raise CompilerBug(f"no spelling of {token} in {language}")


@frozen
class Spelling:
    """How things are written in one language; `among_types` where the words of types are keywords."""

    language: Language
    among_types: bool = False

    @property
    def zh(self) -> bool:
        return self.language == "zh"

    # ------------------------------------------------------------ words
    def word(self, token: str, statement: str | None = None) -> str:
        """A keyword; `statement` is the kind of statement, where that decides."""
        return _word(token, statement, self.language)

    def opener(self, token: str) -> str:
        return OPENER[token].spelling(self.language)

    def quoted(self, text: str) -> str:
        for quotes in _QUOTES[self.language]:
            if quotes[1] not in text and "\n" not in text:
                return f"{quotes[0]}{text}{quotes[1]}"
        raise CompilerBug(f"no quotes can hold {text!r}")

    def name(self, name: s.Name, among_types: bool = False) -> str:
        return written(name.text, among_types or self.among_types)

    def declared(self, name: s.Name, label: str | None, among_types: bool = False) -> str:
        """Name and label as they are declared; in the Chinese form the label is the name where it can be one."""
        spelt = self.name(name)
        if label is None:
            return spelt
        if self.zh and name.text.isascii() and usable_label(label, among_types):
            return f"{label} {self.quoted(spelt)}"
        return f"{spelt} {self.quoted(label)}"

    def function(self, name: s.Name) -> str:
        """A function or the name of its argument: the tree holds the English word."""
        return _ENGLISH_TO_CHINESE.get(name.text, written(name.text)) if self.zh else written(name.text)

    def key(self, key: str) -> str:
        return key if _bare_key(key) else self.quoted(key)

    # ------------------------------------------------------------ numbers
    def number(self, value: Decimal) -> str:
        return _plain(value) if self.zh else _grouped(_plain(value))

    def money(self, yuan: Decimal, unit: bool = True) -> str:
        """`1_000_000 yuan`, `100万元`; without `unit` the bare number."""
        if not unit:
            return self.number(yuan)
        if self.zh:
            for size, word in ((100_000_000, "亿元"), (10_000, "万元")):
                if yuan >= size and yuan % (size // 10) == 0:
                    return f"{_plain(yuan / size)}{word}"
        text = _plain(yuan)
        if "." in text:
            text = f"{yuan:.2f}"
        return f"{text}元" if self.zh else f"{_grouped(text)} yuan"

    def in_large_units(self, yuan: Decimal) -> bool:
        """Whether an amount is written in 万元 or 亿元."""
        return self.zh and not self.money(yuan)[-2].isdigit()

    def length(self, duration: Duration, written_as: str | None = None, unit: bool = True) -> str:
        unit_word = written_as or duration.unit
        count = duration.count // 12 if unit_word == "years" else duration.count
        if not unit:
            return str(count)
        if self.zh:
            # Four digits and 年 would be a calendar year.
            digits = f"{count:_}" if unit_word == "years" and count > 999 else str(count)
            return digits + {"days": "天", "months": "个月", "years": "年"}[unit_word]
        return f"{count} {unit_word if count != 1 else unit_word[:-1]}"

    # ------------------------------------------------------------ dates
    def day(self, day: date) -> str:
        return f"{day.year:04d}年{day.month}月{day.day}日" if self.zh else day.isoformat()

    def month(self, month: Month) -> str:
        year, number = month // 12, month % 12 + 1
        return f"{year:04d}年{number}月" if self.zh else f"{year:04d}-{number:02d}"

    def year(self, year: int) -> str:
        return f"{year:04d}年" if self.zh else f"{year:04d}"

    # ------------------------------------------------------------ signs
    @property
    def comma(self) -> str:
        return "，" if self.zh else ","

    @property
    def colon(self) -> str:
        return "：" if self.zh else ":"

    def brackets(self, inside: str) -> str:
        return f"（{inside}）" if self.zh else f"({inside})"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _grouped(digits: str) -> str:
    whole, point, fraction = digits.partition(".")
    return f"{int(whole):_}{point}{fraction}" if len(whole) > 4 else digits
