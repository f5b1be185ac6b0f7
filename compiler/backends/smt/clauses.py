"""What clauses pay one row, month by month, as terms: the stages of docs/ir.md for the row alone.

Other rows matter in groups that are reached through links and in quotas. There `over` leaves open whether the claim is
refused; `under` takes this row to be the only one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import z3
from attrs import define, evolve, field, frozen

from compiler import ir
from compiler.backends.smt import amounts
from compiler.backends.smt.amounts import Number, Ratio, constant
from compiler.backends.smt.logic import Bit, both, choose, either, every, no
from compiler.backends.smt.streams import Streams, number_of
from compiler.backends.smt.sums import Booked, Sum, common
from compiler.backends.smt.world import Person
from lang.dates import Month, month_number
from lang.diagnostics import Text


@frozen(kw_only=True, eq=False)
class Claim:
    """What a clause pays the row in a month. `rules[i]`: the rule is the month's. `uncut`: the amount before limits, of
    which something is paid only where `opened`. `base`: the amount of the only rule, due where `counted`. `taken`: by
    limit (`per year`, `in all`, `months`), whether it takes something from what would be paid."""

    amount: Number
    rules: tuple[Bit, ...]
    uncut: Number
    opened: Bit = True
    base: Number | None = None
    counted: Bit = False
    taken: Mapping[str, Bit] = field(factory=dict)

    @property
    def pays(self) -> Bit:
        return amounts.compare(">", self.amount, constant(0))


@frozen(kw_only=True, eq=False)
class Registers:
    """What a clause remembers of the row."""

    paid_once: Bit = False
    paid_in_year: Bit = False
    months: Number = field(factory=lambda: constant(0))

    def of(self, month: Month) -> Registers:
        return evolve(self, paid_in_year=False) if month_number(month) == 1 else self


@frozen(kw_only=True, eq=False)
class _Alone:
    """A claim before groups and quotas, and what it uses up when it passes."""

    claim: Claim
    once: Bit
    year: Bit
    monthly: Bit


@define(eq=False)
class Clauses:
    """The clauses of one entity over the months of the policy, for the row `person`."""

    streams: Streams
    person: Person
    claims: dict[tuple[str, Month], Claim] = field(init=False, factory=dict)
    _totals: dict[tuple[str, Month], Number] = field(init=False, factory=dict)
    _sums: dict[str, Sum] = field(init=False, factory=dict)  # what was paid; in a group that takes the highest alone
    _paid: dict[str, Sum] = field(init=False, factory=dict)
    _registers: dict[str, Registers] = field(init=False, factory=dict)
    _groups: dict[str, _Group] = field(init=False, factory=dict)
    _next: Month = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._next = self.streams.program.first

    def claim(self, clause: str, month: Month) -> Claim:
        self._to(month)
        return self.claims[clause, month]

    def total(self, clause: str, month: Month) -> Number:
        """What the clause has paid the row up to and in the month; nothing before the policy begins."""
        if month < self.streams.program.first:
            return constant(0)
        self._to(month)
        return self._totals[clause, month]

    def reader(self, clause: str) -> Callable[[Month], Number]:
        return lambda month: self.total(clause, month)

    def _to(self, month: Month) -> None:
        while self._next <= month:
            self._month(self._next)
            self._next += 1

    # ------------------------------------------------------------ a month
    def _month(self, month: Month) -> None:
        program = self.streams.program
        alone: dict[str, dict[str, _Alone]] = {}
        for name in program.order:
            clause = program.clauses[name]
            if clause.entity != self.person.entity:
                continue
            registers = self._registers.get(name, Registers()).of(month)
            self._sums.setdefault(name, Sum(clause)).begin(month)
            made = self._alone(clause, month, registers)
            group = None if clause.group is None else self._group(program.groups[clause.group])
            if group is not None and group.group.take == "highest":
                self._write(clause, month, registers, made, True)
                alone.setdefault(group.group.name, {})[name] = made
                continue
            passes = self._placed(clause, month)
            if group is not None:
                passes = both(passes, group.admits(name, month))
            claim = self._write(clause, month, registers, made, passes)
            if group is not None:
                group.paid(name, claim.pays)
            self.claims[name, month] = claim
            self._totals[name, month] = self._sums[name].total
        for name, members in alone.items():
            for clause_name, claim in self._groups[name].settle(month, members).items():
                self._book(program.clauses[clause_name], month, claim)

    def _write(self, clause: ir.Clause, month: Month, registers: Registers, made: _Alone, passes: Bit) -> Claim:
        """What is refused uses nothing up."""
        amount = amounts.select(passes, made.claim.amount, constant(0))
        self._registers[clause.name] = _written(clause, registers, _behind(passes, made), amount)
        claim = evolve(
            made.claim, amount=amount, opened=both(passes, made.claim.opened), counted=both(passes, made.claim.counted),
            taken={limit: both(passes, bit) for limit, bit in made.claim.taken.items()},
        )  # fmt: skip
        limits = (self._limit(clause, name, month) for name in ("per_year", "in_all"))
        self._sums[clause.name].book(_booked(claim), *limits)
        self._sums[clause.name].name(self.streams.world)
        return claim

    def _limit(self, clause: ir.Clause, name: str, month: Month) -> Number | None:
        """The limit of all rules, in whole fen, where there is one for sure."""
        stream = common(clause, name)
        if stream is None:
            return None
        term = self.streams.value(stream, self.person, month)
        return amounts.rounded(number_of(term), "down", 1) if term.none is False else None

    def _book(self, clause: ir.Clause, month: Month, claim: Claim) -> None:
        """What a group that takes the highest books on a clause: limits have done their part before."""
        self.claims[clause.name, month] = claim
        paid = self._paid.setdefault(clause.name, Sum(clause))
        paid.begin(month)
        paid.book(evolve(_booked(claim), base=None), None, None)
        paid.name(self.streams.world)
        self._totals[clause.name, month] = paid.total

    def _group(self, group: ir.Group) -> _Group:
        if group.name not in self._groups:
            self._groups[group.name] = _Group(self.streams, self.person, group)
        return self._groups[group.name]

    def _placed(self, clause: ir.Clause, month: Month) -> Bit:
        """Stage 6."""
        if clause.quota is None:
            return True
        if self.streams.side == "over":
            self.streams.free["quota"] = Text("who else claims a place", "还有谁申请名额")
            return open_bit(self.streams, f"place {clause.name} {month}")
        places = self.streams.value(self.streams.program.quotas[clause.quota].places, self.person, month)
        return both(no(places.none), amounts.compare("≥", number_of(places), constant(1)))

    # ------------------------------------------------------------ stages 1 to 4
    def _alone(self, clause: ir.Clause, month: Month, registers: Registers) -> _Alone:
        earlier: Bit = False
        rules: list[Bit] = []
        result = _Alone(
            claim=Claim(amount=constant(0), rules=(), uncut=constant(0)), once=False, year=False, monthly=False
        )
        outcomes: list[tuple[Bit, _Alone]] = []
        for alternative in clause.alternatives:
            holds = True if alternative.when is None else self.streams.bit(alternative.when, self.person, month)
            chosen = both(no(earlier), holds)
            rules.append(chosen)
            earlier = either(earlier, holds)
            if chosen is not False:
                outcomes.append((chosen, self._outcome(clause, alternative, month, registers)))
        for chosen, outcome in reversed(outcomes):
            result = _Alone(
                claim=Claim(
                    amount=amounts.select(chosen, outcome.claim.amount, result.claim.amount),
                    uncut=amounts.select(chosen, outcome.claim.uncut, result.claim.uncut),
                    opened=choose(chosen, outcome.claim.opened, result.claim.opened),
                    base=outcome.claim.base if len(clause.alternatives) == 1 else None,
                    counted=both(chosen, outcome.claim.counted),
                    taken=_either_taken(chosen, outcome.claim.taken, result.claim.taken),
                    rules=(),
                ),
                once=choose(chosen, outcome.once, result.once),
                year=choose(chosen, outcome.year, result.year),
                monthly=choose(chosen, outcome.monthly, result.monthly),
            )
        return evolve(result, claim=evolve(result.claim, rules=tuple(rules)))

    def _outcome(self, clause: ir.Clause, alternative: ir.Alternative, month: Month, registers: Registers) -> _Alone:
        somebody: Bit = True
        if alternative.payee is not None:
            somebody = no(self.streams.value(alternative.payee, self.person, month).none)
        term = self.streams.value(alternative.amount, self.person, month)
        base = amounts.greater(amounts.rounded(number_of(term), alternative.mode, alternative.unit), constant(0))
        gate = {"once": no(registers.paid_once), "once per year": no(registers.paid_in_year), "per month": True}
        opened = every((somebody, no(term.none), gate[alternative.frequency]))
        uncut = amounts.select(opened, base, constant(0))
        left = self._months_left(alternative, month, registers)
        limited = alternative.per_year is not None or alternative.in_all is not None
        amount, taken = self._limited(clause, alternative, month, uncut)
        if alternative.months is not None:
            taken = {limit: both(left, bit) for limit, bit in taken.items()}
            taken["months"] = both(no(left), amounts.compare(">", uncut, constant(0)))
        return _Alone(
            claim=Claim(
                amount=amounts.select(left, amount, constant(0)), uncut=uncut, opened=left,
                base=None if limited else base, counted=both(opened, left), rules=(), taken=taken,
            ),
            once=both(somebody, alternative.frequency == "once"),
            year=both(somebody, alternative.frequency == "once per year"),
            monthly=both(somebody, alternative.frequency == "per month"),
        )  # fmt: skip

    def _months_left(self, alternative: ir.Alternative, month: Month, registers: Registers) -> Bit:
        if alternative.months is None or alternative.frequency != "per month":
            return True
        most = self.streams.value(alternative.months, self.person, month)
        return either(most.none, amounts.compare("<", registers.months, number_of(most)))

    def _limited(
        self, clause: ir.Clause, alternative: ir.Alternative, month: Month, amount: Number
    ) -> tuple[Number, dict[str, Bit]]:
        """What the limits leave of an amount, and which of them takes something."""
        paid, taken = self._sums[clause.name], {}
        for name, limit, so_far in (
            ("per year", alternative.per_year, paid.year), ("in all", alternative.in_all, paid.total),
        ):  # fmt: skip
            if limit is not None:
                left = self._cut(amount, limit, month, so_far)
                taken[name] = amounts.compare("<", left, amount)
                amount = left
        return amount, taken

    def _cut(self, amount: Number, limit: ir.Id, month: Month, paid: Number) -> Number:
        most = self.streams.value(limit, self.person, month)
        left = amounts.greater(amounts.minus(number_of(most), paid), constant(0))
        room = amounts.rounded(left, "down", 1)
        return amounts.select(most.none, amount, amounts.lesser(amount, room))


def _either_taken(chosen: Bit, taken: Mapping[str, Bit], otherwise: Mapping[str, Bit]) -> dict[str, Bit]:
    limits = dict.fromkeys((*taken, *otherwise))
    return {limit: choose(chosen, taken.get(limit, False), otherwise.get(limit, False)) for limit in limits}


def _written(clause: ir.Clause, registers: Registers, made: _Alone, amount: Number) -> Registers:
    """Months are counted where a limit reads them."""
    counted = any(alternative.months is not None for alternative in clause.alternatives)
    more = both(made.monthly, amounts.compare(">", amount, constant(0)))
    return Registers(
        paid_once=either(registers.paid_once, made.once),
        paid_in_year=either(registers.paid_in_year, made.year),
        months=amounts.add(registers.months, amounts.bit_number(more)) if counted else registers.months,
    )


def _booked(claim: Claim) -> Booked:
    return Booked(
        amount=claim.amount, uncut=claim.uncut, opened=claim.opened, base=claim.base, counted=claim.counted
    )  # fmt: skip


def _behind(passes: Bit, made: _Alone) -> _Alone:
    """What is refused uses nothing up."""
    return evolve(
        made, once=both(passes, made.once), year=both(passes, made.year), monthly=both(passes, made.monthly)
    )  # fmt: skip


def open_bit(streams: Streams, name: str) -> Bit:
    bit: Bit = z3.Bool(f"open {streams.name} {name}", streams.world.ctx)
    return bit


# ---------------------------------------------------------------- groups
@define(eq=False)
class _Group:
    """The row's group. `won`: by member, whether it has been the first to pay."""

    streams: Streams
    person: Person
    group: ir.Group
    won: dict[int, Bit] = field(init=False, factory=dict)
    _sums: dict[str, Number] = field(init=False, factory=dict)
    _theirs: dict[int, Number] = field(init=False, factory=dict)
    _ours: Number = field(init=False, factory=lambda: constant(0))
    _read: dict[int, Month] = field(init=False, factory=dict)

    @property
    def alone(self) -> bool:
        """No other row has to do with it: the row is the group's own."""
        clauses = self.streams.program.clauses
        return all(
            member.link is None and (member.clause is None or clauses[member.clause].entity == self.person.entity)
            for member in self.group.members
        )

    def _position(self, clause: str) -> int:
        return next(i for i, member in enumerate(self.group.members) if member.clause == clause)

    def _row(self, position: int, month: Month) -> tuple[Person | None, Bit]:
        """The row of the group that the clause's row belongs to, and whether it belongs to one."""
        link = self.group.members[position].link
        if link is None:
            return self.person, True
        term = self.streams.value(link, self.person, month)
        return (term.value if isinstance(term.value, Person) else None), no(term.none)

    def _open(self, clause: str, month: Month) -> Bit | None:
        """Where others count too, whether the claim passes is left open."""
        if self.alone or self.streams.side == "under":
            return None
        self.streams.free["group"] = Text("what others of the group claim", "同组其他人的申领")
        return open_bit(self.streams, f"group {clause} {month}")

    def admits(self, clause: str, month: Month) -> Bit:
        position = self._position(clause)
        row, belongs = self._row(position, month)
        opened = self._open(clause, month)
        if opened is not None:
            return either(opened, no(belongs))
        if row is not None:
            self._paid_by_others(row, position, month)
        others = (bit for other, bit in self.won.items() if other != position)
        return either(no(belongs), every(no(bit) for bit in others))

    def paid(self, clause: str, pays: Bit) -> None:
        position = self._position(clause)
        if self.alone or self.streams.side == "under":
            first = every((pays, *(no(bit) for other, bit in self.won.items() if other != position)))
            self.won[position] = either(self.won.get(position, False), first)

    def _paid_by_others(self, row: Person, before: int, month: Month) -> None:
        """A money attribute has paid when it is above 0: to this month before the clause in the list, else to last."""
        began = self.streams.program.first - 1
        unread = [
            (at, position)
            for position, member in enumerate(self.group.members)
            if member.paid is not None
            for at in range(self._read.get(position, began), month + 1 if position < before else month)
        ]
        for at, position in sorted(unread):
            self._read[position] = at + 1
            stream = self.group.members[position].paid
            assert stream is not None
            term = self.streams.value(stream, row, at)
            some_paid = both(no(term.none), amounts.compare(">", number_of(term), constant(0)))
            first = every((some_paid, *(no(bit) for other, bit in self.won.items() if other != position)))
            self.won[position] = either(self.won.get(position, False), first)

    # ------------------------------------------------------------ the highest
    def settle(self, month: Month, members: Mapping[str, _Alone]) -> dict[str, Claim]:
        """What each member is booked. Where other rows count, it is anything up to what it would have paid alone."""
        if not (self.alone or self.streams.side == "under"):
            self.streams.free["group"] = Text("what others of the group claim", "同组其他人的申领")
            return {name: evolve(one.claim, amount=self._part(one, f"{name} {month}")) for name, one in members.items()}
        sums = [self._sum(position, month, members) for position in range(len(self.group.members))]
        theirs = amounts.total(
            one for one, member in zip(sums, self.group.members, strict=True) if member.clause is None
        )  # fmt: skip
        highest = sums[0]
        for one in sums[1:]:
            highest = amounts.greater(highest, one)
        growth = amounts.greater(amounts.minus(highest, amounts.add(self._ours, theirs)), constant(0))
        booked: dict[str, Claim] = {}
        for name, made in members.items():
            position = self._position(name)
            _, belongs = self._row(position, month)
            leads = every(
                amounts.compare(">" if other < position else "≥", sums[position], sums[other])
                for other in range(len(sums))
                if other != position
            )
            shared = amounts.select(leads, amounts.lesser(made.claim.amount, growth), constant(0))
            ours = amounts.add(self._ours, amounts.select(belongs, shared, constant(0)))
            self._ours = self.streams.world.named(ours)
            booked[name] = evolve(made.claim, amount=amounts.select(belongs, shared, made.claim.amount))
        return booked

    def _sum(self, position: int, month: Month, members: Mapping[str, _Alone]) -> Number:
        """What the member alone would have paid so far."""
        clause = self.group.members[position].clause
        if clause is None:
            return self._others(position, month)
        before = self._sums.get(clause, constant(0))
        if clause in members:
            _, belongs = self._row(position, month)
            before = amounts.add(before, amounts.select(belongs, members[clause].claim.amount, constant(0)))
        self._sums[clause] = before
        return before

    def _part(self, one: _Alone, name: str) -> Number:
        whole = z3.Int(f"open {self.streams.name} part {name}", self.streams.world.ctx)
        part = Ratio(whole, 1, Fraction(0), amounts.ends(one.claim.amount)[1])
        limit = amounts.compare("≤", part, one.claim.amount)
        self.streams.world.rules += [whole >= 0, *([] if isinstance(limit, bool) else [limit])]
        if limit is False:
            return constant(0)
        return part

    def _others(self, position: int, month: Month) -> Number:
        """What others have paid so far: it never falls."""
        stream = self.group.members[position].paid
        assert stream is not None
        term = self.streams.value(stream, self.person, month)
        before = self._theirs.get(position, constant(0))
        paid = amounts.rounded(number_of(term), "nearest", 1)
        now = amounts.select(term.none, before, amounts.greater(before, paid))
        self._theirs[position] = self.streams.world.named(now)
        return self._theirs[position]
