"""The audit: a ledger of entitlements and the payments that were made, in; settlements, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from compiler.ledger import Ledger
from compiler.ledger import Payment as Due
from huice.audit.judging import Aliases, judge
from huice.audit.matching import in_order, match
from huice.audit.records import Audit, How, Paid, Settlement, Terms

Row = tuple[str, str, str]  # clause, entity, key


def audit(
    ledger: Ledger,
    payments: Iterable[Paid],
    terms: Terms,
    clauses: Sequence[str],
    aliases: Aliases | None = None,
) -> Audit:
    """`clauses`: in order of the file. `aliases`: what else a payment may call a payee."""
    dues: dict[Row, list[Due]] = {}
    for due in ledger.payments:
        dues.setdefault((due.clause, due.entity, due.key), []).append(due)
    paid: dict[Row, list[Paid]] = {}
    for payment in payments:
        paid.setdefault((payment.clause, payment.entity, payment.key), []).append(payment)
    open_ = _undetermined(ledger)
    settlements: list[Settlement] = []
    for row in {**dues, **paid}:
        bundles, left = match(dues.get(row, []), paid.get(row, []), terms)
        settlements += [judge(bundle, terms, aliases or {}) for bundle in bundles]
        settlements += [_for_nothing(payment, row in open_) for payment in left]
    order = {clause: number for number, clause in enumerate(clauses)}
    return Audit(settlements=tuple(sorted(settlements, key=lambda s: _place(s, order))))


def _undetermined(ledger: Ledger) -> set[Row]:
    """The rows of which nobody can say yet what is due."""
    rows: set[Row] = set()
    for each in ledger.undetermined:
        keys = each.waiting if each.key is None else (each.key,)
        rows |= {(each.clause, each.entity, key) for key in keys}
    return rows


def _for_nothing(payment: Paid, undetermined: bool) -> Settlement:
    how: How = "undetermined" if undetermined else "nothing due"
    if payment.unknown is not None:
        how = "no clause" if payment.unknown == "clause" else "no row"
    return Settlement(
        standing="undetermined" if how == "undetermined" else "not_due",
        how=how,
        clause=payment.clause,
        entity=payment.entity,
        key=payment.key,
        dues=(),
        payments=(payment,),
    )


def _place(settlement: Settlement, order: Mapping[str, int]) -> tuple[object, ...]:
    """Clause, row, month; payments for nothing after what was due."""
    month = settlement.dues[0].month if settlement.dues else 1 << 30
    paid = tuple(in_order(payment) for payment in settlement.payments)
    clause = order.get(settlement.clause, len(order)), settlement.clause
    return *clause, settlement.entity, settlement.key, month, paid
