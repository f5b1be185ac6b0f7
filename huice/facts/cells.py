"""One cell to one value of an attribute's type: what people type into spreadsheets, in both languages.

`read_cell` returns the value, UNKNOWN for a blank, NONE where it is said that there is none, or a `Wrong` that says
what is the matter. Numbers are exact: a float that came out of a workbook is read by its shortest decimal form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Literal

from attrs import frozen

from huice.facts.identities import check_digit, identity_of
from lang.dates import Duration, Month, month
from lang.diagnostics import Text
from lang.model import Attribute, Kind
from lang.types import NONE, UNKNOWN, Absent, Given, Type, Value

Cell = str | int | float | bool | date | datetime | timedelta | None
__all__ = ["Cell", "Raw", "Wrong", "check_digit", "plain", "read_cell", "read_identity", "read_value"]

Raw = Cell | Literal[Absent.NONE]  # what stands in a place; NONE where the form itself says so (null in JSON)

BLANK = frozenset({"", "-", "—", "--", "——", "#n/a", "n/a", "nan", "null", "不详", "未知", "unknown", "?"})
NOTHING = frozenset({"无", "none"})
STILL = frozenset({"至今", "目前", "现在", "now", "present"})  # the end of a spell that is still going on
YES = frozenset({"yes", "true", "y", "1", "是", "√", "✓", "✔", "☑", "有", "t"})
NO = frozenset({"no", "false", "n", "0", "否", "×", "✗", "✘", "没有", "f"})  # x is a tick to some: neither

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0xFFE5: 0xA5}
_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号])",
    re.ASCII,
)
_MONTH = re.compile(r"(\d{4})(?:-(\d{1,2})|/(\d{1,2})|\.(\d{1,2})|年(\d{1,2})月)", re.ASCII)
_DATE_DIGITS = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})", re.ASCII)
_MONTH_DIGITS = re.compile(r"((?:19|20)\d{2})(\d{2})", re.ASCII)
_TIME_OF_DAY = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?$")
_MONEY = re.compile(r"[¥￥]?\s*(-?[0-9][0-9,_]*(?:\.[0-9]+)?)\s*(元|万元|万|yuan|亿元|亿)?(整)?", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9][0-9,_]*(?:\.[0-9]+)?")
_COMMAS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_UNITS = {"元": 1, "yuan": 1, "万": 10_000, "万元": 10_000, "亿": 100_000_000, "亿元": 100_000_000}
_SERIALS = range(20_000, 80_000)  # Excel's day numbers for 1954 to 2119


LONGEST = 40  # signs of a number; the largest amount that a range allows has fewer
_QUOTED = 60  # signs of a cell that a message repeats


@frozen
class Wrong:
    """Why a cell could not be read."""

    message: Text


class DayFrom1904(float):
    """A bare number in a workbook that counts days from 1904: never taken for a date, which would be four years off."""


def plain(cell: Cell) -> str:
    """A cell as the text it shows; full-width signs as their ASCII twins, no spaces around."""
    if isinstance(cell, str) and cell.isascii():  # most cells: nothing to fold
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).translate(_FOLD).strip()


def _shown(text: str) -> str:
    """A cell as a message repeats it."""
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


def _decimal(text: str) -> Decimal | None:
    if len(text) > LONGEST:
        return None
    if "," in text and not _COMMAS.fullmatch(text):
        return None
    try:
        value = Decimal(text.replace(",", "").replace("_", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def read_date(cell: Cell) -> date | Wrong:
    """A date: `2021-05-01`, `2021/5/1`, `2021.5.1`, `2021年5月1日`, `20210501`, a workbook's date, or its day number
    (as text too, for so it comes in a CSV)."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _shown(plain(cell))
    if isinstance(cell, DayFrom1904):
        return Wrong(
            Text(
                f"{text} may be a day number of a workbook that counts from 1904; format the column as dates",
                f"{text} 可能是以1904年为起点的日期序号；请把该列设为日期格式",
            )
        )
    digits = _DATE_DIGITS.fullmatch(text) if not isinstance(cell, bool) else None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and digits is None:
        if cell in _SERIALS:
            return date(1899, 12, 30) + timedelta(days=int(cell))
        return Wrong(Text(f"{text} is not a date; write it as 2021-05-01", f"{text} 不是日期，请写作 2021-05-01"))
    if text.isascii() and text.isdigit() and len(text) == 5 and int(text) in _SERIALS:
        return date(1899, 12, 30) + timedelta(days=int(text))
    found = digits or _DATE.fullmatch(_TIME_OF_DAY.sub("", text))
    if found:
        year, number, day = (int(part) for part in found.groups() if part is not None)
        try:
            return date(year, number, day)
        except ValueError:
            return Wrong(Text(f"there is no day {text}", f"没有 {text} 这一天"))
    return Wrong(Text(f"“{text}” is not a date; write it as 2021-05-01", f"“{text}”不是日期，请写作 2021-05-01"))


def read_month(cell: Cell) -> Month | Wrong:
    """A month as text; as a number only `202105` (2021.1 may have been 2021.10)."""
    text = _shown(plain(cell))
    found = _MONTH.fullmatch(text) if not isinstance(cell, (int, float)) else None
    if found is None and not isinstance(cell, bool):
        found = _MONTH_DIGITS.fullmatch(text)
    if found:
        year, number = (int(part) for part in found.groups() if part is not None)
        if 1 <= number <= 12 and year > 0:
            return month(year, number)
        return Wrong(Text(f"there is no month {text}", f"没有 {text} 这个月"))
    return Wrong(Text(f"“{text}” is not a month; write it as 2021-05", f"“{text}”不是月份，请写作 2021-05"))


def read_month_or_date(cell: Cell) -> Month | date | Wrong:
    """One end of a spell."""
    if not isinstance(cell, (date, datetime, bool)):
        as_month = read_month(cell)
        if not isinstance(as_month, Wrong):
            return as_month
        if "there is no" in as_month.message.en:
            return as_month
    return read_date(cell)


def read_money(cell: Cell, unit: int = 1) -> Fraction | Wrong:
    """Fen. `unit`: yuan for which a bare number stands (10,000 in a column headed 万元)."""
    text = repr(float(cell)) if isinstance(cell, float) else plain(cell)
    found = _MONEY.fullmatch(text)
    value = _decimal(found[1]) if found else None
    text = _shown(text)
    if found is None or value is None or isinstance(cell, bool):
        return Wrong(
            Text(f"“{text}” is not an amount; write it as 3000 or 3000.50", f"“{text}”不是金额，请写作 3000 或 3000.50")
        )
    fen = Fraction(value) * (_UNITS[found[2].lower()] if found[2] else unit) * 100
    if fen.denominator != 1:
        return Wrong(Text(f"{text} is finer than a fen (0.01 yuan)", f"{text} 小于一分（0.01元）"))
    return fen


def read_count(cell: Cell) -> int | Wrong:
    text = plain(cell)
    value = _decimal(text) if _NUMBER.fullmatch(text) else None
    if value is None or value != value.to_integral_value() or isinstance(cell, bool):
        return Wrong(Text(f"“{_shown(text)}” is not a whole number", f"“{_shown(text)}”不是整数"))
    return int(value)


def read_share(cell: Cell) -> Fraction | Wrong:
    text = repr(float(cell)) if isinstance(cell, float) else plain(cell)
    percent = text.endswith("%")
    value = _decimal(text.removesuffix("%").strip()) if _NUMBER.fullmatch(text.removesuffix("%").strip()) else None
    text = _shown(text)
    if value is None or isinstance(cell, bool):
        return Wrong(Text(f"“{text}” is not a share; write it as 60% or 0.6", f"“{text}”不是比例，请写作 60% 或 0.6"))
    share = Fraction(value) / (100 if percent else 1)
    if (share * 1_000_000).denominator != 1:
        return Wrong(Text(f"{text} has more than six decimals", f"{text} 超过六位小数"))
    return share


def read_yes_no(cell: Cell) -> bool | Wrong:
    text = plain(cell).lower()
    if text in YES:
        return True
    if text in NO:
        return False
    shown = _shown(plain(cell))
    return Wrong(Text(f"“{shown}” is neither yes nor no", f"“{shown}”既不是“是”也不是“否”"))


def read_kind(cell: Cell, kind: Kind) -> str | Wrong:
    text = plain(cell)
    named = "_".join(text.split())
    for member in kind.members:
        if named == member.name or text == member.label or named == member.label:
            return member.name
    known = "、".join(member.label or member.name for member in kind.members)
    names = ", ".join(member.name for member in kind.members)
    text = _shown(text)
    return Wrong(
        Text(
            f"“{text}” is not a {kind.name.replace('_', ' ')}; known are {names}",
            f"“{text}”不是{kind.label or kind.name}；可用的有：{known}",
        )
    )


def read_duration(cell: Cell) -> Duration | Wrong:
    text = plain(cell)
    found = re.fullmatch(r"([0-9]{1,6})\s*(months?|个月|years?|年|days?|天|日)", text)
    if not found:
        shown = _shown(text)
        return Wrong(Text(f"“{shown}” is not a duration; write it as 3 months", f"“{shown}”不是时长，请写作 3个月"))
    count, unit = int(found[1]), found[2]
    if unit[0] in "y年":
        return Duration(count * 12)
    return Duration(count, "days" if unit[0] in "d天日" else "months")


def _in_range(value: int | Fraction, attribute: Attribute) -> int | Fraction | Wrong:
    low, high = attribute.low, attribute.high
    if (low is not None and value < low) or (high is not None and value > high):
        scale = 100 if attribute.type.base in ("money", "rate") else 1
        shown, least, most = (None if b is None else f"{float(b / scale):.12g}" for b in (value, low, high))
        if least is not None and most is not None:
            return Wrong(Text(f"{shown} is outside the range {least} to {most}", f"{shown} 超出范围 {least} 至 {most}"))
        if least is not None:
            return Wrong(Text(f"{shown} is less than {least}", f"{shown} 小于下限 {least}"))
        return Wrong(Text(f"{shown} is more than {most}", f"{shown} 大于上限 {most}"))
    return value


def read_cell(cell: Raw, attribute: Attribute, kinds: Mapping[str, Kind], unit: int = 1) -> Given | Wrong:
    """The value of a cell that stands for `attribute`. `unit`: see read_money."""
    if cell is NONE:
        return False if attribute.type.base == "yes/no" else NONE
    if isinstance(cell, float) and cell != cell:
        return UNKNOWN
    text = plain(cell)
    if text.lower() in BLANK:
        return UNKNOWN
    if text.lower() in NOTHING:
        own = _own_nothing(text, kinds[attribute.type.name or ""]) if attribute.type.base == "kind" else None
        if own is not None:
            return own
        return False if attribute.type.base == "yes/no" else NONE
    value = read_value(cell, attribute.type, kinds, unit)
    if isinstance(value, (int, Fraction)) and attribute.type.base in ("count", "money", "rate", "share"):
        return _in_range(value, attribute)
    return value


def _own_nothing(text: str, kind: Kind) -> str | Wrong | None:
    """`无`, `none` where a kind has a member of that name or label: the member. Where a member is called `none` and
    goes by another label, `无` may mean it or that there is no value at all, and counts as neither."""
    for member in kind.members:
        if text.lower() == member.name or text == member.label:
            return member.name
    own = next((member for member in kind.members if member.name == "none"), None)
    if own is None:
        return None
    label = own.label or own.name
    return Wrong(
        Text(
            f"“{text}” may mean “{label}” (none) or that this row has no such thing; write “{label}”, or leave the "
            "cell blank where it is not known",
            f"“{text}”可能指“{label}”，也可能指本行没有此项；请填“{label}”，不清楚的请留空",
        )
    )


def read_value(cell: Cell, wanted: Type, kinds: Mapping[str, Kind], unit: int = 1) -> Value | Wrong:
    """The value of type `wanted` that a cell with something in it shows."""
    match wanted.base:
        case "yes/no":
            return read_yes_no(cell)
        case "count":
            return read_count(cell)
        case "money" | "rate":
            return read_money(cell, unit)
        case "share" | "number":
            return read_share(cell)
        case "date":
            return read_date(cell)
        case "month":
            return read_month(cell)
        case "duration":
            return read_duration(cell)
        case "kind":
            return read_kind(cell, kinds[wanted.name or ""])
        case "identity":
            return read_identity(cell)
        case _:
            return plain(cell)


def read_identity(cell: Cell) -> str | Wrong:
    """An identity number of 18 signs with a right check digit; 15 digits are upgraded to 18."""
    found = identity_of(cell)
    return Wrong(found) if isinstance(found, Text) else found
