"""Questions about money, and what a payment means to each of them.

A question is a measure (entitled, paid …), months in which it is booked, and clauses, a group of `--by` or a pot. To it
a payment of an automaton is nothing, an amount, or an amount with a chance: by take-up (of what is paid once; of what
is paid repeatedly the coins of the unit decide) and by lags.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from attrs import frozen

from lang.dates import Month
from simulator.engines.cohort.payments import lag_chances
from simulator.engines.cohort.prepare import Prepared
from simulator.engines.exact.nets import Payment
from simulator.engines.person import Ready
from simulator.money.limits import lapse_month
from simulator.people.arrivals import Draws
from simulator.plan import Floats

Measure = Literal["entitled", "claimed", "lapsed", "not_taken_up", "not_yet_claimed"]
Value = Callable[[Payment], int]  # fen (or a count) that the question sees in a payment; 0: not asked about


def amount_of(payment: Payment) -> int:
    """The fen of a payment."""
    return payment.amount


@frozen(kw_only=True, eq=False)
class Question:
    """`first`, `last`: the months in which it is booked (accrual for `entitled` and `not_taken_up`, else the claim's).
    `clauses`: whose payments can matter (positions in the plan). `claimed` is what is paid where money never runs
    short."""

    measure: Measure
    first: Month
    last: Month
    clauses: frozenset[int]
    value: Value

    @property
    def claiming(self) -> str:
        """How coins of units count."""
        return {"entitled": "all", "not_taken_up": "not claims"}.get(self.measure, "claims")


@frozen(kw_only=True, eq=False)
class Terms:
    """What the scenario says of claims: lags (months with chances by world), the deadline, the period. `steady`: the
    lags' chances are the same in all worlds."""

    first: Month
    last: Month
    due_from: Month
    lapse: Month | None
    lags: tuple[int, ...]
    chances: Floats  # (lags, worlds)
    steady: bool
    takes_up: bool  # whether not everybody claims

    @property
    def immediate(self) -> bool:
        """Whether everything is claimed, and paid, in the month in which it accrues."""
        last = self.lapse is None or self.lapse > self.last
        return not self.takes_up and self.lags == (0,) and self.due_from <= self.first and last

    def booked(self, accrued: Month, lag: int) -> tuple[str, Month]:
        """What becomes of a claim, and when (simulator/money/cash.py)."""
        claimed = max(accrued, self.due_from) + lag
        if self.lapse is not None and claimed >= self.lapse:
            lapses = max(self.lapse, accrued)
            return ("lapsed", lapses) if lapses <= self.last else ("not_yet_claimed", self.last)
        return ("claimed", claimed) if claimed <= self.last else ("not_yet_claimed", self.last)

    def hits(self, question: Question, accrued: Month) -> tuple[int, ...]:
        """The lags (by position) with which a claim that accrues in a month is what the question asks for."""
        if question.measure in ("entitled", "not_taken_up"):
            return tuple(range(len(self.lags))) if question.first <= accrued <= question.last else ()
        found = []
        for number, lag in enumerate(self.lags):
            what, month = self.booked(accrued, lag)
            if what == question.measure and (what == "not_yet_claimed" or question.first <= month <= question.last):
                found.append(number)
        return tuple(found)


def terms_of(ready: Ready, draws: Draws) -> Terms:
    """The terms in the worlds of `draws`."""
    scenario = ready.plan.scenario
    size = len(draws.numbers)
    lags, chances = [0], np.ones((1, size))
    if scenario.lag is not None:
        prepared = Prepared(plan=ready.plan, ready=ready, families=(), pieces=())
        lags, chances = lag_chances(prepared, scenario.lag, draws)
    return Terms(
        first=scenario.first,
        last=scenario.last,
        due_from=ready.program.due_from,
        lapse=lapse_month(ready.plan.policy),
        lags=tuple(lags),
        chances=chances,
        steady=bool(np.all(chances == chances[:, :1])),
        takes_up=scenario.taken_up is not None,
    )
