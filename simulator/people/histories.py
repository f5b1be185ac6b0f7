"""What changes with the months: spells, and what follows them. Yes/no attributes, made month by month.

In: arrived rows and an assumption. Out: an object whose `step` gives the flags of the rows present in a month. A
month's transition happens inside the month, the arrival month included: who arrives in m has the flag of m unless the
leave draw of m says otherwise. Where nobody ever returns, one word a row says how many months it stays (the rate of
leaving is the same in all of them). Who may return does so in a later month, by the word of that month, and then has
its flag; one word a row and month serves both ways, from opposite ends, so that a change of a rate makes no spurious
gainers.
"""

from __future__ import annotations

import numpy as np
from attrs import define, field

from lang import model, typed
from lang.dates import Month
from simulator.chance import keyed_random as random
from simulator.chance.scenario_values import probability
from simulator.people.arrivals import Draws, chance_threshold
from simulator.people.attributes import Making
from simulator.plan import Flags, Floats, Ints, Ints16, Words


@define(eq=False)
class OneSpell:
    """Who leaves never returns. `until`: by row the first month outside; `length`: how many months it stays."""

    until: Ints
    length: Ints

    def step(self, month: Month, present: int) -> Flags:
        return self.until[:present] > month

    def go_on_from(self, flags: Flags, month: Month) -> None:
        """The first rows had these flags in the month before this one."""
        n = len(flags)
        self.until[:n] = np.where(flags, month + self.length[:n], month)


@define(eq=False)
class SpellHistory:
    """In and out again, month by month. `leave`, `come_back`: thresholds, a row (or one for all)."""

    stream: Words
    leave: Words
    come_back: Words
    flags: Flags = field(init=False)
    seen: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self.flags = np.zeros(len(self.stream), np.bool_)

    def step(self, month: Month, present: int) -> Flags:
        flags = self.flags[:present]
        flags[self.seen :] = True  # they come in, and may leave within the month
        self.seen = present
        w = random.words(self.stream[:present], month)
        stays = ~random.event(w, _first(self.leave, present))
        returns = random.event_from_above(w, _first(self.come_back, present))
        flags[:] = np.where(flags, stays, returns)
        return flags

    def go_on_from(self, flags: Flags, month: Month) -> None:
        """The first rows had these flags in the month before this one."""
        self.flags[: len(flags)] = flags
        self.seen = len(flags)


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


def spells(making: Making, entity: str, assumption: model.Spells, months: int) -> OneSpell | SpellHistory:
    """`months`: how many are simulated; nobody's stay is told further."""
    rows, draws = making.tables[entity], making.draws
    stream = draws.streams(entity, f"spell:{assumption.attribute}", rows.key, rows.draw)
    if never(assumption.returns):
        limits = stay_limits(assumption.ends, draws, months)
        length = _stays(random.upper(random.words(stream, random.ONCE)), limits, rows.draw)
        return OneSpell(rows.arrival + length, length)
    leave, back = (
        np.zeros((), np.uint64) if e is None else draws.by_row(chance_threshold(e, draws), rows.draw)
        for e in (assumption.ends, assumption.returns)
    )
    return SpellHistory(stream, leave, back)


def never(chance: typed.Expr | None) -> bool:
    """Whether it is written down that it happens in no draw."""
    return chance is None or (isinstance(chance, typed.Constant) and chance.value == 0)


def stay_limits(ends: typed.Expr | None, draws: Draws, months: int) -> Words:
    """Thresholds of the word of a stay, shape (draws, months): it has left after k + 1 months with the chance behind
    the k-th of them, so it stays for as many months as there are thresholds that its word is not below."""
    size = len(draws.numbers)
    q = np.zeros(size) if ends is None else np.broadcast_to(probability(ends, draws.unknowns), (size,))
    left: Floats = 1.0 - np.cumprod(np.repeat(1 - q[:, None], months, axis=1), axis=1, dtype=np.float64)
    return random.threshold(left)


def _stays(word: Words, limits: Words, draw: Ints) -> Ints:
    """How many of its draw's thresholds each word is not below; they ascend, so by halving."""
    low, high = np.zeros(len(word), np.int64), np.full(len(word), limits.shape[1])
    while np.any(low < high):
        middle = (low + high) >> 1
        beyond = word >= limits[draw, np.minimum(middle, limits.shape[1] - 1)]
        open_ = low < high
        low = np.where(open_ & beyond, middle + 1, low)
        high = np.where(open_ & ~beyond, middle, high)
    return low


def follower(making: Making, entity: str, assumption: model.Follows) -> Follower:
    rows = making.tables[entity]
    follows = None
    if assumption.chance is not None:
        below = making.draws.by_row(chance_threshold(assumption.chance, making.draws), rows.draw)
        follows = random.event(making.words(entity, f"follows:{assumption.attribute}"), below)
    return Follower(follows, assumption.after, np.zeros(rows.size if assumption.after else 0, np.int16))


def _first(values: Words, n: int) -> Words:
    return values[:n] if values.ndim else values
