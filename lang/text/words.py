"""Words that the keyword table does not settle: names that a file declares, and keywords glued to names.

`declared_names` looks at the text once, before parsing, because 的 splits only words that are no declared names, and
because a mend for glued words needs to know where the names are.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from itertools import pairwise

from attrs import frozen

from lang.text.keywords import OPENER, UNITS, WORDS, Phrases
from lang.text.tokens import kinds

_WORD = r"[^\W\d]\w*"
_NAME = rf"{_WORD}(?:[ \t]+{_WORD})*"
_TEXT = r"(?:\"([^\"\n]*)\"|“([^”\n]*)”|「([^」\n]*)」)"
_DECLARING = sorted(kinds("SET ENTITY HAS FUND PARAMETER DEFINE TABLE CLAUSE EXCLUSIVE TARGET DUTY PROPERTY UNKNOWN"))
_OPENERS = "|".join(
    sorted((s for token in _DECLARING for s in OPENER[token].en + OPENER[token].zh), key=len, reverse=True)
)
_DECLARATION = re.compile(rf"^[ \t]*(?:{_OPENERS})[ \t]+({_NAME})(?:[ \t]*{_TEXT})?", re.M)
_KIND = re.compile(rf"^[ \t]*(?:{'|'.join(OPENER['KIND'].en + OPENER['KIND'].zh)})[ \t]+(.*)$", re.M)
_MEMBER = re.compile(rf"({_NAME})(?:[ \t]*{_TEXT})?")
_USES = re.compile(rf"^[ \t]*(?:{'|'.join(OPENER['USE'].en + OPENER['USE'].zh)}|scenario|情景)[ \t]", re.M)
_VALID = re.compile(rf"{_NAME}\Z")
_HAN_QUANTITY = re.compile(r"([0-9][0-9_.]*)(?:个月|万元|亿元|元|年|天|人|%)")

# Words of other languages that are glued in front of a condition; nothing stands for them here.
_NOT_OURS = ("when", "当", "若", "凡")
_STOPS = frozenset(
    spelling.split()[0] for token in ("FOR", "OF", "CITES", "BY", "IN", "CODE", "PER", "AMONG") for spelling in
    WORDS[token].en + WORDS[token].zh
)  # fmt: skip


def valid_name(text: str) -> bool:
    """Can this label be used as a name?"""
    return _VALID.match(text) is not None


@frozen
class DeclaredNames:
    """The names and labels of a file, and whether it may use names that are declared elsewhere."""

    names: frozenset[str]
    open_ended: bool

    def has(self, word: str) -> bool:
        return word in self.names


def declared_names(folded: str) -> DeclaredNames:
    names: set[str] = set()
    for match in _DECLARATION.finditer(folded):
        _add(names, *match.groups())
    for line in _KIND.finditer(folded):
        for match in _MEMBER.finditer(line.group(1)):
            _add(names, *match.groups())
    return DeclaredNames(frozenset(names), _USES.search(folded) is not None)


def _add(names: set[str], name: str, *labels: str | None) -> None:
    words = name.split()
    for i, word in enumerate(words):
        if i and word in _STOPS:
            words = words[:i]
            break
    label = next((text for text in labels if text is not None), None)
    swapped = label is not None and not name.isascii() and label.isascii() and valid_name(label)
    if not (swapped and "的" in name):
        names.add("_".join(words))
    if label is not None and valid_name(label) and "的" not in label:
        names.add("_".join(label.split()))


def glued(word: str, declared: DeclaredNames, keywords: Phrases) -> str | None:
    """How to write a word that is keywords and names (or quantities) run together; None for a plain name."""
    if declared.has(word) or (word.isascii() and declared.open_ended):
        return None
    if word.isascii():
        return _glued_latin(word, declared, keywords)
    parts = _segments(word, declared, keywords) or _before_amount(word, declared, keywords)
    if parts is None:
        return None
    once = [parts[0], *(part for before, part in pairwise(parts) if part != before or part not in keywords)]
    return " ".join(part for part in once if part not in _NOT_OURS)


def unit_and_word(letters: str, keywords: Phrases) -> str | None:
    """`yuanonce` behind a number: a unit and a keyword; `mnths`: the unit that it is a slip for."""
    if not letters.isascii():
        return None
    for unit in sorted((u for u in UNITS if letters.startswith(u)), key=len, reverse=True):
        if letters[len(unit) :] in keywords:
            return f"{unit} {letters[len(unit) :]}"
    near = get_close_matches(letters.lower(), [u for u in UNITS if u.isascii()], 1, 0.6)
    return near[0] if near else None


def _glued_latin(word: str, declared: DeclaredNames, keywords: Phrases) -> str | None:
    for keyword in (*_NOT_OURS, *keywords):
        if not keyword.isascii():
            continue
        rest = word.removeprefix(keyword)
        if rest != word and declared.has(rest):
            return rest if keyword in _NOT_OURS else f"{keyword} {rest}"
        rest = word.removesuffix(keyword)
        if rest != word and declared.has(rest) and keyword not in _NOT_OURS:
            return f"{rest} {keyword}"
    return None


def _segments(word: str, declared: DeclaredNames, keywords: Phrases) -> list[str] | None:
    """The word as names, keywords and quantities, with at least one keyword and something else; the fewest pieces.

    A first piece that is no declared name is let through where a keyword with a quantity follows (`…满3个月`): the
    name may be declared in a module.
    """
    n = len(word)
    if n > 60:
        return None
    best: list[list[str] | None] = [[], *([None] * n)]
    for start in range(n):
        before = best[start]
        if before is None:
            continue
        quantity = _HAN_QUANTITY.match(word, start)
        for end in range(start + 1, n + 1):
            piece = word[start:end]
            is_keyword = piece in keywords or piece in _NOT_OURS
            is_quantity = quantity is not None and quantity.end() == end
            if (is_keyword or is_quantity or declared.has(piece)) and (
                best[end] is None or len(best[end] or ()) > len(before) + 1
            ):
                best[end] = [*before, piece]
    parts = best[n]
    if parts is None:
        return _unknown_before_quantity(word, keywords)
    if len(parts) < 2 or not any(p in keywords or p in _NOT_OURS for p in parts):
        return None
    certain = not declared.open_ended or any(_HAN_QUANTITY.fullmatch(p) for p in parts)
    return parts if certain else None


def _unknown_before_quantity(word: str, keywords: Phrases) -> list[str] | None:
    for match in _HAN_QUANTITY.finditer(word):
        for start in range(match.start() - 1, 0, -1):
            if word[start : match.start()] in keywords:
                rest = word[match.end() :]
                tail = [rest] if rest else []
                if not rest or rest in keywords:
                    return [word[:start], word[start : match.start()], match.group(), *tail]
    return None


def _before_amount(word: str, declared: DeclaredNames, keywords: Phrases) -> list[str] | None:
    """`一次姓3000元`: a slip of a keyword glued to an amount, or an unknown word glued to one."""
    amount = _HAN_QUANTITY.search(word)
    if amount is None or amount.end() != len(word) or not amount.start():
        return None
    head = word[: amount.start()]
    slips = sorted(
        k for k in keywords if len(k) == len(head) > 2 and sum(a != b for a, b in zip(k, head, strict=True)) == 1
    )
    if slips:
        return [slips[0], amount.group()]
    return None if declared.open_ended and not declared.has(head) else [head, amount.group()]
