"""Lines: joining pieces, breaking what is too long, lining up comments.

A statement comes in as one text in which places to break are marked by characters that no policy may hold: `break_at`
gives one of a depth (1 is tried first), `FILL` one of a list that is filled line by line. Chinese characters and
full-width signs count as two columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import east_asian_width

from attrs import evolve, frozen

from lang.text.keywords import OPENING

WIDTH = 100
INDENT = 2
DEEPEST = 8
FILL = "\x0e"
_BREAK = re.compile("[\x01-\x08\x0e]")
_DEEP = [chr(depth) for depth in range(1, DEEPEST + 1)]
_WIDE_SIGNS = "，：（）"
_WORD = re.compile(r"[^\W\d]\w*")


@frozen
class Line:
    """One line of the output; `comment` stands behind the text."""

    indent: int
    text: str
    comment: str | None = None


def columns(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


# ---------------------------------------------------------------- making texts
def break_at(depth: int) -> str:
    return _DEEP[min(depth, DEEPEST) - 1]


def joined(*parts: str) -> str:
    """The parts that are there, with spaces between; full-width signs have their own."""
    text = ""
    for part in parts:
        if part and text and not _touch(text[-1], part[0]):
            text += " "
        text += part
    return text


def _touch(left: str, right: str) -> bool:
    """No space between: a full-width sign, or a place to break, which brings its own."""
    return left in _WIDE_SIGNS or right in _WIDE_SIGNS or bool(_BREAK.match(left) or _BREAK.match(right))


def may_begin_line(text: str) -> bool:
    """A line that begins with an opening word would be a statement of its own."""
    word = _WORD.match(text)
    return word is None or word.group() not in OPENING


def soft(depth: int, text: str) -> str:
    """A place to break in front of the text, where it can begin a line."""
    return (break_at(depth) if may_begin_line(text) else " ") + text


def listed(items: Sequence[str], comma: str) -> str:
    """A list that fills line after line."""
    text = items[0]
    for item in items[1:]:
        gap = FILL if may_begin_line(item) else ("" if comma in _WIDE_SIGNS else " ")
        text += comma + gap + item
    return text


# ---------------------------------------------------------------- breaking texts
def flat(text: str) -> str:
    """The text on one line."""

    def space(found: re.Match[str]) -> str:
        left, right = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        return "" if left in _WIDE_SIGNS or right in _WIDE_SIGNS else " "

    return _BREAK.sub(space, text)


def wrapped(text: str, indent: int, hang: int | None = None) -> list[Line]:
    """The lines of a statement; `hang` is the indent of its further lines (default: one step more).

    What stands behind a break of depth 1 (a body, a payment) is as good as a line of its own: its further lines stand
    below it. A part of a condition has its own parts one step to the right.
    """
    whole = flat(text)
    hang = indent + INDENT if hang is None else hang
    if indent + columns(whole) <= WIDTH:
        return [Line(indent, whole)]
    mark = next((mark for mark in _DEEP if mark in text), None)
    if mark is None:
        return _filled(text, indent, hang)
    first, *rest = text.split(mark)
    lines = wrapped(first, indent, hang)
    for part in rest:
        lines += wrapped(part, hang, hang if mark == _DEEP[0] else None)
    return lines


def _filled(text: str, indent: int, hang: int) -> list[Line]:
    current, *parts = text.split(FILL)
    lines: list[Line] = []
    for part in parts:
        longer = flat(current + FILL + part)
        if (hang if lines else indent) + columns(longer) <= WIDTH:
            current = longer
        else:
            lines.append(Line(hang if lines else indent, current))
            current = part
    return [*lines, Line(hang if lines else indent, current)]


# ---------------------------------------------------------------- the whole text
def page(lines: Sequence[Line | None]) -> str:
    """The text of all lines; None is a blank one. Comments behind lines that follow each other are lined up."""
    done: list[str] = []
    at = 0
    while at < len(lines):
        run = at
        while run < len(lines) and (line := lines[run]) is not None and line.comment is not None:
            run += 1
        if run > at:
            done += _lined_up([line for line in lines[at:run] if line is not None])
            at = run
            continue
        line = lines[at]
        done.append("" if line is None else " " * line.indent + line.text)
        at += 1
    return "".join(f"{text}\n" for text in done)


def _lined_up(lines: list[Line]) -> list[str]:
    texts = [" " * line.indent + line.text for line in lines]
    width = max(map(columns, texts))
    return [f"{padded(text, width)}  {comment(line.comment or '')}" for text, line in zip(texts, lines, strict=True)]


def comment(text: str) -> str:
    return f"# {text}" if text else "#"


def commented(lines: list[Line], text: str | None) -> list[Line]:
    """The lines with a comment behind the last."""
    return lines if text is None else [*lines[:-1], evolve(lines[-1], comment=text)]
