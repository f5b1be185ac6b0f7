"""Money by clause and period, and its JSON: what results and comparisons have in common.

In: the flows of a run. Out: a `Money` table (whole fen, by draw) and its distributions in the shape of
`huice simulate --json`. Row 0 of a table is the total, which has its own quantiles; those of clauses never add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from simulator.figures.statistics import Summary, summarise
from simulator.money.books import Flows
from simulator.plan import Ints


@frozen(kw_only=True, eq=False)
class Money:
    """`measures[name]`: shape (1 + clauses, periods, draws), row 0 the total; `payments` is a count, the rest fen."""

    clauses: tuple[str, ...]
    periods: tuple[str, ...]
    measures: Mapping[str, Ints]

    def minus(self, other: Money) -> Money:
        """This less the other, draw by draw. A clause or period that one of them lacks is nothing there."""
        clauses = tuple(dict.fromkeys((*self.clauses, *other.clauses)))
        periods = tuple(sorted({*self.periods, *other.periods}))
        mine, others = self._spread(clauses, periods), other._spread(clauses, periods)
        return Money(
            clauses=clauses, periods=periods, measures={name: mine[name] - others[name] for name in self.measures}
        )

    def _spread(self, clauses: tuple[str, ...], periods: tuple[str, ...]) -> dict[str, Ints]:
        rows = [0, *(1 + clauses.index(name) for name in self.clauses)]
        columns = [periods.index(name) for name in self.periods]
        result = {}
        for name, values in self.measures.items():
            wide = np.zeros((1 + len(clauses), len(periods), values.shape[-1]), dtype=np.int64)
            wide[np.ix_(rows, columns)] = values
            result[name] = wide
        return result


def money(
    flows: Flows,
    clauses: tuple[str, ...],
    periods: Sequence[tuple[str, int, int]],
    once: Mapping[str, Ints] | None = None,
) -> Money:
    """Sums over periods, each (name, first, end) in months (or years) from the start of the flows.

    `once`: measures that are known for the whole run only, (clauses, draws).
    """
    starts = [first for _, first, _ in periods]
    ends = [end - 1 for _, _, end in periods]
    assert all(end == start for (_, _, end), start in zip(periods, starts[1:], strict=False))
    measures = {
        name: np.add.reduceat(getattr(flows, name), starts, axis=1, dtype=np.int64)
        for name in ("entitled", "paid", "lapsed", "payments")
    }
    measures["owed_at_end"] = flows.owed[:, ends]
    for name, values in (once or {}).items():
        measures[name] = values[:, None, :]
    return Money(
        clauses=clauses,
        periods=tuple(name for name, _, _ in periods),
        measures={
            name: np.concatenate((values.sum(axis=0, keepdims=True), values)) for name, values in measures.items()
        },
    )


def distributions(table: Money, *, thresholds: Sequence[int] = (), compared: bool = False) -> dict[str, Any]:
    """By period: {"total": {measure: distribution}, "clauses": {name: {measure: distribution}}}.

    `compared`: also least, greatest, and the shares of draws with more and with less than nothing.
    """
    summaries: dict[str, Summary] = {}
    signs: dict[str, tuple[Any, Any]] = {}
    for name, values in table.measures.items():
        if name == "payments":
            summaries[name] = summarise(values, unit=1)
        else:
            summaries[name] = summarise(values, thresholds=thresholds)
        if compared:
            signs[name] = (values > 0).mean(axis=-1), (values < 0).mean(axis=-1)

    def cell(row: int, period: int) -> dict[str, Any]:
        result = {}
        for name, summary in summaries.items():
            result[name] = summary.at(row, period, extremes=compared)
            if compared:
                more, less = signs[name]
                result[name] |= {"p_more": float(more[row, period]), "p_less": float(less[row, period])}
        return result

    return {
        period: {
            "total": cell(0, column),
            "clauses": {name: cell(row, column) for row, name in enumerate(table.clauses, start=1)},
        }
        for column, period in enumerate(table.periods)
    }
