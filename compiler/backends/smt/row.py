"""One row of a policy for the solver: its facts, streams and clauses, ready to be asked about. The front door here.

In: compiled policies and the entity of the row. Out: terms for what their clauses pay it, over the same facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import z3
from attrs import evolve, frozen

from compiler import ir
from compiler.backends.smt.clauses import Clauses
from compiler.backends.smt.days import Convention
from compiler.backends.smt.streams import Side, Streams
from compiler.backends.smt.world import Kinds, Person, World
from compiler.difference.asking import OPEN_END
from compiler.passes.dead import dead
from lang import model
from lang.dates import Month


def part(
    program: ir.Program, clauses: Sequence[str], keep: Mapping[tuple[str, str], ir.Id] | None = None
) -> ir.Program:
    """The program with these clauses, those that share a group with them, and the streams in `keep` (which are its
    definitions then, under new numbers)."""
    groups = {program.clauses[name].group for name in clauses} - {None}
    names = {name for name, clause in program.clauses.items() if name in clauses or clause.group in groups}
    return dead(
        evolve(
            program,
            clauses={name: clause for name, clause in program.clauses.items() if name in names},
            order=tuple(name for name in program.order if name in names),
            groups={name: group for name, group in program.groups.items() if name in groups},
            quotas={name: quota for name, quota in program.quotas.items() if name in names},
            targets={},
            definitions=dict(keep or {}),
        )
    )


def last_month(program: ir.Program) -> Month:
    """A policy without an end is followed for three years."""
    return program.first + OPEN_END - 1 if program.last is None else program.last


def kinds_of(*programs: model.Program) -> Kinds:
    """The members that all know, of each kind."""
    found: dict[str, tuple[str, ...]] = {}
    for program in programs:
        for name, kind in program.kinds.items():
            members = tuple(member.name for member in kind.members)
            found[name] = tuple(m for m in found.get(name, members) if m in members)
    return found


@frozen(eq=False)
class RowOf:
    """A row of one program. `last`: the last month that is looked at."""

    program: ir.Program
    person: Person
    streams: Streams
    clauses: Clauses

    @property
    def first(self) -> Month:
        return self.program.first

    @property
    def last(self) -> Month:
        return last_month(self.program)

    @property
    def months(self) -> range:
        return range(self.first, self.last + 1)


def new_world(kinds: Kinds, steady: bool = False) -> World:
    """A context of its own, so that what was asked before never changes an answer."""
    return World(kinds, z3.Context(), steady=steady)


def row_of(
    program: ir.Program,
    world: World,
    person: Person,
    side: Side = "over",
    convention: Convention = "last day",
    name: str = "",
) -> RowOf:
    streams = Streams(program, world, side, convention, name)
    clauses = Clauses(streams, person)
    streams.paid = {f"total paid by {clause}": clauses.reader(clause) for clause in program.clauses}
    return RowOf(program, person, streams, clauses)
