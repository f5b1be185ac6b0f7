"""Stages 1 to 4 of a clause (`docs/ir.md`): which rule is the month's, gate, amount and rounding, limits.

In: the rules that a generated clause function gives for a row (`pay(…)`), and what the clause remembers of the row.
Out: a claim in a month. An amount that may be paid or not is the interval from 0 to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from attrs import define, evolve, frozen

from compiler.backends.python.scalars import (
    Mode,
    added,
    all_hold,
    any_holds,
    hull,
    is_less,
    maximum,
    minimum,
    opposite,
    rounded,
    subtracted,
)
from compiler.backends.python.timelines import (
    NOTHING_MISSING,
    Data,
    Missing,
    Timeline,
    Unsure,
    columns,
    common_months,
    constant,
    each,
    missing_of,
    timeline,
)
from lang.dates import Month
from lang.tree.declarations import Frequency
from lang.types import NONE

NO_LIMIT = constant(NONE)


@frozen
class Rule:
    """One `condition → payment`. Everything that may change with the months is a timeline; `amount` is rounded, in fen,
    and never below 0."""

    when: Timeline
    amount: Timeline
    frequency: Frequency
    months: Timeline
    per_year: Timeline
    in_all: Timeline
    payee_entity: str
    payee: Timeline | None

    @property
    def limited(self) -> bool:
        return not (self.months is self.per_year is self.in_all is NO_LIMIT)


def pay(
    amount: Data,
    frequency: Frequency,
    *,
    when: Data = True,
    to: tuple[str, Data] = ("", None),
    rounding: tuple[Mode, int] = ("nearest", 1),
    months: Data = NONE,
    per_year: Data = NONE,
    in_all: Data = NONE,
) -> Rule:
    """A rule. `to`: the entity and the link that leads to who is paid; otherwise the row itself."""
    entity, link = to
    mode, unit = rounding
    return Rule(
        timeline(when),
        each(lambda found: _payable(found, mode, unit), amount),
        frequency,
        NO_LIMIT if months is NONE else timeline(months),
        NO_LIMIT if per_year is NONE else timeline(per_year),
        NO_LIMIT if in_all is NONE else timeline(in_all),
        entity,
        None if link is None else timeline(link),
    )


def _payable(amount: Data, mode: Mode, unit: int) -> Data:
    """Rounded; what is not above 0, or not there, is nothing."""
    if amount is NONE:
        return 0
    if amount.__class__ is Unsure:
        low = 0 if amount.perhaps_none or amount.low is None else amount.low
        amount = Unsure(low, amount.high, amount.missing)
    return maximum(rounded(amount, mode, unit), 0)


# ---------------------------------------------------------------- stage 1: which rule
@frozen
class Stretch:
    """Months (to before `stop`) in which one of `rules` may be the month's (None: no rule), depending on `missing`."""

    start: Month
    stop: Month
    rules: tuple[int | None, ...]
    missing: Missing


def stretches(rules: Sequence[Rule], first: Month, end: Month) -> Iterator[Stretch]:
    """The stretches between `first` and `end` in which a rule may hold."""
    conditions = [rule.when for rule in rules]
    months = common_months(conditions)
    for index, values in enumerate(columns(conditions, months)):
        start = max(months[index], first)
        stop = min(months[index + 1], end) if index + 1 < len(months) else end
        if start >= stop:
            continue
        possible: list[int | None] = []
        for number, holds in enumerate(values):
            if holds is True or holds.__class__ is Unsure:
                possible.append(number)
            if holds is True:
                break
        else:
            possible.append(None)
        if possible != [None]:
            asked = [values[number] for number in possible if number is not None]
            yield Stretch(start, stop, tuple(possible), missing_of(asked))


# ---------------------------------------------------------------- what a clause remembers of a row
@define
class Registers:
    """`year`: the calendar year of `paid_in_year` and `sum_in_year`. Each may be unsure."""

    paid_once: Data = False
    year: int = 0
    paid_in_year: Data = False
    months: Data = 0
    sum_in_year: Data = 0
    sum_in_all: Data = 0

    def turn_to(self, year: int) -> None:
        if year != self.year:
            self.year, self.paid_in_year, self.sum_in_year = year, False, 0

    def write(self, claim: Claim, limited: bool = True) -> None:
        """After the last stage. A `once` is used up by the month in which its condition held, whatever it paid.
        `limited`: whether any rule asks how much or how often was paid."""
        self.turn_to(claim.month // 12)
        if claim.once is not False:
            self.paid_once = any_holds((self.paid_once, claim.once))
        if claim.yearly is not False:
            self.paid_in_year = any_holds((self.paid_in_year, claim.yearly))
        if not limited or (claim.amount.__class__ is int and claim.amount == 0):
            return
        paid = all_hold((claim.monthly, claim.positive))
        self.months = _plus(self.months, hull(0, 1, paid.missing) if paid.__class__ is Unsure else int(paid))
        self.sum_in_year = _plus(self.sum_in_year, claim.amount)
        self.sum_in_all = _plus(self.sum_in_all, claim.amount)


def _plus(a: Data, b: Data) -> Data:
    return a + b if a.__class__ is int and b.__class__ is int else added(a, b)


# ---------------------------------------------------------------- a claim
@frozen
class Claim:
    """What a row claims in a month, in fen. `payee`: `entity/key`, or unsure. `once`, `yearly`, `monthly`: whether the
    condition of a rule of that frequency held."""

    clause: str
    key: str
    month: Month
    amount: Data
    payee: Data
    rule: int
    once: Data
    yearly: Data
    monthly: Data

    @property
    def positive(self) -> Data:
        """Whether there is something to pay."""
        return self.amount > 0 if self.amount.__class__ is int else is_less(0, self.amount)

    @property
    def sure(self) -> bool:
        return self.positive is True

    @property
    def possible(self) -> bool:
        return self.positive is not False

    def doubted(self, missing: Missing) -> Claim:
        """The claim, of which `missing` decides whether it comes to nothing."""
        return evolve(
            self,
            amount=hull(0, self.amount, missing),
            once=one_or_other(False, self.once, missing),
            yearly=one_or_other(False, self.yearly, missing),
            monthly=one_or_other(False, self.monthly, missing),
        )


def one_or_other(first: Data, second: Data, missing: Missing) -> Data:
    """One of two yes/no, it is not known which."""
    if first.__class__ is not Unsure and first == second:
        return first
    return Unsure(None, None, missing | missing_of((first, second)))


def claim_in(
    clause: str, row: str, key: str, rules: Sequence[Rule], stretch: Stretch, month: Month, registers: Registers
) -> Claim:
    """Stages 1 to 4. `row`: `entity/key`."""
    registers.turn_to(month // 12)
    outcomes = [
        Claim(clause, key, month, 0, row, 0, False, False, False)
        if number is None
        else _outcome(clause, row, key, rules[number], number, month, registers)
        for number in stretch.rules
    ]
    if len(outcomes) == 1:
        return outcomes[0]
    return reduce(lambda a, b: _either_outcome(a, b, stretch.missing), outcomes)


def _outcome(clause: str, row: str, key: str, rule: Rule, number: int, month: Month, registers: Registers) -> Claim:
    """What the rule pays when it is the month's."""
    payee: Data = row
    if rule.payee is not None:
        payee = rule.payee.at(month)
        if payee is NONE:  # there is nobody to pay: nothing is paid, and nothing used up
            return Claim(clause, key, month, 0, row, number, False, False, False)
        if payee.__class__ is not Unsure:
            payee = f"{rule.payee_entity}/{payee}"
    once, yearly = rule.frequency == "once", rule.frequency == "once per year"
    amount: Data = 0
    open_ = opposite(registers.paid_once) if once else opposite(registers.paid_in_year) if yearly else True
    if open_ is not False:
        amount = _behind(open_, rule.amount.at(month))
        amount = _limited(rule, month, registers, amount)
    return Claim(clause, key, month, amount, payee, number, once, yearly, not once and not yearly)


def _behind(gate: Data, amount: Data) -> Data:
    """The amount where the gate is open, else nothing."""
    if gate.__class__ is Unsure:
        return hull(0, amount, gate.missing)
    return amount if gate else 0


def _limited(rule: Rule, month: Month, registers: Registers, amount: Data) -> Data:
    """The year's limit, then the limit in all, then the number of monthly payments."""
    if rule.per_year is not NO_LIMIT:
        amount = _cut(amount, rule.per_year.at(month), registers.sum_in_year)
    if rule.in_all is not NO_LIMIT:
        amount = _cut(amount, rule.in_all.at(month), registers.sum_in_all)
    if rule.months is not NO_LIMIT and rule.frequency == "per month":
        limit = rule.months.at(month)
        if limit is not NONE:
            amount = _behind(is_less(registers.months, limit), amount)
    return amount


def _cut(amount: Data, limit: Data, paid: Data) -> Data:
    """To the room that is left, in whole fen; of nothing there is nothing to cut."""
    if limit is NONE or (amount.__class__ is not Unsure and amount == 0):
        return amount
    return minimum(amount, rounded(maximum(subtracted(limit, paid), 0), "down"))


def _either_outcome(a: Claim, b: Claim, missing: Missing) -> Claim:
    """One of two outcomes; what they have in common is sure."""
    payee = a.payee
    if b.possible and b.payee != payee:
        payee = Unsure(None, None, missing | missing_of((a.payee, b.payee))) if a.possible else b.payee
    return evolve(
        a,
        amount=hull(a.amount, b.amount, missing),
        payee=payee,
        once=one_or_other(a.once, b.once, missing),
        yearly=one_or_other(a.yearly, b.yearly, missing),
        monthly=one_or_other(a.monthly, b.monthly, missing),
    )


__all__ = ["NOTHING_MISSING", "Claim", "Registers", "Rule", "Stretch", "claim_in", "pay", "stretches"]
