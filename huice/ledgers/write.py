"""A ledger as a file, with its manifest beside it: .csv, .xlsx, .parquet, .json, .duckdb.

Both are written whole or not at all, and nothing that was there is touched before both are complete: a full disk or a
killed run leaves the old ones.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from compiler.ledger import Ledger
from huice.duckdb_files import MISSING, DatabaseError, is_there
from huice.ledgers.manifest import Origin, manifest_of, manifest_path, write_manifest
from huice.ledgers.reasons import Reasons
from huice.ledgers.rows import AMOUNT, COLUMNS, FORMATS, Format, Row, fen_of, ledger_rows, sums_of
from huice.reports.files import write_whole
from lang.diagnostics import Language, Text
from lang.model import Program

if TYPE_CHECKING:
    from huice.ledgers.book import Book

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


def write_ledger(
    ledger: Ledger | Book,
    reasons: Reasons,
    out: str,
    origin: Origin,
    on_progress: Callable[[int, int], None] | None = None,
) -> Written:
    """`ledger`, of records or of columns, under the names that it is to leave the house with; in the language of its
    reasons."""
    program, language = reasons.program, reasons.language
    wrong = wrong_suffix(out)
    if wrong is not None:
        return Written(problem=wrong)
    path = Path(out)
    form: Format = next(f for f in FORMATS if path.suffix.lower() == f".{f}")
    payments = len(ledger.payments) if isinstance(ledger, Ledger) else len(ledger)
    if form == "xlsx" and payments > SHEET_ROWS:
        problem = Text(
            f"{out}: a sheet holds {SHEET_ROWS:,} payments, there are {payments:,}; use .csv or .parquet",
            f"{out}：工作表最多容纳 {SHEET_ROWS:,} 笔，现有 {payments:,} 笔；请用 .csv 或 .parquet",
        )
        return Written(problem=problem)

    def both(place: Path) -> None:
        given = ledger.records() if form == "xlsx" and not isinstance(ledger, Ledger) else ledger
        if isinstance(given, Ledger):
            rows = ledger_rows(given, reasons, form)
            _write(form, rows, given, program, place, language)
            rest, sums = given, sums_of(rows)
        else:
            from huice.ledgers.long_files import write_long

            rest, sums = given.rest, write_long(form, evolve(given, reasons=reasons), place, on_progress)
        manifest = manifest_of(rest, sums, place, path.name, form, language, origin)
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
            from huice.ledgers.arrow import write_database

            write_database(_table(rows), ledger, place)
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

    from huice.ledgers.arrow import SCHEMA, decimals

    columns = [pa.array([row[i] for row in rows], pa.string()) for i in range(len(COLUMNS))]
    columns[AMOUNT] = decimals([fen_of(row[AMOUNT]) or 0 for row in rows])
    return pa.Table.from_arrays(columns, schema=SCHEMA)
