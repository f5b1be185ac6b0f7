"""One month of some rows side by side: the step program's streams, then the clauses in their order.

In: for each row a letter, a state, what the chains do. Out: its mark, its next state, its claim to a place. The
arithmetic is the column evaluator's; states, labels, marks and claims are numbered by the transitions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field

from compiler import ir
from compiler.backends.columns.clauses import Claims, ClauseColumns
from compiler.backends.columns.groups import FirstGroup, HighestGroup
from compiler.backends.columns.streams import ColumnFacts, Rows, Streams
from compiler.backends.columns.values import Column, full, take
from lang.dates import month as month_of
from lang.diagnostics import CompilerBug
from simulator.automaton.marks import Label, Mark, PlaceClaim
from simulator.automaton.people import NotFinite
from simulator.automaton.rewriting import IN_POLICY, JANUARY, UNIT
from simulator.plan import Flags, Ints

if TYPE_CHECKING:
    from simulator.automaton.transitions import Transitions

_YEAR = 2000
_MONTH = month_of(_YEAR, 6)
REFUSED, PAID = 1, 2  # of clauses that can refuse: refused and not yet paid; paid


@define(eq=False)
class Board:
    """Rows (letter, state, outcome) side by side as columns, stepped once."""

    of: Transitions
    letters: Ints
    table: Ints
    flags: Ints
    kept: Ints
    streams: Streams = field(init=False)

    def play(self, *, refuse: bool) -> tuple[Ints, Ints, Ints]:
        """The mark, the next state and the claim to a place of every row."""
        step, size = self.of.step, len(self.letters)
        rows = Rows(size, np.zeros(size, np.int64), present=size)
        rows.monthly.update(self._facts())
        names = frozenset((UNIT, name) for name in rows.monthly)
        self.streams = Streams(
            step.program, ColumnFacts(1, {UNIT: rows}, names), self.of.codes, {}, step.sizes
        )  # fmt: skip
        self.streams.step(_MONTH)
        memories = [part for memory in step.memories for part in self._held(memory.next)]
        turn = _Turn(self, refuse)
        turn.run()
        following = (
            np.stack([*self.kept.T, *memories, *turn.registers()], axis=1) if self.table.shape[1] else self.table
        )
        return turn.marks(), self._numbers(following), turn.claim

    def letter(self, name: str) -> Ints:
        found: Ints = self.letters[:, self.of.names.index(name)]
        return found

    def _facts(self) -> dict[str, Column]:
        step, of = self.of.step, self.of
        types = {s.op.attribute: s for s in step.program.streams if isinstance(s.op, ir.Fact)}
        found: dict[str, Column] = {}

        def put(name: str, data: Ints, none: Ints | None, den: int) -> None:
            if name not in types:
                return
            kept: Any = data.astype(np.bool_) if types[name].type.base == "yes/no" else data
            missing: Any = False if none is None or not none.any() else none.astype(np.bool_)
            found[name] = Column(kept, missing, den)

        for name in step.given:
            put(name, self.letter(name), self.letter(f"{name} none"), of.dens[name])
        for name in (*step.coins, *step.present.values(), IN_POLICY):
            put(name, self.letter(name), None, 1)
        if JANUARY in of.names:
            put(JANUARY, self.letter(JANUARY), None, 1)
        for number, name in enumerate(of.flag_names):
            put(name, self.flags[:, number], None, 1)
        base = len(of.chains)
        for number, memory in enumerate(step.memories):
            size = step.sizes[types[memory.fact].id] if memory.fact in types else None
            data, none = self.table[:, base + 2 * number], self.table[:, base + 2 * number + 1]
            put(memory.fact, data, none, 1 if size is None else size.den)
        return found

    def _held(self, stream: ir.Id) -> tuple[Ints, Ints]:
        """A memory's next value, in the denominator of its fact."""
        column, size = self.streams.values[stream], self.of.step.sizes[stream]
        if isinstance(column.den, np.ndarray):
            raise CompilerBug("a memory whose denominators vary")
        if size.den % column.den:
            raise CompilerBug("a memory that does not fit its denominator")
        data = full(column.data, len(self.table)).astype(np.int64) * (size.den // column.den)
        none = full(np.asarray(column.none), len(self.table)).astype(np.int64)
        return np.where(none == 1, 0, data), none

    def _numbers(self, states: Ints) -> Ints:
        if not states.shape[1]:
            return np.zeros(len(states), np.int64)
        unique, inverse = np.unique(states, axis=0, return_inverse=True)
        numbers = np.array([self.of.states.number(tuple(row)) for row in unique.tolist()], np.int64)
        result: Ints = numbers[inverse.reshape(-1)]
        return result


@define(eq=False)
class _Turn:
    """The clauses of one month on a board: stages 1 to 6 of docs/ir.md, with registers from the states."""

    board: Board
    refuse: bool
    claim: Ints = field(init=False)
    _clauses: dict[str, ClauseColumns] = field(init=False, factory=dict)
    _first: dict[str, FirstGroup] = field(init=False, factory=dict)
    _highest: dict[str, HighestGroup] = field(init=False, factory=dict)
    _values: dict[tuple[str, str], Ints] = field(init=False, factory=dict)
    _paid: list[list[int]] = field(init=False)
    _refusals: list[list[tuple[int, int]]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        of, board = self.board.of, self.board
        size = len(board.letters)
        self.claim = np.full(size, -1, np.int64)
        self._paid = [[] for _ in range(size)]
        self._refusals = [[] for _ in range(size)]
        base = len(of.chains) + 2 * len(of.step.memories)
        january = board.letter(JANUARY) == 1 if JANUARY in of.names else np.zeros(size, np.bool_)
        for number, key in enumerate(of.registers):
            column = board.table[:, base + number].copy()
            if key[1] in ("year", "sum in year") or (key[1] == "holds" and self._quota(key[0]).period == "year"):
                column[january] = 0
            self._values[key] = column
        program = of.step.program
        for name in of.clauses:
            self._clauses[name] = self._columns(program.clauses[name])
        for group in program.groups.values():
            if group.take == "first":
                first = self._first[group.name] = FirstGroup(board.streams, group)
                first.winner[:] = self._values[group.name, "winner"]
            else:
                highest = self._highest[group.name] = HighestGroup(board.streams, group)
                for position in range(len(group.members)):
                    highest.sums[position] = self._values[group.name, f"sum {position}"]
                highest.ours[:] = self._values[group.name, "ours"]

    def _quota(self, clause: str) -> ir.Quota:
        program = self.board.of.step.program
        return program.quotas[program.clauses[clause].quota or ""]

    def _columns(self, clause: ir.Clause) -> ClauseColumns:
        columns = ClauseColumns(self.board.streams, clause, any(r.payee is not None for r in clause.alternatives))
        columns.resume(_YEAR)
        for what, register in self._arrays(columns).items():
            if (clause.name, what) in self._values:
                value = self._values[clause.name, what]
                register[:] = value * _YEAR if what == "year" else value
        return columns

    @staticmethod
    def _arrays(columns: ClauseColumns) -> dict[str, Any]:
        return {
            "once": columns.paid_once,
            "year": columns.year_paid,
            "months": columns.months,
            "sum in year": columns.sum_in_year,
            "sum in all": columns.sum_in_all,
        }

    # ------------------------------------------------------------ the month
    def run(self) -> None:
        program = self.board.of.step.program
        alone: dict[str, dict[str, Claims]] = {}
        for name in self.board.of.clauses:
            clause, columns = program.clauses[name], self._clauses[name]
            claims = columns.claims(_MONTH)
            if clause.group in self._highest:
                columns.write(claims)
                members = alone.setdefault(clause.group, {})
                members[name] = claims
                if len(members) == sum(m.clause in self._clauses for m in program.groups[clause.group].members):
                    booked_of = self._highest[clause.group].settle(members, program.clauses)
                    for member, booked in booked_of.items():
                        self._pay(member, booked)
                continue
            if clause.group in self._first:
                claims = self._admit(name, claims, self._first[clause.group].admitted(clause, claims))
            if clause.quota is not None:
                claims = self._places(name, claims)
            if clause.group in self._first:
                self._first[clause.group].paid(clause, claims)
            columns.write(claims)
            self._pay(name, claims)

    def _admit(self, name: str, claims: Claims, admitted: Flags) -> Claims:
        state = self._values[name, "refused"]
        position = self.board.of.clauses.index(name)
        for row in claims.rows[~admitted].tolist():
            if state[row] == 0:
                state[row] = REFUSED
                self._refusals[row].append((position, 1))
        return claims.where(admitted)

    def _places(self, name: str, claims: Claims) -> Claims:
        """Holders keep their place; the others ask for one, and are all admitted or all refused."""
        of, quota = self.board.of, self._quota(name)
        last, holds = self._values[name, "last"], self._values[name, "holds"]
        rows = claims.rows
        pool = self._column(quota.per, rows, 0) + 2
        places = self._ceiling(quota.places, rows)
        order = self._column(quota.order, rows, 0)
        without = self._none(quota.order, rows)
        entity = of.entity_of[name]
        arrival = self.board.letter(f"(arrival {entity})")[rows]
        asking = (holds[rows] != pool) if quota.period != "month" else np.ones(len(rows), np.bool_)
        position = of.clauses.index(name)
        for i in np.flatnonzero(asking).tolist():
            row = int(rows[i])
            if self.claim[row] >= 0:
                raise NotFinite(quota.origin, "two limits meet for one person", "同一人同时受两项名额限制")
            rank = (int(last[row] == 0), int(without[i]), 0 if without[i] else int(order[i]), int(arrival[i]))
            self.claim[row] = of.place_claims.number(PlaceClaim(position, int(pool[i]), int(places[i]), rank))
        paid: Flags = ~asking if self.refuse else np.ones(len(rows), np.bool_)
        admitted = self._admit(name, claims, paid)
        last[:] = 0
        last[admitted.rows] = 1
        if quota.period != "month":
            holds[admitted.rows] = pool[paid]
        return admitted

    def _column(self, stream: ir.Id | None, rows: Ints, otherwise: int) -> Ints:
        if stream is None:
            return np.full(len(rows), otherwise, np.int64)
        column = take(self.board.streams.column(stream, UNIT), rows)
        data = full(column.data, len(rows)).astype(np.int64)
        return np.where(full(np.asarray(column.none), len(rows)), -1, data)

    def _ceiling(self, stream: ir.Id, rows: Ints) -> Ints:
        """The number of places, up to a whole one; none: no place."""
        column = take(self.board.streams.column(stream, UNIT), rows)
        data = full(column.data, len(rows)).astype(np.int64)
        return np.where(full(np.asarray(column.none), len(rows)), 0, -(-data // column.den))

    def _none(self, stream: ir.Id | None, rows: Ints) -> Flags:
        if stream is None:
            return np.zeros(len(rows), np.bool_)
        return full(np.asarray(take(self.board.streams.column(stream, UNIT), rows).none), len(rows)).astype(np.bool_)

    def _pay(self, name: str, claims: Claims) -> None:
        if not len(claims.rows):
            return
        of = self.board.of
        position, rows = of.clauses.index(name), claims.rows
        extra = [self._column(stream, rows, -1) for stream in of.step.extra.get(name, ())]
        entity = of.entity_of[name]
        arrival = self.board.letter(f"(arrival {entity})")[rows] if entity in of.ordered else np.full(len(rows), -1)
        columns = np.stack([claims.amount, arrival, *extra], axis=1)
        unique, inverse = np.unique(columns, axis=0, return_inverse=True)
        numbers = [
            of.labels.number(Label(clause=position, amount=line[0], extra=tuple(line[2:]), arrival=line[1]))
            for line in unique.tolist()
        ]
        for row, which in zip(rows.tolist(), inverse.reshape(-1).tolist(), strict=True):
            self._paid[row].append(numbers[which])
        if (name, "refused") in self._values:
            state = self._values[name, "refused"]
            for row in rows.tolist():
                if state[row] == REFUSED:
                    self._refusals[row].append((position, -1))
                state[row] = PAID

    # ------------------------------------------------------------ what comes out
    def marks(self) -> Ints:
        of = self.board.of
        return np.array(
            [
                of.marks.number(Mark(tuple(sorted(paid)), tuple(refused))) if paid or refused else 0
                for paid, refused in zip(self._paid, self._refusals, strict=True)
            ],
            np.int64,
        ).reshape(len(self._paid))

    def registers(self) -> list[Ints]:
        for name, columns in self._clauses.items():
            for what, register in self._arrays(columns).items():
                if (name, what) in self._values:
                    self._values[name, what] = register // _YEAR if what == "year" else register.astype(np.int64)
        for name, first in self._first.items():
            self._values[name, "winner"] = first.winner.astype(np.int64)
        for name, highest in self._highest.items():
            for position in range(len(highest.sums)):
                self._values[name, f"sum {position}"] = highest.sums[position]
            self._values[name, "ours"] = highest.ours
        return [self._values[key].astype(np.int64) for key in self.board.of.registers]
