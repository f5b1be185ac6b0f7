"""Columns: the value of a stream for many rows in one month, and the operations on them that remember nothing.

Numbers are exact: int64 numerators over a denominator that is one int for the whole column wherever that is possible.
What is the same for every row is a Python int or bool, not an array. `none` says where there is no value; what `data`
holds there means nothing, except that a yes/no is no and a link is -1. Nothing here is ever unknown.
"""

from __future__ import annotations

from math import gcd
from typing import Any, Literal

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Array = NDArray[Any]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Data = Array | int
Mask = Flags | bool

LARGEST = 2**63 - 1


@frozen
class Column:
    """dtypes: yes/no bool; kind int16 (index of the member, -1 none); date int32 (ordinal); link int64 (row, -1 none);
    numbers any signed integer. `den` is above 0."""

    data: Data
    none: Mask = False
    den: int | Ints = 1


# ---------------------------------------------------------------- helpers
def is_array(data: object) -> bool:
    return isinstance(data, np.ndarray)


def wide(data: Data) -> Ints | int:
    """As int64, so that arithmetic does not wrap in a narrow type."""
    return data.astype(np.int64) if isinstance(data, np.ndarray) and data.dtype != np.int64 else data


def either_mask(a: Mask, b: Mask) -> Mask:
    if a is False:
        return b
    if b is False:
        return a
    return a | b


def negate(data: Data | Mask) -> Any:
    return ~data if isinstance(data, np.ndarray) else not data


def has_none(mask: Mask) -> bool:
    return bool(np.any(mask))


def prefix(column: Column, n: int) -> Column:
    """The first n rows."""
    data, none, den = column.data, column.none, column.den
    return Column(
        data[:n] if isinstance(data, np.ndarray) else data,
        none[:n] if isinstance(none, np.ndarray) else none,
        den[:n] if isinstance(den, np.ndarray) else den,
    )


def take(column: Column, rows: Array) -> Column:
    """The values of some rows."""
    data, none, den = column.data, column.none, column.den
    return Column(
        data[rows] if isinstance(data, np.ndarray) else data,
        none[rows] if isinstance(none, np.ndarray) else none,
        den[rows] if isinstance(den, np.ndarray) else den,
    )


def full(data: Data, n: int) -> Array:
    """An array of n values, also of what is the same for every row."""
    return data if isinstance(data, np.ndarray) and data.ndim else np.full(n, data)


def choose(condition: Mask, then: Any, otherwise: Any) -> Any:
    if isinstance(condition, np.ndarray):
        return np.where(condition, then, otherwise)
    return then if condition else otherwise


def scaled(column: Column, factor: int | Ints) -> Data:
    if not isinstance(factor, np.ndarray) and factor == 1:
        return column.data
    return wide(column.data) * factor


def common(a: Column, b: Column) -> tuple[Data, Data, int | Ints]:
    """Both numerators over one denominator."""
    if not is_array(a.den) and not is_array(b.den):
        if a.den == b.den:
            return a.data, b.data, a.den
        least = int(a.den) * int(b.den) // gcd(int(a.den), int(b.den))
        return scaled(a, least // int(a.den)), scaled(b, least // int(b.den)), least
    return scaled(a, b.den), scaled(b, a.den), a.den * b.den


# ---------------------------------------------------------------- operations
Operator = Literal["+", "-", "×", "/", "minimum", "maximum"]


def arithmetic(operator: Operator, a: Column, b: Column) -> Column:
    """Exact. The caller has proved that nothing exceeds int64. By zero: none."""
    none = either_mask(a.none, b.none)
    if operator == "×":
        return Column(wide(a.data) * wide(b.data), none, a.den * b.den)
    if operator == "/":
        return _quotient(a, b, none)
    left, right, den = common(a, b)
    left, right = wide(left), wide(right)
    match operator:
        case "+":
            return Column(left + right, none, den)
        case "-":
            return Column(left - right, none, den)
        case "minimum":
            return Column(_extreme(np.minimum, left, right), none, den)
        case "maximum":
            return Column(_extreme(np.maximum, left, right), none, den)


def _extreme(ufunc: np.ufunc, left: Data, right: Data) -> Data:
    result: Data = ufunc(left, right)
    return result if is_array(left) or is_array(right) else int(result)


def _quotient(a: Column, b: Column, none: Mask) -> Column:
    divisor = wide(b.data)
    if not isinstance(divisor, np.ndarray):
        if divisor == 0:
            return Column(0, True)
        sign = 1 if divisor > 0 else -1
        return Column(wide(a.data) * (b.den * sign), none, a.den * abs(divisor))
    zero = divisor == 0
    safe = np.where(zero, 1, divisor)
    return Column(wide(a.data) * (b.den * np.sign(safe)), either_mask(none, zero), a.den * np.abs(safe))


COMPARE = {
    "=": np.equal,
    "≠": np.not_equal,
    "<": np.less,
    "≤": np.less_equal,
    ">": np.greater,
    "≥": np.greater_equal,
}


def compare(operator: str, a: Column, b: Column) -> Column:
    """None on a side: no."""
    left, right, _ = common(a, b)
    holds: Any = COMPARE[operator](left, right)
    none = either_mask(a.none, b.none)
    if not isinstance(holds, np.ndarray):
        holds = bool(holds)
    return Column(holds if none is False else holds & negate(none))


def select(condition: Column, then: Column, otherwise: Column) -> Column:
    """The condition has no `none` that matters: a yes/no of which there is none is no."""
    if not is_array(condition.data):
        left, right, den = common(then, otherwise)
        return Column(left, then.none, den) if condition.data else Column(right, otherwise.none, den)
    none: Mask = False
    left, right, den = common(then, otherwise)
    if then.none is not False or otherwise.none is not False:
        none = np.where(condition.data, then.none, otherwise.none)
    return Column(np.where(condition.data, left, right), none, den)


def through(link: Column, target: Column, yes_no: bool) -> Column:
    """`target` of the rows that `link` names; the target's rows are all there."""
    if not isinstance(link.data, np.ndarray):  # nobody has a link
        return Column(False) if yes_no else Column(0, True)
    if link.none is False or not has_none(link.none):
        return take(target, link.data)
    rows = np.maximum(link.data, 0)
    if is_array(target.data) and len(target.data) == 0:  # type: ignore[arg-type]
        return Column(np.zeros(len(rows), np.bool_)) if yes_no else Column(np.zeros(len(rows), np.int64), link.none)
    found = take(target, rows)
    if yes_no:
        return Column(found.data & ~link.none)
    return Column(found.data, either_mask(found.none, link.none), found.den)


# ---------------------------------------------------------------- money
def round_to_fen(column: Column, mode: Literal["nearest", "down", "up"], unit: int) -> Ints | int:
    """Whole fen, a multiple of `unit`; nearest is half away from zero. Where there is none: 0."""
    data: Any = wide(column.data)
    step: Any = column.den * unit
    rounded: Any
    fen: Any
    match mode:
        case "down":
            rounded = data // step
        case "up":
            rounded = -(-data // step)
        case "nearest":
            rounded = (2 * abs(data) + step) // (2 * step)
            rounded = (
                np.where(data < 0, -rounded, rounded) if is_array(rounded) else (-rounded if data < 0 else rounded)
            )
    fen = rounded * unit
    result: Ints | int = fen if column.none is False else choose(column.none, 0, fen)
    return result
