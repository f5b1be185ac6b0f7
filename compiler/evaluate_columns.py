"""The front door for rosters as columns: machine code for many rows, the evaluators for few.

In: the checked program (for the members of kinds and for records of single rows), its IR, and facts as columns. Out: a
ledger whose payments are columns, or sums by clause and month. Few rows are answered before machine code is made, and
without importing what makes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from compiler import ir
from compiler.evaluate import evaluate
from compiler.fact_columns import FactColumns, to_facts
from compiler.facts import Facts
from compiler.ledger import Ledger
from compiler.memory import last_month
from compiler.whole_sums import within_64_bits
from lang import model
from lang.dates import Month
from lang.types import Value

if TYPE_CHECKING:
    from compiler.backends.kernels.ledger import ColumnLedger

FEW = 1_000  # rows: the evaluators have their answer before the machine code is there


@frozen(eq=False)
class Sums:
    """`fen[clause, month]`: what accrues, int64, of `clauses` in the order of the file, in the months from `first` on.
    `undetermined`: of how many rows something that matters is not known, by clause."""

    clauses: tuple[str, ...]
    first: Month
    fen: NDArray[np.int64]
    undetermined: Mapping[str, int]


def evaluate_columns(
    program: model.Program,
    compiled: ir.Program,
    facts: FactColumns,
    *,
    until: Month | None = None,
    parameters: Mapping[str, Value] | None = None,
) -> Ledger | ColumnLedger:
    """Records where the rows are few, else columns. The same payments either way."""
    if facts.rows < FEW:
        return evaluate(compiled, to_facts(facts, program), until=until, parameters=parameters)
    from compiler.backends.kernels.ledger import columns_of_ledger
    from compiler.backends.kernels.run import payments

    rows_of = _RowsOf(program, facts)
    found = payments(compiled, facts, codes_of(program), rows_of, until=until, parameters=parameters)
    return columns_of_ledger(compiled, facts, found)


def total(
    program: model.Program,
    compiled: ir.Program,
    facts: FactColumns,
    *,
    until: Month | None = None,
    parameters: Mapping[str, Value] | None = None,
    threads: int | None = None,
) -> Sums:
    """Clauses × months, without a row a payment. `threads`: at most so many (None: as many as there are processors).
    Raises OverflowError where a sum leaves 64 bits."""
    names = tuple(compiled.clauses)
    if facts.rows < FEW:
        ledger = evaluate(compiled, to_facts(facts, program), until=until, parameters=parameters)
        return _summed(compiled, ledger, names, last_month(compiled, until))
    from compiler.backends.kernels.run import totals

    rows_of = _RowsOf(program, facts)
    found = totals(
        compiled, facts, codes_of(program), rows_of, until=until, parameters=parameters, clauses=names, threads=threads
    )
    return Sums(names, found.first, found.fen, found.undetermined)


def codes_of(program: model.Program) -> dict[str, dict[str, int]]:
    """By kind, the number of each member in order of declaration, as columns hold them."""
    return {
        kind: {member.name: number for number, member in enumerate(about.members)}
        for kind, about in program.kinds.items()
    }


@frozen(eq=False)
class _RowsOf:
    """Some rows as records."""

    program: model.Program
    facts: FactColumns

    def __call__(self, rows: Mapping[str, NDArray[np.int64]]) -> Facts:
        return to_facts(self.facts, self.program, rows)  # type: ignore[arg-type]


def _summed(compiled: ir.Program, ledger: Ledger, names: Sequence[str], last: Month) -> Sums:
    fen: NDArray[Any] = np.zeros((len(names), max(last - compiled.first + 1, 0)), object)
    for payment in ledger.payments:
        fen[names.index(payment.clause), payment.month - compiled.first] += payment.amount
    waiting: dict[str, int] = {}
    for entry in ledger.undetermined:
        waiting[entry.clause] = waiting.get(entry.clause, 0) + entry.count
    return Sums(tuple(names), compiled.first, within_64_bits(fen, names, compiled.first), waiting)
