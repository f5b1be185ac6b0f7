"""Which claims can get in each other's way, and how a claim divides over funds: the queue's preparation.

In: the pots of each claim, and the limits. Out: lanes (queues that do not touch each other), the claims that meet no
limit at all, and the parts of claims by shares.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.money.claims import NO_POT, Limits
from simulator.plan import Flags, Ints, Ints16

Index = NDArray[np.intp]


def split(amount: Ints, clause: Ints16, pots: Ints16, limits: Limits) -> Ints | None:
    """What each fund bears of the claims of clauses with shares (0 for others), shape of `pots`; None: no shares.

    Each share but the last is rounded to the fen, half up; the last takes the rest.
    """
    if all(shares is None for shares in limits.shares):
        return None
    parts = np.zeros(pots.shape, dtype=np.int64)
    for number, shares in enumerate(limits.shares):
        rows = np.flatnonzero(clause == number)
        if shares is None or not len(rows):
            continue
        whole = amount[rows]
        rest = whole.copy()
        for column, share in enumerate(shares[:-1]):
            part = (2 * whole * share.numerator + share.denominator) // (2 * share.denominator)
            parts[rows, column] = part
            rest -= part
        parts[rows, len(shares) - 1] = rest
    return parts


def lanes(pots: Ints16, limits: Limits) -> tuple[Index, Flags]:
    """The lane of each pot (last: of claims without a fund), and which pots are a lane alone and without cash limit."""
    count = len(limits.pots)
    parent = list(range(count + 1))

    def root(pot: int) -> int:
        while parent[pot] != pot:
            pot = parent[pot]
        return pot

    def join(a: int, b: int) -> None:
        low, high = sorted((root(a), root(b)))
        parent[high] = low

    cash = limits.cash_limited
    if cash:
        for pot in range(count):
            join(pot, count)
    fund_of_pot = limits.fund_of_pot
    for fund in np.flatnonzero(limits.limited_funds):
        members = np.flatnonzero(fund_of_pot == fund)
        for pot in members[1:]:
            join(int(members[0]), int(pot))
    for column in range(1, pots.shape[1]):
        pairs = np.unique(pots[:, 0].astype(np.int64) * (count + 1) + pots[:, column] + 1)
        for first, second in zip(pairs // (count + 1), pairs % (count + 1) - 1, strict=True):
            if second != NO_POT:
                join(int(first), int(second))
    roots = np.array([root(pot) for pot in range(count + 1)], dtype=np.intp)
    alone = np.bincount(roots, minlength=count + 1) == 1
    alone[:count] &= ~limits.limited_funds[fund_of_pot] if count else True
    return roots, alone & (not cash)


def unlimited(pots: Ints16, lane_of_pot: Index, limits: Limits) -> Flags:
    """Claims that meet no limit and stand behind nobody who does: no pot of their lane is limited."""
    if limits.cash_limited:
        return np.zeros(len(pots), dtype=np.bool_)
    limited = limits.limited_pots
    if len(limits.pots):
        limited = limited | limits.limited_funds[limits.fund_of_pot]
    in_lane = np.zeros(len(lane_of_pot), dtype=np.bool_)
    in_lane[lane_of_pot[:-1][limited]] = True
    return np.asarray(~in_lane[lane_of_pot[pots[:, 0]]])
