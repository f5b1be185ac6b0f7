"""A run's results as Arrow tables.

In: the JSON of the results, and their books where people were drawn. Out: tables by name; docs/results.md says what
their columns mean. Rows in which nothing was booked are left out: a cell that is not there is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lang.dates import month_text
from simulator.figures.results import NO_GROUP, Results
from simulator.figures.statistics import QUANTILES
from simulator.money.budget_lines import lines_of
from simulator.money.claims import NO_LIMIT
from simulator.money.limits import pots_of

if TYPE_CHECKING:
    import pyarrow as pa

FLOWS = ("entitled", "claimed", "paid", "lapsed", "payments")
NAMES = ("figures", "flows", "rest", "lines", "pots", "years", "groups")
SCOPE = ("span", "period", "group", "clause", "fund", "pot", "measure")
_FIGURES = ("mean", "sd", "mean_error", "sd_error")


def tables_of(results: Results) -> dict[str, Callable[[], pa.Table]]:
    """By file name without its ending, each made when it is asked for (they may be large). Only `figures` where people
    were not drawn."""
    found: dict[str, Callable[[], pa.Table]] = {"figures": lambda: figures_table(results.to_dict())}
    if results.books.draws:
        made = {"flows": _flows, "rest": _rest, "lines": _lines, "pots": _pots, "years": _years}
        if results.books.groups is not None:
            made["groups"] = _groups
        found |= {name: partial(make, results) for name, make in made.items()}
    return found


# ---------------------------------------------------------------- distributions
def figures_table(data: Mapping[str, Any]) -> pa.Table:
    """One row a distribution of the JSON: what it is of, its mean, sd, percentiles and their errors."""
    import pyarrow as pa

    rows = list(_distributions(data))
    columns: dict[str, Any] = {name: pa.array([row[0][name] for row in rows], pa.string()) for name in SCOPE}
    for name in _FIGURES:
        columns[name] = pa.array([row[1].get(name) for row in rows], pa.float64())
    for key, suffix in (("quantiles", ""), ("quantile_errors", "_error")):
        for q in QUANTILES:
            columns[f"{column_of(q)}{suffix}"] = pa.array([row[1].get(key, {}).get(q) for row in rows], pa.float64())
    for name in ("appropriation", "p_exceeded"):
        columns[name] = pa.array([row[2].get(name) for row in rows], pa.float64())
    return pa.table(columns)


def column_of(quantile: str) -> str:
    """`p05` of "0.05"."""
    return f"p{round(float(quantile) * 100):02d}"


_Row = tuple[dict[str, str | None], Mapping[str, Any], Mapping[str, Any]]


def _distributions(data: Mapping[str, Any]) -> Iterator[_Row]:
    yield from _of_period("whole", None, data)
    for line in data.get("lines", ()):
        yield from _of_line("whole", None, line)
    for span in ("years", "quarters", "months"):
        for period, values in data.get(span, {}).items():
            name = span.removesuffix("s")
            yield from _of_period(name, period, values)
            for line in values.get("lines", ()):
                yield from _of_line(name, period, line)
            for fund, line in values.get("funds", {}).items():
                yield from _of_fund(name, period, fund, None, line)
                for pot, of_pot in line.get("pots", {}).items():
                    yield from _of_fund(name, period, fund, pot, of_pot)
    for group, values in data.get("groups", {}).items():
        yield from _of_period("whole", None, values, group)
        for year, of_year in values.get("years", {}).items():
            yield from _of_period("year", year, of_year, group)


def _scope(span: str, period: str | None, measure: str, **more: str | None) -> dict[str, str | None]:
    return {**dict.fromkeys(SCOPE), "span": span, "period": period, "measure": measure, **more}


def _of_period(span: str, period: str | None, data: Mapping[str, Any], group: str | None = None) -> Iterator[_Row]:
    parts = [(None, data["total"]), *data["clauses"].items()]
    for clause, measures in parts:
        for measure, spread in measures.items():
            yield _scope(span, period, measure, group=group, clause=clause), spread, {}


def _of_line(span: str, period: str | None, line: Mapping[str, Any]) -> Iterator[_Row]:
    for measure in ("paid", "owed"):
        of = {"clause": line["clause"], "fund": line["fund"], "pot": line["pot"]}
        yield _scope(span, period, measure, **of), line[measure], {}


def _of_fund(span: str, period: str, fund: str, pot: str | None, line: Mapping[str, Any]) -> Iterator[_Row]:
    for measure in ("paid", "owed", "asked", "to_date"):
        if measure in line:
            yield _scope(span, period, measure, fund=fund, pot=pot), line[measure], line


# ---------------------------------------------------------------- what was booked
class _Names:
    """The axes of the books in words."""

    def __init__(self, results: Results) -> None:
        plan = results.plan
        first, last = plan.scenario.first, plan.scenario.last
        funds = list(plan.policy.funds.values())
        self.clauses = list(plan.clauses)
        self.months = [month_text(month) for month in range(first, last + 1)]
        self.years = [str(year) for year in range(first // 12, last // 12 + 1)]
        self.pots = [
            (funds[pot.fund].name, (pot.member or NO_GROUP) if funds[pot.fund].pots is not None else None)
            for pot in pots_of(plan.policy)
        ]


def _named(names: list[Any], at: np.ndarray[Any, Any]) -> pa.Array:
    """A column of few different names."""
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(at.astype(np.int32)), pa.array(names, pa.string()))


def _cells(*arrays: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], ...]:
    """Where anything stands, in order of the axes."""
    there = arrays[0] != 0
    for array in arrays[1:]:
        there |= array != 0
    return np.nonzero(there)


def _flows(results: Results) -> pa.Table:
    """(draw, clause, month)."""
    import pyarrow as pa

    names, flows = _Names(results), results.books.flows
    arrays = {name: np.moveaxis(getattr(flows, name), -1, 0) for name in FLOWS}
    draw, clause, month = _cells(*arrays.values())
    return pa.table(
        {
            "draw": draw.astype(np.int32),
            "clause": _named(names.clauses, clause),
            "month": _named(names.months, month),
            **{name: array[draw, clause, month].astype(np.int64) for name, array in arrays.items()},
        }
    )


def _rest(results: Results) -> pa.Table:
    """(draw, clause): what is known of the whole run only."""
    import pyarrow as pa

    names, books = _Names(results), results.books
    arrays = {name: getattr(books, name).T for name in ("not_taken_up", "not_yet_claimed", "refused")}
    draw, clause = _cells(*arrays.values())
    return pa.table(
        {
            "draw": draw.astype(np.int32),
            "clause": _named(names.clauses, clause),
            **{name: array[draw, clause] for name, array in arrays.items()},
        }
    )


def _lines(results: Results) -> pa.Table:
    """(draw, year, clause, fund, pot)."""
    import pyarrow as pa

    names, books = _Names(results), results.books
    lines = lines_of(results.plan)
    paid, owed = (np.moveaxis(array, -1, 0) for array in (books.line_paid, books.line_owed))
    draw, line, year = _cells(paid, owed)
    clauses = np.array([each.clause for each in lines], dtype=np.intp)
    pots = np.array([each.pot for each in lines], dtype=np.intp)
    fund, pot = _fund_and_pot(names, pots[line] if len(lines) else line)
    return pa.table(
        {
            "draw": draw.astype(np.int32),
            "year": _named(names.years, year),
            "clause": _named(names.clauses, clauses[line] if len(lines) else line),
            "fund": fund,
            "pot": pot,
            "paid": paid[draw, line, year],
            "owed": owed[draw, line, year],
        }
    )


def _pots(results: Results) -> pa.Table:
    """(draw, month, fund, pot): `owed` at the month's end."""
    import pyarrow as pa

    names, books = _Names(results), results.books
    paid, owed = (np.moveaxis(array, -1, 0) for array in (books.pot_paid, books.pot_owed))
    draw, at, month = _cells(paid, owed)
    fund, pot = _fund_and_pot(names, at)
    columns = {"draw": draw.astype(np.int32), "month": _named(names.months, month), "fund": fund, "pot": pot}
    return pa.table({**columns, "paid": paid[draw, at, month], "owed": owed[draw, at, month]})


def _years(results: Results) -> pa.Table:
    """(draw, year, fund, pot): what was asked, the appropriation (null: none), when it ran out (null: never)."""
    import pyarrow as pa

    names, books = _Names(results), results.books
    asked, given, exceeded = (
        np.moveaxis(array, -1, 0) for array in (books.pot_asked, books.appropriation, books.exceeded)
    )
    limited = np.where(given >= NO_LIMIT, 0, given)
    draw, at, year = _cells(asked, limited, exceeded.astype(np.int64))
    fund, pot = _fund_and_pot(names, at)
    amount, month = given[draw, at, year], exceeded[draw, at, year]
    texts = {int(m): month_text(int(m)) for m in np.unique(month) if m}
    return pa.table(
        {
            "draw": draw.astype(np.int32),
            "year": _named(names.years, year),
            "fund": fund,
            "pot": pot,
            "asked": asked[draw, at, year],
            "appropriation": pa.array(amount, pa.int64(), mask=amount >= NO_LIMIT),
            "runs_out": pa.array([texts.get(int(m)) for m in month], pa.string()),
        }
    )


def _groups(results: Results) -> pa.Table:
    """(draw, year, group, clause), of a run with `--by`."""
    import pyarrow as pa

    names, flows, kind = _Names(results), results.books.groups, results.plan.by_kind()
    assert flows is not None and kind is not None
    arrays = {name: np.moveaxis(getattr(flows, name), -1, 0) for name in FLOWS}
    draw, group, clause, year = _cells(*arrays.values())
    return pa.table(
        {
            "draw": draw.astype(np.int32),
            "year": _named(names.years, year),
            "group": _named([*results.plan.members(kind), NO_GROUP], group),
            "clause": _named(names.clauses, clause),
            **{name: array[draw, group, clause, year].astype(np.int64) for name, array in arrays.items()},
        }
    )


def _fund_and_pot(names: _Names, at: np.ndarray[Any, Any]) -> tuple[pa.Array, pa.Array]:
    """The pot's name is null for a fund that is one pot."""
    import pyarrow as pa

    funds = list(dict.fromkeys(fund for fund, _ in names.pots))
    members = list(dict.fromkeys(pot for _, pot in names.pots if pot is not None))
    of_fund = np.array([funds.index(fund) for fund, _ in names.pots], dtype=np.int32)
    of_pot = np.array([-1 if pot is None else members.index(pot) for _, pot in names.pots], dtype=np.int32)
    at = at.astype(np.intp)
    pots = of_pot[at] if len(of_pot) else at.astype(np.int32)
    fund_column = _named(funds, of_fund[at] if len(of_fund) else at)
    return fund_column, pa.DictionaryArray.from_arrays(
        pa.array(pots, pa.int32(), mask=pots < 0), pa.array(members, pa.string())
    )
