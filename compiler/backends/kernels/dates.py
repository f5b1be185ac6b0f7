"""Dates inside a row: month × 32 + day, so that their order is that of numbers and their month a shift away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler import ir
from compiler.backends.kernels.build import I64, Build
from compiler.backends.kernels.facts import DATE_TOP, DAYS, Window
from compiler.backends.kernels.values import Flag, NotNative, Number, Vector, YesNo
from lang.dates import Month, year_of

if TYPE_CHECKING:
    from compiler.backends.kernels.streams import Streams

SHIFT = 5
LAST = (9999 * 12 + 11) * DAYS + 31
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def month_of(b: Build, day: Any) -> Any:
    return b.builder.ashr(day, I64(SHIFT))


# ---------------------------------------------------------------- a length later
def later(b: Build, day: Number, length: Number, unit: str, may_be_days: bool) -> Number:
    """The day of the month is kept, or the last of a shorter month. Beyond the calendar: its last day."""
    if may_be_days or unit == "days":
        raise NotNative("a date so many days later")
    if isinstance(day.data, Vector | tuple) or isinstance(length.data, Vector | tuple):
        raise NotNative("a date that changes by the month, and a length later")
    if not isinstance(length.den, int):
        raise NotNative("a length over a changing denominator")
    none, doubt = b.either(day.none, length.none), b.either(day.doubt, length.doubt)
    steps = length.data
    if isinstance(steps, int):
        steps = I64(steps // length.den)
    elif length.den != 1:
        steps = _floored(b, steps, length.den)
    value = I64(day.data) if isinstance(day.data, int) else day.data
    of_month = b.builder.and_(value, I64(DAYS - 1))
    month = b.builder.add(month_of(b, value), steps)
    longest = month_length(b, month)
    of_month = b.chosen(b.builder.icmp_signed(">", of_month, longest), longest, of_month)
    moved = b.builder.or_(b.builder.shl(month, I64(SHIFT)), of_month)
    moved = b.chosen(b.builder.icmp_signed(">", month, I64(9999 * 12 + 11)), I64(LAST), moved)
    moved = b.chosen(b.builder.icmp_signed("<", month, I64(12)), I64(LAST), moved)  # before the calendar: as the interpreter
    return Number(moved, DATE_TOP + DAYS, none=none, doubt=doubt)


def _floored(b: Build, value: Any, den: int) -> Any:
    quotient = b.builder.sdiv(value, I64(den))
    back = b.builder.mul(quotient, I64(den))
    return b.chosen(b.builder.icmp_signed(">", back, value), b.builder.sub(quotient, I64(1)), quotient)


def month_length(b: Build, month: Any) -> Any:
    """Days of a month (a number of year × 12 + month − 1)."""
    safe = b.chosen(b.builder.icmp_signed("<", month, I64(0)), I64(0), month)
    number = b.builder.urem(safe, I64(12))
    year = b.builder.udiv(safe, I64(12))
    length = b.loaded(b.table(LENGTHS), number, 64)
    fourth = b.builder.icmp_unsigned("==", b.builder.and_(year, I64(3)), I64(0))
    century = b.builder.icmp_unsigned("==", b.builder.urem(year, I64(100)), I64(0))
    fourth_century = b.builder.icmp_unsigned("==", b.builder.urem(year, I64(400)), I64(0))
    leap = b.builder.and_(fourth, b.builder.or_(b.builder.not_(century), fourth_century))
    leap = b.builder.and_(leap, b.builder.icmp_unsigned("==", number, I64(1)))
    return b.builder.add(length, b.builder.zext(leap, I64))


# ---------------------------------------------------------------- periods
def in_period(b: Build, op: ir.InPeriod, day: Number, window: Window) -> YesNo:
    """In the period, and not after the settlement date."""
    if isinstance(day.data, Vector | tuple):
        held: Flag = _each_month(b, op, day, window)
    else:
        held = _of_steady(b, op, I64(day.data) if isinstance(day.data, int) else day.data, window)
    held = b.without(b.without(held, day.none), day.doubt)
    if day.doubt is False:
        return YesNo(held, held)
    return YesNo(held, b.either(held, b.without(day.doubt, day.none)))


def _of_steady(b: Build, op: ir.InPeriod, day: Any, window: Window) -> Flag:
    """A day is in the period from some month of the window to another."""
    month = month_of(b, day)
    at = b.builder.sub(month, I64(window.start))
    match op.period:
        case "this month":
            return b.months_between(at, at)
        case "this year":
            left = b.builder.sub(I64(11), b.builder.urem(month, I64(12)))
            return b.months_between(at, b.builder.add(at, left))
        case "last year":
            january = b.builder.sub(at, b.builder.urem(month, I64(12)))
            return b.months_between(b.builder.add(january, I64(12)), b.builder.add(january, I64(23)))
        case "last":
            if op.length is None or op.length.unit != "months":
                raise NotNative("in the last so many days")
            return b.months_between(at, b.builder.add(at, I64(op.length.count - 1)))
        case "year":
            same = b.builder.icmp_signed("==", b.builder.udiv(month, I64(12)), I64(op.value or 1))
            return b.both(b.months_from(b.clamped(at, 0, b.months)), same)
        case "month":
            same = b.builder.icmp_signed("==", month, I64(op.value or 12))
            return b.both(b.months_from(b.clamped(at, 0, b.months)), same)
        case "month number":
            same = b.builder.icmp_signed("==", b.builder.urem(month, I64(12)), I64((op.value or 1) - 1))
            return b.both(b.months_from(b.clamped(at, 0, b.months)), same)


def _bounds(op: ir.InPeriod, now: Month) -> tuple[int, int]:
    """First and last month of the period as seen from a month."""
    year = year_of(now) * 12
    match op.period:
        case "this month":
            return now, now
        case "this year":
            return year, now
        case "last year":
            return year - 12, year - 1
        case "last":
            if op.length is None or op.length.unit != "months":
                raise NotNative("in the last so many days")
            return now + 1 - op.length.count, now
        case "year":
            return (op.value or 1) * 12, min((op.value or 1) * 12 + 11, now)
        case "month":
            return op.value or 12, min(op.value or 12, now)
        case "month number":
            return 0, now


def _each_month(b: Build, op: ir.InPeriod, day: Number, window: Window) -> Flag:
    if op.period == "month number":
        raise NotNative("the month number of a date that changes by the month")
    bounds = [_bounds(op, window.start + i) for i in range(b.months)]
    lows = tuple(low * DAYS for low, _ in bounds)
    highs = tuple(high * DAYS + 31 for _, high in bounds)

    def lanes(numbers: list[Any], _: list[Any]) -> list[Any]:
        value, low, high = numbers
        return [b.builder.and_(b.builder.icmp_signed(">=", value, low), b.builder.icmp_signed("<=", value, high))]

    (held,) = b.lanes([day.data, lows, highs], [], lanes)
    return held


# ---------------------------------------------------------------- against the settlement date
def settled_by(streams: Streams, operator: str, left: ir.Id, right: ir.Id) -> YesNo | None:
    """`D ≤ settlement date` for a day that does not change: from its month on."""
    b, window = streams.build, streams.window
    ops = streams.program.streams
    if isinstance(ops[left].op, ir.Settlement):
        left, right = right, left
        operator = {"<": ">", "≤": "≥", ">": "<", "≥": "≤"}.get(operator, operator)
    if not isinstance(ops[right].op, ir.Settlement) or operator not in ("≤", ">"):
        return None
    day = streams.number(left)
    if isinstance(day.data, int | tuple | Vector):
        return None
    at = b.builder.sub(month_of(b, day.data), I64(window.start))
    come: Flag = b.months_from(b.clamped(at, 0, b.months))
    if operator == ">":
        come = b.negated(come)
    come = b.without(b.without(come, day.none), day.doubt)
    if day.doubt is False:
        return YesNo(come, come)
    return YesNo(come, b.either(come, b.without(day.doubt, day.none)))
