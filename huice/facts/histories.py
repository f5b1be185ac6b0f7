"""Spells given by days become months, for all rows of a column at once.

The same rule as `compiler.spells`: what touches or overlaps and has one value is one spell (1 to 15 March and 16 March
to 30 April cover all of March together), then the attribute's way of counting says which months each covers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from compiler.fact_columns import ALWAYS, FOREVER, Spells
from lang.model import Counting

Ints = NDArray[np.int64]
OPEN = 1 << 32  # the last day of what is still going on
_ROW = 1 << 34
_EPOCH = 719163  # date(1970, 1, 1).toordinal()


@frozen(eq=False)
class Stretches:
    """Stretches of time of numbered rows. `value`: equal where two have one value. `source`: which spell it came of."""

    row: Ints
    low: Ints
    high: Ints
    value: Ints
    source: Ints

    def __len__(self) -> int:
        return len(self.row)

    def take(self, which: NDArray[np.generic]) -> Stretches:
        return Stretches(self.row[which], self.low[which], self.high[which], self.value[which], self.source[which])

    def and_then(self, other: Stretches) -> Stretches:
        return Stretches(
            np.concatenate([self.row, other.row]),
            np.concatenate([self.low, other.low]),
            np.concatenate([self.high, other.high]),
            np.concatenate([self.value, other.value]),
            np.concatenate([self.source, other.source]),
        )

    def in_order(self) -> Stretches:
        return self.take(np.lexsort((self.high, self.low, self.row)))


def merged(given: Stretches) -> tuple[Stretches, list[int]]:
    """In order, with those of one value that touch or overlap made one; and the sources that overlap another value."""
    given = given.in_order()
    if len(given) < 2:
        return given, []
    reached = np.maximum.accumulate(given.row * _ROW + given.high)[:-1] - given.row[1:] * _ROW
    close = (given.row[1:] == given.row[:-1]) & (given.low[1:] <= reached + 1)
    if not close.any():
        return given, []
    tangled = np.isin(given.row, given.row[1:][close])
    kept: list[tuple[int, int, int, int, int]] = []
    conflicts: list[int] = []
    part = given.take(tangled)
    for row, low, high, value, source in zip(
        part.row.tolist(), part.low.tolist(), part.high.tolist(), part.value.tolist(), part.source.tolist(), strict=True
    ):
        before = kept[-1] if kept and kept[-1][0] == row else None
        if before is not None and before[3] == value and low <= before[2] + 1:
            kept[-1] = (row, before[1], max(before[2], high), value, before[4])
        elif before is not None and low <= before[2]:
            conflicts.append(source)
        else:
            kept.append((row, low, high, value, source))
    columns = np.array(kept, np.int64).reshape(-1, 5).T
    return given.take(~tangled).and_then(Stretches(*columns)).in_order(), conflicts


def months_of(days: Stretches, counts: Counting) -> Stretches:
    """Stretches of days as stretches of the months that count."""
    first, day, _ = _calendar(days.low)
    if counts == "full months":
        first = first + (day > 1)
    open_end = days.high >= OPEN
    last, _, ends = _calendar(np.where(open_end, 1, days.high))
    if counts != "any day":
        last = last - ~ends
    last = np.where(open_end, FOREVER, last)
    return Stretches(days.row, first, last, days.value, days.source).take(first <= last)


def _calendar(ordinals: Ints) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Of days: the month (as in lang.dates), the day of the month, whether it is the month's last."""
    days = (ordinals - _EPOCH).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    last = (days + 1).astype("datetime64[M]") != months
    return months.astype(np.int64) + 1970 * 12, day, last


def as_spells(
    rows: int,
    months: Stretches,
    data: NDArray[np.generic] | None,
    state: NDArray[np.uint8] | None,
    given: NDArray[np.bool_],
    names: Sequence[str],
) -> Spells:
    """`data`, `state`: by source. The stretches stand in order."""
    offsets = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(months.row, minlength=rows), out=offsets[1:])
    return Spells(
        offsets,
        np.maximum(months.low, ALWAYS).astype(np.int32),
        np.minimum(months.high, FOREVER).astype(np.int32),
        None if data is None else data[months.source],
        None if state is None or not state.any() else state[months.source],
        None if given.all() else given,
        names,
    )
