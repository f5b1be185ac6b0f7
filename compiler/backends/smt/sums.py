"""What a clause has paid a row so far, kept so that the sum has few values: the solver then sees logic, not sums.

Each way gives the very sum; which one can be used depends on how the clause pays.
- Paid once (in a year): where it pays, nothing was paid before.
- Up to a limit: paid + min(amount, limit − paid) is min(paid + amount, limit), unless more was paid already.
- Always the same amount, whatever that is: so many times the amount.
- Else the amounts are added up.
"""

from __future__ import annotations

from attrs import define, field, frozen

from compiler import ir
from compiler.backends.smt import amounts
from compiler.backends.smt.amounts import Number, Ratio, Steps, constant
from compiler.backends.smt.logic import Bit
from compiler.backends.smt.world import World
from lang.dates import Month, month_number


@frozen(kw_only=True, eq=False)
class Booked:
    """One month. `amount` is paid; `uncut` was it before the limits, which may take from it what `opened` lets through.
    `base`: the amount of the only rule, paid where `counted`."""

    amount: Number
    uncut: Number
    opened: Bit
    base: Number | None
    counted: Bit


def common(clause: ir.Clause, limit: str) -> ir.Id | None:
    """The limit that all rules of the clause have."""
    found = {getattr(alternative, limit) for alternative in clause.alternatives}
    return found.pop() if len(found) == 1 else None


def up_to(paid: Number, booked: Booked, limit: Number) -> Number:
    """The sum after a payment that is cut to the room left below the limit."""
    after = amounts.greater(paid, amounts.lesser(amounts.add(paid, booked.uncut), limit))
    return amounts.select(booked.opened, after, paid)


@define(eq=False)
class Sum:
    """Of one clause and row. `year` is what was paid in the calendar year, `before` what was paid before it."""

    clause: ir.Clause
    total: Number = field(factory=lambda: constant(0))
    before: Number = field(factory=lambda: constant(0))
    year: Number = field(factory=lambda: constant(0))
    _times: Number = field(factory=lambda: constant(0))
    _base: Number | None = None

    def begin(self, month: Month) -> None:
        if month_number(month) == 1:
            self.before, self.year = self.total, constant(0)

    def book(self, booked: Booked, per_year: Number | None, in_all: Number | None) -> None:
        """`per_year`, `in_all`: the limits that hold for all rules, and are read for this month."""
        frequencies = {alternative.frequency for alternative in self.clause.alternatives}
        pays = amounts.compare(">", booked.amount, constant(0))
        earlier = self.total
        if frequencies <= {"once", "once per year"} and len(frequencies) == 1:
            self.year = amounts.select(pays, booked.amount, self.year)
        elif per_year is not None and in_all is None:
            self.year = up_to(self.year, booked, per_year)
        else:
            self.year = amounts.add(self.year, booked.amount)
        if frequencies == {"once"}:
            self.total = amounts.select(pays, booked.amount, earlier)
        elif in_all is not None and per_year is None:
            self.total = up_to(earlier, booked, in_all)
        elif frequencies == {"once per year"} or (per_year is not None and in_all is None):
            self.total = amounts.add(self.before, self.year)
        elif self._same(booked):
            self._times = amounts.add(self._times, amounts.bit_number(booked.counted))
            assert self._base is not None
            self.total = amounts.times(self._times, self._base)
        else:
            self.total = amounts.add(earlier, booked.amount)

    def name(self, world: World) -> None:
        self.total, self.year = world.named(self.total), world.named(self.year)

    def _same(self, booked: Booked) -> bool:
        """Whether it is the amount that was paid in every month so far."""
        if booked.base is None or isinstance(booked.base, Steps):
            return False
        if self._base is None and amounts.known(self.total) == 0:
            self._base = booked.base
        return isinstance(self._base, Ratio) and _one_term(self._base, booked.base)


def _one_term(a: Ratio, b: Ratio) -> bool:
    if isinstance(a.whole, int) or isinstance(b.whole, int):
        return a.whole is b.whole and a.den == b.den
    return bool(a.whole.eq(b.whole)) and a.den == b.den
