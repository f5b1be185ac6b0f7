"""Why a payment was made, in one sentence: which condition held, as the policy words it.

Comes in: a checked program and a payment of it. Goes out: a sentence in the language of the policy, so that a reader
finds its words in the program and, by the item, in the document.
"""

from __future__ import annotations

from attrs import define, field

from compiler.ledger import Payment
from lang.dates import Month, month_text
from lang.diagnostics import Language
from lang.model import Clause, Program, Rule

OFTEN = {
    "en": {"once": "once", "once per year": "once per year", "per month": "per month"},
    "zh": {"once": "一次性", "once per year": "每年一次", "per month": "按月"},
}


@define
class Reasons:
    """Sentences of a program's payments; each is made once."""

    program: Program
    _made: dict[tuple[str, int, Month, Month], str] = field(init=False, factory=dict)

    def of(self, payment: Payment) -> str:
        return self.said(payment.clause, payment.rule, payment.month, payment.due)

    def said(self, clause: str, rule: int, month: Month, due: Month) -> str:
        """All that a reason depends on."""
        alike = due == month
        case = clause, rule, 0 if alike else month, 0 if alike else due
        if case not in self._made:
            declared = self.program.clauses[clause]
            said = sentence(declared, declared.rules[rule], self.program.language)
            self._made[case] = said if alike else said + self._later(month, due)
        return self._made[case]

    def _later(self, month: Month, due: Month) -> str:
        if self.program.language == "zh":
            return f"；{month_text(month)}符合条件，政策自{month_text(due)}施行并兑现"
        return f"; earned in {month_text(month)}, due when the policy came into force in {month_text(due)}"


def sentence(clause: Clause, rule: Rule, language: Language) -> str:
    """`covered, and social insurance ≥ 3 months: 3000 yuan once (item 三（一）)`."""
    zh = language == "zh"
    held = [quoted for quoted in (_words(clause.where), _words(rule.condition)) if quoted]
    cites = "、".join(clause.cites)
    amount = _words(rule.amount)
    often = OFTEN[language][rule.frequency]
    if zh:
        condition = "符合" + "，且".join(f"“{part}”" for part in held) if held else "无附加条件"
        if rule.condition is None and len(clause.rules) > 1:
            condition += "（不属于前列各档）"
        return f"{condition}，{often}发放 {amount}" + (f"（依据{cites}）" if cites else "")
    condition = ", and ".join(held) if held else "always"
    if rule.condition is None and len(clause.rules) > 1:
        condition += " (none of the rules before it)"
    return f"{condition}: {amount} {often}" + (f" (item {cites})" if cites else "")


def _words(expr: object) -> str:
    """An expression as written, on one line; nothing where there is none."""
    span = getattr(expr, "span", None)
    return "" if span is None else " ".join(span.text.split())
