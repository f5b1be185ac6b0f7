"""A ledger on the terminal: by clause, then what is missing, then (when they are few) the payments themselves."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.table import Table

from compiler.ledger import Ledger, yuan
from lang.dates import month_text, year_of
from lang.diagnostics import Language
from lang.model import Program

FEW = 12


def clause_title(program: Program, name: str, language: Language) -> str:
    label = program.clauses[name].label
    return label if language == "zh" and label else name.replace("_", " ")


def grouped(fen: int) -> str:
    """`1,234,567.00`."""
    whole, _, cents = yuan(fen).partition(".")
    return f"{int(whole):,}.{cents}"


def print_ledger(ledger: Ledger, program: Program, language: Language, console: Console | None = None) -> None:
    out = console or Console()
    zh = language == "zh"
    out.print(_by_clause(ledger, program, language))
    if 0 < len(ledger.payments) <= FEW:
        out.print()
        for p in ledger.payments:
            due = f"（{month_text(p.due)} 兑现）" if zh else f" (due {month_text(p.due)})"
            title = clause_title(program, p.clause, language)
            line = f"{month_text(p.month)}  {title}  {p.entity}/{p.key}  {grouped(p.amount)}"
            out.print(line + (due if p.due != p.month else ""), highlight=False, markup=False)
    if ledger.undetermined:
        out.print()
        out.print(_undetermined(ledger, program, language))


def _by_clause(ledger: Ledger, program: Program, language: Language) -> Table:
    zh = language == "zh"
    years = sorted({year_of(p.month) for p in ledger.payments})
    table = Table(box=None, pad_edge=False, show_footer=True)
    total = sum(p.amount for p in ledger.payments)
    table.add_column("条款" if zh else "clause", footer="合计" if zh else "total")
    table.add_column("依据" if zh else "item", no_wrap=True)
    table.add_column("笔数" if zh else "payments", justify="right", footer=f"{len(ledger.payments):,}")
    for year in years:
        of_year = sum(p.amount for p in ledger.payments if year_of(p.month) == year)
        table.add_column(str(year), justify="right", footer=grouped(of_year))
    table.add_column("金额（元）" if zh else "yuan", justify="right", footer=grouped(total))
    table.add_column("待定" if zh else "undetermined", justify="right")
    table.add_column("不予" if zh else "refused", justify="right")
    waiting: Counter[str] = Counter()
    for u in ledger.undetermined:
        waiting[u.clause] += u.count
    refused = Counter(r.clause for r in ledger.refused)
    for name, clause in program.clauses.items():
        mine = [p for p in ledger.payments if p.clause == name]
        cells = [grouped(sum(p.amount for p in mine if year_of(p.month) == y)) for y in years]
        table.add_row(
            clause_title(program, name, language),
            "、".join(clause.cites),
            f"{len(mine):,}",
            *cells,
            grouped(sum(p.amount for p in mine)),
            str(waiting[name] or ""),
            str(refused[name] or ""),
        )
    return table


def _undetermined(ledger: Ledger, program: Program, language: Language) -> str:
    """One line a clause and set of missing facts, however many people it concerns."""
    zh = language == "zh"
    counted: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for u in ledger.undetermined:
        counted[u.clause, u.missing] += u.count
    lines = [
        "待定（缺少以下信息，既未发放也未否定）：" if zh else "undetermined (neither paid nor refused; missing are):"
    ]
    shown = list(counted.items())[:FEW]
    for (clause, missing), count in shown:
        names = ", ".join(name.replace("_", " ") for name in missing)
        lines.append(f"  {clause_title(program, clause, language)} × {count}: {names}")
    if len(counted) > len(shown):
        more = len(counted) - len(shown)
        lines.append(f"  … 另有 {more} 组" if zh else f"  … and {more} more")
    return "\n".join(lines)
