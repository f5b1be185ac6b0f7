"""The data that pass between worlds, engines and results: plain records of arrays, so that each part is tested alone.

A draw is a number from 0; draws 16·i + b for all i make up block b, one scramble of the quasi-random points, so that
every piece of a run that is a multiple of 16 long holds as many draws of each block. Money is int64 fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import Factory, field, frozen
from numpy.typing import NDArray

from compiler import ir
from lang import model
from lang.dates import Month
from lang.diagnostics import Diagnostic

if TYPE_CHECKING:
    from simulator.people.rosters import Roster, RosterTable

BLOCKS = 16

Ints8 = NDArray[np.int8]
Ints16 = NDArray[np.int16]
Ints32 = NDArray[np.int32]
Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class SimulationError(Exception):
    """A scenario that cannot be simulated: what a reader must mend, or what is not supported yet."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        self.diagnostics = diagnostics
        super().__init__("; ".join(d.message.en for d in diagnostics))


@frozen(kw_only=True)
class Plan:
    """What is simulated. `policy` and `program` are one program, checked and compiled; `scenario` is one of its own.

    `clauses`: names of those that are reported, in the order of the file. `by`: the name of a kind-valued attribute or
    definition of the clauses' entities (entities that lack it have group -1). `engine`: the engine
    that runs it, or several joined by +. `rosters`: by the path in the scenario.
    """

    policy: model.Program
    program: ir.Program
    scenario: model.Scenario
    clauses: tuple[str, ...]
    seed: int = 1
    by: str | None = None
    engine: str = "person"
    rosters: Mapping[str, Roster] = field(factory=dict, eq=False, repr=False)

    def roster_of(self, entity: str) -> RosterTable | None:
        """The real rows with which the population of an entity starts."""
        population = self.scenario.populations.get(entity)
        if population is None or population.roster is None:
            return None
        return self.rosters[population.roster].tables[entity]

    def walk(self) -> range:
        """The months that are walked: of the period, and before it those that a roster's past still touches. In the
        first of them nobody is there but the rows of rosters."""
        first = self.scenario.first
        for population in self.scenario.populations.values():
            if population.roster is not None:
                lags = [a.after for a in population.assumptions.values() if isinstance(a, model.Follows)]
                known = self.known_to(population)
                first = min(
                    first, self.scenario.first - 1, self.rosters[population.roster].start, known - max(lags, default=0)
                )
        return range(first, self.scenario.last + 1)

    def has_past(self) -> bool:
        return any(p.roster is not None for p in self.scenario.populations.values())

    def known_to(self, population: model.Population) -> Month:
        """The last month of which its roster tells (without a roster: the one before the period)."""
        return self.scenario.first - 1 if population.as_of is None else population.as_of

    def by_kind(self) -> str | None:
        """The kind whose members the groups of `by` count through; None without `by`, or if nothing has that name."""
        if self.by is None:
            return None
        for (_, name), attribute in self.program.attributes.items():
            if name == self.by and attribute.type.base == "kind":
                return attribute.type.name
        for (_, name), stream in self.program.definitions.items():
            if name == self.by and self.program.streams[stream].type.base == "kind":
                return self.program.streams[stream].type.name
        return None

    def members(self, kind: str) -> tuple[str, ...]:
        """Names of a kind's members; pots and groups are indices into them."""
        return tuple(member.name for member in self.policy.kinds[kind].members)


@frozen(kw_only=True)
class Worlds:
    """The value of every unknown in every draw: `values[name]` has shape (draws,).

    Shares are fractions, money is in fen. `block[d]` is the scramble of draw d (0 to 15). `first`: the number of the
    first draw, by which people are keyed (twins of a world have other people, see run.py).
    """

    draws: int
    values: Mapping[str, Floats]
    block: Ints16
    first: int = 0

    def of(self, draws: range) -> Mapping[str, Floats]:
        """The values in some draws, by their numbers."""
        start, stop = draws.start - self.first, draws.stop - self.first
        return {name: values[start:stop] for name, values in self.values.items()}

    def beginning(self, draws: int) -> Worlds:
        """The first so many."""
        values = {name: of_name[:draws] for name, of_name in self.values.items()}
        return Worlds(draws=draws, values=values, block=self.block[:draws], first=self.first)


@frozen(kw_only=True)
class ClausePayments:
    """The accrued payments of one clause in a chunk, sorted by (draw, month, key_month, key_number); all of one length.

    draw        number of the draw (of the whole run, not of the chunk)
    row         row in the chunk's table of the clause's entity (says which payments are one entity's; nothing else)
    month, due  lang.dates months
    amount      fen, above 0
    key_month, key_number   the entity's place in a queue: arrival month, then number
    pots        one a fund: index into the members of its kind, -1 unknown; None: the fund is one pot
    group       index into the members of Plan.by_kind(), -1 none
    taken_up    the entity claims what this clause pays (drawn once an entity and clause)
    lag         months from due to claim
    count       payments that are alike in all of this (an engine that counts people; else 1)
    """

    draw: Ints32
    row: Ints
    month: Ints32
    due: Ints32
    amount: Ints
    key_month: Ints32
    key_number: Ints
    pots: tuple[Ints16 | None, ...]
    group: Ints16
    taken_up: Flags
    lag: Ints16
    count: Ints = field(default=Factory(lambda self: ones(len(self.amount)), takes_self=True))

    def __len__(self) -> int:
        return len(self.amount)


def ones(length: int) -> Ints:
    """Of payments that stand for themselves; takes no room."""
    return np.broadcast_to(np.int64(1), (length,))


@frozen(kw_only=True, eq=False)
class ClauseSums:
    """The accrued payments of one clause that nothing stands in the way of, as sums: fen, and how many they are, both
    with the shape (months of the scenario's period, draws of the chunk)."""

    fen: Ints
    payments: Ints


@frozen(kw_only=True)
class Chunk:
    """What an engine gives for the draws `draws`. Arrays beside the payments have shape (len(draws),).

    refused     by clause: entities refused at least once and never paid
    arrivals    by entity: rows that arrived in the period
    targets     by target: met in every month in which it is read. A target that waits for a fact without assumption or
                for a parameter without value is not there.
    sums        by clause, instead of payments, where nobody asks for single ones (simulator/money/unlimited.py)
    """

    draws: range
    payments: Mapping[str, ClausePayments]
    refused: Mapping[str, Ints]
    arrivals: Mapping[str, Ints]
    targets: Mapping[str, Flags] = field(factory=dict)
    person_months: int = 0
    sums: Mapping[str, ClauseSums] = field(factory=dict)
