"""Which payment was for what: within one clause and one row, in steps, each weaker than the one before.

    month                a payment says the month of an entitlement (several that do: parts of it, or the same twice)
    several months       its amount is that of a run of entitlements, of which nobody paid the others
    due month            it says the month in which an entitlement fell due, not the one in which it was earned
    parts without month  several in a row add up to an entitlement
    amount               its amount is that of an entitlement; the nearest by month
    nearest              any entitlement still open; the nearest by month
    once                 nothing is open, but the clause pays once (or once a year): it was paid again

What is left over then was for nothing. Payments come in an order of their own (date, month, amount, payee), so the
order of a file's rows changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from attrs import define, field

from compiler.ledger import Payment as Due
from huice.audit.records import How, Paid, Terms
from lang.dates import Month, month_of, year_of

NEVER = date.max
MOST_PARTS = 24  # payments that an entitlement is looked for in


@define
class Bundle:
    """What was due, and the payments for it so far."""

    dues: list[Due]
    payments: list[Paid] = field(factory=list)
    how: How = "no payment"

    def take(self, payments: Sequence[Paid], how: How) -> None:
        self.payments += payments
        self.how = how if self.how == "no payment" else self.how


def in_order(payment: Paid) -> tuple[date, Month, int, str, str, int]:
    """The order of payments: by date, month, amount and payee; only rows that are alike by their place."""
    month = -1 if payment.month is None else payment.month
    return payment.paid_on or NEVER, month, payment.amount, payment.payee or "", payment.sheet or "", payment.row


def match(dues: Sequence[Due], payments: Sequence[Paid], terms: Terms) -> tuple[list[Bundle], list[Paid]]:
    """The entitlements of one clause and row with their payments, and the payments that were for none of them."""
    matching = _Matching([Bundle([due]) for due in sorted(dues, key=lambda d: (d.month, d.due))], terms)
    left = matching.by_month(sorted(payments, key=in_order))
    matching.spread_over_months()
    for step in (
        matching.several_months, matching.by_due_month, matching.in_parts, matching.by_amount, matching.by_nearest,
        matching.again,
    ):  # fmt: skip
        left = step(left)
    return matching.bundles, left


@define
class _Matching:
    bundles: list[Bundle]
    terms: Terms

    # ------------------------------------------------------------ what the steps ask
    def _open(self) -> list[Bundle]:
        return [bundle for bundle in self.bundles if not bundle.payments]

    def _alike(self, a: int, b: int) -> bool:
        return abs(a - b) <= self.terms.tolerance

    @staticmethod
    def _when(payment: Paid) -> Month | None:
        """The month that a payment is nearest to."""
        if payment.month is not None:
            return payment.month
        return None if payment.paid_on is None else month_of(payment.paid_on)

    def _distance(self, payment: Paid, due: Due) -> tuple[int, Month]:
        when = self._when(payment)
        return (0 if when is None else min(abs(when - due.due), abs(when - due.month)), due.month)

    def _join(self, run: list[Bundle], payment: Paid) -> None:
        """One payment for several months: their bundles become one."""
        first, *others = run
        first.dues += [due for bundle in others for due in bundle.dues]
        self.bundles = [bundle for bundle in self.bundles if bundle not in others]
        first.payments = [payment]
        first.how = "several months"

    # ------------------------------------------------------------ the steps
    def by_month(self, payments: list[Paid]) -> list[Paid]:
        by_month = {bundle.dues[0].month: bundle for bundle in self.bundles}
        left = []
        for payment in payments:
            bundle = None if payment.month is None else by_month.get(payment.month)
            if bundle is None:
                left.append(payment)
            else:
                bundle.take([payment], "parts" if bundle.payments else "month")
                bundle.how = "parts" if len(bundle.payments) > 1 else "month"
        return left

    def spread_over_months(self) -> None:
        """A payment that names one month and has the amount of several, of which nobody paid the others."""
        for bundle in list(self.bundles):
            if bundle not in self.bundles or len(bundle.payments) != 1:
                continue
            (payment,) = bundle.payments
            if payment.amount <= bundle.dues[0].amount + self.terms.tolerance:
                continue
            run = self._run(payment, bundle)
            if run is not None:
                self._join(run, payment)

    def several_months(self, payments: list[Paid]) -> list[Paid]:
        left = []
        for payment in payments:
            run = self._run(payment, None)
            if run is None:
                left.append(payment)
            else:
                self._join(run, payment)
        return left

    def _run(self, payment: Paid, around: Bundle | None) -> list[Bundle] | None:
        """Two or more entitlements one after another that nobody paid (but `around`, which must be among them), adding
        up to the payment: those that end at the month named, then those that begin there, then the nearest."""
        found: list[tuple[tuple[bool, bool, int, int], list[Bundle]]] = []
        at = None if around is None else self.bundles.index(around)
        for first in range(len(self.bundles)):
            total = 0
            for last in range(first, len(self.bundles)):
                bundle = self.bundles[last]
                if (bundle.payments and bundle is not around) or len(bundle.dues) > 1:
                    break
                total += bundle.dues[0].amount
                if last > first and self._alike(total, payment.amount) and (at is None or first <= at <= last):
                    ends, begins = (self.bundles[i].dues[0].month for i in (last, first))
                    when = self._when(payment)
                    apart = 0 if when is None else abs(when - ends)
                    rank = (ends != when, begins != when, apart, first)
                    found.append((rank, self.bundles[first : last + 1]))
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def by_due_month(self, payments: list[Paid]) -> list[Paid]:
        left = []
        for payment in payments:
            same = [bundle for bundle in self._open() if bundle.dues[0].due == payment.month]
            if not same:
                left.append(payment)
                continue
            best = min(same, key=lambda b: (not self._alike(b.dues[0].amount, payment.amount), b.dues[0].month))
            best.take([payment], "due month")
        return left

    def in_parts(self, payments: list[Paid]) -> list[Paid]:
        """Payments one after another, none of which is an entitlement by itself."""
        amounts = {bundle.dues[0].amount for bundle in self._open()}
        parts = [p for p in payments if not any(self._alike(p.amount, amount) for amount in amounts)]
        for bundle in self._open():
            group = self._parts_of(bundle.dues[0].amount, parts)
            if group:
                bundle.take(group, "parts without month")
                parts = [p for p in parts if p not in group]
                payments = [p for p in payments if p not in group]
        return payments

    def _parts_of(self, amount: int, parts: list[Paid]) -> list[Paid]:
        for first in range(len(parts) - 1):
            total = parts[first].amount
            for last in range(first + 1, min(len(parts), first + MOST_PARTS)):
                total += parts[last].amount
                if self._alike(total, amount):
                    return parts[first : last + 1]
        return []

    def by_amount(self, payments: list[Paid]) -> list[Paid]:
        return self._nearest(payments, "amount", lambda p, due: self._alike(p.amount, due.amount))

    def by_nearest(self, payments: list[Paid]) -> list[Paid]:
        return self._nearest(payments, "nearest", lambda p, due: True)

    def _nearest(self, payments: list[Paid], how: How, fits: Callable[[Paid, Due], bool]) -> list[Paid]:
        """Payments that name a month take the entitlement nearest to it; the others, in order of their dates, take the
        earliest that is open, as money is booked."""
        left = []
        named = [p for p in payments if p.month is not None]
        for payment in [*named, *(p for p in payments if p.month is None)]:
            fitting = [bundle for bundle in self._open() if fits(payment, bundle.dues[0])]
            if not fitting:
                left.append(payment)
                continue
            if payment.month is None:
                best = fitting[0]
            else:
                best = min(fitting, key=lambda b: self._distance(payment, b.dues[0]))
            best.take([payment], how)
        return sorted(left, key=in_order)

    def again(self, payments: list[Paid]) -> list[Paid]:
        """What is paid once was paid already; of what is paid by the month, a payment that names no month was too."""
        left = []
        for payment in payments:
            bundle = self._paid_already(payment)
            if bundle is None:
                left.append(payment)
            else:
                bundle.take([payment], "once")
                bundle.how = "once"
        return left

    def _paid_already(self, payment: Paid) -> Bundle | None:
        if not self.bundles:
            return None
        frequency = self.terms.frequency.get(self.bundles[0].dues[0].clause, "per month")
        nearest = min(self.bundles, key=lambda b: self._distance(payment, b.dues[0]))
        if frequency == "once" or payment.month is None:
            return nearest
        if frequency == "once per year":
            same = [b for b in self.bundles if year_of(b.dues[0].month) == year_of(payment.month)]
            return same[0] if same else None
        return None
