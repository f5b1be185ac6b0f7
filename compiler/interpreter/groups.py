"""Clauses that shut each other out: `exclusive … take first` and `take highest` (docs/ir.md, stage 5).

Both keep one record a group row: the row of the group's entity that a claim leads to. Where it is not known to which
row a claim leads, it may be any of them, and whatever it could change there is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import define, evolve, field

from compiler import ir
from compiler.facts import History
from compiler.interpreter.clauses import Candidate
from compiler.interpreter.streams import Streams
from compiler.interpreter.values import (
    Maybe,
    Names,
    Unsure,
    add,
    arithmetic,
    compare,
    missing,
    rounded,
)
from lang.dates import Month
from lang.types import NONE, Given, Type


def group_row(streams: Streams, member: ir.GroupMember, key: str, month: Month) -> str | Unsure | None:
    """The row of the group that a row of a member clause belongs to; None: it was said that there is none."""
    if member.link is None:
        return key
    row = streams.value(member.link, key, month)
    return row if isinstance(row, Unsure) else None if row is NONE else str(row)


def group_rows(streams: Streams, group: ir.Group) -> list[str]:
    """Every row that a claim can lead to: those that were given, and those that somebody's link names."""
    links = {key for key, about in streams.program.attributes.items() if about.type == Type("link", group.entity)}
    named = {
        value
        for entity, attribute in links
        for row in streams.facts.rows(entity).values()
        for value in _values(row.values.get(attribute, NONE))
        if isinstance(value, str)
    }
    return sorted({*streams.facts.rows(group.entity), *named})


def _values(given: Given | History) -> Iterable[Given]:
    return [given.outside, *(span.value for span in given.spans)] if isinstance(given, History) else [given]


# ---------------------------------------------------------------- the first to pay
@define
class Winners:
    """Of one group row: who may have won (members by position, and what it depends on); `closed`: somebody has."""

    possible: dict[int, Names] = field(factory=dict)
    closed: bool = False

    def others(self, member: int) -> Names | None:
        """What it depends on whether another has won; None: no other has."""
        others = [names for position, names in self.possible.items() if position != member]
        return frozenset().union(*others) if others else None

    def shuts_out(self, member: int) -> bool:
        """Another has won for sure."""
        return self.closed and member not in self.possible

    def won(self, member: int, names: Names, sure: bool) -> None:
        if self.closed and member not in self.possible:
            return
        if sure and self.others(member) is None:
            self.possible = {member: frozenset()}
        elif not (self.closed and len(self.possible) == 1):
            self.possible[member] = self.possible.get(member, frozenset()) | names
        self.closed = self.closed or sure


@define(eq=False)
class FirstGroup:
    """The first member to pay shuts the others out for good, and may pay again itself."""

    streams: Streams
    group: ir.Group
    _winners: dict[str, Winners] = field(init=False, factory=dict)
    _unread: dict[tuple[str, int], Month] = field(init=False, factory=dict)  # of a row's money attribute, from when on

    def admit(self, clause: str, candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
        """The candidates that are let through (perhaps in doubt), and those that are refused."""
        position = self._position(clause)
        admitted, refused = [], []
        for candidate in candidates:
            row = self._row(position, candidate)
            if row is None or not candidate.possible:
                admitted.append(candidate)
                continue
            rows = self._rows(row)
            for one in rows:
                self._paid_by_others(one, position, candidate.month)
            shut = [self._of(one).shuts_out(position) for one in rows]
            doubts = [names for one in rows if (names := self._of(one).others(position)) is not None]
            if shut and all(shut):
                refused.append(candidate)
            elif doubts:
                admitted.append(candidate.doubted(frozenset().union(missing(row), *doubts)))
            else:
                admitted.append(candidate)
        return admitted, refused

    def paid(self, clause: str, candidates: Iterable[Candidate]) -> None:
        """After the last stage: who paid has won, unless another had."""
        position = self._position(clause)
        for candidate in candidates:
            row = self._row(position, candidate)
            if row is None or not candidate.possible:
                continue
            sure = candidate.sure and not isinstance(row, Unsure)
            for one in self._rows(row):
                self._of(one).won(position, missing(candidate.amount, row), sure)

    def _position(self, clause: str) -> int:
        return next(i for i, member in enumerate(self.group.members) if member.clause == clause)

    def _row(self, position: int, candidate: Candidate) -> str | Unsure | None:
        return group_row(self.streams, self.group.members[position], candidate.key, candidate.month)

    def _rows(self, row: str | Unsure) -> list[str]:
        return group_rows(self.streams, self.group) if isinstance(row, Unsure) else [row]

    def _of(self, row: str) -> Winners:
        return self._winners.setdefault(row, Winners())

    def _paid_by_others(self, row: str, before: int, month: Month) -> None:
        """A money attribute has paid when it is above 0: to this month if it stands before the claim's clause in the
        list, else to last month. Months in which nobody claimed are read too: whoever paid in them shuts out for good.
        """
        began = self.streams.program.first - 1  # what was paid before the policy began counts as paid then
        unread = [
            (at, position)
            for position, member in enumerate(self.group.members)
            if member.paid is not None
            for at in range(self._unread.get((row, position), began), month + 1 if position < before else month)
        ]
        for at, position in sorted(unread):
            self._unread[row, position] = at + 1
            paid_by = self.group.members[position].paid
            assert paid_by is not None
            paid = compare(">", self.streams.value(paid_by, row, at), 0)
            if paid is not False:
                self._of(row).won(position, missing(paid), paid is True)


# ---------------------------------------------------------------- the highest
@define(eq=False)
class HighestGroup:
    """Each member is followed as if it were alone; the group pays what the largest sum is above what was paid.

    What others paid (a money attribute) counts as paid, whenever they paid it; what we paid is in `_ours`.
    """

    streams: Streams
    group: ir.Group
    _sums: dict[str, list[Maybe]] = field(init=False, factory=dict)
    _ours: dict[str, Maybe] = field(init=False, factory=dict)

    def settle(self, month: Month, alone: Mapping[str, Sequence[Candidate]]) -> list[Candidate]:
        """What the group pays in the month, as claims booked on its members, from what each would pay alone."""
        settled: list[Candidate] = []
        claims: dict[str, dict[int, list[Candidate]]] = {row: {} for row in group_rows(self.streams, self.group)}
        for position, member in enumerate(self.group.members):
            for candidate in alone.get(member.clause or "", ()):
                row = group_row(self.streams, member, candidate.key, month)
                if row is None or not candidate.possible:
                    settled.append(candidate)  # it leads to no group row: nothing shuts it out
                elif isinstance(row, Unsure):
                    doubted = candidate.doubted(row.missing)
                    settled.append(doubted)
                    for of_row in claims.values():
                        of_row.setdefault(position, []).append(doubted)
                else:
                    claims.setdefault(row, {}).setdefault(position, []).append(candidate)
        for row in sorted(claims):
            booked = self._settle_row(row, month, claims[row])
            for claim in booked:
                self._ours[row] = add(self._ours.get(row, 0), claim.amount)
            # a claim of which the row is not known is in doubt already, and stands in `settled` once
            settled += [c for c in booked if not isinstance(self._link(c), Unsure)]
        return settled

    def _link(self, candidate: Candidate) -> str | Unsure | None:
        member = next(m for m in self.group.members if m.clause == candidate.clause)
        return group_row(self.streams, member, candidate.key, candidate.month)

    def _settle_row(self, row: str, month: Month, claims: Mapping[int, list[Candidate]]) -> list[Candidate]:
        before = self._sums.get(row, [0] * len(self.group.members))
        now = [self._sum(row, month, position, before[position], claims) for position in range(len(before))]
        self._sums[row] = now
        leader = _highest(now)
        theirs = self._paid_by_others(now)
        if theirs == 0:
            # Nobody else paid: the group has paid the largest sum so far, which is surer than a sum of claims.
            if leader is not None and _is_highest(before, leader):
                return list(claims.get(leader, ()))  # it led and it leads: all that it pays is growth
            paid = _maximum(before)
        else:
            paid = add(self._ours.get(row, 0), theirs)
        growth = arithmetic("maximum", arithmetic("-", _maximum(now), paid), 0)
        if growth == 0:
            return []
        if leader is not None:
            return _shared_out(claims.get(leader, ()), growth)
        names = missing(growth, *now, *before)
        return [c.doubted(names) for i in sorted(claims) if _may_be_highest(now, i) for c in claims[i]]

    def _paid_by_others(self, sums: Sequence[Maybe]) -> Maybe:
        """The sums of the members that are money attributes, together."""
        theirs: Maybe = 0
        for member, one in zip(self.group.members, sums, strict=True):
            if member.paid is not None:
                theirs = add(theirs, one)
        return theirs

    def _sum(
        self, row: str, month: Month, position: int, before: Maybe, claims: Mapping[int, list[Candidate]]
    ) -> Maybe:
        """What the member alone would have paid so far. A money attribute is such a sum, in fen, and never falls."""
        member = self.group.members[position]
        if member.paid is not None:
            paid = rounded(self.streams.value(member.paid, row, month), "nearest")
            return before if paid is NONE else arithmetic("maximum", before, paid)
        for candidate in claims.get(position, ()):
            before = add(before, candidate.amount)
        return before


def _maximum(sums: Sequence[Maybe]) -> Maybe:
    highest: Maybe = 0
    for one in sums:
        highest = arithmetic("maximum", highest, one)
    return highest


def _highest(sums: Sequence[Maybe]) -> int | None:
    """The member that is highest for sure, the first in the list on a tie; None: it is not known which."""
    for i, one in enumerate(sums):
        above = all(compare(">", one, other) is True for other in sums[:i])
        if above and all(compare("≥", one, other) is True for other in sums[i + 1 :]):
            return i
    return None


def _is_highest(sums: Sequence[Maybe], position: int) -> bool:
    """None is above it, for sure."""
    return all(i == position or compare("≥", sums[position], other) is True for i, other in enumerate(sums))


def _may_be_highest(sums: Sequence[Maybe], position: int) -> bool:
    return all(compare("<", sums[position], other) is not True for other in sums)


def _shared_out(claims: Sequence[Candidate], growth: Maybe) -> list[Candidate]:
    """The growth, booked on the claims of the leading member in order of their keys: each in full while it lasts."""
    booked = []
    for claim in sorted(claims, key=lambda c: c.key):
        amount = arithmetic("minimum", claim.amount, growth)
        booked.append(evolve(claim, amount=amount))
        growth = arithmetic("maximum", arithmetic("-", growth, claim.amount), 0)
    return booked
