"""Groups and quotas over columns (docs/ir.md, stages 5 and 6): who is shut out, and who finds a place.

Rows stand in the order of their keys within a draw, so `in order of keys` is in order of row numbers. Draws never mix:
a group's row belongs to one draw, and places are counted a draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import define, field

from compiler import ir
from compiler.backends.columns.bounds import unsupported
from compiler.backends.columns.clauses import Claims
from compiler.backends.columns.streams import Streams
from compiler.backends.columns.values import Array, Flags, Ints, full, take, wide
from lang.dates import Month, year_of
from lang.diagnostics import CompilerBug


def group_rows(streams: Streams, member: ir.GroupMember, entity: str, rows: Ints) -> Ints:
    """The rows of the group that these rows of a member clause lead to; -1: to none."""
    if member.link is None:
        return rows
    return full(take(streams.column(member.link, entity), rows).data, len(rows)).astype(np.int64)


@define(eq=False)
class FirstGroup:
    """`winner`, a group row: the position of the member that paid first, -1 nobody yet.

    A money attribute has paid when it is above 0: it is read (`others`) before a clause that stands behind it in the
    list claims, and at the end of every month, from the one before the policy's first on.
    """

    streams: Streams
    group: ir.Group
    winner: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.winner = np.full(self.streams.facts.rows(self.group.entity).size, -1, np.int8)

    def others(self, before: int | None = None) -> None:
        """What others paid up to this month, of the members that stand before a position (None: of all)."""
        n = self.streams.facts.rows(self.group.entity).present
        for position, member in enumerate(self.group.members[:before]):
            if member.paid is not None:
                column = self.streams.column(member.paid, self.group.entity)
                paid = (wide(column.data) > 0) & ~np.asarray(column.none, np.bool_)
                self.winner[:n][paid & (self.winner[:n] == -1)] = position

    def admitted(self, clause: ir.Clause, claims: Claims) -> Flags:
        position, rows = self._rows(clause, claims)
        self.others(before=position)
        holder = (
            np.where(rows >= 0, self.winner[np.maximum(rows, 0)], -1) if len(self.winner) else np.full(len(rows), -1)
        )
        admitted: Flags = (holder == -1) | (holder == position)
        return admitted

    def paid(self, clause: ir.Clause, claims: Claims) -> None:
        position, rows = self._rows(clause, claims)
        self.winner[rows[rows >= 0]] = position

    def _rows(self, clause: ir.Clause, claims: Claims) -> tuple[int, Ints]:
        position = next(i for i, m in enumerate(self.group.members) if m.clause == clause.name)
        return position, group_rows(self.streams, self.group.members[position], clause.entity, claims.rows)


@define(eq=False)
class HighestGroup:
    """`sums[position, row]`: what the member alone would have paid so far; `ours`: what the group has paid.

    What others paid (a money attribute) counts as paid, whenever they paid it.
    """

    streams: Streams
    group: ir.Group
    sums: Ints = field(init=False)
    ours: Ints = field(init=False)

    def __attrs_post_init__(self) -> None:
        size = self.streams.facts.rows(self.group.entity).size
        self.sums = np.zeros((len(self.group.members), size), np.int64)
        self.ours = np.zeros(size, np.int64)

    def settle(self, alone: Mapping[str, Claims], clauses: Mapping[str, ir.Clause]) -> dict[str, Claims]:
        """What the group pays in the month, booked on its members, from what each would pay alone."""
        n = self.streams.facts.rows(self.group.entity).present
        leads: dict[int, tuple[str, Claims, Ints]] = {}
        for position, member in enumerate(self.group.members):
            if member.paid is not None:
                self._paid_elsewhere(position, member.paid, n)
            elif member.clause is not None and member.clause in alone:
                claims = alone[member.clause]
                rows = group_rows(self.streams, member, clauses[member.clause].entity, claims.rows)
                linked = rows >= 0
                np.add.at(self.sums[position], rows[linked], claims.amount[linked])
                leads[position] = (member.clause, claims, rows)
        now = self.sums[:, :n]
        elsewhere = [position for position, member in enumerate(self.group.members) if member.paid is not None]
        leader, best = now.argmax(axis=0), now.max(axis=0)
        growth = np.maximum(best - self.ours[:n] - now[elsewhere].sum(axis=0), 0)
        booked = {}
        for position, (name, claims, rows) in leads.items():
            amount = claims.amount.copy()
            linked = rows >= 0
            shared = _shared_out(rows[linked], claims.amount[linked], growth)
            amount[linked] = np.where(leader[rows[linked]] == position, shared, 0)
            np.add.at(self.ours, rows[linked], amount[linked])
            booked[name] = Claims(claims.rows, amount, claims.rule).where(amount > 0)
        return booked

    def _paid_elsewhere(self, position: int, stream: ir.Id, n: int) -> None:
        """A money attribute is itself a sum so far; what was paid stays paid."""
        column = self.streams.column(stream, self.group.entity)
        if isinstance(column.den, np.ndarray) or column.den != 1:
            raise CompilerBug("a money attribute that is not in whole fen")
        paid = wide(column.data) if column.none is False else np.where(column.none, 0, column.data)
        self.sums[position, :n] = np.maximum(self.sums[position, :n], paid)


def _shared_out(rows: Ints, amount: Ints, growth: Ints) -> Ints:
    """The growth of each group row over its claims in order, each in full while it lasts."""
    order = np.argsort(rows, kind="stable")
    sorted_rows, sorted_amount = rows[order], amount[order]
    sums = np.cumsum(sorted_amount)
    start = np.flatnonzero(np.diff(sorted_rows, prepend=-1))
    before_row = np.repeat((sums - sorted_amount)[start], np.diff(np.append(start, len(rows))))
    ahead = sums - sorted_amount - before_row
    shared = np.empty_like(amount)
    shared[order] = np.clip(growth[sorted_rows] - ahead, 0, sorted_amount)
    return shared


@define(eq=False)
class Places:
    """The places of one clause. `period` is that in which a row was last paid (0: never), `pool` where it holds."""

    streams: Streams
    quota: ir.Quota
    entity: str
    period: Any = field(init=False)
    pool: Any = field(init=False)
    last_paid: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        size = self.streams.facts.rows(self.entity).size
        self.period = np.zeros(size, np.int32)
        self.pool = np.zeros(size, np.int64)
        self.last_paid = np.full(size, -2, np.int32)

    def given(self, month: Month, claims: Claims) -> Flags:
        """Which claims have a place; the rest is refused."""
        if not len(claims.rows):
            return np.zeros(0, np.bool_)
        program = self.streams.program
        period = self._period(month)
        pools = self._pools(claims.rows)
        holds = (self.period[claims.rows] == period) & (self.pool[claims.rows] == pools)
        free = np.flatnonzero(~holds)
        if not len(free):
            return np.asarray(holds, np.bool_)
        order: Array = np.zeros(len(free))
        without = np.zeros(len(free), np.bool_)
        rows = claims.rows[free]
        if self.quota.order is not None:
            column = take(self.streams.column(self.quota.order, self.entity), rows)
            if isinstance(column.den, np.ndarray):
                raise unsupported(program.streams[self.quota.order].origin, "an order by quotients", "按商值排序")
            order, without = full(column.data, len(rows)), full(column.none, len(rows)).astype(np.bool_)
            order = np.where(without, 0, order)
        newcomer = self.last_paid[rows] != month - 1
        queue = np.lexsort((rows, order, without, newcomer, pools[free]))
        queued = pools[free][queue]
        start = np.flatnonzero(np.diff(queued, prepend=-1))
        rank = np.arange(len(queued)) - np.repeat(start, np.diff(np.append(start, len(queued))))
        holding = np.flatnonzero(self.period == period)
        held_pools, counts = np.unique(self.pool[holding], return_counts=True)
        at = np.searchsorted(held_pools, queued)
        inside = at < len(held_pools)
        taken = np.where(inside & (np.append(held_pools, -1)[at] == queued), np.append(counts, 0)[at], 0)
        places = take(self.streams.column(self.quota.places, self.entity), rows[queue])
        limit = -(-wide(places.data) // places.den)
        given: Flags = np.array(holds, np.bool_)
        given[free[queue]] = (taken + rank < limit) & ~full(places.none, len(queued)).astype(np.bool_)
        return given

    def paid(self, month: Month, claims: Claims) -> None:
        self.period[claims.rows] = self._period(month)
        self.pool[claims.rows] = self._pools(claims.rows)
        self.last_paid[claims.rows] = month

    def _period(self, month: Month) -> int:
        return {"month": month, "year": year_of(month), None: 1}[self.quota.period]

    def _pools(self, rows: Ints) -> Ints:
        """A number a (draw, value of `per`)."""
        draw = self.streams.facts.rows(self.entity).draw[rows].astype(np.int64)
        if self.quota.per is None:
            return draw
        per = take(self.streams.column(self.quota.per, self.entity), rows)
        value = full(per.data, len(rows)).astype(np.int64)
        if per.none is not False:
            value = np.where(per.none, -1, value)
        return draw * 2**32 + value + 1
