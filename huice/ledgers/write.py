"""A ledger as a file, with its manifest beside it: .csv, .xlsx, .parquet, .json, .duckdb.

Both are written whole or not at all, and nothing that was there is touched before both are complete: a full disk or a
killed run leaves the old ones.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from compiler.ledger import Ledger
from huice.duckdb_files import MISSING, DatabaseError, database, is_there
from huice.ledgers.manifest import Origin, manifest_of, manifest_path, write_manifest
from huice.ledgers.rows import AMOUNT, COLUMNS, FORMATS, Format, Row, fen_of, ledger_rows
from huice.reports.files import write_whole
from lang.diagnostics import Language, Text
from lang.model import Program

SHEET_ROWS = 1_048_574  # a sheet's rows less the heading and the sum
SUFFIXES = tuple(f".{form}" for form in FORMATS)


def wrong_suffix(out: str) -> Text | None:
    """Why a ledger cannot be written under this name."""
    suffix = Path(out).suffix.lower()
    if suffix not in SUFFIXES:
        known = " ".join(SUFFIXES)
        return Text(f"{out}: the ledger can be written as {known}", f"{out}：账册可写为 {known}")
    if suffix == ".duckdb" and not is_there():
        return Text(f"{out}: {MISSING.en}", f"{out}：{MISSING.zh}")
    return None


@frozen
class Written:
    """The files; or what stood in the way (then the old ones are as they were)."""

    files: tuple[str, ...] = ()
    problem: Text | None = None


def write_ledger(ledger: Ledger, program: Program, out: str, language: Language, origin: Origin) -> Written:
    """`ledger` under the names that it is to leave the house with."""
    wrong = wrong_suffix(out)
    if wrong is not None:
        return Written(problem=wrong)
    path = Path(out)
    form: Format = next(f for f in FORMATS if path.suffix.lower() == f".{f}")
    if form == "xlsx" and len(ledger.payments) > SHEET_ROWS:
        problem = Text(
            f"{out}: a sheet holds {SHEET_ROWS:,} payments, there are {len(ledger.payments):,}; use .csv or .parquet",
            f"{out}：工作表最多容纳 {SHEET_ROWS:,} 笔，现有 {len(ledger.payments):,} 笔；请用 .csv 或 .parquet",
        )
        return Written(problem=problem)
    rows = ledger_rows(ledger, program, form, language)

    def both(place: Path) -> None:
        _write(form, rows, ledger, program, place, language)
        manifest = manifest_of(ledger, rows, place, path.name, form, language, origin)
        write_manifest(manifest, manifest_path(path))

    try:
        write_whole(path, both)
    except OSError as error:
        reason = error.strerror or str(error)
        return Written(problem=Text(f"{out}: cannot be written ({reason})", f"{out}：无法写入（{reason}）"))
    except DatabaseError as error:
        return Written(problem=Text(f"{out}: {error.text.en}", f"{out}：{error.text.zh}"))
    return Written((out, str(manifest_path(path))))


def _write(
    form: Format, rows: Sequence[Row], ledger: Ledger, program: Program, place: Path, language: Language
) -> None:
    match form:
        case "csv":
            _csv(rows, place)
        case "json":
            _json(rows, ledger, place)
        case "parquet":
            import pyarrow.parquet as pq

            pq.write_table(_table(rows), place)
        case "duckdb":
            _duckdb(rows, ledger, place)
        case "xlsx":
            from huice.reports.ledger_workbook import write_ledger_workbook

            write_ledger_workbook(rows, ledger, program, place, language)


def _csv(rows: Sequence[Row], place: Path) -> None:
    """With a byte-order mark and CRLF, as spreadsheets in Chinese expect; formulas are text already."""
    with place.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def _json(rows: Sequence[Row], ledger: Ledger, place: Path) -> None:
    """The JSON of `huice eval`, each payment with its label and its reason too."""
    data = ledger.to_dict()
    for payment, row in zip(data["payments"], rows, strict=True):
        payment |= {"label": row[1], "reason": row[-1]}
    place.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _table(rows: Sequence[Row]) -> Any:
    """Arrow: amounts are decimal(18, 2), all else text."""
    import pyarrow as pa

    columns = {name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(COLUMNS)}
    return pa.table(columns | {"amount": _decimals([fen_of(row[AMOUNT]) or 0 for row in rows])})


def _decimals(fen: Sequence[int]) -> Any:
    """Whole fen as decimals with two places: the same integers, read with another scale."""
    import pyarrow as pa

    whole = pa.array(fen, pa.int64()).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(pa.decimal128(19, 2), len(whole), whole.buffers()).cast(pa.decimal128(18, 2))


def _duckdb(rows: Sequence[Row], ledger: Ledger, place: Path) -> None:
    """Tables payments, undetermined, refused."""
    import pyarrow as pa

    data = ledger.to_dict()
    text, listed = pa.string(), pa.list_(pa.string())
    waiting = pa.schema(
        [("clause", text), ("entity", text), ("id", text), ("missing", listed), ("count", pa.int64())]
    )  # fmt: skip
    refused = pa.schema([("clause", text), ("entity", text), ("id", text), ("month", text), ("reason", text)])
    tables = {
        "payments": _table(rows),
        "undetermined": pa.Table.from_pylist([{"count": 1} | u for u in data["undetermined"]], waiting),
        "refused": pa.Table.from_pylist(data["refused"], refused),
    }
    place.unlink()  # an empty file is no database
    with database(place, read_only=False) as connection:
        for name, table in tables.items():
            connection.register("given", table)
            connection.execute(f"create table {name} as select * from given")
            connection.unregister("given")
