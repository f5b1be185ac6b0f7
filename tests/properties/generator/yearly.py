"""Draws programs in which much comes back every year, and is remembered: months of the year under registers."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from attrs import evolve

from compiler import ir
from compiler.facts import Facts, History, Row, Span
from lang.dates import Month
from lang.types import COUNT, DURATION, MONEY, UNKNOWN, YES_NO, Given
from tests.properties.generator import operations
from tests.properties.generator.clauses import clause as draw_clause
from tests.properties.generator.facts import facts as draw_facts
from tests.properties.generator.pool import Pool
from tests.properties.generator.programs import program as draw_program

STRANGER = "stranger"


def program(random: Random) -> ir.Program:
    """Two clauses, each for itself: what one row gets can hang on the others only by what they change of the past."""
    pool = Pool(random)
    operations.leaves(pool)
    settlement = next(s.id for s in pool.streams if isinstance(s.op, ir.Settlement))
    clauses = []
    for index in range(2):
        entity = random.choice(("person", "person", "enterprise"))
        conditions = _conditions(pool, entity, settlement)
        amount = _amount(pool, entity, conditions)
        for _ in range(random.randint(1, 3)):
            conditions.append(_remembered(pool, random.choice(conditions)))
            if random.random() < 0.5:
                conditions.append(pool.add(entity, YES_NO, ir.And(tuple(random.sample(conditions, 2)))))
            if random.random() < 0.3:
                conditions.append(pool.add(entity, YES_NO, ir.Not(conditions[-1])))
        clause = draw_clause(pool, index)
        rule = ir.Alternative(
            when=conditions[-1] if random.random() < 0.8 else None,
            amount=amount,
            frequency=random.choice(("once", "once per year", "per month")),
        )
        clauses.append(evolve(clause, entity=entity, alternatives=(rule,)))
    return evolve(
        draw_program(random),
        streams=tuple(pool.streams),
        clauses={clause.name: clause for clause in clauses},
        order=tuple(clause.name for clause in clauses),
        groups={},
        quotas={},
        definitions={},
    )


def _conditions(pool: Pool, entity: str, settlement: ir.Id) -> list[ir.Id]:
    random = pool.random
    found = []
    for _ in range(2):
        fact = random.choice([i for i in pool.find(entity, YES_NO) if pool.streams[i].entity == entity])
        of_month = pool.add(None, YES_NO, ir.InPeriod(settlement, "month number", random.randint(1, 12)))
        word = random.choice((ir.And, ir.Or))
        found.append(pool.add(entity, YES_NO, word((of_month, fact))))
    total = pool.add(entity, DURATION, ir.Total(found[-1], "this year"))
    months = pool.add(None, DURATION, ir.Constant(random.randint(1, 12)))
    found.append(pool.add(entity, YES_NO, ir.Compare(random.choice(("≥", "<")), total, months)))
    return found


def _remembered(pool: Pool, operand: ir.Id) -> ir.Id:
    """A yes/no that remembers another."""
    random, entity = pool.random, pool.streams[operand].entity
    match random.randint(0, 3):
        case 0:
            return pool.add(entity, YES_NO, ir.Ever(operand))
        case 1:
            return pool.add(entity, YES_NO, ir.Previous(operand))
        case 2:
            register: ir.Op = ir.Run(operand, random.choice((3, 14, None)))
        case _:
            window: ir.Window = random.choice(("this year", "last year", "last months"))
            register = ir.Total(operand, window, random.randint(1, 30) if window == "last months" else None)
    months = pool.add(None, DURATION, ir.Constant(random.randint(1, 14)))
    found = pool.add(entity, DURATION, register)
    return pool.add(entity, YES_NO, ir.Compare(random.choice(("≥", "<")), found, months))


def _amount(pool: Pool, entity: str, conditions: list[ir.Id]) -> ir.Id:
    """Mostly a sum of what comes back every year."""
    random = pool.random
    paid = random.choice(pool.find(entity, MONEY))
    nothing = pool.add(None, MONEY, ir.Constant(Fraction(0)))
    addend = pool.add(entity, MONEY, ir.Select(random.choice(conditions), paid, nothing))
    window: ir.Window = random.choice(("so far", "so far", "so far", "this year", "last year"))
    return pool.add(entity, MONEY, ir.Total(addend, window))


def facts(random: Random, drawn: ir.Program) -> Facts:
    """As for any program, but every other monthly fact is given for all time."""
    found = draw_facts(random, drawn)
    return Facts(
        {entity: [_for_all_time(random, row) for row in rows.values()] for entity, rows in found.tables.items()}
    )


def _for_all_time(random: Random, row: Row) -> Row:
    def one(value: Given | History) -> Given | History:
        return value.spans[0].value if isinstance(value, History) and random.random() < 0.5 else value

    return Row(row.key, {name: one(value) for name, value in row.values.items()})


def beside_a_stranger(drawn: ir.Program, given: Facts, begins: Month) -> tuple[ir.Program, Facts]:
    """The same rows, and one that has nothing to do with them, of which something is known since `begins`."""
    about = ir.Attribute(
        entity=STRANGER, name="seen", label=None, type=COUNT, monthly=True, counts="full months", default=None,
        low=None, high=None,
    )  # fmt: skip
    row = Row("x", {"seen": History((Span(begins, begins + 3, 1),), UNKNOWN)})
    return (
        evolve(
            drawn,
            attributes={**drawn.attributes, (STRANGER, "seen"): about},
            entities=(*drawn.entities, STRANGER),
        ),
        Facts({**{entity: list(rows.values()) for entity, rows in given.tables.items()}, STRANGER: [row]}),
    )
