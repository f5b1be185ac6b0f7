"""Draws streams: leaves first, then one operation after another upon what is there, well-typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Literal

from compiler import ir
from huice.testing.generator.world import (
    ATTRIBUTES,
    COMPARISONS,
    COUNTY,
    ENTITIES,
    FIRST,
    MEMBERS,
    TO_AGENCY,
    TO_ENTERPRISE,
)
from lang.dates import Duration
from lang.types import COUNT, DATE, DURATION, MONEY, NONE, NUMBER, SHARE, YES_NO, Type
from tests.properties.generator.pool import Pool


def leaves(pool: Pool) -> None:
    random, add = pool.random, pool.add
    for attribute in ATTRIBUTES:
        if attribute.type.base == "link" or random.random() < 0.8 or attribute.type == YES_NO:
            add(attribute.entity, attribute.type, ir.Fact(attribute.name))
    add(None, YES_NO, ir.Constant(True))
    add(None, DATE, ir.Settlement())
    add(None, DATE, ir.Constant(date(2021, random.randint(1, 12), random.randint(1, 28))))
    add(None, MONEY, ir.Constant(Fraction(random.choice((30_000, 52_500, 62_500)))))
    add(None, MONEY, ir.Constant(Fraction(random.choice((100_001, 20_000)), 3)))
    add(None, MONEY, ir.Parameter("standard"))
    add(None, COUNT, ir.Constant(random.randint(1, 5)))
    add(None, COUNT, ir.Parameter("number"))
    add(None, DURATION, ir.Constant(random.randint(1, 6)))
    add(None, SHARE, ir.Constant(Fraction(random.randint(1, 9), 10)))
    add(None, NUMBER, ir.Constant(Fraction(random.randint(1, 7), random.randint(2, 5))))
    for name in ("later", "outside"):
        if random.random() < 0.3:
            add(None, MONEY, ir.Parameter(name))
    if random.random() < 0.2:
        add(None, MONEY, ir.Constant(NONE))
    for entity in ENTITIES:
        _aggregate(pool, entity)


def _not(pool: Pool, entity: str) -> None:
    operand = pool.pick(entity, YES_NO)
    pool.add(pool.owner(operand), YES_NO, ir.Not(operand))


def _junction(pool: Pool, entity: str) -> None:
    operands = tuple(pool.pick(entity, YES_NO) for _ in range(pool.random.randint(2, 4)))
    op = ir.And(operands) if pool.random.random() < 0.5 else ir.Or(operands)
    pool.add(pool.owner(*operands), YES_NO, op)


def _select(pool: Pool, entity: str) -> None:
    kinds = [type for type in (YES_NO, MONEY, COUNT, DATE, COUNTY) if pool.find(entity, type)]
    type = pool.random.choice(kinds)
    ids = pool.pick(entity, YES_NO), pool.pick(entity, type), pool.pick(entity, type)
    pool.add(pool.owner(*ids), type, ir.Select(*ids))


def _arithmetic(pool: Pool, entity: str) -> None:
    random = pool.random
    left = pool.pick(entity, MONEY)
    operator = random.choice(("+", "-", "minimum", "maximum", "×", "/"))
    if operator in ("+", "-", "minimum", "maximum"):
        right = pool.pick(entity, MONEY)
    elif operator == "×":
        right = pool.pick(entity, COUNT, SHARE, NUMBER)
    else:
        right = pool.pick(None, COUNT, NUMBER) if random.random() < 0.6 else pool.pick(entity, COUNT)
    pool.add(pool.owner(left, right), MONEY, ir.Arithmetic(operator, left, right))  # type: ignore[arg-type]


def _counting(pool: Pool, entity: str) -> None:
    left, right = pool.pick(entity, COUNT), pool.pick(entity, COUNT)
    operator: Literal["+", "-", "maximum"] = pool.random.choice(("+", "-", "maximum"))
    pool.add(pool.owner(left, right), COUNT, ir.Arithmetic(operator, left, right))


def _compare(pool: Pool, entity: str) -> None:
    random = pool.random
    kinds: list[tuple[Type, ...]] = [(MONEY,), (COUNT,), (COUNT, SHARE, NUMBER), (DURATION,), (DATE,)]
    kinds = [types for types in kinds if pool.find(entity, *types)]
    types = random.choice(kinds)
    left, right = pool.pick(entity, *types), pool.pick(entity if random.random() < 0.5 else None, *types)
    pool.add(pool.owner(left, right), YES_NO, ir.Compare(random.choice(COMPARISONS), left, right))


def _same(pool: Pool, entity: str) -> None:
    type = pool.random.choice((YES_NO, COUNTY))
    if pool.find(entity, type):
        left, right = pool.pick(entity, type), pool.pick(entity, type)
        pool.add(pool.owner(left, right), YES_NO, ir.Compare(pool.random.choice(("=", "≠")), left, right))


def _one_of(pool: Pool, entity: str) -> None:
    if pool.find(entity, COUNTY):
        operand = pool.pick(entity, COUNTY)
        members = tuple(sorted(pool.random.sample(MEMBERS, pool.random.randint(1, 2))))
        pool.add(pool.owner(operand), YES_NO, ir.OneOf(operand, members))


def _known(pool: Pool, entity: str) -> None:
    types = [t for t in (YES_NO, MONEY, DATE, TO_ENTERPRISE, TO_AGENCY, COUNTY) if pool.find(entity, t)]
    operand = pool.pick(entity, pool.random.choice(types))
    pool.add(pool.owner(operand), YES_NO, ir.Known(operand))


def _since(pool: Pool, entity: str) -> None:
    """`since DAY ≥ LENGTH`, or a comparison of two moved dates."""
    random = pool.random
    day = pool.pick(entity, DATE)
    length = pool.pick(entity if random.random() < 0.4 else None, *((DURATION,) if random.random() < 0.7 else (COUNT,)))
    unit: Literal["months", "days"] = random.choice(("months", "months", "days"))
    moved = pool.add(pool.owner(day, length), DATE, ir.Later(day, length, unit))
    settlement = next(s.id for s in pool.streams if isinstance(s.op, ir.Settlement))
    other = pool.pick(entity, DATE) if random.random() < 0.3 else settlement
    pool.add(pool.owner(moved, other), YES_NO, ir.Compare(random.choice(("≤", "≤", ">")), moved, other))


def _period(pool: Pool, entity: str) -> None:
    random = pool.random
    day = pool.pick(entity if random.random() < 0.8 else None, DATE)
    ops = (
        ir.InPeriod(day, "this month"),
        ir.InPeriod(day, "this year"),
        ir.InPeriod(day, "last year"),
        ir.InPeriod(day, "last", None, Duration(random.randint(1, 14))),
        ir.InPeriod(day, "last", None, Duration(random.randint(1, 99), "days")),
        ir.InPeriod(day, "year", random.choice((2021, 2022))),
        ir.InPeriod(day, "month", FIRST + random.randint(-3, 6)),
        ir.InPeriod(day, "month number", random.randint(1, 12)),
    )
    pool.add(pool.owner(day), YES_NO, random.choice(ops))


def _run(pool: Pool, entity: str) -> None:
    random = pool.random
    operand = pool.pick(entity, YES_NO)
    cap = random.choice((None, 2, 3, 4, 6, 9))
    length = pool.add(pool.owner(operand), DURATION, ir.Run(operand, cap))
    months = pool.add(None, DURATION, ir.Constant(random.randint(1, cap or 8)))
    operator: Literal["≥", "=", "<"] = random.choice(("≥", "≥", "≥", "=", "<"))
    pool.add(pool.owner(length), YES_NO, ir.Compare(operator, length, months))


def _total(pool: Pool, entity: str) -> None:
    random = pool.random
    type = random.choice((YES_NO, COUNT, MONEY))
    operand = pool.pick(entity, type)
    window: ir.Window = random.choice(("so far", "this year", "last year", "last months"))
    months = random.randint(1, 14) if window == "last months" else None
    result = DURATION if type == YES_NO else type
    total = pool.add(pool.owner(operand), result, ir.Total(operand, window, months))
    if type == YES_NO or random.random() < 0.5:
        other = pool.pick(None, result)
        pool.add(pool.owner(total), YES_NO, ir.Compare(random.choice(COMPARISONS), total, other))


def _ever(pool: Pool, entity: str) -> None:
    operand = pool.pick(entity, YES_NO)
    pool.add(pool.owner(operand), YES_NO, ir.Ever(operand))


def _previous(pool: Pool, entity: str) -> None:
    kinds = [type for type in (YES_NO, MONEY, COUNT, DATE) if pool.find(entity, type)]
    type = pool.random.choice(kinds)
    operand = pool.pick(entity, type)
    pool.add(pool.owner(operand), type, ir.Previous(operand))


def _through(pool: Pool, entity: str) -> None:
    links = [t for t in (TO_ENTERPRISE, TO_AGENCY) if pool.find(entity, t)]
    if not links:
        return
    link = pool.pick(entity, pool.random.choice(links))
    to = pool.streams[link].type.name
    kinds = [type for type in (YES_NO, YES_NO, MONEY, COUNT, COUNTY, DATE) if pool.find(to, type)]
    type = pool.random.choice(kinds)
    pool.add(entity, type, ir.Through(link, pool.pick(to, type)))


def _aggregate(pool: Pool, entity: str) -> None:
    random = pool.random
    members = {"enterprise": ("person", ("employer", "works_at")), "agency": ("enterprise", ("agency",))}
    owner: str | None = entity
    if entity in members and random.random() < 0.8:
        of, vias = members[entity]
        if entity == "agency" and random.random() < 0.5:
            of, vias = "person", ("recruiter",)
        via: str | None = random.choice(vias)
    else:
        owner, of, via = None, entity, None
    where = pool.pick(of, YES_NO) if random.random() < 0.8 else None
    word: Literal["count", "sum", "share"] = random.choice(("count", "sum", "share"))
    value = None
    type = COUNT if word == "count" else SHARE
    if word == "sum":
        type = random.choice((MONEY, COUNT))
        value = pool.pick(of, type)
    number = pool.add(owner, type, ir.Aggregate(word, of, via, where, value))
    other = pool.pick(None, *((MONEY,) if type == MONEY else (COUNT, SHARE) if type == SHARE else (COUNT,)))
    pool.add(owner, YES_NO, ir.Compare(random.choice(("≥", "≥", "<", "=")), number, other))


OPERATIONS: tuple[Callable[[Pool, str], None], ...] = (
    _not, _junction, _junction, _select, _arithmetic, _counting, _compare, _same, _one_of, _known, _since, _since,
    _period, _period, _run, _run, _total, _total, _ever, _previous, _through, _through, _aggregate,
)  # fmt: skip
