"""Identity numbers of residents (GB 11643): 17 digits and a check sign; the older ones have 15 digits and no check.

Nothing here repeats a number in a message: who reads it knows the row.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import mul

from lang.diagnostics import Text

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OF_ZEROS = sum(_WEIGHTS) * ord("0")
_SIGNS = "10X98765432"
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
BIRTHS = frozenset(
    {"birth_date", "birthdate", "birthday", "born", "born_on", "date_of_birth", "出生日期", "出生年月日", "生日"}
)  # the names of attributes and columns that say again what an identity number says
_CALCULATED = re.compile(r"[0-9](\.[0-9]+)?E\+?1[4-7]|[0-9]{15,18}\.0*")

AS_NUMBER = Text(
    "an identity number is stored as a number, which loses its last digits; format the column as text and enter it "
    "again",
    "证件号以数字存储，末几位已丢失；请把该列设为文本格式后重新填写",
)
NOT_ONE = Text("this is not an identity number of 15 or 18 digits", "这不是15位或18位的证件号")
WRONG_CHECK = Text("the check digit of this identity number is wrong", "证件号的校验位不对")
LOST_DIGITS = Text(
    "the check digit of this identity number is wrong, and its last digits are 0: it may have been stored as a number, "
    "which loses them",
    "证件号的校验位不对，且末几位为 0：可能曾以数字存储而丢失末几位",
)
CONTRADICTS = Text(
    "this birth date is not the one in the identity number; neither is used", "出生日期与证件号中的不一致；两者均未采用"
)
NO_SUCH_DAY = Text("the birth date in this identity number is no date", "证件号中的出生日期不存在")


def check_digit(first17: str) -> str:
    """The last sign of an 18-digit identity number (ISO 7064 MOD 11-2)."""
    return _SIGNS[(sum(map(mul, first17.encode(), _WEIGHTS)) - _OF_ZEROS) % 11]


def identity_of(cell: str | int | float | bool | date | datetime | timedelta | None) -> str | Text:
    """The number with 18 signs and a right check digit (15 digits are upgraded), or what is wrong with it."""
    if isinstance(cell, (int, float)):
        return AS_NUMBER
    text = str(cell)
    text = (text if text.isascii() else text.translate(_WIDE)).strip().upper().lstrip("'")
    if len(text) == 15 and text.isascii() and text.isdigit():
        first17 = f"{text[:6]}19{text[6:]}"
        text = first17 + check_digit(first17)
    first17 = text[:17]
    if len(text) != 18 or not (text.isascii() and first17.isdigit()) or text[17] not in "0123456789X":
        return AS_NUMBER if _CALCULATED.fullmatch(text) else NOT_ONE
    if check_digit(first17) != text[17]:
        return LOST_DIGITS if text.endswith(("00", "000")) else WRONG_CHECK
    if born(text) is None:
        return NO_SUCH_DAY
    return text


def born(number: str) -> date | None:
    """The birth date in a number of 18 signs; None when there is no such day."""
    return _day(number[6:14])


@lru_cache(maxsize=1 << 16)
def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
