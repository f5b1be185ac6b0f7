"""Funds, pots and the clauses that they pay → `Table`s: does the money last, and what would be enough."""

from __future__ import annotations

from collections.abc import Iterable

from huice.reports.amounts import share
from huice.reports.tables.headings import (
    ALL,
    CLAUSE,
    CODE,
    FUND,
    MONTH,
    PERCENTILES_NOTE,
    POT,
    YEAR,
    mean_cell,
    money_column,
    name_cell,
    share_column,
    spread_cells,
    spread_columns,
    text_column,
)
from huice.reports.tables.records import SUFFICES, Cell, ClauseLine, Column, FundLine, Projection, Table
from lang.diagnostics import Text

APPROPRIATION, EXCEEDED = Text("appropriation", "预算"), Text("chance of overrun", "超支概率")
RUNS_OUT, CARRIED = Text("most likely runs out", "最可能用尽月份"), Text("carried over", "上年结转")
OWED = Text("owed at year end", "年末应付未付")
FUND_NOTES = (
    Text(
        "Chance of overrun: some claim found no room in the year's appropriation. To add: what the appropriation lacks "
        "to be enough in 80%, 90%, 95% of the draws, given the years before; of a fund with pots, the sum of theirs.",
        "超支概率：当年有申领因预算不足未能从中支付的概率。"
        "须增加：为使预算在 80%、90%、95% 的抽样中够用所缺的数额（以前年度预算不变）；分账的资金取各分账之和。",
    ),
)


def _place_columns(coded: bool = False) -> tuple[Column, ...]:
    """Which fund and pot a line is of; `coded`: some line has a code."""
    return (text_column(FUND), text_column(POT), *([text_column(CODE)] if coded else []))


def _place(line: FundLine | ClauseLine, coded: bool = False) -> tuple[Cell, ...]:
    return (line.fund.text, name_cell(line.pot), *([line.code] if coded else []))


def of_pots_together(line: FundLine) -> Text | None:
    """To be said beside the curve of a fund with pots, which is that of their sum; None of another line."""
    if not line.parts or line.appropriation is None:
        return None
    chance = share(line.p_exceeded)
    return Text(
        f"Of the pots together, as if they could help each other out. That some pot alone runs short has a chance of "
        f"{chance}.",
        f"此为各分账合计（假设可相互调剂）的概率；至少有一个分账不足的概率为 {chance}。",
    )


def by_fund(lines: Iterable[FundLine]) -> Table:
    """A line a fund, pot and year: appropriation, what is paid, whether it lasts, what should be added."""
    lines = list(lines)
    coded = any(line.code for line in lines)
    additions = [
        money_column(Text(f"to add,\n{float(p):.0%} sure", f"须增加\n（{float(p):.0%}够用）"), adds=True)
        for p in SUFFICES
    ]
    return Table(
        title=Text("Appropriations and whether they last", "预算与是否够用"),
        columns=(
            text_column(YEAR),
            *_place_columns(coded),
            money_column(APPROPRIATION, adds=True),
            money_column(CARRIED, adds=True),
            *spread_columns(),
            share_column(EXCEEDED),
            text_column(RUNS_OUT),
            *additions,
            money_column(OWED, adds=True),
        ),
        rows=tuple(
            (
                line.period,
                *_place(line, coded),
                line.appropriation,
                mean_cell(line.carried),
                *spread_cells(line.paid),
                None if line.appropriation is None else line.p_exceeded,
                line.likeliest_month,
                *(line.addition(p) for p in SUFFICES),
                line.owed.mean,
            )
            for line in lines
        ),
        left=3 + coded,
        notes=(PERCENTILES_NOTE,),
    )


def sufficing(lines: Iterable[FundLine]) -> Table:
    """What is asked of a fund in a year, and the appropriation that would be enough with 80, 90, 95% certainty."""
    return Table(
        title=Text("What suffices", "够用额度"),
        columns=(
            text_column(YEAR),
            *_place_columns(),
            money_column(Text("asked of it\nmean", "所需\n均值")),
            money_column(Text("asked of it\nP50", "所需\n中位数")),
            *(money_column(Text(f"enough with\n{float(p):.0%}", f"{float(p):.0%}把握\n够用额度")) for p in SUFFICES),
            money_column(APPROPRIATION),
            share_column(EXCEEDED),
        ),
        rows=tuple(
            (
                line.period,
                *_place(line),
                line.asked.mean,
                line.asked.at("0.5"),
                *(line.suffices.get(p) for p in SUFFICES),
                line.appropriation,
                None if line.appropriation is None else line.p_exceeded,
            )
            for line in lines
            if line.asked is not None
        ),
        left=3,
        notes=(
            Text(
                "Asked of a fund: what it paid, what later funds paid in its stead, what waits for it at the end of "
                "the year. Of a fund with pots: as if they could help each other out.",
                "所需：当年由该资金支付、因其不足改由后续资金支付、以及年末仍等待该资金的金额之和。"
                "分账的资金合计按各分账可相互调剂计。",
            ),
        ),
    )


def by_line(lines: Iterable[ClauseLine]) -> Table:
    """A line a year, clause, fund and pot."""
    lines = list(lines)
    coded = any(line.code for line in lines)
    return Table(
        title=Text("Paid by clause, fund and pot", "各条款、资金来源、分账实付"),
        columns=(
            text_column(YEAR),
            text_column(CLAUSE),
            *_place_columns(coded),
            *spread_columns(),
            money_column(OWED, adds=True),
        ),
        rows=tuple(
            (
                line.period,
                line.clause.text,
                *_place(line, coded),
                *spread_cells(line.paid),
                line.owed.mean,
            )
            for line in lines
        ),
        left=4 + coded,
        notes=(PERCENTILES_NOTE,),
    )


def lines_by_year(figures: Projection) -> Table:
    """A line a clause, fund and pot: means by year, the spread of the whole period, what waits at its end."""
    coded = any(line.code for line in figures.lines)
    of_year = {(year.name, *line.key): line for year in figures.years for line in year.lines}
    return Table(
        title=Text("Paid by clause, fund and pot", "各条款、资金来源、分账实付"),
        columns=(
            text_column(CLAUSE),
            *_place_columns(coded),
            *(money_column(Text(year.name, f"{year.name}年"), adds=True) for year in figures.years),
            *spread_columns(),
            money_column(Text("owed at the end", "期末应付未付"), adds=True),
        ),
        rows=tuple(
            (
                line.clause.text,
                *_place(line, coded),
                *(_paid(of_year.get((year.name, *line.key))) for year in figures.years),
                *spread_cells(line.paid),
                line.owed.mean,
            )
            for line in figures.lines
        ),
        left=3 + coded,
        notes=(PERCENTILES_NOTE,),
    )


def _paid(line: ClauseLine | None) -> float:
    """Of a year in which nothing was ever paid there is no line."""
    return 0.0 if line is None else line.paid.mean


def to_date(lines: Iterable[tuple[str, FundLine]], fund: Text) -> Table:
    """By month, what a fund has paid since January, and its appropriation of the year."""
    return Table(
        title=Text(f"Paid since January from {fund.en}", f"{fund.zh}：当年累计实付"),
        columns=(text_column(MONTH), *spread_columns(ALL), money_column(APPROPRIATION)),
        rows=tuple(
            (month, *spread_cells(line.to_date, ALL), line.appropriation)
            for month, line in lines
            if line.to_date is not None
        ),
    )
