"""Every combination of fixed attributes, and what it means for the clauses month by month.

In: the factors of a unit, its rows, its arrival months, and its step program. Out: `Kinds`. A **letter** is all that
the step is given in one month: values of what is fixed and of the calendar, which rows have arrived, whether the policy
is in force. A **prospect** is a sequence of letters from a month to the end of the period; combinations and arrival
months with the same prospect are one, so that a cohort is a number of people with a prospect and a state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from math import lcm, prod
from typing import Any

import numpy as np
from attrs import frozen

from compiler.backends.columns.bounds import fact_denominator
from compiler.backends.columns.program import closure
from compiler.backends.columns.streams import ColumnFacts, Rows, Streams
from compiler.backends.columns.values import Column
from compiler.parameters import settled
from lang.dates import Month, month_number
from lang.diagnostics import CompilerBug
from lang.source import NOWHERE
from simulator.automaton.again import Again
from simulator.automaton.distinct import distinct
from simulator.automaton.people import Fact, Factor, NotFinite
from simulator.automaton.rewriting import IN_POLICY, JANUARY
from simulator.automaton.step_program import StepProgram
from simulator.chance.keyed_random import mix
from simulator.plan import Flags, Floats, Ints, Ints32, Plan, Words

MOST_KINDS = 600_000  # combinations of fixed attributes and arrival months
_EPOCH = 719163  # the ordinal of 1970-01-01
_NEVER = 1 << 30


@frozen(kw_only=True)
class UnitRow:
    """A row of the unit. It arrives `delay` months after the unit, or in the month `fixed` for units that have arrived
    `delay` months before. `exists` (a factor's position): whether it arrives at all. `outside`: it is there already
    (its unit is one of its children)."""

    entity: str
    link: str | None = None
    to: str | None = None
    delay: int = 0
    fixed: Month | None = None
    exists: int | None = None
    outside: bool = False


@frozen(kw_only=True)
class Combinations:
    """The product of the factors. `index[f]` is the value of factor f in each combination; `cell` the combination of
    the first `shared` factors, which is drawn before the others."""

    factors: tuple[Factor, ...]
    shared: int
    index: tuple[Ints, ...]
    counted: tuple[Flags, ...]  # whether the factor's weight counts (not for a row that does not arrive)
    cell: Ints
    cells: int

    @property
    def size(self) -> int:
        return len(self.cell)

    def weights(self, chances: Sequence[Floats]) -> Floats:
        """Of each combination within its cell, by draw: (combinations, draws)."""
        result = np.ones((self.size, chances[0].shape[1] if chances else 1))
        for number in range(self.shared, len(self.factors)):
            part = chances[number][self.index[number]]
            result *= np.where(self.counted[number][:, None], part, 1.0)
        return result


@frozen(kw_only=True, eq=False)
class Kinds:
    """`letters`: (letters, components). By month from `first`: `letter[m]` and `next[m]` of each prospect; `entry[a]`:
    the prospect of each combination that arrives in month a."""

    first: Month
    names: tuple[str, ...]
    dens: Mapping[str, int]
    letters: Ints
    letter: tuple[Ints, ...]
    next: tuple[Ints, ...]
    entry: Mapping[Month, Ints]


def combinations(factors: Sequence[Factor], shared: int, rows: Sequence[UnitRow], arrivals: int) -> Combinations:
    """All values of all factors; of a row that does not arrive only one value of each of its factors."""
    size = prod(len(f.values) for f in factors)
    if size * max(arrivals, 1) > 40 * MOST_KINDS:
        raise NotFinite(NOWHERE, "there are too many kinds of people to count", "需区分的人员类别过多")
    grids = np.indices([len(f.values) for f in factors]).reshape(len(factors), -1) if factors else np.zeros((0, 1), int)
    keep = np.ones(grids.shape[1], np.bool_)
    counted = [np.ones(grids.shape[1], np.bool_) for _ in factors]
    for row in rows:
        if row.exists is None:
            continue
        there = np.array(factors[row.exists].values)[grids[row.exists]] == 1
        for number, factor in enumerate(factors):
            if number != row.exists and factor.fact[0] == row.entity and number >= shared:
                keep &= there | (grids[number] == 0)
                counted[number] &= there
    if int(keep.sum()) * max(arrivals, 1) > MOST_KINDS:
        raise NotFinite(NOWHERE, "there are too many kinds of people to count", "需区分的人员类别过多")
    index = tuple(g[keep].astype(np.int64) for g in grids)
    cell = np.zeros(int(keep.sum()), np.int64)
    for number in range(shared):
        cell = cell * len(factors[number].values) + index[number]
    return Combinations(
        factors=tuple(factors),
        shared=shared,
        index=index,
        counted=tuple(c[keep] for c in counted),
        cell=cell,
        cells=prod(len(f.values) for f in factors[:shared]),
    )


def kinds(
    plan: Plan,
    step: StepProgram,
    rows: Sequence[UnitRow],
    combos: Combinations,
    arrivals: Sequence[Month],
    *,
    yearly: bool,
    arrival_of: Sequence[str],
) -> Kinds:
    """`yearly`: something begins anew each January. `arrival_of`: entities whose arrival month must be remembered."""
    first, last = plan.scenario.first, plan.scenario.last
    size = combos.size
    apart = arrivals if arrival_of or _timed(rows, combos) else arrivals[:1]
    arrival = np.repeat(np.array(apart, np.int64), size)
    there = {row.entity: _arrivals(row, combos, arrival, len(apart)) for row in rows}
    tables = {row.entity: Rows(len(arrival), np.zeros(len(arrival), np.int64)) for row in rows}
    for table in tables.values():
        table.present = len(arrival)
    values: dict[Fact, Ints] = {}
    for number, factor in enumerate(combos.factors):
        data = np.tile(np.array(factor.values, np.int64)[combos.index[number]], len(apart))
        if factor.offsets:
            data = data + np.where(there[factor.fact[0]] == _NEVER, first, there[factor.fact[0]])
        values[factor.fact] = data
        absent = np.tile(np.array(factor.none or (False,) * len(factor.values))[combos.index[number]], len(apart))
        _provide(plan, tables, factor, data, absent)
    for row in rows:
        if row.link is not None and row.to is not None:
            tables[row.entity].steady[row.link] = Column(np.arange(len(arrival)))
    streams = Streams(
        step.old,
        ColumnFacts(draws=1, tables=tables),
        {kind: {m: i for i, m in enumerate(plan.members(kind))} for kind in plan.policy.kinds},
        settled(step.old, plan.scenario.sets),
        {stream: step.old_sizes[stream] for stream in closure(step.old, step.given.values())},
    )
    names = (
        *(name for given in step.given for name in (given, f"{given} none")),
        *step.coins,
        *step.present.values(),
        IN_POLICY,
        *((JANUARY,) if yearly else ()),
        *(f"(arrival {entity})" for entity in arrival_of),
    )
    found = _Letters(len(names))
    dens: dict[str, int] = {}
    played: Ints32 = np.zeros((last - first + 1, len(arrival)), np.int32)
    payable = np.zeros(played.shape, np.bool_)
    links = {name for name, stream in step.given.items() if step.old.streams[stream].type.base == "link"}
    read = {name: Again(partial(_read, name, name in links, dens)) for name in step.given}
    coins = [values[fact] for fact in step.coins.values()]
    play = Again(partial(_played, step, coins, found))
    begun = np.searchsorted(arrival, np.arange(first, last + 1), side="right")
    for month in range(first, last + 1):
        count = int(begun[month - first])
        if not count:  # nobody has arrived yet
            continue
        streams.step(month)
        inside = step.old.first <= month and (step.old.last is None or month <= step.old.last)
        payable[month - first, :count], played[month - first, :count] = play(
            count,
            [read[name](streams.values[stream], count) for name, stream in step.given.items()],
            [there[entity][:count] <= month for entity in step.present],
            [inside, month_number(month) == 1] if yearly else [inside],
            [np.where(there[e][:count] <= month, there[e][:count], 0) for e in arrival_of],
        )
    # Who can never be paid again is told apart by nothing.
    later = np.logical_or.accumulate(payable[::-1], axis=0)[::-1]
    (nothing,) = found.intern([np.zeros(1, np.int64)] * len(names), 1).tolist()
    played[~later] = nothing
    letter, following, of_rows = _prospects(played, begun)
    entry: dict[Month, Ints] = {}
    for number, month in enumerate(arrivals):
        begin = number * size if apart is arrivals else 0
        entry[month] = of_rows[month - first][begin : begin + size]
    return Kinds(first=first, names=names, dens=dens, letters=found.table, letter=letter, next=following, entry=entry)


def _timed(rows: Sequence[UnitRow], combos: Combinations) -> bool:
    """Whether it matters when somebody arrived: beyond that, those who are there are as the first who came."""
    return any(factor.offsets for factor in combos.factors) or any(
        row.outside or row.delay or row.fixed is not None for row in rows
    )


def _played(
    step: StepProgram,
    coins: Sequence[Ints],
    found: _Letters,
    count: int,
    read: Sequence[tuple[Ints, Ints]],
    here: Sequence[Flags],
    calendar: Sequence[bool],
    since: Sequence[Ints],
) -> tuple[Flags, Ints]:
    """Of one month: whom a rule can pay, as far as that is fixed, and the letter of each. `here`: whether its row of
    each entity has arrived; `calendar`: whether the policy is in force, and whether it is January."""
    of_name, of_entity = dict(zip(step.given, read, strict=True)), dict(zip(step.present.values(), here, strict=True))
    open_: list[Flags] = []
    for door in step.doors:
        there = of_entity[door.present] & calendar[0]
        open_.append(there if door.given is None else there & (of_name[door.given][0] == 1))
    columns: list[Ints] = []
    for name, (data, none) in of_name.items():
        if name in step.behind and (data.ndim or data):
            matters = np.logical_or.reduce([open_[door] for door in step.behind[name]])
            data, none = np.where(matters, data, 0), np.where(matters, none, 0)
        columns += [data, none]
    columns += [coin[:count] for coin in coins]
    columns += [np.asarray(column, np.int64) for column in (*here, *calendar, *since)]
    return np.logical_or.reduce(open_), found.intern(columns, count)


def _arrivals(row: UnitRow, combos: Combinations, arrival: Ints, months: int) -> Ints:
    """The month in which the row of each unit arrives; _NEVER."""
    if row.outside:
        return arrival + row.delay
    when = arrival + row.delay if row.fixed is None else np.where(arrival <= row.fixed - row.delay, row.fixed, _NEVER)
    if row.exists is not None:
        here = np.array(combos.factors[row.exists].values)[combos.index[row.exists]] == 1
        when = np.where(np.tile(here, months), when, _NEVER)
    return when


def _provide(plan: Plan, tables: Mapping[str, Rows], factor: Factor, data: Ints, absent: Flags) -> None:
    """A factor's values as a column of its entity."""
    entity, name = factor.fact
    attribute = plan.program.attributes.get(factor.fact)
    if attribute is None or entity not in tables:
        return
    base = attribute.type.base
    if factor.offsets and base == "date":
        days = (data - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + _EPOCH
        tables[entity].steady[name] = Column(days.astype(np.int32))
        return
    if factor.offsets and base != "month":
        raise NotFinite(
            factor.span, f"`{name}` is no date and cannot be the arrival", f"“{name}”不是日期，不能取进入日"
        )
    kept: Any = data
    if base == "yes/no":
        kept = data.astype(np.bool_)
    elif base == "kind":
        kept = data.astype(np.int16)
    elif base == "date":
        kept = data.astype(np.int32)
    none = absent if absent.any() else False
    tables[entity].steady[name] = Column(kept, none, fact_denominator(attribute.type))


def _read(name: str, link: bool, dens: dict[str, int], column: Column, count: int) -> tuple[Ints, Ints]:
    data, none = _exact(name, dens, column, count)
    return (np.where(none == 1, -1, 0), none) if link else (data, none)  # of a link: that there is somebody, not who


def _exact(name: str, dens: dict[str, int], column: Column, count: int) -> tuple[Ints, Ints]:
    """Numerators over one denominator for all months, and where there is none."""
    den = column.den
    data = np.asarray(column.data).astype(np.int64)
    none = np.asarray(column.none).astype(np.int64)
    data, none = (data[:count] if data.ndim else data), (none[:count] if none.ndim else none)
    if isinstance(den, np.ndarray):
        whole = lcm(*np.unique(den).tolist())
        if whole > 10**9:
            raise NotFinite(NOWHERE, "it divides by a fact of too many values", "除数取值过多")
        data = data * (whole // den[:count])
        den = whole
    known = dens.setdefault(name, int(den))
    if known != den:
        if known % int(den):
            raise CompilerBug(f"{name} changes its denominator from month to month")
        data = data * (known // int(den))
    return (np.where(none == 1, 0, data) if none.any() else data), none


class _Letters:
    """Letters by number: by call, and within one in order of their hashes. Rows are told apart by a 64-bit hash, which
    is checked."""

    def __init__(self, width: int) -> None:
        self.table: Ints = np.zeros((0, width), np.int64)
        self._hashes: Words = np.zeros(0, np.uint64)  # of the letters, sorted
        self._numbers: Ints = np.zeros(0, np.int64)

    def intern(self, columns: Sequence[Ints], count: int) -> Ints:
        """The letter of each of `count` rows; `columns` are its components, each a value a row or one for all."""
        rows = np.empty((len(columns), count), np.int64)
        for position, column in enumerate(columns):
            rows[position] = column
        code = _hashed(rows)
        at = self._find(code)
        new = np.flatnonzero(self._hashes[at] != code) if len(self._hashes) else np.arange(count)
        if len(new):
            _, first = np.unique(code[new], return_index=True)
            first = new[first]
            numbers = np.concatenate([self._numbers, len(self.table) + np.arange(len(first))])
            hashes = np.concatenate([self._hashes, code[first]])
            order = np.argsort(hashes)
            self._hashes, self._numbers = hashes[order], numbers[order]
            self.table = np.concatenate([self.table, rows[:, first].T])
            at = self._find(code)
        found: Ints = self._numbers[at]
        if (rows != self.table[found].T).any():
            raise CompilerBug("two letters have one hash")
        return found

    def _find(self, code: Words) -> Ints:
        return np.minimum(np.searchsorted(self._hashes, code), max(len(self._hashes) - 1, 0))


def _hashed(columns: Ints) -> Words:
    """A 64-bit number a row: the sum of what each component is mixed to."""
    seeds = np.arange(1, len(columns) + 1, dtype=np.uint64)[:, None] * np.uint64(0x632BE59BD9B4E019)
    with np.errstate(over="ignore"):
        total: Words = mix(columns.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + seeds).sum(axis=0)
    return total


def _prospects(table: Ints32, begun: Ints) -> tuple[tuple[Ints, ...], tuple[Ints, ...], tuple[Ints, ...]]:
    """Sequences of letters that are the same from a month on are one, found from the last month backwards: by month
    the letter and the next of each, and which each row of the table has."""
    months = len(table)
    prospect = np.zeros(table.shape[1], np.int64)
    step = Again(_prospect)
    letter: list[Ints] = [np.zeros(0, np.int64)] * months
    following: list[Ints] = [np.zeros(0, np.int64)] * months
    of_rows: list[Ints] = [np.zeros(0, np.int64)] * months
    for at in range(months - 1, -1, -1):
        count = int(begun[at])
        letter[at], following[at], of_rows[at] = step(table[at, :count], prospect[:count])
        prospect = of_rows[at]
    return tuple(letter), tuple(following), tuple(of_rows)


def _prospect(letter: Ints32, following: Ints) -> tuple[Ints, Ints, Ints]:
    """Of one month: of each prospect the letter and the next one, and which of them each row has."""
    unique, _, prospect = distinct(letter.astype(np.int64) << 32 | following)
    return unique >> 32, unique & 0xFFFFFFFF, prospect
