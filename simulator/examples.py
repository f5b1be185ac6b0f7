"""One simulated person, as facts: what the columns held of a row and of those that it is linked with.

In: a plan and its worlds, the row, and the attributes that matter. Out: facts as every evaluator reads them, or None
where too many rows hang together to show them. Rows of a real roster are never shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction

import numpy as np
from attrs import frozen

from compiler import ir
from compiler.backends.columns.values import Column, full
from compiler.facts import Facts, History, Row, Span
from lang.types import NONE, Given, Type
from simulator.affected import RowKey
from simulator.people.population import Fact, Population, populate
from simulator.plan import BLOCKS, Flags, Plan, Worlds

MOST_ROWS = 24

At = tuple[str, int]  # entity, row in the table


@frozen
class Example:
    """`key` is the subject's in the facts."""

    facts: Facts
    key: str


def example(
    plan: Plan, worlds: Worlds, row: RowKey, needed: Collection[Fact], counted: Collection[Fact]
) -> Example | None:
    """`counted`: links along which rows are counted, so that those who link to a row belong to it."""
    if any(population.roster is not None for population in plan.scenario.populations.values()):
        return None
    start = row.draw - row.draw % BLOCKS
    draws = range(start, start + BLOCKS)
    population = populate(plan, worlds, draws, needed)
    entity = plan.program.clauses[row.clause].entity
    table = population.arrived[entity]
    at = np.flatnonzero(
        (table.draw == row.draw - start) & (table.arrival == row.arrival) & (table.number == row.number)
    )
    if not len(at):
        return None
    together = _together(plan, population, (entity, int(at[0])), needed, counted)
    if together is None:
        return None
    flags = _flags(plan, population, together)
    keys: dict[At, str] = {}
    for one in together:
        keys[one] = f"{one[0][0]}{sum(of == one[0] for of, _ in keys) + 1}"
    tables: dict[str, list[Row]] = {}
    for one in together:
        values = _values(plan, population, one, needed, keys, flags)
        tables.setdefault(one[0], []).append(Row(keys[one], values))
    return Example(Facts(tables), keys[together[0]])


def _together(
    plan: Plan, population: Population, first: At, needed: Collection[Fact], counted: Collection[Fact]
) -> list[At] | None:
    """The row, those that it links to, and those that are counted for one of them."""
    found = [first]
    for entity, row in found:
        linked: list[At] = []
        for of, name in needed:
            type_ = plan.program.attributes[of, name].type
            if type_.base != "link" or type_.name is None or of not in population.facts.tables:
                continue
            column = population.facts.tables[of].steady.get(name)
            if column is None:
                continue
            if of == entity:
                target = _code(column, row)
                linked += [(type_.name, target)] if target is not None and target >= 0 else []
            if type_.name == entity and (of, name) in counted:
                data = full(column.data, population.facts.tables[of].size)
                linked += [(of, int(member)) for member in np.flatnonzero(data == row)[: MOST_ROWS + 1]]
        found += [one for one in dict.fromkeys(linked) if one not in found]
        if len(found) > MOST_ROWS:
            return None
    return found


def _flags(plan: Plan, population: Population, rows: list[At]) -> Mapping[tuple[At, str], list[tuple[int, bool]]]:
    """The months of each monthly yes/no of the rows."""
    found: dict[tuple[At, str], list[tuple[int, bool]]] = {}
    for month in range(plan.scenario.first, plan.scenario.last + 1):
        population.step(month)
        for entity, row in rows:
            table = population.facts.tables[entity]
            if row >= table.present:
                continue
            for name, column in table.monthly.items():
                data: Flags = np.asarray(column.data)
                found.setdefault(((entity, row), name), []).append((month, bool(data[row])))
    return found


def _values(
    plan: Plan,
    population: Population,
    at: At,
    needed: Collection[Fact],
    keys: Mapping[At, str],
    flags: Mapping[tuple[At, str], list[tuple[int, bool]]],
) -> dict[str, Given | History]:
    entity, row = at
    values: dict[str, Given | History] = {}
    table = population.facts.tables[entity]
    for name in (name for of, name in sorted(needed) if of == entity):
        attribute = plan.program.attributes[entity, name]
        if name in table.steady:
            value = _value(plan, attribute.type, table.steady[name], row, keys)
            if value is not None:
                values[name] = value
        elif (at, name) in flags:
            values[name] = _history(flags[at, name])
    return values


def _history(months: list[tuple[int, bool]]) -> History:
    spans: list[Span] = []
    for month, flag in months:
        if not flag:
            continue
        if spans and spans[-1].last == month - 1:
            spans[-1] = Span(spans[-1].first, month, True)
        else:
            spans.append(Span(month, month, True))
    return History(tuple(spans), False)


def _code(column: Column, row: int) -> int | None:
    """What a column holds for a row; None: it was said that there is none."""
    none = column.none if isinstance(column.none, bool) else bool(column.none[row])
    return None if none else int(column.data[row] if isinstance(column.data, np.ndarray) else column.data)


def _value(plan: Plan, type_: Type, column: Column, row: int, keys: Mapping[At, str]) -> Given | None:
    """None: a link to a row that is not shown."""
    code = _code(column, row)
    if code is None:
        return False if type_.base == "yes/no" else NONE
    den = int(column.den if isinstance(column.den, int) else column.den[row])
    match type_.base:
        case "yes/no":
            return bool(code)
        case "kind":
            return plan.members(type_.name or "")[code]
        case "date":
            return date.fromordinal(code)
        case "link":
            return NONE if code < 0 else keys.get((type_.name or "", code))
        case "count" | "duration" | "month":
            return code // den
        case _:
            return Fraction(code, den)


def read_by(parts: Collection[ir.Program]) -> tuple[set[Fact], set[Fact]]:
    """The attributes that programs read, and the links along which they count."""
    facts: set[Fact] = set()
    counted: set[Fact] = set()
    for part in parts:
        for stream in part.streams:
            match stream.op:
                case ir.Fact(name) if stream.entity is not None:
                    facts.add((stream.entity, name))
                case ir.Aggregate(_, entity, str(via)):
                    counted.add((entity, via))
    return facts | counted, counted
