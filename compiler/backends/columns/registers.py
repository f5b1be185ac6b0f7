"""The operations that remember, over columns: runs, totals, ever, last month's value.

Each function gives a closure that is called once a month, in order. A register is an array over all rows; `present()`
says how many of them are there in the month, and only those are read and written. Before a row arrives everything of it
is no or absent, so its registers begin empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from compiler import ir
from compiler.backends.columns.values import Column, Mask, full, scaled
from lang.dates import Month, month_number
from lang.diagnostics import CompilerBug

Step = Callable[[], Column]
Count = Callable[[], int]


def run(size: int, present: Count, read: Step, cap: int | None, past: int = 1) -> Step:
    """`past`: how many months the first one stands for."""
    register = np.zeros(size, np.int16)
    length = past

    def step() -> Column:
        nonlocal length
        months = register[: present()]
        months += length
        length = 1
        np.multiply(months, read().data, out=months)
        if cap is not None and cap < 32767:
            np.minimum(months, cap, out=months)
        return Column(months)

    return step


def ever(size: int, present: Count, read: Step) -> Step:
    register = np.zeros(size, np.bool_)

    def step() -> Column:
        held = register[: present()]
        np.logical_or(held, read().data, out=held)
        return Column(held)

    return step


def total(
    op: ir.Total,
    size: int,
    present: Count,
    read: Step,
    months: bool,
    den: int,
    now: Callable[[], Month],
    past: int = 1,
) -> Step:
    """`months`: of a yes/no, whose months are counted; else of a number, held over `den`. `past`: how many months the
    first one stands for (a number begins with the first month for which it was given)."""
    length = past if months and op.window == "so far" else 1
    dtype = np.int32 if months else np.int64
    window = op.months or 1
    sums: Any = np.zeros(size, dtype)
    last_year: Any = np.zeros(size if op.window == "last year" else 0, dtype)
    ring: Any = np.zeros((window if op.window == "last months" else 0, size), dtype)

    def addend() -> Any:
        column = read()
        if not isinstance(column.den, int):
            raise CompilerBug("a total of numbers whose denominators vary")
        data: Any = column.data if months else scaled(column, den // column.den)
        return data if column.none is False else np.where(column.none, 0, data)

    def step() -> Column:
        nonlocal length
        n, new = present(), addend()
        if length > 1:
            new, length = new * np.int32(length), 1
        if op.window in ("this year", "last year") and month_number(now()) == 1:
            if op.window == "last year":
                last_year[:] = sums
            sums[:] = 0
        sums[:n] += new
        if op.window == "last year":
            return Column(last_year[:n], False, den)
        if op.window == "last months":
            slot = ring[now() % window]
            sums[:n] -= slot[:n]
            slot[:n] = new
        return Column(sums[:n], False, den)

    return step


def previous(present: Count, read: Step, yes_no: bool) -> Step:
    kept: list[tuple[int, Column]] = []

    def step() -> Column:
        column = read()
        copy = Column(_copy(column.data), _copy(column.none), _copy(column.den))
        if not kept:
            kept.append((present(), copy))
            return Column(False) if yes_no else Column(0, True)
        (n, last), kept[0] = kept[0], (present(), copy)
        return _lengthened(last, n, present(), yes_no)

    return step


def _copy(data: Any) -> Any:
    return data.copy() if isinstance(data, np.ndarray) else data


def _lengthened(column: Column, n: int, length: int, yes_no: bool) -> Column:
    """Last month's column for the rows of this month: who was not there has none."""
    if length == n:
        return column
    none: Mask = False
    if not yes_no:
        none = np.ones(length, np.bool_)
        none[:n] = column.none
    data = full(column.data, n)
    longer = np.zeros(length, data.dtype)
    longer[:n] = data
    den = column.den
    if isinstance(den, np.ndarray):
        den = np.concatenate([den, np.ones(length - n, np.int64)])
    return Column(longer, none, den)
