"""Tables of a DuckDB file: every table and view."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from huice.duckdb_files import DatabaseError, database
from huice.facts.arrow_tables import arrow_table
from huice.facts.faults import FactsError, Fault
from huice.facts.tables import Table


def read_duckdb(path: Path) -> tuple[list[Table], list[Fault]]:
    """By name; nothing is written. Raises FactsError for what is no such file, or where DuckDB is not installed."""
    try:
        with database(path, read_only=True) as connection:
            listed = connection.execute(
                "SELECT table_schema, table_name FROM information_schema.tables "
                "WHERE table_catalog = current_database() ORDER BY 1, 2"
            ).fetchall()
            read = [
                (name, connection.sql(f"SELECT * FROM {_quoted(schema)}.{_quoted(name)}").to_arrow_table())
                for schema, name in listed
            ]
    except DatabaseError as error:
        raise FactsError(Fault(message=error.text, file=str(path))) from None
    tables, faults = [], []
    for name, table in read:
        found, notes = arrow_table(table, str(path), name)
        tables.append(evolve(found, sheet=name))
        faults += [evolve(note, sheet=name) for note in notes]
    return tables, faults


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
