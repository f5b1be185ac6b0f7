"""Values of which something may not be known, and the operations on them, as docs/ir.md tables them.

A value is a plain one (`lang.types`), NONE (it was said that there is none), or `Unsure`. Everything here is a small
pure function with one promise: whatever stands in for an unsure operand (a number inside its interval; NONE where
`perhaps_none` says so), the answer that was sure stays the answer, and one that was unsure contains it.
"""

from __future__ import annotations

import operator as exact
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from attrs import frozen

from lang.dates import Duration
from lang.diagnostics import CompilerBug
from lang.types import NONE, Absent, Value

Number = int | Fraction


class Missing(NamedTuple):
    """What an unsure value waits for: a fact of a row, or (entity and key empty) a parameter."""

    entity: str
    key: str
    name: str

    def seen_from(self, entity: str, key: str) -> str:
        """Its name in an answer about that row: `renting` for its own fact, `person/p2.origin` for another row's."""
        if not self.entity or (self.entity, self.key) == (entity, key):
            return self.name
        return f"{self.entity}/{self.key}.{self.name}"


Names = frozenset[Missing]


@frozen
class Unsure:
    """Some number from `low` to `high` (None: no bound); of other types the interval says nothing. Perhaps NONE."""

    missing: Names
    low: Number | None = None
    high: Number | None = None
    perhaps_none: bool = False


Known = Value | Literal[Absent.NONE]
Maybe = Known | Unsure
YesNo = bool | Unsure


# ---------------------------------------------------------------- intervals
def number(value: Value) -> Number:
    """A number to reckon with: lengths are months, and 30 days count as a month."""
    if isinstance(value, (int, Fraction)):
        return value
    if isinstance(value, Duration):
        return value.count if value.unit == "months" else Fraction(value.count, 30)
    raise CompilerBug(f"{value!r} is no number")


def interval(value: Value | Unsure) -> tuple[Number | None, Number | None]:
    if isinstance(value, Unsure):
        return value.low, value.high
    if isinstance(value, int | Fraction | Duration):
        return number(value), number(value)
    return None, None


def missing(*values: Maybe) -> Names:
    """What these values wait for, together."""
    names: Names = frozenset()
    for value in values:
        if isinstance(value, Unsure):
            names |= value.missing
    return names


def perhaps_none(*values: Maybe) -> bool:
    return any(value is NONE or (isinstance(value, Unsure) and value.perhaps_none) for value in values)


def between(low: Number | None, high: Number | None, names: Names, none: bool = False) -> Number | Unsure:
    """The number when only one is left, else the interval."""
    if low is not None and low == high and not none:
        return low
    return Unsure(names, low, high, none)


def hull(a: Maybe, b: Maybe, names: Names) -> Maybe:
    """One of the two, which one depends on `names`. Equal ones: that value."""
    if not isinstance(a, Unsure) and not isinstance(b, Unsure) and a == b:
        return a
    names |= missing(a, b)
    none = perhaps_none(a, b)
    intervals = [interval(v) for v in (a, b) if v is not NONE]
    lows, highs = [i[0] for i in intervals], [i[1] for i in intervals]
    low = min((n for n in lows if n is not None), default=None) if None not in lows else None
    high = max((n for n in highs if n is not None), default=None) if None not in highs else None
    return between(low, high, names, none)


# ---------------------------------------------------------------- yes and no
def yes_no(value: Maybe) -> YesNo:
    """A yes/no of which it was said that there is none counts as no."""
    if isinstance(value, (bool, Unsure)):
        return value
    if value is NONE:
        return False
    raise CompilerBug(f"{value!r} is no yes/no")


def negate(value: Maybe) -> YesNo:
    holds = yes_no(value)
    return holds if isinstance(holds, Unsure) else not holds


def all_of(values: Iterable[Maybe]) -> YesNo:
    """No if any is no, else unsure if any is unsure (of what the unsure ones miss)."""
    doubts = []
    for holds in map(yes_no, values):
        if holds is False:
            return False
        if isinstance(holds, Unsure):
            doubts.append(holds)
    return Unsure(missing(*doubts)) if doubts else True


def any_of(values: Iterable[Maybe]) -> YesNo:
    """Yes if any is yes, else unsure if any is unsure."""
    return negate(all_of([negate(value) for value in values]))


def either(a: YesNo, b: YesNo, names: Names) -> YesNo:
    """One of the two, which one depends on `names`."""
    if isinstance(a, bool) and a == b:
        return a
    return Unsure(names | missing(a, b))


# ---------------------------------------------------------------- comparison
Operator = Literal["=", "≠", "<", "≤", ">", "≥"]
ORDERED: Mapping[str, Callable[[Any, Any], Any]] = {"<": exact.lt, "≤": exact.le, ">": exact.gt, "≥": exact.ge}


def compare(operator: Operator, a: Maybe, b: Maybe) -> YesNo:
    """NONE on a side: no (also for ≠). With something unsure: as the intervals decide, else unsure."""
    if a is NONE or b is NONE:
        return False
    if not isinstance(a, Unsure) and not isinstance(b, Unsure):
        return _compare_known(operator, a, b)
    answer = _compare_intervals(operator, interval(a), interval(b))
    if answer is False or (answer is True and not perhaps_none(a, b)):
        return answer
    return Unsure(missing(a, b))


def _compare_known(operator: Operator, a: Value, b: Value) -> bool:
    if isinstance(a, Duration) or isinstance(b, Duration):
        a, b = number(a), number(b)
    if operator == "=":
        return a == b
    if operator == "≠":
        return a != b
    if isinstance(a, bool) or isinstance(b, bool):
        raise CompilerBug(f"{a!r} and {b!r} have no order")
    try:
        return bool(ORDERED[operator](a, b))
    except TypeError as error:
        raise CompilerBug(f"{a!r} and {b!r} cannot be compared") from error


Interval = tuple[Number | None, Number | None]


def _compare_intervals(operator: Operator, a: Interval, b: Interval) -> bool | None:
    """What holds for every pair of numbers of the intervals; None: it depends on the pair."""
    match operator:
        case "<":
            return True if _below(a[1], b[0]) else False if _at_most(b[1], a[0]) else None
        case "≤":
            return True if _at_most(a[1], b[0]) else False if _below(b[1], a[0]) else None
        case ">":
            return _compare_intervals("<", b, a)
        case "≥":
            return _compare_intervals("≤", b, a)
        case "=":
            return False if _below(a[1], b[0]) or _below(b[1], a[0]) else None
        case "≠":
            return True if _below(a[1], b[0]) or _below(b[1], a[0]) else None


def _below(a: Number | None, b: Number | None) -> bool:
    return a is not None and b is not None and a < b


def _at_most(a: Number | None, b: Number | None) -> bool:
    return a is not None and b is not None and a <= b


# ---------------------------------------------------------------- arithmetic
ArithmeticOperator = Literal["+", "-", "×", "/", "minimum", "maximum"]


def arithmetic(operator: ArithmeticOperator, a: Maybe, b: Maybe) -> Maybe:
    """Exact; by intervals where something is unsure. NONE on a side gives NONE, and so does a division by zero (a
    checked program guards it, so that nobody reads the answer)."""
    if a is NONE or b is NONE:
        return NONE
    if not isinstance(a, Unsure) and not isinstance(b, Unsure):
        return RECKONED[operator](number(a), number(b))
    names, none = missing(a, b), perhaps_none(a, b)
    left, right = interval(a), interval(b)
    if operator == "/":
        none = none or not (_below(0, right[0]) or _below(right[1], 0))
        return between(*_quotient(left, right), names, none)
    ends = {"+": _sum, "-": _difference, "×": _product, "minimum": _minimum, "maximum": _maximum}[operator]
    return between(*ends(left, right), names, none)


def add(a: Maybe, b: Maybe) -> Maybe:
    return arithmetic("+", a, b)


def none_as_zero(value: Maybe) -> Maybe:
    """What there is none of adds nothing to a sum."""
    if value is NONE:
        return 0
    if isinstance(value, Unsure) and value.perhaps_none:
        return hull(0, Unsure(value.missing, value.low, value.high), value.missing)
    return value


def _divided(a: Number, b: Number) -> Known:
    return NONE if b == 0 else Fraction(a) / b


RECKONED: Mapping[str, Callable[[Any, Any], Known]] = {
    "+": exact.add, "-": exact.sub, "×": exact.mul, "/": _divided, "minimum": min, "maximum": max,
}  # fmt: skip


def _sum(a: Interval, b: Interval) -> Interval:
    return (
        None if a[0] is None or b[0] is None else a[0] + b[0],
        None if a[1] is None or b[1] is None else a[1] + b[1],
    )


def _difference(a: Interval, b: Interval) -> Interval:
    return _sum(a, (None if b[1] is None else -b[1], None if b[0] is None else -b[0]))


def _minimum(a: Interval, b: Interval) -> Interval:
    return (
        None if a[0] is None or b[0] is None else min(a[0], b[0]),
        min((n for n in (a[1], b[1]) if n is not None), default=None),
    )


def _maximum(a: Interval, b: Interval) -> Interval:
    return (
        max((n for n in (a[0], b[0]) if n is not None), default=None),
        None if a[1] is None or b[1] is None else max(a[1], b[1]),
    )


def _product(a: Interval, b: Interval) -> Interval:
    if a == (0, 0) or b == (0, 0):
        return 0, 0
    if a[0] is not None and a[1] is not None and b[0] is not None and b[1] is not None:
        corners = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]]
        return min(corners), max(corners)
    if a[0] is not None and b[0] is not None and a[0] >= 0 and b[0] >= 0:
        return a[0] * b[0], None
    return None, None


def _quotient(a: Interval, b: Interval) -> Interval:
    if a[0] is None or a[1] is None or b[0] is None or b[1] is None or b[0] <= 0 <= b[1]:
        return None, None
    return _product(a, (Fraction(1) / b[1], Fraction(1) / b[0]))


# ---------------------------------------------------------------- rounding
Mode = Literal["nearest", "down", "up"]


def round_to(amount: Number, mode: Mode, unit: int = 1) -> int:
    """To a whole number of `unit`: nearest is half away from zero; down and up are towards less and more."""
    parts, whole = amount.numerator, amount.denominator * unit  # so many parts, of which `whole` are one unit
    match mode:
        case "nearest":
            steps = (2 * abs(parts) + whole) // (2 * whole)
            return unit * (steps if parts >= 0 else -steps)
        case "down":
            return unit * (parts // whole)
        case "up":
            return unit * -(-parts // whole)


def rounded(amount: Maybe, mode: Mode, unit: int = 1) -> Maybe:
    """Rounding keeps order, so the ends of an interval are rounded."""
    if amount is NONE:
        return NONE
    if not isinstance(amount, Unsure):
        return round_to(number(amount), mode, unit)
    low, high = (None if end is None else round_to(end, mode, unit) for end in (amount.low, amount.high))
    return between(low, high, amount.missing, amount.perhaps_none)
