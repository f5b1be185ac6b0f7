"""A projection → `Table`s: which figures stand in which column, once for all outputs. Every figure is a record's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from huice.reports.tables.headings import (
    CLAUSE,
    MEASURE,
    PAYMENTS,
    PERCENTILES_NOTE,
    TOTAL,
    USUAL,
    money_column,
    share_column,
    spread_cells,
    spread_columns,
    text_column,
)
from huice.reports.tables.records import (
    Cell,
    Column,
    Comparison,
    Diversification,
    Group,
    Measures,
    Period,
    Projection,
    Table,
)
from lang.diagnostics import Text


def whole(figures: Projection) -> Table:
    """Every measure of the whole period."""
    rows = [(MEASURE[key], *spread_cells(figures.total[key])) for key in MEASURE if key in figures.total]
    return Table(
        title=Text("Whole period", "整个期间"),
        columns=(text_column(Text("", "")), *(money_column(c.title) for c in spread_columns())),
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
            text_column(CLAUSE),
            *(money_column(Text(year.name, f"{year.name}年"), adds=True) for year in years),
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
            text_column(title),
            *spread_columns(quantiles),
            *(money_column(Text(f"{MEASURE[key].en} · mean", f"{MEASURE[key].zh}均值"), adds=True) for key in fewer),
            money_column(Text("owed at its end · mean", "期末应付未付均值")),
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
            text_column(figures.by.text),
            *(money_column(Text(year, f"{year}年"), adds=True) for year in years),
            *spread_columns(),
        ),
        rows=tuple(row(group.name.text, dict(group.years), group.total) for group in shown_groups(figures)),
        total=row(TOTAL, of_year, whole),
        notes=(PERCENTILES_NOTE,),
    )


def shown_groups(figures: Projection | Comparison) -> tuple[Group, ...]:
    """Those that get anything."""
    return tuple(g for g in figures.groups if g.total["entitled"].mean or g.total["entitled"].maximum)


def clauses_of_group(figures: Projection, group: Group) -> Table:
    """What the clauses pay in one group: means by year, the spread of the whole period."""
    years = [year.name for year in figures.years]

    def row(title: Cell, of_year: Iterable[Measures], of_all: Measures) -> tuple[Cell, ...]:
        return (title, *(measures["paid"].mean for measures in of_year), *spread_cells(of_all["paid"]))

    return Table(
        title=group.name.text,
        columns=(text_column(CLAUSE), *(money_column(Text(y, f"{y}年"), adds=True) for y in years), *spread_columns()),
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


def targets(figures: Projection) -> Table | None:
    if not figures.targets:
        return None
    return Table(
        title=Text("Targets", "目标"),
        columns=(
            text_column(Text("target", "目标")),
            text_column(Text("item", "依据")),
            text_column(Text("condition", "指标值")),
            share_column(Text("chance of being met", "达成概率")),
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
            text_column(title)
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
            text_column(Text("parts", "按")),
            money_column(Text("P90 of the total", "合计自身的90%分位")),
            money_column(Text("sum of the parts' P90", "各部分90%分位之和")),
            money_column(Text("diversification", "分散效应")),
        ),
        rows=rows,
    )
