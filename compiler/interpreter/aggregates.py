"""Counts, sums and shares over members of which some, or something of them, may not be known."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from attrs import frozen

from compiler.interpreter.values import Maybe, Names, YesNo, add, all_of, between, hull, missing, none_as_zero
from lang.types import NONE


@frozen
class Member:
    """`belongs` is unsure where the link is not known; `where` is the condition, `value` what a sum adds up."""

    belongs: YesNo
    where: YesNo
    value: Maybe


def aggregate(word: Literal["count", "sum", "share"], members: Sequence[Member]) -> Maybe:
    match word:
        case "count":
            return _count(members)
        case "sum":
            return _sum(members)
        case "share":
            return _share(members)


def _count(members: Sequence[Member]) -> Maybe:
    """From those who surely count to those who may."""
    counted = [all_of((m.belongs, m.where)) for m in members]
    sure = sum(holds is True for holds in counted)
    possible = sum(holds is not False for holds in counted)
    return between(sure, possible, missing(*counted))


def _sum(members: Sequence[Member]) -> Maybe:
    """Who has no value adds nothing; who may count adds the value or nothing."""
    total: Maybe = 0
    for member in members:
        counts = all_of((member.belongs, member.where))
        if counts is False:
            continue
        value = none_as_zero(member.value)
        total = add(total, value if counts is True else hull(0, value, missing(counts)))
    return total


def _share(members: Sequence[Member]) -> Maybe:
    """Of no members there is no share.

    The least: every doubtful condition is no, and of the doubtful members only those not in the count belong. The most:
    every doubtful condition is yes, and of the doubtful members only those in the count belong.
    """
    sure = [m for m in members if m.belongs is True]
    doubtful = [m for m in members if m.belongs is not True]
    if not members:
        return NONE
    least_in = sum(m.where is True for m in sure)
    least_of = len(sure) + sum(m.where is not True for m in doubtful)
    most_in = sum(m.where is not False for m in sure) + sum(m.where is not False for m in doubtful)
    most_of = len(sure) + sum(m.where is not False for m in doubtful)
    names: Names = missing(*(m.belongs for m in members), *(m.where for m in members))
    low = Fraction(least_in, least_of) if least_of else Fraction(most_in, most_of)
    high = Fraction(most_in, most_of) if most_of else Fraction(least_in, least_of)
    return between(low, high, names, none=not sure)
