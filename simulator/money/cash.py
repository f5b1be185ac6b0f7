"""From entitlement to cash: what accrued in a chunk in, what became of each payment out.

accrual → due → taken up? → lag → claim deadline → queue (payment_queue.py) → paid, or owed. In every draw and clause
entitled = paid + owed + lapsed + not taken up + not yet claimed: each claim ends in exactly one of these states.
"""

from __future__ import annotations

import numpy as np

from lang.diagnostics import CompilerBug
from simulator.money.claims import LAPSED, NEVER, NOT_TAKEN_UP, NOT_YET_CLAIMED, OWED, PAID, Claims, Limits, Settled
from simulator.money.payment_queue import pay


def settle(claims: Claims, limits: Limits) -> Settled:
    """What becomes of every claim by the end of the period."""
    if len(claims) and not (limits.first <= claims.month.min() and claims.month.max() <= limits.last):
        raise CompilerBug("a payment accrued outside the scenario's period")
    claimed = (claims.due + claims.lag).astype(np.int32)
    status = np.full(len(claims), OWED, dtype=np.int8)
    booked = np.full(len(claims), NEVER, dtype=np.int32)
    late = np.zeros(len(claims), dtype=np.bool_)
    if limits.lapse is not None:
        late = claimed >= limits.lapse
        # What accrues after the deadline lapses at once; nothing lapses before it has accrued.
        booked = np.where(late, np.maximum(limits.lapse, claims.month), booked).astype(np.int32)
    lapsed = late & (booked <= limits.last)
    status[(claimed > limits.last) | late] = NOT_YET_CLAIMED
    status[lapsed] = LAPSED
    status[~claims.taken_up] = NOT_TAKEN_UP
    booked[status != LAPSED] = NEVER
    paid = pay(claims, claimed, np.flatnonzero(status == OWED), limits)
    done = paid.month != NEVER
    status[done] = PAID
    booked[done] = paid.month[done]
    return Settled(status=status, claimed=claimed, booked=booked, paid=paid)
