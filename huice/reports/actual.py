"""What was paid in fact, by month, beside a forecast: from the rows of a ledger to the key `actual` of the JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from compiler.ledger import yuan
from lang.dates import Month, month_text
from lang.model import Scenario
from simulator.learning.so_far import Payment


def by_month(payments: Iterable[Payment]) -> Mapping[Month, int]:
    """Fen, in order of the months; what was paid back counts against what was paid."""
    sums: Counter[Month] = Counter()
    for payment in payments:
        sums[payment.paid] += payment.amount
    return dict(sorted(sums.items()))


def actual(scenario: Scenario, paid: Mapping[Month, int]) -> dict[str, Any]:
    """`months` of the period up to the ledger's last one (a month between without a row: nothing was paid in it), exact
    yuan as text; `outside`: what the ledger has of other months."""
    last = min(max(paid, default=scenario.first - 1), scenario.last)
    months = range(scenario.first, last + 1)
    inside = {month: paid.get(month, 0) for month in months}
    return {
        "months": {month_text(month): yuan(fen) for month, fen in inside.items()},
        "paid": yuan(sum(inside.values())),
        "outside": yuan(sum(paid.values()) - sum(inside.values())),
    }
