"""Rows of payments as a ledger: named, due, split between funds, in the ledger's order.

`to_ledger` gives the plain records of `compiler.ledger`, as the interpreter would; `table` gives columns for rosters of
millions, in which the same is said without a record a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels.run import Payments
from compiler.fact_columns import FactColumns
from compiler.interpret import split
from compiler.ledger import Ledger, Payment, Refused

Array = NDArray[Any]


def to_ledger(program: ir.Program, columns: FactColumns, found: Payments) -> Ledger:
    clauses = program.clauses
    made: list[Payment] = []
    arrays = (found.columns[name].tolist() for name in ("clause", "row", "month", "amount", "rule", "payee"))
    for number, row, month, amount, rule, payee in zip(*arrays, strict=True):
        clause = clauses[found.clauses[number]]
        at = found.first + month
        made.append(
            Payment(
                clause=clause.name,
                entity=clause.entity,
                key=columns.tables[clause.entity].keys[row],
                month=at,
                due=max(at, program.due_from),
                amount=amount,
                payee=_payee(program, columns, clause, rule, row, payee),
                funds=split(clause.funds, amount),
                cites=clause.cites,
                rule=rule,
            )
        )
    refused = [
        Refused(clause=name, entity=clauses[name].entity, key=columns.tables[clauses[name].entity].keys[row],
                month=found.first + month, reason="limit")  # fmt: skip
        for name, lost in found.refused.items()
        for row, month in zip(lost["row"].tolist(), lost["month"].tolist(), strict=True)
    ]
    payments = sorted(
        [*made, *found.rest.payments], key=lambda p: (p.due, clauses[p.clause].index, p.entity, p.key, p.month)
    )
    return evolve(
        found.rest,
        payments=tuple(payments),
        refused=tuple(
            sorted([*refused, *found.rest.refused], key=lambda r: (r.month, clauses[r.clause].index, r.entity, r.key))
        ),
    )


def _payee(program: ir.Program, columns: FactColumns, clause: ir.Clause, rule: int, row: int, payee: int) -> str:
    stream = clause.alternatives[rule].payee
    if stream is None:
        return f"{clause.entity}/{columns.tables[clause.entity].keys[row]}"
    entity = program.streams[stream].type.name or ""
    return f"{entity}/{columns.tables[entity].keys[payee]}"


# ---------------------------------------------------------------- columns
def ordered(program: ir.Program, found: Payments) -> dict[str, Array]:
    """The native payments in the ledger's order: clause (index in the program's file), row, month, due, amount, rule,
    payee. Rows are in order of keys, so their numbers stand for them. What the evaluators paid is in `found.rest`."""
    index = np.array([program.clauses[name].index for name in found.clauses], np.int64)
    clause = index[found.columns["clause"]] if len(index) else found.columns["clause"].astype(np.int64)
    month = found.columns["month"].astype(np.int64) + found.first
    due = np.maximum(month, program.due_from)
    row = found.columns["row"].astype(np.int64)
    months = int(month.max() - month.min()) + 1 if len(month) else 1
    # one number in which they are in order: due, clause, row, month
    key = due - (int(due.min()) if len(due) else 0)
    for part, size in ((clause, int(index.max()) + 1 if len(index) else 1), (row, int(row.max()) + 1 if len(row) else 1),
                       (month - (int(month.min()) if len(month) else 0), months)):  # fmt: skip
        key = key * size + part
    order = np.argsort(key)
    made: Mapping[str, Array] = {
        "clause": clause, "row": row, "month": month, "due": due, "amount": found.columns["amount"],
        "rule": found.columns["rule"], "payee": found.columns["payee"],
    }  # fmt: skip
    return {name: array[order] for name, array in made.items()}
