"""What is wrong with a settlement: its kind, and what else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compiler.ledger import Payment as Due
from huice.audit.matching import Bundle, in_order
from huice.audit.records import KINDS, Kind, Paid, Settlement, Standing, Terms
from lang.dates import last_day

Aliases = Mapping[str, frozenset[str]]  # by `entity/key`: what else a payment file may call that row


def judge(bundle: Bundle, terms: Terms, aliases: Aliases) -> Settlement:
    first = bundle.dues[0]
    payments = tuple(sorted(bundle.payments, key=in_order))
    wrong: set[Kind] = set()
    days = None
    if not payments:
        standing: Standing = "never_paid" if terms.until is None or first.due <= terms.until else "not_yet_due"
    else:
        wrong |= _amounts(bundle.dues, payments, terms)
        if any(_misdirected(payment, bundle.dues, aliases) for payment in payments):
            wrong.add("wrong_payee")
        days = _days(bundle.dues, payments, terms)
        if days is not None and days > terms.days:
            wrong.add("late")
        standing = next((kind for kind in KINDS if kind in wrong), "matched")
    return Settlement(
        standing=standing,
        how=bundle.how,
        clause=first.clause,
        entity=first.entity,
        key=first.key,
        dues=tuple(bundle.dues),
        payments=payments,
        also=tuple(kind for kind in KINDS if kind in wrong and kind != standing),
        days=days,
    )


def _amounts(dues: Sequence[Due], payments: Sequence[Paid], terms: Terms) -> set[Kind]:
    """Twice: more payments than were needed. Too much: those that were needed are more than was due."""
    due = sum(each.amount for each in dues)
    paid = sum(each.amount for each in payments)
    if abs(paid - due) <= terms.tolerance:
        return set()
    if paid < due:
        return {"too_little"}
    if len(payments) == 1:
        return {"too_much"}
    if any(abs(payment.amount - due) <= terms.tolerance for payment in payments):
        return {"twice"}
    needed = _needed(due, payments, terms)
    wrong: set[Kind] = {"twice"} if len(needed) < len(payments) else set()
    if sum(payment.amount for payment in needed) - due > terms.tolerance:
        wrong.add("too_much")
    return wrong


def _needed(due: int, payments: Sequence[Paid], terms: Terms) -> Sequence[Paid]:
    """The payments, from the first on, with which what was due was paid; one that is just the amount is enough."""
    for payment in payments:
        if abs(payment.amount - due) <= terms.tolerance:
            return (payment,)
    total = 0
    for number, payment in enumerate(payments, 1):
        total += payment.amount
        if total >= due - terms.tolerance:
            return payments[:number]
    return payments


def _days(dues: Sequence[Due], payments: Sequence[Paid], terms: Terms) -> int | None:
    """Of the last payment that was needed, after the end of the first month in which something was due."""
    dates = [payment.paid_on for payment in _needed(sum(due.amount for due in dues), payments, terms)]
    known = [day for day in dates if day is not None]
    if len(known) < len(dates):
        return None
    return max(0, (max(known) - last_day(min(due.due for due in dues))).days)


def _misdirected(payment: Paid, dues: Sequence[Due], aliases: Aliases) -> bool:
    """To somebody else than each of the entitlements names. Who is not known on either side cannot be wrong."""
    if payment.payee is None or payment.amount < 0:
        return False
    payees = {due.payee for due in dues}
    return None not in payees and not all(
        payment.payee == payee or payment.payee in aliases.get(payee or "", frozenset()) for payee in payees
    )
