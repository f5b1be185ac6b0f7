"""What an evaluation gives: payments, what could not be determined, what was refused. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import frozen

from lang.dates import Month, month_text


@frozen(kw_only=True)
class Payment:
    """`amount` in fen. `payee` is `entity/key`, None when unknown. `funds`: fen by fund. `rule` counts from 0."""

    clause: str
    entity: str
    key: str
    month: Month
    due: Month
    amount: int
    payee: str | None
    funds: Mapping[str, int]
    cites: tuple[str, ...]
    rule: int = 0


@frozen(kw_only=True)
class Undetermined:
    """A clause that cannot be decided for a row (`key`), or for `count` rows that wait for the same parameters (`key`
    None), whose keys are `waiting`. `missing`: names of facts (`person/p2.origin` for another row's) and parameters,
    sorted."""

    clause: str
    entity: str
    key: str | None
    missing: tuple[str, ...]
    count: int = 1
    waiting: tuple[str, ...] = ()

    def concerns(self, key: str) -> bool:
        """Whether the row is one of those that cannot be decided."""
        return key == self.key or key in self.waiting


@frozen(kw_only=True)
class Refused:
    """The condition held, but `limit` (no place left) or `exclusive` (shut out by another clause) stood in the way."""

    clause: str
    entity: str
    key: str
    month: Month
    reason: Literal["limit", "exclusive"]


def yuan(fen: int) -> str:
    """`"3000.00"`."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


@frozen(kw_only=True)
class Ledger:
    """`payments` are sorted by due month, clause order in the file, entity, key, accrual month. `unread`: places of the
    facts that could not be read, so that somebody may be missing here; who reads facts says so."""

    policy: str
    payments: tuple[Payment, ...]
    undetermined: tuple[Undetermined, ...]
    refused: tuple[Refused, ...]
    unread: int = 0

    @property
    def complete(self) -> bool:
        """Whether nothing is left open: no payment undetermined, no place of the facts unread."""
        return not self.undetermined and not self.unread

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `huice eval`."""
        totals: dict[str, int] = {}
        for payment in self.payments:
            totals[payment.clause] = totals.get(payment.clause, 0) + payment.amount
        return {
            "version": 1,
            "policy": self.policy,
            "complete": self.complete,
            "payments": [
                {
                    "clause": p.clause,
                    "entity": p.entity,
                    "id": p.key,
                    "month": month_text(p.month),
                    "due": month_text(p.due),
                    "amount": yuan(p.amount),
                    "payee": p.payee,
                    "fund": {fund: yuan(fen) for fund, fen in p.funds.items()},
                    "cites": "、".join(p.cites),
                }
                for p in self.payments
            ],
            "undetermined": [
                {"clause": u.clause, "entity": u.entity, "missing": list(u.missing)}
                | ({"count": u.count} if u.key is None else {"id": u.key})
                for u in self.undetermined
            ],
            "refused": [
                {"clause": r.clause, "entity": r.entity, "id": r.key, "month": month_text(r.month), "reason": r.reason}
                for r in self.refused
            ],
            "totals": {clause: yuan(fen) for clause, fen in totals.items()},
            "total": yuan(sum(totals.values())),
        }
