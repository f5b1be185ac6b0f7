"""A ledger as a file: .csv (opens in Chinese Excel), .xlsx, .parquet, .json. One row a payment."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from compiler.ledger import Ledger, Payment, yuan
from huice.reports.files import as_text, write_whole
from lang.dates import month_text
from lang.diagnostics import Language, Text
from lang.model import Program

COLUMNS = ("clause", "label", "item", "entity", "id", "month", "due", "amount", "payee", "fund")
HEADINGS_ZH = ("条款", "名称", "依据", "对象", "编号", "所属月份", "兑现月份", "金额（元）", "收款方", "资金来源")
AMOUNT = COLUMNS.index("amount")


def write_ledger(ledger: Ledger, program: Program, out: str, language: Language) -> Text | None:
    """None when written; else what stood in the way."""
    path = Path(out)
    writers: dict[str, Callable[[Path], None]] = {
        ".csv": lambda place: _csv(ledger, program, place),
        ".xlsx": lambda place: _xlsx(ledger, program, place, language),
        ".parquet": lambda place: _parquet(ledger, program, place),
        ".json": lambda place: _json(ledger, place),
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        known = " ".join(writers)
        return Text(f"{out}: the ledger can be written as {known}", f"{out}：账册可写为 {known}")
    try:
        write_whole(path, writer)
    except OSError as error:
        return Text(f"{out}: cannot be written ({error.strerror})", f"{out}：无法写入（{error.strerror}）")
    return None


def _row(payment: Payment, program: Program) -> tuple[str, ...]:
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
            writer.writerow([as_text(cell) for cell in _row(payment, program)])


def _json(ledger: Ledger, place: Path) -> None:
    place.write_text(json.dumps(ledger.to_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _parquet(ledger: Ledger, program: Program, place: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [_row(payment, program) for payment in ledger.payments]
    columns = {name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(COLUMNS)}
    columns["amount"] = pa.array([p.amount for p in ledger.payments], pa.int64())
    renamed = {("amount_fen" if name == "amount" else name): column for name, column in columns.items()}
    pq.write_table(pa.table(renamed), place)


def _xlsx(ledger: Ledger, program: Program, place: Path, language: Language) -> None:
    import xlsxwriter

    zh = language == "zh"
    book = xlsxwriter.Workbook(str(place), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1)})  # the same ledger gives the same bytes
    bold = book.add_format({"bold": True, "bottom": 1})
    money = book.add_format({"num_format": "#,##0.00"})
    total = book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
    sheet = book.add_worksheet("发放明细" if zh else "payments")
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(HEADINGS_ZH if zh else COLUMNS):
        sheet.write_string(0, column, heading, bold)
    for number, payment in enumerate(ledger.payments, 1):
        for column, cell in enumerate(_row(payment, program)):
            if column == AMOUNT:
                sheet.write_number(number, column, payment.amount / 100, money)
            else:
                sheet.write_string(number, column, cell)
    last = len(ledger.payments)
    if last:
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
        value = sum(p.amount for p in ledger.payments) / 100
        sheet.write_formula(last + 1, AMOUNT, f"=SUBTOTAL(9,H2:H{last + 1})", total, value)
    sheet.set_column(0, len(COLUMNS) - 1, 14)
    waiting = book.add_worksheet("待定" if zh else "undetermined")
    headings = ("条款", "对象", "编号", "缺少", "数量") if zh else ("clause", "entity", "id", "missing", "count")
    for column, heading in enumerate(headings):
        waiting.write_string(0, column, heading, bold)
    for number, u in enumerate(ledger.undetermined, 1):
        for column, cell in enumerate((u.clause, u.entity, u.key or "", ", ".join(u.missing))):
            waiting.write_string(number, column, cell)
        waiting.write_number(number, 4, u.count)
    waiting.set_column(0, 4, 20)
    book.close()
