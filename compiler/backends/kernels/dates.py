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
LAST_ORDINAL = 3_652_059
MARCH_FIRST = 306  # 0000-03-01 is so many days before 0001-01-01
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def month_of(b: Build, day: Any) -> Any:
    return b.builder.ashr(day, I64(SHIFT))


# ---------------------------------------------------------------- a length later
def later(b: Build, day: Number, length: Number, unit: str, may_be_days: bool) -> Number:
    """The day of the month is kept, or the last of a shorter month. Beyond the calendar: its last day."""
    if may_be_days:
        raise NotNative("a length that may be given in months or in days")
    none, doubt = b.either(day.none, length.none), b.either(day.doubt, length.doubt)

    def moved(value: Any, steps: Any, den: Any) -> Any:
        steps = _floored(b, steps, den) if length.den != 1 else steps
        return _days_later(b, value, steps) if unit == "days" else _months_later(b, value, steps)

    parts = (day.data, length.data, length.den)
    if any(isinstance(part, Vector | tuple) for part in parts):
        (data,) = b.scan(list(parts), [], [], lambda month, numbers, _, carried: ([], [moved(*numbers)]), 1)
    else:
        data = moved(*(I64(part) if isinstance(part, int) else part for part in parts))
    return Number(data, DATE_TOP + DAYS, none=none, doubt=doubt)


def _months_later(b: Build, value: Any, steps: Any) -> Any:
    m = b.builder
    of_month = m.and_(value, I64(DAYS - 1))
    month = m.add(month_of(b, value), steps)
    longest = month_length(b, month)
    of_month = m.select(m.icmp_signed(">", of_month, longest), longest, of_month)
    inside = m.and_(m.icmp_signed(">=", month, I64(12)), m.icmp_signed("<=", month, I64(9999 * 12 + 11)))
    return m.select(inside, m.or_(m.shl(month, I64(SHIFT)), of_month), I64(LAST))


def _days_later(b: Build, value: Any, steps: Any) -> Any:
    m = b.builder
    ordinal = m.add(ordinal_of(b, value), steps)
    inside = m.and_(m.icmp_signed(">=", ordinal, I64(1)), m.icmp_signed("<=", ordinal, I64(LAST_ORDINAL)))
    return m.select(inside, day_of(b, m.select(inside, ordinal, I64(1))), I64(LAST))


def ordinal_of(b: Build, value: Any) -> Any:
    """Days since the calendar began (0001-01-01 is 1). Years are counted from March, so that February is their end."""
    m = b.builder
    month, of_month = month_of(b, value), m.and_(value, I64(DAYS - 1))
    march = m.sub(month, I64(2))
    year, at = m.udiv(march, I64(12)), m.urem(march, I64(12))
    before = m.udiv(m.add(m.mul(at, I64(153)), I64(2)), I64(5))  # days of the months from March on
    leaps = m.add(m.sub(m.udiv(year, I64(4)), m.udiv(year, I64(100))), m.udiv(year, I64(400)))
    return m.add(m.add(m.add(m.mul(year, I64(365)), leaps), before), m.sub(of_month, I64(MARCH_FIRST)))


def day_of(b: Build, ordinal: Any) -> Any:
    """The other way: cycles of 400 years are all of one length."""
    m = b.builder
    days = m.add(ordinal, I64(MARCH_FIRST - 1))
    cycle, in_cycle = m.udiv(days, I64(146_097)), m.urem(days, I64(146_097))
    leap_free = m.sub(in_cycle, m.udiv(in_cycle, I64(1460)))
    leap_free = m.sub(m.add(leap_free, m.udiv(in_cycle, I64(36_524))), m.udiv(in_cycle, I64(146_096)))
    year_of_cycle = m.udiv(leap_free, I64(365))
    leaps = m.sub(m.udiv(year_of_cycle, I64(4)), m.udiv(year_of_cycle, I64(100)))
    in_year = m.sub(in_cycle, m.add(m.mul(year_of_cycle, I64(365)), leaps))
    at = m.udiv(m.add(m.mul(in_year, I64(5)), I64(2)), I64(153))
    before = m.udiv(m.add(m.mul(at, I64(153)), I64(2)), I64(5))
    year = m.add(m.mul(cycle, I64(400)), year_of_cycle)
    month = m.add(m.add(m.mul(year, I64(12)), at), I64(2))
    return m.or_(m.shl(month, I64(SHIFT)), m.add(m.sub(in_year, before), I64(1)))


def _floored(b: Build, value: Any, den: Any) -> Any:
    quotient = b.builder.sdiv(value, den)
    back = b.builder.mul(quotient, den)
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
            if op.length is None:
                raise NotNative("in the last, of no length")
            if op.length.unit == "months":
                return b.months_between(at, b.builder.add(at, I64(op.length.count - 1)))
            # until the last settlement date that is fewer days later
            end = _days_later(b, day, I64(op.length.count - 1))
            to = b.builder.sub(month_of(b, end), I64(window.start))
            longest = month_length(b, month_of(b, end))
            full = b.builder.icmp_signed("==", b.builder.and_(end, I64(DAYS - 1)), longest)
            return b.months_between(at, b.chosen(full, to, b.builder.sub(to, I64(1))))
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
