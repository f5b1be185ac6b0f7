"""The proof that every number of a program fits 64 bits, whatever the facts are within their ranges.

In: an `ir.Program`. Out: for each stream the interval that its numbers lie in and the scale that makes them whole, and
a diagnostic for each expression that may leave int64. A back end that counts in int64 relies on it; one whose values
are scaled by `scale` (60% of an amount is whole in hundredths of a fen) asks `fits_scaled`.

Assumed: an entity has at most ten million rows; months are those of the calendar (years 1 to 9999); a length of time
that is given lasts 100 years at most, and so does a policy without an end. A parameter may be set to any value of the
range of its type, and has besides the values that it is given in the policy.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from attrs import frozen

from compiler import ir
from compiler.messages import too_large
from compiler.verify import NUMBERS
from lang.diagnostics import Diagnostic
from lang.types import NONE, Base, Type

LIMIT = 2**63 - 1
MONTHS = 12 * 9999
CENTURY = 12 * 100
ROWS = 10_000_000
LARGEST_SCALE = 10**18

# The default ranges of docs/language: of a fact or parameter that declares none. Money and rates in fen.
RANGES: dict[Base, tuple[int, int]] = {
    "count": (0, 10**6), "number": (-(10**9), 10**9), "share": (0, 1), "money": (0, 10**11), "rate": (0, 10**11),
    "duration": (0, CENTURY),
}  # fmt: skip
SHARE_SCALE = 10**6  # a share has six decimals


@frozen
class Bound:
    """low ≤ value ≤ high, and value × scale is whole (`scale` None: no such scale is known)."""

    low: Fraction
    high: Fraction
    scale: int | None = 1

    @property
    def size(self) -> Fraction:
        return max(abs(self.low), abs(self.high))

    @property
    def fits(self) -> bool:
        return self.size <= LIMIT

    @property
    def fits_scaled(self) -> bool:
        return self.scale is not None and self.size * self.scale <= LIMIT


Bounds = tuple[Bound | None, ...]


def bounds(program: ir.Program) -> tuple[Bounds, tuple[Diagnostic, ...]]:
    """The bound of each stream (None: it is no number, or reads one that was reported), and what does not fit."""
    found: list[Bound | None] = []
    diagnostics: list[Diagnostic] = []
    for stream in program.streams:
        bound = _bound(program, stream, found) if stream.type.base in NUMBERS else None
        if bound is not None and not bound.fits:
            diagnostics.append(too_large(stream.origin, _text(program, stream), bound.low, bound.high, stream.type))
            bound = None
        found.append(bound)
    for clause in program.clauses.values():
        for alternative in clause.alternatives:
            in_all = _paid_in_all(program, alternative, found)
            if in_all is not None and in_all > LIMIT:
                name = (f"all payments of {clause.name} to one {clause.entity}", f"{clause.name} 对同一对象的累计发放")
                diagnostics.append(too_large(alternative.origin, name, Fraction(0), in_all, Type("money")))
    return tuple(found), tuple(diagnostics)


def _paid_in_all(program: ir.Program, alternative: ir.Alternative, found: list[Bound | None]) -> Fraction | None:
    """The most that an alternative can pay to one row, its limits applied."""
    amount = found[alternative.amount]
    if amount is None:
        return None
    months = CENTURY if program.last is None else program.last - program.first + 1
    years = months // 12 + 2
    times = {"once": 1, "once per year": years, "per month": months}[alternative.frequency]
    sums = [(amount.high + alternative.unit) * times]
    for limit, repeats in ((alternative.in_all, 1), (alternative.per_year, years)):
        bound = found[limit] if limit is not None else None
        if bound is not None:
            sums.append(bound.high * repeats)
    return min(sums)


# ---------------------------------------------------------------- one stream
def _bound(program: ir.Program, stream: ir.Stream, found: list[Bound | None]) -> Bound | None:
    match stream.op:
        case ir.Constant(value):
            if value is NONE or not isinstance(value, int | Fraction):
                return None
            exact = Fraction(value)
            return Bound(exact, exact, exact.denominator)
        case ir.Fact(attribute):
            return _fact(program.attributes[stream.entity or "", attribute])
        case ir.Parameter(name):
            return _parameter(program.parameters[name])
        case ir.Through(_, operand) | ir.Previous(operand):
            return found[operand]
        case ir.Select(_, then, otherwise):
            return hull(found[then], found[otherwise])
        case ir.Arithmetic(operator, left, right):
            a, b = found[left], found[right]
            return None if a is None or b is None else arithmetic(operator, a, b)
        case ir.Aggregate(word, _, _, _, value):
            if word == "share":
                return Bound(Fraction(0), Fraction(1), None)
            return repeated(Bound(Fraction(1), Fraction(1)) if value is None else found[value], ROWS)
        case ir.Run(_, cap):
            return Bound(Fraction(0), Fraction(MONTHS if cap is None else cap))
        case ir.Total(operand, window, months):
            times = {"so far": MONTHS, "last months": months or 0}.get(window, 12)
            of_months = program.streams[operand].type.base == "yes/no"
            return repeated(Bound(Fraction(1), Fraction(1)) if of_months else found[operand], times)
        case _:
            return None


def _fact(attribute: ir.Attribute) -> Bound:
    low, high = RANGES[attribute.type.base]
    bound = Bound(
        Fraction(low) if attribute.low is None else attribute.low,
        Fraction(high) if attribute.high is None else attribute.high,
        SHARE_SCALE if attribute.type.base == "share" else 1,
    )
    default = attribute.default
    return bound if not isinstance(default, int | Fraction) else _with(bound, Fraction(default))


def _parameter(parameter: ir.ParameterValues) -> Bound:
    low, high = RANGES[parameter.type.base]
    bound = Bound(Fraction(low), Fraction(high), SHARE_SCALE if parameter.type.base in ("share", "number") else 1)
    for _, value in parameter.values:
        if isinstance(value, int | Fraction):
            bound = _with(bound, Fraction(value))
    return bound


# ---------------------------------------------------------------- intervals
def _with(bound: Bound, value: Fraction) -> Bound:
    return Bound(min(bound.low, value), max(bound.high, value), _common(bound.scale, value.denominator))


def hull(a: Bound | None, b: Bound | None) -> Bound | None:
    """Either of the two; None is no number (NONE in a table), so the other remains."""
    if a is None or b is None:
        return a or b
    return Bound(min(a.low, b.low), max(a.high, b.high), _common(a.scale, b.scale))


def repeated(bound: Bound | None, times: int) -> Bound | None:
    """A sum of none to `times` such values."""
    if bound is None:
        return None
    return Bound(min(Fraction(0), bound.low * times), max(Fraction(0), bound.high * times), bound.scale)


def arithmetic(operator: str, a: Bound, b: Bound) -> Bound | None:
    scale = _common(a.scale, b.scale)
    match operator:
        case "+":
            return Bound(a.low + b.low, a.high + b.high, scale)
        case "-":
            return Bound(a.low - b.high, a.high - b.low, scale)
        case "minimum":
            return Bound(min(a.low, b.low), min(a.high, b.high), scale)
        case "maximum":
            return Bound(max(a.low, b.low), max(a.high, b.high), scale)
        case "×":
            scale = None if a.scale is None or b.scale is None else _small(a.scale * b.scale)
            return _corners(a, b, scale)
        case _:
            return _quotient(a, b)


def _corners(a: Bound, b: Bound, scale: int | None) -> Bound:
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return Bound(min(corners), max(corners), scale)


def _quotient(a: Bound, b: Bound) -> Bound | None:
    """The checker has shown that the divisor is not zero where it counts, so it is at least one step from it."""
    sides: list[Bound] = []
    step = Fraction(1, b.scale) if b.scale is not None else None
    if b.high > 0:
        least = b.low if b.low > 0 else step
        sides.append(Bound(1 / b.high, 1 / least if least else Fraction(LIMIT + 1)))
    if b.low < 0:
        least = -b.high if b.high < 0 else step
        sides.append(Bound(-1 / least if least else Fraction(-LIMIT - 1), 1 / b.low))
    exact = None
    if a.scale is not None and b.low == b.high and b.low != 0:
        exact = _small(a.scale * abs(b.low.numerator))
    result: Bound | None = None
    for side in sides:
        result = hull(result, _corners(a, side, exact))
    return None if result is None else Bound(result.low, result.high, exact)


def _common(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else _small(lcm(a, b))


def _small(scale: int) -> int | None:
    return scale if scale <= LARGEST_SCALE else None


# ---------------------------------------------------------------- naming
def _text(program: ir.Program, stream: ir.Stream) -> tuple[str, str]:
    """What the policy wrote, or the definition's name."""
    text = " ".join(stream.origin.text.split()) or stream.name or f"stream %{stream.id} of {program.name}"
    text = text if len(text) <= 80 else text[:77] + "…"
    return text, text
