"""A ledger of columns as Arrow tables, for the Python face and for files of millions of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from compiler.backends.kernels.ledger import NOT_KNOWN, ColumnLedger
from lang.dates import month_text

if TYPE_CHECKING:
    import pyarrow as pa

Array = NDArray[Any]


def payment_table(ledger: ColumnLedger, begin: int = 0, end: int | None = None) -> pa.Table:
    """Payments number `begin` to `end` (without it): clause, entity, id, month, due, payee as text, amount_fen."""
    import pyarrow as pa

    part = slice(begin, len(ledger) if end is None else end)
    columns = {name: array[part] for name, array in ledger.columns.items()}
    entities = [ledger.program.clauses[name].entity for name in ledger.names]
    return pa.table(
        {
            "clause": _coded(columns["clause"], list(ledger.names)),
            "entity": _coded(columns["clause"], entities),
            "id": _keys(ledger, columns),
            "month": _coded(columns["month"], _months(ledger)),
            "due": _coded(columns["due"], _months(ledger)),
            "payee": payees(ledger, part),
            "amount_fen": pa.array(columns["amount"]),
        }
    )


def payees(ledger: ColumnLedger, part: slice) -> Any:
    """`entity/key`; null where it is not known."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = {name: array[part] for name, array in ledger.columns.items()}
    entities = [ledger.program.clauses[name].entity for name in ledger.names]
    own = pc.binary_join_element_wise(
        _coded(columns["clause"], entities).cast(pa.string()), _keys(ledger, columns), "/"
    )
    if ledger.payee is None:
        return own
    payee = ledger.payee[part]
    made = np.array(own.to_numpy(zero_copy_only=False), object) if (payee != -1).any() else None
    if made is None:
        return own
    for place in np.flatnonzero(payee != -1).tolist():
        made[place] = _payee(ledger, columns, place, int(payee[place]))
    return pa.array(made, pa.string())


def _payee(ledger: ColumnLedger, columns: dict[str, Array], place: int, payee: int) -> str | None:
    if payee == NOT_KNOWN:
        return None
    if payee < NOT_KNOWN:
        return ledger.others[NOT_KNOWN - payee - 1]
    clause = ledger.program.clauses[ledger.names[int(columns["clause"][place])]]
    stream = clause.alternatives[int(columns["rule"][place])].payee
    entity = "" if stream is None else ledger.program.streams[stream].type.name or ""
    return f"{entity}/{ledger.facts.tables[entity].keys[payee]}"


def _keys(ledger: ColumnLedger, columns: dict[str, Array]) -> Any:
    """The id of the row of each payment."""
    import pyarrow as pa

    clause, row = columns["clause"], columns["row"]
    entities = [ledger.program.clauses[name].entity for name in ledger.names]
    made: Any = None
    for entity in dict.fromkeys(entities[i] for i in np.unique(clause).tolist()):
        keys = _all_keys(ledger, entity)
        of = np.isin(clause, [i for i, name in enumerate(entities) if name == entity])
        if of.all():
            return keys.take(pa.array(row))
        if made is None:
            made = np.empty(len(row), object)
        made[of] = keys.take(pa.array(row[of])).to_numpy(zero_copy_only=False)
    return pa.array([] if made is None else made, pa.string())


def _all_keys(ledger: ColumnLedger, entity: str) -> Any:
    import pyarrow as pa

    keys = ledger.facts.tables[entity].keys
    return pa.array(keys if isinstance(keys, list | tuple) else list(keys), pa.string())


def _coded(numbers: Array, texts: list[str]) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int32)), pa.array(texts, pa.string()))


def _months(ledger: ColumnLedger) -> list[str]:
    last = max(int(ledger.columns[name].max(initial=0)) for name in ("month", "due"))
    return [month_text(ledger.first + i) for i in range(last + 1)]


# ---------------------------------------------------------------- files
GROUP = 1_000_000  # payments that are in memory at once


def write_parquet(ledger: ColumnLedger, path: str) -> None:
    """All payments, a group after the other. OSError where it cannot be written."""
    import pyarrow.parquet as pq

    writer: Any = None
    try:
        for begin in range(0, max(len(ledger), 1), GROUP):
            table = payment_table(ledger, begin, min(begin + GROUP, len(ledger)))
            if writer is None:
                coded = [name for name in table.schema.names if name not in ("id", "payee", "amount_fen")]
                writer = pq.ParquetWriter(path, table.schema, use_dictionary=coded)
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()
