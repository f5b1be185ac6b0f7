"""The JSON of `huice sensitivity` to what reports show of it: each unknown's pull on the total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from huice.reports.tables.headings import MEAN, PERCENTILES
from huice.reports.tables.records import Column, Table
from lang.diagnostics import Text

Data = Mapping[str, Any]


@frozen(kw_only=True)
class Driver:
    """An unknown: its P10, P50, P90 (shares as fractions, money in yuan), its indices with their errors (None: it
    cannot be told), and the mean total in yuan with it at its P10 and at its P90."""

    name: Text
    values: Mapping[str, float]
    first: float | None
    first_error: float | None
    total: float | None
    total_error: float | None
    low: float
    high: float
    swing_error: float

    @property
    def swing(self) -> float:
        return self.high - self.low


@frozen(kw_only=True)
class Drivers:
    """Of the total, widest swing first. `advice`: what to study first."""

    mean: float
    measure: str
    drivers: tuple[Driver, ...]
    advice: Text | None


def drivers(data: Data) -> Drivers:
    measure, total = next(iter(data["total"].items()))
    about = data["unknowns"]
    found = [
        Driver(
            name=_name(key, about[key]),
            values=about[key].get("values") or {},
            first=effect.get("first"),
            first_error=effect.get("first_error"),
            total=effect.get("total"),
            total_error=effect.get("total_error"),
            low=effect["low"],
            high=effect["high"],
            swing_error=effect.get("swing_error") or 0.0,
        )
        for key, effect in total["unknowns"].items()
    ]
    advice = (data.get("study_first") or {}).get("sentence")
    return Drivers(
        mean=total["mean"],
        measure=measure,
        drivers=tuple(sorted(found, key=lambda d: -abs(d.swing))),
        advice=Text(advice, advice) if isinstance(advice, str) else None,
    )


def _name(key: str, about: Data) -> Text:
    return Text(key.replace("_", " "), about.get("label") or key)


def drivers_table(found: Drivers) -> Table:
    looks = ("text", "text", "text", "text", "share", "share", "share", "share", "money", "money", "money", "money")
    titles = (
        Text("unknown", "不确定量"),
        PERCENTILES["0.1"],
        PERCENTILES["0.5"],
        PERCENTILES["0.9"],
        Text("index alone", "单独指数"),
        Text("± error", "误差±"),
        Text("index in all", "总指数"),
        Text("± error", "误差±"),
        Text("total at\nits P10", "取10%分位时\n总额"),
        Text("total at\nits P90", "取90%分位时\n总额"),
        Text("swing", "变幅"),
        Text("± error", "误差±"),
    )
    return Table(
        title=Text("What drives the total", "影响总额的因素"),
        columns=tuple(Column(title=title, look=look) for title, look in zip(titles, looks, strict=True)),  # type: ignore[arg-type]
        rows=tuple(
            (
                driver.name,
                *(_shown(driver.values.get(q)) for q in ("0.1", "0.5", "0.9")),
                driver.first,
                driver.first_error,
                driver.total,
                driver.total_error,
                driver.low,
                driver.high,
                driver.swing,
                driver.swing_error,
            )
            for driver in found.drivers
        ),
        notes=(
            Text(
                "Index alone, in all (Sobol): share of what the unknowns bring to the variance of the total, by itself "
                f"and with all its interactions. The totals are means ({MEAN.en}) with this unknown at its P10 or P90, "
                "all others as uncertain as before.",
                "单独指数、总指数（Sobol）：该因素单独、连同全部交互作用所占不确定量方差的份额；"
                "取10%、90%分位时总额：该因素取此值、其他因素不变时总额的均值。",
            ),
        ),
    )


def _shown(value: float | None) -> str | None:
    """A share or a number as people read it."""
    if value is None:
        return None
    return f"{value:.1%}" if 0 < abs(value) < 1 else f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
