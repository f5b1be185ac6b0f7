"""Comparison and arithmetic on what streams are inside a row: whole numbers over denominators, three-valued.

Nothing here wraps: a number carries a bound of its numerator, and what might exceed 62 bits is refused when the code is
made.
"""

from __future__ import annotations

from collections.abc import Callable
from math import gcd, lcm
from typing import Any

import llvmlite.ir as ll
from attrs import frozen

from compiler.backends.kernels.build import I64, Build
from compiler.backends.kernels.values import Data, Flag, NotNative, Number, Value, Vector, YesNo


@frozen(eq=False)
class Reckoning:
    """The operations, in the code of one build."""

    build: Build

    # ------------------------------------------------------------ comparison
    def compare_numbers(self, operator: str, a: Number, c: Number) -> YesNo:
        b = self.build
        none, doubt = b.either(a.none, c.none), b.either(a.doubt, c.doubt)
        left, right, _, _, _ = self.common(a, c)
        held = b.without(b.without(self.compared(operator, left, right), none), doubt)
        if doubt is False:
            return known(held)
        return YesNo(held, b.either(held, b.without(doubt, none)))

    def compare_counts(self, operator: str, a: Number, c: Number) -> YesNo:
        """Counts with members in doubt: the least against the most."""
        b = self.build
        if operator in ("=", "≠"):
            return self.compare_numbers(operator, settled(b, a), settled(b, c))
        most_a, most_c = _with(a, a.high), _with(c, c.high)
        if operator in ("<", "≤"):
            sure, maybe = self.compare_numbers(operator, most_a, c), self.compare_numbers(operator, a, most_c)
        else:
            sure, maybe = self.compare_numbers(operator, a, most_c), self.compare_numbers(operator, most_a, c)
        return YesNo(sure.sure, b.either(sure.sure, maybe.maybe))

    def same_yes_no(self, operator: str, a: Value, c: Value) -> YesNo:
        b = self.build
        if not isinstance(a, YesNo) or not isinstance(c, YesNo) or operator not in ("=", "≠"):
            raise NotNative("a comparison of two types")
        none = b.either(a.none, c.none)
        if a.known and c.known:
            same = self._xor(a.sure, c.sure) if operator == "≠" else b.negated(self._xor(a.sure, c.sure))
            return known(b.without(same, none))
        doubt = b.either(b.without(a.maybe, a.sure), b.without(c.maybe, c.sure))
        differ = self._xor(a.sure, c.sure)
        held = b.without(b.without(differ if operator == "≠" else b.negated(differ), none), doubt)
        return YesNo(held, b.either(held, b.without(doubt, none)))

    def _xor(self, a: Flag, c: Flag) -> Flag:
        b = self.build
        return b.either(b.without(a, c), b.without(c, a))

    def one_of(self, number: Number, codes: list[int]) -> YesNo:
        b = self.build
        held: Flag = False
        for code in codes:
            held = b.either(held, self.compared("=", number.data, code))
        held = b.without(b.without(held, number.none), number.doubt)
        if number.doubt is False:
            return known(held)
        return YesNo(held, b.either(held, b.without(number.doubt, number.none)))

    def compared(self, operator: str, left: Data, right: Data) -> Flag:
        """Numbers over one denominator."""
        b = self.build
        sign = {"=": "==", "≠": "!=", "<": "<", "≤": "<=", ">": ">", "≥": ">="}[operator]
        if not is_monthly(left) and not is_monthly(right):
            if isinstance(left, int) and isinstance(right, int):
                return {"==": left == right, "!=": left != right, "<": left < right, "<=": left <= right,
                        ">": left > right, ">=": left >= right}[sign]  # fmt: skip
            return b.builder.icmp_signed(sign, one_value(left), one_value(right))
        (held,) = b.lanes([left, right], [], lambda numbers, _: [b.builder.icmp_signed(sign, *numbers)])
        return held

    # ------------------------------------------------------------ arithmetic
    def arithmetic(self, operator: str, a: Number, c: Number) -> Number:
        b = self.build
        a, c = settled(b, a), settled(b, c)
        none, doubt = b.either(a.none, c.none), b.either(a.doubt, c.doubt)
        if operator == "×":
            data = self.each(lambda x, y: b.builder.mul(x, y), lambda x, y: x * y, a.data, c.data)
            den = self._product(a.den, c.den)
            return Number(data, a.top * c.top, den, a.den_top * c.den_top, none, doubt)
        if operator == "/":
            return self._quotient(a, c, none, doubt)
        left, right, den, den_top, top = self.common(a, c)
        if operator in ("+", "-"):
            make = b.builder.add if operator == "+" else b.builder.sub
            data = self.each(make, lambda x, y: x + y if operator == "+" else x - y, left, right)
            return Number(data, 2 * top, den, den_top, none, doubt)
        sign = "<" if operator == "minimum" else ">"
        chosen = min if operator == "minimum" else max
        data = self.each(lambda x, y: b.builder.select(b.builder.icmp_signed(sign, x, y), x, y), chosen, left, right)
        return Number(data, top, den, den_top, none, doubt)

    def _quotient(self, a: Number, c: Number, none: Flag, doubt: Flag) -> Number:
        """(a / p) / (c / q) = a q / (p c). By zero there is none."""
        b = self.build
        if isinstance(c.data, int):
            if c.data == 0:
                return Number(0, 1, none=True)
            sign = 1 if c.data > 0 else -1
            if isinstance(a.den, int) and isinstance(c.den, int):
                common = gcd(c.den, abs(c.data))
                up, down = c.den // common * sign, abs(c.data) // common
                data = self._scaled(a.data, up)
                return Number(data, a.top * abs(up), a.den * down, a.den * down, none, doubt)
        zero = self.compared("=", c.data, 0)
        data = self._product(a.data, c.den)
        negative = self.each(self._sign, lambda x, _: -1 if x < 0 else 1, c.data, 0)
        size = self.each(self._size, lambda x, _: max(abs(x), 1), c.data, 0)
        data = self._product(data, negative)
        den = self._product(a.den, size)
        return Number(
            data, a.top * c.den_top, den, a.den_top * max(c.top, 1), b.either(none, b.without(zero, doubt)), doubt
        )

    def _sign(self, x: Any, zero: Any) -> Any:
        b = self.build.builder
        one, minus = like(x, 1), like(x, -1)
        return b.select(b.icmp_signed("<", x, zero), minus, one)

    def _size(self, x: Any, zero: Any) -> Any:
        b = self.build.builder
        size = b.select(b.icmp_signed("<", x, zero), b.sub(zero, x), x)
        return b.select(b.icmp_signed("==", x, zero), like(x, 1), size)

    def _scaled(self, data: Data, factor: int) -> Data:
        return data if factor == 1 else self._product(data, factor)

    def _product(self, a: Data, c: Data) -> Data:
        for one, other in ((a, c), (c, a)):
            if isinstance(one, int) and one == 1:
                return other
        return self.each(lambda x, y: self.build.builder.mul(x, y), lambda x, y: x * y, a, c)

    def each(self, lane: Callable[[Any, Any], Any], exact: Callable[[int, int], int], a: Data, c: Data) -> Data:
        """An operation on two numbers, of every month where one of them changes by the month."""
        b = self.build
        if isinstance(a, int | tuple) and isinstance(c, int | tuple):
            if isinstance(a, int) and isinstance(c, int):
                return exact(a, c)
            count = b.months
            left = (a,) * count if isinstance(a, int) else a
            right = (c,) * count if isinstance(c, int) else c
            return tuple(exact(x, y) for x, y in zip(left, right, strict=True))
        if not is_monthly(a) and not is_monthly(c):
            return lane(one_value(a), one_value(c))
        (made,) = b.lanes([a, c], [], lambda numbers, _: [lane(*numbers)])
        return made

    def picked(self, condition: Flag, then: Data, otherwise: Data) -> Data:
        """`then` where a flag holds, else the other."""
        b = self.build
        if then is otherwise or condition is True:
            return then
        if condition is False:
            return otherwise
        if b.steady(condition) and not is_monthly(then) and not is_monthly(otherwise):
            return b.builder.select(condition, one_value(then), one_value(otherwise))
        (made,) = b.lanes([then, otherwise], [condition], lambda n, f: [b.builder.select(f[0], n[0], n[1])])
        return made

    def common(self, a: Number, c: Number) -> tuple[Data, Data, Data, int, int]:
        """Both numerators over one denominator; it, its bound, and a bound of the numerators."""
        if isinstance(a.den, int) and isinstance(c.den, int):
            den = lcm(a.den, c.den)
            up_a, up_c = den // a.den, den // c.den
            top = max(a.top * up_a, c.top * up_c)
            if top > 2**62:
                raise NotNative("numbers over one denominator may grow beyond 62 bits")
            return self._scaled(a.data, up_a), self._scaled(c.data, up_c), den, den, top
        top = max(a.top * c.den_top, c.top * a.den_top)
        if top > 2**62:
            raise NotNative("numbers over one denominator may grow beyond 62 bits")
        return (
            self._product(a.data, c.den), self._product(c.data, a.den), self._product(a.den, c.den),
            a.den_top * c.den_top, top,
        )  # fmt: skip


# ---------------------------------------------------------------- small things
def known(flag: Flag) -> YesNo:
    return YesNo(flag, flag)


def _with(number: Number, high: Data | None) -> Number:
    data = number.data if high is None else high
    return Number(data, number.top, number.den, number.den_top, number.none, number.doubt)


def settled(b: Build, number: Number) -> Number:
    """A count whose members are in doubt is itself in doubt."""
    if number.high is None:
        return number
    (differs,) = b.lanes([number.data, number.high], [], lambda n, _: [b.builder.icmp_signed("!=", n[0], n[1])])
    return Number(number.data, number.top, number.den, number.den_top, number.none, b.either(number.doubt, differs))


def is_monthly(data: Data) -> bool:
    return isinstance(data, tuple | Vector)


def one_value(data: Data) -> Any:
    return I64(data) if isinstance(data, int) else data


def like(x: Any, number: int) -> Any:
    return ll.Constant(x.type, [number] * x.type.count) if isinstance(x.type, ll.VectorType) else x.type(number)
