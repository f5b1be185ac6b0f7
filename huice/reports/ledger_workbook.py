"""A ledger as a workbook: every payment (with its sum), by clause and year, what waits, what was refused.

Sums are formulas over the sheet of payments, with their values beside them for readers that do not calculate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name

from compiler.ledger import Ledger
from huice.ledgers.rows import AMOUNT, HEADINGS_EN, HEADINGS_ZH, MONTH, Row, fen_of
from huice.reports.names import missing_name, title_of
from huice.reports.sheets import Cell, Formula, Look, Sheet, Workbook
from lang.dates import month_text, year_of
from lang.diagnostics import Language
from lang.model import Program

MONEY = "#,##0.00"
REASONS: Mapping[Language, Mapping[str, str]] = {
    "en": {"limit": "no place left (limit)", "exclusive": "shut out by another clause (exclusive)"},
    "zh": {"limit": "名额已满", "exclusive": "已享受同类补贴"},
}
SHEETS: Mapping[Language, tuple[str, str, str, str]] = {
    "en": ("payments", "by clause", "undetermined", "refused"),
    "zh": ("发放明细", "条款汇总", "待定", "不予"),
}


def write_ledger_workbook(
    rows: Sequence[Row], ledger: Ledger, program: Program, place: Path, language: Language
) -> None:
    """`rows` are those of the ledger's payments (`ledger_rows` for xlsx). OSError when it cannot be written."""
    zh = language == "zh"
    title = program.label if zh and program.label else program.name
    payments, by_clause, undetermined, refused = SHEETS[language]
    with Workbook(place, title, MONEY, "Microsoft YaHei" if zh else "Calibri") as book:
        _payments(Sheet(book, payments), rows, language)
        _by_clause(Sheet(book, by_clause), ledger, program, language, title)
        _undetermined(Sheet(book, undetermined), ledger, program, language)
        _refused(Sheet(book, refused), ledger, program, language)


def _payments(sheet: Sheet, rows: Sequence[Row], language: Language) -> None:
    """The heading is the first row, so that other programs read the sheet as a table."""
    headings = HEADINGS_ZH if language == "zh" else HEADINGS_EN
    looks: list[Look] = ["text"] * len(headings)
    looks[AMOUNT] = "money"
    fen = [fen_of(row[AMOUNT]) or 0 for row in rows]

    def cells(row: Row, amount: int) -> list[Cell]:
        return [*row[:AMOUNT], amount / 100, *row[AMOUNT + 1 :]]

    first, last = sheet.table(headings, map(cells, rows, fen), looks)
    sheet.sheet.freeze_panes(1, 0)
    sheet.sheet.repeat_rows(0)
    if rows:
        sheet.sheet.autofilter(0, 0, last, len(headings) - 1)
        total = sum(fen) / 100
        bold = sheet.book.number("money", bold=True, top=1)
        sheet.sheet.write_formula(last + 1, AMOUNT, f"=SUBTOTAL(9,H{first + 1}:H{last + 1})", bold, total)
        sheet.widen(AMOUNT, f"{total:,.2f}")
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
    last = max(len(ledger.payments), 1) + 1

    def column(number: int) -> str:
        letter = xl_col_to_name(number)
        return f"'{SHEETS[language][0]}'!${letter}$2:${letter}${last}"

    def line(name: str) -> list[Cell]:
        own = f'{column(0)},"{name}"'
        amounts: list[Cell] = [
            Formula(f'=SUMIFS({column(AMOUNT)},{own},{column(MONTH)},"{year}-*")', paid[name, year] / 100)
            for year in years
        ]
        whole = sum(paid[name, year] for year in years) / 100
        return [
            title_of(program.clauses, name, language),
            "、".join(program.clauses[name].cites),
            Formula(f"=COUNTIFS({own})", count[name]),
            *amounts,
            Formula(f"=SUMIFS({column(AMOUNT)},{own})", whole),
            waiting[name],
            refused[name],
        ]

    headings = ["条款", "依据", "笔数"] if zh else ["clause", "item", "payments"]
    headings += [f"{year}年" if zh else str(year) for year in years]
    headings += ["合计", "待定", "不予"] if zh else ["total", "undetermined", "refused"]
    money: list[Look] = ["money"] * (len(years) + 1)
    looks: list[Look] = ["text", "text", "count", *money, "count", "count"]
    sheet.title(title, "按所属月份的年度汇总 · 金额单位：元" if zh else "by year of the month earned · amounts in yuan")
    rows = [line(name) for name in program.clauses]
    sheet.table(headings, rows, looks, total=_sums("合计" if zh else "total", rows, sheet.row + 2))
    sheet.sheet.freeze_panes(0, 1)
    sheet.done()


def _sums(title: str, rows: Sequence[Sequence[Cell]], first: int) -> list[Cell]:
    """The sum of each column of figures; `first`: the row of the first line, as a spreadsheet counts."""
    total: list[Cell] = [title, ""]
    for number in range(2, len(rows[0]) if rows else 2):
        letter = xl_col_to_name(number)
        figures = [cell.value if isinstance(cell, Formula) else cell for cell in (row[number] for row in rows)]
        value = round(sum(figure for figure in figures if isinstance(figure, int | float)), 2)
        total.append(Formula(f"=SUM({letter}{first}:{letter}{first + len(rows) - 1})", value))
    return total


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
            REASONS[language][r.reason],
        ]
        for r in ledger.refused
    ]
    sheet.table(headings, rows, ("text",) * 5)
    _filtered(sheet, len(rows), len(headings))


def _filtered(sheet: Sheet, rows: int, columns: int) -> None:
    sheet.sheet.freeze_panes(1, 0)
    sheet.sheet.repeat_rows(0)
    if rows:
        sheet.sheet.autofilter(0, 0, rows, columns - 1)
    sheet.done()
