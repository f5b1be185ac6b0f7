"""A ledger on the terminal: by clause, then the payments themselves when they are few, then what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import frozen
from rich.table import Table

from compiler.ledger import Ledger, yuan
from huice.facts.faults import masked
from huice.reports.names import missing_name, title_of
from huice.reports.terminal import add, console, fits, show, table
from lang.dates import month_text, year_of
from lang.diagnostics import Language
from lang.model import Program

if TYPE_CHECKING:
    from huice.ledgers.book import Book

FEW = 12


def grouped(fen: int) -> str:
    """`1,234,567.00`."""
    whole, _, cents = yuan(fen).partition(".")
    return f"{int(whole):,}.{cents}"


@frozen
class Paid:
    """Number of payments by clause; fen by clause and year of the month earned."""

    count: Mapping[str, int]
    fen: Mapping[tuple[str, int], int]

    @property
    def years(self) -> list[int]:
        return sorted({year for _, year in self.fen})


def paid_of(ledger: Ledger) -> Paid:
    count: Counter[str] = Counter()
    fen: Counter[tuple[str, int]] = Counter()
    for p in ledger.payments:
        count[p.clause] += 1
        fen[p.clause, year_of(p.month)] += p.amount
    return Paid(count, fen)


def paid_of_columns(book: Book) -> Paid:
    count: Counter[str] = Counter()
    fen: Counter[tuple[str, int]] = Counter()
    for name, months in zip(book.names, book.by_month().tolist(), strict=True):
        for month, (number, amount) in enumerate(months):
            if number:
                count[name] += number
                fen[name, year_of(book.columns.first + month)] += amount
    return Paid(count, fen)


def print_ledger(found: Ledger | Book, program: Program, language: Language) -> None:
    out = console()
    if isinstance(found, Ledger):
        ledger, paid = found, paid_of(found)
    else:
        ledger, paid = found.records() if len(found) <= FEW else found.rest, paid_of_columns(found)
    whole = _by_clause(ledger, paid, program, language, paid.years)
    show(out, whole if fits(out, whole) else _by_clause(ledger, paid, program, language, []))
    if 0 < len(ledger.payments) <= FEW:
        out.print()
        show(out, _payments(ledger, program, language))
    if ledger.undetermined:
        out.print()
        out.print(masked(_undetermined(ledger, program, language)), highlight=False, markup=False, soft_wrap=True)


def _by_clause(ledger: Ledger, paid: Paid, program: Program, language: Language, years: list[int]) -> Table:
    """Of `ledger` what is not paid; it need not hold the payments."""
    zh = language == "zh"
    headings = ["条款", "依据", "笔数"] if zh else ["clause", "item", "payments"]
    headings += [str(year) for year in years]
    headings += ["金额（元）", "待定", "不予"] if zh else ["yuan", "undetermined", "refused"]
    made = table(headings)
    waiting: Counter[str] = Counter()
    for u in ledger.undetermined:
        waiting[u.clause] += u.count
    refused = Counter(r.clause for r in ledger.refused)

    def amounts(names: list[str]) -> list[str]:
        by_year = [grouped(sum(paid.fen.get((name, year), 0) for name in names)) for year in years]
        return [*by_year, grouped(sum(fen for (name, _), fen in paid.fen.items() if name in names))]

    for name, clause in program.clauses.items():
        tail = [str(waiting[name] or ""), str(refused[name] or "")]
        title = title_of(program.clauses, name, language)
        add(made, [title, "、".join(clause.cites), f"{paid.count.get(name, 0):,}", *amounts([name]), *tail])
    total = "合计" if zh else "total"
    add(made, [total, "", f"{sum(paid.count.values()):,}", *amounts(list(program.clauses)), "", ""], style="bold")
    return made


def _payments(ledger: Ledger, program: Program, language: Language) -> Table:
    zh = language == "zh"
    made = table(
        ["条款", "对象", "所属月份", "兑现月份", "金额（元）", "收款方"]
        if zh
        else ["clause", "for", "month", "due", "yuan", "payee"]
    )
    for p in ledger.payments:
        title = title_of(program.clauses, p.clause, language)
        payee = p.payee or ("待定" if zh else "unknown")
        cells = [title, f"{p.entity}/{p.key}", month_text(p.month), month_text(p.due), grouped(p.amount), payee]
        add(made, cells)
    return made


def _undetermined(ledger: Ledger, program: Program, language: Language) -> str:
    """One line a clause and set of missing facts, however many people it concerns."""
    zh = language == "zh"
    counted: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for u in ledger.undetermined:
        counted[u.clause, u.missing] += u.count
    head = "待定（既未发放也未否定），缺少：" if zh else "undetermined (neither paid nor refused), for want of:"
    lines = [head]
    shown = list(counted.items())[:FEW]
    for (clause, missing), count in shown:
        entity = program.clauses[clause].entity
        names = ("、" if zh else ", ").join(missing_name(program, entity, name, language) for name in missing)
        lines.append(f"  {title_of(program.clauses, clause, language)} × {count}{'：' if zh else ': '}{names}")
    if len(counted) > len(shown):
        more = len(counted) - len(shown)
        lines.append(f"  … 另有 {more} 组（--json 列出全部）" if zh else f"  … and {more} more (--json lists all)")
    return "\n".join(lines)
