"""The records of an audit: payments as made, settlements (what was due together with what was paid for it), the whole.

Every payment and every entitlement stands in exactly one settlement, so that sums reconcile: all that was paid is what
was paid in the settlements, and likewise all that was due.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, get_args

from attrs import frozen

from compiler.ledger import Payment as Due
from lang.dates import Month

Kind = Literal["twice", "wrong_payee", "too_much", "too_little", "late", "not_due", "never_paid"]
Standing = Literal[
    "twice", "wrong_payee", "too_much", "too_little", "late", "not_due", "never_paid", "matched", "undetermined",
    "not_yet_due",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)  # the first that is true of a settlement is its kind, the others stand beside
STANDINGS: tuple[Standing, ...] = get_args(Standing)

How = Literal[
    "month", "parts", "several months", "due month", "parts without month", "amount", "nearest", "once", "no clause",
    "no row", "nothing due", "undetermined", "no payment",
]  # fmt: skip
Frequency = Literal["once", "once per year", "per month"]


@frozen(kw_only=True)
class Paid:
    """One payment as made. `row`: where it stands in its file. `month`: the month that it says it is for. `amount` in
    fen (negative: taken back). `payee`: `entity/key` where it was recognised, else as written. `unknown`: what of it
    the policy or the roster does not know."""

    row: int
    clause: str
    entity: str
    key: str
    amount: int
    month: Month | None = None
    paid_on: date | None = None
    payee: str | None = None
    sheet: str | None = None
    unknown: Literal["clause", "row"] | None = None


@frozen(kw_only=True)
class Settlement:
    """What was due and what was paid for it, one or several of each, of one clause and row.

    `also`: what is wrong besides. `days`: by how many days the last payment needed came after the last day of the month
    in which it was due (None: no date, or nothing to be late for).
    """

    standing: Standing
    how: How
    clause: str
    entity: str
    key: str
    dues: tuple[Due, ...]
    payments: tuple[Paid, ...]
    also: tuple[Kind, ...] = ()
    days: int | None = None

    @property
    def due(self) -> int:
        return sum(each.amount for each in self.dues)

    @property
    def paid(self) -> int:
        return sum(each.amount for each in self.payments)

    @property
    def difference(self) -> int:
        """Paid less due."""
        return self.paid - self.due

    @property
    def is_finding(self) -> bool:
        return self.standing in KINDS


@frozen(kw_only=True)
class Terms:
    """`tolerance`: fen that an amount may be off. `days` after the end of the month in which it is due a payment is
    late. `until`: what falls due after this month is not missed yet (None: all of it counts). `frequency`: by clause.
    """

    frequency: Mapping[str, Frequency]
    tolerance: int = 0
    days: int = 30
    until: Month | None = None


@frozen(kw_only=True)
class Audit:
    """Settlements in order of the clauses in the file, entity, key, month."""

    settlements: tuple[Settlement, ...]

    @property
    def findings(self) -> tuple[Settlement, ...]:
        return tuple(s for s in self.settlements if s.is_finding)
