"""Stage 5 of a clause: groups that take the first or the highest (`docs/ir.md`).

A claim whose link to the group's row is not known may belong to any row there, and puts each of them in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from attrs import define, evolve, field, frozen

from compiler.backends.python.claims import Claim
from compiler.backends.python.scalars import added, is_at_most, is_less, maximum, minimum, rounded, subtracted
from compiler.backends.python.timelines import NOTHING_MISSING, Data, Missing, Timeline, Unsure, missing_of
from compiler.backends.python.world import Row, World, linked
from lang.dates import Month
from lang.types import NONE

Place = tuple[str, str]  # clause, key


@frozen(kw_only=True)
class Member:
    """A clause, or what others have `paid` (read of the group's row). `link`: from the clause's row to the group's."""

    clause: str | None = None
    link: Callable[[Row], Timeline] | None = None
    paid: Callable[[Row], Timeline] | None = None


@frozen(kw_only=True)
class Group:
    name: str
    entity: str
    take: Literal["first", "highest"]
    members: tuple[Member, ...]


@define(eq=False)
class _Grouped:
    """What both kinds of group share."""

    group: Group
    world: World
    first_month: Month
    entities: Mapping[str, str]

    def position(self, clause: str) -> int:
        return next(i for i, member in enumerate(self.group.members) if member.clause == clause)

    def row_of(self, claim: Claim) -> Data:
        """The key of the group's row, unsure, or NONE."""
        link = self.group.members[self.position(claim.clause)].link
        if link is None:
            return claim.key
        return link(self.world.rows(self.entities[claim.clause])[claim.key]).at(claim.month)

    def rows(self, row: Data) -> Sequence[str]:
        """The rows that a claim may lead to."""
        return self.world.keys(self.group.entity) if row.__class__ is Unsure else [row]

    def paid_by_others(self, member: Member, key: str, month: Month) -> Data:
        assert member.paid is not None
        return linked(self.world, self.group.entity, key, member.paid).at(max(month, self.world.start))


# ---------------------------------------------------------------- take first
@define
class _Winners:
    """Of one group row: the members that have or may have won, with what that depends on. `closed`: one surely has."""

    possible: dict[int, Missing] = field(factory=dict)
    closed: bool = False

    def rivals(self, position: int) -> list[Missing]:
        return [missing for other, missing in self.possible.items() if other != position]

    def closed_to(self, position: int) -> bool:
        return self.closed and position not in self.possible

    def win(self, position: int, missing: Missing, sure: bool) -> None:
        if self.closed_to(position):
            return
        if sure and not self.rivals(position):
            self.possible = {position: NOTHING_MISSING}
        elif not self.closed or len(self.possible) != 1:
            self.possible[position] = self.possible.get(position, NOTHING_MISSING) | missing
        self.closed = self.closed or sure


@define(eq=False)
class FirstOnly(_Grouped):
    """The first member to pay shuts the others out for good, and may pay again itself."""

    winners: dict[str, _Winners] = field(factory=dict)
    read: dict[tuple[str, int], Month] = field(factory=dict)  # the first month not read, of a row's money attributes

    @property
    def beside_us(self) -> list[int]:
        """The positions of money attributes: what others pay."""
        return [position for position, member in enumerate(self.group.members) if member.paid is not None]

    def admit(self, clause: str, claims: Iterable[Claim]) -> tuple[list[Claim], list[Claim]]:
        """Claims that pass (perhaps in doubt), and those that are shut out."""
        position = self.position(clause)
        passed: list[Claim] = []
        shut_out: list[Claim] = []
        for claim in claims:
            row = self.row_of(claim) if claim.possible else NONE
            if row is NONE:
                passed.append(claim)
                continue
            found = [self._winners(key, position, claim.month) for key in self.rows(row)]
            rivals = [missing for winners in found for missing in winners.rivals(position)]
            if found and all(winners.closed_to(position) for winners in found):
                shut_out.append(claim)
            elif rivals:
                passed.append(claim.doubted(missing_of([row]).union(*rivals)))
            else:
                passed.append(claim)
        return passed, shut_out

    def write(self, clause: str, claims: Iterable[Claim]) -> None:
        """After the last stage: who is paid has won."""
        position = self.position(clause)
        for claim in claims:
            row = self.row_of(claim) if claim.possible else NONE
            if row is not NONE:
                sure = claim.sure and row.__class__ is not Unsure
                for key in self.rows(row):
                    winners = self.winners.setdefault(key, _Winners())
                    winners.win(position, missing_of((claim.amount, row)), sure)

    def _winners(self, key: str, before: int, month: Month) -> _Winners:
        """With those who paid beside us: one that stands before the claim's clause in the list to this month, one
        behind it to last month. Every month counts, also those in which nobody claimed."""
        winners = self.winners.setdefault(key, _Winners())
        unread = [
            (when, position)
            for position in self.beside_us
            for when in range(
                self.read.get((key, position), self.first_month - 1), month + 1 if position < before else month
            )
        ]
        for when, position in sorted(unread):
            self.read[key, position] = when + 1
            paid = is_less(0, self.paid_by_others(self.group.members[position], key, when))
            if paid is not False:
                winners.win(position, missing_of([paid]), paid is True)
        return winners


# ---------------------------------------------------------------- take highest
@define(eq=False)
class HighestOnly(_Grouped):
    """Each member is followed as if it were alone; the group pays what the largest of their sums is above what the row
    has had, from us (`ours`) or from others (a money attribute)."""

    sums: dict[str, list[Data]] = field(factory=dict)
    ours: dict[str, Data] = field(factory=dict)

    def settle(self, month: Month, claims: Sequence[Claim]) -> list[Claim]:
        """What is paid, from what each would be paid alone. `claims`: of all members, in the order of the list."""
        paid: list[Claim] = []
        by_row: dict[str, dict[int, list[Claim]]] = {key: {} for key in self.world.keys(self.group.entity)}
        unknown: set[Place] = set()
        for claim in claims:
            position = self.position(claim.clause)
            row = self.row_of(claim) if claim.possible else NONE
            if row is NONE:
                paid.append(claim)
                continue
            if row.__class__ is Unsure:
                claim = claim.doubted(row.missing)
                paid.append(claim)
                unknown.add((claim.clause, claim.key))
            for key in self.rows(row):
                by_row.setdefault(key, {}).setdefault(position, []).append(claim)
        for key in sorted(by_row):
            booked = self._settle_row(key, month, by_row[key])
            for claim in booked:
                self.ours[key] = added(self.ours.get(key, 0), claim.amount)
            # claims whose row is not known stand in the answer once, in doubt
            paid += [claim for claim in booked if (claim.clause, claim.key) not in unknown]
        return paid

    def _settle_row(self, key: str, month: Month, claims: Mapping[int, list[Claim]]) -> list[Claim]:
        members = self.group.members
        before = self.sums.get(key) or [0] * len(members)
        now: list[Data] = list(before)
        theirs: Data = 0
        for position, member in enumerate(members):
            if member.paid is not None:
                others = rounded(self.paid_by_others(member, key, month), "nearest")
                now[position] = now[position] if others is NONE else maximum(now[position], others)
                theirs = added(theirs, now[position])
            for claim in claims.get(position, ()):
                now[position] = added(now[position], claim.amount)
        self.sums[key] = now
        leader = _leader(now)
        alone = theirs == 0
        if (
            alone
            and leader is not None
            and all(is_at_most(other, before[leader]) is True for i, other in enumerate(before) if i != leader)
        ):  # it led and it leads: whatever it pays, the group's sum grows by that
            return list(claims.get(leader, ()))
        had = _largest(before) if alone else added(self.ours.get(key, 0), theirs)
        growth = maximum(subtracted(_largest(now), had), 0)
        if growth == 0:
            return []
        if leader is not None:
            return _book(claims.get(leader, ()), growth)
        missing = missing_of((growth, *now, *before))
        return [
            claim.doubted(missing)
            for position in sorted(claims)
            if all(is_less(now[position], other) is not True for other in now)
            for claim in claims[position]
        ]


def _leader(sums: Sequence[Data]) -> int | None:
    """The member that is surely highest, the first of the list on a tie."""
    for i, own in enumerate(sums):
        above = all(is_less(other, own) is True for other in sums[:i])
        if above and all(is_at_most(other, own) is True for other in sums[i + 1 :]):
            return i
    return None


def _largest(sums: Sequence[Data]) -> Data:
    result: Data = 0
    for one in sums:
        result = maximum(result, one)
    return result


def _book(claims: Iterable[Claim], growth: Data) -> list[Claim]:
    """The growth on the leader's claims in order of their keys, each in full while it lasts."""
    booked: list[Claim] = []
    for claim in sorted(claims, key=lambda claim: claim.key):
        booked.append(evolve(claim, amount=minimum(claim.amount, growth)))
        growth = maximum(subtracted(growth, claim.amount), 0)
    return booked
