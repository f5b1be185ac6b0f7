"""Why a payment was made, in one sentence: which condition held, as the policy words it.

Comes in: a checked program and a payment of it. Goes out: a sentence in the language that is asked for. It quotes the
policy: the program as it is written, or as `huice fmt --to` writes it in that language, where that is given.
"""

from __future__ import annotations

from attrs import Factory, define, field

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
    language: Language = field(default=Factory(lambda self: self.program.language, takes_self=True))
    quoted: Program | None = None  # the same clauses in the same order
    _made: dict[tuple[str, int, Month, Month], str] = field(init=False, factory=dict)

    def of(self, payment: Payment) -> str:
        return self.said(payment.clause, payment.rule, payment.month, payment.due)

    def said(self, clause: str, rule: int, month: Month, due: Month) -> str:
        """All that a reason depends on."""
        alike = due == month
        case = clause, rule, 0 if alike else month, 0 if alike else due
        if case not in self._made:
            declared = self._quoted(clause)
            said = sentence(declared, declared.rules[rule], self.language)
            self._made[case] = said if alike else said + self._later(month, due)
        return self._made[case]

    def _quoted(self, clause: str) -> Clause:
        if self.quoted is None:
            return self.program.clauses[clause]
        return list(self.quoted.clauses.values())[list(self.program.clauses).index(clause)]

    def _later(self, month: Month, due: Month) -> str:
        if self.language == "zh":
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
