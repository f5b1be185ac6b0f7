"""An audit as the JSON of `huice audit`, and in the names under which people leave the house."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from compiler.ledger import Payment as Due
from compiler.ledger import yuan
from huice.audit.records import Audit, Paid, Settlement, Terms
from huice.audit.sums import Sum, Sums, sums_by, sums_of
from huice.privacy.disguise import Disguise
from huice.reports.audit_words import how_matched, months_of
from lang.dates import month_text
from lang.diagnostics import Language


@frozen(kw_only=True)
class AuditReport:
    """What the reports need: settlements in the names to show, each with its group (`by` None: there are no groups)."""

    policy: str
    audit: Audit
    terms: Terms
    by: str | None = None
    groups: tuple[str, ...] = ()  # of each settlement

    @property
    def grouped(self) -> list[tuple[Settlement, str | None]]:
        groups: tuple[str | None, ...] = self.groups or (None,) * len(self.audit.settlements)
        return list(zip(self.audit.settlements, groups, strict=True))

    def by_group(self) -> dict[str, Sums]:
        of = {id(settlement): group for settlement, group in self.grouped}
        return dict(sorted(sums_by(self.audit.settlements, lambda s: of[id(s)] or "").items()))

    def by_clause(self) -> dict[str, Sums]:
        return sums_by(self.audit.settlements, lambda s: s.clause)

    def by_person(self) -> dict[str, Sums]:
        """Those with findings."""
        concerned = {(s.entity, s.key) for s in self.audit.findings}
        own = (s for s in self.audit.settlements if (s.entity, s.key) in concerned)
        return sums_by(own, lambda s: f"{s.entity}/{s.key}")


def disguised(audit: Audit, disguise: Disguise) -> Audit:
    """The same settlements, in the same order, in other names."""

    def due(each: Due) -> Due:
        payee = None if each.payee is None else disguise.row(each.payee)
        return evolve(each, key=disguise.name(each.entity, each.key), payee=payee)

    def paid(each: Paid) -> Paid:
        payee = None if each.payee is None else disguise.row(each.payee)
        return evolve(each, key=disguise.name(each.entity, each.key), payee=payee, clause=disguise.other(each.clause))

    return Audit(
        settlements=tuple(
            evolve(
                s,
                clause=disguise.other(s.clause),
                key=disguise.name(s.entity, s.key),
                dues=tuple(map(due, s.dues)),
                payments=tuple(map(paid, s.payments)),
            )
            for s in audit.settlements
        )
    )


def to_dict(report: AuditReport, language: Language) -> dict[str, Any]:
    """`findings`, `matched` and `undetermined` hold every payment once; `totals` by standing, and of all."""
    rows = [(s, _settlement(s, group, language)) for s, group in report.grouped]
    data: dict[str, Any] = {
        "version": 1,
        "policy": report.policy,
        "until": None if report.terms.until is None else month_text(report.terms.until),
        "tolerance": yuan(report.terms.tolerance),
        "days": report.terms.days,
        "findings": [row for s, row in rows if s.is_finding],
        "matched": [row for s, row in rows if s.standing == "matched"],
        "undetermined": [row for s, row in rows if s.standing == "undetermined"],
        "totals": _sums(sums_of(report.audit.settlements)),
        "clauses": {name: _sums(sums) for name, sums in report.by_clause().items()},
        "people": {name: _sums(sums) for name, sums in report.by_person().items()},
    }
    if report.by is not None:
        data |= {"by": report.by, "groups": {name: _sums(sums) for name, sums in report.by_group().items()}}
    return data


def _settlement(s: Settlement, group: str | None, language: Language) -> dict[str, Any]:
    months = [month_text(month) for month in months_of(s)]
    data: dict[str, Any] = {
        "kind": s.standing,
        "also": list(s.also),
        "clause": s.clause,
        "entity": s.entity,
        "id": s.key,
        "month": months[0] if months else None,
        "months": months,
        "due_month": month_text(s.dues[0].due) if s.dues else None,
        "due": yuan(s.due),
        "paid": yuan(s.paid),
        "difference": yuan(s.difference),
        "days": s.days,
        "payee": s.dues[0].payee if s.dues else None,
        "how": how_matched(s, language),
        "payments": [
            {
                "row": p.row,
                "sheet": p.sheet,
                "month": None if p.month is None else month_text(p.month),
                "paid_on": None if p.paid_on is None else p.paid_on.isoformat(),
                "amount": yuan(p.amount),
                "payee": p.payee,
            }
            for p in s.payments
        ],
    }
    return data if group is None else data | {"group": group}


def _sums(sums: Sums) -> Mapping[str, Any]:
    return {name: _sum(each) for name, each in sums.by.items()} | {"all": _sum(sums.all)}


def _sum(each: Sum) -> dict[str, Any]:
    return {
        "count": each.count,
        "due": yuan(each.due),
        "paid": yuan(each.paid),
        "difference": yuan(each.difference),
    }
