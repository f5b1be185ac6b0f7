"""The operations on single values that may be NONE or unsure: the table of `docs/ir.md`, one function an operation.

An unsure operand stands for every value of its interval (and NONE where it is perhaps NONE): an answer is sure only
when it is the same for all of them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Final, Literal

from compiler.backends.python.timelines import (
    Data,
    Missing,
    Unsure,
    between,
    may_be_none,
    missing_of,
    number,
    unsure,
)
from lang.dates import Duration, add
from lang.types import NONE

Bounds = tuple[Data, Data]  # of an interval; None is open


# ---------------------------------------------------------------- yes and no
def all_hold(values: Iterable[Data]) -> Data:
    """No if any is no, else unsure if any is unsure, else yes. NONE is no."""
    return _decided(values, False)


def any_holds(values: Iterable[Data]) -> Data:
    """Yes if any is yes, else unsure if any is unsure, else no."""
    return _decided(values, True)


def _decided(values: Iterable[Data], decisive: bool) -> Data:
    doubts = []
    for value in values:
        if value.__class__ is Unsure:
            doubts.append(value)
        elif (value is True) is decisive:
            return decisive
    return unsure(*doubts) if doubts else not decisive


def opposite(value: Data) -> Data:
    return value if value.__class__ is Unsure else value is not True


def chosen(condition: Data, then: Data, otherwise: Data) -> Data:
    """`then` where the condition holds, else `otherwise`; where it is unsure, what both have in common."""
    if condition.__class__ is Unsure:
        return hull(then, otherwise, condition.missing)
    return then if condition is True else otherwise


def hull(first: Data, second: Data, missing: Missing) -> Data:
    """One of two values; which one depends on `missing`."""
    if first.__class__ is not Unsure and second.__class__ is not Unsure and first == second:
        return first
    ends = [interval(value) for value in (first, second) if value is not NONE]
    lows, highs = [low for low, _ in ends], [high for _, high in ends]
    low = None if None in lows or not lows else min(lows)
    high = None if None in highs or not highs else max(highs)
    return between(low, high, missing | missing_of((first, second)), may_be_none(first) or may_be_none(second))


def interval(value: Data) -> Bounds:
    """The least and the largest number that it may be; open both sides for what is no number."""
    if value.__class__ is Unsure:
        return value.low, value.high
    value = number(value)
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return value, value
    return None, None


# ---------------------------------------------------------------- comparison
def _below(a: Data, b: Data, strictly: bool) -> bool:
    """Whether bound `a` is surely below `b`; an open bound decides nothing."""
    return a is not None and b is not None and (a < b if strictly else a <= b)


def _ordered(strictly: bool) -> Callable[[Data, Data], Data]:
    """left < right (or ≤, not strictly)."""
    plain = operator.lt if strictly else operator.le

    def compared(left: Data, right: Data) -> Data:
        if left is NONE or right is NONE:
            return False
        if left.__class__ is not Unsure and right.__class__ is not Unsure:
            return plain(number(left), number(right))
        left_low, left_high = interval(left)
        right_low, right_high = interval(right)
        if _below(right_high, left_low, not strictly):
            return False
        if _below(left_high, right_low, strictly) and not (may_be_none(left) or may_be_none(right)):
            return True
        return unsure(left, right)

    return compared


def _equality(same: bool) -> Callable[[Data, Data], Data]:
    def compared(left: Data, right: Data) -> Data:
        if left is NONE or right is NONE:
            return False
        if left.__class__ is not Unsure and right.__class__ is not Unsure:
            return (number(left) == number(right)) is same
        left_low, left_high = interval(left)
        right_low, right_high = interval(right)
        apart = _below(left_high, right_low, True) or _below(right_high, left_low, True)
        if apart and (same or not (may_be_none(left) or may_be_none(right))):
            return not same
        return unsure(left, right)

    return compared


is_less: Final = _ordered(True)
is_at_most: Final = _ordered(False)
is_equal: Final = _equality(True)
is_unequal: Final = _equality(False)


# ---------------------------------------------------------------- arithmetic
def _arithmetic(
    plain: Callable[[Data, Data], Data], bounds: Callable[[Bounds, Bounds], Bounds]
) -> Callable[[Data, Data], Data]:
    """NONE on a side gives NONE; `bounds` gives the interval of the result from those of the operands."""

    def computed(left: Data, right: Data) -> Data:
        if left is NONE or right is NONE:
            return NONE
        if left.__class__ is not Unsure and right.__class__ is not Unsure:
            return plain(number(left), number(right))
        low, high = bounds(interval(left), interval(right))
        perhaps_none = may_be_none(left) or may_be_none(right)
        if plain is _quotient and _around_zero(interval(right)):
            perhaps_none = True
        return between(low, high, missing_of((left, right)), perhaps_none)

    return computed


def _sum(a: Data, b: Data) -> Data:
    return None if a is None or b is None else a + b


def _negative(a: Data) -> Data:
    return None if a is None else -a


def _plus_bounds(a: Bounds, b: Bounds) -> Bounds:
    return _sum(a[0], b[0]), _sum(a[1], b[1])


def _minus_bounds(a: Bounds, b: Bounds) -> Bounds:
    return _sum(a[0], _negative(b[1])), _sum(a[1], _negative(b[0]))


def _times_bounds(a: Bounds, b: Bounds) -> Bounds:
    """The products of the ends. Of open intervals only the lower end of two that are not negative is known."""
    if a == (0, 0) or b == (0, 0):
        return 0, 0
    if None not in a and None not in b:
        products = [x * y for x in a for y in b]
        return min(products), max(products)
    if a[0] is not None and b[0] is not None and a[0] >= 0 and b[0] >= 0:
        return a[0] * b[0], None
    return None, None


def _around_zero(divisor: Bounds) -> bool:
    return not (_below(0, divisor[0], True) or _below(divisor[1], 0, True))


def _divided_bounds(a: Bounds, b: Bounds) -> Bounds:
    if None in a or None in b or _around_zero(b):
        return None, None
    return _times_bounds(a, (Fraction(1) / b[1], Fraction(1) / b[0]))


def _minimum_bounds(a: Bounds, b: Bounds) -> Bounds:
    low = None if a[0] is None or b[0] is None else min(a[0], b[0])
    return low, min((end for end in (a[1], b[1]) if end is not None), default=None)


def _maximum_bounds(a: Bounds, b: Bounds) -> Bounds:
    high = None if a[1] is None or b[1] is None else max(a[1], b[1])
    return max((end for end in (a[0], b[0]) if end is not None), default=None), high


def _quotient(left: Data, right: Data) -> Data:
    """A divisor of 0 stands behind a condition that does not take this branch."""
    return NONE if right == 0 else Fraction(left) / right


added: Final = _arithmetic(operator.add, _plus_bounds)
subtracted: Final = _arithmetic(operator.sub, _minus_bounds)
multiplied: Final = _arithmetic(operator.mul, _times_bounds)
quotient: Final = _arithmetic(_quotient, _divided_bounds)
minimum: Final = _arithmetic(min, _minimum_bounds)
maximum: Final = _arithmetic(max, _maximum_bounds)

Mode = Literal["nearest", "down", "up"]


def round_number(amount: int | Fraction, mode: Mode, unit: int) -> int:
    """To a whole number of `unit`; nearest is half away from zero."""
    if unit == 1 and amount.denominator == 1:
        return amount.numerator
    parts = Fraction(amount) / unit
    if mode == "down":
        whole = floor(parts)
    elif mode == "up":
        whole = ceil(parts)
    else:
        whole = floor(abs(parts) + Fraction(1, 2)) * (-1 if parts < 0 else 1)
    return whole * unit


def rounded(amount: Data, mode: Mode = "nearest", unit: int = 1) -> Data:
    """Rounding keeps the order, so the ends of an interval are rounded."""
    if amount is NONE:
        return NONE
    if amount.__class__ is not Unsure:
        return round_number(number(amount), mode, unit)
    low = None if amount.low is None else round_number(amount.low, mode, unit)
    high = None if amount.high is None else round_number(amount.high, mode, unit)
    return between(low, high, amount.missing, amount.perhaps_none)


# ---------------------------------------------------------------- dates
def moved(day: Data, length: Data, unit: Literal["months", "days"]) -> Data:
    """The date `length` months or days after `day`, from the original date. What would lie behind the year 9999 never
    comes."""
    if day is NONE or length is NONE:
        return NONE
    if day.__class__ is Unsure or length.__class__ is Unsure:
        return Unsure(None, None, missing_of((day, length)), perhaps_none=True)
    try:
        if length.__class__ is Duration:  # a fact given in days is added as days
            return add(day, length)
        return add(day, Duration(floor(number(length)), unit))
    except (OverflowError, ValueError):
        return date.max
