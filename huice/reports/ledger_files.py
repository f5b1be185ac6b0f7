"""A ledger as a file: .csv (opens in Chinese Excel), .xlsx, .parquet, .json. One row a payment."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

from compiler.ledger import Ledger, Payment, yuan
from huice.reports.files import as_text, write_whole
from huice.reports.ledger_workbook import SHEET_ROWS, write_ledger_workbook
from lang.dates import month_text
from lang.diagnostics import Language, Text
from lang.model import Program

COLUMNS = ("clause", "label", "item", "entity", "id", "month", "due", "amount", "payee", "fund")
SUFFIXES = (".csv", ".xlsx", ".parquet", ".json")


def wrong_suffix(out: str) -> Text | None:
    """Why a ledger cannot be written under this name."""
    if Path(out).suffix.lower() in SUFFIXES:
        return None
    known = " ".join(SUFFIXES)
    return Text(f"{out}: the ledger can be written as {known}", f"{out}：账册可写为 {known}")


def write_ledger(ledger: Ledger, program: Program, out: str, language: Language) -> Text | None:
    """None when written; else what stood in the way."""
    path = Path(out)
    wrong = wrong_suffix(out)
    if wrong is not None:
        return wrong
    suffix = path.suffix.lower()
    if suffix == ".xlsx" and len(ledger.payments) > SHEET_ROWS:
        return Text(
            f"{out}: a sheet holds {SHEET_ROWS:,} payments, there are {len(ledger.payments):,}; use .csv or .parquet",
            f"{out}：工作表最多容纳 {SHEET_ROWS:,} 笔，现有 {len(ledger.payments):,} 笔；请用 .csv 或 .parquet",
        )
    writers: dict[str, Callable[[Path], None]] = {
        ".csv": lambda place: _csv(ledger, program, place),
        ".xlsx": lambda place: write_ledger_workbook(ledger, program, place, language),
        ".parquet": lambda place: _parquet(ledger, program, place),
        ".json": lambda place: _json(ledger, place),
    }
    try:
        write_whole(path, writers[suffix])
    except OSError as error:
        return Text(f"{out}: cannot be written ({error.strerror})", f"{out}：无法写入（{error.strerror}）")
    return None


def row_of(payment: Payment, program: Program) -> tuple[str, ...]:
    return (
        payment.clause,
        program.clauses[payment.clause].label or "",
        "、".join(payment.cites),
        payment.entity,
        payment.key,
        month_text(payment.month),
        month_text(payment.due),
        yuan(payment.amount),
        payment.payee or "",
        "; ".join(f"{fund} {yuan(fen)}" for fund, fen in payment.funds.items()),
    )


def _csv(ledger: Ledger, program: Program, place: Path) -> None:
    with place.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for payment in ledger.payments:
            writer.writerow([as_text(cell) for cell in row_of(payment, program)])


def _json(ledger: Ledger, place: Path) -> None:
    place.write_text(json.dumps(ledger.to_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _parquet(ledger: Ledger, program: Program, place: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [row_of(payment, program) for payment in ledger.payments]
    columns = {name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(COLUMNS)}
    columns["amount"] = pa.array([p.amount for p in ledger.payments], pa.int64())
    renamed = {("amount_fen" if name == "amount" else name): column for name, column in columns.items()}
    pq.write_table(pa.table(renamed), place)
