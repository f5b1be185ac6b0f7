"""Signs, folding and characters that are refused.

Full-width punctuation and digits count as their ASCII twins. Folding is one character to one, so that a position in
the folded text is a position in the text as written; never by NFKC, which changes lengths.
"""

from __future__ import annotations

import re

# Full-width forms U+FF01 to U+FF5E, but for the quotation mark: a text in quotes must not end at a sign folded inside.
FOLD: dict[int, int] = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if c != 0xFF02}
FOLD.update(
    {
        0x3000: 0x20,  # ideographic space
        0x00A0: 0x20,  # no-break space
        0x3001: 0x2C,  # ideographic comma
        0x2212: 0x2D,  # minus sign
        0x2019: 0x27,  # right single quotation mark, as in holder’s
    }
)


def fold(text: str) -> str:
    """The text with full-width signs, digits and letters as ASCII; of the same length."""
    return text if text.isascii() else text.translate(FOLD)


SIGNS = {
    "→": "ARROW", "->": "ARROW", "≥": "GE", ">=": "GE", "≤": "LE", "<=": "LE", "≠": "NE", "!=": "NE",
    "=": "EQ", "<": "LT", ">": "GT", "~": "TILDE", "+": "PLUS", "-": "MINUS", "×": "TIMES", "*": "TIMES",
    "/": "DIV", "÷": "DIV", ",": "COMMA", ":": "COLON", "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB",
}  # fmt: skip

# Signs of other languages, and what to write for them here.
FOREIGN_SIGNS = {
    "=>": "→", "==": "=", "===": "=", "=<": "≤", "<>": "≠", "!==": "≠", "&": "and", "&&": "and", "|": "or",
    "||": "or", "!": "not", "**": "×", "⇒": "→", "⟶": "→", "⩾": "≥", "≧": "≥", "⩽": "≤", "≦": "≤",
}  # fmt: skip

# An opening word before one of these is a name.
OPERATORS = frozenset("=≠<≤>≥~→+-×*÷/,'")

BIDIRECTIONAL = frozenset(map(chr, [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
ZERO_WIDTH = frozenset(map(chr, [0x00AD, 0x115F, 0x1160, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060, 0x3164, 0xFEFF]))
REFUSED = re.compile(
    "["
    + "".join(sorted(BIDIRECTIONAL | ZERO_WIDTH))
    + "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\U000e0000-\U000e007f]"
)

# Letters of other scripts that are drawn like Latin ones.
_LIKE = "аaеeоoрpсcхxуyіiјjѕsԁdһhԛqԝwАAВBЕEЗ3КKМMНHОOРPСCТTХXУYІIЈJЅSαaοoρpνvυuιiκkΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX"
LOOK_ALIKE: dict[int, str] = {ord(_LIKE[i]): _LIKE[i + 1] for i in range(0, len(_LIKE), 2)}
