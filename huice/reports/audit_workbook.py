"""The workbook of an audit: a summary whose sums are formulas, the findings, every payment with how it was matched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from huice.audit.records import STANDINGS, Settlement
from huice.audit.sums import Sums, sums_of
from huice.facts.faults import Fault
from huice.privacy.masking import masked
from huice.reports.audit_data import AuditReport
from huice.reports.audit_words import STANDING_NAMES, how_matched, months_in_words, months_of, place_of
from huice.reports.names import member_name, title_of
from huice.reports.sheets import Cell, Formula, Look, Sheet, Workbook
from huice.reports.words import group_name
from lang.dates import month_text
from lang.diagnostics import Language
from lang.model import Program

MONEY = "#,##0.00"
SHEETS: Mapping[Language, tuple[str, ...]] = {
    "en": ("summary", "findings", "payments", "not read"),
    "zh": ("汇总", "问题清单", "支付明细", "未读取"),
}
ROWS = 1_048_574
COMMON: Mapping[Language, tuple[str, ...]] = {
    "en": ("result", "clause", "entity", "id"),
    "zh": ("结果", "条款", "对象", "编号"),
}
FINDING: Mapping[Language, tuple[str, ...]] = {
    "en": (
        "month", "due (yuan)", "paid (yuan)", "difference (yuan)", "days late", "also", "payee", "paid to", "rows",
        "matched by",
    ),
    "zh": (
        "所属月份", "应付（元）", "实付（元）", "差额（元）", "逾期天数", "同时存在", "应付收款方", "实际收款方",
        "支付行", "匹配依据",
    ),
}  # fmt: skip
PAYMENT: Mapping[Language, tuple[str, ...]] = {
    "en": ("row", "month named", "paid on", "amount (yuan)", "payee", "months due", "matched by"),
    "zh": ("行", "所写月份", "支付日期", "金额（元）", "收款方", "对应的应付月份", "匹配依据"),
}


def write_audit_workbook(
    report: AuditReport, program: Program, faults: Sequence[Fault], place: Path, language: Language
) -> None:
    """OSError when it cannot be written."""
    zh = language == "zh"
    title = (program.label or program.name) if zh else program.name
    with Workbook(place, title, MONEY, "Microsoft YaHei" if zh else "Calibri") as book:
        summary, findings, payments, unread = SHEETS[language]
        _summary(Sheet(book, summary), report, program, language, title)
        _findings(Sheet(book, findings), report, program, language)
        _payments(Sheet(book, payments), report, program, language)
        errors = [fault for fault in faults if fault.severity == "error"]
        if errors:
            _unread(Sheet(book, unread), errors, language)


# ---------------------------------------------------------------- the lists
def _list(sheet: Sheet, headings: Sequence[str], looks: Sequence[Look], rows: Sequence[Sequence[Cell]]) -> None:
    _, last = sheet.table(headings, rows, looks)
    sheet.sheet.freeze_panes(1, 0)
    sheet.sheet.repeat_rows(0)
    if rows:
        sheet.sheet.autofilter(0, 0, last, len(headings) - 1)
    sheet.done()


def _headings(report: AuditReport, program: Program, language: Language) -> tuple[str, ...]:
    return COMMON[language] if report.by is None else (*COMMON[language], group_name(report.by, program, language))


def _common(s: Settlement, group: str | None, report: AuditReport, program: Program, language: Language) -> list[Cell]:
    clause = title_of(program.clauses, s.clause, language)
    row: list[Cell] = [STANDING_NAMES[s.standing][language], clause, s.entity, s.key]
    if report.by is not None:
        row.append(member_name(program, group or "", language))
    return row


def _findings(sheet: Sheet, report: AuditReport, program: Program, language: Language) -> None:
    """What is wrong, one line a settlement."""
    zh = language == "zh"
    common = _headings(report, program, language)
    after: tuple[Look, ...] = ("text", "money", "money", "money", "count", "text", "text", "text", "text", "text")
    looks: list[Look] = ["text" for _ in common]
    looks += after
    rows: list[list[Cell]] = []
    for s, group in report.grouped:
        if not s.is_finding:
            continue
        rows.append(
            [
                *_common(s, group, report, program, language),
                months_in_words(months_of(s)),
                s.due / 100,
                s.paid / 100,
                s.difference / 100,
                s.days if s.days and ("late" in (s.standing, *s.also)) else None,
                ("、" if zh else ", ").join(STANDING_NAMES[kind][language] for kind in s.also),
                ", ".join(dict.fromkeys(due.payee or "" for due in s.dues)),
                ", ".join(dict.fromkeys(p.payee or "" for p in s.payments)),
                ", ".join(place_of(p) for p in s.payments),
                how_matched(s, language),
            ]
        )
    _list(sheet, (*common, *FINDING[language]), looks, rows[:ROWS])


def _payments(sheet: Sheet, report: AuditReport, program: Program, language: Language) -> None:
    """Each payment once, with what became of it."""
    common = _headings(report, program, language)
    after: tuple[Look, ...] = ("text", "text", "text", "money", "text", "text", "text")
    looks: list[Look] = ["text" for _ in common]
    looks += after
    rows: list[list[Cell]] = [
        [
            *_common(s, group, report, program, language),
            place_of(p),
            "" if p.month is None else month_text(p.month),
            "" if p.paid_on is None else p.paid_on.isoformat(),
            p.amount / 100,
            p.payee or "",
            months_in_words(months_of(s)) if s.dues else "",
            how_matched(s, language),
        ]
        for s, group in report.grouped
        for p in s.payments
    ]
    _list(sheet, (*common, *PAYMENT[language]), looks, rows[:ROWS])


def _unread(sheet: Sheet, faults: Sequence[Fault], language: Language) -> None:
    headings = ("位置", "说明") if language == "zh" else ("place", "message")
    rows = [[fault.place(language), masked(fault.message[language])] for fault in faults]
    _list(sheet, headings, ("text", "text"), rows)


# ---------------------------------------------------------------- the summary
def _summary(sheet: Sheet, report: AuditReport, program: Program, language: Language, title: str) -> None:
    zh = language == "zh"
    until = "" if report.terms.until is None else month_text(report.terms.until)
    tolerance, days = report.terms.tolerance / 100, report.terms.days
    terms = (
        f"金额单位：元 · 金额容差 {tolerance:.2f} 元 · 应兑现月份结束后超过 {days} 天为逾期"
        if zh
        else f"amounts in yuan · tolerance {tolerance:.2f} yuan · late: more than {days} days after the month due"
    )
    if until:
        terms += f" · 截至 {until}" if zh else f" · up to {until}"
    sheet.title(f"{title}：支付核对" if zh else f"{title}: audit of payments", terms)
    sheet.caption("支付的去向（每笔支付只计一次）" if zh else "where the payments went (each counts once)")
    _results(sheet, report, language)
    sheet.caption("应付与实付" if zh else "due and paid")
    _table(sheet, "结果" if zh else "result", _by_standing(report, language), language)
    sheet.caption("按条款" if zh else "by clause")
    clauses = {title_of(program.clauses, name, language): sums for name, sums in report.by_clause().items()}
    _parts(sheet, "条款" if zh else "clause", clauses, language)
    if report.by is not None:
        sheet.caption(group_name(report.by, program, language))
        groups = {member_name(program, name, language): sums for name, sums in report.by_group().items()}
        _parts(sheet, group_name(report.by, program, language), groups, language)
    sheet.caption("按人员（户）" if zh else "by person")
    sheet.sheet.repeat_rows(sheet.row)  # a line a person: the one table that goes on for pages
    _parts(sheet, "对象" if zh else "for", report.by_person(), language)
    sheet.done()


def _results(sheet: Sheet, report: AuditReport, language: Language) -> None:
    """Formulas over the sheet of payments."""
    zh = language == "zh"
    payments = [(s, p) for s in report.audit.settlements for p in s.payments]
    last = max(len(payments), 1) + 1
    amount = "I" if report.by is not None else "H"
    name = SHEETS[language][2]

    def column(letter: str) -> str:
        return f"'{name}'!${letter}$2:${letter}${last}"

    rows: list[list[Cell]] = []
    for standing in STANDINGS:
        own = [p for s, p in payments if s.standing == standing]
        if own:
            word = STANDING_NAMES[standing][language]
            total = sum(p.amount for p in own) / 100
            count = Formula(f'=COUNTIFS({column("A")},"{word}")', len(own))
            rows.append([word, count, Formula(f'=SUMIFS({column(amount)},{column("A")},"{word}")', total)])
    headings = ("结果", "笔数", "金额（元）") if zh else ("result", "payments", "amount (yuan)")
    first = sheet.row + 2
    end = first + len(rows) - 1
    total_row: list[Cell] = ["合计" if zh else "total", 0, 0]
    if rows:
        whole = sum(p.amount for _, p in payments) / 100
        total_row[1:] = [Formula(f"=SUM(B{first}:B{end})", len(payments)), Formula(f"=SUM(C{first}:C{end})", whole)]
    sheet.table(headings, rows, ("text", "count", "money"), total=total_row)


def _by_standing(report: AuditReport, language: Language) -> list[list[Cell]]:
    return [
        [STANDING_NAMES[standing][language], each.count, each.due / 100, each.paid / 100, each.difference / 100]
        for standing, each in sums_of(report.audit.settlements).by.items()
    ]


def _table(sheet: Sheet, title: str, rows: list[list[Cell]], language: Language) -> None:
    """Rows of count, due, paid, difference, with their sums below."""
    zh = language == "zh"
    headings = [title, *(("项数", "应付", "实付", "差额") if zh else ("count", "due", "paid", "difference"))]
    looks: tuple[Look, ...] = ("text", "count", "money", "money", "money")
    first, end = sheet.row + 2, sheet.row + 1 + len(rows)
    total: list[Cell] = ["合计" if zh else "total"]
    for number, letter in enumerate("BCDE", 1):
        figures = [row[number] for row in rows]
        value = round(sum(figure for figure in figures if isinstance(figure, int | float)), 2)
        total.append(Formula(f"=SUM({letter}{first}:{letter}{end})", value) if rows else 0)
    sheet.table(headings, rows, looks, total=total)


def _parts(sheet: Sheet, title: str, parts: Mapping[str, Sums], language: Language) -> None:
    rows: list[list[Cell]] = [
        [
            name,
            sum(each.count for standing, each in sums.by.items() if standing in STANDINGS[:7]),
            sums.all.due / 100,
            sums.all.paid / 100,
            sums.all.difference / 100,
        ]
        for name, sums in parts.items()
    ]
    zh = language == "zh"
    headings = [title, *(("问题项数", "应付", "实付", "差额") if zh else ("findings", "due", "paid", "difference"))]
    sheet.table(headings, rows, ("text", "count", "money", "money", "money"))
