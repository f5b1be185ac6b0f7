"""The operations that remember: runs, totals, ever. Each is a state, begun in the first month and stepped once a month.

What comes in is the operand's value in the month; what is read is the register's value then. Before the first month the
operand is taken to have had its first value for ever (docs/ir.md): since the calendar's first month, 0001-01, so that
the answer is the same whichever month is the first. Where the operand comes back every year (`recurring`), a register
begins with its values of the first twelve months, the first month's first, which are taken to have been those of every
year.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from compiler import ir
from compiler.interpreter.values import (
    Maybe,
    Names,
    Unsure,
    add,
    any_of,
    arithmetic,
    between,
    hull,
    missing,
    none_as_zero,
    yes_no,
)
from compiler.recurring import YEAR, times
from lang.dates import Month, month, month_number

NO_CAP = 120_000  # months: longer than the calendar


def for_ever(start: Month) -> int:
    """Months from the calendar's first one to `start`, both included."""
    return start - month(1, 1) + 1


# ---------------------------------------------------------------- run
@frozen
class RunState:
    """`least`: the run if every unsure month was no; `most`: if every one was yes. `doubts`: the unsure months."""

    least: int
    most: int
    doubts: tuple[tuple[Month, Names], ...]


def begin_run(cap: int, value: Maybe, start: Month) -> RunState:
    holds, longest = yes_no(value), min(cap, for_ever(start))
    if isinstance(holds, Unsure):
        return RunState(0, longest, ((start, holds.missing),))
    return RunState(longest, longest, ()) if holds else RunState(0, 0, ())


def begin_run_of_years(cap: int, year: Sequence[Maybe], start: Month) -> RunState:
    """A year in which no month was a sure no has gone on for ever."""
    held = [yes_no(value) for value in year]
    longest = min(cap, max(for_ever(start) - 1 - YEAR, 0))
    most = 0 if False in held else longest
    state = RunState(longest if all(value is True for value in held) else 0, most, ())
    for back, value in enumerate(held):
        state = step_run(cap, state, value, start - YEAR + back)
    return step_run(cap, state, held[0], start)


def step_run(cap: int, state: RunState, value: Maybe, now: Month) -> RunState:
    holds = yes_no(value)
    longer = min(cap, state.most + 1)
    if isinstance(holds, Unsure):
        return RunState(0, longer, (*state.doubts, (now, holds.missing)))
    return RunState(min(cap, state.least + 1), longer, state.doubts) if holds else RunState(0, 0, ())


def read_run(cap: int, state: RunState, now: Month) -> Maybe:
    """Only the last `cap` months count, so only what is missing in them is waited for."""
    names: Names = frozenset().union(*(names for at, names in state.doubts if at > now - cap))
    return between(state.least, state.most, names)


# ---------------------------------------------------------------- total
@frozen
class WindowState:
    """The operand's values in the last months, this month last: as many as the window can ask for."""

    values: tuple[Maybe, ...]


@frozen
class SumState:
    """A sum so far. Of a count or of money it begins with the first month for which a value is given."""

    sum: Maybe
    begun: bool


TotalState = WindowState | SumState


def begin_total(op: ir.Total, value: Maybe, months: bool, start: Month) -> TotalState:
    """`months`: the operand is a yes/no, of which the months are counted."""
    value = _addend(value, months)
    if op.window == "so far":
        begun = months or not isinstance(value, Unsure)
        return SumState(arithmetic("×", value, for_ever(start)) if begun else _not_begun(value), begun)
    # this year and last year: at most 24 months
    return WindowState((value,) * (op.months or 1 if op.window == "last months" else 24))


def begin_total_of_years(op: ir.Total, year: Sequence[Maybe], months: bool, start: Month) -> TotalState:
    addends = [_addend(value, months) for value in year]
    if op.window != "so far":
        length = op.months or 1 if op.window == "last months" else 24
        return WindowState(tuple(addends[-back % YEAR] for back in reversed(range(length))))
    if not months and all(isinstance(value, Unsure) for value in addends):
        open_ = [_not_begun(value) for value in addends]
        names = missing(*open_)
        found = open_[0]
        for value in open_[1:]:
            found = hull(found, value, names)
        return SumState(found, False)
    total: Maybe = 0
    for later, value in enumerate(addends):
        total = add(total, arithmetic("×", value, times(start, later)))
    return SumState(total, True)


def step_total(state: TotalState, value: Maybe, months: bool) -> TotalState:
    value = _addend(value, months)
    if isinstance(state, WindowState):
        return WindowState((*state.values[1:], value))
    if state.begun:
        return SumState(add(state.sum, value), True)
    if isinstance(value, Unsure):
        return SumState(hull(state.sum, _not_begun(value), missing(value)), False)
    return SumState(value, True)


def read_total(op: ir.Total, state: TotalState, now: Month) -> Maybe:
    if isinstance(state, SumState):
        return state.sum
    this_year = month_number(now)
    match op.window:
        case "this year":
            values = state.values[-this_year:]
        case "last year":
            values = state.values[-this_year - 12 : -this_year]
        case _:
            values = state.values
    total: Maybe = 0
    for value in values:
        total = add(total, value)
    return total


def _addend(value: Maybe, months: bool) -> Maybe:
    """A month in which there is none adds nothing."""
    if months:
        holds = yes_no(value)
        return between(0, 1, holds.missing) if isinstance(holds, Unsure) else int(holds)
    return none_as_zero(value)


def _not_begun(value: Maybe) -> Maybe:
    """Nothing was given yet: any number of such values."""
    if not isinstance(value, Unsure):
        return value
    positive = value.low is not None and value.low >= 0
    return Unsure(value.missing, 0 if positive else None, None)


# ---------------------------------------------------------------- ever
def begin_ever_of_years(year: Sequence[Maybe]) -> Maybe:
    return any_of(year)


def step_ever(before: Maybe, value: Maybe) -> Maybe:
    return any_of((before, value))
