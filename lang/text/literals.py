"""Numbers, dates and quantities: from their text to values, with the faults that they can have."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Any

from lang.dates import month
from lang.diagnostics import Diagnostic, Text
from lang.source import Span
from lang.text.keywords import UNITS

_DIGITS = re.compile(r"[0-9]+")
_MOST_DIGITS = 15


def read_day(kind: str, text: str, span: Span) -> tuple[Any, Diagnostic | None]:
    """The value of a DATE, MONTH, MONTH_DAY, MONTH_NUMBER or YEAR token."""
    parts = [int(p) for p in _DIGITS.findall(text)]
    try:
        if kind == "DATE":
            return date(*parts), None
        if kind == "MONTH":
            date(parts[0], parts[1], 1)
            return month(parts[0], parts[1]), None
        if kind == "MONTH_DAY":
            date(2000, parts[0], parts[1])
            return (parts[0], parts[1]), None
        if kind == "MONTH_NUMBER":
            date(2000, parts[0], 1)
            return parts[0], None
        date(parts[0], 1, 1)
        return parts[0], None
    except ValueError:
        return None, Diagnostic("HC125", span, Text(f"there is no {text}", f"没有“{text}”这个日期"), _days(kind, parts))


def _days(kind: str, parts: list[int]) -> Text:
    """What months or days there are."""
    year, month_ = (2000, parts[0]) if kind == "MONTH_DAY" else (parts[0], parts[1] if len(parts) > 1 else 0)
    if kind in ("DATE", "MONTH_DAY") and 1 <= month_ <= 12 and 1 <= year <= 9999:
        days = monthrange(year, month_)[1]
        return Text(f"the month ends on day {days}", f"该月最后一天是 {days} 日")
    if kind == "YEAR":
        return Text("years are 1 to 9999", "年份为 1 至 9999")
    return Text("months are 1 to 12", "月份为 1 至 12")


def read_quantity(digits: str, unit: str | None, span: Span) -> tuple[str, Any, Diagnostic | None]:
    """(token type, value, fault) of a number with its unit. A length is (count, `days` or `months`, as written)."""
    plain = digits.replace("_", "")
    whole, _, fraction = plain.partition(".")
    if len(whole.lstrip("0")) > _MOST_DIGITS or len(fraction) > _MOST_DIGITS:
        message = Text(f"the number has more than {_MOST_DIGITS} digits", f"数字超过 {_MOST_DIGITS} 位")
        mend = Text("large amounts may be written in 万元 or 亿元", "大额可用万元、亿元为单位")
        return "NUMBER", Decimal(0), Diagnostic("HC124", span, message, mend)
    number = Decimal(plain)
    if unit is None:
        return "NUMBER", number, None
    if unit == "%":
        return "PERCENT", number, None
    kind, factor, written = UNITS[unit]
    value = number * factor
    if kind == "MONEY" and value * 100 % 1:
        fen = max(round(value, 2), Decimal("0.01"))
        mend = Text(f"round it, for example to {fen} yuan", f"请舍入到分，如 {fen}元")
        return kind, value, _fault(span, "an amount has two decimals at most (fen)", "金额最多两位小数，精确到分", mend)
    if kind == "LENGTH":
        if value % 1 or value > 12_000 * (30 if written == "days" else 1):
            return (
                kind,
                (1, "months", "months"),
                _fault(
                    span,
                    "a length of time is a whole number of months or days, up to 1000 years",
                    "时长须为整月数或整天数，且不超过 1000 年",
                    Text("write whole months, for example 30 months for 2.5 years", "请写整月数，如两年半写作 30个月"),
                ),
            )
        return kind, (int(value), "days" if written == "days" else "months", written), None
    if kind == "CLAIM_COUNT" and value % 1:
        return kind, 0, _fault(span, "a number of claims is whole", "笔数须为整数")
    return kind, int(value) if kind == "CLAIM_COUNT" else value, None


def _fault(span: Span, en: str, zh: str, mend: Text | None = None) -> Diagnostic:
    return Diagnostic("HC124", span, Text(en, zh), mend)
