"""Facts of made-up rows as a reader can use them: the JSON form of `huice eval`, and the lines of a `case`.

In: facts, the program that declares their attributes, parameters that are set. Out: plain data, or the case as a tree,
which the formatter writes in either language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compiler.difference.answers import Answer
from compiler.facts import Facts, History, Row
from compiler.ledger import yuan
from lang import model
from lang.dates import Duration, Month, month_text
from lang.diagnostics import Language
from lang.formatting.format import format_file
from lang.formatting.names import names_of
from lang.parsing.parse import parse
from lang.tree import declarations as d
from lang.tree import syntax as s
from lang.types import NONE, UNKNOWN, Given, Type, Value


# ---------------------------------------------------------------- JSON
def facts_json(facts: Facts, program: model.Program) -> dict[str, list[dict[str, Any]]]:
    """What `huice eval --facts` reads."""
    return {
        entity: [
            {"id": row.key} | {name: _json(value, program.entities[entity].attributes[name].type)
                               for name, value in _known(row, program.entities[entity])}
            for row in rows.values()
        ]
        for entity, rows in facts.tables.items()
        if rows and entity in program.entities
    }  # fmt: skip


def _known(row: Row, entity: model.Entity) -> Iterator[tuple[str, Given | History]]:
    """In the order in which the policy declares them."""
    for name in entity.attributes:
        if name in row.values and row.values[name] is not UNKNOWN:
            yield name, row.values[name]


def _json(value: Given | History, type: Type) -> Any:
    if isinstance(value, History):
        ends = [(month_text(span.first), None if span.last is None else month_text(span.last)) for span in value.spans]
        if type.base == "yes/no":
            return [list(end) for end, span in zip(ends, value.spans, strict=True) if span.value is True]
        return [[*end, _json(span.value, type)] for end, span in zip(ends, value.spans, strict=True)]
    match value:
        case bool() | str():
            return value
        case date() | Duration() | int() | Fraction():
            return value_json(value, type)
    return None


def value_json(value: Value, type: Type) -> Any:
    """A value of a parameter as `--set` takes it; numbers, dates and lengths as the JSON form of facts has them too."""
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case date():
            return value.isoformat()
        case Duration():
            return str(value)
    match type.base:
        case "money" | "rate" if Fraction(value).denominator == 1:
            return yuan(int(value))
        case "share":
            return f"{_decimal(Fraction(value) * 100)}%"
        case "month":
            return month_text(int(value))
        case "duration":
            return str(Duration(int(value)))
        case "count":
            return int(value)
        case _:
            return str(_decimal(Fraction(value)))


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


# ---------------------------------------------------------------- a case
def case_text(
    name: str,
    facts: Facts,
    program: model.Program,
    sets: Mapping[str, Value],
    expects: tuple[d.Expect, ...],
    language: Language,
) -> str:
    """A `case` to paste into the policy."""
    instances = [
        d.Instance(_name(entity), row.key, tuple(_lines(row, program.entities[entity])))
        for entity, rows in facts.tables.items()
        if entity in program.entities
        for row in rows.values()
    ]
    given = [d.SetValue(_name(p), _expr(value, program.parameters[p].type)) for p, value in sets.items()]
    case = d.Case(name, tuple(given), tuple(instances), expects)
    names = names_of(parse(source)[0] for source in program.sources)
    return format_file(d.File((case,), language), language=language, names=names)


def _name(text: str) -> s.Name:
    return s.Name(text)


def _lines(row: Row, entity: model.Entity) -> Iterator[d.GivenLine]:
    """Constants on one line, histories on one each."""
    constants: list[d.Given] = []
    histories: list[d.Given] = []
    for name, value in _known(row, entity):
        type = entity.attributes[name].type
        if not isinstance(value, History):
            constants.append(d.Given(_name(name), _expr(value, type)))
        elif not value.spans:
            histories.append(d.Given(_name(name), s.YesNo(False)))
        else:
            by_value: dict[Given, list[d.Spell]] = {}
            for span in value.spans:
                by_value.setdefault(span.value, []).append(d.Spell(span.first, span.last))
            for of_value, spells in by_value.items():
                histories.append(d.Given(_name(name), _expr(of_value, type), tuple(spells)))
    if constants:
        yield d.GivenLine(tuple(constants))
    yield from (d.GivenLine((history,)) for history in histories)


def _expr(value: Given, type: Type) -> s.Expr:
    match value:
        case bool():
            return s.YesNo(value)
        case date():
            return s.Day(value)
        case Duration():
            return s.Length(value, value.unit)
        case str() if type.base in ("kind", "link") and value.isidentifier():
            return s.Ref(_name(value))
        case str():
            return s.String(value)
        case int() | Fraction():
            return _number(Fraction(value), type)
    return s.Nothing() if value is NONE else s.Ref(_name("unknown"))


def _number(value: Fraction, type: Type) -> s.Expr:
    match type.base:
        case "money":
            return s.Money(_decimal(value / 100))
        case "rate":
            return s.Rate(s.Money(_decimal(value / 100)), "month")
        case "share":
            return s.Percent(_decimal(value * 100))
        case "duration":
            return s.Length(Duration(int(value)), "months")
        case "month":
            return s.CalendarMonth(int(value))
        case _:
            return s.Number(_decimal(value))


# ---------------------------------------------------------------- expectations
def expectations(clause: str, key: str, answer: Answer, other: Answer, remark: str) -> tuple[d.Expect, ...]:
    """What a version gives, in the first month in which the other gives something else. `remark` stands above it."""
    trivia = s.Trivia(comments=(remark,))
    if not answer.payments:
        kind = "undetermined" if answer.missing else "nothing"
        return (d.Expect(_name(clause), kind, key, trivia=trivia),)  # type: ignore[arg-type]
    elsewhere = {(p.month, p.due, p.amount, p.payee) for p in other.payments}
    shown = next((p for p in answer.payments if (p.month, p.due, p.amount, p.payee) not in elsewhere), None)
    payment = shown or answer.payments[0]
    payee = None if payment.payee in (None, f"{payment.entity}/{key}") else str(payment.payee).split("/", 1)[1]
    return (
        d.Expect(
            _name(clause), "pays", key, s.Money(_decimal(Fraction(payment.amount, 100))),
            first=payment.month, last=payment.month, due=payment.due, to=payee, trivia=trivia,
        ),
    )  # fmt: skip


def months_said(months: tuple[Month, ...]) -> str:
    """`2021-02`, `2021-02, 2021-04`, `2021-02 to 2021-09` for months that follow each other."""
    if len(months) > 2 and months[-1] - months[0] == len(months) - 1:
        return f"{month_text(months[0])} … {month_text(months[-1])}"
    shown = ", ".join(month_text(month) for month in months[:4])
    return shown + (" …" if len(months) > 4 else "")
