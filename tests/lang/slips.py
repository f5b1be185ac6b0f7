"""One-token mistakes in good programs: what a hurried hand does, one at a time, seeded.

In: the text of a program that checks without an error. Out: slips, each the changed text with the lines of the
statement that it is in. Kinds: a token left out, doubled, swapped with its neighbour; a word misspelt; another sign; a
bracket or a quote left out; another unit.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from attrs import frozen

from lang.source import Source
from lang.text.signs import fold
from lang.text.statements import Splitter
from lang.text.tokens import Statement, Token
from lang.text.words import declared_names

SIGNS = ("EQ", "COLON", "ARROW", "TILDE", "COMMA", "GE", "LE", "TIMES", "PLUS", "MINUS", "DIV")
UNITS = {"yuan": "months", "months": "yuan", "years": "yuan", "个月": "元", "元": "个月", "年": "元"}


@frozen
class Slip:
    kind: str
    token: str
    text: str
    first_line: int
    last_line: int


def statements_of(source: Source) -> list[Statement]:
    folded = fold(source.text)
    found: list[Statement] = []
    Splitter(source, folded, declared_names(folded), found.append).run()
    return found


def slips(source: Source, seed: int, number: int) -> list[Slip]:
    """`number` slips, drawn without repetition from all that there are."""
    every = [slip for statement in statements_of(source) for slip in _of_statement(source, statement)]
    chosen = random.Random(seed).sample(every, min(number, len(every)))
    return [make() for make in chosen]


def _of_statement(source: Source, statement: Statement) -> Iterator[Callable[[], Slip]]:
    tokens = [token for token in statement.tokens if token.text]
    for at, token in enumerate(tokens):
        for kind, start, end, put in _changes(token, tokens[at + 1] if at + 1 < len(tokens) else None, source.text):
            yield (
                lambda k=kind, t=token.text, a=start, b=end, p=put: Slip(  # type: ignore[misc]
                    k, t, source.text[:a] + p + source.text[b:], statement.first_line, statement.last_line
                )
            )


def _changes(token: Token, following: Token | None, text: str) -> Iterator[tuple[str, int, int, str]]:
    """(kind, start, end, what is put there)."""
    here, start, end = token.text, token.start, token.end
    yield "left out", start, end, ""
    yield "doubled", end, end, f" {here}"
    if following is not None and following.text != here:
        between = text[end : following.start]
        yield "swapped", start, following.end, f"{following.text}{between}{here}"
    for at, word in _words(here):
        if len(word) > 3 and word.isalpha() and word.isascii():
            i = start + at
            yield "misspelt", i, i + len(word), f"{word[0]}{word[2]}{word[1]}{word[3:]}"
            yield "misspelt", i, i + len(word), word[:-2] + word[-1]
        elif len(word) > 2 and not word.isascii():
            yield "misspelt", start + at, start + at + len(word), word[:-1] + "某"
    if token.type in SIGNS:
        yield "another sign", start, end, "="
        yield "another sign", start, end, ";"
    if token.type in ("LPAR", "RPAR", "LSQB", "RSQB"):
        yield "bracket left out", start, end, ""
    if token.type == "STRING":
        yield "quote left out", start, start + 1, ""
        yield "quote left out", end - 1, end, ""
    for unit, other in UNITS.items():
        if token.type in ("MONEY", "LENGTH") and here.endswith(unit):
            yield "another unit", end - len(unit), end, other
            break


def _words(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for word in text.split():
        at = text.index(word, at)
        yield at, word
        at += len(word)
