"""What remembers earlier months: runs, totals, ever, previous, on timelines.

Before the first month of `row.world` everything counts as having been as in it for ever (`docs/ir.md`), and what comes
back every year (`every_year`) as in the first twelve months. Runs and totals grow month by month, so they are worked
out for the months of the world.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from attrs import define

from compiler.backends.python.scalars import hull
from compiler.backends.python.timelines import (
    ALWAYS,
    NOTHING_MISSING,
    Data,
    Missing,
    Timeline,
    Unsure,
    between,
    missing_of,
    number,
    steps,
    timeline,
)
from compiler.memory import FIRST_OF_ALL
from compiler.recurring import YEAR, times
from lang.dates import Month
from lang.types import NONE

if TYPE_CHECKING:
    from compiler.backends.python.world import Row, World

LONGER_THAN_EVER: Final = 120_000  # months: the calendar ends with the year 9999


def _for_ever(world: World) -> int:
    """Months from the calendar's first one to the world's: as long as anything can have been so."""
    return world.start - FIRST_OF_ALL + 1


def _from_the_first_month(row: Row | World, value: Data) -> Timeline:
    """The timeline, with its value of the world's first month for all earlier months."""
    line, start = timeline(value), row.world.start
    if len(line.starts) == 1 or line.starts[1] > start:
        return line
    kept = [(month, found) for month, found in zip(line.starts, line.values, strict=True) if month > start]
    return steps([(ALWAYS, line.at(start)), *kept])


def _years_before(row: Row | World, value: Data, months: int) -> Timeline:
    """The timeline, with the values of the world's first twelve months in those before it, for so many `months`."""
    line, start = timeline(value), row.world.start
    if start <= FIRST_OF_ALL:
        return _from_the_first_month(row, line)
    before = [(start - back, line.at(start + -back % YEAR)) for back in range(months, 0, -1)]
    after = [(month, found) for month, found in zip(line.starts, line.values, strict=True) if month > start]
    return steps([(ALWAYS, before[0][1]), *before[1:], (start, line.at(start)), *after])


def run(row: Row | World, condition: Data, cap: int | None = None, *, every_year: bool = False) -> Timeline:
    """Months in a row, this one included, in which the condition was yes; no further than `cap`.

    Unsure months count from 0 (as if no) to all (as if yes).
    """
    if every_year:
        return _run_of_years(row, condition, LONGER_THAN_EVER if cap is None else cap)
    line, world = _from_the_first_month(row, condition), row.world
    highest = LONGER_THAN_EVER if cap is None else cap
    pairs: list[tuple[Month, Data]] = []
    low = high = 0
    doubts: list[tuple[Month, Missing]] = []
    for start, stop, value in line.pieces(world.end):
        doubtful = value.__class__ is Unsure
        if not doubtful and value is not True:
            low, high, doubts = 0, 0, []
            pairs.append((start, 0))
            continue
        if start == ALWAYS:
            low = high = min(_for_ever(world), highest) - 1  # the months before the first
            start = world.start
        for month in range(start, stop):
            low, high = (0 if doubtful else min(low + 1, highest)), min(high + 1, highest)
            if doubtful:
                doubts.append((month, value.missing))
            pairs.append((month if pairs else ALWAYS, between(low, high, _last(doubts, month - highest))))
            if low == highest or (doubtful and month - start >= highest):
                break  # nothing changes until the step ends
        if doubtful:
            doubts.append((stop - 1, value.missing))
    return steps(pairs)


def _run_of_years(row: Row | World, condition: Data, highest: int) -> Timeline:
    """Month by month from the year before the first: one without a sure no has gone on for ever."""
    line, world = _years_before(row, condition, YEAR), row.world
    begin = world.start - YEAR
    year = [line.at(month) for month in range(begin, world.start)]
    longest = min(highest, max(_for_ever(world) - 1 - YEAR, 0))
    low = longest if all(value is True for value in year) else 0
    high = 0 if any(value is False or value is NONE for value in year) else longest
    doubts: list[tuple[Month, Missing]] = []
    pairs: list[tuple[Month, Data]] = []
    for month in range(begin, world.end):
        value = line.at(month)
        if value.__class__ is Unsure:
            low, high = 0, min(high + 1, highest)
            doubts.append((month, value.missing))
        elif value is True:
            low, high = min(low + 1, highest), min(high + 1, highest)
        else:
            low, high, doubts = 0, 0, []
        if month >= world.start:
            found = between(low, high, _last(doubts, month - highest)) if doubts else low
            pairs.append((month if pairs else ALWAYS, found))
    return steps(pairs)


def _last(doubts: list[tuple[Month, Missing]], after: Month) -> Missing:
    """What was missing in the months after `after`."""
    return frozenset().union(*(missing for month, missing in doubts if month > after))


def ever(row: Row | World, condition: Data, *, every_year: bool = False) -> Timeline:
    """Yes from the first yes on; before it unsure from the first unsure month on."""
    line = _years_before(row, condition, YEAR) if every_year else _from_the_first_month(row, condition)
    pairs: list[tuple[Month, Data]] = []
    missing: Missing = NOTHING_MISSING
    doubtful = False
    for start, value in zip(line.starts, line.values, strict=True):
        if value is True:
            pairs.append((start, True))
            break
        if value.__class__ is Unsure:
            doubtful, missing = True, missing | value.missing
        pairs.append((start, Unsure(None, None, missing) if doubtful else False))
    return steps(pairs)


def previous(row: Row | World, value: Data, *, every_year: bool = False) -> Timeline:
    """Last month's value."""
    line = _years_before(row, value, 1) if every_year else _from_the_first_month(row, value)
    return Timeline([line.starts[0], *(start + 1 for start in line.starts[1:])], line.values)


@define
class Sum:
    """A sum of values of which some are unsure. Bounds: None is open."""

    low: Data = 0
    high: Data = 0
    missing: Missing = NOTHING_MISSING

    def add(self, value: Data, times: int = 1) -> None:
        if value.__class__ is Unsure:
            self.missing |= value.missing
            self.low = _plus(self.low, value.low, times)
            self.high = _plus(self.high, value.high, times)
        else:
            sure = self.low is self.high  # the same number: added to once
            self.low = _plus(self.low, value, times)
            self.high = self.low if sure else _plus(self.high, value, times)

    def value(self) -> Data:
        return between(self.low, self.high, self.missing)


def _plus(bound: Data, value: Data, times: int) -> Data:
    if bound is None or value is None:
        return None
    return bound + (value if times == 1 else value * times)


def or_zero(value: Data) -> Data:
    """What there is none of adds nothing to a sum."""
    if value.__class__ is Unsure:
        return hull(0, Unsure(value.low, value.high, value.missing), value.missing) if value.perhaps_none else value
    return 0 if value is NONE else number(value)


def _summand(value: Data, yes_no: bool) -> Data:
    """A yes counts as one month; NONE adds nothing."""
    if yes_no:
        return Unsure(0, 1, value.missing) if value.__class__ is Unsure else int(value is True)
    return or_zero(value)


def total(
    row: Any,
    value: Data,
    window: Literal["so far", "this year", "last year", "last months"],
    months: int = 1,
    *,
    yes_no: bool = False,
    every_year: bool = False,
    endless: tuple[str, ...] = (),
) -> Timeline:
    """The sum over the window's months up to this one; of a yes/no (`yes_no`) the number of months that were yes.

    `endless`: the facts of a total of totals, which has no number where they are given for all time."""
    world = row.world
    if endless and world.start > FIRST_OF_ALL:
        line = timeline(value)
        first = line.at(world.start)
        if first != line.at(world.start + YEAR):  # it has grown since ever
            return _no_sum(world, line, frozenset((row.entity, row.key, name) for name in endless))
    if window == "so far":
        past = every_year and world.start > FIRST_OF_ALL
        return _total_so_far(world, _from_the_first_month(row, value), yes_no, past)
    back = 23 if window == "last year" else 11 if window == "this year" else months - 1
    line = _years_before(row, value, back) if every_year and back else _from_the_first_month(row, value)
    begin = world.start - back
    summands = [_summand(line.at(month), yes_no) for month in range(begin, world.end)]
    pairs: list[tuple[Month, Data]] = []
    for month in range(world.start, world.end):
        january = month - month % 12
        if window == "this year":
            first, last = january, month
        elif window == "last year":
            first, last = january - 12, january - 1
        else:
            first, last = month - months + 1, month
        result = Sum()
        for summand in summands[first - begin : last + 1 - begin]:
            result.add(summand)
        pairs.append((month if pairs else ALWAYS, result.value()))
    return steps(pairs)


def _no_sum(world: World, line: Timeline, missing: Missing) -> Timeline:
    """Any number, in all months; what is unsure in one is waited for from then on."""
    pairs: list[tuple[Month, Data]] = []
    for month in range(world.start, world.end):
        missing |= missing_of((line.at(month),))
        pairs.append((month if pairs else ALWAYS, Unsure(None, None, missing)))
    return steps(pairs)


def _total_so_far(world: World, line: Timeline, yes_no: bool, every_year: bool) -> Timeline:
    """Of counts and money the sum begins with the first month for which a value is given: until then it may be any
    number of such values."""
    pairs: list[tuple[Month, Data]] = []
    result, waiting = Sum(), Sum()
    begun = False
    if every_year:
        year = [_summand(line.at(world.start + later), yes_no) for later in range(YEAR)]
        begun = yes_no or any(value.__class__ is not Unsure for value in year)
        for later in range(1, YEAR):  # the first month itself comes below
            if begun:
                result.add(year[later], times(world.start, later))
            else:
                waiting.add(year[later])
    for month in range(world.start, world.end):
        value = _summand(line.at(month), yes_no)
        often = 1 if pairs else times(world.start, 0) if every_year else _for_ever(world)
        begun = begun or yes_no or value.__class__ is not Unsure
        if begun:
            result.add(value, often)
            found = result.value()
        else:
            waiting.add(value)
            not_negative = waiting.low is not None and waiting.low >= 0
            found = Unsure(0 if not_negative else None, None, waiting.missing)
        pairs.append((month if pairs else ALWAYS, found))
    return steps(pairs)


__all__ = ["Sum", "ever", "or_zero", "previous", "run", "total"]
