"""Numbers as terms: counts, lengths, shares and money, exact.

Two forms. `Steps` is a number with few possible values: it is known for each of them whether the number reaches it, so
that sums, limits and comparisons of such numbers are plain logic and no arithmetic (a clause that pays 500 yuan a month
has paid 0, 500, 1000 …). `Ratio` is a whole-number term over a known denominator, for wages and the like. What has more
than `MOST` values becomes a Ratio.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Literal, TypeAlias

import z3
from attrs import evolve, frozen

from compiler.backends.smt.logic import Bit, both, choose, either, every, no, some
from lang.diagnostics import Text

MOST = 130  # values of a number in steps

Whole: TypeAlias = "int | z3.ArithRef"
Operator = Literal["=", "≠", "<", "≤", ">", "≥"]


class NotEncoded(Exception):
    """Something that the solver is not asked about. `text` says what; the finding is then `not proved`."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@frozen(eq=False)
class Steps:
    """One of `values` (ascending). `reaches[i]`: it is values[i] or more; the first is True, and each implies the one
    before it."""

    values: tuple[Fraction, ...]
    reaches: tuple[Bit, ...]

    def at_least(self, bound: Fraction) -> Bit:
        place = bisect_left(self.values, bound)
        return self.reaches[place] if place < len(self.values) else False

    def is_at(self, place: int) -> Bit:
        over = self.reaches[place + 1] if place + 1 < len(self.values) else False
        return both(self.reaches[place], no(over))


@frozen(eq=False)
class Ratio:
    """`whole` / `den`, den > 0. `low`, `high`: between what it is sure to lie (None: nothing is known)."""

    whole: Whole
    den: int = 1
    low: Fraction | None = None
    high: Fraction | None = None


Number = Steps | Ratio


# ---------------------------------------------------------------- making
def constant(value: int | Fraction) -> Steps:
    return Steps((Fraction(value),), (True,))


def steps(values: dict[Fraction, Bit]) -> Number:
    """From what is reached: value → whether the number is that or more. Values that are not reached on their own, or
    never, are left out."""
    kept: list[tuple[Fraction, Bit]] = []
    for value in sorted(values):
        bit = values[value]
        if bit is False:
            break
        if bit is True:
            kept = [(value, True)]
        elif kept and not isinstance(last := kept[-1][1], bool) and bit.eq(last):
            kept[-1] = (value, bit)
        else:
            kept.append((value, bit))
    number = Steps(tuple(value for value, _ in kept), tuple(bit for _, bit in kept))
    return number if len(kept) <= MOST else ratio(number)


def bit_number(bit: Bit) -> Number:
    """1 for yes, 0 for no."""
    return steps({Fraction(0): True, Fraction(1): bit})


def known(number: Number) -> Fraction | None:
    """The value, where there is only one."""
    if isinstance(number, Steps):
        return number.values[0] if len(number.values) == 1 else None
    return Fraction(number.whole, number.den) if isinstance(number.whole, int) else None


def ratio(number: Number) -> Ratio:
    if isinstance(number, Ratio):
        return number
    den = lcm(*(value.denominator for value in number.values))
    first = int(number.values[0] * den)
    parts: list[Whole] = [first] if first else []
    for before, value, bit in zip(number.values, number.values[1:], number.reaches[1:], strict=False):
        assert not isinstance(bit, bool)
        parts.append(z3.If(bit, int((value - before) * den), 0))
    ends = number.values[0], number.values[-1]
    if not parts:
        return Ratio(0, den, *ends)
    return Ratio(parts[0] if len(parts) == 1 else z3.Sum(*parts), den, *ends)


End = Fraction | None


def ends(number: Number) -> tuple[End, End]:
    """Between what the number is sure to lie."""
    if isinstance(number, Steps):
        return number.values[0], number.values[-1]
    return number.low, number.high


def _sum(a: End, b: End) -> End:
    return None if a is None or b is None else a + b


def _least(a: End, b: End) -> End:
    return None if a is None or b is None else min(a, b)


def _most(a: End, b: End) -> End:
    return None if a is None or b is None else max(a, b)


def _either(a: End, b: End, choose_: Callable[[Fraction, Fraction], Fraction]) -> End:
    """Of two ends one of which is enough."""
    if a is None or b is None:
        return a if b is None else b
    return choose_(a, b)


# ---------------------------------------------------------------- reckoning
def add(a: Number, b: Number) -> Number:
    if isinstance(a, Steps) and isinstance(b, Steps) and len(a.values) * len(b.values) <= MOST * 16:
        sums: dict[Fraction, list[Bit]] = {}
        for value, bit in zip(a.values, a.reaches, strict=True):
            for more, other in zip(b.values, b.reaches, strict=True):
                sums.setdefault(value + more, []).append(both(bit, other))
        if len(sums) <= MOST:
            return steps(sums_reached(sums))
    if known(a) == 0:
        return b
    if known(b) == 0:
        return a
    left, right = ratio(a), ratio(b)
    den = lcm(left.den, right.den)
    whole = left.whole * (den // left.den) + right.whole * (den // right.den)
    return Ratio(whole, den, _sum(left.low, right.low), _sum(left.high, right.high))


def sums_reached(sums: dict[Fraction, list[Bit]]) -> dict[Fraction, Bit]:
    """A sum is reached in one of the ways of making it up, or where a larger one is."""
    reached: dict[Fraction, Bit] = {}
    above: Bit = False
    for value in sorted(sums, reverse=True):
        above = reached[value] = some((above, *sums[value]))
    return reached


def negative(a: Number) -> Number:
    if isinstance(a, Ratio):
        return Ratio(-a.whole, a.den, None if a.high is None else -a.high, None if a.low is None else -a.low)
    over = (*(no(bit) for bit in a.reaches[1:]), True)  # that a is values[i] or less
    return Steps(tuple(-value for value in reversed(a.values)), tuple(reversed(over)))


def minus(a: Number, b: Number) -> Number:
    return add(a, negative(b))


def times(a: Number, b: Number) -> Number:
    if isinstance(b, Steps) and (isinstance(a, Ratio) or len(b.values) < len(a.values)):
        a, b = b, a
    if isinstance(a, Steps):
        if len(a.values) == 1:
            return _scaled(b, a.values[0])
        return by_value(a, lambda factor: _scaled(b, factor))
    assert isinstance(b, Ratio)
    low, high = None, None
    if a.low is not None and b.low is not None and a.low >= 0 and b.low >= 0:
        low = a.low * b.low
        high = None if a.high is None or b.high is None else a.high * b.high
    return Ratio(a.whole * b.whole, a.den * b.den, low, high)


def _scaled(number: Number, factor: Fraction) -> Number:
    if factor == 0:
        return constant(0)
    if factor < 0:
        return _scaled(negative(number), -factor)
    if isinstance(number, Steps):
        return Steps(tuple(value * factor for value in number.values), number.reaches)
    low, high = (None if end is None else end * factor for end in (number.low, number.high))
    return Ratio(number.whole * factor.numerator, number.den * factor.denominator, low, high)


def by_value(number: Steps, make: Callable[[Fraction], Number]) -> Number:
    """What `make` gives for the value that the number has."""
    made = make(number.values[-1])
    for place in range(len(number.values) - 2, -1, -1):
        made = select(number.reaches[place + 1], made, make(number.values[place]))
    return made


def divided(a: Number, b: Number) -> tuple[Number, Bit]:
    """The quotient, and whether there is none (the divisor is 0)."""
    if not isinstance(b, Steps):
        raise NotEncoded(Text("a division by a fact", "除数是台账栏目"))
    zero = compare("=", b, constant(0))
    return by_value(b, lambda divisor: _scaled(a, 1 / divisor) if divisor else constant(0)), zero


def lesser(a: Number, b: Number) -> Number:
    if isinstance(a, Steps) and isinstance(b, Steps):
        return _merged(a, b, both)
    (a_low, a_high), (b_low, b_high) = ends(a), ends(b)
    less = select(compare("≤", a, b), a, b)
    return _within(less, _least(a_low, b_low), _either(a_high, b_high, min))


def greater(a: Number, b: Number) -> Number:
    if isinstance(a, Steps) and isinstance(b, Steps):
        return _merged(a, b, either)
    (a_low, a_high), (b_low, b_high) = ends(a), ends(b)
    more = select(compare("≥", a, b), a, b)
    return _within(more, _either(a_low, b_low, max), _most(a_high, b_high))


def _within(number: Number, low: End, high: End) -> Number:
    return evolve(number, low=low, high=high) if isinstance(number, Ratio) else number


def _merged(a: Steps, b: Steps, join: Callable[[Bit, Bit], Bit]) -> Number:
    values = sorted({*a.values, *b.values})
    return steps({values[0]: True} | {value: join(a.at_least(value), b.at_least(value)) for value in values[1:]})


def select(condition: Bit, then: Number, otherwise: Number) -> Number:
    if isinstance(condition, bool):
        return then if condition else otherwise
    if then is otherwise:
        return then
    if isinstance(then, Steps) and isinstance(otherwise, Steps):
        values = sorted({*then.values, *otherwise.values})
        if len(values) <= MOST:
            return steps(
                {values[0]: True}
                | {v: choose(condition, then.at_least(v), otherwise.at_least(v)) for v in values[1:]}
            )  # fmt: skip
    left, right = ratio(then), ratio(otherwise)
    den = lcm(left.den, right.den)
    whole = z3.If(condition, left.whole * (den // left.den), right.whole * (den // right.den))
    return Ratio(whole, den, _least(left.low, right.low), _most(left.high, right.high))


def rounded(number: Number, mode: Literal["nearest", "down", "up"], unit: int) -> Number:
    """To whole fen, a multiple of `unit`. Half is rounded up (below 0 down, but such amounts pay nothing)."""
    if isinstance(number, Steps):
        reached: dict[Fraction, Bit] = {}
        for value, bit in zip(number.values, number.reaches, strict=True):
            reached.setdefault(Fraction(_round(value, mode, unit)), bit)
        return steps(reached)
    den = number.den * unit
    if den == 1:
        return number
    whole = number.whole
    above = {"nearest": 2 * whole + den, "down": whole, "up": whole + den - 1}[mode]
    by = 2 * den if mode == "nearest" else den
    low, high = (None if end is None else Fraction(_round(end, mode, unit)) for end in (number.low, number.high))
    return Ratio((above // by if isinstance(above, int) else above / by) * unit, 1, low, high)


def _round(value: Fraction, mode: str, unit: int) -> int:
    part = value / unit
    if mode == "nearest":
        return unit * floor(part + Fraction(1, 2))
    return unit * (floor(part) if mode == "down" else ceil(part))


# ---------------------------------------------------------------- comparing
def compare(operator: Operator, a: Number, b: Number) -> Bit:
    match operator:
        case "≥":
            return _at_least(a, b)
        case "≤":
            return _at_least(b, a)
        case "<":
            return no(_at_least(a, b))
        case ">":
            return no(_at_least(b, a))
        case "=":
            return both(_at_least(a, b), _at_least(b, a))
        case "≠":
            return no(compare("=", a, b))


def _at_least(a: Number, b: Number) -> Bit:
    (a_low, a_high), (b_low, b_high) = ends(a), ends(b)
    if a_low is not None and b_high is not None and a_low >= b_high:
        return True
    if a_high is not None and b_low is not None and a_high < b_low:
        return False
    if isinstance(a, Steps) and isinstance(b, Steps):
        return every(either(no(bit), a.at_least(value)) for value, bit in zip(b.values, b.reaches, strict=True))
    if isinstance(b, Steps):
        left = ratio(a)
        return every(
            either(no(bit), _whole_at_least(left, value)) for value, bit in zip(b.values, b.reaches, strict=True)
        )
    if isinstance(a, Steps):  # a ≥ b: b is not above the value that a has
        right = ratio(b)
        return some(
            both(a.reaches[place], _whole_at_most(right, value)) for place, value in enumerate(a.values)
        )  # fmt: skip
    den = lcm(a.den, b.den)
    left_whole, right_whole = a.whole * (den // a.den), b.whole * (den // b.den)
    answer = left_whole >= right_whole
    return answer if isinstance(answer, bool | z3.BoolRef) else bool(answer)


def _whole_at_least(number: Ratio, bound: Fraction) -> Bit:
    return _bit(number.whole >= ceil(bound * number.den))


def _whole_at_most(number: Ratio, bound: Fraction) -> Bit:
    return _bit(number.whole <= floor(bound * number.den))


def _bit(answer: bool | z3.BoolRef) -> Bit:
    return answer


def total(numbers: Iterable[Number]) -> Number:
    result: Number = constant(0)
    for number in numbers:
        result = add(result, number)
    return result
