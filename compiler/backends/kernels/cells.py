"""Cells: how an attribute of a row is read, from whatever arrays hold it (`facts.Source`).

A yes/no becomes bits, a number a value or a vector of months; what is not given is in doubt, or its default.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llvmlite.ir as ll
from attrs import frozen

from compiler.backends.kernels.ahead import expect_spells
from compiler.backends.kernels.build import I1, I8, I64, LANES, Build
from compiler.backends.kernels.facts import NONE_STATE, UNKNOWN_STATE, Source, Window
from compiler.backends.kernels.reckoning import Reckoning, known
from compiler.backends.kernels.values import Data, Flag, Number, Vector, YesNo
from compiler.fact_columns import GIVEN
from lang.types import UNKNOWN


@frozen(eq=False)
class Cells:
    """`address` gives the pointer to an array."""

    build: Build
    reckon: Reckoning
    window: Window
    address: Callable[[Any], Any]

    def _default(self, source: Source, flag: Flag) -> tuple[Flag, Flag]:
        """(doubt, where the default stands) of the cells that are not given."""
        return (flag, False) if source.default is UNKNOWN else (False, flag)

    def state(self, source: Source, row: Any, wanted: int) -> Flag:
        state = source.arrays.get("state")
        if state is None:
            return False
        b = self.build
        value = b.builder.load(b.at(self.address(state), row, I8), typ=I8, align=1)
        return b.builder.icmp_unsigned("==", value, I8(wanted))

    def given(self, source: Source, row: Any) -> Flag:
        given = source.arrays.get("given")
        if given is None:
            return True
        b = self.build
        return b.builder.icmp_unsigned("!=", b.builder.load(b.at(self.address(given), row, I8), typ=I8, align=1), I8(0))

    def yes_no(self, source: Source, row: Any) -> YesNo:
        b = self.build
        if source.shape == "nothing":
            if source.default is UNKNOWN:
                return YesNo(False, True)
            return known(bool(source.default))
        none: Flag = False
        unknown: Flag
        if source.shape == "always":
            data = b.builder.load(b.at(self.address(source.arrays["data"]), row, I8), typ=I8, align=1)
            held: Flag = b.builder.icmp_unsigned("!=", data, I8(0))
            unknown, none = self.state(source, row, UNKNOWN_STATE), self.state(source, row, NONE_STATE)
            held = b.without(b.without(held, unknown), none)
        elif source.shape == "masks":
            held, unknown = self._words(source, row), b.negated(self.given(source, row))
            held = b.without(held, unknown)
        elif source.shape == "bytes":
            held, unknown, none = self._bytes(source, row)
        else:
            held, unknown = self._spells_of_yes(source, row)
        doubt, default = self._default(source, unknown)
        if source.default is not UNKNOWN and source.default:
            held = b.either(held, default)
        return YesNo(held, b.either(held, doubt) if doubt is not False else held, none)

    def _words(self, source: Source, row: Any) -> Any:
        """Bits from the words of a row, moved to the window."""
        b, window = self.build, self.window
        count = source.arrays["data"].shape[1]
        pointer = b.at(self.address(source.arrays["data"]), b.builder.mul(row, I64(count)), I64)
        result: Any = b.wide(0)
        for word in range(count):
            shift = source.start + 64 * word - window.start
            bits = b.builder.load(b.at(pointer, I64(word), I64), typ=I64, align=8)
            left = source.months - 64 * word
            if left < 64:
                bits = b.builder.and_(bits, I64(2**left - 1))
            if shift <= -64 or shift >= b.months:
                continue
            if shift < 0:
                bits, shift = b.builder.lshr(bits, I64(-shift)), 0
            wide = b.widened(bits)
            result = b.builder.or_(result, b.builder.shl(wide, b.wide(shift)) if shift else wide)
        return result

    def _covered(self, source: Source) -> tuple[int, int, int]:
        """(first month of the row that is in the window, how many, and where in the window it stands)."""
        first = max(source.start, self.window.start)
        end = min(source.start + source.months, self.window.start + self.build.months)
        return first - source.start, max(end - first, 0), first - self.window.start

    def _bytes(self, source: Source, row: Any) -> tuple[Flag, Flag, Flag]:
        b = self.build
        skip, count, offset = self._covered(source)

        def bits(name: str, test: Callable[[Any], Any]) -> Any:
            place = b.builder.add(b.builder.mul(row, I64(source.months)), I64(skip))
            return b.bytes_to_mask(b.at(self.address(source.arrays[name]), place, I8), count, offset, test)

        held = bits("data", lambda v: b.builder.icmp_unsigned("!=", v, ll.Constant(v.type, None)))
        if "state" not in source.arrays:
            return held, False, False

        def is_(state: int) -> Callable[[Any], Any]:
            return lambda v: b.builder.icmp_unsigned("==", v, ll.Constant(v.type, [state] * v.type.count))

        unknown, none = bits("state", is_(UNKNOWN_STATE)), bits("state", is_(NONE_STATE))
        return b.without(b.without(held, unknown), none), unknown, none

    def each_spell(self, source: Source, row: Any, carried: list[Any], body: Callable[..., list[Any]]) -> list[Any]:
        """`body(spell, months of it as bits, carried)` for the spells of a row."""
        b = self.build
        pointer = self.address(source.arrays["offsets"])
        if row is b.row:
            expect_spells(b, self.address, source.arrays)
        begin = b.loaded(pointer, row, 64)
        end = b.loaded(pointer, b.builder.add(row, I64(1)), 64)

        def step(number: Any, values: list[Any]) -> list[Any]:
            at = b.builder.add(begin, number)
            first = b.loaded(self.address(source.arrays["first"]), at, 32)
            last = b.loaded(self.address(source.arrays["last"]), at, 32)
            start = I64(self.window.start)
            months = b.months_between(b.builder.sub(first, start), b.builder.sub(last, start))
            return body(at, months, values)

        return b.loop(b.builder.sub(end, begin), step, carried)

    def _spells_of_yes(self, source: Source, row: Any) -> tuple[Flag, Flag]:
        b = self.build
        doubtful = "state" in source.arrays

        def step(at: Any, months: Any, values: list[Any]) -> list[Any]:
            held = months
            if "data" in source.arrays:
                data = b.builder.load(b.at(self.address(source.arrays["data"]), at, I8), typ=I8, align=1)
                held = b.both(months, b.builder.icmp_unsigned("!=", data, I8(0)))
            if not doubtful:
                return [b.builder.or_(values[0], b.mask(held))]
            held = b.both(held, self.state(source, at, GIVEN))
            unknown = b.both(months, self.state(source, at, UNKNOWN_STATE))
            return [b.builder.or_(values[0], b.mask(held)), b.builder.or_(values[1], b.mask(unknown))]

        found = self.each_spell(source, row, [b.wide(0)] * (2 if doubtful else 1), step)
        absent = b.negated(self.given(source, row))
        unknown: Flag = b.either(found[1], absent) if doubtful else absent
        return b.without(found[0], absent), unknown

    def number(self, source: Source, row: Any, base: str) -> Number:
        b = self.build
        if source.shape == "nothing":
            if source.default is UNKNOWN:
                return Number(0, source.top, source.unit, source.unit, doubt=True)
            return self._as_months(Number(int(source.default), source.top, source.unit, source.unit), base)
        none: Flag
        if source.shape == "always":
            data: Data = self.cell(source.arrays["data"], row)
            unknown, none = self.state(source, row, UNKNOWN_STATE), self.state(source, row, NONE_STATE)
            doubt, default = self._default(source, unknown)
            if default is not False:
                data = b.chosen(default, I64(int(source.default)), data)
        else:
            read = self._months if source.shape == "months" else self._spells_of_numbers
            data, unknown, none = read(source, row)
            doubt, default = self._default(source, unknown)
            if default is not False:
                data = self.reckon.picked(default, int(source.default), data)
        return self._as_months(Number(data, source.top, source.unit, source.unit, none, doubt), base)

    def _as_months(self, number: Number, base: str) -> Number:
        """A length of time is held as 2 × count, and one in days is odd: it counts thirtieths of a month."""
        if base != "duration":
            return number
        b = self.build

        def lanes(values: list[Any], flags: list[Any]) -> list[Any]:
            (value,) = values
            one = ll.Constant(value.type, [1] * value.type.count)
            odd = b.builder.icmp_unsigned("!=", b.builder.and_(value, one), ll.Constant(value.type, None))
            count = b.builder.ashr(value, one)
            return [
                b.builder.select(odd, count, b.builder.mul(count, ll.Constant(value.type, [30] * value.type.count)))
            ]

        if isinstance(number.data, int):
            count, days = divmod(number.data, 2)
            data: Data = count if days else count * 30
        elif isinstance(number.data, Vector):
            (data,) = b.lanes([number.data], [], lanes)
        else:
            odd = b.builder.trunc(number.data, I1)
            count = b.builder.ashr(number.data, I64(1))
            data = b.builder.select(odd, count, b.builder.mul(count, I64(30)))
        return Number(data, number.top * 30, 30, 30, number.none, number.doubt)

    def cell(self, array: Any, at: Any) -> Any:
        bits = array.dtype.itemsize * 8
        b = self.build
        if array.dtype.kind == "u":
            value = b.builder.load(
                b.at(self.address(array), at, ll.IntType(bits)), typ=ll.IntType(bits), align=bits // 8
            )
            return b.builder.zext(value, I64) if bits < 64 else value
        return b.loaded(self.address(array), at, bits)

    def _months(self, source: Source, row: Any) -> tuple[Data, Flag, Flag]:
        """A number a month: copied into the window, on the stack."""
        b = self.build
        skip, count, offset = self._covered(source)
        array = source.arrays["data"]
        bits = array.dtype.itemsize * 8
        place = b.builder.add(b.builder.mul(row, I64(source.months)), I64(skip))
        pointer = b.at(self.address(array), place, ll.IntType(bits))
        uncovered = b.every & ~(((1 << count) - 1) << offset)
        unknown: Flag = uncovered if uncovered else False
        none: Flag = False
        if "state" in source.arrays:
            states = b.at(self.address(source.arrays["state"]), place, I8)

            def is_(state: int) -> Callable[[Any], Any]:
                return lambda v: b.builder.icmp_unsigned("==", v, ll.Constant(v.type, [state] * v.type.count))

            unknown = b.either(unknown, b.bytes_to_mask(states, count, offset, is_(UNKNOWN_STATE)))
            none = b.bytes_to_mask(states, count, offset, is_(NONE_STATE))
        if offset == 0 and count == b.months:
            return Vector(pointer, bits), unknown, none
        room = b.space(ll.ArrayType(I64, b.months))

        def copy(number: Any, _: list[Any]) -> list[Any]:
            b.builder.store(
                b.loaded(pointer, number, bits), b.at(room, b.builder.add(number, I64(offset)), I64), align=8
            )
            return []

        b.loop(I64(count), copy)
        if source.default is not UNKNOWN and isinstance(unknown, int):
            # what no month of the row covers is the default: a few cells, written once more
            for month in (i for i in range(b.months) if unknown >> i & 1):
                b.builder.store(I64(int(source.default)), b.at(room, I64(month), I64), align=8)
            unknown = False
        return Vector(room), unknown, none

    def _spells_of_numbers(self, source: Source, row: Any) -> tuple[Data, Flag, Flag]:
        b = self.build
        room = b.space(ll.ArrayType(I64, b.months + LANES))

        def step(at: Any, months: Any, values: list[Any]) -> list[Any]:
            cells = b.splat(self.cell(source.arrays["data"], at))
            first = b.place(months)
            count = b.as_index(b.builder.ctpop(months))

            # eight months at a time: what goes beyond the spell is the next one's, or nobody's
            def fill(number: Any, _: list[Any]) -> list[Any]:
                place = b.builder.add(first, b.builder.mul(number, I64(LANES)))
                b.builder.store(cells, b.at(room, place, I64), align=8)
                return []

            b.loop(b.builder.udiv(b.builder.add(count, I64(LANES - 1)), I64(LANES)), fill)
            given = b.both(months, self.state(source, at, GIVEN)) if "state" in source.arrays else months
            none = b.both(months, self.state(source, at, NONE_STATE)) if "state" in source.arrays else b.wide(0)
            return [b.builder.or_(values[0], b.mask(given)), b.builder.or_(values[1], b.mask(none))]

        given, none = self.each_spell(source, row, [b.wide(0), b.wide(0)], step)
        present = self.given(source, row)
        given, none = b.both(given, present), b.both(none, present)
        return Vector(room), b.negated(b.either(given, none)), none
