"""Dates as ordinals in columns: lengths added to them, and the periods in which they may lie."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from compiler import ir
from compiler.backends.columns.values import Column, Data, either_mask, wide
from lang.dates import Month, add_months, first_day, last_day, year_of
from lang.diagnostics import CompilerBug

LAST_DAY = 3652059  # the ordinal of 9999-12-31
_EPOCH = 719163  # the ordinal of 1970-01-01


def later(day: Column, length: Column, unit: str) -> Column:
    """`day` plus whole months (the day of the month kept, or the last of a shorter month) or days."""
    none = either_mask(day.none, length.none)
    steps = wide(length.data) // length.den
    days = np.asarray(day.data, np.int64)
    if unit == "days":
        result = days + steps
    else:
        start = (days - _EPOCH).astype("datetime64[D]")
        months = start.astype("datetime64[M]")
        inside = start - months.astype("datetime64[D]")
        target = months + np.asarray(steps).astype("timedelta64[M]")
        last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
        moved = np.minimum(target.astype("datetime64[D]") + inside, last)
        result = moved.astype(np.int64) + _EPOCH
    result = np.clip(result, 1, LAST_DAY)
    return Column(result.astype(np.int32) if result.ndim else int(result), none)


def month_numbers(day: Data) -> Any:
    """1 to 12."""
    months = (np.asarray(day, np.int64) - _EPOCH).astype("datetime64[D]").astype("datetime64[M]")
    return months.astype(np.int64) % 12 + 1


def period(op: ir.InPeriod, month: Month) -> tuple[int | None, int]:
    """First and last day (ordinals) of the period, no later than the settlement date. No first day: since ever."""
    settlement = last_day(month)
    year = year_of(month)
    low: date | None = None
    high = settlement
    match op.period:
        case "this month":
            low = first_day(month)
        case "this year":
            low = date(year, 1, 1)
        case "last year":
            low, high = date(year - 1, 1, 1), date(year - 1, 12, 31)
        case "last":
            length = op.length
            if length is None:
                raise CompilerBug("`in last` without a length")
            if length.unit == "months":
                low = add_months(first_day(month), 1 - length.count)
            else:
                low = settlement - timedelta(days=length.count - 1)
        case "year":
            low, high = date(op.value or 1, 1, 1), min(date(op.value or 1, 12, 31), settlement)
        case "month":
            low, high = first_day(op.value or 12), min(last_day(op.value or 12), settlement)
        case "month number":
            pass
    return (None if low is None else low.toordinal()), high.toordinal()
