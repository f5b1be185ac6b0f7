"""Whether an item of a document names money: an amount, or a subsidy in words. Simplified or traditional.

Such an item cannot be omitted from a program: somebody is paid.
"""

from __future__ import annotations

import re

_SIMPLE = str.maketrans("補貼獎資萬億圓費給勵", "补贴奖资万亿元费给励")
_NAMES_MONEY = re.compile(
    r"[0-9０-９][0-9０-９.,，]*\s*[万亿千百]?\s*元"
    r"|[一二三四五六七八九十百千]+[万亿千百]元"
    r"|补贴|补助|补偿金|津贴|贴息|资助|奖补|奖励|奖金|以奖代补|(?:给予|一次性|元的?)[^，。；]{0,8}奖(?!惩)"
)


def names_money(text: str) -> tuple[str, ...]:
    """The amounts and words of money in a text, each once, in order."""
    plain = text.translate(_SIMPLE)
    return tuple(dict.fromkeys("".join(found.split()) for found in _NAMES_MONEY.findall(plain)))
