"""Quotas (docs/ir.md, stage 6): who finds a place, over the rows that claim.

The walk over the rows leaves of each row that may claim its months, amounts, pool and order; here the months are gone
through with all of them side by side. Places are few and rows that claim are few of all rows, so this is NumPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels.build import I8, I32, I64
from compiler.backends.kernels.clauses import claim_now
from compiler.backends.kernels.facts import Window
from compiler.backends.kernels.reckoning import is_monthly, settled
from compiler.backends.kernels.streams import Streams
from compiler.backends.kernels.values import Data, Flag, NotNative, Number, Vector
from lang.dates import year_of

Array = NDArray[Any]
MOST_CELLS = 2**23  # of amounts that differ by row and by month


@frozen(eq=False)
class Numbers:
    """A number a candidate, or one for all (a month, or ever)."""

    data: Any  # int, tuple or array (candidates,) or (candidates, months)
    none: Any = False
    den: int = 1

    def at(self, rows: Array, month: int) -> tuple[Array, Array]:
        """(data, whether there is none) of some candidates in a month of the window."""
        none = self.none
        if isinstance(none, np.ndarray):
            none = none[rows] != 0
        elif not isinstance(none, bool):
            none = bool(none >> month & 1)
        return _spread(self._data(rows, month), len(rows)), _spread(none, len(rows))

    def _data(self, rows: Array, month: int) -> Any:
        if isinstance(self.data, tuple):
            return np.int64(self.data[month])
        if isinstance(self.data, int):
            return np.int64(self.data)
        return self.data[rows] if self.data.ndim == 1 else self.data[rows, month]


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

    # ------------------------------------------------------------ months
    @property
    def doubtful(self) -> bool:
        """Whether one of the rows that may claim is in doubt: then all of them are the evaluators'."""
        return bool(self.doubt[: int(self.count[0])].any())

    def rows(self) -> Array:
        return self.row[: int(self.count[0])].astype(np.int64)

    def paid(self, window: Window) -> tuple[dict[str, Array], dict[str, Array]]:
        """Payments (row, month of the window, amount, rule, payee) and refusals (row, month)."""
        n = int(self.count[0])
        state = _State(self, n, window)
        payments: list[tuple[Array, ...]] = []
        refused: list[tuple[Array, Array]] = []
        for month in range(window.months):
            if window.inside >> month & 1:
                state.month(month, payments, refused)
        rows = self.rows()
        names = ("row", "month", "amount", "rule", "payee")
        joined = [np.concatenate(parts) if parts else np.zeros(0, np.int64) for parts in _columns(payments, 5)]
        made = dict(zip(names, joined, strict=True))
        made["row"] = rows[made["row"]]
        lost = [np.concatenate(parts) if parts else np.zeros(0, np.int64) for parts in _columns(refused, 2)]
        return made, {"row": rows[lost[0]], "month": lost[1]}


def _columns(parts: list[Any], width: int) -> list[list[Array]]:
    return [[part[i] for part in parts] for i in range(width)]


@define(eq=False)
class _State:
    """The registers of the candidates, and who holds which place."""

    of: Candidates
    n: int
    window: Window
    paid_once: Array = field(init=False)
    paid_year: Array = field(init=False)
    year: Array = field(init=False)
    months: Array = field(init=False)
    in_year: Array = field(init=False)
    in_all: Array = field(init=False)
    period: Array = field(init=False)
    pool: Array = field(init=False)
    pools: int = field(init=False)
    rank: Array = field(init=False)
    last_paid: Array = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.paid_once = np.zeros(self.n, np.bool_)
        self.paid_year, self.year = np.full(self.n, -1, np.int64), np.full(self.n, -1, np.int64)
        self.months, self.in_year, self.in_all = (np.zeros(self.n, np.int64) for _ in range(3))
        self.period = np.full(self.n, -1, np.int64)
        self.pool, self.pools = self._numbered_pools()
        self.rank = self._ranks()
        self.last_paid = np.full(self.n, -2, np.int64)

    def month(self, month: int, payments: list[Any], refused: list[Any]) -> None:
        year = year_of(self.window.start + month)
        rows, amount, rule, payee, zero = self._claims(month, year)
        given = self._places(month, year, rows)
        if not given.all():
            refused.append((rows[~given], np.full(int((~given).sum()), month)))
        rows, amount, rule, payee = rows[given], amount[given], rule[given], payee[given]
        stale = rows[self.year[rows] != year]
        self.in_year[stale] = 0
        self.year[rows] = year
        self.in_year[rows] += amount
        self.in_all[rows] += amount
        used, used_rule = np.concatenate([rows, zero[0]]), np.concatenate([rule, zero[1]])
        for number, alternative in enumerate(self.of.alternatives):
            of_rule = used[used_rule == number]
            match alternative.rule.frequency:
                case "once":
                    self.paid_once[of_rule] = True
                case "once per year":
                    self.paid_year[of_rule] = year
                case "per month":
                    self.months[rows[rule == number]] += 1
        self.period[rows] = self._period(month, year)
        self.last_paid[rows] = month
        if len(rows):
            payments.append((rows, np.full(len(rows), month), amount, rule, payee))

    def _claims(self, month: int, year: int) -> tuple[Array, Array, Array, Array, tuple[Array, Array]]:
        """Rows that claim something, how much, by which rule, to whom; and those whose rule holds and pays nothing."""
        found: list[tuple[Array, Array, Array, Array]] = []
        nothing: list[tuple[Array, Array]] = []
        for number, alternative in enumerate(self.of.alternatives):
            word = alternative.months[: self.n, month // 64]
            rows = np.flatnonzero(word >> np.uint64(month % 64) & np.uint64(1))
            match alternative.rule.frequency:
                case "once":
                    rows = rows[~self.paid_once[rows]]
                case "once per year":
                    rows = rows[self.paid_year[rows] != year]
                case "per month":
                    pass
            amount = np.array(alternative.amount.at(rows, month)[0])
            amount = self._limited(alternative, rows, amount, month, year)
            payee = np.full(len(rows), -1) if alternative.payee is None else alternative.payee.at(rows, month)[0]
            pays = amount > 0
            nothing.append((rows[~pays], np.full(int((~pays).sum()), number)))
            found.append((rows[pays], amount[pays], np.full(int(pays.sum()), number), np.array(payee)[pays]))
        rows, amount, rule, payee = (np.concatenate(parts) for parts in _columns(found, 4))
        order = np.argsort(rows, kind="stable")
        zero = tuple(np.concatenate(parts) for parts in _columns(nothing, 2))
        return rows[order], amount[order], rule[order], payee[order], (zero[0], zero[1])

    def _limited(self, of: Alternative, rows: Array, amount: Array, month: int, year: int) -> Array:
        months, per_year, in_all = of.limits
        if per_year is not None:
            paid = np.where(self.year[rows] == year, self.in_year[rows], 0)
            amount = _cut(amount, per_year, rows, month, paid)
        if in_all is not None:
            amount = _cut(amount, in_all, rows, month, self.in_all[rows])
        if months is not None and of.rule.frequency == "per month":
            limit, none = months.at(rows, month)
            amount = np.where((self.months[rows] * months.den < limit) | none, amount, 0)
        return amount

    def _places(self, month: int, year: int, rows: Array) -> Array:
        """Holders of the period keep their places; free ones go by (not paid last month, order, key)."""
        held = self.period == self._period(month, year)
        given: Array = held[rows]
        waiting = rows[~given]
        if not len(waiting) or self.of.places is None:
            return given
        places, none = self.of.places.at(waiting[:1], month)
        limit = 0 if none[0] else -(-int(places[0]) // self.of.places.den)
        free = limit - np.bincount(self.pool[held], minlength=self.pools)  # of each pool
        newcomer = self.last_paid[waiting] != month - 1
        turn = (self.pool[waiting] * 2 + newcomer) * self.n + self.rank[waiting]
        queue = waiting[np.argsort(turn)]
        pools = self.pool[queue]
        before = np.searchsorted(pools, np.arange(self.pools))  # where each pool's queue begins
        placed = np.arange(len(queue)) - before[pools] < free[pools]
        chosen = np.zeros(self.n, np.bool_)
        chosen[queue[placed]] = True
        return given | chosen[rows]

    def _period(self, month: int, year: int) -> int:
        return {"month": month, "year": year, None: 0}[self.of.quota.period]

    def _numbered_pools(self) -> tuple[Array, int]:
        """The pool of each candidate, as numbers from 0, and how many pools there are."""
        if self.of.per is None or not self.n:
            return np.zeros(self.n, np.int64), 1
        data, none = self.of.per.at(np.arange(self.n), 0)
        values, numbers = np.unique(np.where(none, -1, data), return_inverse=True)
        return numbers.astype(np.int64), len(values)

    def _ranks(self) -> Array:
        """The turn of each candidate among those who were all or none of them paid last month: who has no order comes
        last, then by key."""
        if self.of.order is None:
            return np.arange(self.n)
        order, without = self.of.order.at(np.arange(self.n), 0)
        rank = np.empty(self.n, np.int64)
        rank[np.lexsort((np.where(without, 0, order), without))] = np.arange(self.n)
        return rank


def _spread(value: Any, count: int) -> Array:
    return value if isinstance(value, np.ndarray) and value.ndim else np.full(count, value)


def _cut(amount: Array, limit: Numbers, rows: Array, month: int, paid: Array) -> Array:
    top, none = limit.at(rows, month)
    room = np.maximum(top // limit.den - paid, 0)
    return np.where(none, amount, np.minimum(amount, room))
