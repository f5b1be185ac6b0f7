"""The rules from entitlement to cash, claim by claim in plain Python: slow and obvious, to hold the arrays against."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from simulator.money.claims import LAPSED, NEVER, NO_POT, NOT_TAKEN_UP, NOT_YET_CLAIMED, OWED, PAID, Claims, Limits


def split(amount: int, shares: tuple[Fraction, ...]) -> list[int]:
    parts = [int(amount * share + Fraction(1, 2)) for share in shares[:-1]]
    return [*parts, amount - sum(parts)]


def settle_slowly(claims: Claims, limits: Limits) -> dict[str, Any]:
    """status and booked month of each claim; parts paid {(claim, pot): fen}; owed and exceeded as in Paid."""
    n = len(claims)
    status, booked = [OWED] * n, [NEVER] * n
    parts: dict[tuple[int, int], int] = {}
    owed = np.zeros((limits.draws, len(limits.pots), limits.months), dtype=np.int64)
    exceeded = np.zeros((limits.draws, len(limits.pots), len(limits.years)), dtype=np.int32)
    line: list[int] = []
    for i in range(n):
        claimed = int(claims.due[i]) + int(claims.lag[i])
        if not claims.taken_up[i]:
            status[i] = NOT_TAKEN_UP
        elif limits.lapse is not None and claimed >= limits.lapse:
            when = max(limits.lapse, int(claims.month[i]))
            status[i], booked[i] = (LAPSED, when) if when <= limits.last else (NOT_YET_CLAIMED, NEVER)
        elif claimed > limits.last:
            status[i] = NOT_YET_CLAIMED
        else:
            line.append(i)
    line.sort(
        key=lambda i: (
            claims.due[i], claims.clause[i], claims.key_month[i], claims.key_number[i], claims.month[i],
        )
    )  # fmt: skip
    for draw in range(limits.draws):
        _one_draw(draw, [i for i in line if claims.draw[i] == draw], claims, limits, booked, parts, owed, exceeded)
    for i in line:
        if booked[i] != NEVER:
            status[i] = PAID
    return {"status": status, "booked": booked, "parts": parts, "owed": owed, "exceeded": exceeded}


def _one_draw(
    draw: int, line: list[int], claims: Claims, limits: Limits, booked: list[int], parts: dict[tuple[int, int], int],
    owed: Any, exceeded: Any,
) -> None:  # fmt: skip
    fund = [pot.fund for pot in limits.pots]
    room: list[int] = []
    closed: set[int] = set()

    def bearing(i: int) -> list[tuple[int, int]]:
        """(pot, fen) that the claim would be paid from now."""
        pots = [int(p) for p in claims.pots[i] if p != NO_POT]
        shares = limits.shares[claims.clause[i]]
        if shares is not None:
            return list(zip(pots, split(int(claims.amount[i]), shares), strict=True))
        for pot in pots:
            if pot not in closed or pot == pots[-1]:
                return [(pot, int(claims.amount[i]))]
        return []

    for now in range(limits.first, limits.last + 1):
        year = now // 12 - limits.first // 12
        if now == limits.first or now % 12 == 0:
            room = [int(limits.appropriation[draw, pot, year]) for pot in range(len(limits.pots))]
            closed.clear()
        cash, count = int(limits.cash_amount[draw]), int(limits.cash_claims[draw])
        fund_cash = [int(c) for c in limits.fund_cash_amount[draw]]
        fund_count = [int(c) for c in limits.fund_cash_claims[draw]]
        stopped_funds: set[int] = set()
        stopped_pots: set[int] = set()
        for i in line if limits.lapse is None or now < limits.lapse else []:
            amount = int(claims.amount[i])
            if booked[i] != NEVER or claims.due[i] + claims.lag[i] > now:
                continue
            while True:
                bear = bearing(i)
                if any(p in stopped_pots or p in closed or fund[p] in stopped_funds for p, _ in bear):
                    stopped_pots |= {p for p, _ in bear}
                    break  # it waits behind another, and by shares so do all its queues
                if amount > cash or count < 1:
                    cash = -1
                    break
                short = [fund[p] for p, part in bear if part > fund_cash[fund[p]] or fund_count[fund[p]] < 1]
                if short:
                    stopped_funds |= set(short)
                    stopped_pots |= {p for p, _ in bear if fund[p] not in short}
                    break
                lacking = [p for p, part in bear if part > room[p]]
                if not lacking:
                    booked[i] = now
                    cash, count = cash - amount, count - 1
                    for p, part in bear:
                        room[p] -= part
                        fund_cash[fund[p]] -= part
                        fund_count[fund[p]] -= 1
                        parts[i, p] = part
                    break
                for p in lacking:
                    exceeded[draw, p, year] = exceeded[draw, p, year] or now
                shut = {p for p in lacking if limits.closes[p]}
                closed |= shut
                stopped_pots |= {p for p, _ in bear} - shut
            if cash < 0:
                break
        for i in line:
            if booked[i] == NEVER and claims.due[i] + claims.lag[i] <= now:
                for p, part in bearing(i):
                    owed[draw, p, now - limits.first] += part
