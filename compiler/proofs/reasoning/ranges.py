"""Between which bounds an expression lies, whatever the facts are within their declared ranges.

In: a checked expression and the program that declares what it reads. Out: a `Range` of plain numbers: amounts in fen,
shares as fractions, dates as days since 0001-01-01, lengths of time as months. None: nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction

from compiler.bounds import RANGES
from lang import model, typed
from lang.dates import Duration, Month, add_months, first_day, last_day, month_of
from lang.records import record
from lang.types import DATE, Value

Number = int | Fraction
_FOLLOWED = 20  # definitions of definitions
_WINDOWS = {"this year": 12, "last year": 12}


@record
class Range:
    """low ≤ x ≤ high, or < where `open`; None: no bound."""

    low: Number | None = None
    high: Number | None = None
    low_open: bool = False
    high_open: bool = False

    @property
    def empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def both(self, other: Range) -> Range:
        """What lies in both."""
        low, low_open = _tighter(self.low, self.low_open, other.low, other.low_open, max)
        high, high_open = _tighter(self.high, self.high_open, other.high, other.high_open, min)
        return Range(low, high, low_open, high_open)

    def whole(self) -> Range:
        """The same where only whole numbers are possible."""
        low = None if self.low is None else _ceiling(self.low) + (self.low_open and self.low == _ceiling(self.low))
        high = None if self.high is None else _floor(self.high) - (self.high_open and self.high == _floor(self.high))
        return Range(low, high)

    def mirrored(self) -> Range:
        """Of −x."""
        return Range(
            None if self.high is None else -self.high,
            None if self.low is None else -self.low,
            self.high_open,
            self.low_open,
        )


ANYTHING = Range()


def _tighter(
    a: Number | None, a_open: bool, b: Number | None, b_open: bool, pick: Callable[[Number, Number], Number]
) -> tuple[Number | None, bool]:
    if a is None or b is None:
        return (b, b_open) if a is None else (a, a_open)
    if a == b:
        return a, a_open or b_open
    return (a, a_open) if pick(a, b) == a else (b, b_open)


def _ceiling(value: Number) -> int:
    return -((-value.numerator) // value.denominator)


def _floor(value: Number) -> int:
    return value.numerator // value.denominator


def compared(operator: str, bound: Number) -> Range:
    """The x with `x operator bound` (not for ≠)."""
    match operator:
        case "=":
            return Range(bound, bound)
        case "<":
            return Range(high=bound, high_open=True)
        case "≤":
            return Range(high=bound)
        case ">":
            return Range(low=bound, low_open=True)
        case _:
            return Range(low=bound)


def as_number(value: Value) -> Number | None:
    """What is compared; None for what has no order, and for lengths in days (their months are not known)."""
    match value:
        case bool() | str():
            return None
        case date():
            return value.toordinal()
        case Duration(count, unit):
            return count if unit == "months" else None
        case _:
            return value


@record
class Ranges:
    """`first`, `last`: the months of the policy (last None: open)."""

    program: model.Program
    first: Month
    last: Month | None

    @classmethod
    def of(cls, program: model.Program) -> Ranges:
        return cls(program, program.first, program.last)

    @property
    def settlement(self) -> Range:
        """The settlement dates of the policy."""
        high = None if self.last is None else last_day(self.last).toordinal()
        return Range(last_day(self.first).toordinal(), high)

    def of_expr(self, expr: typed.Expr, follow: int = _FOLLOWED) -> Range:
        match expr:
            case typed.Constant(value):
                number = as_number(value)
                return ANYTHING if number is None else Range(number, number)
            case typed.FactRead(entity, attribute):
                return self._fact(self.program.entities[entity].attributes[attribute])
            case typed.ParameterRead(name):
                return self._parameter(self.program.parameters[name])
            case typed.DefineRead(entity, name) if follow:
                return self.of_expr(self.program.defines[entity, name].body, follow - 1)
            case typed.Through(_, body) | typed.Previous(body):
                return self.of_expr(body, follow)
            case typed.SettlementDate():
                return self.settlement
            case typed.TableRead(name):
                return hull(as_number(row.value) for row in self.program.tables[name].rows)
            case typed.If(_, then, otherwise):
                return _either(self.of_expr(then, follow), self.of_expr(otherwise, follow))
            case typed.Arithmetic():
                return self._arithmetic(expr, follow)
            case typed.Run():
                return Range(0)
            case typed.Total(operand, window, months):
                return self._total(operand, window, months, follow)
            case typed.Aggregate(word):
                return Range(0, 1) if word == "share" else Range(0) if word == "count" else self._sum(expr, follow)
            case typed.PaidBy():
                return Range(0)
            case _:
                return ANYTHING

    def _fact(self, attribute: model.Attribute) -> Range:
        usual = RANGES.get(attribute.type.base)
        low = attribute.low if attribute.low is not None else None if usual is None else usual[0]
        high = attribute.high if attribute.high is not None else None if usual is None else usual[1]
        default = None if attribute.default is None else as_number(attribute.default)
        if default is not None and low is not None and high is not None:
            low, high = min(low, default), max(high, default)
        return Range(low, high)

    def _parameter(self, parameter: model.Parameter) -> Range:
        """Its values within the policy; of one that is set from outside nothing is known but that it is not below 0."""
        if not parameter.values or parameter.external:
            usual = RANGES.get(parameter.type.base)
            return ANYTHING if usual is None else Range(usual[0], usual[1])
        holding = [
            value
            for (day, value), following in zip(parameter.values, [*parameter.values[1:], None], strict=True)
            if (self.last is None or month_of(day) <= self.last)
            and (following is None or month_of(following[0]) > self.first)
        ]
        return hull(as_number(value) for value in holding)

    def constant(self, expr: typed.Expr) -> Number | None:
        """The one value that an expression has all through the policy; None: it varies, or is not known."""
        found = self.of_expr(expr) if isinstance(expr, typed.Constant | typed.ParameterRead) else ANYTHING
        return found.low if found.low is not None and found.low == found.high else None

    def _total(self, operand: typed.Expr, window: str, months: int | None, follow: int) -> Range:
        times = months if window == "last months" else _WINDOWS.get(window)
        if operand.type.base == "yes/no":
            return Range(0, times)
        each = self.of_expr(operand, follow)
        if each.low is not None and each.low >= 0:
            return Range(0, None if times is None or each.high is None else each.high * times)
        return ANYTHING

    def _sum(self, expr: typed.Aggregate, follow: int) -> Range:
        each = ANYTHING if expr.value is None else self.of_expr(expr.value, follow)
        return Range(0) if each.low is not None and each.low >= 0 else ANYTHING

    def _arithmetic(self, expr: typed.Arithmetic, follow: int) -> Range:
        a, b = self.of_expr(expr.left, follow), self.of_expr(expr.right, follow)
        if expr.type == DATE:
            return ANYTHING
        match expr.operator:
            case "+":
                return Range(_add(a.low, b.low), _add(a.high, b.high))
            case "-":
                back = b.mirrored()
                return Range(_add(a.low, back.low), _add(a.high, back.high))
            case "minimum":
                known = [bound for bound in (a.high, b.high) if bound is not None]
                return Range(None if a.low is None or b.low is None else min(a.low, b.low), min(known, default=None))
            case "maximum":
                known = [bound for bound in (a.low, b.low) if bound is not None]
                return Range(
                    max(known, default=None), None if a.high is None or b.high is None else max(a.high, b.high)
                )
            case "×":
                return _product(a, b)
            case _:
                return _quotient(a, b)


def hull(values: Iterable[Number | None]) -> Range:
    found = list(values)
    known = [value for value in found if value is not None]
    return ANYTHING if not known or len(known) < len(found) else Range(min(known), max(known))


def _either(a: Range, b: Range) -> Range:
    low = None if a.low is None or b.low is None else min(a.low, b.low)
    high = None if a.high is None or b.high is None else max(a.high, b.high)
    return Range(low, high)


def _add(a: Number | None, b: Number | None) -> Number | None:
    return None if a is None or b is None else a + b


def _product(a: Range, b: Range) -> Range:
    if a.low is not None and b.low is not None and a.low >= 0 and b.low >= 0:
        return Range(a.low * b.low, None if a.high is None or b.high is None else a.high * b.high)
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return ANYTHING
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return Range(min(corners), max(corners))


def _quotient(a: Range, b: Range) -> Range:
    """A divisor is never zero (the checker has shown it); only positive ones are followed."""
    if a.low is None or a.low < 0 or b.low is None or b.low < 0:
        return ANYTHING
    low = Fraction(0) if b.high is None or not b.high else Fraction(a.low) / b.high
    return Range(low, None if a.high is None or not b.low else Fraction(a.high) / b.low)


def moved(day: int, months: int) -> int:
    """The day that lies `months` later; the calendar's ends hold."""
    at = date.fromordinal(day)
    if not 1 <= (month_of(at) + months) // 12 <= 9999:
        return date.min.toordinal() if months < 0 else date.max.toordinal()
    return add_months(at, months).toordinal()


def last_of_month(day: int, months: int) -> int:
    """The last day of the month that lies `months` later; the calendar's ends hold."""
    of = month_of(date.fromordinal(day)) + months
    if not 1 <= of // 12 <= 9999:
        return moved(day, months)
    return last_day(of).toordinal()


def days_of_month(month: Month) -> Range:
    return Range(first_day(month).toordinal(), last_day(month).toordinal())
