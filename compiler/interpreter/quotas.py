"""`limit CLAUSE to N …`: who gets a place (docs/ir.md, stage 6).

A place is an entity, not a payment. Who was paid in the period holds a place and keeps it; free places go to candidates
in an order that is declared, never the order of the rows. What is not known about others' claims is taken both ways: a
place is sure when it is there even if every doubtful claim ahead is made, and refused when it is gone even if none is.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field, frozen

from compiler import ir
from compiler.interpreter.clauses import Candidate
from compiler.interpreter.streams import Streams
from compiler.interpreter.values import Maybe, Names, Unsure, YesNo, compare, interval, missing
from lang.dates import Month, year_of
from lang.types import NONE, Value

Pool = Value | None  # the value of `per` (None: no `per`, or it was said that there is none)


@frozen
class _Claim:
    """A candidate in the queue. `pool` unsure: it is not known which."""

    candidate: Candidate
    pool: Pool | Unsure
    paid_last_month: YesNo
    order: Maybe


@define
class _Holders:
    """Of one pool: who holds a place for sure, and who may."""

    sure: set[str] = field(factory=set)
    perhaps: dict[str, Names] = field(factory=dict)


@define(eq=False)
class Places:
    """The places of one clause. `holders` are of the present period; `anywhere`: who may hold a place of any pool."""

    streams: Streams
    quota: ir.Quota
    _period: int | None = field(init=False, default=None)
    _holders: dict[Pool, _Holders] = field(init=False, factory=dict)
    _anywhere: dict[str, Names] = field(init=False, factory=dict)
    _paid_last_month: dict[str, YesNo] = field(init=False, factory=dict)

    def give(self, month: Month, candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
        """The candidates that have a place (perhaps in doubt), and those refused for want of one."""
        self._begin(month)
        places = self.streams.value(self.quota.places, None, month)
        claims = [self._claim(candidate) for candidate in candidates if candidate.possible]
        placed = [candidate for candidate in candidates if not candidate.possible]
        refused = []
        for claim in claims:
            place = self._place(claim, claims, places)
            if place is True:
                placed.append(claim.candidate)
            elif isinstance(place, Unsure):
                placed.append(claim.candidate.doubted(place.missing))
            else:
                refused.append(claim.candidate)
        self._take(placed)
        return placed, refused

    def _begin(self, month: Month) -> None:
        """In a new period nobody holds a place. Without a period it is the life of the policy."""
        period = {"month": month, "year": year_of(month), None: 0}[self.quota.period]
        if period != self._period:
            self._period, self._holders, self._anywhere = period, {}, {}

    def _claim(self, candidate: Candidate) -> _Claim:
        pool = self._pool(candidate)
        order: Maybe = NONE
        if self.quota.order is not None:
            order = self.streams.value(self.quota.order, candidate.key, candidate.month)
        return _Claim(candidate, pool, self._paid_last_month.get(candidate.key, False), order)

    def _pool(self, candidate: Candidate) -> Pool | Unsure:
        if self.quota.per is None:
            return None
        pool = self.streams.value(self.quota.per, candidate.key, candidate.month)
        return None if pool is NONE else pool

    def _place(self, claim: _Claim, claims: Sequence[_Claim], places: Maybe) -> YesNo:
        """Whether the claim finds a place: by the places taken before its turn, at the least and at the most."""
        if isinstance(claim.pool, Unsure):
            return Unsure(claim.pool.missing | missing(places))
        holders = self._holders.setdefault(claim.pool, _Holders())
        if claim.candidate.key in holders.sure:
            return True
        taken, perhaps, names = set(holders.sure), self._anywhere | holders.perhaps, missing(places)
        for other in claims:
            key = other.candidate.key
            if key == claim.candidate.key or key in taken or not _same_pool(other.pool, claim.pool):
                continue
            ahead = _before(other, claim)
            if ahead is False and key not in perhaps:
                continue
            if ahead is True and other.candidate.sure and not isinstance(other.pool, Unsure):
                taken.add(key)
            elif ahead is not False:
                doubt = missing(other.candidate.amount, other.order, other.paid_last_month, ahead)
                perhaps[key] = perhaps.get(key, frozenset()) | doubt | _unsure_pool(other.pool)
        own = perhaps.pop(claim.candidate.key, None)
        perhaps = {key: doubt for key, doubt in perhaps.items() if key not in taken}
        low, high = interval(places) if places is not NONE else (0, 0)
        if low is not None and len(taken) + len(perhaps) < low:
            return True
        if own is None and high is not None and len(taken) >= high:
            return False
        return Unsure(names.union(own or frozenset(), *perhaps.values()))

    def _take(self, placed: Sequence[Candidate]) -> None:
        """Who is paid holds the place for the period, and goes first next month."""
        self._paid_last_month = {}
        for candidate in placed:
            if not candidate.possible:
                continue
            pool = self._pool(candidate)
            names = missing(candidate.amount)
            self._paid_last_month[candidate.key] = True if candidate.sure else Unsure(names)
            if isinstance(pool, Unsure):
                self._anywhere[candidate.key] = self._anywhere.get(candidate.key, frozenset()) | names | pool.missing
                continue
            holders = self._holders.setdefault(pool, _Holders())
            if candidate.sure:
                holders.sure.add(candidate.key)
                holders.perhaps.pop(candidate.key, None)
            elif candidate.key not in holders.sure:
                holders.perhaps[candidate.key] = holders.perhaps.get(candidate.key, frozenset()) | names


def _same_pool(a: Pool | Unsure, b: Pool) -> bool:
    """Or it may be."""
    return isinstance(a, Unsure) or a == b


def _unsure_pool(pool: Pool | Unsure) -> Names:
    return pool.missing if isinstance(pool, Unsure) else frozenset()


def _before(a: _Claim, b: _Claim) -> YesNo:
    """Whether a's turn is before b's: paid last month, then the order (who has none comes last), then the key."""
    in_order = _before_in_order(a, b)
    turns = [
        in_order if paid_a == paid_b else paid_a
        for paid_a in _possible(a.paid_last_month)
        for paid_b in _possible(b.paid_last_month)
    ]
    if all(turn == turns[0] for turn in turns):
        return turns[0]
    return Unsure(missing(a.paid_last_month, b.paid_last_month, *turns))


def _before_in_order(a: _Claim, b: _Claim) -> YesNo:
    by_key = a.candidate.key < b.candidate.key
    if a.order is NONE or b.order is NONE:
        return by_key if a.order is b.order else b.order is NONE
    before, behind = compare("<", _rank(a.order), _rank(b.order)), compare(">", _rank(a.order), _rank(b.order))
    if before is True or behind is True:
        return before is True
    return by_key if before is False and behind is False else Unsure(missing(a.order, b.order))


def _possible(holds: YesNo) -> tuple[bool, ...]:
    return (False, True) if isinstance(holds, Unsure) else (holds,)


def _rank(value: Maybe) -> Maybe:
    """Yes/no: no before yes."""
    return int(value) if isinstance(value, bool) else value
