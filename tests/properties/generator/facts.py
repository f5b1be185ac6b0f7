"""Draws what is known of eight rows, often with gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from random import Random

from compiler import ir
from compiler.facts import Facts, History, Row, Span
from huice.testing.generator.world import FIRST, MEMBERS
from lang.dates import Duration, last_day
from lang.types import NONE, UNKNOWN, YES_NO, Given


def facts(random: Random, drawn: ir.Program) -> Facts:
    """A few rows of each entity, given out of order, of which something is often not known."""
    persons, enterprises = random.choice(((4, 2), (5, 2), (4, 3), (6, 1)))
    counts = {"person": persons, "enterprise": enterprises, "agency": 8 - persons - enterprises}
    keys = {entity: [f"{entity[0]}{n}" for n in range(count)] for entity, count in counts.items()}
    gaps = random.choice((0.0, 0.03, 0.15))
    tables: dict[str, list[Row]] = {}
    for entity, of_entity in keys.items():
        rows = []
        for key in of_entity:
            values: dict[str, Given | History] = {}
            for attribute in drawn.attributes.values():
                if attribute.entity == entity and random.random() >= gaps:
                    values[attribute.name] = _value(random, attribute, keys, gaps)
            rows.append(Row(key, values))
        random.shuffle(rows)
        tables[entity] = rows
    return Facts(tables)


def _value(random: Random, attribute: ir.Attribute, keys: Mapping[str, Sequence[str]], gaps: float) -> Given | History:
    if not attribute.monthly or random.random() < 0.15:
        return _constant(random, attribute, keys, gaps)
    outside: Given = False if attribute.type == YES_NO else UNKNOWN
    if attribute.type != YES_NO and gaps == 0:
        first = FIRST - 40
        spans = [Span(first, first + 30, _constant(random, attribute, keys, gaps))]
        start = first + 31
    else:
        spans, start = [], FIRST - random.randint(0, 14)
    for _ in range(random.randint(1, 4)):
        stop = start + random.randint(0, 14)
        value = True if attribute.type == YES_NO else _constant(random, attribute, keys, gaps)
        if attribute.type == YES_NO and random.random() < gaps:
            value = UNKNOWN
        spans.append(Span(start, None if stop > FIRST + 30 else stop, value))
        if spans[-1].last is None:
            break
        start = stop + (1 if attribute.type != YES_NO and random.random() < 0.7 else random.randint(1, 4))
    return History(tuple(spans), outside)


def _constant(random: Random, attribute: ir.Attribute, keys: Mapping[str, Sequence[str]], gaps: float) -> Given:
    base = attribute.type.base
    if base != "yes/no" and random.random() < gaps + (0.12 if base == "link" else 0.02):
        return NONE
    if base == "yes/no":
        return random.random() < 0.7
    if base == "kind":
        return random.choice(MEMBERS)
    if base == "date" and random.random() < 0.4:
        return last_day(FIRST + random.randint(-20, 8))
    if base == "date":
        return date(
            random.choice((2019, 2020, 2021, 2021, 2022)), random.randint(1, 12), random.randint(1, 31) % 28 + 1
        )
    if base == "money":
        return Fraction(random.choice((0, 33_333, 52_500, 12_345, 70_001)))
    if base == "count":
        return random.randint(0, 6)
    if base == "duration":
        return random.choice(
            (random.randint(0, 9), Duration(random.randint(0, 9)), Duration(random.randint(1, 200), "days"))
        )
    of = keys[attribute.type.name or ""]
    return random.choice([*of, "not_given"]) if random.random() < 0.1 else random.choice(of)
