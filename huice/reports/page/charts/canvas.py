"""What charts are drawn with: scales with round ticks, axes, texts of a known width, points that tell their figures."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from attrs import frozen

from huice.reports.page.markup import Content, Markup, el, number

SIZE = 12.0  # of the letters


@frozen
class Scale:
    """Values from `low` to `high` lie between the places `start` and `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low
        return self.start if not span else self.start + (value - self.low) / span * (self.end - self.start)


def width_of(text: str, size: float = SIZE) -> float:
    """About how wide a text is drawn: Chinese signs are squares."""
    return sum(size if unicodedata.east_asian_width(sign) in "WF" else size * 0.56 for sign in text)


def lines_of(text: str, width: float, most: int = 2, size: float = SIZE) -> list[str]:
    """The text in at most so many lines; what does not fit ends in …"""
    words = [text] if not text.isascii() else text.split(" ")
    result: list[str] = [""]
    for word in words:
        for piece in (word,) if text.isascii() and width_of(word, size) <= width else tuple(word):
            joint = " " if text.isascii() and len(piece) > 1 and result[-1] else ""
            if width_of(result[-1] + joint + piece, size) <= width or not result[-1]:
                result[-1] += joint + piece
            else:
                result.append(piece)
    if len(result) > most:
        last = result[most - 1]
        while last and width_of(last + "…", size) > width:
            last = last[:-1]
        result = [*result[: most - 1], last + "…"]
    return result


def label(x: float, y: float, text: str, anchor: str = "start", class_: str | None = None) -> Markup:
    return el("text", text, x=x, y=y, text_anchor=None if anchor == "start" else anchor, class_=class_)


def labels(x: float, middle: float, texts: Sequence[str], anchor: str = "start", class_: str | None = None) -> Markup:
    """Lines around a height."""
    top = middle - (len(texts) - 1) * SIZE * 0.6 + SIZE * 0.36
    return Markup("".join(label(x, top + n * SIZE * 1.2, text, anchor, class_) for n, text in enumerate(texts)))


def path(points: Sequence[tuple[float, float]], class_: str, closed: bool = False) -> Markup:
    d = "".join(f"{'L' if n else 'M'}{number(x)} {number(y)}" for n, (x, y) in enumerate(points))
    return el("path", d=d + ("Z" if closed else ""), class_=class_)


def rule(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    return el("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def box(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """Between two corners, at least half a pixel wide and high."""
    left, top = min(x1, x2), min(y1, y2)
    return el("rect", x=left, y=top, width=max(abs(x2 - x1), 0.5), height=max(abs(y2 - y1), 0.5), class_=class_)


def whisker(x1: float, x2: float, y: float, half: float = 4) -> Markup:
    """A range, lying."""
    d = f"M{number(x1)} {number(y)}H{number(x2)}"
    d += "".join(f"M{number(x)} {number(y - half)}V{number(y + half)}" for x in (x1, x2))
    return el("path", d=d, class_="whisker")


def standing_whisker(x: float, y1: float, y2: float, half: float = 4) -> Markup:
    d = f"M{number(x)} {number(y1)}V{number(y2)}"
    d += "".join(f"M{number(x - half)} {number(y)}H{number(x + half)}" for y in (y1, y2))
    return el("path", d=d, class_="whisker")


def point(tip: str, *content: Content) -> Markup:
    """Something that tells a figure when it is pointed at."""
    return el("g", *content, class_="pt", data_tip=tip)


def hit(x1: float, y1: float, x2: float, y2: float) -> Markup:
    """The place where a pointer is taken to mean it."""
    return box(x1, y1, x2, y2, "hit")


def chart(width: float, height: float, title: str, *content: Content) -> Markup:
    return el(
        "svg",
        el("title", title),
        *content,
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        class_="chart",
        tabindex="0",
        aria_label=title,
    )


def legend(x: float, y: float, width: float, entries: Sequence[tuple[str, str]]) -> tuple[Markup, float]:
    """(class of the mark, text) in lines from (x, y) on; gives the height that they take."""
    parts, left, line = [], x, 0
    for class_, text in entries:
        wide = 24 + width_of(text) + 14
        if left > x and left + wide > x + width:
            left, line = x, line + 1
        middle = y + line * 18
        if class_.startswith("line"):
            parts.append(rule(left, middle, left + 18, middle, class_.removeprefix("line ")))
        elif class_ == "whisker":
            parts.append(whisker(left, left + 18, middle, 3))
        elif class_.startswith("dot"):
            parts.append(el("circle", cx=left + 9, cy=middle, r=3.0, class_=class_))
        else:
            parts.append(box(left, middle - 5, left + 18, middle + 5, class_))
        parts.append(label(left + 23, middle + SIZE * 0.36, text, class_="key"))
        left += wide
    return Markup("".join(parts)), (line + 1) * 18.0


def spans(places: Sequence[float], first: float, last: float) -> list[tuple[float, float]]:
    """From middle to middle between places, to the ends: where a pointer means each of them."""
    edges = [first, *((a + b) / 2 for a, b in pairwise(places)), last]
    return list(pairwise(edges))
