"""Payments that nothing stands in the way of, as sums: entitled, and paid in the month in which they are due.

Who simulates gives rows of payments where they can meet each other (cash, appropriations, take-up, lags, `--by`). Where
they cannot, sums by month and draw are enough; here they go the same way as `cash.settle` sends single payments.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lang.dates import Month
from simulator.money.claims import Pot
from simulator.money.limits import lapse_month, pots_of
from simulator.plan import ClauseSums, Ints, Plan

Book = Callable[[str, Month, Ints, Ints], None]  # (what, month, fen by draw, payments by draw)


def in_nobodys_way(plan: Plan, clause: str) -> bool:
    """Whether sums of a clause's payments say all that the books want to know of them."""
    scenario, funds = plan.scenario, plan.program.clauses[clause].funds
    if plan.by is not None or scenario.taken_up is not None or scenario.lag is not None or scenario.cash:
        return False
    if funds is None:
        return True
    limited = {budget.fund for budget in scenario.budgets}
    several = any(plan.policy.funds[fund].pots is not None for fund in funds.funds)
    return funds.shares is None and not several and not limited & set(funds.funds)


def pot_of(plan: Plan, clause: str) -> int | None:
    """The pot that pays: that of the first fund, which has no limit."""
    funds = plan.program.clauses[clause].funds
    if funds is None:
        return None
    return pots_of(plan.policy).index(Pot(fund=list(plan.policy.funds).index(funds.funds[0])))


def book_sums(plan: Plan, sums: ClauseSums, book: Book) -> None:
    """`book` is told of "entitled", "paid" (claimed too), "lapsed" and "not_yet_claimed"."""
    first, last = plan.scenario.first, plan.scenario.last
    lapse, due_from = lapse_month(plan.policy), plan.program.due_from
    for number, (fen, payments) in enumerate(zip(sums.fen, sums.payments, strict=True)):
        month = first + number
        if not np.any(fen):
            continue
        book("entitled", month, fen, payments)
        due = max(month, due_from)
        late = lapse is not None and due >= lapse
        lapses = max(lapse, month) if lapse is not None else month
        if late and lapses <= last:
            book("lapsed", lapses, fen, payments)
        elif late or due > last:
            book("not_yet_claimed", month, fen, payments)
        else:
            book("paid", due, fen, payments)
