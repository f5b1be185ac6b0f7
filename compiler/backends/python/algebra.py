"""The operations of the language on timelines, as the generated evaluators call them.

Operands are timelines or plain values (the same in every month); the answer is a timeline. What an operation does in
one month stands in `scalars.py`.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from typing import Literal

from compiler.backends.python import scalars
from compiler.backends.python.timelines import (
    NO,
    YES,
    Data,
    Timeline,
    Unsure,
    each,
    steps,
    timeline,
    unsure,
)
from lang.dates import Duration, Month, month_of
from lang.types import NONE

NEVER_ENDS: Month = 10**9


# ---------------------------------------------------------------- yes and no
def both(*conditions: Data) -> Timeline:
    """No if any is no, else unsure if any is unsure, else yes. Any number of conditions."""
    return _junction(conditions, False)


def either(*conditions: Data) -> Timeline:
    """Yes if any is yes, else unsure if any is unsure, else no."""
    return _junction(conditions, True)


def _junction(conditions: tuple[Data, ...], decisive: bool) -> Timeline:
    """What is the same in all months is decided before the months are gone through."""
    open_: list[Timeline] = []
    for condition in conditions:
        line = timeline(condition)
        if len(line.starts) > 1 or line.values[0].__class__ is Unsure:
            open_.append(line)
        elif (line.values[0] is True) is decisive:
            return YES if decisive else NO
    if not open_:
        return NO if decisive else YES
    join = scalars.any_holds if decisive else scalars.all_hold
    return each(lambda *values: join(values), *open_)


def not_so(condition: Data) -> Timeline:
    return each(scalars.opposite, condition)


def choose(condition: Data, then: Data, otherwise: Data) -> Timeline:
    """`then` where the condition holds, else `otherwise`; where it is unsure, what both have in common."""
    return each(scalars.chosen, condition, then, otherwise)


def cases(*rows: tuple[Data, Data], otherwise: Data) -> Timeline:
    """The value of the first row whose condition holds."""
    answer = timeline(otherwise)
    for condition, value in reversed(rows):
        answer = choose(condition, value, answer)
    return answer


def one_of(value: Data, *members: str) -> Timeline:
    return each(lambda found: unsure(found) if found.__class__ is Unsure else found in members, value)


def known(value: Data) -> Timeline:
    return each(lambda found: found is not NONE and found.__class__ is not Unsure, value)


# ---------------------------------------------------------------- numbers
def equal(left: Data, right: Data) -> Timeline:
    return each(scalars.is_equal, left, right)


def unequal(left: Data, right: Data) -> Timeline:
    return each(scalars.is_unequal, left, right)


def less(left: Data, right: Data) -> Timeline:
    return each(scalars.is_less, left, right)


def at_most(left: Data, right: Data) -> Timeline:
    return each(scalars.is_at_most, left, right)


def more(left: Data, right: Data) -> Timeline:
    return each(scalars.is_less, right, left)


def at_least(left: Data, right: Data) -> Timeline:
    return each(scalars.is_at_most, right, left)


def plus(*operands: Data) -> Timeline:
    return each(lambda *values: reduce(scalars.added, values), *operands)


def minus(left: Data, right: Data) -> Timeline:
    return each(scalars.subtracted, left, right)


def times(*operands: Data) -> Timeline:
    return each(lambda *values: reduce(scalars.multiplied, values), *operands)


def divided(left: Data, right: Data) -> Timeline:
    return each(scalars.quotient, left, right)


def lower_of(*operands: Data) -> Timeline:
    return each(lambda *values: reduce(scalars.minimum, values), *operands)


def higher_of(*operands: Data) -> Timeline:
    return each(lambda *values: reduce(scalars.maximum, values), *operands)


# ---------------------------------------------------------------- dates
def later(day: Data, length: Data, unit: Literal["months", "days"]) -> Timeline:
    """The date `length` months or days after `day`, from the original date."""
    return each(lambda start, count: scalars.moved(start, count, unit), day, length)


def in_period(day: Data, period: str, value: int | Duration | None = None) -> Timeline:
    """Whether `day` lies in the period, counted from the settlement date, and is not after the settlement date.

    `value` is the year, month or number of a month that a period names, or the length of "last".
    """
    pairs: list[tuple[Month, Data]] = []
    for start, stop, found in timeline(day).pieces(NEVER_ENDS):
        if found is NONE:
            pairs.append((start, False))
        elif found.__class__ is Unsure:
            pairs.append((start, unsure(found)))
        else:
            first, last = _months_of(found, period, value)
            pairs.append((start, first <= start < last))
            pairs.extend((month, month == first) for month in (first, last) if start < month < stop and first < last)
    return steps(pairs)


def _months_of(day: date, period: str, value: int | Duration | None) -> tuple[Month, Month]:
    """The months (from, to before) at whose ends `day` lies in the period."""
    month = month_of(day)
    match period, value:
        case "this month", _:
            return month, month + 1
        case "this year", _:
            return month, (day.year + 1) * 12
        case "last year", _:
            return (day.year + 1) * 12, (day.year + 2) * 12
        case "last", Duration(count, "months"):
            return month, month + count
        case "last", Duration(count, "days"):
            return month, month_of(day + timedelta(days=count))
        case "year", _:
            named = day.year == value
        case "month", _:
            named = month == value
        case "month number", _:
            named = day.month == value
        case _:
            raise ValueError((period, value))
    return (month, NEVER_ENDS) if named else (month, month)
