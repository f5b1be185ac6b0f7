"""Everything that a generated module imports. What it calls stands in the modules beside this one."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache

from compiler.backends.python.algebra import (
    at_least,
    at_most,
    both,
    cases,
    choose,
    divided,
    either,
    equal,
    higher_of,
    in_period,
    known,
    later,
    less,
    lower_of,
    minus,
    more,
    not_so,
    one_of,
    plus,
    times,
    unequal,
)
from compiler.backends.python.claims import pay
from compiler.backends.python.evaluation import Clause, Policy
from compiler.backends.python.exclusive import Group, Member
from compiler.backends.python.places import Quota
from compiler.backends.python.registers import ever, previous, run, total
from compiler.backends.python.timelines import timeline
from compiler.backends.python.world import (
    Attribute,
    count_of,
    parameter,
    remembered,
    settlement_date,
    share_of,
    sum_of,
    through,
)
from lang.dates import Duration, month
from lang.types import NONE


@cache
def yuan(amount: int | str) -> Fraction:
    """An amount in fen."""
    return Fraction(amount) * 100


__all__ = [
    "NONE", "Attribute", "Clause", "Duration", "Fraction", "Group", "Member", "Policy", "Quota", "at_least", "at_most",
    "both", "cases", "choose", "count_of", "date", "divided", "either", "equal", "ever", "higher_of", "in_period",
    "known", "later", "less", "lower_of", "minus", "month", "more", "not_so", "one_of", "parameter", "pay", "plus",
    "previous", "remembered", "run", "settlement_date", "share_of", "sum_of", "through", "timeline", "times", "total",
    "unequal", "yuan",
]  # fmt: skip
