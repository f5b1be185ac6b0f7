"""Payments that no queue needs to tell apart, as one with a count: most of what a person engine gives.

In: a chunk. Out: the same, shorter. Who stands where in a queue matters only where it decides what is paid. Payments of
one clause over one amount ask the same of a pot whoever comes first, and no other clause comes in between (a queue goes
by due month, then clause, then key): so all of a draw, accrual month, lag, answer (taken up or not) and pot go
together, and every sum by draw, clause, pot and month stays what it was. With several funds only where two payments
have all their pots in common or none: else they meet in one pot and part in another, and who comes first shows. Not
where the month's cash is limited (all pots then stand in one queue), nor where results are told apart by `--by`.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve

from simulator.plan import Chunk, ClausePayments, Ints, Plan

_FEW = 2_000  # payments that are not worth it


def alike_together(plan: Plan, chunk: Chunk) -> Chunk:
    """The chunk with alike payments of a clause as one."""
    if plan.by is not None or plan.scenario.cash:
        return chunk
    payments = {
        name: _together(of_clause, chunk.draws.start) if _pots_go_together(of_clause) else of_clause
        for name, of_clause in chunk.payments.items()
    }
    return evolve(chunk, payments=payments)


def _pots_go_together(payments: ClausePayments) -> bool:
    """Whether two payments that share a pot share all of theirs: every fund is one pot, or each by the same value."""
    pots = [pot for pot in payments.pots if pot is not None]
    if len(pots) not in (0, len(payments.pots)):
        return False
    return all(np.array_equal(pots[0], other) for other in pots[1:])


def _together(payments: ClausePayments, start: int) -> ClausePayments:
    amount = payments.amount
    if len(payments) < _FEW or amount.min() != amount.max():
        return payments
    pot = payments.pots[0] if payments.pots else None
    parts = [payments.draw - start, payments.month - payments.month.min(), payments.taken_up, payments.lag]
    parts += [] if pot is None else [pot + np.int16(1)]
    sizes = [int(part.max()) + 1 for part in parts]
    cells = int(np.prod(sizes))
    if cells > len(payments):
        return payments
    cell: Ints = np.ravel_multi_index(tuple(part.astype(np.int64) for part in parts), sizes)
    number = np.bincount(cell, weights=payments.count, minlength=cells)
    first = np.full(cells, len(payments), np.int64)
    first[cell[::-1]] = np.arange(len(payments) - 1, -1, -1)  # of those alike the first in order stands for all
    chosen = np.sort(first[first < len(payments)])
    return ClausePayments(
        draw=payments.draw[chosen],
        row=payments.row[chosen],
        month=payments.month[chosen],
        due=payments.due[chosen],
        amount=amount[chosen],
        key_month=payments.key_month[chosen],
        key_number=payments.key_number[chosen],
        pots=tuple(None if of is None else of[chosen] for of in payments.pots),
        group=payments.group[chosen],
        taken_up=payments.taken_up[chosen],
        lag=payments.lag[chosen],
        count=np.rint(number[cell[chosen]]).astype(np.int64),
    )
