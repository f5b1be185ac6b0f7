"""Where the payments of a pass go: sums by clause and month, or rows of a ledger.

A sink is told of one payment at a time, or of all monthly payments of a row at once. The sums of monthly payments of a
fixed amount are counted a byte a month and added up every 255 rows (`walks.BLOCK`); everything else is added where it
falls.
"""

from __future__ import annotations

from typing import Any, Protocol

import llvmlite.ir as ll
import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from compiler.backends.kernels.build import I8, I16, I32, I64, Build
from compiler.backends.kernels.values import Data, Flag, Vector


class Sink(Protocol):
    def one(self, clause: int, month: Any, amount: Any, rule: Any, payee: Any) -> None:
        """A payment of `amount` (i64) in a month (i64; the window's length: none is made)."""

    def many(self, clause: int, months: Any, amount: Data, rule: int, payee: Data | None) -> None:
        """A payment in each of the months whose bits are set."""


@define(eq=False)
class Totals:
    """`sums[clause, month]` in fen. The last month is where payments go that are none."""

    build: Build
    clauses: int
    _sums: dict[int, Any] = field(factory=dict)
    _bytes: dict[tuple[int, Data], Any] = field(factory=dict)

    def one(self, clause: int, month: Any, amount: Any, rule: Any, payee: Any) -> None:
        b = self.build
        place = b.at(self._of(clause), month, I64)
        b.builder.store(b.builder.add(b.builder.load(place, typ=I64, align=8), amount), place, align=8)

    def many(self, clause: int, months: Any, amount: Data, rule: int, payee: Data | None) -> None:
        b = self.build
        if isinstance(amount, int | tuple):
            self._count(clause, months, amount)
            return
        sums = self._of(clause)

        def add(numbers: list[Any], flags: list[Any]) -> list[Any]:
            zero = ll.Constant(numbers[0].type, None)
            return [b.builder.add(numbers[1], b.builder.select(flags[0], numbers[0], zero))]

        def body() -> None:
            (summed,) = b.lanes([amount, Vector(sums)], [months], add)

            def copy(lane: Any, _: list[Any]) -> list[Any]:
                type = ll.VectorType(I64, 8)
                at = b.builder.mul(lane, I64(8))
                b.builder.store(
                    b.builder.load(b.at(summed.pointer, at, I64), typ=type, align=8), b.at(sums, at, I64), align=8
                )
                return []

            b.loop(I64(b.months // 8), copy)

        b.when(b.any_month(months), body)

    def _count(self, clause: int, months: Any, amount: Data) -> None:
        b = self.build
        lanes = ll.VectorType(I8, b.months)
        place = self._bytes.get((clause, amount))
        if place is None:
            place = self._bytes[clause, amount] = self._zeroed(lanes)
        bits = b.builder.bitcast(months, ll.VectorType(ll.IntType(1), b.months))
        counted = b.builder.sub(b.builder.load(place, typ=lanes), b.builder.sext(bits, lanes))
        b.builder.store(counted, place)

    def _of(self, clause: int) -> Any:
        found = self._sums.get(clause)
        if found is None:
            found = self._sums[clause] = self._zeroed(ll.ArrayType(I64, self.build.months + 8))
        return found

    def _zeroed(self, type: ll.Type) -> Any:
        """Room on the stack that is empty at the start of the call."""
        b = self.build
        place = b.space(type)
        with b.builder.goto_block(b.entry):
            b.builder.store(ll.Constant(type, None), place)
        return place

    def flush(self) -> None:
        """At the end of each block of rows: bytes into sums."""
        b = self.build
        for (clause, amount), place in self._bytes.items():
            sums = self._of(clause)
            lanes = ll.VectorType(I8, b.months)
            counted = b.builder.load(place, typ=lanes)
            held = b.space(lanes)
            b.builder.store(counted, held)

            def add(month: Any, _: list[Any], sums: Any = sums, held: Any = held, amount: Data = amount) -> list[Any]:
                count = b.builder.zext(b.builder.load(b.at(held, month, I8), typ=I8, align=1), I64)
                at = b.at(sums, month, I64)
                more = b.builder.mul(count, b.number_at(amount, month))
                b.builder.store(b.builder.add(b.builder.load(at, typ=I64, align=8), more), at, align=8)
                return []

            b.loop(I64(b.months), add)
            b.builder.store(ll.Constant(lanes, None), place)

    def finish(self, out: Any) -> None:
        """At the end of the call: added to `out`, clauses × months."""
        b = self.build
        for clause, place in sorted(self._sums.items()):
            target = b.at(out, I64(clause * b.months), I64)

            def add(month: Any, _: list[Any], place: Any = place, target: Any = target) -> list[Any]:
                at = b.at(target, month, I64)
                more = b.builder.load(b.at(place, month, I64), typ=I64, align=8)
                b.builder.store(b.builder.add(b.builder.load(at, typ=I64, align=8), more), at, align=8)
                return []

            b.loop(I64(b.months), add)


@define(eq=False)
class Rows:
    """Rows of a ledger, as arrays that the caller made large enough for the rows of the call.

    `columns`: pointers to clause (int16), row (int32), month of the window (int16), amount (int64, fen), rule (int8),
    payee (int32: a row number, −1 the row itself); `count`: a pointer to how many there are.
    """

    build: Build
    columns: tuple[Any, ...]
    count: Any
    _at: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        b = self.build
        self._at = b.space(I64)
        with b.builder.goto_block(b.entry):
            b.builder.store(b.builder.load(self.count, typ=I64, align=8), self._at)

    def one(self, clause: int, month: Any, amount: Any, rule: Any, payee: Any) -> None:
        b = self.build
        made = b.builder.icmp_signed(">", amount, I64(0))
        made = b.builder.and_(made, b.builder.icmp_signed("<", month, I64(b.months)))
        b.when(made, lambda: self._write(clause, month, amount, rule, payee))

    def many(self, clause: int, months: Any, amount: Data, rule: int, payee: Data | None) -> None:
        b = self.build

        def each(month: Any) -> None:
            to = I64(-1) if payee is None else b.number_at(payee, month)
            self.one(clause, month, b.number_at(amount, month), I64(rule), to)

        b.each_month(months, each)

    def _write(self, clause: int, month: Any, amount: Any, rule: Any, payee: Any) -> None:
        b = self.build
        at = b.builder.load(self._at, typ=I64)
        values = (I16(clause), b.builder.trunc(b.row, I32), b.builder.trunc(month, I16), amount,
                  b.builder.trunc(rule, I8), b.builder.trunc(payee, I32))  # fmt: skip
        for pointer, value in zip(self.columns, values, strict=True):
            b.builder.store(value, b.at(pointer, at, value.type), align=value.type.width // 8)
        b.builder.store(b.builder.add(at, I64(1)), self._at)

    def flush(self) -> None:
        pass

    def finish(self, out: Any) -> None:
        b = self.build
        b.builder.store(b.builder.load(self._at, typ=I64), self.count, align=8)


@define(eq=False)
class First:
    """Pays nothing: finds the first month in which anything above 0 would be paid. `month`: a place on the stack."""

    build: Build
    month: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        b = self.build
        self.month = b.space(I64)
        b.builder.store(I64(b.months), self.month)

    def one(self, clause: int, month: Any, amount: Any, rule: Any, payee: Any) -> None:
        b = self.build
        now = b.builder.load(self.month, typ=I64)
        earlier = b.builder.and_(b.builder.icmp_signed(">", amount, I64(0)), b.builder.icmp_signed("<", month, now))
        b.builder.store(b.builder.select(earlier, month, now), self.month)

    def many(self, clause: int, months: Any, amount: Data, rule: int, payee: Data | None) -> None:
        b = self.build
        b.each_month(months, lambda month: self.one(clause, month, b.number_at(amount, month), I64(rule), None))


COLUMNS: tuple[tuple[str, str], ...] = (
    ("clause", "int16"), ("row", "int32"), ("month", "int16"), ("amount", "int64"), ("rule", "int8"),
    ("payee", "int32"),
)  # fmt: skip


def room(rows: int) -> dict[str, NDArray[Any]]:
    return {name: np.empty(rows, dtype) for name, dtype in COLUMNS}


__all__ = ["COLUMNS", "Flag", "Rows", "Sink", "Totals", "room"]
