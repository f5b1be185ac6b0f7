"""Numbers, dates and quantities: from their text to values, with the faults that they can have."""

from __future__ import annotations

import re
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
        return None, Diagnostic("HC125", span, Text(f"there is no {text}", f"没有“{text}”这个日期"))


def read_quantity(digits: str, unit: str | None, span: Span) -> tuple[str, Any, Diagnostic | None]:
    """(token type, value, fault) of a number with its unit. A length is (count, `days` or `months`, as written)."""
    plain = digits.replace("_", "")
    whole, _, fraction = plain.partition(".")
    if len(whole.lstrip("0")) > _MOST_DIGITS or len(fraction) > _MOST_DIGITS:
        message = Text(f"the number has more than {_MOST_DIGITS} digits", f"数字超过 {_MOST_DIGITS} 位")
        return "NUMBER", Decimal(0), Diagnostic("HC124", span, message)
    number = Decimal(plain)
    if unit is None:
        return "NUMBER", number, None
    if unit == "%":
        return "PERCENT", number, None
    kind, factor, written = UNITS[unit]
    value = number * factor
    if kind == "MONEY" and value * 100 % 1:
        return kind, value, _fault(span, "an amount has two decimals at most (fen)", "金额最多两位小数，精确到分")
    if kind == "LENGTH":
        if value % 1 or value > 12_000 * (30 if written == "days" else 1):
            return (
                kind,
                (1, "months", "months"),
                _fault(
                    span,
                    "a length of time is a whole number of months or days, up to 1000 years",
                    "时长须为整月数或整天数，且不超过 1000 年",
                ),
            )
        return kind, (int(value), "days" if written == "days" else "months", written), None
    if kind == "CLAIM_COUNT" and value % 1:
        return kind, 0, _fault(span, "a number of claims is whole", "笔数须为整数")
    return kind, int(value) if kind == "CLAIM_COUNT" else value, None


def _fault(span: Span, en: str, zh: str) -> Diagnostic:
    return Diagnostic("HC124", span, Text(en, zh))
