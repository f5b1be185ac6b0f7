"""The operations of the IR inside one row: each stream becomes a flag or a number (`values`), made once.

Whatever is not known is in doubt, and what depends on it too, if it may. That may say "in doubt" where the interpreter
would find the answer all the same; it never says "sure" where the interpreter does not. Rows in which a doubt reaches a
payment go to the evaluators, so nothing but time is lost by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import llvmlite.ir as ll
from attrs import define, field

from compiler import ir
from compiler.backends.kernels import dates, registers
from compiler.backends.kernels.build import I1, I8, I32, I64, Build
from compiler.backends.kernels.facts import DATE_TOP, DAYS, NONE_STATE, UNKNOWN_STATE, Facts, Source, Window
from compiler.backends.kernels.schedule import Kept
from compiler.backends.kernels.values import Data, Flag, NotNative, Number, Value, Vector, YesNo
from compiler.fact_columns import GIVEN
from compiler.interpreter.streams import Streams as Interpreted
from compiler.interpreter.values import Unsure
from lang.dates import Duration, Month, month_of
from lang.types import NONE, UNKNOWN, Given

LINK_TOP = 2**31
Address = Callable[[str, Any], Any]  # (name, the array itself or a key of what is kept): a pointer


@define(eq=False)
class Streams:
    """The streams of one entity's rows. `address` gives the pointer to an array; `kept`: what earlier passes left."""

    program: ir.Program
    facts: Facts
    window: Window
    entity: str
    build: Build
    address: Callable[[Any], Any]
    interpreted: Interpreted
    steady_constants: Mapping[ir.Id, bool]
    kept: Mapping[ir.Id, Kept]
    codes: Mapping[str, Mapping[str, int]]
    dear: frozenset[ir.Id] = frozenset()
    _made: dict[ir.Id, Value] = field(factory=dict)
    _read: dict[tuple[str, str], list[tuple[Any, Value]]] = field(factory=dict)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What is made inside is only known inside: for code that does not always run."""
        made, read = dict(self._made), {key: list(values) for key, values in self._read.items()}
        try:
            yield
        finally:
            self._made, self._read = made, read

    def value(self, stream: ir.Id) -> Value:
        found = self._made.get(stream)
        if found is None:
            found = self._made[stream] = self._make(self.program.streams[stream])
        return found

    def yes_no(self, stream: ir.Id) -> YesNo:
        value = self.value(stream)
        if not isinstance(value, YesNo):
            raise NotNative("a number where a yes/no is due")
        return value

    def number(self, stream: ir.Id) -> Number:
        value = self.value(stream)
        if not isinstance(value, Number):
            raise NotNative("a yes/no where a number is due")
        return value

    # ------------------------------------------------------------ what rows of another origin have their own way of
    def given(self, entity: str, attribute: str, row: Any) -> Value:
        """An attribute of a row, as it is read where facts are loaded."""
        source = self.facts.source(entity, attribute)
        base = self.program.attributes[entity, attribute].type.base
        return self._yes_no_fact(source, row) if base == "yes/no" else self._number_fact(source, row, base)

    def past(self, operand: ir.Id) -> Value:
        """An operand as the operations that remember it read it."""
        return self.value(operand)

    def past_yes_no(self, operand: ir.Id) -> YesNo:
        value = self.past(operand)
        if not isinstance(value, YesNo):
            raise NotNative("a number where a yes/no is due")
        return value

    def inside(self) -> Flag:
        """The months in which the row at hand can be paid."""
        return self.window.inside

    # ------------------------------------------------------------ one stream
    def _make(self, stream: ir.Stream) -> Value:
        if self.steady_constants.get(stream.id) is not None:
            return self._constant(stream)
        b = self.build
        match stream.op:
            case ir.Fact(attribute):
                return self.fact(self.entity, attribute, b.row)
            case ir.Not(operand):
                a = self.yes_no(operand)
                if a.known:
                    held = b.negated(a.sure)
                    return YesNo(held, held)
                return YesNo(b.negated(a.maybe), b.negated(a.sure))
            case ir.And(operands):
                return self._conjunction(operands)
            case ir.Or(operands):
                return self._junction(operands, b.either)
            case ir.Select(condition, then, otherwise):
                return self._select(self.yes_no(condition), self.value(then), self.value(otherwise))
            case ir.Compare(operator, left, right):
                return self._compare(stream.op, operator, left, right)
            case ir.OneOf(operand, members):
                return self._one_of(self.number(operand), [self._code(operand, m) for m in members])
            case ir.Known(operand):
                return self._known(operand)
            case ir.Arithmetic(operator, left, right):
                return self.arithmetic(operator, self.number(left), self.number(right))
            case ir.Through(link, target):
                return self._through(self.number(link), stream, target)
            case ir.Later(day, length, unit):
                return dates.later(b, self.number(day), self.number(length), unit, self._in_days(length))
            case ir.InPeriod(day):
                return dates.in_period(b, stream.op, self.number(day), self.window)
            case ir.Aggregate():
                return self.kept_value(stream.id, b.row if stream.entity is not None else I64(0))
            case ir.Run(operand, cap):
                return registers.run(b, self.past_yes_no(operand), cap, self.window)
            case ir.Total(operand):
                return registers.total(b, stream.op, self.past(operand), self.window)
            case ir.Ever(operand):
                return registers.ever(b, self.past_yes_no(operand))
            case ir.Previous(operand):
                return registers.previous(b, self.past(operand))
            case _:
                raise NotNative(f"no code for {type(stream.op).__name__}")

    # ------------------------------------------------------------ what is the same for every row
    def _constant(self, stream: ir.Stream) -> Value:
        """As the interpreter says, month by month; one value where all months agree."""
        months = range(self.window.start, self.window.start + self.window.months)
        last = self.program.last if self.program.last is not None else months[-1]
        values = [self.interpreted.value(stream.id, None, min(m, max(last, self.window.start))) for m in months]
        doubt = _bits(isinstance(v, Unsure) for v in values)
        if stream.type.base == "yes/no":
            sure = _bits(v is True for v in values)
            return YesNo(self._folded(sure), self._folded(sure | doubt)) if doubt else _known(self._folded(sure))
        none = _bits(v is NONE for v in values)
        exact = [self._exact(v, stream) for v in values]
        den = lcm(*(n.denominator for n in exact))
        numbers = tuple(int(n * den) for n in exact)
        data: Data = numbers[0] if len(set(numbers)) == 1 else numbers
        top = max(1, *(abs(n) for n in numbers))
        if stream.type.base == "kind":
            top = 2**15
        return Number(data, top, den, den, self._folded(none), self._folded(doubt))

    def _folded(self, bits: int) -> Flag:
        return False if bits == 0 else True if bits == self.build.every else bits

    def _exact(self, value: Any, stream: ir.Stream) -> Fraction:
        if value is NONE or isinstance(value, Unsure):
            return Fraction(0)
        if isinstance(value, date):
            return Fraction(month_of(value) * DAYS + value.day)
        if isinstance(value, str):
            return Fraction(self.codes[stream.type.name or ""][value])
        if isinstance(value, Duration):
            return Fraction(value.count) if value.unit == "months" else Fraction(value.count, 30)
        return Fraction(value)

    def _code(self, stream: ir.Id, member: str) -> int:
        return self.codes[self.program.streams[stream].type.name or ""][member]

    def _in_days(self, length: ir.Id) -> bool:
        """Whether a length is a fact, which may be given in days."""
        return self.program.streams[length].type.base == "duration" and not self.steady_constants.get(length, False)

    # ------------------------------------------------------------ facts
    def fact(self, entity: str, attribute: str, row: Any) -> Value:
        """The attribute of a row of any entity."""
        for of_row, value in self._read.get((entity, attribute), ()):
            if of_row is row:
                return value
        made = self.given(entity, attribute, row)
        self._read.setdefault((entity, attribute), []).append((row, made))
        return made

    def _default(self, source: Source, flag: Flag) -> tuple[Flag, Flag]:
        """(doubt, where the default stands) of the cells that are not given."""
        return (flag, False) if source.default is UNKNOWN else (False, flag)

    def _state(self, source: Source, row: Any, wanted: int) -> Flag:
        state = source.arrays.get("state")
        if state is None:
            return False
        b = self.build
        value = b.builder.load(b.at(self.address(state), row, I8), typ=I8, align=1)
        return b.builder.icmp_unsigned("==", value, I8(wanted))

    def _given(self, source: Source, row: Any) -> Flag:
        given = source.arrays.get("given")
        if given is None:
            return True
        b = self.build
        return b.builder.icmp_unsigned("!=", b.builder.load(b.at(self.address(given), row, I8), typ=I8, align=1), I8(0))

    def _yes_no_fact(self, source: Source, row: Any) -> YesNo:
        b = self.build
        if source.shape == "nothing":
            if source.default is UNKNOWN:
                return YesNo(False, True)
            return _known(bool(source.default))
        none: Flag = False
        unknown: Flag
        if source.shape == "always":
            data = b.builder.load(b.at(self.address(source.arrays["data"]), row, I8), typ=I8, align=1)
            held: Flag = b.builder.icmp_unsigned("!=", data, I8(0))
            unknown, none = self._state(source, row, UNKNOWN_STATE), self._state(source, row, NONE_STATE)
            held = b.without(b.without(held, unknown), none)
        elif source.shape == "masks":
            held, unknown = self._words(source, row), b.negated(self._given(source, row))
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

    def _each_spell(self, source: Source, row: Any, carried: list[Any], body: Callable[..., list[Any]]) -> list[Any]:
        """`body(spell, months of it as bits, carried)` for the spells of a row."""
        b = self.build
        pointer = self.address(source.arrays["offsets"])
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
            held = b.both(held, self._state(source, at, GIVEN))
            unknown = b.both(months, self._state(source, at, UNKNOWN_STATE))
            return [b.builder.or_(values[0], b.mask(held)), b.builder.or_(values[1], b.mask(unknown))]

        found = self._each_spell(source, row, [b.wide(0)] * (2 if doubtful else 1), step)
        absent = b.negated(self._given(source, row))
        unknown: Flag = b.either(found[1], absent) if doubtful else absent
        return b.without(found[0], absent), unknown

    def _number_fact(self, source: Source, row: Any, base: str) -> Number:
        b = self.build
        if source.shape == "nothing":
            if source.default is UNKNOWN:
                return Number(0, source.top, source.unit, source.unit, doubt=True)
            return self._as_months(Number(int(source.default), source.top, source.unit, source.unit), base)
        none: Flag
        if source.shape == "always":
            data: Data = self._cell(source.arrays["data"], row)
            unknown, none = self._state(source, row, UNKNOWN_STATE), self._state(source, row, NONE_STATE)
            doubt, default = self._default(source, unknown)
            if default is not False:
                data = b.chosen(default, I64(int(source.default)), data)
        else:
            read = self._months if source.shape == "months" else self._spells_of_numbers
            data, unknown, none = read(source, row)
            doubt, default = self._default(source, unknown)
            if default is not False:
                data = self.picked(default, int(source.default), data)
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
            return [b.builder.select(odd, count, b.builder.mul(count, ll.Constant(value.type, [30] * value.type.count)))]

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

    def _cell(self, array: Any, at: Any) -> Any:
        bits = array.dtype.itemsize * 8
        b = self.build
        if array.dtype.kind == "u":
            value = b.builder.load(b.at(self.address(array), at, ll.IntType(bits)), typ=ll.IntType(bits), align=bits // 8)
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
            b.builder.store(b.loaded(pointer, number, bits), b.at(room, b.builder.add(number, I64(offset)), I64), align=8)
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
        room = b.space(ll.ArrayType(I64, b.months))

        def step(at: Any, months: Any, values: list[Any]) -> list[Any]:
            cell = self._cell(source.arrays["data"], at)
            first = b.place(months)
            count = b.as_index(b.builder.ctpop(months))

            def fill(number: Any, _: list[Any]) -> list[Any]:
                b.builder.store(cell, b.at(room, b.builder.add(first, number), I64), align=8)
                return []

            b.loop(count, fill)
            given = b.both(months, self._state(source, at, GIVEN)) if "state" in source.arrays else months
            none = b.both(months, self._state(source, at, NONE_STATE)) if "state" in source.arrays else b.wide(0)
            return [b.builder.or_(values[0], b.mask(given)), b.builder.or_(values[1], b.mask(none))]

        given, none = self._each_spell(source, row, [b.wide(0), b.wide(0)], step)
        present = self._given(source, row)
        given, none = b.both(given, present), b.both(none, present)
        return Vector(room), b.negated(b.either(given, none)), none

    # ------------------------------------------------------------ logic
    def _junction(self, operands: tuple[ir.Id, ...], joined: Callable[[Flag, Flag], Flag]) -> YesNo:
        values = [self.yes_no(operand) for operand in operands]
        sure = values[0].sure
        for value in values[1:]:
            sure = joined(sure, value.sure)
        if all(value.known for value in values):
            return _known(sure)
        maybe = values[0].maybe
        for value in values[1:]:
            maybe = joined(maybe, value.maybe)
        return YesNo(sure, maybe)

    def _conjunction(self, operands: tuple[ir.Id, ...]) -> YesNo:
        """What is dear to find is only looked for in rows where the rest holds in some month."""
        b = self.build
        dear = [operand for operand in operands if operand in self.dear]
        cheap = tuple(operand for operand in operands if operand not in self.dear)
        if not dear or not cheap:
            return self._junction(operands, b.both)
        found = self._junction(cheap, b.both)
        some = b.any_month(found.maybe)
        if isinstance(some, bool):
            return self._junction(operands, b.both) if some else found
        sure, maybe = b.space(b.wide), b.space(b.wide)
        known = found.known
        for place in (sure, maybe):
            b.builder.store(b.wide(0), place)

        def body() -> None:
            nonlocal known
            with self.scope():
                values = [self.yes_no(operand) for operand in dear]
                known = known and all(value.known for value in values)
                held, possible = found.sure, found.maybe
                for value in values:
                    held, possible = b.both(held, value.sure), b.both(possible, value.maybe)
                b.builder.store(b.mask(held), sure)
                b.builder.store(b.mask(possible), maybe)

        b.when(some, body)
        held = b.builder.load(sure, typ=b.wide)
        return _known(held) if known else YesNo(held, b.builder.load(maybe, typ=b.wide))

    def _select(self, condition: YesNo, then: Value, otherwise: Value) -> Value:
        b = self.build
        if isinstance(then, YesNo) and isinstance(otherwise, YesNo):
            sure = b.either(b.both(condition.sure, then.sure), b.without(otherwise.sure, condition.maybe))
            maybe = b.either(b.both(condition.maybe, then.maybe), b.without(otherwise.maybe, condition.sure))
            if condition.known and then.known and otherwise.known:
                return _known(sure)
            return YesNo(sure, maybe)
        if isinstance(then, YesNo) or isinstance(otherwise, YesNo):
            raise NotNative("branches of two types")
        then, otherwise = settled(b, then), settled(b, otherwise)
        doubt = b.either(b.both(condition.sure, then.doubt), b.without(otherwise.doubt, condition.sure))
        if not condition.known:
            doubt = b.either(doubt, b.without(condition.maybe, condition.sure))
        none = b.either(b.both(condition.sure, then.none), b.without(otherwise.none, condition.sure))
        left, right, den, den_top, top = self._common(then, otherwise)
        return Number(self.picked(condition.sure, left, right), top, den, den_top, none, doubt)

    def _known(self, operand: ir.Id) -> YesNo:
        """Never unsure; but of a doubt that may be none (only facts say exactly what is not known) that is in doubt."""
        b = self.build
        value = self.value(operand)
        if isinstance(value, YesNo):
            doubt = b.without(value.maybe, value.sure) if not value.known else False
        else:
            value = settled(b, value)
            doubt = value.doubt
        held = b.without(b.negated(value.none), doubt)
        if doubt is False or self._exact_doubt(operand):
            return _known(held)
        return YesNo(held, b.either(held, doubt))

    def _exact_doubt(self, stream: ir.Id) -> bool:
        match self.program.streams[stream].op:
            case ir.Fact():
                return True
            case ir.Through(link, target):
                return self._exact_doubt(link) and self._exact_doubt(target)
            case _:
                return self.steady_constants.get(stream) is not None

    # ------------------------------------------------------------ comparison
    def _compare(self, op: ir.Compare, operator: str, left: ir.Id, right: ir.Id) -> Value:
        b = self.build
        run = registers.run_at_least(self, operator, left, right)
        if run is not None:
            return run
        by_spell = self._compare_spells(operator, left, right)
        if by_spell is not None:
            return by_spell
        a, c = self.value(left), self.value(right)
        if isinstance(a, YesNo) or isinstance(c, YesNo):
            return self._same_yes_no(operator, a, c)
        early = dates.settled_by(self, operator, left, right)
        if early is not None:
            return early
        if a.high is not None or c.high is not None:
            return self._compare_counts(operator, a, c)
        return self._compare_numbers(operator, a, c)

    def _compare_numbers(self, operator: str, a: Number, c: Number) -> YesNo:
        b = self.build
        none, doubt = b.either(a.none, c.none), b.either(a.doubt, c.doubt)
        left, right, _, _, _ = self._common(a, c)
        held = b.without(b.without(self.compared(operator, left, right), none), doubt)
        if doubt is False:
            return _known(held)
        return YesNo(held, b.either(held, b.without(doubt, none)))

    def _compare_spells(self, operator: str, left: ir.Id, right: ir.Id) -> YesNo | None:
        """A number given by spells against one that does not change: a spell at a time, not a month."""
        b = self.build
        stream = self.program.streams[left]
        if not isinstance(stream.op, ir.Fact) or stream.entity != self.entity or left in self._made:
            return None
        source = self.facts.source(self.entity, stream.op.attribute)
        if source.shape != "spells" or stream.type.base in ("yes/no", "duration"):
            return None
        other = self.value(right)
        if not isinstance(other, Number) or other.high is not None or is_monthly(other.data):
            return None
        if not isinstance(other.den, int) or not b.steady(other.none) or not b.steady(other.doubt):
            return None
        cell = Number(0, source.top, source.unit, source.unit)
        _, against, den, _, _ = self._common(cell, other)
        up = den // source.unit

        def step(at: Any, months: Any, values: list[Any]) -> list[Any]:
            value = b.builder.mul(self._cell(source.arrays["data"], at), I64(up))
            given = b.both(months, self._state(source, at, GIVEN)) if "state" in source.arrays else months
            none = b.both(months, self._state(source, at, NONE_STATE)) if "state" in source.arrays else b.wide(0)
            held = b.both(given, self.compared(operator, value, against))
            return [b.builder.or_(v, b.mask(new)) for v, new in zip(values, (held, given, none), strict=True)]

        held, given, none = self._each_spell(source, self.build.row, [b.wide(0)] * 3, step)
        present = self._given(source, b.row)
        held, given, none = b.both(held, present), b.both(given, present), b.both(none, present)
        unknown: Flag = b.negated(b.either(given, none))
        if source.default is not UNKNOWN:
            held = b.either(held, b.both(unknown, self.compared(operator, int(source.default) * up, against)))
            unknown = False
        none, doubt = b.either(none, other.none), b.either(unknown, other.doubt)
        held = b.without(b.without(held, none), doubt)
        if doubt is False:
            return _known(held)
        return YesNo(held, b.either(held, b.without(doubt, none)))

    def _compare_counts(self, operator: str, a: Number, c: Number) -> YesNo:
        """Counts with members in doubt: the least against the most."""
        b = self.build
        if operator in ("=", "≠"):
            return self._compare_numbers(operator, settled(b, a), settled(b, c))
        most_a, most_c = _with(a, a.high), _with(c, c.high)
        if operator in ("<", "≤"):
            sure, maybe = self._compare_numbers(operator, most_a, c), self._compare_numbers(operator, a, most_c)
        else:
            sure, maybe = self._compare_numbers(operator, a, most_c), self._compare_numbers(operator, most_a, c)
        return YesNo(sure.sure, b.either(sure.sure, maybe.maybe))

    def _same_yes_no(self, operator: str, a: Value, c: Value) -> YesNo:
        b = self.build
        if not isinstance(a, YesNo) or not isinstance(c, YesNo) or operator not in ("=", "≠"):
            raise NotNative("a comparison of two types")
        none = b.either(a.none, c.none)
        if a.known and c.known:
            same = self._xor(a.sure, c.sure) if operator == "≠" else b.negated(self._xor(a.sure, c.sure))
            return _known(b.without(same, none))
        doubt = b.either(b.without(a.maybe, a.sure), b.without(c.maybe, c.sure))
        differ = self._xor(a.sure, c.sure)
        held = b.without(b.without(differ if operator == "≠" else b.negated(differ), none), doubt)
        return YesNo(held, b.either(held, b.without(doubt, none)))

    def _xor(self, a: Flag, c: Flag) -> Flag:
        b = self.build
        return b.either(b.without(a, c), b.without(c, a))

    def _one_of(self, number: Number, codes: list[int]) -> YesNo:
        b = self.build
        held: Flag = False
        for code in codes:
            held = b.either(held, self.compared("=", number.data, code))
        held = b.without(b.without(held, number.none), number.doubt)
        if number.doubt is False:
            return _known(held)
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
        left, right, den, den_top, top = self._common(a, c)
        if operator in ("+", "-"):
            make = b.builder.add if operator == "+" else b.builder.sub
            data = self.each(make, lambda x, y: x + y if operator == "+" else x - y, left, right)
            return Number(data, 2 * top, den, den_top, none, doubt)
        sign = "<" if operator == "minimum" else ">"
        chosen = min if operator == "minimum" else max
        data = self.each(
            lambda x, y: b.builder.select(b.builder.icmp_signed(sign, x, y), x, y), chosen, left, right
        )
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

    def _common(self, a: Number, c: Number) -> tuple[Data, Data, Data, int, int]:
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

    # ------------------------------------------------------------ other rows
    def _through(self, link: Number, stream: ir.Stream, target: ir.Id) -> Value:
        b = self.build
        to = self.program.streams[target]
        if to.entity is None:
            return self._by_link(link, self.value(target))
        rows = self.facts.rows(to.entity)
        if link.doubt is True or rows == 0:
            return self._nothing_known(stream, link)
        outside = b.builder.icmp_signed(">=", one_value(link.data), I64(rows))
        doubt = b.without(b.either(link.doubt, outside), link.none)
        away = b.either(b.either(link.none, link.doubt), outside)
        row = b.chosen(away, I64(0), one_value(link.data))
        value = self._of_row(to, row)
        if isinstance(value, YesNo):
            sure = b.without(b.without(value.sure, link.none), doubt)
            maybe = b.either(b.without(value.maybe, link.none), doubt) if doubt is not False or not value.known else sure
            return YesNo(sure, maybe, b.either(value.none, link.none))
        value = settled(b, value)
        return Number(
            value.data, value.top, value.den, value.den_top, b.either(link.none, b.without(value.none, away)),
            b.either(doubt, b.without(value.doubt, away)),
        )  # fmt: skip

    def _by_link(self, link: Number, value: Value) -> Value:
        """What is the same for every row, read through a link: only the link can be missing."""
        b = self.build
        doubt = b.without(link.doubt, link.none)
        if isinstance(value, YesNo):
            sure = b.without(b.without(value.sure, link.none), doubt)
            if doubt is False and value.known:
                return YesNo(sure, sure, b.either(value.none, link.none))
            return YesNo(sure, b.either(b.without(value.maybe, link.none), doubt), b.either(value.none, link.none))
        value = settled(b, value)
        none = b.either(link.none, b.without(value.none, doubt))
        return Number(
            value.data, value.top, value.den, value.den_top, none, b.either(doubt, b.without(value.doubt, link.none))
        )

    def _nothing_known(self, stream: ir.Stream, link: Number) -> Value:
        b = self.build
        doubt = b.negated(link.none)
        if stream.type.base == "yes/no":
            return YesNo(False, doubt, link.none)
        return Number(0, 1, none=link.none, doubt=doubt)

    def _of_row(self, to: ir.Stream, row: Any) -> Value:
        """A stream of another row: a fact is read where it stands, the rest was kept by an earlier pass."""
        if isinstance(to.op, ir.Fact):
            return self.fact(to.entity or "", to.op.attribute, row)
        return self.kept_value(to.id, row)

    def kept_value(self, stream: ir.Id, row: Any) -> Value:
        kept = self.kept.get(stream)
        if kept is None:
            raise NotNative("a value that no earlier pass left")
        return kept.read(self.build, self.address, row)


# ---------------------------------------------------------------- small things
def _known(flag: Flag) -> YesNo:
    return YesNo(flag, flag)


def _bits(flags: Any) -> int:
    return sum(1 << i for i, flag in enumerate(flags) if flag)


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


__all__ = ["DATE_TOP", "I32", "Given", "Month", "Streams", "is_monthly", "like", "one_value", "settled"]
