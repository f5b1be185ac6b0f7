"""What one clause gives one row, taken from a ledger, so that two versions can be held against each other."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from compiler.ledger import Ledger, Payment, yuan
from lang.dates import month_text


@frozen(kw_only=True)
class Answer:
    """`refused`: (month, reason). `missing`: what it waits for, where it is not decided."""

    payments: tuple[Payment, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def decided(self) -> bool:
        return not self.missing

    @property
    def total(self) -> int:
        return sum(payment.amount for payment in self.payments)

    @property
    def compared(self) -> tuple[object, ...]:
        """What a recipient would notice: when, when due, how much, to whom, from which funds. Not the item cited."""
        paid = tuple((p.month, p.due, p.amount, p.payee, tuple(p.funds.items())) for p in self.payments)
        return paid, self.missing if not self.payments else bool(self.missing)

    def to_dict(self) -> dict[str, Any]:
        return {
            "payments": [
                {"month": month_text(p.month), "due": month_text(p.due), "amount": yuan(p.amount), "payee": p.payee}
                for p in self.payments
            ],
            "total": yuan(self.total),
            "undetermined": list(self.missing),
            "refused": [{"month": month_text(month), "reason": reason} for month, reason in self.refused],
        }


NOTHING = Answer()


def answer_of(ledger: Ledger, clause: str, key: str) -> Answer:
    """Of a clause that the version does not have: nothing."""
    missing = [name for u in ledger.undetermined if u.clause == clause and u.concerns(key) for name in u.missing]
    return Answer(
        payments=tuple(p for p in ledger.payments if (p.clause, p.key) == (clause, key)),
        refused=tuple((r.month, r.reason) for r in ledger.refused if (r.clause, r.key) == (clause, key)),
        missing=tuple(dict.fromkeys(missing)),
    )


def answers_of(ledger: Ledger, clause: str) -> dict[tuple[str, str], Answer]:
    """Of every row that the clause pays, refuses or leaves open; (entity, key)."""
    rows = [(p.entity, p.key) for p in ledger.payments if p.clause == clause]
    rows += [(r.entity, r.key) for r in ledger.refused if r.clause == clause]
    for u in ledger.undetermined:
        if u.clause == clause:
            rows += [(u.entity, key) for key in (u.waiting if u.key is None else (u.key,))]
    return {row: answer_of(ledger, clause, row[1]) for row in sorted(set(rows))}
