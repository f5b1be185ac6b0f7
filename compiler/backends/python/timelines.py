"""Values over time: what the Python evaluators compute with.

A `Timeline` is one stream of one row: a value from some month on, another from a later month on, and so on. Its first
value holds for ever before. Facts change a few times in ten years, so a whole stream is a handful of steps, and
working with steps is much faster than going month by month (and a different way to the same answer than the
interpreter's, which is what makes comparing the two worth something).

Beside values of `lang.types` and NONE there is `Unsure`: between `low` and `high` (None: open), waiting for `missing`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import repeat
from typing import Any, Final

from lang.dates import Duration, Month
from lang.types import NONE

Data = Any  # a value of lang.types, NONE, or Unsure
Missing = frozenset[tuple[str, str, str]]  # (entity, key, attribute), or ("", "", parameter)

ALWAYS: Final[Month] = -1_000_000  # before every month
NOTHING_MISSING: Final[Missing] = frozenset()


class Unsure:
    """A value that is not known: not below `low`, not above `high`, perhaps NONE, and decided by the facts in
    `missing`."""

    __slots__ = ("high", "low", "missing", "perhaps_none")

    def __init__(self, low: Data, high: Data, missing: Missing, perhaps_none: bool = False) -> None:
        self.low, self.high, self.missing, self.perhaps_none = low, high, missing, perhaps_none

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Unsure)
            and self.low == other.low
            and self.high == other.high
            and self.missing == other.missing
            and self.perhaps_none == other.perhaps_none
        )

    def __hash__(self) -> int:
        return hash((self.low, self.high, self.missing))

    def __repr__(self) -> str:
        return f"Unsure({self.low}, {self.high}, {sorted(map(str, self.missing))})"


def between(low: Data, high: Data, missing: Missing, perhaps_none: bool = False) -> Data:
    """An unsure number; an interval of one point is that number."""
    if low is not None and low == high and not perhaps_none:
        return low
    return Unsure(low, high, missing, perhaps_none)


def may_be_none(value: Data) -> bool:
    return value is NONE or (value.__class__ is Unsure and value.perhaps_none)


def unsure(*values: Data) -> Unsure:
    """Not known, without an interval; waits for what the unsure ones of `values` wait for."""
    return Unsure(None, None, missing_of(values))


def number(value: Data) -> Data:
    """A length of time as a number of months (30 days are one); anything else as it is."""
    if value.__class__ is Duration:
        return value.count if value.unit == "months" else Fraction(value.count, 30)
    return value


class Timeline:
    """`values[i]` holds from month `starts[i]` until the next start; `starts[0]` is ALWAYS, the last has no end."""

    __slots__ = ("starts", "values")

    def __init__(self, starts: Sequence[Month], values: Sequence[Data]) -> None:
        self.starts, self.values = starts, values

    def at(self, month: Month) -> Data:
        if len(self.starts) == 1:
            return self.values[0]
        return self.values[bisect_right(self.starts, month) - 1]

    def pieces(self, end: Month) -> Iterator[tuple[Month, Month, Data]]:
        """(from, to before, value), the last up to `end`."""
        starts = self.starts
        for index, value in enumerate(self.values):
            if starts[index] >= end:
                return
            yield starts[index], min(starts[index + 1], end) if index + 1 < len(starts) else end, value

    def __repr__(self) -> str:
        return f"Timeline({list(self.starts)}, {list(self.values)})"


def constant(value: Data) -> Timeline:
    return Timeline((ALWAYS,), (value,))


NO: Final = constant(False)
YES: Final = constant(True)


def timeline(value: Data) -> Timeline:
    """A plain value stands for itself in every month."""
    if value.__class__ is Timeline:
        return value
    return constant(value)


def steps(pairs: Iterable[tuple[Month, Data]]) -> Timeline:
    """From (month, value) in order of time, the first of them ALWAYS; equal neighbours become one step."""
    starts: list[Month] = []
    values: list[Data] = []
    for start, value in pairs:
        if values and values[-1] == value:
            continue
        if starts and starts[-1] == start:
            starts.pop(), values.pop()
        starts.append(start)
        values.append(value)
    return Timeline(starts, values)


def _spread(line: Timeline, months: Sequence[Month]) -> Iterable[Data]:
    """The values of `line` in `months`, which contain all its starts."""
    if len(line.starts) == 1:
        return repeat(line.values[0], len(months))
    if line.starts is months:
        return line.values
    result: list[Data] = []
    values, starts, index = line.values, line.starts, 0
    last = len(starts) - 1
    for month in months:
        while index < last and starts[index + 1] <= month:
            index += 1
        result.append(values[index])
    return result


def common_months(lines: Iterable[Timeline]) -> list[Month]:
    """Every month in which one of the timelines begins a step."""
    months: set[Month] = set()
    for line in lines:
        months.update(line.starts)
    return sorted(months)


def columns(lines: Sequence[Timeline], months: Sequence[Month]) -> Iterator[tuple[Data, ...]]:
    """The values of all lines in each of `months`."""
    return zip(*(_spread(line, months) for line in lines), strict=True)


def each(operation: Callable[..., Data], *operands: Data) -> Timeline:
    """The timeline of `operation` on the operands' values, month for month."""
    lines = [timeline(operand) for operand in operands]
    varying = [line for line in lines if len(line.starts) > 1]
    if not varying:
        return constant(operation(*[line.values[0] for line in lines]))
    months = varying[0].starts if len(varying) == 1 else common_months(varying)
    return steps(zip(months, (operation(*row) for row in columns(lines, months)), strict=True))


def missing_of(values: Iterable[Data]) -> Missing:
    """What the unsure ones among `values` wait for."""
    sets = [value.missing for value in values if value.__class__ is Unsure]
    return frozenset().union(*sets) if sets else NOTHING_MISSING
