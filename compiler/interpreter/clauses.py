"""What a clause would pay a row in a month, by itself: the stages before group and quota (docs/ir.md, stages 1 to 4).

What is not sure is carried along: an amount that may be paid or not is the interval from 0 to it, and a register of
which it is not known whether it was used up is unsure. So one rule serves the sure and the unsure: a payment is sure
when one amount is left.
"""

from __future__ import annotations

from functools import reduce

from attrs import evolve, frozen

from compiler import ir
from compiler.interpreter.streams import Streams
from compiler.interpreter.values import (
    Maybe,
    Names,
    Unsure,
    YesNo,
    add,
    all_of,
    any_of,
    arithmetic,
    compare,
    either,
    hull,
    missing,
    negate,
    rounded,
    yes_no,
)
from lang.dates import Month, year_of
from lang.types import NONE

NOBODY: Names = frozenset()


@frozen(kw_only=True)
class Registers:
    """What a clause remembers of a row. `year`: the calendar year of `paid_in_year` and `sum_in_year`."""

    paid_once: YesNo = False
    year: int = 0
    paid_in_year: YesNo = False
    months: Maybe = 0
    sum_in_year: Maybe = 0
    sum_in_all: Maybe = 0

    def of(self, year: int) -> Registers:
        return self if year == self.year else evolve(self, year=year, paid_in_year=False, sum_in_year=0)


@frozen(kw_only=True)
class Candidate:
    """What a row claims in a month. `amount` in fen: above 0 is a claim, 0 is none, an interval is an open question.

    `payee`: `entity/key`, or Unsure. `uses_once` and `uses_year`: whether the condition of a rule of that frequency
    held; `monthly`: whether it is a monthly payment.
    """

    clause: str
    key: str
    month: Month
    amount: Maybe
    payee: str | Unsure
    rule: int
    uses_once: YesNo
    uses_year: YesNo
    monthly: YesNo

    @property
    def sure(self) -> bool:
        """It claims something, however much."""
        return compare(">", self.amount, 0) is True

    @property
    def possible(self) -> bool:
        return compare(">", self.amount, 0) is not False

    def doubted(self, names: Names) -> Candidate:
        """It may come to nothing, and it depends on `names` whether it does."""
        return evolve(
            self,
            amount=hull(0, self.amount, names),
            uses_once=either(False, self.uses_once, names),
            uses_year=either(False, self.uses_year, names),
            monthly=either(False, self.monthly, names),
        )


def candidate(streams: Streams, clause: ir.Clause, key: str, month: Month, registers: Registers) -> Candidate:
    """Stages 1 to 4 for one row in one month."""
    registers = registers.of(year_of(month))
    rules, names = possible_rules(streams, clause, key, month)
    outcomes = [_outcome(streams, clause, rule, key, month, registers) for rule in rules]
    return reduce(lambda a, b: _one_of(a, b, names), outcomes)


def possible_rules(streams: Streams, clause: ir.Clause, key: str, month: Month) -> tuple[list[int | None], Names]:
    """Stage 1. The rules that may be the month's (None: no rule), and what it depends on which one is."""
    rules: list[int | None] = []
    names: Names = NOBODY
    for index, alternative in enumerate(clause.alternatives):
        holds = True if alternative.when is None else yes_no(streams.value(alternative.when, key, month))
        if holds is not False:
            rules.append(index)
            names |= missing(holds)
        if holds is True:
            return rules, names
    return [*rules, None], names


def _outcome(
    streams: Streams, clause: ir.Clause, rule: int | None, key: str, month: Month, registers: Registers
) -> Candidate:
    """Stages 2 to 4 for the rule that is the month's."""
    if rule is None:
        return _claim(clause, key, month)
    alternative = clause.alternatives[rule]
    payee = _payee(streams, clause, alternative, key, month)
    if payee is None:  # it was said that there is nobody to pay: the rule pays nothing and uses nothing up
        return _claim(clause, key, month, rule=rule)
    amount = _amount(streams, alternative, key, month)
    amount = _behind(_gate(alternative, registers), amount)
    amount = _limited(streams, alternative, key, month, registers, amount)
    return _claim(clause, key, month, amount, payee, rule, alternative.frequency)


def _claim(
    clause: ir.Clause,
    key: str,
    month: Month,
    amount: Maybe = 0,
    payee: str | Unsure | None = None,
    rule: int = 0,
    frequency: str | None = None,
) -> Candidate:
    """A claim of a row; without an amount, that it claims nothing."""
    return Candidate(
        clause=clause.name,
        key=key,
        month=month,
        amount=amount,
        payee=f"{clause.entity}/{key}" if payee is None else payee,
        rule=rule,
        uses_once=frequency == "once",
        uses_year=frequency == "once per year",
        monthly=frequency == "per month",
    )


def _gate(alternative: ir.Alternative, registers: Registers) -> YesNo:
    """Stage 2. Whether the frequency lets a payment through."""
    match alternative.frequency:
        case "once":
            return negate(registers.paid_once)
        case "once per year":
            return negate(registers.paid_in_year)
        case "per month":
            return True


def _amount(streams: Streams, alternative: ir.Alternative, key: str, month: Month) -> Maybe:
    """Stage 3. What is not above 0 is nothing."""
    amount = streams.value(alternative.amount, key, month)
    if amount is NONE:
        return 0
    if isinstance(amount, Unsure):  # an amount that there may be none of is nothing then
        low = 0 if amount.perhaps_none or amount.low is None else amount.low
        amount = Unsure(amount.missing, low, amount.high)
    return arithmetic("maximum", rounded(amount, alternative.mode, alternative.unit), 0)


def _limited(
    streams: Streams, alternative: ir.Alternative, key: str, month: Month, registers: Registers, amount: Maybe
) -> Maybe:
    """Stage 4. The year's limit, the limit in all, and the number of monthly payments."""
    amount = _cut(amount, _read(streams, alternative.per_year, key, month), registers.sum_in_year)
    amount = _cut(amount, _read(streams, alternative.in_all, key, month), registers.sum_in_all)
    months = _read(streams, alternative.months, key, month)
    if months is not NONE and alternative.frequency == "per month":
        amount = _behind(compare("<", registers.months, months), amount)
    return amount


def _cut(amount: Maybe, limit: Maybe, paid: Maybe) -> Maybe:
    """To the room that is left, in whole fen. Of nothing there is nothing to cut, whatever the limit may be."""
    if limit is NONE or amount == 0:
        return amount
    room = rounded(arithmetic("maximum", arithmetic("-", limit, paid), 0), "down")
    return arithmetic("minimum", amount, room)


def _behind(open_: YesNo, amount: Maybe) -> Maybe:
    """The amount where the gate is open, else nothing."""
    if isinstance(open_, Unsure):
        return hull(0, amount, open_.missing)
    return amount if open_ else 0


def _payee(
    streams: Streams, clause: ir.Clause, alternative: ir.Alternative, key: str, month: Month
) -> str | Unsure | None:
    """The row itself, or the one that the link leads to; None: there is none."""
    if alternative.payee is None:
        return f"{clause.entity}/{key}"
    payee = streams.value(alternative.payee, key, month)
    if isinstance(payee, Unsure):
        return payee
    return None if payee is NONE else f"{streams.program.streams[alternative.payee].type.name}/{payee}"


def _one_of(a: Candidate, b: Candidate, names: Names) -> Candidate:
    """One of two outcomes, which one depends on `names`; what they have in common is sure."""
    payee = a.payee
    if b.possible and b.payee != payee:
        payee = b.payee if not a.possible else Unsure(names | missing(a.payee, b.payee))
    return evolve(
        a,
        amount=hull(a.amount, b.amount, names),
        payee=payee,
        uses_once=either(a.uses_once, b.uses_once, names),
        uses_year=either(a.uses_year, b.uses_year, names),
        monthly=either(a.monthly, b.monthly, names),
    )


def written(registers: Registers, paid: Candidate) -> Registers:
    """After the last stage. A `once` is used up by the first month in which its condition held, whatever it paid."""
    registers = registers.of(year_of(paid.month))
    if paid.amount == 0 and paid.uses_once is False and paid.uses_year is False:
        return registers  # nothing was paid or used up
    one_more = all_of((paid.monthly, compare(">", paid.amount, 0)))
    return Registers(
        paid_once=any_of((registers.paid_once, paid.uses_once)),
        year=registers.year,
        paid_in_year=any_of((registers.paid_in_year, paid.uses_year)),
        months=add(registers.months, hull(0, 1, one_more.missing) if isinstance(one_more, Unsure) else int(one_more)),
        sum_in_year=add(registers.sum_in_year, paid.amount),
        sum_in_all=add(registers.sum_in_all, paid.amount),
    )


def _read(streams: Streams, stream: ir.Id | None, key: str, month: Month) -> Maybe:
    return NONE if stream is None else streams.value(stream, key, month)
