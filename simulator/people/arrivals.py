"""Who arrives: the rows of each entity in some draws, before anything is known of them.

In: the populations' `arrive` lines, the values of the unknowns, the seed. Out: a table an entity, all draws together,
sorted by (arrival month, draw, number), so that the rows that are there in a month are the first so many.

A row's number is `line << 26 | n`: the n-th of its `arrive` line in its month and draw; so one line's rows keep their
numbers whatever another line does. What it draws is keyed by (arrival month, number), or, for a row that arrived for a
row of another entity, by that row, the line and the copy (keyed_random.child_numbers): one more firm changes nothing in
the staff of the others. Such rows are numbered in the order of the rows that they arrived for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from attrs import frozen

from lang import model, typed
from lang.dates import Month, month_text
from lang.source import Span
from simulator.chance import keyed_random as random
from simulator.chance.distributions import quantile
from simulator.chance.scenario_values import bad_value, evaluate, not_supported, probability
from simulator.people.rosters import RosterTable, rows_of
from simulator.plan import Floats, Ints, Plan, Words

LINE_BITS = 26
MOST_ROWS = 100_000_000  # followed at a time: some 10 GB
IN_ROSTER = 0

V = TypeVar("V", Floats, Words)


@frozen(kw_only=True)
class Arrived:
    """`draw` counts from 0 within the chunk. `parents[link]`: the row that each row arrived for, -1 none. Rows of a
    roster have the arrival month IN_ROSTER, before all others, and are numbered in the order of their keys."""

    draw: Ints
    arrival: Ints
    number: Ints
    key: Words  # the entity's number e of keyed_random
    parents: Mapping[str, Ints]

    @property
    def size(self) -> int:
        return len(self.draw)

    def present(self, month: Month) -> int:
        """How many rows have arrived by a month: the first ones."""
        return int(np.searchsorted(self.arrival, month, side="right"))


@frozen
class _Batch:
    """The rows of one `arrive` line; those of a `per` line in order of the rows that they arrived for."""

    draw: Ints
    arrival: Ints
    number: Ints
    key: Words
    parent: Ints | None


@frozen(kw_only=True)
class Draws:
    """The draws of a chunk, the unknowns in them, and the seed."""

    numbers: Ints
    unknowns: Mapping[str, Floats]
    seed: int

    def streams(self, entity: str, purpose: str, keys: Words, draw: Ints) -> Words:
        """s for rows of these draws (counted within the chunk)."""
        return random.streams(random.key(self.seed, entity, purpose), keys, self.numbers[draw])

    def by_row(self, values: V, draw: Ints) -> V:
        """A value a draw, for each row."""
        return values[draw] if values.ndim else values


def arrive_all(plan: Plan, draws: Draws) -> dict[str, Arrived]:
    """The tables of all populations, parents before the rows that arrive for them."""
    scenario = plan.scenario
    tables: dict[str, Arrived] = {}
    open_: list[str] = []

    def build(entity: str) -> None:
        population = scenario.populations.get(entity)
        if entity in tables or population is None:
            return
        if entity in open_:
            raise bad_value(population.span, "these populations arrive for each other", "这些群体互相以对方为新增依据")
        open_.append(entity)
        for line in population.arrivals:
            if line.per is not None:
                build(line.per)
        open_.pop()
        tables[entity] = _arrive(scenario, population, draws, tables, plan.roster_of(entity))

    for entity in scenario.populations:
        build(entity)
    return tables


def _arrive(
    scenario: model.Scenario,
    population: model.Population,
    draws: Draws,
    tables: Mapping[str, Arrived],
    roster: RosterTable | None,
) -> Arrived:
    batches = []
    known = []
    if roster is not None:
        draw, number, key = rows_of(roster, len(draws.numbers))
        known = [_Batch(draw, np.full(len(draw), IN_ROSTER), number, key, None)]
    for index, line in enumerate(population.arrivals):
        if line.per is None:
            batches.append(_by_month(scenario, population.entity, index, line, draws))
        elif line.per in tables:
            batches.append(_for_each(scenario, population.entity, index, line, draws, tables[line.per]))
        else:
            empty = np.zeros(0, np.int64)
            batches.append(_Batch(empty, empty, empty, empty.astype(np.uint64), empty))
    if not batches and not known:
        raise bad_value(population.span, "nobody arrives in this population", "该群体没有新增")
    every = [*known, *batches]
    draw, arrival, number = (np.concatenate([getattr(b, f) for b in every]) for f in ("draw", "arrival", "number"))
    key = np.concatenate([b.key for b in every])
    order = np.lexsort((number, draw, arrival))
    parents = {}
    for line, batch in zip(population.arrivals, batches, strict=True):
        if line.link is not None and batch.parent is not None:
            links = [
                b.parent if b.parent is not None and other.link == line.link else np.full(len(b.draw), -1)
                for other, b in zip(population.arrivals, batches, strict=True)
            ]
            links = [np.full(len(b.draw), -1) for b in known] + links
            parents[line.link] = np.concatenate(links)[order]
    return Arrived(draw=draw[order], arrival=arrival[order], number=number[order], key=key[order], parents=parents)


def monthly_numbers(
    scenario: model.Scenario, entity: str, index: int, line: model.Arrive, draws: Draws
) -> tuple[Ints, Ints]:
    """The months of an `arrive` line without `per`, and how many arrive in each and in each draw: (months, draws)."""
    first = scenario.first if line.first is None else line.first
    last = first if line.last is None else line.last
    if first < scenario.first:
        raise bad_value(
            line.span,
            f"arrivals in {month_text(first)}, before the period begins: begin the period earlier",
            f"新增始于 {month_text(first)}，早于期间起点，请提前期间的起点",
        )
    months = np.arange(first, min(last, scenario.last) + 1)
    size = len(draws.numbers)
    s = draws.streams(entity, f"arrivals {index}", np.zeros(size, np.uint64), np.arange(size))
    w = random.words_of_months(np.tile(s, len(months)), np.repeat(months, size))
    counts = _counts(line, draws, w, np.tile(np.arange(size), len(months)))
    return months, counts.reshape(len(months), size)


def _by_month(scenario: model.Scenario, entity: str, index: int, line: model.Arrive, draws: Draws) -> _Batch:
    months, counts = monthly_numbers(scenario, entity, index, line, draws)
    size = len(draws.numbers)
    flat = counts.ravel()
    total = _room(flat, line.span)
    n = np.arange(total) - np.repeat(np.cumsum(flat) - flat, flat)
    arrival = np.repeat(np.repeat(months, size), flat)
    draw = np.repeat(np.tile(np.arange(size), len(months)), flat)
    number = _numbered(index, n, line.span)
    return _Batch(draw, arrival, number, random.entity_numbers(arrival, number), None)


def _for_each(
    scenario: model.Scenario, entity: str, index: int, line: model.Arrive, draws: Draws, parents: Arrived
) -> _Batch:
    """Once for each row: `after` months after its own arrival, or in each of the line's months in which it is there.

    When the rows of a roster arrived is not known: without months of its own, a line brings them nobody.
    """
    rows, arrival, turn = np.arange(parents.size), parents.arrival + line.after, np.zeros(parents.size, np.int64)
    if line.first is not None:
        months = np.arange(line.first, (line.first if line.last is None else line.last) + 1)
        there = parents.arrival[None, :] <= months[:, None]
        turn, rows = np.nonzero(there)
        arrival = months[turn] + line.after
    there = arrival <= scenario.last
    if line.first is None:
        there &= parents.arrival != IN_ROSTER
    if line.chance is not None:
        below = draws.by_row(chance_threshold(line.chance, draws), parents.draw[rows])
        s = draws.streams(entity, f"arrival chance {index}", parents.key[rows], parents.draw[rows])
        there = there & random.event(random.words_of_months(s, turn), below)
    rows, arrival, turn = rows[there], arrival[there], turn[there]
    s = draws.streams(entity, f"arrivals {index}", parents.key[rows], parents.draw[rows])
    counts = _counts(line, draws, random.words_of_months(s, turn), parents.draw[rows])
    _room(counts, line.span)
    which = np.repeat(np.arange(len(rows)), counts)
    parent, arrived = rows[which], arrival[which]
    copy = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts) + (turn[which] << LINE_BITS)
    draw = parents.draw[parent]
    order = np.lexsort((np.arange(len(parent)), parent, draw, arrived))
    start = np.flatnonzero((np.diff(draw[order], prepend=-1) != 0) | (np.diff(arrived[order], prepend=-1) != 0))
    rank = np.empty(len(parent), np.int64)
    rank[order] = np.arange(len(parent)) - np.repeat(start, np.diff(np.append(start, len(parent))))
    key = random.child_numbers(parents.key[parent], index, copy)
    return _Batch(draw, arrived, _numbered(index, rank, line.span), key, parent)


def _counts(line: model.Arrive, draws: Draws, w: Words, draw: Ints) -> Ints:
    """How many arrive, a row of `draw` (a draw, or a row for which they arrive)."""
    u = random.uniform(w)
    values = quantile(line.number, u, lambda e: draws.by_row(evaluate(e, draws.unknowns), draw))
    if np.any(values != np.floor(values)) or np.any(values < 0):
        odd = values[(values != np.floor(values)) | (values < 0)][0]
        raise bad_value(
            line.number.span if line.number.span.text else line.span,
            f"the number of arrivals must be whole: {odd:g}; draw it, for example by poisson({odd:g})",
            f"新增数量须为整数：{odd:g}；可改用随机数量，例如 泊松（{odd:g}）",
        )
    return values.astype(np.int64)


def _room(counts: Ints, span: Span) -> int:
    """How many rows these are: no more than can be followed one by one."""
    total = float(counts.sum(dtype=np.float64))
    if total > MOST_ROWS:
        raise not_supported(
            span,
            f"following {total:,.0f} rows one by one; the engine `cohort` counts those that are alike",
            f"逐个跟踪 {total:,.0f} 行；分组引擎 cohort 可对相同的行计数",
        )
    return int(total)


def chance_threshold(chance: typed.Expr, draws: Draws) -> Words:
    """The threshold of an event, a draw (or one for all)."""
    return random.threshold(probability(chance, draws.unknowns))


def _numbered(line: int, n: Ints, span: Span) -> Ints:
    if len(n) and int(n.max()) >> LINE_BITS:
        raise not_supported(span, "more than 67 million arrivals in one month", "一个月内新增超过 6700 万")
    return (line << LINE_BITS) | n
