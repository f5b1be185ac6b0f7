"""Amounts in capital Chinese numerals, as receipts and notices write them: 3000.50 yuan is 叁仟元伍角整."""

from __future__ import annotations

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def capital(fen: int) -> str:
    yuan, cents = divmod(abs(fen), 100)
    jiao, fen_ = divmod(cents, 10)
    text = _whole(yuan) + "元" if yuan else ""
    if jiao:
        text += DIGITS[jiao] + "角"
    elif fen_ and yuan:
        text += "零"
    text += f"{DIGITS[fen_]}分" if fen_ else "整"
    if not yuan and not cents:
        text = "零元整"
    return f"负{text}" if fen < 0 else text


def _whole(number: int) -> str:
    """By groups of four digits; a zero is said once between digits that it parts."""
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group(group) + GROUPS[place]
        gap = False
    return text


def _group(group: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return text
