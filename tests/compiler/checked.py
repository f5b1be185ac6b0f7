"""Checked programs by hand, for tests that need no parser."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from lang import model, typed
from lang.dates import Duration, month
from lang.types import COUNT, DATE, DURATION, MONEY, YES_NO, Type

COUNTY = Type("kind", "county")


def attribute(entity: str, name: str, type: Type, **more: Any) -> model.Attribute:
    if type.base in ("count", "money", "rate", "share"):
        top = {"count": 10**6, "share": 1}.get(type.base, 10**11)
        more = {"low": Fraction(0), "high": Fraction(top)} | more
    return model.Attribute(entity=entity, name=name, type=type, **more)


def entity(name: str, **attributes: Type) -> model.Entity:
    return model.Entity(name=name, attributes={n: attribute(name, n, t, monthly=True) for n, t in attributes.items()})


def program(
    entities: Iterable[model.Entity] = (),
    clauses: Iterable[model.Clause] = (),
    defines: Iterable[model.Define] = (),
    **more: Any,
) -> model.Program:
    empty = "kinds sets funds parameters tables groups limits targets properties scenarios"
    base: dict[str, Any] = {part: {} for part in empty.split()}
    base |= {
        "name": "aid",
        "document": None,
        "issued": None,
        "in_force": (date(2021, 1, 1), date(2022, 12, 31)),
        "applies_from": None,
        "claims_until": None,
        "first": month(2021, 1),
        "last": month(2022, 12),
        "due_from": month(2021, 1),
        "duties": (),
        "omissions": (),
        "cases": (),
        "language": "en",
        "sources": (),
    }
    base |= {
        "entities": {e.name: e for e in entities},
        "clauses": {c.name: c for c in clauses},
        "defines": {(d.entity, d.name): d for d in defines},
    }
    return model.Program(**(base | more))


PERSON = entity(
    "person", poverty_alleviated=YES_NO, origin=COUNTY, hired_on=DATE, employed=YES_NO, social_insurance=YES_NO,
    renting=YES_NO, wage=MONEY, employer=Type("link", "enterprise"),
)  # fmt: skip
ENTERPRISE = entity("enterprise", base_level=Type("kind", "base_level"), headcount=COUNT, open=YES_NO)


def fact(name: str, of: model.Entity = PERSON) -> typed.FactRead:
    return typed.FactRead(of.name, name, of.attributes[name].type)


def yuan(amount: int) -> typed.Constant:
    return typed.Constant(Fraction(amount * 100), MONEY)


def months(count: int) -> typed.Constant:
    return typed.Constant(Duration(count), DURATION)


def days(count: int) -> typed.Constant:
    return typed.Constant(Duration(count, "days"), DURATION)


def count(number: int) -> typed.Constant:
    return typed.Constant(number, COUNT)


def run_at_least(operand: typed.Expr, length: int) -> typed.Compare:
    return typed.Compare("≥", typed.Run(operand), months(length))


def rule(condition: typed.Expr | None, amount: typed.Expr, frequency: Any = "once", **more: Any) -> model.Rule:
    return model.Rule(condition=condition, amount=amount, frequency=frequency, **more)


def clause(name: str, *rules: model.Rule, where: typed.Expr | None = None, **more: Any) -> model.Clause:
    return model.Clause(**({"name": name, "entity": "person", "where": where, "rules": rules} | more))


COVERED = model.Define(
    name="covered",
    entity="person",
    body=typed.All(
        (
            fact("poverty_alleviated"),
            typed.OneOf(fact("origin"), ("mabian", "ebian", "jinkouhe", "muchuan")),
            typed.Compare("≥", fact("hired_on"), typed.Constant(date(2021, 1, 1), DATE)),
        )
    ),
)
COVERED_READ = typed.DefineRead("person", "covered", YES_NO)
