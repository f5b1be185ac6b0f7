"""Who of the rows that claim finds a place (docs/ir.md, stage 6): months in order, all candidates of one side by side.

In: the candidates that a walk over the rows has left (`quotas`). Out: what is paid, and who is refused. Rows that claim
are few of all rows, so this is NumPy; what does not hang on what was paid before is worked out for all months at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from compiler.backends.kernels.facts import Window
from compiler.backends.kernels.quotas import Candidates, Numbers
from lang.dates import year_of

Array = NDArray[Any]
EVER = 2**62  # where there is no limit


def paid(of: Candidates, window: Window) -> tuple[dict[str, Array], dict[str, Array]]:
    """Payments (row, month of the window, amount, rule, payee) and refusals (row, month)."""
    claims = _claims(of, window)
    walk = _Walk(of, claims, window.months)
    years = np.array([year_of(window.start + month) for month in range(window.months)])
    if not walk.at_once(years):
        ends = np.searchsorted(claims.month, np.arange(window.months + 1))
        for month in np.unique(claims.month).tolist():
            walk.month(month, years[month], np.arange(ends[month], ends[month + 1]))
    which, refused = _joined(walk.paid), _joined(walk.refused)
    rows = of.rows()
    made = {name: getattr(claims, name)[which] for name in ("row", "month", "rule", "payee")}
    made |= {"row": rows[made["row"]], "amount": _joined(walk.amounts)}
    return made, {"row": rows[claims.row[refused]], "month": claims.month[refused]}


@frozen(eq=False)
class _Claims:
    """The months of the candidates in which a rule holds, sorted by month and candidate (`row`, its number). Limits are
    whole: months, fen a year, fen in all; EVER where there is none."""

    row: Array
    month: Array
    rule: Array
    amount: Array
    payee: Array
    limits: tuple[Array, Array, Array]


def _claims(of: Candidates, window: Window) -> _Claims:
    n = int(of.count[0])
    inside = np.array([window.inside >> month & 1 for month in range(window.months)], bool)
    columns: list[tuple[Array, ...]] = []
    for number, alternative in enumerate(of.alternatives):
        bits = np.unpackbits(alternative.months[:n].astype("<u8").view(np.uint8), axis=1, bitorder="little")
        month, row = np.nonzero((bits.reshape(n, window.months).astype(bool) & inside).T)
        payee = np.full(len(row), -1) if alternative.payee is None else alternative.payee.at(row, month)[0]
        amount, _ = alternative.amount.at(row, month)
        limits = (_whole(limit, row, month, up=not i) for i, limit in enumerate(alternative.limits))
        columns.append((row, month, np.full(len(row), number), amount, payee, *limits))
    joined = [np.concatenate(parts) for parts in zip(*columns, strict=True)]
    if len(columns) > 1:
        order = np.lexsort((joined[0], joined[1]))
        joined = [column[order] for column in joined]
    row, month, rule, amount, payee, *tops = joined
    return _Claims(row, month, rule, amount, payee, (tops[0], tops[1], tops[2]))


def _whole(limit: Numbers | None, row: Array, month: Array, up: bool) -> Array:
    """What may at most be reached: of months those that begin below the limit count, of money whole fen."""
    if limit is None:
        return np.full(len(row), EVER)
    top, none = limit.at(row, month)
    return np.where(none, EVER, -(-top // limit.den) if up else top // limit.den)


@define(eq=False)
class _Walk:
    """The registers of the candidates, who holds which place, and what came of it: numbers of claims."""

    of: Candidates
    claims: _Claims
    months_of_window: int
    paid: list[Array] = field(factory=list)
    amounts: list[Array] = field(factory=list)
    refused: list[Array] = field(factory=list)
    paid_once: Array = field(init=False)
    paid_year: Array = field(init=False)  # the year in which it was paid for the year
    year: Array = field(init=False)  # of the sum
    in_year: Array = field(init=False)
    in_all: Array = field(init=False)
    months: Array = field(init=False)
    period: Array = field(init=False)  # in which it holds a place
    last_paid: Array = field(init=False)
    pool: Array = field(init=False)
    pools: int = field(init=False)
    rank: Array = field(init=False)
    places: Array = field(init=False)  # by month
    by_rule: dict[str, Array] = field(init=False)  # of a frequency that occurs: which rules have it
    limited: tuple[bool, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        n = int(self.of.count[0])
        self.paid_once = np.zeros(n, np.bool_)
        self.paid_year, self.year, self.period = (np.full(n, -1, np.int64) for _ in range(3))
        self.in_year, self.in_all, self.months = (np.zeros(n, np.int64) for _ in range(3))
        self.last_paid = np.full(n, -2, np.int64)
        self.pool, self.pools = _numbered_pools(self.of, n)
        self.rank = _ranks(self.of, n)
        self.places = _places(self.of, self.months_of_window)
        of_rule = [alternative.rule.frequency for alternative in self.of.alternatives]
        self.by_rule = {name: np.array([f == name for f in of_rule]) for name in of_rule}
        self.limited = tuple(any(a.limits[i] is not None for a in self.of.alternatives) for i in range(3))

    def at_once(self, years: Array) -> bool:
        """Settles all months together where none hangs on another; false, and nothing done, where one may."""
        claims = self.claims
        if not len(claims.row) or self.of.places is None:
            return False
        monthly = self.of.quota.period == "month"
        period = claims.month if monthly else years[claims.month] - years[0] if self.of.quota.period == "year" else 0
        pool = period * self.pools + self.pool[claims.row]  # of each period
        places = self.places[claims.month]
        nobody_twice = int(np.bincount(claims.row).max()) == 1
        if nobody_twice and (monthly or (places == places[0]).all()):
            # nobody has a past: who comes first in month and turn, of those who are paid something, finds a place
            amount = self._within_limits(np.arange(len(claims.row)), 0)
            asks = np.flatnonzero(amount > 0)
            queue = asks[np.lexsort((self.rank[claims.row[asks]], claims.month[asks], pool[asks]))]
            turn = np.arange(len(queue)) - np.searchsorted(pool[queue], pool[queue])
            finds = turn < places[queue]
            self.paid.append(np.sort(queue[finds]))
            self.amounts.append(amount[self.paid[0]])
            self.refused.append(np.sort(queue[~finds]))
            return True
        claimants = pool if monthly else np.unique(pool * len(self.pool) + claims.row) // len(self.pool)
        everybody = (np.bincount(claimants)[pool] <= places).all()
        if everybody and set(self.by_rule) == {"per month"} and not any(self.limited):
            self.paid.append(np.flatnonzero(claims.amount > 0))
            self.amounts.append(claims.amount[self.paid[0]])
            return True
        return False

    def month(self, month: int, year: int, claims: Array) -> None:
        """`claims`: the numbers of those of the month."""
        claims = self._open(claims, year)
        amount = self._within_limits(claims, year)
        pays = amount > 0
        used = claims[~pays]  # a rule that holds and pays nothing is used up all the same
        claims, amount = claims[pays], amount[pays]
        given = self._places(month, year, self.claims.row[claims])
        if not given.all():
            self.refused.append(claims[~given])
            claims, amount = claims[given], amount[given]
        rows = self.claims.row[claims]
        if self.limited[1]:
            self.in_year[rows] = np.where(self.year[rows] == year, self.in_year[rows], 0) + amount
            self.year[rows] = year
        if self.limited[2]:
            self.in_all[rows] += amount
        self._use(claims, np.concatenate([claims, used]) if len(used) else claims, year)
        self.period[rows] = self._period(month, year)
        self.last_paid[rows] = month
        self.paid.append(claims)
        self.amounts.append(amount)

    def _open(self, claims: Array, year: int) -> Array:
        """Those that have not yet been paid what is paid once (a year)."""
        for name, register, used in (("once", self.paid_once, True), ("once per year", self.paid_year, year)):
            if name in self.by_rule:
                of_rule = self.by_rule[name][self.claims.rule[claims]]
                claims = claims[~(of_rule & (register[self.claims.row[claims]] == used))]
        return claims

    def _within_limits(self, claims: Array, year: int) -> Array:
        amount = self.claims.amount[claims]
        if not any(self.limited):
            return amount
        rows = self.claims.row[claims]
        months, per_year, in_all = (limit[claims] for limit in self.claims.limits)
        if self.limited[1]:
            before = np.where(self.year[rows] == year, self.in_year[rows], 0)
            amount = np.minimum(amount, np.maximum(per_year - before, 0))
        if self.limited[2]:
            amount = np.minimum(amount, np.maximum(in_all - self.in_all[rows], 0))
        if self.limited[0] and "per month" in self.by_rule:
            of_rule = self.by_rule["per month"][self.claims.rule[claims]]
            amount = np.where(of_rule & (self.months[rows] >= months), 0, amount)
        return amount

    def _use(self, paid: Array, used: Array, year: int) -> None:
        if "once" in self.by_rule:
            self.paid_once[self.claims.row[used[self.by_rule["once"][self.claims.rule[used]]]]] = True
        if "once per year" in self.by_rule:
            self.paid_year[self.claims.row[used[self.by_rule["once per year"][self.claims.rule[used]]]]] = year
        if self.limited[0] and "per month" in self.by_rule:
            self.months[self.claims.row[paid[self.by_rule["per month"][self.claims.rule[paid]]]]] += 1

    def _places(self, month: int, year: int, rows: Array) -> Array:
        """Holders of the period keep their places; free ones go by (not paid last month, order, key)."""
        held = self.period == self._period(month, year)
        given: Array = held[rows]
        waiting = rows[~given]
        if not len(waiting) or self.of.places is None:
            return given
        free = self.places[month] - np.bincount(self.pool[held], minlength=self.pools)  # of each pool
        pools = self.pool[waiting]
        if (np.bincount(pools, minlength=self.pools) <= free).all():
            return np.ones(len(rows), np.bool_)
        newcomer = self.last_paid[waiting] != month - 1
        queue = np.lexsort((self.rank[waiting], newcomer, pools))
        waiting, pools = waiting[queue], pools[queue]
        before = np.searchsorted(pools, np.arange(self.pools))  # where each pool's queue begins
        chosen = np.zeros(len(self.pool), np.bool_)
        chosen[waiting[np.arange(len(waiting)) - before[pools] < free[pools]]] = True
        return given | chosen[rows]

    def _period(self, month: int, year: int) -> int:
        match self.of.quota.period:
            case "month":
                return month
            case "year":
                return year
            case _:
                return 0


def _places(of: Candidates, months: int) -> Array:
    if of.places is None:
        return np.zeros(months, np.int64)
    places, none = of.places.at(np.zeros(months, np.int64), np.arange(months))
    return np.where(none, 0, -(-places // of.places.den))


def _numbered_pools(of: Candidates, n: int) -> tuple[Array, int]:
    """The pool of each candidate, as numbers from 0, and how many pools there are."""
    if of.per is None or not n:
        return np.zeros(n, np.int64), 1
    data, none = of.per.at(np.arange(n), np.zeros(n, np.int64))
    values, numbers = np.unique(np.where(none, -1, data), return_inverse=True)
    return numbers.astype(np.int64), len(values)


def _ranks(of: Candidates, n: int) -> Array:
    """The turn of each candidate among those who were all or none of them paid last month: who has no order comes last,
    then by key."""
    if of.order is None:
        return np.arange(n)
    order, without = of.order.at(np.arange(n), np.zeros(n, np.int64))
    rank = np.empty(n, np.int64)
    rank[np.lexsort((np.where(without, 0, order), without))] = np.arange(n)
    return rank


def _joined(parts: list[Array]) -> Array:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)
