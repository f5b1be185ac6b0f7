"""Months, dates and durations, exactly as design decisions say.

A month is an int: year * 12 + month - 1 (2021-01 is 24252). Adding months or years to a date keeps the day of the
month, or takes the last day of a shorter month, always from the original date.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Literal

from attrs import frozen

Month = int
Unit = Literal["months", "days"]


@frozen
class Duration:
    """A length of time: whole months (years are 12 of them) or whole days."""

    count: int
    unit: Unit = "months"

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count != 1 else self.unit[:-1]}"


def month_of(day: date) -> Month:
    return day.year * 12 + day.month - 1


def month(year: int, number: int) -> Month:
    """The month `number` (1 to 12) of `year`."""
    return year * 12 + number - 1


def year_of(m: Month) -> int:
    return m // 12


def month_number(m: Month) -> int:
    """1 to 12."""
    return m % 12 + 1


def month_text(m: Month) -> str:
    """`2021-05`."""
    return f"{m // 12:04d}-{m % 12 + 1:02d}"


def parse_month(text: str) -> Month:
    """`2021-05` to a month; ValueError for anything else."""
    if len(text) != 7 or text[4] != "-" or not (text[:4] + text[5:]).isascii() or not (text[:4] + text[5:]).isdigit():
        raise ValueError(text)
    number = int(text[5:])
    if not 1 <= number <= 12 or text[:4] == "0000":
        raise ValueError(text)
    return month(int(text[:4]), number)


def first_day(m: Month) -> date:
    return date(m // 12, m % 12 + 1, 1)


def last_day(m: Month) -> date:
    """The settlement date of a month."""
    return date(m // 12, m % 12 + 1, calendar.monthrange(m // 12, m % 12 + 1)[1])


def add_months(day: date, months: int) -> date:
    m = month_of(day) + months
    return date(m // 12, m % 12 + 1, min(day.day, calendar.monthrange(m // 12, m % 12 + 1)[1]))


def add(day: date, length: Duration) -> date:
    """The date `length` after `day`."""
    if length.unit == "months":
        return add_months(day, length.count)
    return day + timedelta(days=length.count)
