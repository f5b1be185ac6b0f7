"""Values of a fact at which a condition turns: those that a search for the smallest change tries.

For a comparison of a fact with something that does not depend on the row's own facts: that limit and its neighbours; of
a date that a length is added to, the dates with which the sum is just there; of a date in a period, its first and last
day. For a kind, its members. What stands in arithmetic has no boundary here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from compiler.explanation.trial import Trial
from compiler.interpreter.values import Unsure
from lang import typed
from lang.dates import Duration, Month, add, add_months, first_day, last_day, month_number, year_of
from lang.model import Attribute, Program
from lang.types import Absent, Given, Value

NEAR = 3  # days around a date to which months were added back: shorter months end earlier
DAY = timedelta(days=1)


def boundaries(trial: Trial, leaf: typed.Expr, attribute: Attribute, month: Month) -> Iterator[Given]:
    """Of `attribute`, where `leaf` compares it in that month."""
    match leaf:
        case typed.Compare(_, left, right):
            for side, other in ((left, right), (right, left)):
                yield from _of_side(trial, side, other, attribute, month)
        case typed.InPeriod(typed.FactRead(_, name)) if name == attribute.name:
            yield from _of_period(leaf, month)
        case typed.OneOf() | typed.IsKnown():
            return


def members(program: Program, attribute: Attribute) -> Iterable[Given]:
    """All values of a yes/no or a kind."""
    if attribute.type.base == "kind":
        return [member.name for member in program.kinds[attribute.type.name or ""].members]
    return [True, False] if attribute.type.base == "yes/no" else []


def _of_side(trial: Trial, side: typed.Expr, other: typed.Expr, attribute: Attribute, month: Month) -> Iterator[Given]:
    if not isinstance(side, typed.FactRead | typed.Later):
        return
    limit: Value | None = None
    if isinstance(other, typed.Constant):
        limit = other.value
    else:
        value = trial.value(other, month)
        limit = None if isinstance(value, Unsure | Absent) else value
    if limit is None:
        return
    match side, limit:
        case typed.FactRead(_, name), _ if name == attribute.name:
            yield from _near(limit, attribute)
        case typed.Later(typed.FactRead(_, name), typed.Constant(Duration() as length)), date() as day:
            if name == attribute.name:
                yield from _before(day, length)


def _near(limit: Given, attribute: Attribute) -> Iterator[Given]:
    yield limit
    match limit:
        case bool() | str():
            return
        case date():
            yield from (limit - DAY, limit + DAY)
        case Duration(count, unit):
            yield from (Duration(max(count - 1, 0), unit), Duration(count + 1, unit))
        case int() | Fraction():
            step = Fraction(1, 1_000_000) if attribute.type.base in ("share", "number") else 1
            yield from (limit - step, limit + step)


def _before(day: date, length: Duration) -> Iterator[date]:
    """The dates around the last from which `length` leads to `day` or earlier."""
    try:
        base = add_months(day, -length.count) if length.unit == "months" else add(day, Duration(-length.count, "days"))
        yield from (base + timedelta(days=offset) for offset in range(-NEAR, NEAR + 1))
    except (OverflowError, ValueError):
        return


def _of_period(leaf: typed.InPeriod, month: Month) -> Iterator[date]:
    """The first and the last day of the period, the day before and the day after."""
    first, last = first_day(month), last_day(month)
    match leaf.period:
        case "this year":
            first = date(year_of(month), 1, 1)
        case "last year":
            first, last = date(year_of(month) - 1, 1, 1), date(year_of(month) - 1, 12, 31)
        case "year" if leaf.value is not None:
            first, last = date(leaf.value, 1, 1), date(leaf.value, 12, 31)
        case "month" if leaf.value is not None:
            first, last = first_day(leaf.value), last_day(leaf.value)
        case "month number" if leaf.value is not None:
            at = month - (month_number(month) - leaf.value) % 12
            first, last = first_day(at), last_day(at)
        case "last" if leaf.length is not None and leaf.length.unit == "months":
            first = add_months(first, 1 - leaf.length.count)
        case "last" if leaf.length is not None:
            first = last - timedelta(days=leaf.length.count - 1)
    yield from (first - DAY, first, last, last + DAY)
