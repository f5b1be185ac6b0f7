"""The records of the way from entitlement to cash: claims, the limits they meet, and what became of each.

A **pot** is a fund, or (fund `per district`) one value's part of it, each with its own appropriation and queue. Pots
are numbered through all funds; funds and clauses are numbers too, so that settling is work on arrays alone.
Money is int64 fen; `NO_LIMIT` stands for a sum that nothing can use up.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np
from attrs import Factory, field, frozen
from numpy.typing import NDArray

from lang.dates import Month
from simulator.plan import Flags, Ints, Ints8, Ints16, Ints32, ones

NO_LIMIT: Final = 2**62
NO_POT: Final = -1
NEVER: Final = -1

OWED: Final = 0
PAID: Final = 1
LAPSED: Final = 2
NOT_TAKEN_UP: Final = 3
NOT_YET_CLAIMED: Final = 4


@frozen(kw_only=True, eq=False)
class Claims:
    """Every accrued payment of a chunk, all of one length; `draw` counts from the chunk's first.

    clause      order in the file
    pots        shape (claims, most funds of a clause): in the order of `paid from`, NO_POT where there are fewer
    amount      fen, of one payment
    count       payments that are alike in all of this and follow each other in the queue
    """

    draw: Ints32
    clause: Ints16
    month: Ints32
    due: Ints32
    amount: Ints
    key_month: Ints32
    key_number: Ints
    pots: Ints16
    group: Ints16
    taken_up: Flags
    lag: Ints16
    count: Ints = field(default=Factory(lambda self: ones(len(self.amount)), takes_self=True))

    def __len__(self) -> int:
        return len(self.amount)


@frozen(kw_only=True)
class Pot:
    """`member` None: the whole fund, or (of a fund with pots) the payments whose pot is not known."""

    fund: int
    member: str | None = None


@frozen(kw_only=True, eq=False)
class Limits:
    """What stands between a claim and its money, for the draws of one chunk.

    first, last     the period; years are calendar years from that of `first`
    lapse           first month whose settlement date is after `claims until` (None: claims never lapse)
    pots            by number
    closes          pots whose fund has a successor (`from F then G`): they close for the year when a claim does not fit
    shares          by clause: shares of its funds, or None for funds in turn
    appropriation   fen, shape (draws, pots, years)
    cash_amount, cash_claims            a month's limit of all funds together, shape (draws,)
    fund_cash_amount, fund_cash_claims  of one fund, shape (draws, funds)
    """

    first: Month
    last: Month
    lapse: Month | None
    funds: tuple[str, ...]
    pots: tuple[Pot, ...]
    closes: Flags
    shares: tuple[tuple[Fraction, ...] | None, ...]
    appropriation: Ints
    cash_amount: Ints
    cash_claims: Ints
    fund_cash_amount: Ints
    fund_cash_claims: Ints

    @property
    def draws(self) -> int:
        return len(self.cash_amount)

    @property
    def years(self) -> range:
        return range(self.first // 12, self.last // 12 + 1)

    @property
    def months(self) -> int:
        return self.last - self.first + 1

    def closes_books(self, month: Month) -> bool:
        """Whether a year, the period, or the time for payments ends with this month."""
        return month % 12 == 11 or month == self.last or (self.lapse is not None and month == self.lapse - 1)

    @property
    def fund_of_pot(self) -> NDArray[np.intp]:
        return np.array([pot.fund for pot in self.pots], dtype=np.intp)

    @property
    def cash_limited(self) -> bool:
        """Whether a month's cash, of all funds together, is limited in some draw."""
        return bool((self.cash_amount < NO_LIMIT).any() or (self.cash_claims < NO_LIMIT).any())

    @property
    def limited_funds(self) -> Flags:
        """Funds whose own monthly cash is limited in some draw."""
        limited = (self.fund_cash_amount < NO_LIMIT) | (self.fund_cash_claims < NO_LIMIT)
        return np.asarray(limited.any(axis=0))

    @property
    def limited_pots(self) -> Flags:
        """Pots with an appropriation in some draw and year."""
        return np.asarray((self.appropriation < NO_LIMIT).any(axis=(0, 2)))


@frozen(kw_only=True, eq=False)
class Paid:
    """What the queue did with the claims that it was given (`index` counts them).

    month           in which the last payment of each was made, NEVER while some wait
    paid_*          what was paid when: index of the claim, month, number of payments
    part_*          the parts of what was paid: index of the claim, month, pot, fen
    wait_*          the parts of what waits when a year ends, when the period does, and when the deadline of claims
                    comes: index of the claim, month, pot, fen
    owed            fen that waits at each month's end by the pot it waits for, shape (draws, pots, months)
    exceeded        first month of each year in which a claim did not fit the appropriation, 0 for none,
                    shape (draws, pots, years)
    """

    month: Ints32
    paid_index: NDArray[np.intp]
    paid_month: Ints32
    paid_count: Ints
    part_index: NDArray[np.intp]
    part_month: Ints32
    part_pot: Ints16
    part_amount: Ints
    wait_index: NDArray[np.intp]
    wait_month: Ints32
    wait_pot: Ints16
    wait_amount: Ints
    owed: Ints
    exceeded: Ints32


@frozen(kw_only=True, eq=False)
class Settled:
    """What became of each claim: `status`, and the month in which that was booked. Of a claim for several payments that
    was paid in part the status is OWED; `paid` says how many were paid when.

    claimed     claim month (due + lag)
    booked      PAID, LAPSED: the month; others: NEVER
    paid        indices in `paid` are those of the claims
    """

    status: Ints8
    claimed: Ints32
    booked: Ints32
    paid: Paid
