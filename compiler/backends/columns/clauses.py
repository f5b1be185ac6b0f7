"""One clause over columns: the stages before group and quota (docs/ir.md, 1 to 4), and its registers.

In: the streams of the month. Out: the month's claims, as row numbers in order and amounts. Only rows that claim are
looked at after the gate, so a clause costs little in months in which few rows claim.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field, frozen

from compiler import ir
from compiler.backends.columns.bounds import too_large
from compiler.backends.columns.streams import Streams
from compiler.backends.columns.values import LARGEST, Column, Flags, Ints, full, negate, round_to_fen, take, wide
from lang.dates import Month, year_of


@frozen
class Claims:
    """`rows` ascending; `amount` in fen, above 0; `rule`: which alternative."""

    rows: Ints
    amount: Ints
    rule: Ints

    def where(self, keep: Flags) -> Claims:
        return Claims(self.rows[keep], self.amount[keep], self.rule[keep])


NOTHING = Claims(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))


@define(eq=False)
class ClauseColumns:
    """The registers of one clause, over all rows of its entity. Those that no alternative reads have no length."""

    streams: Streams
    clause: ir.Clause
    payees: bool  # whether the payee links are known (if not, everybody has a payee)
    paid_once: Flags = field(init=False)
    year_paid: Any = field(init=False)
    months: Any = field(init=False)
    sum_in_year: Ints = field(init=False)
    sum_in_all: Ints = field(init=False)
    _year: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        rules = self.clause.alternatives
        size = self.streams.facts.rows(self.clause.entity).size

        def where(needed: bool) -> int:
            return size if needed else 0

        self.paid_once = np.zeros(where(any(r.frequency == "once" for r in rules)), np.bool_)
        self.year_paid = np.zeros(where(any(r.frequency == "once per year" for r in rules)), np.int16)
        self.months = np.zeros(where(any(r.months is not None for r in rules)), np.int16)
        self.sum_in_year = np.zeros(where(any(r.per_year is not None for r in rules)), np.int64)
        self.sum_in_all = np.zeros(where(any(r.in_all is not None for r in rules)), np.int64)
        for rule in rules:
            size_ = self.streams.sizes[rule.amount]
            if 2 * size_.top + size_.den * rule.unit > LARGEST:
                raise too_large(self.streams.program.streams[rule.amount])

    def resume(self, year: int) -> None:
        """The registers were set from outside; those of the year are of this year."""
        self._year = year

    def claims(self, month: Month) -> Claims:
        """What each row would be paid by this clause alone. A condition that held but pays nothing is noted."""
        year = year_of(month)
        if year != self._year:
            self._year = year
            self.sum_in_year[:] = 0
        n = self.streams.facts.rows(self.clause.entity).present
        found = []
        taken: Any = None
        last = len(self.clause.alternatives) - 1
        for number, rule in enumerate(self.clause.alternatives):
            holds: Any = True if rule.when is None else self._column(rule.when).data
            first = holds if taken is None else holds & negate(taken)
            if number < last:
                taken = holds if taken is None else taken | holds
            claims = self._claims_of(rule, number, np.flatnonzero(self._gate(rule, first, n, year)))
            if len(claims.rows):
                found.append(claims)
        if len(found) < 2:
            return found[0] if found else NOTHING
        rows = np.concatenate([c.rows for c in found])
        order = np.argsort(rows, kind="stable")
        amount, which = (np.concatenate(parts) for parts in zip(*((c.amount, c.rule) for c in found), strict=True))
        return Claims(rows[order], amount[order], which[order])

    def write(self, claims: Claims) -> None:
        """After the last stage: what these rows were paid."""
        if self.sum_in_year.size:
            self.sum_in_year[claims.rows] += claims.amount
        if self.sum_in_all.size:
            self.sum_in_all[claims.rows] += claims.amount
        for number, rule in enumerate(self.clause.alternatives):
            rows = claims.rows if len(self.clause.alternatives) == 1 else claims.rows[claims.rule == number]
            self._use(rule, rows)
            if self.months.size and rule.frequency == "per month":
                self.months[rows] += 1

    # ------------------------------------------------------------ stages
    def _column(self, stream: ir.Id) -> Column:
        return self.streams.column(stream, self.clause.entity)

    def _gate(self, rule: ir.Alternative, holds: Any, n: int, year: int) -> Any:
        match rule.frequency:
            case "once":
                return np.greater(holds, self.paid_once[:n])  # holds and not paid
            case "once per year":
                return holds & (self.year_paid[:n] != year)
            case "per month":
                return full(holds, n)

    def _claims_of(self, rule: ir.Alternative, number: int, rows: Ints) -> Claims:
        """Amount and limits for the rows that passed the gate."""
        if not len(rows):
            return NOTHING
        if rule.payee is not None and self.payees:  # nobody to pay: nothing is paid and nothing used up
            nobody = take(self._column(rule.payee), rows).none
            if nobody is not False:
                rows = rows[negate(full(nobody, len(rows)))]
        amount: Any = round_to_fen(take(self._column(rule.amount), rows), rule.mode, rule.unit)
        if rule.per_year is not None:
            amount = np.minimum(amount, self._room(rule.per_year, self.sum_in_year[rows], rows))
        if rule.in_all is not None:
            amount = np.minimum(amount, self._room(rule.in_all, self.sum_in_all[rows], rows))
        pays: Any = amount > 0
        if rule.months is not None and rule.frequency == "per month":
            limit = take(self._column(rule.months), rows)
            pays = pays & ((self.months[rows].astype(np.int64) * limit.den < limit.data) | limit.none)
        if not np.all(pays):
            pays = full(pays, len(rows))
            self._use(rule, rows[~pays])
            rows, amount = rows[pays], amount[pays] if isinstance(amount, np.ndarray) else amount
        return Claims(rows, full(amount, len(rows)).astype(np.int64, copy=False), np.full(len(rows), number))

    def _room(self, limit: ir.Id, paid: Ints, rows: Ints) -> Ints:
        """What is left of a limit, in whole fen."""
        column = take(self._column(limit), rows)
        left: Ints = np.maximum(wide(column.data) // column.den - paid, 0)
        return left if column.none is False else np.where(column.none, LARGEST, left)

    def _use(self, rule: ir.Alternative, rows: Ints) -> None:
        match rule.frequency:
            case "once":
                self.paid_once[rows] = True
            case "once per year":
                self.year_paid[rows] = self._year
            case "per month":
                pass
