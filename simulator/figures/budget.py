"""What a budget is made from, as JSON: lines by clause and pot, what is asked of a fund, what would have sufficed.

In: the books of a run. Out: parts of `huice simulate --json` (docs/results.md). Amounts are yuan.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from lang.dates import Month
from simulator.figures.statistics import FEN_A_YUAN, curve, rank, summarise
from simulator.money.books import Books
from simulator.money.budget_lines import lines_of
from simulator.money.claims import NO_LIMIT
from simulator.money.limits import pots_of
from simulator.plan import Ints, Plan

SUFFICES: Final = ("0.8", "0.9", "0.95")


def budget_lines(plan: Plan, books: Books, year: int | None = None) -> list[dict[str, Any]]:
    """One entry a clause and pot from which anything is paid, or for which anything waits at the end, in any draw: of a
    year (from 0), or of the whole period. `pot` is None for a fund that is one pot."""
    pots, funds = pots_of(plan.policy), list(plan.policy.funds.values())
    found = []
    for number, line in enumerate(lines_of(plan)):
        paid, owed = books.line_paid[number], books.line_owed[number]
        if not paid.any() and not owed.any():
            continue
        pot = pots[line.pot]
        divided = funds[pot.fund].pots is not None
        at_end = owed[-1] if year is None else owed[year]
        found.append(
            {
                "clause": plan.clauses[line.clause],
                "fund": funds[pot.fund].name,
                "pot": (pot.member or "unknown") if divided else None,
                "paid": summarise(paid.sum(axis=0) if year is None else paid[year]).at(),
                "owed": summarise(at_end).at(),
            }
        )
    return found


def needed(asked: Ints) -> dict[str, Any]:
    """`asked` of a fund or pot in a year (fen by draw): its distribution and curve, and what suffices how surely."""
    ordered = np.sort(asked)
    return {
        "asked": summarise(asked).at() | {"curve": curve(asked)},
        "suffices": {p: float(ordered[rank(p, len(ordered))] / FEN_A_YUAN) for p in SUFFICES},
    }


def year_to_date(paid: Ints, first: Month) -> Ints:
    """What is paid by month (months from `first`, draws), added up from each January: how a year's money goes."""
    found = np.cumsum(paid, axis=0, dtype=np.int64)
    january = (first + np.arange(len(paid))) // 12 * 12 - first  # of each month's year, as a row
    before = np.maximum(january, 0) - 1
    found[before >= 0] -= found[before[before >= 0]].copy()
    return found


def asked_of_all(paid: Ints, owed: Ints, year: int) -> dict[str, Any]:
    """Of all clauses together: paid in the year and waiting at its end. Both have the total in row 0."""
    asked = paid[0, year] + owed[0, year]
    return summarise(asked).at() | {"curve": curve(asked)}


def exceeded(books: Books, year: int | None = None) -> float | None:
    """The chance that the appropriation of some pot did not last, in a year or in any; None: there is none."""
    years = slice(None) if year is None else slice(year, year + 1)
    if not (books.appropriation[:, years] < NO_LIMIT).any():
        return None
    return float((books.exceeded[:, years] > 0).any(axis=(0, 1)).mean())
