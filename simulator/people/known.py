"""What a roster says of an attribute, and what becomes of it afterwards: histories of rows that are known to a month.

In: what is known (rosters.Known), the assumption's own history, the month to which the roster is known. Out: objects
whose `step` gives the column of a month. Up to that month the roster speaks; afterwards its rows go on as the
assumption says, from the state in which they were. The rows of a roster stand before those that arrive.
"""

from __future__ import annotations

import numpy as np
from attrs import define, field

from compiler.backends.columns.values import Array, Column, full
from lang.dates import Month
from simulator.people.histories import Follower, OneSpell, SpellHistory
from simulator.people.rosters import Known, tiled
from simulator.plan import Flags


@define(eq=False)
class KnownSpells:
    """Rows of which nothing is known come in, as newcomers do, in the first month that is simulated."""

    known: Known | None
    simulated: OneSpell | SpellHistory
    as_of: Month
    rows: int  # of the roster, in all draws
    draws: int
    started: bool = field(init=False, default=False)

    def step(self, month: Month, present: int) -> Flags:
        if month <= self.as_of:
            return self._flags(month, False)
        if not self.started:
            self.simulated.go_on_from(self._flags(self.as_of, True), month)
            self.started = True
        return self.simulated.step(month, present)

    def _flags(self, month: Month, where_unknown: bool) -> Flags:
        if self.known is None:
            return np.full(self.rows, where_unknown)
        line = self.known.line(month)
        flags = np.where(self.known.unknown[line], where_unknown, self.known.data[line])
        result: Flags = tiled(flags, self.draws)
        return result


@define(eq=False)
class KnownFollower:
    """Who follows is told by the roster where it can be: by the last known month in which a follower would be yes.

    Rows of which nothing is known follow from the beginning.
    """

    known: Known | None
    simulated: Follower
    as_of: Month
    rows: int
    draws: int

    def step(self, month: Month, leader: Flags) -> Flags:
        held = self.simulated.held(leader)
        follows = self.simulated.follows
        result: Flags = held if follows is None else held & follows[: len(held)]
        if month > self.as_of or self.known is None:
            return result
        line = self.known.line(month)
        sure = tiled(~self.known.unknown[line], self.draws)
        given = tiled(self.known.data[line], self.draws)
        if follows is not None:
            told = sure & held[: self.rows]
            follows[: self.rows][told] = given[told]
        return np.where(sure, given, result[: self.rows])


@define(eq=False)
class KnownValues:
    """A value that is kept: as of the last known month, and what was not given as it was drawn (`drawn`).

    Without an assumption (`keeps` false) the roster is followed to the end.
    """

    known: Known
    drawn: Column | None
    as_of: Month
    keeps: bool
    draws: int

    def step(self, month: Month, present: int) -> Column:
        known = self.known
        line = known.line(min(month, self.as_of) if self.keeps else month)
        return joined(known, line, self.drawn, self.draws, present)


def joined(known: Known, line: int, drawn: Column | None, draws: int, size: int) -> Column:
    """The rows of a roster with what was given of them, the others (and what was not given) as drawn."""
    data: Array = known.data_of(line, draws)
    none: Flags = tiled(known.none[line], draws)
    rows = len(data)
    if drawn is not None and (size > rows or known.gaps):
        other = full(drawn.data, size)[:size].astype(data.dtype)
        lacking: Flags = full(drawn.none, size)[:size].astype(np.bool_)
        unknown = tiled(known.unknown[line], draws)
        other[:rows] = np.where(unknown, other[:rows], data)
        lacking[:rows] = np.where(unknown, lacking[:rows], none)
        data, none = other, lacking
    return Column(data, none if none.any() else False, known.den)
