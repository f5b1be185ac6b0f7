"""Draws clauses over the streams of a pool, a group of them, and quotas."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from compiler import ir
from huice.testing.generator.world import COUNTY, TO_AGENCY, TO_ENTERPRISE
from lang.types import COUNT, DATE, DURATION, MONEY, YES_NO, Type
from tests.properties.generator.pool import Pool


def clause(pool: Pool, index: int) -> ir.Clause:
    random = pool.random
    entity = random.choice(("person", "person", "person", "enterprise", "agency"))
    funds = random.choice(
        (
            None,
            ir.Funds(funds=("aid",), shares=None, pots=(None,)),
            ir.Funds(funds=("aid", "city"), shares=None, pots=(None, None)),
            ir.Funds(
                funds=("aid", "city", "county"),
                shares=(Fraction(1, 3), Fraction(1, 2), Fraction(1, 6)),
                pots=(None, None, None),
            ),
        )
    )
    return ir.Clause(
        index=index,
        name=f"clause_{'dcba'[index]}",
        label=None,
        cites=("一", "二（一）")[: random.randint(0, 2)],
        entity=entity,
        alternatives=tuple(_alternative(pool, entity) for _ in range(random.choice((1, 1, 1, 2, 3)))),
        funds=funds,
    )


def _alternative(pool: Pool, entity: str) -> ir.Alternative:
    random = pool.random
    conditions = [pool.pick(entity, YES_NO, tries=3) for _ in range(random.choice((0, 1, 1, 2, 2)))]
    when = conditions[0] if conditions else None
    if len(conditions) == 2:
        op = ir.And(tuple(conditions)) if random.random() < 0.3 else ir.Or(tuple(conditions))
        when = pool.add(pool.owner(*conditions), YES_NO, op)

    def sometimes(chance: float, *types: Type) -> ir.Id | None:
        return pool.pick(None, *types) if random.random() < chance else None

    links = pool.find(entity, TO_ENTERPRISE, TO_AGENCY)
    mode, unit = random.choice(
        (("nearest", 1), ("nearest", 1), ("down", 100), ("up", 100), ("nearest", 5_000), ("nearest", 5_000))
    )
    return ir.Alternative(
        when=when,
        amount=pool.pick(entity if random.random() < 0.6 else None, MONEY),
        frequency=random.choice(("once", "once per year", "per month", "per month")),
        mode=mode,  # type: ignore[arg-type]
        unit=unit,
        months=sometimes(0.2, COUNT, DURATION),
        per_year=sometimes(0.2, MONEY),
        in_all=sometimes(0.2, MONEY),
        payee=random.choice(links) if links and random.random() < 0.3 else None,
    )


def group(pool: Pool, clauses: Sequence[ir.Clause]) -> ir.Group | None:
    """Over persons, or over enterprises through the persons' link."""
    random = pool.random
    entity = random.choice(("person", "enterprise", "enterprise"))
    members: list[ir.GroupMember] = []
    for one in clauses:
        if one.entity == entity:
            members.append(ir.GroupMember(clause=one.name, paid=None, link=None))
        elif one.entity == "person" and pool.find("person", TO_ENTERPRISE):
            link = random.choice(pool.find("person", TO_ENTERPRISE))
            members.append(ir.GroupMember(clause=one.name, paid=None, link=link))
    if not members:
        return None
    if random.random() < 0.4:
        paid = pool.pick(entity, MONEY)
        if pool.streams[paid].entity == entity:
            members.append(ir.GroupMember(clause=None, paid=paid, link=None))
    random.shuffle(members)
    return ir.Group(name="only_one", entity=entity, take=random.choice(("first", "highest")), members=tuple(members))


def quota(pool: Pool, of: ir.Clause) -> ir.Quota:
    random = pool.random
    orders = pool.find(of.entity, DATE, COUNT, MONEY)
    pots = pool.find(of.entity, COUNTY)
    return ir.Quota(
        clause=of.name,
        places=pool.pick(None, COUNT),
        per=random.choice(pots) if pots and random.random() < 0.4 else None,
        period=random.choice((None, "month", "year")),
        order=random.choice(orders) if random.random() < 0.5 else None,
    )
