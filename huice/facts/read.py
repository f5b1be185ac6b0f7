"""Facts from wherever they are: the one place that looks at a path and chooses a reader."""

from __future__ import annotations

import sys
from collections.abc import Container
from pathlib import Path

from compiler.facts import Facts
from huice.facts.csv_folder import read_csv, read_folder
from huice.facts.faults import FactsError, Fault
from huice.facts.json_facts import facts_from_json
from huice.facts.tables import facts_from_tables
from huice.facts.workbook import read_workbook
from lang.diagnostics import Text
from lang.model import Program

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


def read_facts(
    program: Program, path: str, read_by_policy: Container[tuple[str, str]] = ()
) -> tuple[Facts, list[Fault]]:
    """JSON (`-`: from standard input), a folder of CSV, one CSV, or a workbook. Raises FactsError if there is none."""
    if path == "-":
        return facts_from_json(program, sys.stdin.buffer.read(), "-")
    place = Path(path)
    if "\0" in path:
        raise FactsError(Fault(message=Text("there is no such file or folder", "没有该文件或文件夹"), file=path))
    if place.is_dir():
        tables, notes = read_folder(place)
        facts, faults = facts_from_tables(program, tables, read_by_policy)
        return facts, notes + faults
    if not place.is_file():
        raise FactsError(Fault(message=Text("there is no such file or folder", "没有该文件或文件夹"), file=path))
    suffix = place.suffix.lower()
    if suffix == ".json":
        return facts_from_json(program, _bytes(place), path)
    if suffix in WORKBOOKS:
        return facts_from_tables(program, read_workbook(place), read_by_policy)
    if suffix == ".csv":
        table, notes = read_csv(place)
        facts, faults = facts_from_tables(program, [table] if table is not None else [], read_by_policy)
        return facts, notes + faults
    message = Text(
        f"not supported yet: facts from {suffix or 'this kind of'} files; use .json, .xlsx, or a folder of .csv",
        f"尚不支持从 {suffix or '此类'} 文件读取；请用 .json、.xlsx 或 .csv 文件夹",
    )
    raise FactsError(Fault(message=message, file=path))


def _bytes(place: Path) -> bytes:
    try:
        return place.read_bytes()
    except OSError as error:
        message = Text(f"this file cannot be read ({error.strerror})", f"无法读取该文件（{error.strerror}）")
        raise FactsError(Fault(message=message, file=str(place))) from None
