"""An audit on the terminal: sums by standing, by clause and by group, and the findings themselves when they are few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from huice.audit.records import Settlement
from huice.audit.sums import Sum, Sums, sums_of
from huice.reports.audit_data import AuditReport
from huice.reports.audit_words import STANDING_NAMES, how_matched, kinds_in_words, months_in_words, months_of
from huice.reports.ledger_text import grouped
from huice.reports.names import member_name, title_of
from huice.reports.terminal import add, console, show, table
from huice.reports.words import group_name
from lang.diagnostics import Language
from lang.model import Program

FEW = 30
SUMS: Mapping[Language, list[str]] = {
    "en": ["due", "paid", "difference"],
    "zh": ["应付（元）", "实付（元）", "差额（元）"],
}


def print_audit(report: AuditReport, program: Program, language: Language) -> None:
    out = console()
    show(out, _standings(sums_of(report.audit.settlements), language))
    out.print()
    zh = language == "zh"
    names = {name: title_of(program.clauses, name, language) for name in report.by_clause()}
    show(out, _parts("条款" if zh else "clause", report.by_clause(), names, language))
    if report.by is not None:
        out.print()
        names = {name: member_name(program, name, language) for name in report.by_group()}
        show(out, _parts(group_name(report.by, program, language), report.by_group(), names, language))
    findings = report.audit.findings
    if findings:
        out.print()
        show(out, _findings(findings[:FEW], program, language))
    if len(findings) > FEW:
        more = len(findings) - FEW
        out.print(f"… 另有 {more} 项（--json 或 --out 列出全部）" if zh else f"… and {more} more (--json or --out)")


def _figures(each: Sum) -> list[str]:
    return [f"{each.count:,}", grouped(each.due), grouped(each.paid), grouped(each.difference)]


def _standings(sums: Sums, language: Language) -> Table:
    zh = language == "zh"
    made = table(["", "项数" if zh else "count", *SUMS[language]])
    for standing, each in sums.by.items():
        add(made, [STANDING_NAMES[standing][language], *_figures(each)])
    add(made, ["合计" if zh else "total", *_figures(sums.all)], style="bold")
    return made


def _parts(title: str, parts: Mapping[str, Sums], names: Mapping[str, str], language: Language) -> Table:
    """What is right, and what is wrong by how much."""
    zh = language == "zh"
    headings = [*(("相符", "问题") if zh else ("as due", "findings")), *SUMS[language]]
    made = table([title, *headings])
    for name, sums in parts.items():
        right = sums.by["matched"].count if "matched" in sums.by else 0
        others = ("matched", "undetermined", "not_yet_due")
        wrong = sum(each.count for standing, each in sums.by.items() if standing not in others)
        add(made, [names[name], f"{right:,}", f"{wrong:,}", *_figures(sums.all)[1:]])
    return made


def _findings(findings: Sequence[Settlement], program: Program, language: Language) -> Table:
    zh = language == "zh"
    headings = (
        ["问题", "条款", "对象", "月份", "支付行", "匹配依据", "应付（元）", "实付（元）"]
        if zh
        else ["finding", "clause", "for", "month", "rows", "matched by", "due", "paid"]
    )
    made = table(headings, left=6)
    for s in findings:
        rows = ", ".join(str(payment.row) for payment in s.payments)
        clause = title_of(program.clauses, s.clause, language)
        cells = [kinds_in_words(s, language), clause, f"{s.entity}/{s.key}", months_in_words(months_of(s))]
        add(made, [*cells, rows, how_matched(s, language), grouped(s.due), grouped(s.paid)])
    return made
