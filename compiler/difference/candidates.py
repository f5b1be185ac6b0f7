"""What values a fact may take where two programs may part: the constants of both, and their neighbours.

In: the parts of two programs that a clause depends on. Out: for each attribute a list of candidate values, simplest
first, so that a search that prefers early ones ends with a case that a person can read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

from attrs import define, field

from compiler import ir
from compiler.facts import History, Span
from lang.dates import Duration, Month, add_months, first_day, last_day, month_of
from lang.types import NONE, UNKNOWN, Given, Value

T = TypeVar("T")

MOST = 24  # candidates of one attribute
LONGEST = 130  # months of a run or window that a history is made for
MOST_MEMBERS = 60


@define
class Constants:
    """What the programs compare facts with. Months are those in which a history may begin."""

    numbers: dict[str, list[Fraction]] = field(factory=dict)  # by base type
    dates: list[date] = field(factory=list)
    lengths: list[int] = field(factory=list)
    kinds: dict[str, list[str]] = field(factory=dict)
    months: list[Month] = field(factory=list)
    days: list[int] = field(factory=list)  # lengths in days
    rows: list[int] = field(factory=list)  # how many rows are asked for

    @classmethod
    def of(cls, programs: Iterable[ir.Program]) -> Constants:
        found = cls()
        for program in programs:
            found._frame(program)
        for program in programs:
            for stream in program.streams:
                found._stream(program, stream)
        for program in programs:  # histories that are long enough just in the first month, or just before the end
            short = [length for length in found.lengths if length <= LONGEST][:3]
            _once(found.months, *(program.first - length + 1 for length in short))
            if program.last is not None:
                _once(found.months, *(program.last - length + 1 for length in short))
        return found

    def _frame(self, program: ir.Program) -> None:
        _once(self.months, program.first, program.due_from, program.first - 1)
        for parameter in program.parameters.values():
            for month, value in parameter.values:
                if month >= program.first:
                    _once(self.months, month, month - 1)
                self._value(parameter.type.base, parameter.type.name, value)

    def _stream(self, program: ir.Program, stream: ir.Stream) -> None:
        match stream.op:
            case ir.Constant(value) if value is not NONE and value is not UNKNOWN:
                assert not isinstance(value, type(NONE))
                self._value(stream.type.base, stream.type.name, value)
            case ir.OneOf(operand, members):
                of = program.streams[operand].type.name or ""
                _once(self.kinds.setdefault(of, []), *members)
            case ir.Later(_, length, "days"):
                op = program.streams[length].op
                if isinstance(op, ir.Constant) and isinstance(op.value, int):
                    _once(self.days, op.value)
            case ir.Run(_, int(cap)):
                _once(self.lengths, cap)
            case ir.Total(_, _, int(months)):
                _once(self.lengths, months)
            case ir.Compare(_, left, right):
                self._asked(program, left, right)
                self._asked(program, right, left)
            case ir.InPeriod(_, "last", _, Duration(count, "days")):
                _once(self.days, count)
            case ir.InPeriod(_, "year", int(year)):
                _once(self.dates, date(year, 1, 1), date(year, 12, 31))
            case ir.InPeriod(_, "month", int(of_month)):
                _once(self.dates, first_day(of_month))

    def _asked(self, program: ir.Program, counted: ir.Id, number: ir.Id) -> None:
        """Rows that are counted, and the number that they are compared with."""
        op = program.streams[number].op
        if not isinstance(program.streams[counted].op, ir.Aggregate) or not isinstance(op, ir.Constant):
            return
        if isinstance(op.value, int) and 0 < op.value <= MOST_MEMBERS:
            _once(self.rows, op.value)

    def _value(self, base: str, name: str | None, value: Value) -> None:
        match value:
            case bool():
                return
            case date():
                _once(self.dates, value)
            case Duration(count, "days"):
                _once(self.days, count)
            case Duration(count):
                _once(self.lengths, count)
            case int() | Fraction() if base == "duration":
                _once(self.lengths, int(value))
            case int() | Fraction():
                _once(self.numbers.setdefault(base, []), Fraction(value))
            case str() if base == "kind":
                _once(self.kinds.setdefault(name or "", []), value)


def _once(into: list[T], *values: T) -> None:
    into.extend(value for value in dict.fromkeys(values) if value not in into)


def candidates(attribute: ir.Attribute, constants: Constants, members: tuple[str, ...]) -> list[Given | History]:
    """Simplest first. A link has none: who is linked is the search's business. `members`: of its kind."""
    if not attribute.monthly:
        return [*_first(_constants(attribute, constants, members), MOST)]
    if attribute.type.base == "yes/no":
        return [*_first(_spells(constants), 8 * MOST)]
    values = _first(_constants(attribute, constants, members), MOST)
    starts = constants.months[:3]
    return [History((Span(start - 1, None, value),), UNKNOWN) for start in starts for value in values]


def _first(values: Iterator[T], most: int) -> list[T]:
    found: list[T] = []
    for value in values:
        if len(found) == most:
            break
        if not any(value is known or (type(value) is type(known) and value == known) for known in found):
            found.append(value)
    return found


def _constants(attribute: ir.Attribute, constants: Constants, members: tuple[str, ...]) -> Iterator[Given]:
    match attribute.type.base:
        case "yes/no":
            yield from (True, False)
        case "kind":
            named = constants.kinds.get(attribute.type.name or "", [])
            yield from (member for member in named if member in members)
            yield from (member for member in members if member not in named)
        case "date":
            yield from _dates(constants)
        case "month":
            yield from constants.months
        case "duration":
            yield from (Duration(n) for length in constants.lengths for n in (length, length + 1, max(length - 1, 0)))
            yield Duration(0)
        case "text" | "identity":
            yield "x"
        case base:
            yield from _numbers(attribute, constants.numbers.get(base, []))


def _numbers(attribute: ir.Attribute, known: list[Fraction]) -> Iterator[Given]:
    step = {"money": Fraction(100), "rate": Fraction(100), "share": Fraction(1, 100)}.get(
        attribute.type.base, Fraction(1)
    )
    whole = attribute.type.base == "count"
    for value in [*known, *(k + step for k in known), *(k - step for k in known), Fraction(0), 10 * step, step,
                  *(2 * k for k in known)]:  # fmt: skip
        inside = (attribute.low is None or value >= attribute.low) and (
            attribute.high is None or value <= attribute.high
        )
        if inside and (not whole or value.denominator == 1):
            yield int(value) if whole else value


def _dates(constants: Constants) -> Iterator[date]:
    starts = [first_day(month) for month in constants.months[:2]]
    yield from starts
    for day in constants.dates:
        yield from (day, day - timedelta(days=1), day + timedelta(days=1))
    for start in starts:
        for length in constants.lengths:
            if length <= LONGEST:
                yield from (add_months(start, -length), add_months(start, length), add_months(start, 1 - length))
        for days in constants.days:
            yield from (start - timedelta(days=days + n) for n in (-1, 0, 1))
            yield from (last_day(month_of(start)) - timedelta(days=days + n) for n in (0, 1))
    yield from (last_day(month) for month in constants.months[:2])
    yield from (first_day(month) for month in constants.months[2:])


def _spells(constants: Constants) -> Iterator[History]:
    """Never, some months, for ever, and with a gap; for each length one less, as many, one more."""
    starts = constants.months or [month_of(date(2020, 1, 1))]
    lengths = sorted({n for length in constants.lengths if length <= LONGEST
                      for n in (length - 1, length, length + 1) if n > 0} | {1, 2})  # fmt: skip
    yield History((), False)
    for start in starts[:1]:
        yield from (_spell((start, length)) for length in lengths)
    yield History((Span(starts[0], None, True),), False)
    for start in starts[1:]:
        yield History((Span(start, None, True),), False)
        yield from (_spell((start, length)) for length in lengths)
    for length in lengths:
        yield _spell((starts[0], length), (starts[0] + length + 1, length))
        yield History((Span(starts[0], starts[0] + length - 1, True), Span(starts[0] + length + 1, None, True)), False)


def _spell(*spans: tuple[Month, int]) -> History:
    return History(tuple(Span(start, start + length - 1, True) for start, length in spans), False)


def member_counts(constants: Constants) -> list[int]:
    """How many rows may link to one: around each number that is asked for."""
    return sorted({1, 2, *(n for asked in constants.rows for n in (asked - 1, asked, asked + 1) if n > 0)})
