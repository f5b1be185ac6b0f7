"""Figures → `Table`s: which figures stand in which column, once for all outputs. Every figure is a record's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from huice.reports.tables.records import (
    SUFFICES,
    Cell,
    ClauseLine,
    ClauseRow,
    Column,
    Comparison,
    Diversification,
    FundLine,
    Group,
    Measures,
    Name,
    Period,
    Projection,
    Spread,
    Table,
)
from lang.diagnostics import Text

TOTAL = Text("total", "合计")
YEAR, QUARTER, MONTH = Text("year", "年度"), Text("quarter", "季度"), Text("month", "月份")
CLAUSE, FUND, POT, CODE = Text("clause", "条款"), Text("fund", "资金来源"), Text("pot", "分账"), Text("code", "编码")
MEAN = Text("mean", "均值")
PERCENTILES: dict[str, Text] = {
    "0.05": Text("P5", "5%分位"),
    "0.1": Text("P10", "10%分位"),
    "0.25": Text("P25", "25%分位"),
    "0.5": Text("P50", "中位数"),
    "0.75": Text("P75", "75%分位"),
    "0.9": Text("P90", "90%分位"),
    "0.95": Text("P95", "95%分位"),
    "0.99": Text("P99", "99%分位"),
}
USUAL = ("0.1", "0.5", "0.9")
ALL = ("0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95")
MEASURE: dict[str, Text] = {
    "entitled": Text("entitled", "应付"),
    "paid": Text("paid", "实付"),
    "owed_at_end": Text("owed at the end", "期末应付未付"),
    "lapsed": Text("lapsed", "逾期失效"),
    "not_taken_up": Text("not taken up", "未申领"),
    "not_yet_claimed": Text("not yet claimed", "尚未申领"),
    "payments": Text("payments", "笔数"),
}
PAYMENTS = MEASURE["payments"]
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
PERCENTILES_NOTE = Text(
    "P10, P50, P90: in 10%, 50%, 90% of the draws the figure is no higher.",
    "10%分位、中位数、90%分位：分别有 10%、50%、90% 的抽样不高于该数。",
)


# ---------------------------------------------------------------- parts of tables
def spread_cells(spread: Spread, quantiles: Sequence[str] = USUAL) -> list[Cell]:
    """The mean and some quantiles."""
    return [spread.mean, *(spread.at(q) for q in quantiles)]


def spread_columns(quantiles: Sequence[str] = USUAL) -> list[Column]:
    return [Column(title=MEAN, look="money", adds=True), *(_money(PERCENTILES[q]) for q in quantiles)]


def _text(title: Text) -> Column:
    return Column(title=title, look="text")


def _money(title: Text, adds: bool = False) -> Column:
    return Column(title=title, look="money", adds=adds)


def _share(title: Text) -> Column:
    return Column(title=title, look="share")


def _name(name: Name | None) -> Cell:
    return None if name is None else name.text


def _mean(spread: Spread | None) -> float | None:
    return None if spread is None else spread.mean


# ---------------------------------------------------------------- a projection
def whole(figures: Projection) -> Table:
    """Every measure of the whole period."""
    rows = [(MEASURE[key], *spread_cells(figures.total[key])) for key in MEASURE if key in figures.total]
    return Table(
        title=Text("Whole period", "整个期间"),
        columns=(_text(Text("", "")), *(_money(c.title) for c in spread_columns())),
        rows=tuple(row for row in rows if row[0] != PAYMENTS),
        notes=(PERCENTILES_NOTE,),
    )


def by_clause(figures: Projection, measure: str = "paid") -> Table:
    """Means by year, the spread of the whole period, how many payments."""
    years = figures.years

    def row(title: Cell, of_year: Iterable[Measures], of_all: Measures) -> tuple[Cell, ...]:
        means = [measures[measure].mean for measures in of_year]
        return (title, *means, *spread_cells(of_all[measure]), of_all["payments"].mean)

    return Table(
        title=Text(f"{MEASURE[measure].en.capitalize()} by clause and year", f"各条款、各年度{MEASURE[measure].zh}"),
        columns=(
            _text(CLAUSE),
            *(_money(Text(year.name, f"{year.name}年"), adds=True) for year in years),
            *spread_columns(),
            Column(title=PAYMENTS, look="count", adds=True),
        ),
        rows=tuple(
            row(clause.name.text, (year.clauses[clause.name.key] for year in years), clause.measures)
            for clause in figures.clauses
        ),
        total=row(TOTAL, (year.total for year in years), figures.total),
        notes=(PERCENTILES_NOTE,),
    )


def by_period(periods: Sequence[Period], title: Text, measure: str = "paid", quantiles: Sequence[str] = USUAL) -> Table:
    """A line a year, quarter or month: the spread of what is paid, what is entitled, what is owed at its end."""
    fewer = [key for key in ("entitled", "paid") if key != measure]
    return Table(
        title=Text(f"{MEASURE[measure].en.capitalize()} by {title.en}", f"各{title.zh}{MEASURE[measure].zh}"),
        columns=(
            _text(title),
            *spread_columns(quantiles),
            *(_money(Text(f"{MEASURE[key].en} · mean", f"{MEASURE[key].zh}均值"), adds=True) for key in fewer),
            _money(Text("owed at its end · mean", "期末应付未付均值")),
        ),
        rows=tuple(
            (
                period.name,
                *spread_cells(period.total[measure], quantiles),
                *(period.total[key].mean for key in fewer),
                period.total["owed_at_end"].mean,
            )
            for period in periods
        ),
        notes=(PERCENTILES_NOTE,),
    )


def by_group(figures: Projection | Comparison, measure: str = "paid") -> Table | None:
    """Means by group and year, and the spread of the whole period; groups that never get anything are left out."""
    if figures.by is None:
        return None
    years = [year.name for year in figures.years] if isinstance(figures, Projection) else list(figures.years)
    of_year = (
        {year.name: year.total for year in figures.years} if isinstance(figures, Projection) else dict(figures.years)
    )
    whole = figures.total if isinstance(figures, Projection) else figures.difference

    def row(title: Cell, by_year: dict[str, Measures], total: Measures) -> tuple[Cell, ...]:
        return (title, *(by_year[year][measure].mean for year in years), *spread_cells(total[measure]))

    return Table(
        title=Text(
            f"{MEASURE[measure].en.capitalize()} by {figures.by['en']}", f"按{figures.by['zh']}{MEASURE[measure].zh}"
        ),
        columns=(
            _text(figures.by.text),
            *(_money(Text(year, f"{year}年"), adds=True) for year in years),
            *spread_columns(),
        ),
        rows=tuple(row(group.name.text, dict(group.years), group.total) for group in shown_groups(figures)),
        total=row(TOTAL, of_year, whole),
        notes=(PERCENTILES_NOTE,),
    )


def shown_groups(figures: Projection | Comparison) -> tuple[Group, ...]:
    """Those that get anything."""
    return tuple(g for g in figures.groups if g.total["entitled"].mean or g.total["entitled"].maximum)


def by_fund(lines: Iterable[FundLine]) -> Table:
    """A line a fund, pot and year: appropriation, what is paid, whether it lasts, what should be added."""
    lines = list(lines)
    coded = any(line.code for line in lines)
    additions = [
        _money(Text(f"to add,\n{float(p):.0%} sure", f"须增加\n（{float(p):.0%}够用）"), adds=True) for p in SUFFICES
    ]
    return Table(
        title=Text("Appropriations and whether they last", "预算与是否够用"),
        columns=(
            _text(YEAR),
            _text(FUND),
            _text(POT),
            *([_text(CODE)] if coded else []),
            _money(APPROPRIATION, adds=True),
            _money(CARRIED, adds=True),
            *spread_columns(),
            _share(EXCEEDED),
            _text(RUNS_OUT),
            *additions,
            _money(OWED, adds=True),
        ),
        rows=tuple(
            (
                line.period,
                line.fund.text,
                _name(line.pot),
                *([line.code] if coded else []),
                line.appropriation,
                _mean(line.carried),
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
            _text(YEAR),
            _text(FUND),
            _text(POT),
            _money(Text("asked of it\nmean", "所需\n均值")),
            _money(Text("asked of it\nP50", "所需\n中位数")),
            *(_money(Text(f"enough with\n{float(p):.0%}", f"{float(p):.0%}把握\n够用额度")) for p in SUFFICES),
            _money(APPROPRIATION),
            _share(EXCEEDED),
        ),
        rows=tuple(
            (
                line.period,
                line.fund.text,
                _name(line.pot),
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
    return Table(
        title=Text("Paid by clause, fund and pot", "各条款、资金来源、分账实付"),
        columns=(
            _text(YEAR),
            _text(CLAUSE),
            _text(FUND),
            _text(POT),
            _text(CODE),
            *spread_columns(),
            _money(OWED, adds=True),
        ),
        rows=tuple(
            (
                line.period,
                line.clause.text,
                line.fund.text,
                _name(line.pot),
                line.code,
                *spread_cells(line.paid),
                line.owed.mean,
            )
            for line in lines
        ),
        left=5,
        notes=(PERCENTILES_NOTE,),
    )


def lines_by_year(figures: Projection) -> Table:
    """A line a clause, fund and pot: means by year, the spread of the whole period, what waits at its end."""
    coded = any(line.code for line in figures.lines)
    of_year = {(year.name, *line.key): line for year in figures.years for line in year.lines}
    return Table(
        title=Text("Paid by clause, fund and pot", "各条款、资金来源、分账实付"),
        columns=(
            _text(CLAUSE),
            _text(FUND),
            _text(POT),
            *([_text(CODE)] if coded else []),
            *(_money(Text(year.name, f"{year.name}年"), adds=True) for year in figures.years),
            *spread_columns(),
            _money(Text("owed at the end", "期末应付未付"), adds=True),
        ),
        rows=tuple(
            (
                line.clause.text,
                line.fund.text,
                _name(line.pot),
                *([line.code] if coded else []),
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


def clauses_of_group(figures: Projection, group: Group) -> Table:
    """What the clauses pay in one group: means by year, the spread of the whole period."""
    years = [year.name for year in figures.years]

    def row(title: Cell, of_year: Iterable[Measures], of_all: Measures) -> tuple[Cell, ...]:
        return (title, *(measures["paid"].mean for measures in of_year), *spread_cells(of_all["paid"]))

    return Table(
        title=group.name.text,
        columns=(_text(CLAUSE), *(_money(Text(y, f"{y}年"), adds=True) for y in years), *spread_columns()),
        rows=tuple(
            row(
                clause.name.text,
                (group.by_year[year][clause.name.key] for year in years),
                group.clauses[clause.name.key],
            )
            for clause in figures.clauses
            if group.clauses[clause.name.key]["paid"].mean
        ),
        total=row(TOTAL, (group.years[year] for year in years), group.total),
        notes=(PERCENTILES_NOTE,),
    )


def to_date(lines: Iterable[tuple[str, FundLine]], fund: Text) -> Table:
    """By month, what a fund has paid since January, and its appropriation of the year."""
    return Table(
        title=Text(f"Paid since January from {fund.en}", f"{fund.zh}：当年累计实付"),
        columns=(_text(MONTH), *spread_columns(ALL), _money(APPROPRIATION)),
        rows=tuple(
            (month, *spread_cells(line.to_date, ALL), line.appropriation)
            for month, line in lines
            if line.to_date is not None
        ),
    )


def targets(figures: Projection) -> Table | None:
    if not figures.targets:
        return None
    return Table(
        title=Text("Targets", "目标"),
        columns=(
            _text(Text("target", "目标")),
            _text(Text("item", "依据")),
            _text(Text("condition", "指标值")),
            _share(Text("chance of being met", "达成概率")),
        ),
        rows=tuple(
            (target.name.text, "、".join(target.cites), target.condition, target.probability)
            for target in figures.targets
        ),
        left=3,
    )


def assumptions(figures: Projection) -> Table | None:
    if not figures.assumptions:
        return None
    return Table(
        title=Text("Assumptions", "假设"),
        columns=tuple(
            _text(title)
            for title in (
                Text("part", "部分"),
                Text("assumption", "事项"),
                Text("value", "取值"),
                Text("source", "来源与说明"),
            )
        ),
        rows=tuple((each.block, each.about, each.value, each.source) for each in figures.assumptions),
        left=4,
    )


def diversification(parts: Iterable[Diversification]) -> Table | None:
    """The total's own P90 beside the sum of the parts' P90."""
    rows = tuple((each.of, each.whole, each.parts, each.effect) for each in parts)
    if not rows:
        return None
    return Table(
        title=Text("The total's P90 is not the sum of the parts' P90", "合计的90%分位不等于各部分90%分位之和"),
        columns=(
            _text(Text("parts", "按")),
            _money(Text("P90 of the total", "合计自身的90%分位")),
            _money(Text("sum of the parts' P90", "各部分90%分位之和")),
            _money(Text("diversification", "分散效应")),
        ),
        rows=rows,
    )


# ---------------------------------------------------------------- a comparison
def difference(figures: Comparison, measure: str = "entitled") -> Table:
    """B − A by clause: the spread, the least and the most of the draws."""

    def row(title: Cell, measures: Measures) -> tuple[Cell, ...]:
        spread = measures[measure]
        return (title, *spread_cells(spread), spread.minimum, spread.maximum)

    return Table(
        title=Text("Difference B − A", "差额（乙 − 甲）"),
        columns=(
            _text(CLAUSE),
            *spread_columns(),
            _money(Text("least", "最小")),
            _money(Text("most", "最大")),
        ),
        rows=tuple(row(clause.name.text, clause.measures) for clause in figures.clauses),
        total=row(TOTAL, figures.difference),
        notes=(PERCENTILES_NOTE,),
    )


def difference_by_year(figures: Comparison, measure: str = "entitled") -> Table:
    return Table(
        title=Text("Difference by year", "各年度差额"),
        columns=(_text(YEAR), *spread_columns()),
        rows=tuple((year, *spread_cells(measures[measure])) for year, measures in figures.years.items()),
        total=(TOTAL, *spread_cells(figures.difference[measure])),
        notes=(PERCENTILES_NOTE,),
    )


def bridge(figures: Comparison, measure: str = "entitled") -> Table:
    """From A's mean to B's, step by step."""
    first, last = (side.total[measure].mean for side in (figures.a, figures.b))
    return Table(
        title=Text("From A to B", "由甲到乙"),
        columns=(
            _text(Text("step", "步骤")),
            _money(Text("amount", "金额"), adds=True),
            _money(Text("error ±", "误差±")),
        ),
        rows=(
            (Text("A", "甲"), first, figures.a.total[measure].error),
            *((step.name, step.amount, step.error) for step in figures.bridge),
        ),
        total=(Text("B", "乙"), last, figures.b.total[measure].error),
    )


def both(figures: Comparison, measure: str = "entitled") -> Table:
    """A's and B's own means by clause, and in all; a clause that one of them lacks is nothing there."""
    of_a, of_b = ({row.name.key: row for row in side.clauses} for side in (figures.a, figures.b))

    def mean(rows: Mapping[str, ClauseRow], key: str) -> float:
        return rows[key].measures[measure].mean if key in rows else 0.0

    totals = [side.total[measure].mean for side in (figures.a, figures.b)]
    return Table(
        title=Text("Both versions (means)", "两版均值"),
        columns=(
            _text(CLAUSE),
            _money(Text("A", "甲"), adds=True),
            _money(Text("B", "乙"), adds=True),
            _money(Text("B − A", "乙 − 甲"), adds=True),
        ),
        rows=tuple(
            (row.name.text, mean(of_a, row.name.key), mean(of_b, row.name.key), row.measures[measure].mean)
            for row in figures.clauses
        ),
        total=(TOTAL, *totals, figures.difference[measure].mean),
    )
