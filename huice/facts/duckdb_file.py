"""Tables of a DuckDB file. DuckDB is an extra: who has such files has it, and the others need not load it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from attrs import evolve

from huice.facts.arrow_tables import arrow_table
from huice.facts.faults import FactsError, Fault
from huice.facts.tables import Table
from lang.diagnostics import Text

SUFFIXES = frozenset({".duckdb", ".ddb"})


def read_duckdb(path: Path) -> tuple[list[Table], list[Fault]]:
    """Every table and view, by name; nothing is written. Raises FactsError."""
    if importlib.util.find_spec("duckdb") is None:
        message = Text(
            "reading DuckDB files needs DuckDB: pip install 'huice[duckdb]'",
            "读取 DuckDB 文件需要安装 DuckDB：pip install 'huice[duckdb]'",
        )
        raise FactsError(Fault(message=message, file=str(path)))
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("SET enable_external_access = false")
            listed = connection.execute(
                "SELECT table_schema, table_name FROM information_schema.tables "
                "WHERE table_catalog = current_database() ORDER BY 1, 2"
            ).fetchall()
            read = [
                (name, connection.sql(f"SELECT * FROM {_quoted(schema)}.{_quoted(name)}").to_arrow_table())
                for schema, name in listed
            ]
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        message = Text(f"this is no DuckDB file that can be read ({first})", f"无法作为 DuckDB 读取（{first}）")
        raise FactsError(Fault(message=message, file=str(path))) from None
    tables, faults = [], []
    for name, table in read:
        found, notes = arrow_table(table, str(path), name)
        tables.append(evolve(found, sheet=name))
        faults += [evolve(note, sheet=name) for note in notes]
    return tables, faults


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
