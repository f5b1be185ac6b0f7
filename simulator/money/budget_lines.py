"""What each clause takes from each pot, and what is asked of each pot, by year: the lines of a budget.

In: the claims of a chunk and what became of them. Out: amounts by (line, year, draw) and (pot, year, draw) to be added
to the books. A **line** is a clause with one of the pots that may pay it.

**Asked** of a pot in a year is what was paid in that year by it, or in its stead by a later fund of the same clause,
and what still waits for it (or, passed on, for a later fund) when the year ends or the time for payments does. So
without limits of monthly cash and without shares a pot's appropriation did not last exactly when more was asked than it
is: its distribution says how large an appropriation would have been enough, given those of the years before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from simulator.money.claims import NO_POT, Claims, Limits, Settled
from simulator.money.limits import pots_of
from simulator.plan import Ints, Plan

Index = NDArray[np.intp]
Numbers = NDArray[np.integer[Any]]
Add = Callable[[str, tuple[Index, Index, Index], Ints], None]  # (array of the books, (line or pot, year, draw), fen)


@frozen
class Line:
    """Numbers of a clause (of the plan's) and of a pot."""

    clause: int
    pot: int


def lines_of(plan: Plan) -> tuple[Line, ...]:
    """In order of clauses, funds, pots."""
    pots, funds = pots_of(plan.policy), list(plan.policy.funds)
    found = []
    for number, name in enumerate(plan.clauses):
        paid_from = plan.program.clauses[name].funds
        for fund in paid_from.funds if paid_from is not None else ():
            of_fund = [at for at, pot in enumerate(pots) if pot.fund == funds.index(fund)]
            found += [Line(number, at) for at in of_fund if Line(number, at) not in found]
    return tuple(found)


def book_lines(plan: Plan, claims: Claims, settled: Settled, limits: Limits, first_draw: int, add: Add) -> None:
    """Tell `add` of `line_paid`, `line_owed` and `pot_asked`."""
    number_of = np.full((max(len(plan.clauses), 1), max(len(limits.pots), 1)), -1, dtype=np.intp)
    for number, line in enumerate(lines_of(plan)):
        number_of[line.clause, line.pot] = number
    paid = settled.paid
    known = paid.part_pot != NO_POT
    parts = _Parts(
        claims, limits, first_draw, paid.part_index[known], paid.part_month[known], paid.part_pot[known],
        paid.part_amount[known],
    )  # fmt: skip
    waits = _Parts(
        claims, limits, first_draw, paid.wait_index, paid.wait_month, paid.wait_pot, paid.wait_amount
    )  # fmt: skip
    add("line_paid", (number_of[parts.clause, parts.pot], parts.year, parts.draw), parts.fen)
    at_end = waits.only((waits.month % 12 == 11) | (waits.month == limits.last))
    add("line_owed", (number_of[at_end.clause, at_end.pot], at_end.year, at_end.draw), at_end.fen)
    # What waits when the time for payments is over asks for nothing any more; before, the year's last month counts.
    payable = np.ones(len(waits.month), dtype=np.bool_)
    if limits.lapse is not None:
        payable = waits.month < limits.lapse
        payable &= (waits.month % 12 == 11) | (waits.month == limits.last) | (waits.month == limits.lapse - 1)
    for some in (parts, waits.only(payable)):
        for pot, chosen in some.reached():
            add("pot_asked", (pot, some.year[chosen], some.draw[chosen]), some.fen[chosen])


class _Parts:
    """Parts of claims, an entry each: the pot they are paid from or wait for."""

    def __init__(
        self, claims: Claims, limits: Limits, first_draw: int, of: Index, month: Numbers, pot: Numbers, fen: Ints
    ) -> None:
        self.claims, self.limits, self.first_draw, self.of = claims, limits, first_draw, of
        self.month = month.astype(np.intp)
        self.pot = pot.astype(np.intp)
        self.fen = fen
        self.clause = claims.clause[of].astype(np.intp)
        self.draw = claims.draw[of].astype(np.intp) + first_draw
        self.year = self.month // 12 - limits.years.start

    def only(self, chosen: NDArray[np.bool_]) -> _Parts:
        of, month, pot, fen = self.of[chosen], self.month[chosen], self.pot[chosen], self.fen[chosen]
        return _Parts(self.claims, self.limits, self.first_draw, of, month, pot, fen)

    def reached(self) -> list[tuple[Index, NDArray[np.bool_]]]:
        """(pots, entries) for each place in the order of funds: the pots up to the one that pays, or is waited for. A
        claim by shares asks each of its pots for its part alone."""
        pots = self.claims.pots[self.of].astype(np.intp)
        shared = np.array([shares is not None for shares in self.limits.shares], dtype=np.bool_)[self.clause]
        reached = np.argmax(pots == self.pot[:, None], axis=1) if len(self.of) else np.empty(0, np.intp)
        found = []
        for column in range(pots.shape[1]):
            chosen = (pots[:, column] != NO_POT) & np.where(shared, column == reached, column <= reached)
            found.append((pots[chosen, column], chosen))
        return found
