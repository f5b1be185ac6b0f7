"""The rows that the generated evaluators read, and what they read of them: facts, parameters, links, members.

In: `Facts`, and the tables FACTS and PARAMETERS of a generated module. Out: timelines. Everything that is asked of a
row is remembered by the row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import wraps

from attrs import frozen

from compiler import facts as given
from compiler.backends.python.algebra import both, choose, equal
from compiler.backends.python.registers import Sum, or_zero
from compiler.backends.python.timelines import (
    ALWAYS,
    Data,
    Timeline,
    Unsure,
    between,
    columns,
    common_months,
    constant,
    each,
    missing_of,
    steps,
    timeline,
)
from lang.dates import Month, last_day
from lang.types import NONE, UNKNOWN, Given, Value

Reader = Callable[..., Timeline]


@frozen
class Attribute:
    """What kind of values an attribute has; `default` stands where none is given (None: it is unknown). `to`: the
    entity that a link leads to."""

    base: str
    low: int | Fraction | None = None
    high: int | Fraction | None = None
    default: Value | None = None
    to: str | None = None


class World:
    """All rows, in the months `start` to before `end`. What has no entity is asked of the world itself."""

    __slots__ = ("_groups", "_keys", "_parameters", "_settlement", "_tables", "attributes", "end", "memo", "start")

    def __init__(
        self,
        facts: given.Facts,
        attributes: Mapping[str, Mapping[str, Attribute]],
        parameters: Mapping[str, Timeline],
        start: Month,
        end: Month,
    ) -> None:
        self.start, self.end = start, end
        self.attributes = attributes
        self.memo: dict[object, Timeline] = {}
        self._parameters = parameters
        self._tables = {
            entity: {key: Row(self, entity, key, row) for key, row in facts.rows(entity).items()}
            for entity in attributes
        }
        self._groups: dict[tuple[str, str], tuple[dict[str, list[Row]], list[Row]]] = {}
        self._keys: dict[str, Sequence[str]] = {}
        self._settlement: Timeline | None = None

    @property
    def world(self) -> World:
        return self

    def rows(self, entity: str) -> Mapping[str, Row]:
        return self._tables.get(entity, {})

    def keys(self, entity: str) -> Sequence[str]:
        """Of every row that is given or that somebody's link names."""
        found = self._keys.get(entity)
        if found is None:
            links = [(of, name) for of, all_ in self.attributes.items() for name, a in all_.items() if a.to == entity]
            named = {key for of, name in links for row in self.rows(of).values() for key in row[name].values}
            keys = {key for key in named if isinstance(key, str)} | self.rows(entity).keys()
            found = self._keys[entity] = sorted(keys)
        return found

    def parameter(self, name: str) -> Timeline:
        return self._parameters[name]

    def settlement(self) -> Timeline:
        if self._settlement is None:
            months = range(self.start, self.end)
            self._settlement = Timeline([ALWAYS, *months[1:]], [last_day(month) for month in months])
        return self._settlement

    def members(self, entity: str, via: str, key: str) -> Sequence[Row]:
        """The rows of `entity` whose link `via` names `key` in some month, or may do so."""
        found = self._groups.get((entity, via))
        if found is None:
            found = self._groups[entity, via] = {}, []
            for row in self.rows(entity).values():
                links = row[via].values
                if any(link.__class__ is Unsure for link in links):
                    found[1].append(row)
                else:
                    for link in dict.fromkeys(links):
                        found[0].setdefault(link, []).append(row)
        return [*found[0].get(key, ()), *found[1]]


class Row:
    """One row. `row["attribute"]` is the timeline of an attribute; `given` is None for a row that was not given."""

    __slots__ = ("entity", "given", "key", "memo", "world")

    def __init__(self, world: World, entity: str, key: str, row: given.Row | None) -> None:
        self.world, self.entity, self.key, self.given = world, entity, key, row
        self.memo: dict[object, Timeline] = {}

    def __getitem__(self, attribute: str) -> Timeline:
        found = self.memo.get(attribute)
        if found is None:
            found = self.memo[attribute] = self._read(attribute)
        return found

    def _read(self, attribute: str) -> Timeline:
        kind = self.world.attributes[self.entity][attribute]
        absent: Data = Unsure(kind.low, kind.high, frozenset({(self.entity, self.key, attribute)}))
        if self.given is not None and kind.default is not None:
            absent = kind.default
        value = UNKNOWN if self.given is None else self.given.values.get(attribute, UNKNOWN)
        if not isinstance(value, given.History):
            return constant(absent if value is UNKNOWN else value)

        def read(found: Given) -> Data:
            return absent if found is UNKNOWN else found

        pairs: list[tuple[Month, Data]] = [(ALWAYS, read(value.outside))]
        for span in value.spans:
            if span.last is not None and span.last < span.first:
                continue
            pairs.append((span.first, read(span.value)))
            if span.last is not None:
                pairs.append((span.last + 1, read(value.outside)))
        return steps(pairs)


def remembered(function: Reader) -> Reader:
    """The function is worked out once for each row (or once, for the world)."""

    @wraps(function)
    def read(row: Row | World) -> Timeline:
        found = row.memo.get(function)
        if found is None:
            found = row.memo[function] = function(row)
        return found

    return read


def parameter(row: Row | World, name: str) -> Timeline:
    return row.world.parameter(name)


def settlement_date(row: Row | World) -> Timeline:
    """The last day of each month."""
    return row.world.settlement()


# ---------------------------------------------------------------- from row to row
def through(row: Row | World, link: Data, entity: str, read: Reader, nobody: Data = NONE) -> Timeline:
    """What `read` gives for the row of `entity` that the link names; `nobody` where there is no link."""
    world, line = row.world, timeline(link)
    lines: dict[str, Timeline] = {}
    for key in line.values:
        if isinstance(key, str):
            lines[key] = linked(world, entity, key, read)
    if len(line.starts) == 1 and lines:
        return lines[line.values[0]]

    def read_at(month: Month) -> Data:
        key = line.at(month)
        if key.__class__ is Unsure:
            return Unsure(None, None, key.missing, perhaps_none=True)
        return nobody if key is NONE else lines[key].at(month)

    months = common_months([line, *lines.values()])
    return steps((month, read_at(month)) for month in months)


def linked(world: World, entity: str, key: str, read: Reader) -> Timeline:
    """`read` for a row by key. Of a row that was not given nothing is known."""
    return read(world.rows(entity).get(key) or Row(world, entity, key, None))


def _membership(
    row: Row | World, entity: str, via: str | None, where: Reader | None
) -> list[tuple[Row, Timeline, Timeline]]:
    """The rows that may be members of `row`: each with `is one` and `is one, and the condition holds`."""
    if via is None:
        rows: Sequence[Row] = list(row.world.rows(entity).values())
    else:
        assert isinstance(row, Row)
        rows = row.world.members(entity, via, row.key)
    found = []
    for member in rows:
        belongs = constant(True) if via is None else equal(member[via], row.key)  # type: ignore[union-attr]
        counts = belongs if where is None else both(belongs, where(member))
        found.append((member, belongs, counts))
    return found


def count_of(row: Row | World, entity: str, via: str | None = None, where: Reader | None = None) -> Timeline:
    """How many rows of `entity` whose link `via` names this row meet the condition."""
    return _sum([each(_as_count, counts) for _, _, counts in _membership(row, entity, via, where)])


def _as_count(holds: Data) -> Data:
    return Unsure(0, 1, holds.missing) if holds.__class__ is Unsure else int(holds is True)


def sum_of(
    row: Row | World, entity: str, value: Reader, via: str | None = None, where: Reader | None = None
) -> Timeline:
    """The sum of `value` over them; NONE adds nothing."""
    members = _membership(row, entity, via, where)
    return _sum([choose(counts, each(or_zero, value(member)), 0) for member, _, counts in members])


def _sum(lines: Sequence[Timeline]) -> Timeline:
    """The sum of many timelines, by what changes from month to month."""
    fixed = Sum()
    varying: list[Timeline] = []
    for line in lines:
        if len(line.starts) == 1:
            fixed.add(line.values[0])
        else:
            varying.append(line)
    if not varying:
        return constant(fixed.value())
    months = common_months(varying)
    pairs: list[tuple[Month, Data]] = []
    for month, values in zip(months, columns(varying, months), strict=True):
        result = Sum(fixed.low, fixed.high, fixed.missing)
        for value in values:
            result.add(value)
        pairs.append((month, result.value()))
    return steps(pairs)


def share_of(row: Row | World, entity: str, via: str | None = None, where: Reader | None = None) -> Timeline:
    """The share of the members that meet the condition; NONE where there are no members.

    The least: every doubtful condition fails, and of the doubtful members only those that fail belong. The most: every
    doubtful condition holds, and of the doubtful members only those that may hold belong.
    """
    members = _membership(row, entity, via, where)
    if not members:
        return constant(NONE)
    conditions = [constant(True) if where is None else where(member) for member, _, _ in members]

    def share(*values: Data) -> Data:
        pairs = [(b, c) for b, c in zip(values[::2], values[1::2], strict=True) if b is not False]
        sure = [c for b, c in pairs if b is True]
        perhaps = [c for b, c in pairs if b.__class__ is Unsure]
        if not pairs:
            return NONE
        may_hold = sum(_may_hold(c) for c in perhaps)
        may_fail = sum(c is not True for c in perhaps)
        least, of_least = sum(c is True for c in sure), len(sure) + may_fail
        most, of_most = sum(_may_hold(c) for c in sure) + may_hold, len(sure) + may_hold
        low = Fraction(least, of_least) if of_least else Fraction(most, of_most)
        high = Fraction(most, of_most) if of_most else Fraction(least, of_least)
        missing = missing_of(value for pair in pairs for value in pair)
        return between(low, high, missing, perhaps_none=not sure)

    lines = [line for (_, belongs, _), holds in zip(members, conditions, strict=True) for line in (belongs, holds)]
    return each(share, *lines)


def _may_hold(condition: Data) -> bool:
    return condition is True or condition.__class__ is Unsure
