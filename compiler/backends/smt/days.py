"""Dates as terms: a month of the calendar and a day in it, so that what is asked of whole months needs no days.

The dates of facts are those of the years 1901 to 2099, in which every fourth year is a leap year.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

import z3
from attrs import define, field

from compiler import ir
from compiler.backends.smt.amounts import NotEncoded, Operator, Whole
from compiler.backends.smt.logic import Bit, both, either, no, some
from lang.dates import Duration, Month, add_months, first_day, last_day, month, month_of, year_of
from lang.diagnostics import Text

FIRST, LAST = month(1901, 1), month(2099, 12)
RECENT, SOON = month(2010, 1), month(2029, 12)  # dates of examples, if it can be

Convention = Literal["last day", "next month"]


@define(eq=False)
class Day:
    """`month`, and the day in it (made when it is asked for: most questions are about months). `shift` days later."""

    month: Whole
    _day: Callable[[], Whole]
    shift: int = 0
    _made: Whole | None = field(default=None, init=False)

    @property
    def day(self) -> Whole:
        if self._made is None:
            self._made = self._day()
        return self._made

    def moved(self, days: int) -> Day:
        return Day(self.month, lambda: self.day, self.shift + days)


def of_date(day: date) -> Day:
    return Day(month_of(day), lambda: day.day)


def fixed(day: Day) -> date | None:
    """The date, where it is known."""
    if isinstance(day.month, int) and isinstance(day.day, int):
        return first_day(day.month) + timedelta(days=day.day - 1 + day.shift)
    return None


def variable(name: str, ctx: z3.Context) -> tuple[Day, list[z3.BoolRef]]:
    """A date of which nothing is known, and what makes it one of the calendar."""
    at, day = z3.Int(f"{name}.month", ctx), z3.Int(f"{name}.day", ctx)
    rules = [at >= FIRST, at <= LAST, day >= 1, day <= 31]
    return Day(at, lambda: day), [*rules, day <= _length(at)]


def _length(at: Whole) -> Whole:
    """Days of the month `at`."""
    if isinstance(at, int):
        return last_day(at).day
    number, leap = at % 12, (at / 12) % 4 == 0
    february = z3.If(leap, 29, 28)
    short = z3.Or(number == 3, number == 5, number == 8, number == 10)
    return z3.If(number == 1, february, z3.If(short, 30, 31))


def later(day: Day, months: Whole, convention: Convention = "last day") -> Day:
    """`months` later, from the original date: the same day, or the last of a shorter month (by the other convention
    the next month's first days)."""
    if day.shift:
        day = _settled(day)
    known = fixed(day)
    if known is not None and isinstance(months, int) and convention == "last day":
        return of_date(add_months(known, months))
    target = day.month + months
    length = _length(target)
    over = day.day > length
    if convention == "next month":
        return Day(_if(over, target + 1, target), lambda: _if(over, day.day - length, day.day))
    return Day(target, lambda: _if(over, length, day.day))


def _settled(day: Day) -> Day:
    known = fixed(day)
    if known is None:
        raise NotEncoded(Text("months added to a date that days were added to", "日期先加天数再加月数"))
    return of_date(known)


def _if(condition: bool | z3.BoolRef, then: Whole, otherwise: Whole) -> Whole:
    if isinstance(condition, bool):
        return then if condition else otherwise
    return z3.If(condition, then, otherwise)


def select(condition: Bit, then: Day, otherwise: Day) -> Day:
    if isinstance(condition, bool):
        return then if condition else otherwise
    if then.shift != otherwise.shift:
        then, otherwise = (day if not day.shift else _settled(day) for day in (then, otherwise))
    month_ = _if(condition, then.month, otherwise.month)
    return Day(month_, lambda: _if(condition, then.day, otherwise.day), then.shift)


# ---------------------------------------------------------------- comparing
def compare(operator: Operator, a: Day, b: Day) -> Bit:
    match operator:
        case "≤":
            return _at_most(a, b)
        case "≥":
            return _at_most(b, a)
        case "<":
            return no(_at_most(b, a))
        case ">":
            return no(_at_most(a, b))
        case "=":
            return both(_at_most(a, b), _at_most(b, a))
        case "≠":
            return no(compare("=", a, b))


def _at_most(a: Day, b: Day) -> Bit:
    """a ≤ b. Days that a fixed date is moved by are moved to the other side."""
    left, right = fixed(a), fixed(b)
    if left is not None and right is not None:
        return left <= right
    if right is not None:
        return _until(a, right - timedelta(days=a.shift))
    if left is not None:
        return no(_until(b, left - timedelta(days=b.shift + 1)))
    if a.shift or b.shift:
        return _bit(_ordinal(a) <= _ordinal(b))
    return some((_bit(a.month < b.month), both(_bit(a.month == b.month), _bit(a.day <= b.day))))


def _until(day: Day, last: date) -> Bit:
    """Not after a date that is known. (The shift is in the date.)"""
    at = month_of(last)
    if last == last_day(at):
        return _bit(day.month <= at)
    return either(_bit(day.month < at), both(_bit(day.month == at), _bit(day.day <= last.day)))


def _ordinal(day: Day) -> Whole:
    """A number of days; exact from 1901 to 2099."""
    known = fixed(day)
    if known is not None:
        return known.toordinal()
    at = day.month
    year, number = at / 12, at % 12
    before: Whole = 0
    for place, days in enumerate((0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)):
        before = z3.If(number == place, days, before)
    leap = z3.If(z3.And(year % 4 == 0, number >= 2), 1, 0)
    years = year - 1901
    return date(1901, 1, 1).toordinal() + 365 * years + years / 4 + before + leap + (day.day - 1) + day.shift


def in_period(op: ir.InPeriod, day: Day, now: Month) -> Bit:
    """In the period, and not after the settlement date of `now`."""
    settled = _at_most(day, of_date(last_day(now)))
    return both(settled, _within(op, day, now))


def _within(op: ir.InPeriod, day: Day, now: Month) -> Bit:
    january = month(year_of(now), 1)
    match op.period:
        case "this month":
            return _from(day, first_day(now))
        case "this year":
            return _from(day, first_day(january))
        case "last year":
            return both(_from(day, first_day(january - 12)), no(_from(day, first_day(january))))
        case "last":
            length = op.length or Duration(1)
            if length.unit == "months":
                return _from(day, add_months(first_day(now), 1 - length.count))
            return _from(day, last_day(now) - timedelta(days=length.count - 1))
        case "year":
            start = month(op.value or 1, 1)
            return both(_from(day, first_day(start)), no(_from(day, first_day(start + 12))))
        case "month":
            start = op.value or 0
            return both(_from(day, first_day(start)), no(_from(day, first_day(start + 1))))
        case "month number":
            known = fixed(day)
            if known is not None:
                return known.month == op.value
            moved = day if not day.shift else _settled(day)
            return _bit(moved.month % 12 == (op.value or 1) - 1)


def _from(day: Day, first: date) -> Bit:
    return no(_at_most(day, of_date(first - timedelta(days=1))))


def _bit(answer: bool | z3.BoolRef) -> Bit:
    return answer
