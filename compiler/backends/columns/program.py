"""The IR over NumPy columns: many rows at once, month by month, two-valued (nothing is unknown).

In: a program, the clauses that run, and facts as columns whose rows stand in order of arrival (`column_streams.Rows`).
Out: the payments of each month. Who moves the month sets `present` and the tables' monthly columns before `step`.
Held to the interpreter by tests; it differs from it in one point: before a row arrives everything of it is no or
absent, while the interpreter takes every fact to have had its first value for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from attrs import define, field, frozen

from compiler import ir
from compiler.backends.columns.bounds import Size, sizes
from compiler.backends.columns.clauses import Claims, ClauseColumns
from compiler.backends.columns.groups import FirstGroup, HighestGroup, Places
from compiler.backends.columns.streams import ColumnFacts, Streams
from compiler.backends.columns.values import Column, Flags, Ints, full, take
from lang.dates import Month
from lang.types import Value


@frozen
class Paid:
    """The payments of one clause in one month: rows ascending, fen; `extra` are the values of the streams asked for
    (indices of members of kinds, -1 none)."""

    month: Month
    rows: Ints
    amount: Ints
    extra: tuple[Ints, ...]


def roots(program: ir.Program, clause: ir.Clause) -> set[ir.Id]:
    """The streams without which a clause cannot be evaluated (payees and pots are not among them)."""
    found: set[ir.Id | None] = set()
    for rule in clause.alternatives:
        found |= {rule.when, rule.amount, rule.months, rule.per_year, rule.in_all}
    if clause.group is not None:
        for member in program.groups[clause.group].members:
            if member.clause == clause.name:
                found.add(member.link)
            elif member.clause is None:
                found.add(member.paid)
    if clause.quota is not None:
        quota = program.quotas[clause.quota]
        found |= {quota.places, quota.per, quota.order}
    return {i for i in found if i is not None}


def closure(program: ir.Program, streams: Iterable[ir.Id]) -> set[ir.Id]:
    """These streams and all that they read."""
    found: set[ir.Id] = set()
    waiting = list(streams)
    while waiting:
        stream = waiting.pop()
        if stream not in found:
            found.add(stream)
            waiting.extend(ir.operands(program.streams[stream].op))
    return found


def coupled(program: ir.Program, clauses: Iterable[str]) -> tuple[str, ...]:
    """These clauses and those that share a group with one of them, in order of processing."""
    wanted = set(clauses)
    groups = {program.clauses[name].group for name in wanted} - {None}
    return tuple(name for name in program.order if name in wanted or program.clauses[name].group in groups)


@define(eq=False)
class Columns:
    """The evaluator. `clauses`: those that run (with all members of their groups), in order of processing.

    `payees`: clauses whose payee links are among the facts. `extra[clause]`: streams that are read for each payment.
    `others`: further streams that must be computed (conditions of targets). `drawn`: parameters with a value a draw.
    `past`: for how many months rows that are there in the first one have been as in it.
    """

    program: ir.Program
    facts: ColumnFacts
    codes: Mapping[str, Mapping[str, int]]
    parameters: Mapping[str, Value]
    clauses: tuple[str, ...]
    payees: frozenset[str] = frozenset()
    extra: Mapping[str, tuple[ir.Id, ...]] = field(factory=dict)
    others: tuple[ir.Id, ...] = ()
    drawn: Mapping[str, Column] = field(factory=dict)
    past: int = 1
    streams: Streams = field(init=False)
    paid: dict[str, list[Paid]] = field(init=False)
    refused: dict[str, Flags] = field(init=False)  # rows refused at least once
    _clauses: dict[str, ClauseColumns] = field(init=False)
    _first: dict[str, FirstGroup] = field(init=False, factory=dict)
    _highest: dict[str, HighestGroup] = field(init=False, factory=dict)
    _places: dict[str, Places] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        program = self.program
        self.streams = Streams(program, self.facts, self.codes, self.parameters, self._live(), self.drawn, self.past)
        self._clauses = {
            name: ClauseColumns(self.streams, program.clauses[name], name in self.payees) for name in self.clauses
        }
        self.paid = {name: [] for name in self.clauses}
        self.refused = {}
        for name in self.clauses:
            clause = program.clauses[name]
            if clause.group is not None:
                group = program.groups[clause.group]
                if group.take == "first" and group.name not in self._first:
                    self._first[group.name] = FirstGroup(self.streams, group)
                elif group.take == "highest" and group.name not in self._highest:
                    self._highest[group.name] = HighestGroup(self.streams, group)
            if clause.quota is not None:
                self._places[name] = Places(self.streams, program.quotas[clause.quota], clause.entity)
            if clause.quota is not None or clause.group in self._first:
                self.refused[name] = np.zeros(self.facts.rows(clause.entity).size, np.bool_)

    def _live(self) -> dict[ir.Id, Size]:
        wanted: set[ir.Id] = set(self.others)
        for name in self.clauses:
            clause = self.program.clauses[name]
            wanted |= roots(self.program, clause) | set(self.extra.get(name, ()))
            if name in self.payees:
                wanted |= {rule.payee for rule in clause.alternatives if rule.payee is not None}
        drawn = {name: Size(int(np.abs(c.data).max(initial=0)), int(np.max(c.den))) for name, c in self.drawn.items()}
        return sizes(self.program, closure(self.program, wanted), self.parameters, drawn)

    def step(self, month: Month) -> None:
        """One month: the streams, and inside the policy the clauses."""
        self.streams.step(month)
        if month == self.program.first - 1:
            self._read_others()
        if month < self.program.first or (self.program.last is not None and month > self.program.last):
            return
        alone: dict[str, dict[str, Claims]] = {}
        for name in self.clauses:
            clause, columns = self.program.clauses[name], self._clauses[name]
            claims = columns.claims(month)
            if clause.group in self._highest:
                columns.write(claims)  # each member is followed as if it were alone
                members = alone.setdefault(clause.group, {})
                members[name] = claims
                if len(members) == sum(m.clause in self._clauses for m in self.program.groups[clause.group].members):
                    for member, booked in self._highest[clause.group].settle(members, self.program.clauses).items():
                        self._pay(self.program.clauses[member], month, booked)
                continue
            if clause.group in self._first:
                claims = self._admit(name, claims, self._first[clause.group].admitted(clause, claims))
            if name in self._places:
                claims = self._admit(name, claims, self._places[name].given(month, claims))
                self._places[name].paid(month, claims)
            if clause.group in self._first:
                self._first[clause.group].paid(clause, claims)
            columns.write(claims)
            self._pay(clause, month, claims)
        self._read_others()

    def _read_others(self) -> None:
        for group in self._first.values():
            group.others()

    def forget_refusals(self) -> None:
        for refused in self.refused.values():
            refused[:] = False

    def _admit(self, clause: str, claims: Claims, admitted: Flags) -> Claims:
        self.refused[clause][claims.rows[~admitted]] = True
        return claims.where(admitted)

    def _pay(self, clause: ir.Clause, month: Month, claims: Claims) -> None:
        if not len(claims.rows):
            return
        extra = []
        for stream in self.extra.get(clause.name, ()):
            column = take(self.streams.column(stream, clause.entity), claims.rows)
            value = full(column.data, len(claims.rows)).astype(np.int64)
            extra.append(value if column.none is False else np.where(column.none, -1, value))
        self.paid[clause.name].append(Paid(month, claims.rows, claims.amount, tuple(extra)))
