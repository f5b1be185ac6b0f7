"""A small program made without a parser, and an engine of a few lines, to hold books, results and comparisons against.

Two clauses: `grant` from the fund `aid`, `rent` from `district_aid`, which is a pot for each district.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from compiler import ir
from lang import model, typed
from lang.dates import month
from lang.types import MONEY, YES_NO, Type
from simulator.plan import Chunk, ClausePayments, Plan, Worlds

JANUARY = month(2024, 1)
DISTRICT = Type("kind", "district")


def constant(fen: int) -> typed.Constant:
    return typed.Constant(Fraction(fen), MONEY)


def scenario(**changes: Any) -> model.Scenario:
    given: dict[str, Any] = {
        "name": "baseline",
        "policy": "small",
        "first": JANUARY,
        "last": JANUARY + 17,
        "sets": {},
        "unknowns": {},
        "populations": {},
    }
    return model.Scenario(**(given | changes))


def clause(name: str, fund: str, amount: int) -> model.Clause:
    rule = model.Rule(condition=None, amount=constant(amount), frequency="once")
    return model.Clause(name=name, entity="person", where=None, rules=(rule,), paid_from=model.PaidFrom(funds=(fund,)))


def policy(*scenarios: model.Scenario, **changes: Any) -> model.Program:
    members = (model.Member(name="yuecheng", label="越城区"), model.Member(name="keqiao", label="柯桥区"))
    attributes = {
        "district": model.Attribute(name="district", label="区县", entity="person", type=DISTRICT),
        "poor": model.Attribute(name="poor", entity="person", type=YES_NO),
    }
    given: dict[str, Any] = {
        "name": "small",
        "document": None,
        "issued": None,
        "in_force": (date(2024, 1, 1), None),
        "applies_from": None,
        "claims_until": None,
        "first": JANUARY,
        "last": None,
        "due_from": JANUARY,
        "kinds": {"district": model.Kind(name="district", members=members)},
        "sets": {},
        "entities": {"person": model.Entity(name="person", attributes=attributes)},
        "funds": {
            "aid": model.Fund(name="aid"),
            "district_aid": model.Fund(name="district_aid", per="district", pots="district"),
        },
        "parameters": {},
        "defines": {},
        "tables": {},
        "clauses": {"grant": clause("grant", "aid", 300_000), "rent": clause("rent", "district_aid", 50_000)},
        "groups": {},
        "limits": {},
        "targets": {},
        "duties": (),
        "omissions": (),
        "properties": {},
        "cases": (),
        "scenarios": {s.name: s for s in scenarios},
        "language": "en",
        "sources": (),
    }
    return model.Program(**(given | changes))


def _funds(clause: model.Clause) -> ir.Funds | None:
    paid_from = clause.paid_from
    if paid_from is None:
        return None
    return ir.Funds(funds=paid_from.funds, shares=paid_from.shares, pots=(None,) * len(paid_from.funds))


def compiled(program: model.Program) -> ir.Program:
    """Clauses and attributes only: the engine of this file needs no streams."""
    clauses = {
        name: ir.Clause(
            index=number,
            name=name,
            label=None,
            cites=(),
            entity=c.entity,
            alternatives=(),
            funds=_funds(c),
        )
        for number, (name, c) in enumerate(program.clauses.items())
    }
    attributes = {
        (e.name, a.name): ir.Attribute(
            entity=e.name, name=a.name, label=a.label, type=a.type, monthly=a.monthly, counts=a.counts,
            default=a.default, low=a.low, high=a.high,
        )
        for e in program.entities.values()
        for a in e.attributes.values()
    }  # fmt: skip
    return ir.Program(
        name=program.name, first=program.first, last=program.last, due_from=program.due_from, streams=(),
        clauses=clauses, order=tuple(clauses), groups={}, quotas={}, targets={}, attributes=attributes, parameters={},
        definitions={}, entities=tuple(program.entities),
    )  # fmt: skip


def plan(program: model.Program, chosen: model.Scenario, by: str | None = None) -> Plan:
    return Plan(policy=program, program=compiled(program), scenario=chosen, clauses=tuple(program.clauses), by=by)


def worlds(draws: int, **values: Any) -> Worlds:
    return Worlds(draws=draws, values=values, block=(np.arange(draws) % 16).astype(np.int16))


def payments(amount: int, draws: range, people: int, spread: int) -> ClausePayments:
    """In each draw `people` payments, in months and districts that depend on draw and person only."""
    draw = np.repeat(np.arange(draws.start, draws.stop), people)
    person = np.tile(np.arange(people), len(draws))
    month_of = JANUARY + (draw * 7 + person * 5) % spread
    district = (person + draw) % 3 - 1
    return ClausePayments(
        draw=draw.astype(np.int32),
        row=person.astype(np.int64),
        month=month_of.astype(np.int32),
        due=month_of.astype(np.int32),
        amount=np.full(len(draw), amount, dtype=np.int64),
        key_month=np.full(len(draw), JANUARY, dtype=np.int32),
        key_number=person.astype(np.int64),
        pots=(district.astype(np.int16),),
        group=district.astype(np.int16),
        taken_up=(person + draw) % 7 != 0,
        lag=((person * draw) % 4).astype(np.int16),
    )


def simulate_chunk(chosen: Plan, _worlds: Worlds, draws: range) -> Chunk:
    """Every draw pays 20 grants and 30 rents, of the amounts of the plan's clauses."""
    given = {}
    for name, people in (("grant", 20), ("rent", 30)):
        if name in chosen.clauses:
            amount = chosen.policy.clauses[name].rules[0].amount
            assert isinstance(amount, typed.Constant)
            assert isinstance(amount.value, Fraction)
            given[name] = payments(int(amount.value), draws, people, 18)
    return Chunk(
        draws=draws,
        payments=given,
        refused={"grant": np.array([d % 3 for d in draws], dtype=np.int64)},
        arrivals={"person": np.full(len(draws), 50, dtype=np.int64)},
        targets={"enough": np.array([d % 4 == 0 for d in draws], dtype=np.bool_)},
        person_months=900 * len(draws),
    )
