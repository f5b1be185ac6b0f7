"""What a pass leaves for later ones: the values of a stream for all rows of its entity.

A flag is kept as a byte or as bits, a number as one a row or one a month, an aggregate as what was added up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llvmlite.ir as ll
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from compiler.backends.kernels.build import I1, I8, I64, Build
from compiler.backends.kernels.values import Data, Flag, Number, Value, Vector, YesNo

Address = Callable[[NDArray[Any]], Any]


@frozen(eq=False)
class Kept:
    """The values of a stream for all rows of its entity, by a pass to come. Arrays are by part; a part that is the same
    for every row is the flag or number itself."""

    value: Value  # a pattern: what its parts are, where they do not differ by row
    arrays: dict[str, NDArray[Any]]
    months: int
    share: bool = False  # `den` counts members: of none there is no share
    anyone: NDArray[Any] | None = None  # a month: members of whom it is not known whose they are (of sums: bits)

    def read(self, b: Build, address: Address, row: Any) -> Value:
        if isinstance(self.value, YesNo):
            sure = self._flag(b, address, row, "sure", self.value.sure)
            maybe = sure if self.value.known else self._flag(b, address, row, "maybe", self.value.maybe)
            return YesNo(sure, maybe, self._flag(b, address, row, "none", self.value.none))
        value = self.value
        high = None if value.high is None else self._number(b, address, row, "high", value.high)
        den = self._number(b, address, row, "den", value.den)
        none = self._flag(b, address, row, "none", value.none)
        doubt = self._flag(b, address, row, "doubt", value.doubt)
        nobody: Flag = False
        if self.share:
            nobody = b.builder.icmp_signed("==", den, I64(0))
            den = b.builder.select(nobody, I64(1), den)
        if self.anyone is not None and self.anyone.dtype == np.uint64:
            doubt = b.either(doubt, b.builder.load(b.at(address(self.anyone), I64(0), I64), typ=b.wide, align=8))
        elif self.anyone is not None:
            also = Vector(address(self.anyone), 32)
            (high,) = b.lanes([high, also], [], lambda numbers, _: [b.builder.add(*numbers)])
        if self.share:  # someone may belong to a row that nobody is known to belong to
            none = b.without(nobody, doubt)
        return Number(
            self._number(b, address, row, "data", value.data), value.top, den, value.den_top, none, doubt, high
        )

    def _flag(self, b: Build, address: Address, row: Any, name: str, flag: Flag) -> Flag:
        array = self.arrays.get(name)
        if array is None:
            return flag
        if array.dtype == np.uint8:
            byte = b.builder.load(b.at(address(array), row, I8), typ=I8, align=1)
            return b.builder.icmp_unsigned("!=", byte, I8(0))
        at = b.builder.mul(row, I64(self.months // 64))
        return b.builder.load(b.at(address(array), at, I64), typ=b.wide, align=8)

    def _number(self, b: Build, address: Address, row: Any, name: str, data: Data) -> Data:
        array = self.arrays.get(name)
        if array is None:
            return data
        bits = array.dtype.itemsize * 8
        if array.ndim == 1:
            return b.loaded(address(array), row, bits)
        at = b.builder.mul(row, I64(array.shape[1]))
        return Vector(b.at(address(array), at, ll.IntType(bits)), bits)


def keep(b: Build, address: Address, value: Value, rows: int) -> Kept:
    """Room for the values of all rows, and the code that writes those of the row at hand."""
    arrays: dict[str, NDArray[Any]] = {}

    def flag(name: str, held: Flag) -> None:
        if isinstance(held, bool | int):
            return
        if held.type == I1:
            array = arrays[name] = np.zeros(rows, np.uint8)
            b.builder.store(b.builder.zext(held, I8), b.at(address(array), b.row, I8), align=1)
        else:
            words = arrays[name] = np.zeros((rows, b.months // 64), np.uint64)
            at = b.builder.mul(b.row, I64(b.months // 64))
            b.builder.store(held, b.at(address(words), at, I64), align=8)

    def number(name: str, data: Data) -> None:
        if isinstance(data, int | tuple):
            return
        if isinstance(data, Vector):
            array = arrays[name] = np.zeros((rows, b.months), np.int64)
            at = b.builder.mul(b.row, I64(b.months))
            pointer = b.at(address(array), at, I64)
            _copy(b, data, pointer)
        else:
            array = arrays[name] = np.zeros(rows, np.int64)
            b.builder.store(data, b.at(address(array), b.row, I64), align=8)

    if isinstance(value, YesNo):
        flag("sure", value.sure)
        if not value.known:
            flag("maybe", value.maybe)
        flag("none", value.none)
    else:
        number("data", value.data)
        number("den", value.den)
        flag("none", value.none)
        flag("doubt", value.doubt)
        if value.high is not None:
            number("high", value.high)
    return Kept(value, arrays, b.months)


def _copy(b: Build, data: Vector, pointer: Any) -> None:
    def step(month: Any, _: list[Any]) -> list[Any]:
        b.builder.store(b.number_at(data, month), b.at(pointer, month, I64), align=8)
        return []

    b.loop(I64(b.months), step)
