"""A ledger as a workbook: every payment (with its sum), by clause and year, what waits, what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from compiler.ledger import Ledger, Payment, yuan
from huice.reports.names import missing_name, title_of
from huice.reports.sheets import Cell, Look, Sheet, Workbook
from lang.dates import month_text, year_of
from lang.diagnostics import Language
from lang.model import Program

SHEET_ROWS = 1_048_574  # a sheet's rows less the heading and the sum
MONEY = "#,##0.00"
REASONS = {"limit": "名额已满", "exclusive": "已享受同类补贴"}


def write_ledger_workbook(ledger: Ledger, program: Program, place: Path, language: Language) -> None:
    """Raises OSError when it cannot be written."""
    zh = language == "zh"
    title = program.label if zh and program.label else program.name
    with Workbook(place, title, MONEY, "Microsoft YaHei" if zh else "Calibri") as book:
        _payments(Sheet(book, "发放明细" if zh else "payments"), ledger, program, language)
        _by_clause(Sheet(book, "条款汇总" if zh else "by clause"), ledger, program, language, title)
        if ledger.undetermined:
            _undetermined(Sheet(book, "待定" if zh else "undetermined"), ledger, program, language)
        if ledger.refused:
            _refused(Sheet(book, "不予" if zh else "refused"), ledger, program, language)


def _row(payment: Payment, program: Program, language: Language) -> list[Cell]:
    zh = language == "zh"
    funds = payment.funds.items()
    named = [(title_of(program.funds, fund, language) if zh else fund, yuan(fen)) for fund, fen in funds]
    return [
        payment.clause,
        program.clauses[payment.clause].label or "",
        "、".join(payment.cites),
        title_of(program.entities, payment.entity, language),
        payment.key,
        month_text(payment.month),
        month_text(payment.due),
        payment.amount / 100,
        payment.payee or ("待定" if zh else "unknown"),
        named[0][0] if len(named) == 1 else "; ".join(f"{name} {amount}" for name, amount in named),
    ]


def _payments(sheet: Sheet, ledger: Ledger, program: Program, language: Language) -> None:
    """The heading is the first row, so that other programs read the sheet as a table."""
    zh = language == "zh"
    headings = ("clause", "label", "item", "entity", "id", "month", "due", "amount (yuan)", "payee", "fund")
    if zh:
        headings = ("条款", "名称", "依据", "对象", "编号", "所属月份", "兑现月份", "金额（元）", "收款方", "资金来源")
    looks: list[Look] = ["text"] * len(headings)
    amount = 7
    looks[amount] = "money"
    first, last = sheet.table(headings, (_row(p, program, language) for p in ledger.payments), looks)
    sheet.sheet.freeze_panes(1, 0)
    sheet.sheet.repeat_rows(0)
    if ledger.payments:
        sheet.sheet.autofilter(0, 0, last, len(headings) - 1)
        total = sum(p.amount for p in ledger.payments) / 100
        bold = sheet.book.number("money", bold=True, top=1)
        sheet.sheet.write_formula(last + 1, amount, f"=SUBTOTAL(9,H{first + 1}:H{last + 1})", bold, total)
        sheet.widen(amount, f"{total:,.2f}")
    sheet.done()


def _by_clause(sheet: Sheet, ledger: Ledger, program: Program, language: Language, title: str) -> None:
    zh = language == "zh"
    years = sorted({year_of(p.month) for p in ledger.payments})
    count: Counter[str] = Counter(p.clause for p in ledger.payments)
    paid: Counter[tuple[str, int]] = Counter()
    for p in ledger.payments:
        paid[p.clause, year_of(p.month)] += p.amount
    waiting: Counter[str] = Counter()
    for u in ledger.undetermined:
        waiting[u.clause] += u.count
    refused = Counter(r.clause for r in ledger.refused)

    def line(first: str, item: str, names: Sequence[str]) -> list[Cell]:
        by_year = [sum(paid[name, year] for name in names) / 100 for year in years]
        sums = [sum(tally[name] for name in names) for tally in (count, waiting, refused)]
        whole = sum(fen for (name, _), fen in paid.items() if name in names) / 100
        return [first, item, sums[0], *by_year, whole, sums[1], sums[2]]

    headings = ["条款", "依据", "笔数"] if zh else ["clause", "item", "payments"]
    headings += [f"{year}年" if zh else str(year) for year in years]
    headings += ["合计", "待定", "不予"] if zh else ["total", "undetermined", "refused"]
    money: list[Look] = ["money"] * (len(years) + 1)
    looks: list[Look] = ["text", "text", "count", *money, "count", "count"]
    sheet.title(title, "按所属月份的年度汇总 · 金额单位：元" if zh else "by year of the month earned · amounts in yuan")
    rows = [line(title_of(program.clauses, n, language), "、".join(c.cites), [n]) for n, c in program.clauses.items()]
    sheet.table(headings, rows, looks, total=line("合计" if zh else "total", "", list(program.clauses)))
    sheet.sheet.freeze_panes(0, 1)
    sheet.done()


def _undetermined(sheet: Sheet, ledger: Ledger, program: Program, language: Language) -> None:
    zh = language == "zh"
    headings = ("条款", "对象", "编号", "缺少", "人（户）数") if zh else ("clause", "entity", "id", "missing", "count")
    rows: list[Sequence[Cell]] = [
        [
            title_of(program.clauses, u.clause, language),
            title_of(program.entities, u.entity, language),
            u.key or ("（全部）" if zh else "(all)"),
            ("、" if zh else ", ").join(missing_name(program, u.entity, name, language) for name in u.missing),
            u.count,
        ]
        for u in ledger.undetermined
    ]
    sheet.table(headings, rows, ("text", "text", "text", "text", "count"))
    _filtered(sheet, len(rows), len(headings))


def _refused(sheet: Sheet, ledger: Ledger, program: Program, language: Language) -> None:
    zh = language == "zh"
    headings = ("条款", "对象", "编号", "月份", "原因") if zh else ("clause", "entity", "id", "month", "reason")
    rows: list[Sequence[Cell]] = [
        [
            title_of(program.clauses, r.clause, language),
            title_of(program.entities, r.entity, language),
            r.key,
            month_text(r.month),
            REASONS[r.reason] if zh else r.reason,
        ]
        for r in ledger.refused
    ]
    sheet.table(headings, rows, ("text",) * 5)
    _filtered(sheet, len(rows), len(headings))


def _filtered(sheet: Sheet, rows: int, columns: int) -> None:
    sheet.sheet.freeze_panes(1, 0)
    sheet.sheet.repeat_rows(0)
    sheet.sheet.autofilter(0, 0, rows, columns - 1)
    sheet.done()
