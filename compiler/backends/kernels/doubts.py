"""Rows of which something unknown matters: the evaluators say what they get, with only the rows that they depend on.

In: for each clause the numbers of the rows in doubt. Out: a ledger of just these claims. Most rows of most rosters are
complete, so this is little; where it is much, it is done in portions, and costs what the evaluators cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels.schedule import roots
from compiler.evaluate import evaluate
from compiler.fact_columns import NONE_STATE, UNKNOWN_STATE, Always, FactColumns
from compiler.facts import Facts
from compiler.ledger import Ledger, Payment, Refused, Undetermined
from lang.dates import Month
from lang.types import Value

Rows = NDArray[np.int64]
FactsOf = Callable[[Mapping[str, Rows]], Facts]
PORTION = 2_000


def settle(
    program: ir.Program,
    columns: FactColumns,
    facts_of: FactsOf,
    doubtful: Mapping[str, Rows],
    until: Month | None,
    parameters: Mapping[str, Value],
) -> Ledger:
    """The part of the ledger that belongs to these rows of these clauses. Clauses of a group or with a quota are
    coupled with one another: all rows that may claim must be given, and are evaluated together."""
    coupled = {n: r for n, r in doubtful.items() if program.clauses[n].group or program.clauses[n].quota}
    alone = {n: r for n, r in doubtful.items() if n not in coupled}
    payments: list[Payment] = []
    undetermined: list[Undetermined] = []
    refused: list[Refused] = []

    def take(wanted: Mapping[str, Rows]) -> None:
        needed = rows_needed(program, columns, wanted)
        ledger = evaluate(program, facts_of(needed), until=until, parameters=parameters)
        keys = {
            name: {columns.tables[program.clauses[name].entity].keys[row] for row in rows.tolist()}
            for name, rows in wanted.items()
        }
        payments.extend(p for p in ledger.payments if p.key in keys.get(p.clause, ()))
        refused.extend(r for r in ledger.refused if r.key in keys.get(r.clause, ()))
        for entry in ledger.undetermined:
            of_clause = keys.get(entry.clause, set())
            if entry.key is not None:
                undetermined.extend([entry] if entry.key in of_clause else [])
                continue
            waiting = tuple(key for key in entry.waiting if key in of_clause)
            if waiting:
                undetermined.append(evolve(entry, waiting=waiting, count=len(waiting)))

    if any(len(rows) for rows in coupled.values()):
        take(coupled)
    most = max((len(rows) for rows in alone.values()), default=0)
    for begin in range(0, most, PORTION):
        take({name: rows[begin : begin + PORTION] for name, rows in alone.items() if begin < len(rows)})
    return Ledger(
        policy=program.name,
        payments=tuple(payments),
        undetermined=merged(program, undetermined),
        refused=tuple(refused),
    )


def merged(program: ir.Program, entries: list[Undetermined]) -> tuple[Undetermined, ...]:
    """By clause: one entry of the rows that wait for parameters only, then the others by key."""
    found: list[Undetermined] = []
    for clause in sorted(program.clauses.values(), key=lambda c: c.index):
        own = [entry for entry in entries if entry.clause == clause.name]
        waiting = sorted({key for entry in own if entry.key is None for key in entry.waiting})
        if waiting:
            names = sorted({name for entry in own if entry.key is None for name in entry.missing})
            found.append(
                Undetermined(
                    clause=clause.name,
                    entity=clause.entity,
                    key=None,
                    missing=tuple(names),
                    count=len(waiting),
                    waiting=tuple(waiting),
                )
            )
        found += sorted((entry for entry in own if entry.key is not None), key=lambda entry: entry.key or "")
    return tuple(found)


# ---------------------------------------------------------------- which rows an answer depends on
def rows_needed(program: ir.Program, columns: FactColumns, wanted: Mapping[str, Rows]) -> dict[str, Rows]:
    """The rows that the streams of these clauses read, for these of their rows."""
    seen: dict[ir.Id, NDArray[np.bool_]] = {}
    tables: dict[str, NDArray[np.bool_]] = {name: np.zeros(len(t), np.bool_) for name, t in columns.tables.items()}
    waiting: list[tuple[ir.Id, str | None, Any]] = []
    for name, rows in wanted.items():
        clause = program.clauses[name]
        tables[clause.entity][rows] = True
        waiting += [(stream, clause.entity, rows) for stream in roots(program, clause)]
        group = program.groups[clause.group] if clause.group is not None else None
        if group is not None and any(member.paid is not None for member in group.members):
            tables[group.entity][:] = True  # what others paid to the group's rows
        if group is not None and not all(_plain(program, columns, member) for member in group.members):
            # a claim that may lead to any row of the group: all of them, and whoever names one
            for name_ in {
                group.entity,
                *(e for (e, _), a in program.attributes.items() if a.type.name == group.entity),
            }:
                if name_ in tables:
                    tables[name_][:] = True
    rivals = _rivals(program, wanted)
    while waiting:
        _follow(program, columns, waiting, seen, tables)
        # whoever is there may claim against the others, and must be known as well as they
        for stream, entity in rivals:
            rows = np.flatnonzero(tables.get(entity, ()))
            if len(rows) and not (stream in seen and seen[stream][rows].all()):
                waiting.append((stream, entity, rows))
    return {name: np.flatnonzero(rows) for name, rows in tables.items()}


def _plain(program: ir.Program, columns: FactColumns, member: ir.GroupMember) -> bool:
    """Whether it is known of every row of a member to which row of the group it leads."""
    if member.link is None:
        return True
    stream = program.streams[member.link]
    table = columns.tables.get(stream.entity or "")
    if not isinstance(stream.op, ir.Fact) or table is None:
        return False
    column = table.columns.get(stream.op.attribute)
    return isinstance(column, Always) and (column.state is None or not (column.state == UNKNOWN_STATE).any())


def _rivals(program: ir.Program, clauses: Iterable[str]) -> list[tuple[ir.Id, str]]:
    """What must be known of every row that may claim against others."""
    found: set[tuple[ir.Id, str]] = set()
    for name in clauses:
        clause = program.clauses[name]
        members = [clause] if clause.quota is not None else []
        if clause.group is not None:
            group = program.groups[clause.group]
            members += [program.clauses[m.clause] for m in group.members if m.clause is not None]
            found |= {(m.paid, group.entity) for m in group.members if m.paid is not None}
        found |= {(stream, member.entity) for member in members for stream in roots(program, member)}
    return sorted((stream, entity) for stream, entity in found if program.streams[stream].entity is not None)


def _follow(
    program: ir.Program,
    columns: FactColumns,
    waiting: list[tuple[ir.Id, str | None, Any]],
    seen: dict[ir.Id, NDArray[np.bool_]],
    tables: Mapping[str, NDArray[np.bool_]],
) -> None:
    while waiting:
        stream, entity, rows = waiting.pop()
        of = program.streams[stream]
        if of.entity is not None:
            if of.entity not in tables:
                continue
            done = seen.setdefault(stream, np.zeros(len(tables[of.entity]), np.bool_))
            rows = rows[~done[rows]]
            if not len(rows):
                continue
            done[rows] = True
            tables[of.entity][rows] = True
        match of.op:
            case ir.Through(link, target):
                waiting.append((link, entity, rows))
                attribute = program.streams[link].op
                to = program.streams[target].entity
                if to is None:  # the same for all rows, such as a count of everybody
                    waiting.append((target, None, rows))
                elif to in tables:
                    waiting.append((target, to, _linked(program, columns, link, of.entity or "", rows, to, attribute)))
            case ir.Aggregate(_, member, via, where, value):
                if member in tables:
                    members = _members(columns, member, via, rows if of.entity is not None else None)
                    tables[member][members] = True
                    waiting += [(i, member, members) for i in (where, value) if i is not None]
            case _:
                waiting += [(i, entity, rows) for i in ir.operands(of.op)]


def _linked(
    program: ir.Program, columns: FactColumns, link: ir.Id, entity: str, rows: Rows, to: str, attribute: ir.Op
) -> Rows:
    """The rows that a link leads to; all of them where it is no plain column."""
    column = columns.tables[entity].columns.get(attribute.attribute) if isinstance(attribute, ir.Fact) else None
    size = len(columns.tables[to])
    if column is None and isinstance(attribute, ir.Fact):
        return np.zeros(0, np.int64)
    if not isinstance(column, Always):
        return np.arange(size)
    found = column.data[rows].astype(np.int64)
    if column.state is not None:
        found = found[(column.state[rows] != UNKNOWN_STATE) & (column.state[rows] != NONE_STATE)]
    found = found[found < size]
    return np.unique(found)


def _members(columns: FactColumns, member: str, via: str | None, rows: Rows | None) -> Rows:
    """The rows that may belong to these; all of them where that is not plain."""
    table = columns.tables[member]
    column = None if via is None else table.columns.get(via)
    if via is None or rows is None or not isinstance(column, Always):
        return np.arange(len(table))
    wanted = np.isin(column.data, rows)
    if column.state is not None:
        wanted = (wanted & (column.state == 0)) | (column.state == UNKNOWN_STATE)
    return np.flatnonzero(wanted)
