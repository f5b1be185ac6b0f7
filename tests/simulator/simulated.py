"""For tests: plans from text, and the rows of one simulated draw as facts that the interpreter reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np

from compiler import ir
from compiler.backends.columns.values import Column
from compiler.facts import Facts, History, Row, Span
from compiler.pipeline import compile_program
from lang.dates import Month
from lang.modules import FolderLoader
from lang.program import load
from lang.source import Source
from lang.types import NONE, UNKNOWN, Given
from simulator.engines.person import prepare
from simulator.people.population import populate
from simulator.plan import Chunk, Ints, Plan, Worlds

STANDARD = Path(__file__).parents[2] / "stdlib_policies"


def plan(text: str, *, scenario: str = "baseline", seed: int = 1, **more: object) -> Plan:
    program, diagnostics = load(Source(text), FolderLoader([STANDARD]))
    assert program is not None, [d.message.en for d in diagnostics]
    compiled, diagnostics = compile_program(program)
    assert compiled is not None, [d.message.en for d in diagnostics]
    base = {"clauses": tuple(program.clauses), "seed": seed} | more
    return Plan(policy=program, program=compiled, scenario=program.scenarios[scenario], **base)  # type: ignore[arg-type]


def totals(chunk: Chunk) -> Ints:
    """Fen by draw, all clauses."""
    total = np.zeros(len(chunk.draws), np.int64)
    for payments in chunk.payments.values():
        np.add.at(total, payments.draw - chunk.draws.start, payments.amount)
    return total


def key_text(arrival: int, number: int) -> str:
    """Sorts as the queue does."""
    return f"{arrival:06d}.{number:012d}"


def facts_of_draw(plan: Plan, worlds: Worlds, draw: int) -> Facts:
    """What the engine makes of one draw: everything of a row is absent before the row arrives."""
    population = populate(plan, worlds, range(draw, draw + 1), prepare(plan).needed)
    months = range(plan.scenario.first, plan.scenario.last + 1)
    seen: dict[tuple[str, str], list[np.ndarray]] = {}
    for month in months:
        population.step(month)
        for entity, rows in population.facts.tables.items():
            for name, column in rows.monthly.items():
                flags = np.zeros(rows.size, np.bool_)
                flags[: rows.present] = column.data
                seen.setdefault((entity, name), []).append(flags)
    keys = {
        entity: [key_text(a, n) for a, n in zip(arrived.arrival.tolist(), arrived.number.tolist(), strict=True)]
        for entity, arrived in population.arrived.items()
    }
    tables = {}
    for entity, arrived in population.arrived.items():
        built = []
        for row in range(arrived.size):
            arrival = int(arrived.arrival[row])
            values: dict[str, Given | History] = {}
            for name, column in population.facts.tables[entity].steady.items():
                attribute = plan.program.attributes[entity, name]
                value = _decoded(plan, attribute, column, row, keys)
                outside = False if attribute.type.base == "yes/no" else NONE
                values[name] = value if value is NONE else History((Span(arrival, None, value),), outside)
            for name in population.facts.tables[entity].monthly:
                history = [bool(flags[row]) for flags in seen[entity, name]]
                values[name] = History(tuple(_spans(history, months)), False)
            built.append(Row(keys[entity][row], values))
        tables[entity] = built
    return Facts(tables)


def _spans(flags: list[bool], months: range) -> Iterable[Span]:
    start: Month | None = None
    for month, flag in zip(months, flags, strict=True):
        if flag and start is None:
            start = month
        if not flag and start is not None:
            yield Span(start, month - 1, True)
            start = None
    if start is not None:
        yield Span(start, None, True)


def _decoded(plan: Plan, attribute: ir.Attribute, column: Column, row: int, keys: dict[str, list[str]]) -> Given:
    none = column.none[row] if isinstance(column.none, np.ndarray) else column.none
    if none:
        return NONE
    data = column.data[row] if isinstance(column.data, np.ndarray) else column.data
    match attribute.type.base:
        case "yes/no":
            return bool(data)
        case "kind":
            return plan.members(attribute.type.name or "")[int(data)]
        case "date":
            return date.fromordinal(int(data))
        case "link":
            return keys[attribute.type.name or ""][int(data)]
        case "count" | "month" | "duration":
            return int(data)
        case "money" | "rate" | "share" | "number":
            assert isinstance(column.den, int)
            return Fraction(int(data), column.den)
        case _:
            return UNKNOWN
