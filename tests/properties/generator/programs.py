"""Draws whole programs of the IR."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from attrs import evolve

from compiler import ir
from huice.testing.generator.world import ATTRIBUTES, ENTITIES, FIRST
from lang.dates import Month
from lang.types import COUNT, MONEY, Type, Value
from tests.properties.generator.clauses import clause as draw_clause
from tests.properties.generator.clauses import group as draw_group
from tests.properties.generator.clauses import quota as draw_quota
from tests.properties.generator.operations import OPERATIONS, leaves
from tests.properties.generator.pool import Pool


def program(random: Random) -> ir.Program:
    """One program: streams, one to four clauses, perhaps a group, a quota, a document that reaches back."""
    pool = Pool(random)
    leaves(pool)
    for _ in range(random.randint(20, 60)):
        random.choice(OPERATIONS)(pool, random.choice(("person", "person", "enterprise", "agency")))
    last = FIRST + random.randint(23, 39)
    clauses = [draw_clause(pool, index) for index in range(random.randint(1, 4))]
    order = [clause.name for clause in clauses]
    groups: dict[str, ir.Group] = {}
    if len(clauses) > 1 and random.random() < 0.5:
        group = draw_group(pool, clauses)
        if group is not None:
            groups["only_one"] = group
            members = [m.clause for m in group.members if m.clause is not None]
            order = [*members, *(name for name in order if name not in members)]
            clauses = [evolve(c, group="only_one") if c.name in members else c for c in clauses]
    quotas: dict[str, ir.Quota] = {}
    for clause in clauses:
        highest = clause.group is not None and groups[clause.group].take == "highest"
        if not highest and random.random() < 0.35:
            quotas[clause.name] = draw_quota(pool, clause)
    clauses = [evolve(c, quota=c.name) if c.name in quotas else c for c in clauses]
    return ir.Program(
        name="drawn",
        first=FIRST,
        last=last,
        due_from=FIRST + random.choice((0, 0, 3)),
        streams=tuple(pool.streams),
        clauses={clause.name: clause for clause in clauses},
        order=tuple(order),
        groups=groups,
        quotas=quotas,
        targets={},
        attributes={(a.entity, a.name): a for a in ATTRIBUTES},
        parameters={
            "standard": _parameter("standard", MONEY, ((FIRST - 30, Fraction(50_000)), (FIRST + 5, Fraction(61_250)))),
            "later": _parameter("later", MONEY, ((FIRST + 4, Fraction(40_000)),)),
            "number": _parameter("number", COUNT, ((12, 2),)),
            "outside": _parameter("outside", MONEY, ()),
        },
        definitions=_definitions(pool),
        entities=ENTITIES,
    )


def _definitions(pool: Pool) -> dict[tuple[str, str], ir.Id]:
    """Some streams have names, of which not all could stand in code."""
    names = ("covered", "属于范围", "class", "print", "run", "person", "step_40", "Covered", "x" * 80)
    found: dict[tuple[str, str], ir.Id] = {}
    for name in names:
        stream = pool.random.choice(pool.streams)
        if stream.entity is not None and pool.random.random() < 0.5:
            found[stream.entity, name] = stream.id
    return found


def _parameter(name: str, type: Type, values: tuple[tuple[Month, Value], ...]) -> ir.ParameterValues:
    return ir.ParameterValues(name=name, type=type, values=values, external=not values)
