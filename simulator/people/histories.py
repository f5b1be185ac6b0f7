"""What changes with the months: spells, and what follows them. Yes/no attributes, made month by month.

In: arrived rows and an assumption. Out: an object whose `step` gives the flags of the rows present in a month. A
month's transition happens inside the month, the arrival month included: who arrives in m has the flag of m unless the
leave draw of m says otherwise. Who left may return in a later month, by the word of that month, and then has its flag.
One word a row and month serves both, from opposite ends, so that a change of a rate makes no spurious gainers.
"""

from __future__ import annotations

import numpy as np
from attrs import define, field

from lang import model
from lang.dates import Month
from simulator.chance import keyed_random as random
from simulator.people.arrivals import chance_threshold
from simulator.people.attributes import Making
from simulator.plan import Flags, Ints, Ints16, Words


@define(eq=False)
class SpellHistory:
    """`inside` are the rows whose flag is yes, when nobody ever returns: only they need a word."""

    stream: Words
    leave: Words | None  # thresholds, a row (or one for all); None: never
    come_back: Words | None
    flags: Flags = field(init=False)
    inside: Ints = field(init=False)
    seen: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self.flags = np.zeros(len(self.stream), np.bool_)
        self.inside = np.zeros(0, np.int64)

    def step(self, month: Month, present: int) -> Flags:
        flags = self.flags[:present]
        flags[self.seen :] = True  # they come in, and may leave within the month
        new, self.seen = np.arange(self.seen, present), present
        if self.come_back is not None:
            self._both_ways(month, flags)
        elif self.leave is not None:
            rows = np.concatenate([self.inside, new])
            leave = random.event(random.words(self.stream[rows], month), _of(self.leave, rows))
            flags[rows[leave]] = False
            self.inside = rows[~leave]
        return flags

    def go_on_from(self, flags: Flags) -> None:
        """The first rows had these flags in the month before the next step."""
        self.flags[: len(flags)] = flags
        self.inside = np.flatnonzero(flags)
        self.seen = len(flags)

    def _both_ways(self, month: Month, flags: Flags) -> None:
        n = len(flags)
        w = random.words(self.stream[:n], month)
        stays = np.ones(n, np.bool_) if self.leave is None else ~random.event(w, _first(self.leave, n))
        assert self.come_back is not None
        returns = random.event_from_above(w, _first(self.come_back, n))
        flags[:] = np.where(flags, stays, returns)


@define(eq=False)
class Follower:
    """Yes when the run of the leader is at least `after` + 1, for those who follow at all."""

    follows: Flags | None  # None: everybody
    after: int
    run: Ints16

    def step(self, leader: Flags) -> Flags:
        """From the leader's flags of the month."""
        held = self.held(leader)
        return held if self.follows is None else held & self.follows[: len(held)]

    def held(self, leader: Flags) -> Flags:
        """The flags of the month, if everybody followed."""
        n = len(leader)
        held: Flags = leader
        if self.after:
            run = self.run[:n]
            run += 1
            np.multiply(run, leader, out=run)
            np.minimum(run, self.after + 1, out=run)
            held = run > self.after
        return held


def spells(making: Making, entity: str, assumption: model.Spells) -> SpellHistory:
    rows = making.tables[entity]
    leave, back = (
        None if e is None else making.draws.by_row(chance_threshold(e, making.draws), rows.draw)
        for e in (assumption.ends, assumption.returns)
    )
    stream = making.draws.streams(entity, f"spell:{assumption.attribute}", rows.key, rows.draw)
    return SpellHistory(stream, _unless_zero(leave), _unless_zero(back))


def follower(making: Making, entity: str, assumption: model.Follows) -> Follower:
    rows = making.tables[entity]
    follows = None
    if assumption.chance is not None:
        below = making.draws.by_row(chance_threshold(assumption.chance, making.draws), rows.draw)
        follows = random.event(making.words(entity, f"follows:{assumption.attribute}"), below)
    return Follower(follows, assumption.after, np.zeros(rows.size if assumption.after else 0, np.int16))


def _unless_zero(below: Words | None) -> Words | None:
    return None if below is None or not below.any() else below


def _of(values: Words, rows: Ints) -> Words:
    return values[rows] if values.ndim else values


def _first(values: Words, n: int) -> Words:
    return values[:n] if values.ndim else values
