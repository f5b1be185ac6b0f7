"""Numbers in Chinese characters, as official documents write them: how a program says the same in digits.

In: a word of a policy that is no name (`满三个月`, `一次性三千元`, `百分之六十`). Out: the same in digits (`满 3个月`);
None where it is no quantity. The language itself has digits only, so that a number is written in one way.
"""

from __future__ import annotations

import re

from lang.text.keywords import UNITS, WORDS

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_KEYWORDS = sorted({s for word in WORDS.values() for s in word.zh if not s.isascii()}, key=len, reverse=True)
_KEYWORD = "|".join(map(re.escape, _KEYWORDS))
_HAN_UNITS = "|".join(sorted((re.escape(unit) for unit in UNITS if not unit.isascii()), key=len, reverse=True))
_NUMERAL = f"[{''.join((*_DIGITS, *_TENS, *_MYRIADS))}]+"
_QUANTITY = re.compile(
    rf"(?P<before>{_KEYWORD})?"
    rf"(?:百分之(?P<percent>{_NUMERAL})|(?P<half>半)年|(?P<number>{_NUMERAL}?)(?P<unit>{_HAN_UNITS})(?P<and_half>半)?)"
    rf"(?P<behind>{_KEYWORD})?"
)


def in_digits(word: str) -> str | None:
    """How to write `word` with digits; None when it holds no number in Chinese characters."""
    found = _QUANTITY.fullmatch(word)
    if found is None:
        return None
    quantity = _quantity(found)
    if quantity is None:
        return None
    return " ".join(part for part in (found["before"], quantity, found["behind"]) if part)


def _quantity(found: re.Match[str]) -> str | None:
    if found["half"]:
        return "6个月"
    number = value(found["percent"] or found["number"])
    if number is None:
        return None
    if found["percent"]:
        return f"{number}%"
    if found["and_half"]:
        return f"{number * 12 + 6}个月" if found["unit"] == "年" else None
    return f"{number}{found['unit']}"


def value(numeral: str) -> int | None:
    """`三千五百` is 3500, `十二` 12, `两万` 20000, `二〇二一` 2021; None for what is no number."""
    if all(sign in _DIGITS for sign in numeral):
        return int("".join(str(_DIGITS[sign]) for sign in numeral)) if numeral else None
    total = part = 0
    digit: int | None = None
    for sign in numeral:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _TENS:
            part += (1 if digit is None else digit) * _TENS[sign]
            digit = None
        else:
            part += digit or 0
            if part == 0:
                return None
            total += part * _MYRIADS[sign]
            part, digit = 0, None
    return total + part + (digit or 0)
