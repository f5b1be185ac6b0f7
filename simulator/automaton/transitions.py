"""The step of the automaton: from a letter and a state to next states, chances and payments.

In: a step program and the letters. Out: `Transitions`, which finds the edges of the (letter, state) pairs that occur,
a whole frontier at a time; the arithmetic is the column evaluator's, with one row for each pair and outcome of the
chains. A state is a row of numbers: the chains' flags, the memories, and the clauses' registers.

An **edge** has an outcome (which chains moved), a mark (what is paid, who is newly refused) and a next state. Where a
clause with a quota claims, the edge has a claim, and a second mark and next state for who finds no place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import define, field, frozen

from compiler import ir
from compiler.backends.columns.clauses import Claims, ClauseColumns
from compiler.backends.columns.groups import FirstGroup, HighestGroup
from compiler.backends.columns.streams import ColumnFacts, Rows, Streams
from compiler.backends.columns.values import Column, full, take
from lang.dates import month as month_of
from lang.diagnostics import CompilerBug
from simulator.automaton.people import Chain, NotFinite
from simulator.automaton.step_program import IN_POLICY, JANUARY, UNIT, StepProgram
from simulator.plan import Flags, Ints

MOST_STATES = 200_000
LEAVE, STAY, RETURN, OUT = 1, 2, 3, 4  # what a chain does; 0: nothing that is left to chance
_YEAR = 2000
_MONTH = month_of(_YEAR, 6)
REFUSED, PAID = 1, 2  # of clauses that can refuse: refused and not yet paid; paid


@frozen(order=True)
class Label:
    """One payment. `extra`: pots, then the group of `--by` (-1 none), as the clause's labels; `arrival`: the row's
    arrival month, where that decides who is served first, else -1."""

    clause: int
    amount: int
    extra: tuple[int, ...]
    arrival: int


@frozen(order=True)
class Mark:
    """What an edge does to the books: payments by label, and (clause, ±1) of who is newly refused or paid after all."""

    payments: tuple[int, ...]
    refusals: tuple[tuple[int, int], ...] = ()


@frozen(order=True)
class PlaceClaim:
    """A claim to a place: `rank` orders who comes first (not paid last month, order known, order, arrival)."""

    clause: int
    pool: int
    places: int
    rank: tuple[int, ...]


@frozen(eq=False)
class Edges:
    """Of some pairs, flat; those of pair i are start[i] to start[i + 1]. `claim` -1: no place is asked for."""

    start: Ints
    outcome: Ints
    mark: Ints
    target: Ints
    claim: Ints
    refused_mark: Ints
    refused_target: Ints


@define(eq=False)
class Numbered:
    """Things by number, in order of first appearance."""

    items: list[Any] = field(factory=list)
    _numbers: dict[Any, int] = field(factory=dict)

    def number(self, item: Any) -> int:
        found = self._numbers.get(item)
        if found is None:
            found = self._numbers[item] = len(self.items)
            self.items.append(item)
        return found


@define(eq=False)
class Transitions:
    """`clauses`: those of the unit in order of processing; labels name them by their position in `clauses`."""

    step: StepProgram
    names: tuple[str, ...]  # of the letters' components
    dens: Mapping[str, int]
    letters: Ints
    chains: tuple[Chain, ...]
    flag_names: tuple[str, ...]
    clauses: tuple[str, ...]
    entity_of: Mapping[str, str]
    codes: Mapping[str, Mapping[str, int]]
    ordered: frozenset[str]  # entities whose arrival month is part of a payment's label
    labels: Numbered = field(factory=Numbered)
    marks: Numbered = field(factory=Numbered)
    place_claims: Numbered = field(factory=Numbered)
    _states: Numbered = field(factory=Numbered)
    _registers: list[tuple[str, str]] = field(factory=list)
    _known: dict[int, int] = field(factory=dict)
    _parts: list[Edges] = field(factory=list)
    _flat: Edges | None = None
    _pairs: int = 0

    def __attrs_post_init__(self) -> None:
        self.marks.number(Mark(()))
        program = self.step.program
        for name in self.clauses:
            rules = program.clauses[name].alternatives
            if any(r.frequency == "once" for r in rules):
                self._registers.append((name, "once"))
            if any(r.frequency == "once per year" for r in rules):
                self._registers.append((name, "year"))
            if any(r.months is not None for r in rules):
                self._registers.append((name, "months"))
            if any(r.per_year is not None for r in rules):
                self._registers.append((name, "sum in year"))
            if any(r.in_all is not None for r in rules):
                self._registers.append((name, "sum in all"))
            if self.can_refuse(name):
                self._registers.append((name, "refused"))
            if program.clauses[name].quota is not None:
                self._registers += [(name, "last"), (name, "holds")]
        for group in program.groups.values():
            if group.take == "first":
                self._registers.append((group.name, "winner"))
            else:
                self._registers += [(group.name, f"sum {i}") for i in range(len(group.members))]
                self._registers.append((group.name, "ours"))
        self._states.number(self._first_state())

    # ------------------------------------------------------------ states
    def can_refuse(self, clause: str) -> bool:
        at = self.step.program.clauses[clause]
        return at.quota is not None or (at.group is not None and self.step.program.groups[at.group].take == "first")

    def _first_state(self) -> tuple[int, ...]:
        empty = {"winner": -1}
        memories = [0, 0] * len(self.step.memories)
        for number, memory in enumerate(self.step.memories):
            if self._is_previous(memory.fact, memory.next):
                memories[2 * number + 1] = 1
        return (*(1 for _ in self.chains), *memories, *(empty.get(what, 0) for _, what in self._registers))

    def _is_previous(self, fact: str, following: ir.Id) -> bool:
        """What last month's value begins with: none. (Counters begin with 0, flags with no.)"""
        at = self.step.program.streams[following]
        if at.type.base == "yes/no" or not isinstance(at.op, ir.Select):
            return False
        absent = self.step.program.streams[at.op.otherwise].op
        from lang.types import NONE

        return isinstance(absent, ir.Constant) and absent.value is NONE

    # ------------------------------------------------------------ edges
    def pairs(self, letters: Ints, states: Ints) -> Ints:
        """Numbers of these (letter, state) pairs; new ones are worked out."""
        codes = letters.astype(np.int64) << 32 | states
        unique, inverse = np.unique(codes, return_inverse=True)
        new = [code for code in unique.tolist() if code not in self._known]
        if new:
            self._work_out(np.array(new, np.int64))
        numbers = np.array([self._known[code] for code in unique.tolist()], np.int64)
        result: Ints = numbers[inverse]
        return result

    def edges(self) -> Edges:
        """Of all pairs so far, by number."""
        if self._flat is None:
            starts, base = [np.zeros(1, np.int64)], 0
            for part in self._parts:
                starts.append(part.start[1:] + base)
                base += int(part.start[-1])
            fields = ("outcome", "mark", "target", "claim", "refused_mark", "refused_target")
            joined = {name: np.concatenate([getattr(p, name) for p in self._parts]) for name in fields}
            self._flat = Edges(start=np.concatenate(starts), **joined)
            self._parts = [self._flat]
        return self._flat

    def _work_out(self, codes: Ints) -> None:
        letters, states = codes >> 32, codes & 0xFFFFFFFF
        table = np.array([self._states.items[s] for s in states.tolist()], np.int64).reshape(len(codes), -1)
        row, flags, kept, outcome = self._outcomes(letters, table)
        board = _Board(self, self.letters[letters[row]], table[row], flags, kept)
        mark, target, claim = board.play(refuse=False)
        refused_mark, refused_target = np.zeros(len(row), np.int64), np.zeros(len(row), np.int64)
        asking = np.flatnonzero(claim >= 0)
        if len(asking):
            again = _Board(self, self.letters[letters[row[asking]]], table[row[asking]], flags[asking], kept[asking])
            refused_mark[asking], refused_target[asking], _ = again.play(refuse=True)
        if len(self._states.items) > MOST_STATES:
            raise NotFinite(
                self.step.program.clauses[self.clauses[0]].origin,
                "its past has too many states to count people by",
                "其历史状态过多，无法按类计数",
            )
        counts = np.bincount(row, minlength=len(codes))
        start = np.concatenate([[0], np.cumsum(counts)])
        order = np.argsort(row, kind="stable")
        columns = (outcome, mark, target, claim, refused_mark, refused_target)
        self._parts.append(Edges(start, *(c[order] for c in columns)))
        self._flat = None
        for code in codes.tolist():
            self._known[code] = self._pairs
            self._pairs += 1

    def _outcomes(self, letters: Ints, table: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """What the chains of each pair can do: the pair, the flags in the month, the flags to keep, the outcome. What
        is rare comes first, so that counting it is cheap."""
        row = np.arange(len(letters))
        flags = np.zeros((len(row), len(self.chains)), np.int64)
        kept, outcome = flags.copy(), np.zeros(len(row), np.int64)
        for number, chain in enumerate(self.chains):
            there = self.letters[letters[row], self.names.index(self.step.present[chain.fact[0]])] == 1
            inside = table[row, number] == 1
            first = np.zeros(len(row), np.int64)  # the likelier: stay, or stay out
            first[there & inside & (chain.ends is not None)] = STAY
            first[there & ~inside & (chain.returns is not None)] = OUT
            moves = first > 0
            now = np.where(there, inside, False).astype(np.int64)
            keeps = np.where(there, inside, True).astype(np.int64)
            scale = 5**number
            at = np.flatnonzero(moves)
            flags[:, number], kept[:, number] = now, keeps
            other_flags, other_kept = flags[at].copy(), kept[at].copy()
            other_flags[:, number] = other_kept[:, number] = 1 - now[at]
            other = np.where(first[at] == STAY, LEAVE, RETURN)
            row = np.concatenate([row[at], row])
            flags, kept = np.concatenate([other_flags, flags]), np.concatenate([other_kept, kept])
            outcome = np.concatenate([outcome[at] + scale * other, outcome + scale * first])
        return row, flags, kept, outcome


@define(eq=False)
class _Board:
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
        numbers = np.array([self.of._states.number(tuple(row)) for row in unique.tolist()], np.int64)
        result: Ints = numbers[inverse.reshape(-1)]
        return result


@define(eq=False)
class _Turn:
    """The clauses of one month on a board: stages 1 to 6 of docs/ir.md, with registers from the states."""

    board: _Board
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
        for number, key in enumerate(of._registers):
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
        return [self._values[key].astype(np.int64) for key in self.board.of._registers]
