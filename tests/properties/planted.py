"""Mistakes that someone could make in the evaluators, each planted by replacing one thing of the runtime."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import attrs
import pytest

from compiler.backends.python import algebra, claims, evaluation, exclusive, places, runtime, scalars, world
from compiler.backends.python.timelines import NOTHING_MISSING, Data, Timeline, Unsure, each
from lang.dates import Duration, Month
from lang.types import NONE

Plant = Callable[[pytest.MonkeyPatch], None]
_run, _ever, _total, _through, _in_period = (
    runtime.run, runtime.ever, runtime.total, runtime.through, runtime.in_period,
)  # fmt: skip
_moved, _stretches, _pay, _attribute = scalars.moved, claims.stretches, runtime.pay, runtime.Attribute


def _set(target: Any, name: str, value: Any) -> Plant:
    return lambda patch: patch.setattr(target, name, value)


# ---------------------------------------------------------------- streams
def _run_one_month_too_long(row: Any, condition: Data, cap: int | None = None) -> Timeline:
    return each(
        lambda months: months + 1 if isinstance(months, int) and months > 0 else months, _run(row, condition, cap)
    )


def _unsure_is_no(line: Timeline) -> Timeline:
    return each(lambda value: False if value.__class__ is Unsure else value, line)


def _window_one_month_too_long(
    row: Any, value: Data, window: Any, months: int = 1, *, yes_no: bool = False
) -> Timeline:
    return _total(row, value, window, months + 1, yes_no=yes_no)


def _year_of_the_last_twelve_months(
    row: Any, value: Data, window: Any, months: int = 1, *, yes_no: bool = False
) -> Timeline:
    if window == "this year":
        window, months = "last months", 12
    return _total(row, value, window, months, yes_no=yes_no)


def _none_differs(left: Data, right: Data) -> Data:
    return True if left is NONE or right is NONE else scalars._equality(False)(left, right)


def _thirty_days_a_month(day: Data, length: Data, unit: Any) -> Data:
    if unit == "months" and isinstance(length, int):
        return _moved(day, 30 * length, "days")
    return _moved(day, length, unit)


def _also_in_the_future(day: Data, period: str, value: int | Duration | None = None) -> Timeline:
    line = _in_period(day, period, value)
    if period == "this year" and isinstance(day, Timeline) and len(day.starts) == 1 and hasattr(day.values[0], "year"):
        january = day.values[0].year * 12
        return Timeline((line.starts[0], january, january + 12), (False, True, False))
    return line


def _no_doubtful_members(self: world.World, entity: str, via: str, key: str) -> list[world.Row]:
    rows = self.rows(entity).values()
    return [r for r in rows if key in r[via].values and not any(v.__class__ is Unsure for v in r[via].values)]


def _yes_of_nobody(row: Any, link: Data, entity: str, read: Any, nobody: Data = NONE) -> Timeline:
    return _through(row, link, entity, read, True if nobody is False else nobody)


# ---------------------------------------------------------------- clauses
def _half_to_even(amount: Data, mode: Any = "nearest", unit: int = 1) -> Data:
    if mode != "nearest" or amount is NONE or amount.__class__ is Unsure:
        return scalars.rounded(amount, mode, unit)
    return round(Fraction(amount) / unit) * unit


def _rounded_down(amount: Data, mode: Any = "nearest", unit: int = 1) -> Data:
    return scalars.rounded(amount, "down", unit)


def _years_do_not_end(self: claims.Registers, year: int) -> None:
    self.year = year


def _once_for_each_year(amount: Data, frequency: Any, **options: Any) -> claims.Rule:
    return _pay(amount, "once per year" if frequency == "once" else frequency, **options)


def _monthly_limit_counts_nothing(self: claims.Registers, claim: claims.Claim, limited: bool = True) -> None:
    before = self.months
    _write(self, claim, limited)
    self.months = before


_write = claims.Registers.write


def _used_up_only_by_payments(self: claims.Registers, claim: claims.Claim, limited: bool = True) -> None:
    if claim.amount != 0:
        _write(self, claim, limited)


def _sure_once_more(self: claims.Registers, claim: claims.Claim, limited: bool = True) -> None:
    """An unsure claim leaves `once` as it was."""
    once = self.paid_once
    _write(self, claim, limited)
    if self.paid_once.__class__ is Unsure:
        self.paid_once = once


def _one_month_more(rules: Any, first: Month, end: Month) -> Any:
    return _stretches(rules, first, end - 1)


def _due_when_it_accrues(**fields: Any) -> Any:
    from compiler.ledger import Payment

    return Payment(**(fields | {"due": fields["month"]}))


def _last_of_a_tie(sums: Any) -> int | None:
    for i in reversed(range(len(sums))):
        if all(scalars.is_at_most(other, sums[i]) is True for j, other in enumerate(sums) if j != i):
            return i
    return None


def _by_key_only(a: Any, b: Any) -> Data:
    return a.claim.key < b.claim.key


def _incumbents_forgotten(a: Any, b: Any) -> Data:
    waiting = [places._Waiting(w.claim, w.pot, False, w.order) for w in (a, b)]
    return _goes_before(waiting[0], waiting[1])


_goes_before, _give = places._goes_before, places.Places.give


def _places_for_life(self: places.Places, month: Month, found: Any) -> Any:
    self.quota = attrs.evolve(self.quota, period=None)
    return _give(self, month, found)


def _no_default(*arguments: Any, **options: Any) -> world.Attribute:
    return attrs.evolve(_attribute(*arguments, **options), default=None)


def _all_to_the_first_fund(clause: evaluation.Clause, fen: int) -> Mapping[str, int]:
    return {clause.funds[0]: fen} if clause.funds else {}


PLANTED: Mapping[str, Plant] = {
    "a run is a month too long": _set(runtime, "run", _run_one_month_too_long),
    "or: unsure counts as no": _set(scalars, "any_holds", lambda values: any(v is True for v in values)),
    "and: unsure counts as no": _set(scalars, "all_hold", lambda values: all(v is True for v in values)),
    "ever: unsure counts as no": _set(runtime, "ever", lambda row, value: _unsure_is_no(_ever(row, value))),
    "previous is this month": _set(runtime, "previous", lambda row, value: runtime.timeline(value)),
    "last 6 months are 7": _set(runtime, "total", _window_one_month_too_long),
    "this year is twelve months": _set(runtime, "total", _year_of_the_last_twelve_months),
    "NONE differs from everything": _set(scalars, "is_unequal", _none_differs),
    "a month is 30 days": _set(scalars, "moved", _thirty_days_a_month),
    "in this year, though not yet": _set(runtime, "in_period", _also_in_the_future),
    "doubtful members do not count": _set(world.World, "members", _no_doubtful_members),
    "no link: yes": _set(runtime, "through", _yes_of_nobody),
    "≥ is >": _set(runtime, "at_least", runtime.more),
    "not unsure is yes": _set(scalars, "opposite", lambda value: value is not True),
    "a difference the wrong way round": _set(runtime, "minus", lambda a, b: algebra.minus(b, a)),
    "defaults are forgotten": _set(runtime, "Attribute", _no_default),
    "rounds down": _set(claims, "rounded", _rounded_down),
    "rounds half to even": _set(claims, "rounded", _half_to_even),
    "the year's registers go on": _set(claims.Registers, "turn_to", _years_do_not_end),
    "once is once a year": _set(runtime, "pay", _once_for_each_year),
    "for at most n months is not counted": _set(claims.Registers, "write", _monthly_limit_counts_nothing),
    "nothing paid uses nothing up": _set(claims.Registers, "write", _used_up_only_by_payments),
    "once after an unsure month is sure": _set(claims.Registers, "write", _sure_once_more),
    "the last month is missing": _set(evaluation, "stretches", _one_month_more),
    "limits do not cut": _set(claims, "_cut", lambda amount, limit, paid: amount),
    "due in the month it accrues": _set(evaluation, "Payment", _due_when_it_accrues),
    "first: nobody is shut out": _set(exclusive._Winners, "closed_to", lambda self, position: False),
    "highest: the last of a tie": _set(exclusive, "_leader", _last_of_a_tie),
    "highest: others' sums do not count": _set(exclusive, "_largest", lambda sums: sums[0]),
    "places by key only": _set(places, "_goes_before", _by_key_only),
    "places: incumbents have no right": _set(places, "_goes_before", _incumbents_forgotten),
    "places are held for life": _set(places.Places, "give", _places_for_life),
    "shares: all from the first fund": _set(evaluation, "_split", _all_to_the_first_fund),
    "missing facts are not named": _set(scalars, "missing_of", lambda values: NOTHING_MISSING),
}

NO_MISTAKE: Plant = _set(claims, "rounded", lambda amount, mode="nearest", unit=1: scalars.rounded(amount, mode, unit))
