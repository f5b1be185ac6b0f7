"""Quotas (docs/ir.md, stage 6): who finds a place, over the rows that claim.

The walk over the rows leaves of each row that may claim its months, amounts, pool and order; who of them finds a place
is settled month by month (`places`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels.build import I8, I32, I64
from compiler.backends.kernels.clauses import claim_now
from compiler.backends.kernels.reckoning import is_monthly, settled
from compiler.backends.kernels.streams import Streams
from compiler.backends.kernels.values import Data, Flag, NotNative, Number, Vector

Array = NDArray[Any]
MOST_CELLS = 2**23  # of amounts that differ by row and by month


@frozen(eq=False)
class Numbers:
    """A number a candidate, or one for all (a month, or ever)."""

    data: Any  # int, tuple or array (candidates,) or (candidates, months)
    none: Any = False
    den: int = 1

    def at(self, rows: Array, months: Array) -> tuple[Array, Array]:
        """(data, whether there is none) of candidates in months of the window, side by side."""
        data, none = self.data, self.none
        if isinstance(data, int):
            data = np.full(len(rows), data, np.int64)
        elif isinstance(data, tuple):
            data = np.array(data, np.int64)[months]
        else:
            data = data[rows] if data.ndim == 1 else data[rows, months]
        if isinstance(none, np.ndarray):
            return data, none[rows] != 0
        if isinstance(none, bool):
            return data, np.full(len(rows), none)
        return data, np.array([none >> month & 1 for month in range(none.bit_length())] + [0], bool)[
            np.minimum(months, none.bit_length())
        ]


@frozen(eq=False)
class Alternative:
    rule: ir.Alternative
    months: Array  # (candidates, words)
    amount: Numbers
    payee: Numbers | None
    limits: tuple[Numbers | None, Numbers | None, Numbers | None]


@define(eq=False)
class Candidates:
    """The rows that may claim, in order of their keys. Arrays are as long as the entity's table until `trim`."""

    clause: ir.Clause
    quota: ir.Quota
    entity_rows: int
    words: int
    row: Array = field(init=False)
    doubt: Array = field(init=False)
    count: Array = field(init=False)
    alternatives: list[Alternative] = field(init=False, factory=list)
    places: Numbers | None = None
    per: Numbers | None = None
    order: Numbers | None = None

    def __attrs_post_init__(self) -> None:
        self.row = np.zeros(self.entity_rows, np.int32)
        self.doubt = np.zeros(self.entity_rows, np.uint8)
        self.count = np.zeros(1, np.int64)

    # ------------------------------------------------------------ the code that fills it
    def write(self, streams: Streams) -> None:
        b = streams.build
        made = claim_now(streams, self.clause)
        places = settled(b, streams.number(self.quota.places))
        if not isinstance(places.data, int | tuple) or not isinstance(places.none, bool | int):
            raise NotNative("places that differ by row")
        per = None if self.quota.per is None else settled(b, streams.number(self.quota.per))
        order = None if self.quota.order is None else self._order(streams, self.quota.order)
        doubt = made.doubt
        if any(part is not None and is_monthly(part.data) for part in (per, order)):
            raise NotNative("pools or an order that change by the month")
        for part in (places, per, order):
            if part is not None and part.doubt is not False:
                doubt = b.either(doubt, b.both(b.any_month(part.doubt), made.maybe))
        m = b.builder
        count = streams.address(self.count)
        at = m.load(count, typ=I64, align=8)
        kept = b.bit(made.maybe)

        def flag(array: Array, held: Flag) -> None:
            m.store(m.zext(b.bit(held), I8), b.at(streams.address(array), at, I8), align=1)

        # the row after the last kept one is written over and over
        m.store(m.trunc(b.row, I32), b.at(streams.address(self.row), at, I32), align=4)
        flag(self.doubt, doubt)
        for rule in made.rules:
            months = np.zeros((self.entity_rows, self.words), np.uint64)
            place = b.at(streams.address(months), m.mul(at, I64(self.words)), I64)
            m.store(b.mask(rule.months), place, align=8)
            limits = tuple(None if limit is None else self._numbers(streams, limit, at) for limit in rule.limits)
            payee = None if rule.payee is None else self._numbers(streams, Number(rule.payee, 0), at)
            amount = self._numbers(streams, Number(rule.amount, 0), at)
            self.alternatives.append(
                Alternative(rule.alternative, months, amount, payee, (limits[0], limits[1], limits[2]))
            )
        self.places = Numbers(places.data, places.none, int(places.den))
        self.per = None if per is None else self._numbers(streams, per, at)
        self.order = None if order is None else self._numbers(streams, order, at)
        m.store(m.add(at, m.zext(kept, I64)), count, align=8)

    def _order(self, streams: Streams, stream: ir.Id) -> Number:
        if streams.program.streams[stream].type.base == "yes/no":
            raise NotNative("places in order of a yes/no")
        return settled(streams.build, streams.number(stream))

    def _numbers(self, streams: Streams, number: Number, at: Any) -> Numbers:
        b = streams.build
        if not isinstance(number.den, int):
            raise NotNative("a number of a quota over a changing denominator")
        none: Any = number.none
        if not isinstance(none, bool | int):
            if none.type.width != 1:
                raise NotNative("a number of a quota that there is only in some months")
            array = np.zeros(self.entity_rows, np.uint8)
            b.builder.store(b.builder.zext(none, I8), b.at(streams.address(array), at, I8), align=1)
            none = array
        return Numbers(self._data(streams, number.data, at), none, number.den)

    def _data(self, streams: Streams, data: Data, at: Any) -> Any:
        b = streams.build
        if isinstance(data, int | tuple):
            return data
        if not isinstance(data, Vector):
            array = np.zeros(self.entity_rows, np.int64)
            b.builder.store(data, b.at(streams.address(array), at, I64), align=8)
            return array
        if self.entity_rows * b.months > MOST_CELLS:
            raise NotNative("amounts of a quota that differ by row and by month")
        cells = np.zeros((self.entity_rows, b.months), np.int64)
        place = b.at(streams.address(cells), b.builder.mul(at, I64(b.months)), I64)

        def copy(month: Any, _: list[Any]) -> list[Any]:
            b.builder.store(b.number_at(data, month), b.at(place, month, I64), align=8)
            return []

        b.loop(I64(b.months), copy)
        return cells

    # ------------------------------------------------------------ what it left
    @property
    def doubtful(self) -> bool:
        """Whether one of the rows that may claim is in doubt: then all of them are the evaluators'."""
        return bool(self.doubt[: int(self.count[0])].any())

    def rows(self) -> Array:
        return self.row[: int(self.count[0])].astype(np.int64)
