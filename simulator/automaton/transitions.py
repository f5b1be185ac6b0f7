"""The step of the automaton: from a letter and a state to next states, chances and payments.

In: a step program and the letters. Out: `Transitions`, which finds the edges of the (letter, state) pairs that occur,
a whole frontier at a time; the arithmetic is the column evaluator's, with one row for each pair and outcome of the
chains. A state is a row of numbers: the chains' flags, the memories, and the clauses' registers.

An **edge** has an outcome (which chains moved), a mark (what is paid, who is newly refused) and a next state. Where a
clause with a quota claims, the edge has a claim, and a second mark and next state for who finds no place.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import define, field, frozen

from compiler import ir
from simulator.automaton.board import Board
from simulator.automaton.distinct import distinct
from simulator.automaton.marks import Mark, Numbered
from simulator.automaton.people import Chain, NotFinite
from simulator.automaton.step_program import StepProgram
from simulator.plan import Ints

MOST_STATES = 200_000
LEAVE, STAY, RETURN, OUT = 1, 2, 3, 4  # what a chain does; 0: nothing that is left to chance


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
    states: Numbered = field(factory=Numbered)
    registers: list[tuple[str, str]] = field(factory=list)
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
                self.registers.append((name, "once"))
            if any(r.frequency == "once per year" for r in rules):
                self.registers.append((name, "year"))
            if any(r.months is not None for r in rules):
                self.registers.append((name, "months"))
            if any(r.per_year is not None for r in rules):
                self.registers.append((name, "sum in year"))
            if any(r.in_all is not None for r in rules):
                self.registers.append((name, "sum in all"))
            if self.can_refuse(name):
                self.registers.append((name, "refused"))
            if program.clauses[name].quota is not None:
                self.registers += [(name, "last"), (name, "holds")]
        for group in program.groups.values():
            if group.take == "first":
                self.registers.append((group.name, "winner"))
            else:
                self.registers += [(group.name, f"sum {i}") for i in range(len(group.members))]
                self.registers.append((group.name, "ours"))
        self.states.number(self._first_state())

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
        return (*(1 for _ in self.chains), *memories, *(empty.get(what, 0) for _, what in self.registers))

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
        unique, _, inverse = distinct(codes)
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
        table = np.array([self.states.items[s] for s in states.tolist()], np.int64).reshape(len(codes), -1)
        row, flags, kept, outcome = self._outcomes(letters, table)
        board = Board(self, self.letters[letters[row]], table[row], flags, kept)
        mark, target, claim = board.play(refuse=False)
        refused_mark, refused_target = np.zeros(len(row), np.int64), np.zeros(len(row), np.int64)
        asking = np.flatnonzero(claim >= 0)
        if len(asking):
            again = Board(self, self.letters[letters[row[asking]]], table[row[asking]], flags[asking], kept[asking])
            refused_mark[asking], refused_target[asking], _ = again.play(refuse=True)
        if len(self.states.items) > MOST_STATES:
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
