"""The marks of items: 一、 then （一） then 1. or 1、 then （1） then ①.

Comes in: a line. Goes out: the mark at a place of it, with its style and number, or nothing. Numerals may be simplified
or traditional, brackets full or half, and a mark may be one sign (㈠, ⑴, ⒈). Dates, amounts and decimals are no marks.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from attrs import frozen

Style = Literal["一、", "（一）", "1", "（1）", "①"]
ORDER: tuple[Style, ...] = ("一、", "（一）", "1", "（1）", "①")

_DIGITS = {
    digit: value
    for value, digits in enumerate(("〇零", "一壹弌⼀", "二贰貳弍⼆", "三叁參叄弎", "四肆", "五伍", "六陆陸",
                                    "七柒", "八捌⼋", "九玖"))
    for digit in digits
}  # fmt: skip
_TENS = "十拾⼗"
_PINYIN = {"yi": 1, "er": 2, "san": 3, "si": 4, "wu": 5, "liu": 6, "qi": 7, "ba": 8, "jiu": 9, "shi": 10}
_NUMERALS = "".join(_DIGITS) + _TENS
_SIMPLE = "零一二三四五六七八九"

_MARK = re.compile(
    rf"""
    (?P<chapter>[{_NUMERALS}]{{1,3}}) \s* [、.．]
  | [(（〔【] \s* (?P<section>[{_NUMERALS}]{{1,3}}) \s* [)）〕】] \s* [、.．]?
  | [(（] \s* (?P<pinyin>[a-zāáǎàēéěèīíǐìōóǒòūúǔù]{{2,4}}) \s* [)）]
  | (?P<point>[0-9０-９]{{1,2}}) \s* [.．、] (?![0-9０-９](?![0-9０-９]{{3}}\s*年))
  | [(（]? \s* (?P<small>[0-9０-９]{{1,2}}) \s* [)）]
  | (?P<sign>[㈠-㈩⑴-⒇⒈-⒛①-⑳])
    """,
    re.X,
)
_GROUPS: tuple[tuple[str, Style], ...] = (
    ("chapter", "一、"), ("section", "（一）"), ("pinyin", "（一）"), ("point", "1"), ("small", "（1）"),
)  # fmt: skip
_SIGNS: tuple[tuple[str, str, Style], ...] = (
    ("㈠", "㈩", "（一）"), ("⑴", "⒇", "（1）"), ("⒈", "⒛", "1"), ("①", "⑳", "①"),
)  # fmt: skip

# What follows a number that only names an item, or counts something.
_NO_ITEM = re.compile(rf"\s*(?:[、，,。；;）)]|$)|\s*[{_NUMERALS}]{{1,3}}\s*、")


@frozen
class Mark:
    """A mark from `start` to `end` of its line."""

    style: Style
    number: int
    start: int
    end: int


def numeral(text: str) -> int | None:
    """`十二` is 12; None for what is no number from 1 to 99."""
    tens, ten, ones = text.partition(next((c for c in text if c in _TENS), "十"))
    if not ten:
        return _DIGITS.get(text) or None
    if len(tens) > 1 or len(ones) > 1:
        return None
    high, low = _DIGITS.get(tens, 1 if not tens else None), _DIGITS.get(ones, 0 if not ones else None)
    return None if high is None or low is None else high * 10 + low


def numeral_text(number: int) -> str:
    """12 is `十二`."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _SIMPLE[ones]
    return (_SIMPLE[tens] if tens > 1 else "") + "十" + (_SIMPLE[ones] if ones else "")


def name_part(style: Style, number: int) -> str:
    """How the mark is written in the name of its item: `三`, `（一）`, `1`, `（1）`, `①`."""
    match style:
        case "一、":
            return numeral_text(number)
        case "（一）":
            return f"（{numeral_text(number)}）"
        case "1":
            return str(number)
        case "（1）":
            return f"（{number}）"
        case "①":
            return chr(ord("①") + number - 1)


def mark_at(line: str, position: int = 0) -> Mark | None:
    """The mark that stands at `position`, None when there is none."""
    found = _MARK.match(line, position)
    if found is None or _NO_ITEM.match(line, found.end()):
        return None
    sign = found["sign"]
    if sign is not None:
        first, style = next((a, style) for a, z, style in _SIGNS if a <= sign <= z)
        return Mark(style, ord(sign) - ord(first) + 1, position, found.end())
    for group, style in _GROUPS:
        written = found[group]
        if written is not None:
            number = _number(group, written)
            return None if not number else Mark(style, number, position, found.end())
    return None


def _number(group: str, written: str) -> int | None:
    if group in ("point", "small"):
        return int(written)
    if group == "pinyin":
        plain = "".join(c for c in unicodedata.normalize("NFD", written) if not unicodedata.combining(c))
        return _PINYIN.get(plain)
    return numeral(written)


def item_name(written: str) -> str:
    """A citation in the spelling of item names: `三(一)`, `叁（一）` and `三（一）` are one; what is no name stays."""
    text = "".join(written.split())
    parts: list[str] = []
    position = 0
    while position < len(text):
        found = _CITED.match(text, position)
        if found is None:
            return text
        for group, style in _CITED_GROUPS:
            if found[group] is not None:
                number = numeral(found[group]) if group in ("chapter", "section") else int(found[group])
                if not number:
                    return text
                parts.append(name_part(style, number))
        if found["sign"] is not None:
            parts.append(found["sign"])
        position = found.end()
    return "".join(parts)


_CITED = re.compile(
    rf"""
    (?P<chapter>[{_NUMERALS}]{{1,3}}) 、?
  | [(（] (?P<section>[{_NUMERALS}]{{1,3}}) [)）]
  | [(（] (?P<small>[0-9０-９]{{1,2}}) [)）]
  | (?P<point>[0-9０-９]{{1,2}}) [.．、]?
  | (?P<sign>[①-⑳])
    """,
    re.X,
)
_CITED_GROUPS: tuple[tuple[str, Style], ...] = (
    ("chapter", "一、"), ("section", "（一）"), ("point", "1"), ("small", "（1）"),
)  # fmt: skip
