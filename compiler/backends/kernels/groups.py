"""Clauses that shut each other out (docs/ir.md, stage 5), a row at a time.

Take first: before anybody of a group has paid nobody is shut out, so each member may be asked when it alone would first
pay. Whoever is earliest wins, and pays all that it alone would pay; the others pay nothing. A first walk over the
members' rows finds the earliest, by group row; a second one pays.

Take highest: of members that are clauses of the group's own entity everything happens within one row, and is walked
through month by month. (Members that reach the group through links are left to the evaluators.)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels import ahead
from compiler.backends.kernels.build import I1, I8, I64
from compiler.backends.kernels.clauses import Claim, Rule, begun, claim, claim_now, claimed, pay, telling
from compiler.backends.kernels.reckoning import one_value, settled
from compiler.backends.kernels.sinks import First, Sink
from compiler.backends.kernels.streams import Streams
from compiler.backends.kernels.values import Flag, NotNative, Number, Vector

PLACES = 64  # members of a group
NOBODY = 2**40


@frozen(eq=False)
class Race:
    """By row of the group: `first`, month × PLACES + position of the earliest to pay; `doubt`: it is not known.
    `anywhere`, one number like `first`: the earliest of the claims of which it is not known to which row they lead."""

    first: NDArray[np.int64]
    doubt: NDArray[np.uint8]
    anywhere: NDArray[np.int64]
    claims: dict[str, NDArray[np.uint8]] = field(factory=dict)  # of a clause's rows: whether anything may be paid

    @staticmethod
    def of(rows: int) -> Race:
        return Race(np.full(rows, NOBODY, np.int64), np.zeros(rows, np.uint8), np.full(1, NOBODY, np.int64))

    def clear(self) -> None:
        self.first.fill(NOBODY)
        self.doubt.fill(0)
        self.anywhere.fill(NOBODY)
        for claims in self.claims.values():
            claims.fill(0)


@define(eq=False)
class Groups:
    """The groups of a program, while its passes are written. `races` by group."""

    program: ir.Program
    races: dict[str, Race] = field(factory=dict)

    def race(self, name: str, rows: int) -> Race:
        found = self.races.get(name)
        if found is None:
            found = self.races[name] = Race.of(rows)
        return found

    # ------------------------------------------------------------ take first
    def run(self, streams: Streams, name: str, clause: str) -> None:
        """The first walk: a clause of a group, or ("") what others paid to the group's own rows."""
        b = streams.build
        group = self.program.groups[name]
        race = self.race(name, streams.facts.rows(group.entity))
        if len(group.members) > PLACES:
            raise NotNative("too many members of a group")
        if not clause:
            for position, member in enumerate(group.members):
                if member.paid is not None:
                    self._paid_elsewhere(streams, race, position, member.paid)
            return
        member, position = _member(group, clause)
        row, belongs, lost = _group_row(streams, member, group)
        _expect(streams, member, race)
        claims = race.claims[clause] = np.zeros(streams.facts.rows(streams.entity), np.uint8)
        place = b.at(streams.address(claims), b.row, I8)

        def use(made: Claim) -> Flag:
            b.builder.store(b.builder.zext(b.bit(made.maybe), I8), place, align=1)
            earliest = First(b)
            pay(streams, self.program.clauses[clause], 0, made, earliest)
            month = b.builder.load(earliest.month, typ=I64)
            paid = b.builder.icmp_signed("<", month, I64(b.months))
            self._enter(streams, race.first, row, b.both(paid, belongs), month, position)
            self._mark(streams, race, row, b.both(made.doubt, belongs))
            perhaps = b.both(lost, b.either(made.doubt, paid))
            if perhaps is not False:
                from_when = b.chosen(made.doubt, I64(0), month)
                self._enter(streams, race.anywhere, I64(0), perhaps, from_when, position)
            return False

        claim(streams, self.program.clauses[clause], use)

    def _enter(
        self, streams: Streams, firsts: NDArray[np.int64], row: Any, paid: Flag, month: Any, position: int
    ) -> None:
        b = streams.build
        m = b.builder
        place = b.at(streams.address(firsts), row, I64)
        now = m.load(place, typ=I64, align=8)
        mine = m.add(m.mul(month, I64(PLACES)), I64(position))
        better = b.both(paid, m.icmp_signed("<", mine, now))
        m.store(b.chosen(better, mine, now), place, align=8)

    def _mark(self, streams: Streams, race: Race, row: Any, doubt: Flag) -> None:
        b = streams.build
        if doubt is False:
            return
        place = b.at(streams.address(race.doubt), row, I8)
        now = b.builder.load(place, typ=I8, align=1)
        b.builder.store(b.builder.or_(now, b.builder.zext(b.bit(doubt), I8)), place, align=1)

    def _paid_elsewhere(self, streams: Streams, race: Race, position: int, paid: ir.Id) -> None:
        """From the month before the policy's first on."""
        b, window = streams.build, streams.window
        if window.start > self.program.first - 1:
            raise NotNative("what others paid before the window")
        value = settled(b, streams.number(paid))
        inside = window.inside | 1 << (self.program.first - 1 - window.start)
        above = b.without(
            b.both(streams.reckon.compared(">", value.data, 0), inside), b.either(value.none, value.doubt)
        )
        month = b.place(b.mask(above))
        self._enter(streams, race.first, b.row, b.any_month(above), month, position)
        self._mark(streams, race, b.row, b.any_month(b.both(value.doubt, inside)))

    def pay_first(self, streams: Streams, clause: ir.Clause, number: int, sink: Sink, refuse: bool) -> Flag:
        """The second walk, of the rows of which the first found that they may be paid. Gives whether the row is in
        doubt. `refuse`: refusals are wanted, which are not made here: rows that are refused go to the evaluators."""
        b = streams.build
        claims = self.races[clause.group or ""].claims[clause.name]
        may = b.builder.load(b.at(streams.address(claims), b.row, I8), typ=I8, align=1)
        doubt = b.space(I1)
        b.builder.store(I1(0), doubt)

        def body() -> None:
            with streams.scope():
                b.builder.store(b.bit(self._pay_first(streams, clause, number, sink, refuse)), doubt)

        b.when(b.builder.icmp_unsigned("!=", may, I8(0)), body)
        return b.builder.load(doubt, typ=I1)

    def _pay_first(self, streams: Streams, clause: ir.Clause, number: int, sink: Sink, refuse: bool) -> Flag:
        b = streams.build
        group = self.program.groups[clause.group or ""]
        race = self.races[group.name]
        member, position = _member(group, clause.name)
        row, belongs, lost = _group_row(streams, member, group)
        _expect(streams, member, race)
        m = b.builder
        first = m.load(b.at(streams.address(race.first), row, I64), typ=I64, align=8)
        tainted = m.icmp_unsigned("!=", m.load(b.at(streams.address(race.doubt), row, I8), typ=I8, align=1), I8(0))
        anywhere = m.load(streams.address(race.anywhere), typ=I64, align=8)
        tainted = m.or_(tainted, m.icmp_signed("<", anywhere, first))
        won = m.icmp_signed("==", m.and_(first, I64(PLACES - 1)), I64(position))
        lost_race = b.both(belongs, b.both(m.not_(won), m.icmp_signed("<", first, I64(NOBODY))))

        def use(made: Claim) -> Flag:
            doubt = b.either(made.doubt, b.both(b.either(b.both(tainted, belongs), lost), made.maybe))
            if refuse:
                doubt = b.either(doubt, b.both(lost_race, made.maybe))
            kept = b.negated(b.either(lost_race, doubt))
            rules = tuple(_only(streams, rule, kept) for rule in made.rules)
            pay(streams, clause, number, Claim(rules, doubt, made.maybe), sink)
            return doubt

        return claim(streams, clause, use)

    # ------------------------------------------------------------ take highest
    def pay_highest(self, streams: Streams, group: ir.Group, numbers: Mapping[str, int], sink: Sink) -> Flag:
        """All members of a group whose clauses are of its own entity. Gives whether the row is in doubt."""
        b = streams.build
        members = [self.program.clauses[m.clause] for m in group.members if m.clause is not None]
        if any(m.link is not None for m in group.members) or any(c.entity != group.entity for c in members):
            raise NotNative("a group that takes the highest, reached through links")
        claims = {
            position: claim_now(streams, self.program.clauses[member.clause])
            for position, member in enumerate(group.members)
            if member.clause is not None
        }
        doubt: Flag = False
        held: Flag = False
        for made in claims.values():
            doubt, held = b.either(doubt, made.doubt), b.either(held, telling(streams, made.rules))
        held = b.both(held, b.negated(doubt))
        if held is False:
            return doubt
        place = b.space(I1)
        b.builder.store(b.bit(doubt), place)

        def body() -> None:
            with streams.scope():
                lost = self._walk_highest(streams, group, numbers, claims, held, sink)
                if lost is not False:
                    b.builder.store(b.bit(lost), place)

        b.when(b.any_month(held), body)
        return b.builder.load(place, typ=I1)

    def _walk_highest(
        self,
        streams: Streams,
        group: ir.Group,
        numbers: Mapping[str, int],
        claims: Mapping[int, Claim],
        held: Flag,
        sink: Sink,
    ) -> Flag:
        """Gives whether it is in doubt what others paid; then nothing is paid."""
        b = streams.build
        elsewhere = {
            position: settled(b, streams.number(member.paid))
            for position, member in enumerate(group.members)
            if member.paid is not None
        }
        doubt: Flag = False
        for value in elsewhere.values():
            doubt = b.either(doubt, b.any_month(b.both(value.doubt, streams.window.inside)))
        held = b.both(held, b.negated(doubt))
        if held is False:
            return doubt
        theirs = {
            position: _SumSoFar.of(streams, value, _never_falls(streams, group.members[position].paid))
            for position, value in elsewhere.items()
        }
        registers = {position: begun(b, len(group.members)) for position in claims}
        sums = {position: b.space(I64) for position in claims}
        ours = b.space(I64)
        for place in (*sums.values(), ours):
            b.builder.store(I64(0), place)

        def month(at: Any) -> None:
            m = b.builder
            alone = {p: claimed(streams, made.rules, registers[p], at) for p, made in claims.items()}
            now: dict[int, Any] = {p: paid.read(streams, at) for p, paid in theirs.items()}
            others: Any = I64(0)
            for paid in now.values():
                others = m.add(others, paid)
            for position, place in sums.items():
                now[position] = m.add(m.load(place, typ=I64), alone[position].amount)
                m.store(now[position], place)
            best, leader = now[0], I64(0)
            for position in range(1, len(now)):
                above = m.icmp_signed(">", now[position], best)
                best, leader = m.select(above, now[position], best), m.select(above, I64(position), leader)
            paid = m.load(ours, typ=I64)
            growth = m.sub(best, m.add(paid, others))
            growth = m.select(m.icmp_signed("<", growth, I64(0)), I64(0), growth)
            for position, one in alone.items():
                leads = m.icmp_signed("==", leader, I64(position))
                amount = m.select(m.icmp_signed("<", one.amount, growth), one.amount, growth)
                amount = m.select(leads, amount, I64(0))
                paid = m.add(paid, amount)
                sink.one(numbers[group.members[position].clause or ""], at, amount, one.rule, one.payee)
            m.store(paid, ours)

        b.each_month(b.mask(held), month)
        return doubt


@frozen(eq=False)
class _SumSoFar:
    """What others paid so far never falls, and counts from the policy's first month on. Read month after month:
    `next` is the first month that was not yet looked at, `most` the largest number before it."""

    value: Number
    counts: Flag
    next: Any
    most: Any
    grows: bool  # by itself, so that the last number is the largest

    @staticmethod
    def of(streams: Streams, value: Number, grows: bool) -> _SumSoFar:
        b = streams.build
        if value.den != 1:
            raise NotNative("a money attribute that is not in whole fen")
        counts = b.mask(b.without(streams.window.inside, value.none))
        made = _SumSoFar(value, counts, b.space(I64), b.space(I64), grows and value.none is False)
        b.builder.store(I64(streams.program.first - streams.window.start), made.next)
        b.builder.store(I64(0), made.most)
        return made

    def read(self, streams: Streams, month: Any) -> Any:
        b = streams.build
        m = b.builder
        if self.grows:
            return b.number_at(self.value.data, month)
        begin = m.load(self.next, typ=I64)
        end = m.add(month, I64(1))

        def step(number: Any, carried: list[Any]) -> list[Any]:
            at = m.add(begin, number)
            now = b.number_at(self.value.data, at)
            more = m.and_(b.holds_at(self.counts, at), m.icmp_signed(">", now, carried[0]))
            return [m.select(more, now, carried[0])]

        (most,) = b.loop(m.sub(end, begin), step, [m.load(self.most, typ=I64)])
        m.store(end, self.next)
        m.store(most, self.most)
        return most


# ---------------------------------------------------------------- small things
def _never_falls(streams: Streams, stream: ir.Id | None) -> bool:
    """A total so far of a fact that is never below 0."""
    op = None if stream is None else streams.program.streams[stream].op
    if not isinstance(op, ir.Total) or op.window != "so far":
        return False
    operand = streams.program.streams[op.operand]
    if not isinstance(operand.op, ir.Fact):
        return False
    low = streams.program.attributes[operand.entity or "", operand.op.attribute].low
    return low is None or low >= 0


def _expect(streams: Streams, member: ir.GroupMember, race: Race) -> None:
    if member.link is not None:
        ahead.expect(streams, member.link, (race.first, race.doubt))


def _member(group: ir.Group, clause: str) -> tuple[ir.GroupMember, int]:
    return next((member, i) for i, member in enumerate(group.members) if member.clause == clause)


def _group_row(streams: Streams, member: ir.GroupMember, group: ir.Group) -> tuple[Any, Flag, Flag]:
    """(the group's row, whether there is one, whether it is not known). Nothing is read where there is none."""
    b = streams.build
    if member.link is None:
        return b.row, True, False
    rows = streams.facts.rows(group.entity)
    link = settled(b, streams.number(member.link))
    if isinstance(link.data, Vector | tuple):
        raise NotNative("a group reached by a link that changes by the month")
    data = one_value(link.data)
    away = b.builder.icmp_signed(">=", data, I64(rows))
    lost = b.without(b.either(link.doubt, away), link.none)
    belongs = b.negated(b.either(link.none, lost))
    if rows == 0:
        return I64(0), False, b.negated(link.none)
    return b.chosen(belongs, data, I64(0)), belongs, lost


def _only(streams: Streams, rule: Rule, kept: Flag) -> Rule:
    return Rule(
        rule.number, rule.alternative, streams.build.both(rule.months, kept), rule.amount, rule.payee, rule.limits
    )
