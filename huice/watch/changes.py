"""What the change from one version to the next costs: B − A draw by draw, as plain records and their JSON.

Both versions are in the same draws with the same people, so an error is that of the difference alone, and what did not
change differs by exactly nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from attrs import frozen

from simulator.figures.projection import Money
from simulator.figures.statistics import FEN_A_YUAN, half_width
from simulator.incremental import Version
from simulator.plan import BLOCKS, Ints

Measure = Literal["entitled", "paid"]
MEASURES: tuple[Measure, ...] = ("entitled", "paid")


@frozen
class Figure:
    """Means in yuan; `error`: half of a 95% interval of the change."""

    was: float
    now: float
    change: float
    error: float
    any: bool  # whether a single draw differs

    def to_dict(self) -> dict[str, float]:
        return {"was": self.was, "now": self.now, "change": self.change, "error": self.error}


Both = Mapping[Measure, Figure]


@frozen(kw_only=True)
class Change:
    """`clauses` and `years`: by name, those of either version. `simulated`: clauses that had to be drawn anew."""

    draws: int
    total: Both
    clauses: Mapping[str, Both]
    years: Mapping[str, Both]
    simulated: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether no figure changed in any draw."""
        parts = [self.total, *self.clauses.values(), *self.years.values()]
        return not any(figure.any for part in parts for figure in part.values())

    @property
    def steady(self) -> bool:
        """Whether the change is known well enough to be shown: its error is a tenth of it, or next to nothing."""
        return all(
            figure.error <= max(0.1 * abs(figure.change), 0.0005 * max(abs(figure.now), abs(figure.was)))
            for figure in self.total.values()
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "draws": self.draws,
            "total": _data(self.total),
            "clauses": {name: _data(both) for name, both in self.clauses.items() if changed(both)},
            "years": {name: _data(both) for name, both in self.years.items()},
            "simulated": list(self.simulated),
        }


def changed(both: Both) -> bool:
    return any(figure.any for figure in both.values())


def _data(both: Both) -> dict[str, Any]:
    return {measure: figure.to_dict() for measure, figure in both.items()}


def change(old: Version, new: Version, draws: int) -> Change:
    """Over the first so many draws, which both have."""
    whole = old.money(draws), new.money(draws)
    years = old.money(draws, 12), new.money(draws, 12)
    clauses = dict.fromkeys((*new.plan.clauses, *old.plan.clauses))
    periods = sorted({*years[0].periods, *years[1].periods})
    return Change(
        draws=draws,
        total=_both(*whole, "", "all"),
        clauses={name: _both(*whole, name, "all") for name in clauses},
        years={year: _both(*years, "", year) for year in periods},
        simulated=tuple(name for name in new.plan.clauses if name in new.simulated),
    )


def _both(old: Money, new: Money, clause: str, period: str) -> Both:
    return {measure: _figure(_draws(old, measure, clause, period), _draws(new, measure, clause, period))
            for measure in MEASURES}  # fmt: skip


def _draws(table: Money, measure: Measure, clause: str, period: str) -> Ints:
    """Fen by draw; nothing where the version has no such clause or year."""
    values = table.measures[measure]
    if (clause and clause not in table.clauses) or period not in table.periods:
        return np.zeros(values.shape[-1], np.int64)
    row = 1 + table.clauses.index(clause) if clause else 0
    found: Ints = values[row, table.periods.index(period)]
    return found


def _figure(old: Ints, new: Ints) -> Figure:
    difference = new - old
    by_scramble = difference.astype(np.float64).reshape(-1, BLOCKS).mean(axis=0)
    return Figure(
        was=float(old.mean() / FEN_A_YUAN),
        now=float(new.mean() / FEN_A_YUAN),
        change=float(by_scramble.mean() / FEN_A_YUAN),
        error=float(half_width(by_scramble) / FEN_A_YUAN),
        any=bool(difference.any()),
    )


def budget(version: Version, draws: int) -> dict[Measure, tuple[float, float]]:
    """Mean of the total, and its error, in yuan."""
    table = version.money(draws)
    found: dict[Measure, tuple[float, float]] = {}
    for measure in MEASURES:
        by_scramble = table.measures[measure][0, 0].astype(np.float64).reshape(-1, BLOCKS).mean(axis=0)
        found[measure] = float(by_scramble.mean() / FEN_A_YUAN), float(half_width(by_scramble) / FEN_A_YUAN)
    return found
