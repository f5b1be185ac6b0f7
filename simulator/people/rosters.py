"""A real roster as arrays: what is known of its rows, once for all draws.

In: facts as they were read, the compiled program, the last month that matters. Out: a `Roster`, a table an entity,
its rows in order of their keys (so the order in the file never matters). A row's number for random words is a 64-bit
hash of its key: what it draws does not depend on what other rows there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

import numpy as np
from attrs import field, frozen

from compiler import ir
from compiler.backends.columns.bounds import fact_denominator, number
from compiler.backends.columns.values import Array, Flags
from compiler.facts import Facts, History, Row
from compiler.memory import FIRST_OF_ALL, needs, settling, start_month
from lang.dates import Duration, Month
from lang.diagnostics import Text
from lang.types import NONE, UNKNOWN, Given, Type, Value
from simulator.plan import Ints, Words


@frozen(kw_only=True, eq=False)
class Known:
    """One attribute. A line for each month from `first` on (one line: the same in every month); `unknown` where nothing
    was given. `gaps`: rows of which something is unknown; `changes`: given by month. `stride`: of a link, how many rows
    the entity to which it leads has."""

    first: Month
    data: Array
    none: Flags
    unknown: Flags
    den: int
    gaps: int
    changes: bool
    stride: int = 0

    def line(self, month: Month) -> int:
        return min(max(month - self.first, 0), len(self.data) - 1)

    def data_of(self, line: int, draws: int) -> Array:
        """The values of a line in every draw: a link leads to a row of its own draw."""
        data = tiled(self.data[line], draws)
        if not self.stride:
            return data
        start = np.repeat(np.arange(draws) * self.stride, self.data.shape[1])
        return np.where(data >= 0, data + start, data)


@frozen(kw_only=True, eq=False)
class RosterTable:
    """The rows of one entity; `known` by attribute (of others nothing was given)."""

    keys: tuple[str, ...]
    words: Words
    known: Mapping[str, Known] = field(factory=dict)

    @property
    def size(self) -> int:
        return len(self.keys)


@frozen(kw_only=True, eq=False)
class Roster:
    """`start`: the month in which its past begins to matter. `digest`: of all that it says. `notes`: what was seen when
    it was read."""

    tables: Mapping[str, RosterTable]
    start: Month
    digest: str
    notes: tuple[Text, ...] = ()


def read_roster(
    facts: Facts,
    program: ir.Program,
    codes: Mapping[str, Mapping[str, int]],
    last: Month,
    names: Sequence[str],
    notes: tuple[Text, ...] = (),
    values: Iterable[Value] = (),
) -> Roster:
    """`names`: the entities that are wanted of it; `last`: the period's last month; `values`: what the scenario gives
    to parameters."""
    start = max(start_month(program, facts, values=values) - max(settling(program), default=0), FIRST_OF_ALL)
    touched = program.first - max((need.months for need in needs(program)), default=0)
    tables = {}
    places = {entity: {key: i for i, key in enumerate(facts.rows(entity))} for entity in program.entities}
    for entity in names:
        rows = list(facts.rows(entity).values())
        written = dict.fromkeys(name for row in rows for name in row.values)
        known = {}
        for name in written:
            attribute = program.attributes.get((entity, name))
            if attribute is not None and attribute.type.base not in ("many", "text", "identity"):
                known[name] = _known(rows, attribute, codes, places, start, touched, last)
        tables[entity] = RosterTable(
            keys=tuple(row.key for row in rows), words=_words([row.key for row in rows]), known=known
        )
    return Roster(tables=tables, start=start, digest=_digest(facts), notes=notes)


def _words(keys: Sequence[str]) -> Words:
    return np.array([_word(key) for key in keys], np.uint64)


def _word(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8"), digest_size=8).digest(), "little")


def _digest(facts: Facts) -> str:
    """The same for the same rows in any order and any form of file."""
    total = hashlib.sha256()
    for entity in sorted(facts.tables):
        for key, row in facts.rows(entity).items():
            total.update(repr((entity, key, sorted(row.values.items()))).encode("utf-8"))
    return total.hexdigest()


def _known(
    rows: Sequence[Row],
    attribute: ir.Attribute,
    codes: Mapping[str, Mapping[str, int]],
    places: Mapping[str, Mapping[str, int]],
    start: Month,
    touched: Month,
    last: Month,
) -> Known:
    """`touched`: the first month that a run or window of the policy can reach. A number that was not given before it
    counts as none: totals begin with the first month for which there is one."""
    given = [row.values.get(attribute.name, UNKNOWN) for row in rows]
    changes = any(isinstance(value, History) for value in given)
    begins = [span.first for value in given if isinstance(value, History) for span in value.spans]
    first = max(min(begins) - 1, start) if begins else last
    months = max(last - first + 1, 1) if changes else 1
    type_ = attribute.type
    dtype = {"yes/no": np.bool_, "kind": np.int16, "date": np.int32}.get(type_.base, np.int64)
    data: Array = np.zeros((months, len(rows)), dtype)
    none = np.zeros((months, len(rows)), np.bool_)
    unknown = np.zeros((months, len(rows)), np.bool_)

    def enter(lines: slice, row: int, value: Given) -> None:
        code = _code(value, type_, codes, places)
        unknown[lines, row] = code is UNKNOWN
        none[lines, row] = code is NONE
        data[lines, row] = _nothing(type_) if code is UNKNOWN or code is NONE else code

    for row, value in enumerate(given):
        if not isinstance(value, History):
            enter(slice(None), row, value)
            continue
        enter(slice(None), row, value.outside)
        for span in value.spans:
            stop = last if span.last is None else min(span.last, last)
            if stop >= first:
                enter(slice(max(span.first - first, 0), stop - first + 1), row, span.value)
    if changes:
        before = min(max(touched - first, 0), months - 1)
        if attribute.default is None:
            none[:before] |= unknown[:before]
        else:
            data[:before][unknown[:before]] = _code(attribute.default, type_, codes, places)
        unknown[:before] = False
    gaps = int(unknown.any(axis=0).sum())
    return Known(
        first=first,
        data=data,
        none=none,
        unknown=unknown,
        den=fact_denominator(type_),
        gaps=gaps,
        changes=changes,
        stride=len(places[type_.name or ""]) if type_.base == "link" else 0,
    )


def _nothing(type_: Type) -> int:
    return -1 if type_.base in ("kind", "link") else 0


def _code(
    value: Given, type_: Type, codes: Mapping[str, Mapping[str, int]], places: Mapping[str, Mapping[str, int]]
) -> Given:
    """As a column holds it. A link to a row that the roster does not have is unknown."""
    if value is UNKNOWN or value is NONE:
        return False if value is NONE and type_.base == "yes/no" else value
    match value:
        case bool():
            return value
        case str() if type_.base == "kind":
            return codes[type_.name or ""][value]
        case str() if type_.base == "link":
            return places.get(type_.name or "", {}).get(value, UNKNOWN)
        case date():
            return value.toordinal()
        case int() | Fraction() | Duration():
            return int(Fraction(number(value)) * fact_denominator(type_) + Fraction(1, 2))
        case _:
            return UNKNOWN


def tiled(line: Array, draws: int) -> Array:
    """The rows of a roster, in every draw."""
    return np.tile(line, draws)


def rows_of(table: RosterTable, draws: int) -> tuple[Ints, Ints, Words]:
    """draw, number, key of the rows in every draw."""
    draw = np.repeat(np.arange(draws), table.size)
    number_ = np.tile(np.arange(table.size), draws)
    return draw, number_, np.tile(table.words, draws)
