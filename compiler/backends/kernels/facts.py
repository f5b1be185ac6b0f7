"""The facts as a pass reads them: which arrays there are, how each cell is read, and the window of months.

In: the program, facts as columns (`compiler.fact_columns`). Out: for each attribute that is read a `Source`: arrays
whose addresses are handed to the code, with everything that is the same for all rows settled beforehand (is anything
unknown? is there a default? which months does it cover?). Nothing is copied that is already flat.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date
from fractions import Fraction
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels.values import LARGEST, NotNative
from compiler.bounds import RANGES
from compiler.fact_columns import (
    ALWAYS,
    FOREVER,
    GIVEN,
    NONE_STATE,
    UNKNOWN_STATE,
    Always,
    Column,
    FactColumns,
    Masks,
    Months,
    Spells,
)
from compiler.memory import FIRST_OF_ALL, before_the_first, days_of, needs, sums_without_beginning
from lang.dates import Duration, Month, month, month_of
from lang.types import UNKNOWN, Given, Value

Array = NDArray[Any]

WORD = 64
WIDEST = 512  # months: a wider window is left to the evaluators
DAYS = 32  # a date is month × DAYS + day, so that order and month are at hand
MILLION = 1_000_000
UNITS = {"share": MILLION, "number": MILLION}
DATE_TOP = 12 * 9999 * DAYS + 31


@frozen
class Window:
    """`months` months from `start`, a multiple of 64 of them. `inside`: bits of the months in which the policy pays."""

    start: Month
    months: int
    inside: int


def window(program: ir.Program, facts: FactColumns, last: Month, values: Iterable[Value] = ()) -> Window:
    """Early enough that nothing before it matters (`compiler.memory`, of which this is the reading of columns)."""
    start = _start(program, facts, values)
    months = max(last, program.first) - start + 1
    months = -(-months // WORD) * WORD
    if months > WIDEST:
        raise NotNative(f"a window of {months} months")
    inside = sum(1 << (m - start) for m in range(program.first, last + 1))
    return Window(start, months, inside)


def _start(program: ir.Program, facts: FactColumns, values: Iterable[Value]) -> Month:
    wanted = needs(program)
    start = program.first - max((need.months for need in wanted), default=0)
    history = _first_history(facts)
    if not any(need.all for need in wanted):
        # facts that do not change before their first history are then as they ever were: what is before is not needed
        calendar = any(
            wanted[stream.op.operand].calendar
            for stream in program.streams
            if isinstance(stream.op, ir.Run | ir.Total | ir.Previous)
        )
        if not calendar:
            return max(start, min([program.first, *([] if history is None else [history])]) - 1, FIRST_OF_ALL)
        return max(start, FIRST_OF_ALL)
    changes = [program.first, *([] if history is None else [history])]
    if any(need.all and need.calendar for need in wanted) or any(sums_without_beginning(program)):
        changes += [first for p in program.parameters.values() for first, _ in p.values if first > FIRST_OF_ALL]
        remembered = [i for i, need in enumerate(wanted) if need.all and need.calendar]
        changes += [*_dates(program, facts, remembered), *days_of(values)]
        start = min(start, before_the_first(program, min(changes)))
    return max(min(start, min(changes) - 1), FIRST_OF_ALL)


def _first_history(facts: FactColumns) -> Month | None:
    firsts: list[int] = []
    for table in facts.tables.values():
        for column in table.columns.values():
            if isinstance(column, Spells):
                real = column.first[column.first > ALWAYS]
                firsts += [int(real.min())] if len(real) else []
            elif isinstance(column, Masks | Months):
                firsts.append(column.start)
    return min(firsts, default=None)


def _dates(program: ir.Program, facts: FactColumns, roots: list[ir.Id]) -> list[Month]:
    """The months of every date that a remembered condition can turn on."""
    found: list[Month] = []
    closed: set[ir.Id] = set()
    waiting = list(roots)
    while waiting:
        stream = waiting.pop()
        if stream in closed:
            continue
        closed.add(stream)
        op = program.streams[stream].op
        waiting += ir.operands(op)
        match op:
            case ir.Constant(date() as day):
                found.append(month_of(day))
            case ir.InPeriod(_, "year", int(year)):
                found.append(month(year, 1))
            case ir.InPeriod(_, "month", int(of)):
                found.append(of)
            case ir.Fact(attribute):
                table = facts.tables.get(program.streams[stream].entity or "")
                column = None if table is None else table.columns.get(attribute)
                if column is not None and not isinstance(column, Masks) and program.streams[stream].type.base == "date":
                    data = column.data
                    if data is not None and data.size:
                        days = data if column.state is None else data[column.state == GIVEN]
                        if days.size:
                            found.append(month_of(date.fromordinal(max(int(days.min()), 1))))
            case _:
                pass
    return found


# ---------------------------------------------------------------- one attribute
@define(eq=False)
class Source:
    """How an attribute is read. `arrays`: name → array whose address the code gets.

    shape     "always", "spells", "masks", "bytes" (a yes/no a month), "months" (a number a month), or "nothing"
    default   what an unknown cell stands for; UNKNOWN: nothing
    codes     numbers of Always columns are turned into these (dates: month × 32 + day)
    """

    shape: str
    arrays: dict[str, Array] = field(factory=dict)
    default: Any = UNKNOWN
    top: int = 0
    start: Month = 0
    months: int = 0
    unit: int = 1

    def by_row(self) -> list[Array]:
        """The arrays whose first axis is rows of the entity (of spells: where they begin)."""
        names = ("offsets", "given") if self.shape == "spells" else tuple(self.arrays)
        return [self.arrays[name] for name in names if name in self.arrays]


class Facts:
    """The sources of a program's attributes, made when they are asked for."""

    def __init__(
        self, program: ir.Program, columns: FactColumns, codes: Mapping[str, Mapping[str, int]], window: Window
    ) -> None:
        self.program, self.columns, self.codes, self.window = program, columns, codes, window
        self._sources: dict[tuple[str, str], Source] = {}

    def rows(self, entity: str) -> int:
        return self.columns.size(entity)

    def source(self, entity: str, attribute: str) -> Source:
        found = self._sources.get((entity, attribute))
        if found is None:
            found = self._sources[entity, attribute] = self._source(self.program.attributes[entity, attribute])
        return found

    def number(self, value: Given, about: ir.Attribute) -> int:
        """A value as the number that arrays hold."""
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, date):
            return month_of(value) * DAYS + value.day
        if about.type.base == "kind":
            return self.codes[about.type.name or ""][str(value)]
        if isinstance(value, Duration):
            return value.count * 2 + (value.unit == "days")
        if isinstance(value, int | Fraction):
            scaled = value * UNITS.get(about.type.base, 1)
            if about.type.base == "duration":
                return int(scaled) * 2
            if scaled.denominator != 1:
                raise NotNative(f"{value} of {about.name} is no whole number of its unit")
            return int(scaled)
        raise NotNative(f"a default of type {about.type}")

    def _source(self, about: ir.Attribute) -> Source:
        table = self.columns.tables.get(about.entity)
        column = None if table is None else table.columns.get(about.name)
        base = about.type.base
        if base in ("text", "identity", "many", "none"):
            raise NotNative(f"a condition on {about.type}")
        default = UNKNOWN if about.default is None else self.number(about.default, about)
        top = self._top(about, column)
        if column is None:
            return Source("nothing", default=default, top=top, unit=UNITS.get(base, 1))
        source = copy(_flat(column, base))
        source.default, source.top, source.unit = default, top, UNITS.get(base, 1)
        if base == "link" and source.shape != "always":
            raise NotNative("a link that changes by the month")
        return source

    def _top(self, about: ir.Attribute, column: Column | None) -> int:
        """The largest number that the attribute's range allows. A cell outside is a defect of the reader."""
        base = about.type.base
        if base == "date":
            return DATE_TOP
        if base not in RANGES:
            return 2**32
        unit = UNITS.get(base, 1)
        low, high = RANGES[base]
        least, most = about.low or Fraction(low), Fraction(high) if about.high is None else about.high
        ends = [abs(least), abs(most)]
        if isinstance(about.default, int | Fraction) and not isinstance(about.default, bool):
            ends.append(abs(Fraction(about.default)))
        top = int(max(ends) * unit) + 1
        data = None if column is None or isinstance(column, Masks) else column.data
        if data is not None and data.size and base != "duration":
            top = max(top, abs(int(data.max())), abs(int(data.min())))
        if top > LARGEST:
            raise NotNative(f"{about.name} beyond 62 bits")
        return top * 2 + 1 if base == "duration" else top


# what columns became, for as long as they live: facts are evaluated more than once
_flattened: WeakKeyDictionary[Column, tuple[str, Source]] = WeakKeyDictionary()


def _flat(column: Column, base: str) -> Source:
    found = _flattened.get(column)
    if found is None or found[0] != base:
        found = _flattened[column] = base, _flattened_anew(column, base)
    return found[1]


def _flattened_anew(column: Column, base: str) -> Source:
    match column:
        case Always():
            arrays = {"data": _numbers(column.data, base)}
            if column.state is not None and column.state.any():
                arrays["state"] = _whole(column.state)
            return Source("always", arrays)
        case Masks():
            source = Source("masks", {"data": _whole(column.words)}, start=column.start, months=column.months)
            if column.given is not None and not column.given.all():
                source.arrays["given"] = _whole(column.given)
            return source
        case Months():
            shape = "bytes" if base == "yes/no" else "months"
            source = Source(
                shape, {"data": _numbers(column.data, base)}, start=column.start, months=column.data.shape[1]
            )
            if column.state is not None and column.state.any():
                source.arrays["state"] = _whole(column.state)
            return source
        case Spells():
            source = Source(
                "spells",
                {
                    "offsets": _whole(column.offsets),
                    "first": _whole(np.clip(column.first, -(2**30), 2**30)),
                    "last": _whole(np.clip(column.last, -(2**30), 2**30)),
                },
            )
            if column.data is not None:
                source.arrays["data"] = _numbers(column.data, base)
            if column.state is not None and column.state.any():
                source.arrays["state"] = _whole(column.state)
            if column.given is not None and not column.given.all():
                source.arrays["given"] = _whole(column.given)
            return source


def _numbers(data: Array, base: str) -> Array:
    """As numbers that can be compared and whose order is that of what they stand for."""
    if base == "date":
        days = np.maximum(data.astype(np.int64), 1) - 719163  # 1970-01-01
        stamps = days.astype("datetime64[D]")
        months = stamps.astype("datetime64[M]")
        of_month = (stamps - months.astype("datetime64[D]")).astype(np.int64) + 1
        return _whole(((months.astype(np.int64) + 1970 * 12) * DAYS + of_month).astype(np.int32))
    if data.dtype == np.bool_:
        return _whole(data).view(np.uint8)
    return _whole(data)


def _whole(data: Array) -> Array:
    """In one piece, with the dtypes that the code knows."""
    if data.dtype == np.bool_:
        data = data.view(np.uint8)
    return np.ascontiguousarray(data)


__all__ = [
    "DATE_TOP",
    "DAYS",
    "FOREVER",
    "GIVEN",
    "NONE_STATE",
    "UNITS",
    "UNKNOWN_STATE",
    "Facts",
    "Source",
    "Window",
    "window",
]
