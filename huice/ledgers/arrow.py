"""Ledgers as Arrow: the table of payments, its amounts, and the DuckDB file with what waits and is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from compiler.ledger import Ledger
from huice.duckdb_files import database
from huice.ledgers.rows import AMOUNT, COLUMNS

MOST_MEMORY = "200MB"
MONEY = pa.decimal128(18, 2)
SCHEMA = pa.schema([(name, MONEY if place == AMOUNT else pa.string()) for place, name in enumerate(COLUMNS)])
_TEXT, _LISTED = pa.string(), pa.list_(pa.string())
WAITING = pa.schema(
    [("clause", _TEXT), ("entity", _TEXT), ("id", _TEXT), ("missing", _LISTED), ("count", pa.int64())]
)  # fmt: skip
REFUSED = pa.schema([(name, _TEXT) for name in ("clause", "entity", "id", "month", "reason")])


def decimals(fen: Sequence[int] | Any) -> pa.Array:
    """Whole fen as decimals with two places: the same integers, read with another scale."""
    whole = pa.array(fen, pa.int64()).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(pa.decimal128(19, 2), len(whole), whole.buffers()).cast(MONEY)


def write_database(payments: pa.Table | pa.RecordBatchReader, ledger: Ledger, place: Path) -> None:
    """Tables payments, undetermined, refused (the latter two of `ledger`). Raises DatabaseError."""
    data = ledger.to_dict()
    tables = {
        "payments": payments,
        "undetermined": pa.Table.from_pylist([{"count": 1} | u for u in data["undetermined"]], WAITING),
        "refused": pa.Table.from_pylist(data["refused"], REFUSED),
    }
    place.unlink()  # an empty file is no database
    with database(place, read_only=False) as connection:
        connection.execute(f"set memory_limit = '{MOST_MEMORY}'")
        connection.execute("set threads = 1")  # each holds rows that are not yet in the file
        for name, table in tables.items():
            connection.register("given", table)
            connection.execute(f"create table {name} as select * from given")
            connection.unregister("given")
