"""A comparison → `Table`s: B − A by clause and year, from A to B step by step, both side by side."""

from __future__ import annotations

from collections.abc import Mapping

from huice.reports.tables.headings import (
    CLAUSE,
    PERCENTILES_NOTE,
    TOTAL,
    YEAR,
    money_column,
    spread_cells,
    spread_columns,
    text_column,
)
from huice.reports.tables.records import Cell, ClauseRow, Comparison, Measures, Table
from lang.diagnostics import Text


def difference(figures: Comparison, measure: str = "entitled") -> Table:
    """B − A by clause: the spread, the least and the most of the draws."""

    def row(title: Cell, measures: Measures) -> tuple[Cell, ...]:
        spread = measures[measure]
        return (title, *spread_cells(spread), spread.minimum, spread.maximum)

    return Table(
        title=Text("Difference B − A", "差额（乙 − 甲）"),
        columns=(
            text_column(CLAUSE),
            *spread_columns(),
            money_column(Text("least", "最小")),
            money_column(Text("most", "最大")),
        ),
        rows=tuple(row(clause.name.text, clause.measures) for clause in figures.clauses),
        total=row(TOTAL, figures.difference),
        notes=(PERCENTILES_NOTE,),
    )


def difference_by_year(figures: Comparison, measure: str = "entitled") -> Table:
    return Table(
        title=Text("Difference by year", "各年度差额"),
        columns=(text_column(YEAR), *spread_columns()),
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
            text_column(Text("step", "步骤")),
            money_column(Text("amount", "金额"), adds=True),
            money_column(Text("error ±", "误差±")),
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
            text_column(CLAUSE),
            money_column(Text("A", "甲"), adds=True),
            money_column(Text("B", "乙"), adds=True),
            money_column(Text("B − A", "乙 − 甲"), adds=True),
        ),
        rows=tuple(
            (row.name.text, mean(of_a, row.name.key), mean(of_b, row.name.key), row.measures[measure].mean)
            for row in figures.clauses
        ),
        total=(TOTAL, *totals, figures.difference[measure].mean),
    )
