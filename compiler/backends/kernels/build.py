"""LLVM made by hand: flags over a window of months, vectors of numbers a month, loops. Knows no policy.

A `Build` stands inside the loop over rows of one function. All of its flag operations fold what is known already, so a
fact of which nobody's value is missing costs nothing for being three-valued.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import llvmlite.ir as ll
from attrs import define, field

from compiler.backends.kernels.values import Data, Flag, Vector

I1, I8, I16, I32, I64 = (ll.IntType(bits) for bits in (1, 8, 16, 32, 64))
LANES = 8
LANE_NUMBERS, LANE_FLAGS, LANE_PLACES = (ll.VectorType(type, LANES) for type in (I64, I1, I32))
POINTER = ll.PointerType()


@define(eq=False)
class Build:
    """`months`: bits of a flag, a multiple of 64. `row`: the number of the row at hand; `later`: of one some places
    on; `ahead`: a block before the row's own work, for what is asked for in time (`walks`, `ahead`). `most`: no payment
    of the clauses written so far is larger, in fen."""

    function: ll.Function
    builder: ll.IRBuilder
    months: int
    entry: ll.Block
    row: Any = None
    later: Any = None
    ahead: ll.Block | None = None
    expected: set[tuple[int, int]] = field(factory=set)
    constants: dict[tuple[int, ...], Any] = field(factory=dict)
    wide: ll.IntType = field(init=False)
    every: int = field(init=False)
    most: int = 0

    def __attrs_post_init__(self) -> None:
        self.wide = ll.IntType(self.months)
        self.every = 2**self.months - 1

    # ------------------------------------------------------------ flags
    def steady(self, flag: Flag) -> bool:
        """Whether it is the same in all months."""
        return isinstance(flag, bool) or (not isinstance(flag, int) and flag.type.width == 1)

    def mask(self, flag: Flag) -> Any:
        """As a value with a bit a month."""
        if isinstance(flag, bool):
            return self.wide(self.every if flag else 0)
        if isinstance(flag, int):
            return self.wide(flag)
        return self.builder.sext(flag, self.wide) if flag.type.width == 1 else flag

    def bit(self, flag: Flag) -> Any:
        """A steady flag as i1."""
        return I1(int(flag)) if isinstance(flag, bool) else flag

    def both(self, a: Flag, b: Flag) -> Flag:
        if a is b:
            return a
        for one, other in ((a, b), (b, a)):
            if one is False or (isinstance(one, int) and one == 0):
                return False
            if one is True:
                return other
        if isinstance(a, int) and isinstance(b, int):
            return a & b
        if self.steady(a) and self.steady(b):
            return self.builder.and_(a, b)
        return self.builder.and_(self.mask(a), self.mask(b))

    def either(self, a: Flag, b: Flag) -> Flag:
        if a is b:
            return a
        for one, other in ((a, b), (b, a)):
            if one is True:
                return True
            if one is False or (isinstance(one, int) and one == 0):
                return other
        if isinstance(a, int) and isinstance(b, int):
            return a | b
        if self.steady(a) and self.steady(b):
            return self.builder.or_(a, b)
        return self.builder.or_(self.mask(a), self.mask(b))

    def negated(self, a: Flag) -> Flag:
        if isinstance(a, bool):
            return not a
        if isinstance(a, int):
            return self.every & ~a
        return self.builder.not_(a)

    def without(self, a: Flag, b: Flag) -> Flag:
        return self.both(a, self.negated(b))

    def any_month(self, flag: Flag) -> Flag:
        """Whether it holds in some month: a steady flag."""
        if isinstance(flag, bool):
            return flag
        if isinstance(flag, int):
            return flag != 0
        if flag.type.width == 1:
            return flag
        return self.builder.icmp_unsigned("!=", flag, self.wide(0))

    def chosen(self, condition: Flag, then: Any, otherwise: Any) -> Any:
        """One of two values of LLVM, by a steady flag."""
        if isinstance(condition, bool):
            return then if condition else otherwise
        return self.builder.select(condition, then, otherwise)

    def lowest(self, mask: Any) -> Any:
        """The lowest bit alone."""
        return self.builder.and_(mask, self.builder.neg(mask))

    def lowest_bits(self, mask: Any, count: int) -> Any:
        """The `count` lowest bits that are set: the place behind them is found by halving."""
        b = self.builder
        if count <= 0:
            return self.wide(0)
        if count >= self.months:
            return mask
        kept = self.space(self.wide)
        b.store(mask, kept, align=8)

        def body() -> None:
            end: Any = I64(0)
            step = 1 << (self.months - 1).bit_length()
            most = step - 1
            while step := step // 2:
                further = b.add(end, I64(step))
                few = b.icmp_unsigned("<=", b.ctpop(b.and_(mask, self.months_before(further, most))), self.wide(count))
                end = b.select(few, further, end)
            b.store(b.and_(mask, self.months_before(end, most)), kept, align=8)

        self.when(b.icmp_unsigned(">", b.ctpop(mask), self.wide(count)), body)
        return b.load(kept, typ=self.wide, align=8)

    def place(self, mask: Any) -> Any:
        """The number of the lowest bit, as i64; `months` where there is none."""
        return self.as_index(self.builder.cttz(mask, I1(0)))

    def as_index(self, value: Any) -> Any:
        width = value.type.width
        return value if width == 64 else self.builder.zext(value, I64) if width < 64 else self.builder.trunc(value, I64)

    def widened(self, value: Any) -> Any:
        """An i64 as wide as the window."""
        return value if self.months == 64 else self.builder.zext(value, self.wide)

    def months_from(self, at: Any) -> Any:
        """The months from number `at` (i64, 0 to `months`) on."""
        inside = self.builder.icmp_signed("<", at, I64(self.months))
        shift = self.builder.select(inside, at, I64(0))
        ones = self.builder.shl(self.wide(self.every), self.widened(shift))
        return self.builder.select(inside, ones, self.wide(0))

    def months_before(self, at: Any, most: int) -> Any:
        """The months before number `at` (i64, 0 to `most`)."""
        if most >= self.months:
            return self.builder.not_(self.months_from(self.clamped(at, 0, self.months)))
        return self.builder.sub(self.builder.shl(self.wide(1), self.widened(at)), self.wide(1))

    def months_between(self, first: Any, last: Any) -> Any:
        """The months from number `first` to `last` (i64, any), both included."""
        low = self.clamped(first, 0, self.months)
        end = self.clamped(self.builder.add(last, I64(1)), 0, self.months)
        return self.builder.and_(self.months_from(low), self.builder.not_(self.months_from(end)))

    def clamped(self, value: Any, low: int, high: int) -> Any:
        b = self.builder
        value = b.select(b.icmp_signed("<", value, I64(low)), I64(low), value)
        return b.select(b.icmp_signed(">", value, I64(high)), I64(high), value)

    def shifted(self, mask: Any, months: int, fill: Any | None) -> Any:
        """As it was `months` ago; `fill` (i1): as it was before the window, None: no."""
        if months >= self.months:
            return self.wide(0) if fill is None else self.builder.sext(fill, self.wide)
        moved = self.builder.shl(mask, self.wide(months))
        if fill is None:
            return moved
        low = self.builder.select(fill, self.wide(2**months - 1), self.wide(0))
        return self.builder.or_(moved, low)

    def starts(self, mask: Any) -> Any:
        """i1: whether it holds in the window's first month."""
        return self.builder.trunc(mask, I1)

    # ------------------------------------------------------------ memory
    def space(self, type: ll.Type) -> Any:
        """Room on the stack, taken once a call and not once a row."""
        with self.builder.goto_block(self.entry):
            made = self.builder.alloca(type)
        made.align = 64
        made.type = POINTER  # the builder would give a typed pointer, of which newer LLVM knows nothing
        return made

    def at(self, pointer: Any, index: Any, type: ll.Type) -> Any:
        return self.builder.gep(pointer, [index], source_etype=type)

    def loaded(self, pointer: Any, index: Any, bits: int, to: int = 64) -> Any:
        """The signed number at an index."""
        value = self.builder.load(self.at(pointer, index, ll.IntType(bits)), typ=ll.IntType(bits), align=bits // 8)
        return value if bits == to else self.builder.sext(value, ll.IntType(to))

    def table(self, numbers: Sequence[int], bits: int = 64) -> Any:
        """A pointer to constant numbers."""
        key = (bits, *numbers)
        found = self.constants.get(key)
        if found is None:
            type = ll.ArrayType(ll.IntType(bits), len(numbers))
            name = f"{self.function.name}_table{len(self.constants)}"
            made = ll.GlobalVariable(self.function.module, type, name)
            made.initializer = ll.Constant(type, list(numbers))
            made.global_constant = True
            made.linkage = "internal"
            made.align = 64
            made.type = POINTER
            found = self.constants[key] = made
        return found

    # ------------------------------------------------------------ loops
    def loop(
        self, count: Any, body: Callable[[Any, list[Any]], Sequence[Any]], carried: Sequence[Any] = ()
    ) -> list[Any]:
        """`body(number, carried)` gives the next carried values, for the numbers below `count` (i64). At least once is
        not promised. Gives what is carried at the end."""
        b = self.builder
        before = b.block
        head, inside, after = (self.function.append_basic_block(name) for name in ("head", "body", "after"))
        b.branch(head)
        b.position_at_end(head)
        number = b.phi(I64)
        values = [b.phi(value.type) for value in carried]
        number.add_incoming(I64(0), before)
        for value, begin in zip(values, carried, strict=True):
            value.add_incoming(begin, before)
        b.cbranch(b.icmp_signed("<", number, count), inside, after)
        b.position_at_end(inside)
        following = body(number, list(values))
        number.add_incoming(b.add(number, I64(1)), b.block)
        for value, next_ in zip(values, following, strict=True):
            value.add_incoming(next_, b.block)
        b.branch(head)
        b.position_at_end(after)
        return list(values)

    def when(self, condition: Flag, body: Callable[[], None]) -> None:
        """`body` only where a steady flag holds."""
        if condition is False:
            return
        if condition is True:
            body()
            return
        with self.builder.if_then(condition):
            body()

    def each_month(self, mask: Any, body: Callable[[Any], None]) -> None:
        """`body(month number)` for the set bits, in order of time."""
        b = self.builder
        before = b.block
        head, inside, after = (self.function.append_basic_block(name) for name in ("bits", "bit", "bitless"))
        b.branch(head)
        b.position_at_end(head)
        left = b.phi(self.wide)
        left.add_incoming(mask, before)
        b.cbranch(b.icmp_unsigned("!=", left, self.wide(0)), inside, after)
        b.position_at_end(inside)
        body(self.place(left))
        left.add_incoming(b.and_(left, b.sub(left, self.wide(1))), b.block)
        b.branch(head)
        b.position_at_end(after)

    # ------------------------------------------------------------ numbers a month
    def lanes(
        self, inputs: Sequence[Data], flags: Sequence[Flag], body: Callable[[list[Any], list[Any]], list[Any]]
    ) -> list[Any]:
        """`body` on eight months at a time, for the whole window. Numbers it gives become vectors, flags flags."""
        b = self.builder
        masks = []
        for flag in flags:
            place = self.space(self.wide)
            b.store(self.mask(flag), place, align=8)
            masks.append(place)
        results: list[Any] = []
        outputs: list[Any] = []

        def step(chunk: Any, _: list[Any]) -> list[Any]:
            first = b.mul(chunk, I64(LANES))
            numbers = [self._lane(data, first) for data in inputs]
            flagged = [b.bitcast(b.load(self.at(place, chunk, I8), typ=I8, align=1), LANE_FLAGS) for place in masks]
            for value in body(numbers, flagged):
                if value.type == LANE_FLAGS:
                    place = self.space(self.wide)
                    b.store(b.bitcast(value, I8), self.at(place, chunk, I8), align=1)
                    outputs.append((place, True))
                else:
                    place = self.space(ll.ArrayType(I64, self.months))
                    b.store(value, self.at(place, first, I64), align=8)
                    outputs.append((place, False))
            return []

        self.loop(I64(self.months // LANES), step)
        for place, flag in outputs:
            results.append(b.load(place, typ=self.wide, align=8) if flag else Vector(place))
        return results

    def running_sums(self, data: Data, flag: Flag, begin: Any) -> Vector:
        """`begin` (i64) and all numbers so far of the months in which a flag holds: eight months at a time."""
        b = self.builder
        zero, sums = ll.Constant(LANE_NUMBERS, None), self.space(ll.ArrayType(I64, self.months))
        held = self.space(self.wide)
        b.store(self.mask(flag), held, align=8)

        def step(chunk: Any, carried: list[Any]) -> list[Any]:
            first = b.mul(chunk, I64(LANES))
            flags = b.bitcast(b.load(self.at(held, chunk, I8), typ=I8, align=1), LANE_FLAGS)
            summed = b.select(flags, self._lane(data, first), zero)
            for back in (1, 2, 4):  # of two, of four, of eight
                moved = [LANES] * back + list(range(LANES - back))
                summed = b.add(summed, b.shuffle_vector(summed, zero, ll.Constant(LANE_PLACES, moved)))
            summed = b.add(summed, self.splat(carried[0]))
            b.store(summed, self.at(sums, first, I64), align=8)
            return [b.extract_element(summed, I32(LANES - 1))]

        self.loop(I64(self.months // LANES), step, [begin])
        return Vector(sums)

    def _lane(self, data: Data, first: Any) -> Any:
        b = self.builder
        if isinstance(data, int):
            return ll.Constant(LANE_NUMBERS, [data] * LANES)
        if isinstance(data, tuple):
            pointer = self.at(self.table(data), first, I64)
            return b.load(pointer, typ=LANE_NUMBERS, align=8)
        if isinstance(data, Vector):
            narrow = ll.VectorType(ll.IntType(data.bits), LANES)
            value = b.load(self.at(data.pointer, first, ll.IntType(data.bits)), typ=narrow, align=data.bits // 8)
            return value if data.bits == 64 else b.sext(value, LANE_NUMBERS)
        return self.splat(data)

    def splat(self, value: Any) -> Any:
        b = self.builder
        one = b.insert_element(ll.Constant(LANE_NUMBERS, ll.Undefined), value, I32(0))
        return b.shuffle_vector(
            one, ll.Constant(LANE_NUMBERS, ll.Undefined), ll.Constant(ll.VectorType(I32, LANES), [0] * LANES)
        )

    def scan(
        self,
        inputs: Sequence[Data],
        flags: Sequence[Flag],
        begin: Sequence[Any],
        body: Callable[[Any, list[Any], list[Any], list[Any]], tuple[list[Any], list[Any]]],
        results: int,
    ) -> list[Vector]:
        """Month by month: `body(month, numbers, flags, carried)` gives what is carried on and the month's numbers."""
        places = [self.space(ll.ArrayType(I64, self.months)) for _ in range(results)]
        masks = [self.mask(flag) for flag in flags]

        def step(month: Any, carried: list[Any]) -> list[Any]:
            numbers = [self.number_at(data, month) for data in inputs]
            held = [self.holds_at(mask, month) for mask in masks]
            following, values = body(month, numbers, held, carried)
            for place, value in zip(places, values, strict=True):
                self.builder.store(value, self.at(place, month, I64), align=8)
            return following

        self.loop(I64(self.months), step, begin)
        return [Vector(place) for place in places]

    def number_at(self, data: Data, month: Any) -> Any:
        """The number of a month (i64)."""
        if isinstance(data, int):
            return I64(data)
        if isinstance(data, tuple):
            return self.loaded(self.table(data), month, 64)
        if isinstance(data, Vector):
            return self.loaded(data.pointer, month, data.bits)
        return data

    def holds_at(self, flag: Flag, month: Any) -> Any:
        """i1: whether a flag holds in a month."""
        if isinstance(flag, bool):
            return I1(int(flag))
        if not isinstance(flag, int) and flag.type.width == 1:
            return flag
        return self.builder.trunc(self.builder.lshr(self.mask(flag), self.widened(month)), I1)

    def bytes_to_mask(self, pointer: Any, count: int, offset: int, test: Callable[[Any], Any]) -> Any:
        """Flags of `count` bytes as bits from number `offset` on; `test(vector of bytes)` gives the flags."""
        b = self.builder
        result: Any = self.wide(0)
        done = 0
        while done < count:
            width = next(w for w in (64, 32, 16, 8, 4, 2, 1) if w <= count - done)
            type = ll.VectorType(I8, width)
            value = b.load(self.at(pointer, I64(done), I8), typ=type, align=1)
            bits = b.bitcast(test(value), ll.IntType(width))
            if width != self.months:
                bits = b.zext(bits, self.wide)
            result = b.or_(result, b.shl(bits, self.wide(done + offset)))
            done += width
        return result
