"""Stage 6 of a clause: a limited number of places (`docs/ir.md`).

Who was paid in the period keeps a place. Free places go by (paid last month, order, key). A place is sure when it is
there even if every doubtful claim ahead is made; a claim is refused when there is none even if no doubtful one is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from attrs import define, field, frozen

from compiler.backends.python.claims import Claim
from compiler.backends.python.scalars import interval, is_less
from compiler.backends.python.timelines import NOTHING_MISSING, Data, Missing, Timeline, Unsure, missing_of, unsure
from compiler.backends.python.world import Row, World
from lang.dates import Month
from lang.types import NONE


@frozen(kw_only=True)
class Quota:
    clause: str
    places: Callable[[World], Timeline]
    per: Callable[[Row], Timeline] | None = None
    period: Literal["month", "year"] | None = None
    order: Callable[[Row], Timeline] | None = None


@define
class _Holders:
    """Keys that hold a place of one pot, and those that may do so."""

    sure: set[str] = field(factory=set)
    perhaps: dict[str, Missing] = field(factory=dict)


@frozen(eq=False)
class _Waiting:
    claim: Claim
    pot: Data
    paid_last_month: Data
    order: Data


@define(eq=False)
class Places:
    """The places of one clause. Of the present period: `holders` by pot; `anywhere`: who may hold a place of any."""

    quota: Quota
    world: World
    entity: str
    period: int | None = None
    holders: dict[Data, _Holders] = field(factory=dict)
    anywhere: dict[str, Missing] = field(factory=dict)
    paid_last_month: dict[str, Data] = field(factory=dict)

    def give(self, month: Month, claims: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
        """Claims that have a place (perhaps in doubt), and those for which there is none."""
        period = month if self.quota.period == "month" else month // 12 if self.quota.period == "year" else 0
        if period != self.period:
            self.period, self.holders, self.anywhere = period, {}, {}
        number = self.quota.places(self.world).at(month)
        queue = [self._waiting(claim) for claim in claims if claim.possible]
        placed = [claim for claim in claims if not claim.possible]
        refused: list[Claim] = []
        for waiting in queue:
            place = self._place(waiting, queue, number)
            if place is False:
                refused.append(waiting.claim)
            else:
                placed.append(waiting.claim if place is True else waiting.claim.doubted(place.missing))
        self._write(queue, placed)
        return placed, refused

    def _waiting(self, claim: Claim) -> _Waiting:
        row = self.world.rows(self.entity)[claim.key]
        order = NONE if self.quota.order is None else self.quota.order(row).at(claim.month)
        if isinstance(order, bool):
            order = int(order)
        pot = NONE if self.quota.per is None else self.quota.per(row).at(claim.month)
        return _Waiting(claim, pot, self.paid_last_month.get(claim.key, False), order)

    def _place(self, own: _Waiting, queue: Sequence[_Waiting], number: Data) -> Data:
        """Whether there is a place: by how many are taken before its turn, at least and at most."""
        if own.pot.__class__ is Unsure:
            return unsure(own.pot, number)
        holders = self.holders.setdefault(own.pot, _Holders())
        if own.claim.key in holders.sure:
            return True
        taken, perhaps = set(holders.sure), {**self.anywhere, **holders.perhaps}
        for other in queue:
            key = other.claim.key
            pot_unknown = other.pot.__class__ is Unsure
            if other is own or key in taken or not (pot_unknown or other.pot == own.pot):
                continue
            ahead = _goes_before(other, own)
            if ahead is False and key not in perhaps:
                continue
            if ahead is True and other.claim.sure and not pot_unknown:
                taken.add(key)
            elif ahead is not False:
                doubt = missing_of((other.claim.amount, other.order, other.paid_last_month, ahead, other.pot))
                perhaps[key] = perhaps.get(key, NOTHING_MISSING) | doubt
        mine = perhaps.pop(own.claim.key, None)
        rivals = {key: missing for key, missing in perhaps.items() if key not in taken}
        fewest, most = (0, 0) if number is NONE else interval(number)
        if fewest is not None and len(taken) + len(rivals) < fewest:
            return True
        if mine is None and most is not None and len(taken) >= most:
            return False
        return Unsure(None, None, missing_of([number]).union(mine or (), *rivals.values()))

    def _write(self, queue: Sequence[_Waiting], placed: Sequence[Claim]) -> None:
        """Who is paid holds the place for the period, and goes first next month."""
        pots = {waiting.claim.key: waiting.pot for waiting in queue}
        self.paid_last_month = {}
        for claim in placed:
            if not claim.possible:
                continue
            pot, missing = pots[claim.key], missing_of([claim.amount])
            self.paid_last_month[claim.key] = True if claim.sure else Unsure(None, None, missing)
            if pot.__class__ is Unsure:
                known = self.anywhere.get(claim.key, NOTHING_MISSING)
                self.anywhere[claim.key] = known | missing | pot.missing
                continue
            holders = self.holders.setdefault(pot, _Holders())
            if claim.sure:
                holders.sure.add(claim.key)
                holders.perhaps.pop(claim.key, None)
            elif claim.key not in holders.sure:
                holders.perhaps[claim.key] = holders.perhaps.get(claim.key, NOTHING_MISSING) | missing


def _goes_before(a: _Waiting, b: _Waiting) -> Data:
    """Who was paid last month, then the smaller order (who has none comes last), then the smaller key."""
    then = _goes_before_in_order(a, b)
    mine, theirs = a.paid_last_month, b.paid_last_month
    if mine.__class__ is not Unsure and theirs.__class__ is not Unsure:
        return then if mine == theirs else mine
    # Where one is not known it may be both; a turn that is the same either way is sure.
    may_be_first = mine.__class__ is Unsure or mine is True
    may_be_later = mine.__class__ is Unsure or mine is False
    turns = {then} if (may_be_first and theirs is not False) or (may_be_later and theirs is not True) else set()
    if may_be_first and theirs is not True:
        turns.add(True)
    if may_be_later and theirs is not False:
        turns.add(False)
    return turns.pop() if len(turns) == 1 else unsure(mine, theirs, *turns)


def _goes_before_in_order(a: _Waiting, b: _Waiting) -> Data:
    by_key = a.claim.key < b.claim.key
    if a.order is NONE or b.order is NONE:
        return by_key if a.order is b.order else b.order is NONE
    before, behind = is_less(a.order, b.order), is_less(b.order, a.order)
    if before is True or behind is True:
        return before is True
    return by_key if before is False and behind is False else unsure(a.order, b.order)
