"""A word written twice in a name: `fund fund aid`, `has insured insured`, `person p1 p1`.

In: a statement before it is parsed. Out: the finding, and the statement with the word once, so that nothing follows
from the slip. A name that the file uses with its doubled word is meant so.
"""

from __future__ import annotations

import re

from lang.diagnostics import Diagnostic, Edit, Text
from lang.source import Span
from lang.text.tokens import Statement, Token


def take_once(statement: Statement, text: str) -> Diagnostic | None:
    """The first doubled word of the statement; its tokens then hold the word once."""
    tokens = statement.tokens
    for at, token in enumerate(tokens[1:], start=1):
        if token.type != "NAME" or (at != 2 and len(token.text.split()) == 1):
            continue  # one word repeats nothing but the entity of an instance
        before = _before(statement, at)
        words = _places(token)
        half = len(words) // 2
        if half and [w for w, _ in words[:half]] == [w for w, _ in words[half:]] and not _meant(token.text, text):
            tokens[at] = _joined(words[:half], token)
            return _told(Span(words[half][1], token.end, token.source))
        for number, (word, start) in enumerate(words):
            if word == before:
                if at == 1 and _meant(token.text, text):
                    break  # the file uses the doubled word elsewhere (asked only here: it reads the whole text)
                rest = words[:number] + words[number + 1 :]
                if rest:
                    tokens[at] = _joined(rest, token)
                else:  # the key of an instance, taken into the name of its entity too
                    tokens[at - 1] = _joined(_places(tokens[at - 1])[:-1], token)
                return _told(Span(start, start + len(word), token.source))
            before = word
    return None


def _meant(name: str, text: str) -> bool:
    """Whether the file speaks of this name elsewhere (not as `define district`, the beginning of a line)."""
    count = text.count(name)
    return count > 1 and count - len(re.findall(rf"^[ \t]*{re.escape(name)}", text, re.M)) > 1


def _before(statement: Statement, at: int) -> str | None:
    """The word in front of a name that it may repeat: the opening word, or the entity of an instance."""
    opener, token = statement.tokens[0].text, statement.tokens[at]
    if at == 1 and opener and " " in token.text.strip():
        return opener
    if at == 2 and statement.kind == "INSTANCE" and len(statement.tokens[1].text.split()) > 1:
        return statement.tokens[1].text.split()[-1]
    return None


def _places(token: Token) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    at = token.start
    for word in token.text.split():
        at = token.source.text.find(word, at)
        if at < 0:  # written in full width: the places do not matter to the name
            return [(token.text, token.start)]
        found.append((word, at))
        at += len(word)
    return found


def _joined(words: list[tuple[str, int]], token: Token) -> Token:
    last, start = words[-1]
    text = " ".join(word for word, _ in words)
    return Token("NAME", text, words[0][1], start + len(last), token.source, "_".join(text.split()))


def _told(span: Span) -> Diagnostic:
    return Diagnostic(
        "HC127",
        span,
        Text(f"`{span.text}` stands here twice", f"“{span.text}”重复书写"),
        Text("delete one of them", "请删除一处"),
        edit=Edit(span, ""),
    )
