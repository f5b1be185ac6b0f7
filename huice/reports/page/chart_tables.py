"""What a chart shows, as a table, where no table of the page says it: for those who cannot see it, and to copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from huice.reports.page.charts.fan import Fan
from huice.reports.tables import fund_views, headings
from huice.reports.tables.records import Column, FundLine, Spread, Table
from lang.diagnostics import Text

OF_FAN = ("0.05", "0.25", "0.5", "0.75", "0.95")
OF_CURVE = ("0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95", "0.99")


def _money(title: Text) -> Column:
    return Column(title=title, look="money")


def of_fan(of: Fan, title: Text) -> Table:
    """The months with their percentiles, the appropriation, and what was paid in fact."""
    return Table(
        title=title,
        columns=(
            Column(title=headings.MONTH, look="text"),
            *headings.spread_columns(OF_FAN),
            _money(fund_views.APPROPRIATION),
            _money(Text("paid in fact", "实际支付")),
        ),
        rows=tuple(
            (name, *headings.spread_cells(spread, OF_FAN), of.given.get(name), of.actual.get(name))
            for name, spread in of.months
        ),
    )


def of_curve(line: FundLine, title: Text) -> Table | None:
    """The chance of more than each percentile of what is asked."""
    if line.asked is None:
        return None
    asked = line.asked
    return Table(
        title=title,
        columns=(Column(title=Text("chance of more", "超过的概率"), look="text"), _money(Text("amount", "金额"))),
        rows=tuple((f"{1 - float(q):.0%}", asked.at(q)) for q in OF_CURVE if q in asked.quantiles),
    )


def of_tornado(unknowns: Mapping[str, Any], names: Mapping[str, str], title: Text) -> Table:
    """`unknowns`: those of an output of `huice sensitivity --json`, in the order in which they are drawn."""
    share = Column(title=Text("share alone", "单独份额"), look="share")
    return Table(
        title=title,
        columns=(
            Column(title=Text("unknown", "不确定量"), look="text"),
            _money(Text("at its P10", "取10%分位")),
            _money(Text("at its P90", "取90%分位")),
            _money(Text("swing", "变幅")),
            share,
            Column(title=Text("with interactions", "含交互份额"), look="share"),
        ),
        rows=tuple(
            (names[name], effect["low"], effect["high"], effect["swing"], effect["first"], effect["total"])
            for name, effect in unknowns.items()
        ),
    )


def of_sides(periods: Sequence[str], series: Sequence[tuple[str, Sequence[Spread]]], title: Text) -> Table:
    """Means of two versions by period."""
    return Table(
        title=title,
        columns=(
            Column(title=headings.YEAR, look="text"),
            *(_money(Text(f"{name}, mean", f"{name}均值")) for name, _ in series),
        ),
        rows=tuple((period, *(spreads[n].mean for _, spreads in series)) for n, period in enumerate(periods)),
    )
