"""First come, first served: claims in, the month in which each is paid out, under appropriations and monthly cash.

In each month the unpaid claims stand in order. A claim that finds room everywhere is paid whole. The first that does
not fit stops its queue for the month: everybody's when the cash of all funds is short, a fund's when that fund's cash
is, a pot's when its appropriation is. A pot whose fund has a successor (`from F then G`) is closed for the year
instead, and what stood in its queue goes on to the next. A claim split by shares waits until all its pots have room,
and as long as it waits, at the head of a queue or behind another, it stops the queues of all of them.

Draws do not touch each other, nor do pots that share neither a claim nor a cash limit; each such **lane** is a queue of
its own, and all lanes are worked off together. In a round, running sums of what a lane's waiting claims ask of each
limit show the first claim that does not fit; all before it are paid, it stops or closes something, and the rest of
the lane goes into the next round. A month needs as many rounds as the busiest lane has such stops, mostly one or two.
A claim may stand for several payments that are alike: of the first that does not fit whole, as many are made as fit.
What still waits when the deadline of claims has passed stays owed: nothing is paid after it.
"""

from __future__ import annotations

import numpy as np
from attrs import define, frozen

from simulator.money.claims import NEVER, NO_LIMIT, NO_POT, Claims, Limits, Paid
from simulator.money.lanes import Index, lanes, split, unlimited
from simulator.plan import Flags, Ints, Ints16, Ints32


def pay(claims: Claims, claimed: Ints32, chosen: Index, limits: Limits) -> Paid:
    """Pay the `chosen` claims, all of which are claimed (in the month `claimed`) within the period."""
    order = chosen[
        np.lexsort(
            (
                claims.month[chosen],
                claims.key_number[chosen],
                claims.key_month[chosen],
                claims.clause[chosen],
                claims.due[chosen],
                claims.draw[chosen],
            )
        )
    ]
    pots = claims.pots[order]
    parts = split(claims.amount[order], claims.clause[order], pots, limits)
    lane_of_pot, alone = lanes(pots, limits)
    line = _Line(
        draw=claims.draw[order].astype(np.intp),
        amount=claims.amount[order],
        count=claims.count[order],
        claimed=claimed[order],
        pots=pots,
        parts=parts,
        shared=np.zeros(len(order), dtype=np.bool_) if parts is None else np.asarray(parts.any(axis=1)),
        lane=claims.draw[order].astype(np.intp) * (len(limits.pots) + 1) + lane_of_pot[pots[:, 0]],
    )
    free = unlimited(pots, lane_of_pot, limits)
    run = _Run.begin(line, limits, alone)
    run.record(np.flatnonzero(free), line.first_pot())
    run.all_months(np.flatnonzero(~free))
    index, month, count = run.payments()
    last = np.full(len(order), NEVER, dtype=np.int32)
    last[index] = month
    last[run.left > 0] = NEVER
    result = np.full(len(claims), NEVER, dtype=np.int32)
    result[order] = last
    part_index, part_month, part_pot, part_amount = run.parts(run.paid_parts)
    wait_index, wait_month, wait_pot, wait_amount = run.parts(run.waiting_parts)
    return Paid(
        month=result,
        paid_index=order[index],
        paid_month=month,
        paid_count=count,
        part_index=order[part_index],
        part_month=part_month,
        part_pot=part_pot,
        part_amount=part_amount,
        wait_index=order[wait_index],
        wait_month=wait_month,
        wait_pot=wait_pot,
        wait_amount=wait_amount,
        owed=run.owed,
        exceeded=run.exceeded,
    )


_Parts = tuple[Index, Ints32, Ints16, Ints]  # claims, months, pots, fen


def _constant(month: Ints32 | int, places: Index) -> Ints32:
    return np.broadcast_to(np.asarray(month, np.int32), places.shape)


@frozen(eq=False)
class _Line:
    """The claims in queue order; positions in these arrays are places in the queue."""

    draw: Index
    amount: Ints  # of one payment
    count: Ints
    claimed: Ints32
    pots: Ints16
    parts: Ints | None
    shared: Flags  # split by shares
    lane: Index

    def first_pot(self) -> Ints16:
        first: Ints16 = self.pots[:, 0]
        return first


@frozen(eq=False)
class _Asked:
    """What claims ask of limits for one payment, an entry a part, in queue order: number in the list of claims, pot,
    fen."""

    claim: Index
    pot: Index
    amount: Ints

    def of(self, kept: Flags) -> _Asked:
        """Only what the claims in `kept` ask, numbered anew."""
        part = kept[self.claim]
        return _Asked((np.cumsum(kept) - 1)[self.claim[part]], self.pot[part], self.amount[part])


@define(eq=False)
class _Run:
    """The state of the limits, and what has been paid, while the months go by."""

    line: _Line
    limits: Limits
    left: Ints  # payments that wait, or are not yet claimed
    alone: Flags
    fund_of_pot: Index
    room: Ints  # appropriation left this year (draws, pots)
    closed: Flags  # (draws, pots) for the year
    exceeded: Ints32
    owed: Ints
    blocked: Ints  # by lane: place of the claim that stopped a lone pot this year
    paid: list[tuple[Index, Ints32, Ints]]  # claims, months, payments
    paid_parts: list[_Parts]
    waiting_parts: list[_Parts]

    @classmethod
    def begin(cls, line: _Line, limits: Limits, alone: Flags) -> _Run:
        draws, pots, years = limits.draws, len(limits.pots), len(limits.years)
        return cls(
            line=line,
            limits=limits,
            left=line.count.copy(),
            alone=alone,
            fund_of_pot=limits.fund_of_pot,
            room=np.zeros((draws, pots), dtype=np.int64),
            closed=np.zeros((draws, pots), dtype=np.bool_),
            exceeded=np.zeros((draws, pots, years), dtype=np.int32),
            owed=np.zeros((draws, pots, limits.months), dtype=np.int64),
            blocked=np.full(draws * (pots + 1), NO_LIMIT, dtype=np.int64),
            paid=[],
            paid_parts=[],
            waiting_parts=[],
        )

    # ------------------------------------------------------------ months
    def all_months(self, queue: Index) -> None:
        """`queue`: places of the claims that meet a limit, ascending."""
        by_month = queue[np.argsort(self.line.claimed[queue], kind="stable")]
        months = self.line.claimed[by_month]
        unpaid = np.zeros(len(self.left), dtype=np.bool_)
        for now in range(self.limits.first, self.limits.last + 1):
            if now == self.limits.first or now % 12 == 0:
                self.room = self.limits.appropriation[:, :, now // 12 - self.limits.years.start].copy()
                self.closed[:] = False
                self.blocked[:] = NO_LIMIT
            new = by_month[np.searchsorted(months, now) : np.searchsorted(months, now, side="right")]
            # A new claim before the one that stopped a lone pot may still fit; without one nothing has changed.
            ahead = new[new < self.blocked[self.line.lane[new]]]
            self.blocked[self.line.lane[ahead]] = NO_LIMIT
            unpaid[new] = True
            waiting = np.flatnonzero(unpaid)
            if not len(waiting):
                continue
            if self.limits.lapse is None or now < self.limits.lapse:
                self.one_month(now, waiting[self.blocked[self.line.lane[waiting]] == NO_LIMIT])
            unpaid[waiting] = self.left[waiting] > 0
            self.book_owed(now, waiting[unpaid[waiting]])

    def one_month(self, now: int, active: Index) -> None:
        limits = self.limits
        cash = _Cash(
            limits.cash_amount.copy(),
            limits.cash_claims.copy(),
            limits.fund_cash_amount.copy(),
            limits.fund_cash_claims.copy(),
        )
        stopped = _Stopped.none(limits)
        while len(active):
            asked = self.asked(active)
            attempted, behind = self.attempted(active, asked, stopped)
            active, asked, behind = active[attempted], asked.of(attempted), behind[attempted]
            left = self.left[active]
            all_of_them = asked.amount * left[asked.claim]
            bad_pot = _over(self.line.draw[active][asked.claim], asked.pot, all_of_them, self.room)
            bad_fund, bad_all = self.cash_short(active, asked, left, cash)
            bad = bad_all | behind
            bad[asked.claim[bad_pot | bad_fund]] = True
            lane = self.line.lane[active]
            failing = np.flatnonzero(bad)
            _, earliest = np.unique(lane[failing], return_index=True)
            heads = failing[earliest]
            first = np.full(len(self.blocked), len(active), dtype=np.intp)
            first[lane[heads]] = heads
            paid = np.arange(len(active)) < first[lane]
            self.commit(now, active, asked, np.where(paid, left, 0), cash)
            if (left[heads] > 1).any():
                self.commit(now, active, asked, self.some_of(active, asked, heads[~behind[heads]], cash), cash)
                bad_all, bad_fund, bad_pot = self.short(active, asked, cash)
            # Who waits behind another asks no limit whether there is room.
            asks = ~behind[asked.claim]
            self.stop(now, active, asked, heads, (bad_all & ~behind, bad_fund & asks, bad_pot & asks), stopped)
            active = active[~paid & (first[lane] < len(active))]

    # ------------------------------------------------------------ one round
    def route(self, active: Index) -> Index:
        """The pot that a claim is paid from now: the first of its funds that is not closed, else the last."""
        pots = self.line.pots[active]
        draw = self.line.draw[active]
        target = pots[:, 0].astype(np.intp)
        for column in range(1, pots.shape[1]):
            shut = (target != NO_POT) & self.closed[draw, target] if len(self.limits.pots) else target < NO_POT
            onward = shut & (pots[:, column] != NO_POT)
            target = np.where(onward, pots[:, column], target)
        return target

    def asked(self, active: Index) -> _Asked:
        shared = self.line.shared[active]
        if not shared.any():
            return _Asked(np.arange(len(active)), self.route(active), self.line.amount[active])
        assert self.line.parts is not None
        columns = self.line.pots.shape[1]
        pot = self.line.pots[active].astype(np.intp)
        amount = self.line.parts[active]
        single = ~shared
        pot[single, 0] = self.route(active[single])
        amount[single, 0] = self.line.amount[active[single]]
        used = np.arange(columns)[None, :] < np.where(shared, (pot != NO_POT).sum(axis=1), 1)[:, None]
        claim = np.repeat(np.arange(len(active)), used.sum(axis=1))
        return _Asked(claim, pot[used], amount[used])

    def attempted(self, active: Index, asked: _Asked, stopped: _Stopped) -> tuple[Flags, Flags]:
        """Claims that no stop of this month, and no closed pot, stands in front of; and, marked in the second answer,
        claims by shares for which that is true of some of their pots only: they wait, and stop the others."""
        draw = self.line.draw[active][asked.claim]
        held = asked.pot != NO_POT
        if len(self.limits.pots):
            held &= (
                stopped.pots[draw, asked.pot]
                | self.closed[draw, asked.pot]
                | stopped.funds[draw, self.fund_of_pot[asked.pot]]
            )
        waits = np.zeros(len(active), dtype=np.bool_)
        waits[asked.claim[held]] = True
        stops = np.zeros(len(active), dtype=np.bool_)
        stops[asked.claim[~held & (asked.pot != NO_POT)]] = True
        result = ~stopped.everything[self.line.draw[active]] & (~waits | stops)
        return result, waits & stops

    def some_of(self, active: Index, asked: _Asked, heads: Index, cash: _Cash) -> Ints:
        """How many payments of each head still find room everywhere; of the other claims none."""
        fits = np.zeros(len(active), dtype=np.int64)
        fits[heads] = self.left[active[heads]]
        draw, part_draw = self.line.draw[active], self.line.draw[active][asked.claim]
        if self.limits.cash_limited:
            fits = np.minimum(fits, np.minimum(cash.amount[draw] // self.line.amount[active], cash.claims[draw]))
        known = (asked.pot != NO_POT) & (asked.amount > 0)
        part, where = asked.claim[known], (part_draw[known], asked.pot[known])
        np.minimum.at(fits, part, self.room[where] // asked.amount[known])
        fund = (part_draw[known], self.fund_of_pot[asked.pot[known]])
        np.minimum.at(fits, part, cash.fund_amount[fund] // asked.amount[known])
        np.minimum.at(fits, part, cash.fund_claims[fund])
        return np.maximum(fits, 0)

    def short(self, active: Index, asked: _Asked, cash: _Cash) -> tuple[Flags, Flags, Flags]:
        """For one more payment of each claim: which limits have no room."""
        draw = self.line.draw[active]
        known = asked.pot != NO_POT
        part = (draw[asked.claim], asked.pot)
        pot: Flags = np.zeros(len(known), dtype=np.bool_)
        fund = pot.copy()
        everything = (self.line.amount[active] > cash.amount[draw]) | (cash.claims[draw] < 1)
        if len(self.limits.pots):
            pot = known & (asked.amount > self.room[part])
            of = (part[0], self.fund_of_pot[asked.pot])
            fund = known & ((asked.amount > cash.fund_amount[of]) | (cash.fund_claims[of] < 1))
        return everything, fund, pot

    def cash_short(self, active: Index, asked: _Asked, left: Ints, cash: _Cash) -> tuple[Flags, Flags]:
        """By part: its fund's cash does not suffice. By claim: the cash of all funds does not."""
        fund: Flags = np.zeros(len(asked.claim), dtype=np.bool_)
        draw = self.line.draw[active]
        if self.limits.limited_funds.any():
            of = np.where(asked.pot == NO_POT, NO_POT, self.fund_of_pot[asked.pot])
            number = left[asked.claim]
            fund = _over(draw[asked.claim], of, asked.amount * number, cash.fund_amount)
            fund |= _over(draw[asked.claim], of, number, cash.fund_claims)
        everything: Flags = np.zeros(len(active), dtype=np.bool_)
        if self.limits.cash_limited:
            zero = np.zeros(len(active), dtype=np.intp)
            everything = _over(draw, zero, self.line.amount[active] * left, cash.amount[:, None])
            everything |= _over(draw, zero, left, cash.claims[:, None])
        return fund, everything

    def commit(self, now: int, active: Index, asked: _Asked, number: Ints, cash: _Cash) -> None:
        """Make so many payments of each claim."""
        paid = np.flatnonzero(number)
        self.left[active[paid]] -= number[paid]
        self._paid_now(active[paid], now, number[paid])
        part = np.flatnonzero(number[asked.claim])
        of = number[asked.claim[part]]
        places, pot, amount = active[asked.claim[part]], asked.pot[part], asked.amount[part] * of
        self._paid_from(places, now, pot.astype(np.int16), amount)
        draw = self.line.draw[active[paid]]
        np.subtract.at(cash.amount, draw, self.line.amount[active[paid]] * number[paid])
        np.subtract.at(cash.claims, draw, number[paid])
        known = pot != NO_POT
        draw, pot, amount, of = self.line.draw[places[known]], pot[known], amount[known], of[known]
        np.subtract.at(self.room, (draw, pot), amount)
        np.subtract.at(cash.fund_amount, (draw, self.fund_of_pot[pot]), amount)
        np.subtract.at(cash.fund_claims, (draw, self.fund_of_pot[pot]), of)

    def _paid_now(self, places: Index, month: Ints32 | int, number: Ints) -> None:
        self.paid.append((places, _constant(month, places), number))

    def _paid_from(self, places: Index, month: Ints32 | int, pot: Ints16, amount: Ints) -> None:
        self.paid_parts.append((places, _constant(month, places), pot, amount))

    def stop(
        self, now: int, active: Index, asked: _Asked, heads: Index, bad: tuple[Flags, Flags, Flags], stopped: _Stopped
    ) -> None:
        """What the first claim of a lane that did not fit stops: cash before funds, a fund's cash before its pots."""
        bad_all, bad_fund, bad_pot = bad
        stopped.everything[self.line.draw[active[heads[bad_all[heads]]]]] = True
        at_head = np.zeros(len(active), dtype=np.bool_)
        at_head[heads[~bad_all[heads]]] = True
        short_of_cash = np.zeros(len(active), dtype=np.bool_)
        short_of_cash[asked.claim[bad_fund]] = True
        parts = np.flatnonzero(at_head[asked.claim])
        claim, pot = asked.claim[parts], asked.pot[parts]
        place = active[claim]
        draw = self.line.draw[place]
        cash = short_of_cash[claim]
        fund = bad_fund[parts]
        stopped.funds[draw[fund], self.fund_of_pot[pot[fund]]] = True
        lack = ~cash & bad_pot[parts]
        year = now // 12 - self.limits.years.start
        seen = self.exceeded[draw[lack], pot[lack], year]
        self.exceeded[draw[lack], pot[lack], year] = np.where(seen == 0, now, seen)
        closes = lack & self.limits.closes[pot]
        self.closed[draw[closes], pot[closes]] = True
        # The other queues of a claim by shares stop with it.
        halted = ~closes & ~fund & (pot != NO_POT)
        stopped.pots[draw[halted], pot[halted]] = True
        lone = lack & ~closes & self.alone[self.line.pots[place, 0]]
        self.blocked[self.line.lane[place[lone]]] = place[lone]

    # ------------------------------------------------------------ books
    def book_owed(self, now: int, waiting: Index) -> None:
        asked = self.asked(waiting)
        known = asked.pot != NO_POT
        draw = self.line.draw[waiting][asked.claim[known]]
        owed = asked.amount[known] * self.left[waiting][asked.claim[known]]
        np.add.at(self.owed[:, :, now - self.limits.first], (draw, asked.pot[known]), owed)
        if self.limits.closes_books(now):
            places, pots = waiting[asked.claim[known]], asked.pot[known].astype(np.int16)
            self.waiting_parts.append((places, _constant(now, places), pots, owed))

    def record(self, places: Index, pot: Ints16) -> None:
        """Claims without a limit are paid from the first of their funds, or by shares."""
        count, month = self.line.count[places], self.line.claimed[places]
        self.left[places] = 0
        self._paid_now(places, month, count)
        shared = self.line.shared[places]
        single = places[~shared]
        self._paid_from(single, month[~shared], pot[single], self.line.amount[single] * count[~shared])
        if self.line.parts is not None:
            for column in range(self.line.pots.shape[1]):
                mine = shared & (self.line.pots[places, column] != NO_POT)
                some = places[mine]
                amount = self.line.parts[some, column] * count[mine]
                self._paid_from(some, month[mine], self.line.pots[some, column], amount)

    def payments(self) -> tuple[Index, Ints32, Ints]:
        """In order of time for each claim: claims, months, numbers of payments."""
        index, month, number = (np.concatenate(part) for part in zip(*self.paid, strict=True))
        return index, month, number

    def parts(self, made: list[_Parts]) -> _Parts:
        none = np.empty(0, np.intp), np.empty(0, np.int32), np.empty(0, np.int16), np.empty(0, np.int64)
        index, month, pot, amount = (np.concatenate(part) for part in zip(none, *made, strict=True))
        return index, month, pot, amount


@frozen(eq=False)
class _Cash:
    """What is left of the month's cash."""

    amount: Ints
    claims: Ints
    fund_amount: Ints
    fund_claims: Ints


@frozen(eq=False)
class _Stopped:
    """Queues that have stopped for the month."""

    everything: Flags
    funds: Flags
    pots: Flags

    @classmethod
    def none(cls, limits: Limits) -> _Stopped:
        draws = limits.draws
        return cls(
            np.zeros(draws, dtype=np.bool_),
            np.zeros((draws, len(limits.funds)), dtype=np.bool_),
            np.zeros((draws, len(limits.pots)), dtype=np.bool_),
        )


def _over(draw: Index, column: Index, amount: Ints, room: Ints) -> Flags:
    """Where the running sum of `amount`, by draw and column of `room`, is more than the room (column NO_POT: never)."""
    result: Flags = np.zeros(len(draw), dtype=np.bool_)
    if not len(draw) or not room.shape[1]:
        return result
    cell = draw * room.shape[1] + column
    order = np.argsort(cell, kind="stable")
    sums = np.cumsum(amount[order])
    starts = np.flatnonzero(np.diff(cell[order], prepend=-2))
    before = sums[starts] - amount[order][starts]
    running = sums - np.repeat(before, np.diff(np.append(starts, len(order))))
    result[order] = running > room[draw[order], column[order]]
    result[column == NO_POT] = False
    return result
