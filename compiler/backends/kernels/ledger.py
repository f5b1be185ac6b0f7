"""Rows of payments as a ledger: due, in the ledger's order, the evaluators' payments among them.

In: what the kernels and the evaluators paid (`run.Payments`). Out: a ledger whose payments are columns, for rosters of
millions; `to_ledger` gives the plain records of it, as the interpreter would.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels.run import Payments
from compiler.fact_columns import FactColumns
from compiler.interpret import split
from compiler.ledger import Ledger, Payment, Refused, Undetermined
from compiler.whole_sums import summed
from lang.dates import Month

Array = NDArray[Any]


# ---------------------------------------------------------------- columns
NOT_KNOWN = -2  # a payee; -1 is the row itself, and below -2 stands what is in `others`


@frozen(eq=False)
class ColumnLedger:
    """A ledger whose payments are columns, in the ledger's order. Rows of an entity are numbered as in its table.

    clause   int16, index in the policy's file        row     int32
    month    int16, accrual month less `first`        due     int16, likewise
    amount   int64, fen                               rule    int8
    payee    int32, a row of the entity that the rule's link leads to, or one of the above; None: all are the row itself
    """

    program: ir.Program
    facts: FactColumns
    names: tuple[str, ...]  # of clauses, by index
    first: Month
    columns: Mapping[str, Array]
    payee: Array | None
    others: tuple[str, ...]
    undetermined: tuple[Undetermined, ...]
    refused: tuple[Refused, ...]

    def __len__(self) -> int:
        return len(self.columns["row"])

    def totals(self) -> dict[str, int]:
        """Fen by clause, of those that pay, in the order of their first payments."""
        clause, amount = self.columns["clause"], self.columns["amount"]
        _, seen = np.unique(clause, return_index=True)
        order = clause[np.sort(seen)].tolist()
        return {self.names[i]: summed(amount[clause == i]) for i in order}


def columns_of_ledger(program: ir.Program, facts: FactColumns, found: Payments) -> ColumnLedger:
    """Native payments and those of the evaluators, sorted as a ledger is. The columns of `found` are used up."""
    names = tuple(sorted(program.clauses, key=lambda name: program.clauses[name].index))
    index = {name: number for number, name in enumerate(names)}
    rest, others = _rest_columns(program, facts, found, index)
    native = np.array([index[name] for name in found.clauses] or [0], np.int16)
    parts = found.columns
    parts["clause"] = native[parts["clause"]]
    columns = dict(parts)
    parts.clear()  # what is sorted takes its place
    for name in list(columns) if len(rest["row"]) else ():
        columns[name] = np.concatenate([columns[name], rest[name].astype(columns[name].dtype)])
    payee: Array | None = columns.pop("payee")
    if payee is not None and (payee == -1).all():
        payee = None
    due_from = program.due_from - found.first
    columns["due"] = np.maximum(columns["month"], np.int16(max(min(due_from, 32_000), 0)))
    order = _order(columns, len(names), len(rest["row"]) == 0 and due_from <= program.first - found.first)
    for name in list(columns):
        columns[name] = columns[name][order]
    return ColumnLedger(
        program=program,
        facts=facts,
        names=names,
        first=found.first,
        columns=columns,
        payee=None if payee is None else payee[order],
        others=others,
        undetermined=found.rest.undetermined,
        refused=_refused(program, facts, found),
    )


def _order(columns: Mapping[str, Array], clauses: int, by_row: bool) -> Array:
    """By due month, clause, row, accrual month. `by_row`: the rows of a clause stand in order already, and what is due
    in a month accrued in it: then a stable sort by month and clause is enough."""
    due, clause = columns["due"], columns["clause"]
    if by_row and (int(due.max(initial=0)) + 1) * clauses < 2**15:
        made: Array = np.argsort(due * np.int16(clauses) + clause, kind="stable")
        return made
    return np.lexsort((columns["month"], columns["row"], clause, due))


def _rest_columns(
    program: ir.Program, facts: FactColumns, found: Payments, index: Mapping[str, int]
) -> tuple[dict[str, Array], tuple[str, ...]]:
    """What the evaluators paid, as rows."""
    entities = {program.clauses[p.clause].entity for p in found.rest.payments}
    links = {
        program.streams[rule.payee].type.name or ""
        for p in found.rest.payments
        for rule in program.clauses[p.clause].alternatives
        if rule.payee is not None
    }
    wanted = {(p.entity, p.key) for p in found.rest.payments}
    wanted |= {tuple(p.payee.split("/", 1)) for p in found.rest.payments if p.payee is not None}  # type: ignore[misc]
    numbers: dict[tuple[str, str], int] = {}
    for entity in sorted(entities | links):
        table = facts.tables.get(entity)
        keys = {key for of, key in wanted if of == entity}
        for number, key in enumerate(table.keys if table is not None and keys else ()):
            if key in keys:
                numbers[entity, key] = number
    others: list[str] = []
    rows: list[tuple[int, ...]] = []
    for p in found.rest.payments:
        payee = -1
        if p.payee is None:
            payee = NOT_KNOWN
        elif p.payee != f"{p.entity}/{p.key}":
            entity, key = p.payee.split("/", 1)
            if (entity, key) in numbers:
                payee = numbers[entity, key]
            else:
                others.append(p.payee)
                payee = NOT_KNOWN - len(others)
        rows.append((index[p.clause], numbers[p.entity, p.key], p.month - found.first, p.amount, p.rule, payee))
    parts = list(zip(*rows, strict=True)) or [()] * 6
    names = ("clause", "row", "month", "amount", "rule", "payee")
    return {name: np.array(part, np.int64) for name, part in zip(names, parts, strict=True)}, tuple(others)


def _refused(program: ir.Program, facts: FactColumns, found: Payments) -> tuple[Refused, ...]:
    clauses = program.clauses
    native = [
        Refused(
            clause=name,
            entity=clauses[name].entity,
            key=facts.tables[clauses[name].entity].keys[row],
            month=found.first + month,
            reason="limit",
        )
        for name, lost in found.refused.items()
        for row, month in zip(lost["row"].tolist(), lost["month"].tolist(), strict=True)
    ]
    return tuple(
        sorted([*native, *found.rest.refused], key=lambda r: (r.month, clauses[r.clause].index, r.entity, r.key))
    )


# ---------------------------------------------------------------- records
def to_ledger(ledger: ColumnLedger) -> Ledger:
    """The plain records of `compiler.ledger`, as the interpreter would give them."""
    program = ledger.program
    columns = [ledger.columns[name].tolist() for name in ("clause", "row", "month", "due", "amount", "rule")]
    payees = ledger.payee.tolist() if ledger.payee is not None else [-1] * len(ledger)
    made: list[Payment] = []
    for number, row, month, due, amount, rule, payee in zip(*columns, payees, strict=True):
        clause = program.clauses[ledger.names[number]]
        key = ledger.facts.tables[clause.entity].keys[row]
        made.append(
            Payment(
                clause=clause.name,
                entity=clause.entity,
                key=key,
                month=ledger.first + month,
                due=ledger.first + due,
                amount=amount,
                payee=payee_of(ledger, clause, rule, key, payee),
                funds=split(clause.funds, amount),
                cites=clause.cites,
                rule=rule,
            )
        )
    return Ledger(policy=program.name, payments=tuple(made), undetermined=ledger.undetermined, refused=ledger.refused)


def payee_of(ledger: ColumnLedger, clause: ir.Clause, rule: int, key: str, payee: int) -> str | None:
    if payee == -1:
        return f"{clause.entity}/{key}"
    if payee == NOT_KNOWN:
        return None
    if payee < NOT_KNOWN:
        return ledger.others[NOT_KNOWN - payee - 1]
    stream = clause.alternatives[rule].payee
    entity = "" if stream is None else ledger.program.streams[stream].type.name or ""
    return f"{entity}/{ledger.facts.tables[entity].keys[payee]}"
