"""The words, columns and cells that the tables share: one name and one look for one thing."""

from __future__ import annotations

from collections.abc import Sequence

from huice.reports.tables.records import Cell, Column, Name, Spread
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
PERCENTILES_NOTE = Text(
    "P10, P50, P90: in 10%, 50%, 90% of the draws the figure is no higher.",
    "10%分位、中位数、90%分位：分别有 10%、50%、90% 的抽样不高于该数。",
)


# ---------------------------------------------------------------- parts of tables
def spread_cells(spread: Spread, quantiles: Sequence[str] = USUAL) -> list[Cell]:
    """The mean and some quantiles."""
    return [spread.mean, *(spread.at(q) for q in quantiles)]


def spread_columns(quantiles: Sequence[str] = USUAL) -> list[Column]:
    return [Column(title=MEAN, look="money", adds=True), *(money_column(PERCENTILES[q]) for q in quantiles)]


def text_column(title: Text) -> Column:
    return Column(title=title, look="text")


def money_column(title: Text, adds: bool = False) -> Column:
    return Column(title=title, look="money", adds=adds)


def share_column(title: Text) -> Column:
    return Column(title=title, look="share")


def name_cell(name: Name | None) -> Cell:
    return None if name is None else name.text


def mean_cell(spread: Spread | None) -> float | None:
    return None if spread is None else spread.mean
