"""The operations that remember, over columns: runs, totals, ever, last month's value.

Each function gives a closure that is called once a month, in order. A register is an array over all rows; `present()`
says how many of them are there in the month, and only those are read and written. Before a row arrives everything of it
is no or absent, so its registers begin empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import define, frozen

from compiler import ir
from compiler.backends.columns.values import Column, Mask, full, scaled
from compiler.recurring import YEAR, times
from lang.dates import Month, month_number
from lang.diagnostics import CompilerBug

Step = Callable[[], Column]
Count = Callable[[], int]


@frozen
class Past:
    """What was before the first step, of the rows that are there in it. `months`: for how many that one stands;
    `settled`: after how many steps the operand is as it always was; `every_year`: it comes back every year, so that the
    twelve steps from then on stand for all years. Without a past nothing was."""

    months: int = 1
    settled: int = 0
    every_year: bool = False


NO_PAST = Past()


@define
class _Clock:
    """Where a register is: how many steps it has made, and how many rows were there in the first."""

    past: Past
    present: Count
    steps: int = -1
    old: int = 0

    def step(self) -> int:
        """Steps since the operand has settled (below 0: not yet)."""
        self.steps += 1
        if self.steps == 0:
            self.old = self.present()
        return self.steps - self.past.settled

    def stands_for(self, settled: int, month: Month) -> int:
        """For how many months this one counts, of the rows that were there in the first."""
        if self.past.months == 1:
            return 1
        if self.past.every_year:
            return times(month, 0) if settled < YEAR else 1
        return self.past.months + self.steps if settled == 0 else 1


def run(size: int, present: Count, read: Step, cap: int | None, now: Callable[[], Month], past: Past = NO_PAST) -> Step:
    register = np.zeros(size, np.int16)
    clock = _Clock(past, present)

    def step() -> Column:
        months, held, settled = register[: present()], read().data, clock.step()
        if settled < 0:
            return Column(months)
        months[: clock.old] += 1 if past.every_year else clock.stands_for(settled, now())
        months[clock.old :] += 1
        np.multiply(months, held, out=months)
        if past.every_year and settled == YEAR - 1:
            old = months[: clock.old]
            old[old == YEAR] = past.months + clock.steps  # no month of the year was a no
        if cap is not None and cap < 32767:
            np.minimum(months, cap, out=months)
        return Column(months)

    return step


def ever(size: int, present: Count, read: Step, past: Past = NO_PAST) -> Step:
    register = np.zeros(size, np.bool_)
    clock = _Clock(past, present)

    def step() -> Column:
        held, new = register[: present()], read().data
        if clock.step() >= 0:
            np.logical_or(held, new, out=held)
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
    past: Past = NO_PAST,
    endless: Callable[[], Exception] = lambda: CompilerBug("a sum without a beginning"),
) -> Step:
    """`months`: of a yes/no, whose months are counted; else of a number, held over `den`. `endless` makes what is
    raised where a number was added up since ever: what was given for all time is not told from what was drawn."""
    dtype = np.int32 if months else np.int64
    window = op.months or 1
    clock = _Clock(past if op.window == "so far" else NO_PAST, present)
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
        n, new, settled = present(), addend(), clock.step()
        if settled < 0:
            return Column(sums[:n], False, den)
        often = clock.stands_for(settled, now())
        if often > 1:
            new = np.array(full(new, n), dtype)
            if not months and new[: clock.old].any():
                raise endless()
            new[: clock.old] *= often
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
