"""The wording of cases: what was given, expected and got, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from compiler.explanation.explain import Explanation
from compiler.ledger import Payment, Refused, Undetermined, yuan
from compiler.show import show_value
from lang import model
from lang.dates import Duration, Month, month_text
from lang.diagnostics import Text
from lang.types import NONE, UNKNOWN, Given, Type

SHOWN = 6  # payments named one by one
REASONS = {
    "limit": Text("no place left", "名额已满"),
    "exclusive": Text("shut out by another clause", "因不重复享受"),
}
UNITS_ZH = {"months": "个月", "month": "个月", "days": "天", "day": "天", "yuan": "元"}
WORDS_ZH = {"yes": "是", "no": "否", "unknown": "不详", "none": "无"}


def expected_text(expect: model.Expect, entity: str) -> Text:
    """The expectation in a sentence."""
    who = f"{expect.clause} {entity}/{expect.key}"
    match expect.answer:
        case "nothing":
            said = Text(f"{who}: nothing", f"{who}：不发放")
        case "undetermined":
            said = Text(f"{who}: undetermined", f"{who}：待定")
        case "refuses":
            said = Text(f"{who}: refused", f"{who}：不予")
        case "pays":
            amount = _yuan(expect.amount)
            en = f"{who}: {amount} yuan" + (" per month" if expect.per_month else "")
            zh = f"{who}：{'每月 ' if expect.per_month else ''}{amount} 元"
            said = Text(en, zh)
    en, zh = said.en, said.zh
    if expect.first is not None and expect.first == expect.last:
        en, zh = f"{en} in {month_text(expect.first)}", f"{zh}，归属 {month_text(expect.first)}"
    elif expect.first is not None:
        to = "" if expect.last is None else month_text(expect.last)
        en, zh = (
            f"{en} from {month_text(expect.first)} to {to}".removesuffix(" to "),
            f"{zh}，{month_text(expect.first)} 至 {to}",
        )
    if expect.due is not None:
        en, zh = f"{en} due {month_text(expect.due)}", f"{zh}，{month_text(expect.due)} 兑现"
    if expect.to is not None:
        en, zh = f"{en} to {expect.to}", f"{zh}，付给 {expect.to}"
    return Text(en, zh)


def got_text(payments: Sequence[Payment], refused: Sequence[Refused], doubts: Sequence[Undetermined]) -> Text:
    """What the evaluation gave for the row."""
    parts = [_payment(p) for p in payments[:SHOWN]]
    if len(payments) > SHOWN:
        parts.append(Text(f"and {len(payments) - SHOWN} more payments", f"另有 {len(payments) - SHOWN} 笔"))
    for months, reason in _reasons(refused):
        parts.append(Text(f"refused in {months} ({reason.en})", f"{months} 不予（{reason.zh}）"))
    for doubt in doubts:
        missing = ", ".join(doubt.missing)
        parts.append(Text(f"undetermined, for want of {missing}", f"待定，缺少 {missing}"))
    if not parts:
        return Text("nothing", "不发放")
    return Text("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))


def why_text(explanation: Explanation) -> tuple[Text, ...]:
    """The conditions that decided, what is missing, and what is lacking; the conditions in the policy's own words."""
    month = month_text(explanation.month)
    found = []
    for because in explanation.because:
        mark = "?" if because.holds is None else "✓" if because.holds else "✗"
        said = f"{month} {mark} {because.condition}"
        value = because.value
        found.append(Text(f"{said} ({value})", f"{said} ({_in_chinese(value)})") if value else Text(said, said))
    if explanation.missing:
        names = ", ".join(explanation.missing)
        found.append(Text(f"{month} ? missing: {names}", f"{month} ? 缺少：{names}"))
    for condition, lacks in explanation.distance:
        found.append(Text(f"{month} lacks {lacks}: {condition}", f"{month} 还差 {_in_chinese(lacks)}：{condition}"))
    return tuple(found)


def _in_chinese(value: str) -> str:
    """A value that an explanation shows: `2 months`, `unknown`."""
    number, _, unit = value.rpartition(" ")
    return f"{number} {UNITS_ZH[unit]}" if number and unit in UNITS_ZH else WORDS_ZH.get(value, value)


def case_facts(case: model.Case, program: model.Program) -> tuple[str, ...]:
    """The facts of a case, a line each row, as they would be written. Identity numbers and texts are left out."""
    lines = [f"{name} = {_value(value, program.parameters[name].type)}" for name, value in case.sets.items()]
    for instance in case.instances:
        attributes = program.entities[instance.entity].attributes
        facts = [
            f"{fact.attribute} = {_value(fact.value, attributes[fact.attribute].type)}" + _spells(fact)
            for fact in instance.facts
            if attributes[fact.attribute].type.base not in ("identity", "text")
        ]
        lines.append(f"{instance.entity} {instance.key}: {', '.join(facts)}".removesuffix(": "))
    return tuple(lines)


def _payment(payment: Payment) -> Text:
    month, amount = month_text(payment.month), yuan(payment.amount)
    en, zh = f"{amount} yuan in {month}", f"{month} {amount} 元"
    if payment.due != payment.month:
        en, zh = f"{en} due {month_text(payment.due)}", f"{zh}（{month_text(payment.due)} 兑现）"
    if payment.payee is None:
        return Text(f"{en} to an unknown payee", f"{zh} 付给对象不明")
    if payment.payee != f"{payment.entity}/{payment.key}":
        en, zh = f"{en} to {payment.payee}", f"{zh} 付给 {payment.payee}"
    return Text(en, zh)


def _reasons(refused: Sequence[Refused]) -> list[tuple[str, Text]]:
    """The months by reason, in order of time."""
    by_reason: dict[str, list[Month]] = {}
    for refusal in refused:
        by_reason.setdefault(refusal.reason, []).append(refusal.month)
    return [(_months(months), REASONS[reason]) for reason, months in by_reason.items()]


def _months(months: Sequence[Month]) -> str:
    shown = [month_text(month) for month in months[:SHOWN]]
    return ", ".join(shown) + (" …" if len(months) > SHOWN else "")


def _yuan(amount: Fraction | None) -> str:
    if amount is None:
        return "?"
    return yuan(int(amount)) if amount.denominator == 1 else str(amount / 100)


def _value(value: Given, type: Type) -> str:
    if value is NONE or value is UNKNOWN:
        return repr(value).lower()
    return str(value) if isinstance(value, Duration) else show_value(value, type)


def _spells(fact: model.Fact) -> str:
    parts = []
    for spell in fact.spells or ():
        end = "" if spell.end is None else f" to {_end(spell.end)}"
        parts.append(f" from {_end(spell.start)}{end}")
    return " and".join(parts)


def _end(end: date | Month) -> str:
    return end.isoformat() if isinstance(end, date) else month_text(end)
