"""Facts from wherever they are: the one place that looks at a path and chooses a reader."""

from __future__ import annotations

import sys
from collections.abc import Callable, Container
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.facts import Facts
from huice.duckdb_files import SUFFIXES
from huice.facts.faults import FactsError, Fault
from huice.facts.json_facts import facts_from_json
from lang.diagnostics import Text
from lang.model import Program

if TYPE_CHECKING:
    from compiler.fact_columns import FactColumns
    from huice.facts.tables import Table

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".et"})
NO_FILE = Text("there is no such file or folder", "没有该文件或文件夹")
Progress = Callable[[int, int], None]


def read_facts(
    program: Program, path: str, read_by_policy: Container[tuple[str, str]] = (), on_progress: Progress | None = None
) -> tuple[Facts, list[Fault]]:
    """JSON (`-`: from standard input), a folder of CSV or Parquet, one of them, a workbook, a DuckDB file. Raises
    FactsError where there is none, or it cannot be read at all."""
    written = _json(path)
    if written is not None:
        return facts_from_json(program, written, path)
    from compiler.fact_columns import to_facts

    columns, faults = _read_tables(program, path, read_by_policy, on_progress)
    return to_facts(columns, program), faults


def read_columns(
    program: Program, path: str, read_by_policy: Container[tuple[str, str]] = (), on_progress: Progress | None = None
) -> tuple[FactColumns, list[Fault]]:
    """The same as columns: for rosters of any length."""
    written = _json(path)
    if written is None:
        return _read_tables(program, path, read_by_policy, on_progress)
    from compiler.fact_columns import from_facts

    facts, faults = facts_from_json(program, written, path)
    return from_facts(facts, program), faults


def _json(path: str) -> bytes | None:
    """What a JSON file holds; None where the path names something else."""
    if path == "-":
        return sys.stdin.buffer.read()
    place = Path(path)
    if "\0" in path or not place.exists():
        raise FactsError(Fault(message=NO_FILE, file=path))
    return _bytes(place) if place.is_file() and place.suffix.lower() == ".json" else None


def _read_tables(
    program: Program, path: str, read_by_policy: Container[tuple[str, str]], on_progress: Progress | None
) -> tuple[FactColumns, list[Fault]]:
    from huice.facts.tables import facts_from_tables

    place = Path(path)
    tables, notes = _tables(place, place.suffix.lower(), on_progress)
    columns, faults = facts_from_tables(program, tables, read_by_policy)
    return columns, notes + faults


def _tables(place: Path, suffix: str, on_progress: Progress | None) -> tuple[list[Table], list[Fault]]:
    if place.is_dir():
        return _folder(place, on_progress)
    if not place.is_file():
        raise FactsError(Fault(message=NO_FILE, file=str(place)))
    if suffix in WORKBOOKS:
        from huice.facts.workbook import read_workbook

        return read_workbook(place), []
    if suffix in (".csv", ".txt", ".tsv"):
        from huice.facts.csv_folder import read_csv

        table, notes = read_csv(place, on_progress)
        return [] if table is None else [table], notes
    if suffix == ".parquet":
        from huice.facts.arrow_tables import read_parquet

        table, notes = read_parquet(place)
        return [table], notes
    if suffix in SUFFIXES:
        from huice.facts.duckdb_file import read_duckdb

        return read_duckdb(place)
    message = Text(
        f"not supported yet: facts from {suffix or 'this kind of'} files; "
        "use .json, .xlsx, .parquet, .duckdb, or a folder of .csv",
        f"尚不支持从 {suffix or '此类'} 文件读取；请用 .json、.xlsx、.parquet、.duckdb 或 .csv 文件夹",
    )
    raise FactsError(Fault(message=message, file=str(place)))


def _folder(place: Path, on_progress: Progress | None) -> tuple[list[Table], list[Fault]]:
    suffixes = {path.suffix.lower() for path in place.iterdir() if path.is_file()}
    if ".csv" in suffixes and ".parquet" in suffixes:
        message = Text(
            "this folder has .csv and .parquet files; there is no telling which are the roster",
            "该文件夹中既有 .csv 又有 .parquet，无法确定以哪个为准",
        )
        raise FactsError(Fault(message=message, file=str(place)))
    if ".parquet" in suffixes:
        from huice.facts.arrow_tables import read_parquet_folder

        return read_parquet_folder(place)
    from huice.facts.csv_folder import read_folder

    return read_folder(place, on_progress)


def _bytes(place: Path) -> bytes:
    try:
        return place.read_bytes()
    except OSError as error:
        message = Text(f"this file cannot be read ({error.strerror})", f"无法读取该文件（{error.strerror}）")
        raise FactsError(Fault(message=message, file=str(place))) from None
