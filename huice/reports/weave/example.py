"""An example for a clause: the made-up row of the policy's own first case in which the clause pays.

The payments are computed, not copied from the case: a case that does not pass gives no example.
"""

from __future__ import annotations

from datetime import date

from attrs import frozen

from compiler import ir
from compiler.cases.run import ledger_of_case
from compiler.evaluate import evaluate
from compiler.ledger import Ledger, Payment
from huice.reports.names import title_of
from huice.reports.weave.values import day_text, month_words, value_words, yuan_text
from lang import model
from lang.dates import Month
from lang.diagnostics import Language

ROWS = 2  # rows beside the one that is paid, told one by one
PAYMENTS = 3


@frozen
class Example:
    """`rows`: (row, its facts) with the paid one first. `more`: rows that are not told. `payments`: sentences."""

    case: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    more: int
    sets: tuple[str, ...]
    payments: tuple[str, ...]


def examples(program: model.Program, compiled: ir.Program, language: Language) -> dict[str, Example]:
    """By clause."""
    found: dict[str, Example] = {}
    for case in program.cases:
        paying = [e for e in case.expects if e.answer == "pays" and e.clause not in found]
        if not paying:
            continue
        ledger = ledger_of_case(program, compiled, case, evaluate)
        for expect in paying:
            payments = [p for p in ledger.payments if (p.clause, p.key) == (expect.clause, expect.key)]
            if payments and expect.clause not in found:
                found[expect.clause] = _example(program, case, expect, payments, ledger, language)
    return found


def _example(
    program: model.Program,
    case: model.Case,
    expect: model.Expect,
    payments: list[Payment],
    ledger: Ledger,
    language: Language,
) -> Example:
    entity = program.clauses[expect.clause].entity
    paid = [i for i in case.instances if (i.entity, i.key) == (entity, expect.key)]
    beside = _linked(program, paid, case, language)
    rows = [_row(program, instance, language) for instance in (*paid, *beside[:ROWS])]
    sets = tuple(
        f"{title_of(program.parameters, name, language)} = "
        + value_words(value, program.parameters[name].type, program, language)
        for name, value in case.sets.items()
    )
    told = [_payment(program, payment, language) for payment in payments[:PAYMENTS]]
    if len(payments) > PAYMENTS:
        more = len(payments) - PAYMENTS
        total = yuan_text(sum(p.amount for p in payments), language)
        last = month_words(payments[-1].month, language)
        told.append(
            f"此后另有{more}笔，至{last}，共{total}"
            if language == "zh"
            else f"and {more} more until {last}, {total} in all"
        )
    return Example(case.name, tuple(rows), max(0, len(beside) - ROWS), sets, tuple(told))


def _linked(
    program: model.Program, paid: list[model.Instance], case: model.Case, language: Language
) -> list[model.Instance]:
    """Rows that the paid one names, or that name it."""
    keys = {(i.entity, i.key) for i in paid}

    def names(instance: model.Instance) -> set[tuple[str, str]]:
        attributes = program.entities[instance.entity].attributes
        return {
            (attributes[f.attribute].type.name or "", f.value)
            for f in instance.facts
            if attributes[f.attribute].type.base == "link" and isinstance(f.value, str)
        }

    named = {name for instance in paid for name in names(instance)}
    return [
        i for i in case.instances if (i.entity, i.key) not in keys and ((i.entity, i.key) in named or names(i) & keys)
    ]


def _row(program: model.Program, instance: model.Instance, language: Language) -> tuple[str, tuple[str, ...]]:
    attributes = program.entities[instance.entity].attributes
    colon = "：" if language == "zh" else ": "
    told = [
        title_of(attributes, fact.attribute, language)
        + colon
        + _fact(program, fact, attributes[fact.attribute], language)
        for fact in instance.facts
        if attributes[fact.attribute].type.base not in ("identity", "text")
    ]
    return f"{title_of(program.entities, instance.entity, language)} {instance.key}", tuple(told)


def _fact(program: model.Program, fact: model.Fact, attribute: model.Attribute, language: Language) -> str:
    zh = language == "zh"
    value = value_words(fact.value, attribute.type, program, language)
    if fact.spells is None:
        return value
    spans = []
    for spell in fact.spells:
        start = _end(spell.start, language)
        end = None if spell.end is None else _end(spell.end, language)
        if zh:
            spans.append(start if end == start else f"{start}至{end}" if end else f"{start}起")
        else:
            spans.append(start if end == start else f"{start} to {end}" if end else f"from {start}")
    when = ("、" if zh else ", ").join(spans)
    if fact.value is True:
        return when
    return f"{value}（{when}）" if zh else f"{value} ({when})"


def _end(end: date | Month, language: Language) -> str:
    return day_text(end, language) if isinstance(end, date) else month_words(end, language)


def _payment(program: model.Program, payment: Payment, language: Language) -> str:
    amount, month = yuan_text(payment.amount, language), month_words(payment.month, language)
    due = "" if payment.due == payment.month else month_words(payment.due, language)
    entity, _, key = (payment.payee or "").partition("/")
    payee = f"{title_of(program.entities, entity, language)} {key}" if key else ""
    own = payment.payee == f"{payment.entity}/{payment.key}"
    if language == "zh":
        text = f"{month}应享受 {amount}" + (f"，{due}应付" if due else "")
        return text if own else text + (f"，付给{payee}" if payee else "，收款人待补")
    text = f"{amount} for {month}" + (f", due in {due}" if due else "")
    return text if own else text + (f", to {payee}" if payee else ", payee not known yet")
