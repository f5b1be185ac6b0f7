"""Facts as columns: for each entity its keys, and an array an attribute, in place of a record a row.

What the readers of large rosters give, and what evaluators over columns eat; `compiler.facts.Facts` is the same as
plain records, and `to_facts` leads there (of all rows, or of some). Rows are in order of their keys (by code point), so
the order in which a roster was written never matters.

| type | dtype of `data` |
|---|---|
| yes/no | bool |
| count | int64 |
| money, rate | int64, fen |
| share, number | int64, millionths |
| date | int32, `date.toordinal()` |
| month | int32, see lang.dates |
| duration | int64, 2 × count + (1 if days, 0 if months) |
| kind | int16, index of the member in order of declaration |
| text, identity | int32, index into `names` |
| link | int32, the row's number in the entity that it leads to; r + i, where r is the number of that entity's rows, is
  `names[i]`, a key that has no row |

What `data` holds where `state` is not GIVEN means nothing (readers put 0).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from compiler.facts import Facts, History, Row, Span
from lang.dates import Duration, Month
from lang.model import Attribute, Program
from lang.types import NONE, UNKNOWN, Given

Data = NDArray[Any]
State = NDArray[np.uint8]
Flags = NDArray[np.bool_]

GIVEN: Final = 0
UNKNOWN_STATE: Final = 1
NONE_STATE: Final = 2

ALWAYS: Final = -(2**31)  # the first month of what holds always
FOREVER: Final = 2**31 - 1  # the last month of what is still going on

DTYPES: Final[Mapping[str, str]] = {
    "yes/no": "bool", "count": "int64", "money": "int64", "rate": "int64", "share": "int64", "number": "int64",
    "date": "int32", "month": "int32", "duration": "int64", "kind": "int16", "text": "int32", "identity": "int32",
    "link": "int32",
}  # fmt: skip


@frozen(eq=False)
class Always:
    """One value a row: a constant, or a monthly attribute that is the same in every month. `data`: (n,)."""

    data: Data
    state: State | None = None  # None: all are given
    names: Sequence[str] = ()


@frozen(eq=False)
class Spells:
    """Histories: those of row i stand at offsets[i]:offsets[i + 1], in order of time, and do not overlap.

    Outside them a yes/no is no, and any other value unknown. `first`, `last`: months, both included (ALWAYS, FOREVER).
    """

    offsets: NDArray[np.int64]  # (n + 1,)
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    data: Data | None = None  # None: a yes/no, which is yes in every spell
    state: State | None = None  # of the spells
    given: Flags | None = None  # (n,): False where nothing is known of the row; None: all are given
    names: Sequence[str] = ()


@frozen(eq=False)
class Masks:
    """A monthly yes/no: bit b of words[i, w] is the month start + 64 w + b. Outside `months` months: no."""

    start: Month
    months: int
    words: NDArray[np.uint64]  # (n, ceil(months / 64))
    given: Flags | None = None


@frozen(eq=False)
class Months:
    """A value a month: `data` and `state` are (n, months). Outside them a yes/no is no, any other value unknown."""

    start: Month
    data: Data
    state: State | None = None
    names: Sequence[str] = ()


Column = Always | Spells | Masks | Months


@frozen(eq=False)
class Table:
    """The rows of one entity. An attribute that has no column is unknown in every row (or takes its default)."""

    keys: Sequence[str]
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.keys)


@frozen(eq=False)
class FactColumns:
    """`tables[entity]`; an entity that is not there has no rows."""

    tables: Mapping[str, Table] = field(factory=dict)

    def size(self, entity: str) -> int:
        table = self.tables.get(entity)
        return 0 if table is None else len(table)

    @property
    def rows(self) -> int:
        return sum(len(table) for table in self.tables.values())


# ---------------------------------------------------------------- to plain records
def to_facts(columns: FactColumns, program: Program, rows: Mapping[str, Sequence[int]] | None = None) -> Facts:
    """The rows (of `rows`, by entity, where it is given) as records."""
    tables: dict[str, list[Row]] = {name: [] for name in program.entities}
    for entity, table in columns.tables.items():
        wanted = range(len(table)) if rows is None else rows.get(entity, ())
        numbers = np.fromiter(wanted, np.int64, len(wanted))
        values: list[dict[str, Given | History]] = [{} for _ in wanted]
        for name, column in table.columns.items():
            attribute = program.entities[entity].attributes[name]
            target = columns.tables.get(attribute.type.name or "") if attribute.type.base == "link" else None
            _put(column, numbers, attribute, _reader(attribute, program, column, target), values)
        tables[entity] = [Row(table.keys[number], row) for number, row in zip(wanted, values, strict=True)]
    return Facts(tables)


Reader = Callable[[Any], Given]


def _reader(attribute: Attribute, program: Program, column: Column, target: Table | None) -> Reader:
    """From what stands in an array to a value of `lang.types`."""
    names: Sequence[str] = () if isinstance(column, Masks) else column.names
    match attribute.type.base:
        case "yes/no":
            return bool
        case "count" | "month":
            return int
        case "money" | "rate":
            return lambda fen: Fraction(int(fen))
        case "share" | "number":
            return lambda millionths: Fraction(int(millionths), 1_000_000)
        case "date":
            return lambda day: date.fromordinal(int(day))
        case "duration":
            return lambda code: Duration(int(code) >> 1, "days" if code & 1 else "months")
        case "kind":
            members = [member.name for member in program.kinds[attribute.type.name or ""].members]
            return lambda code: members[code]
        case "link":
            keys = () if target is None else target.keys
            size = len(keys)
            return lambda code: keys[int(code)] if code < size else names[int(code) - size]
        case _:
            return lambda code: names[int(code)]


def _put(
    column: Column, numbers: NDArray[np.int64], attribute: Attribute, read: Reader, values: list[dict[str, Any]]
) -> None:
    name = attribute.name
    match column:
        case Always():
            data = column.data[numbers].tolist()
            state = None if column.state is None else column.state[numbers].tolist()
            known: dict[Any, Given] = {}
            for i, cell in enumerate(data):
                if state is not None and state[i] != GIVEN:
                    if state[i] == NONE_STATE:
                        values[i][name] = False if attribute.type.base == "yes/no" else NONE
                    continue
                found = known.get(cell)
                if found is None:
                    found = known[cell] = read(cell)
                values[i][name] = found
        case Spells():
            for i, number in enumerate(numbers.tolist()):
                if column.given is None or column.given[number]:
                    values[i][name] = _history(column, number, attribute, read)
        case Masks():
            for i, number in enumerate(numbers.tolist()):
                if column.given is None or column.given[number]:
                    bits = np.unpackbits(column.words[number].astype("<u8").view(np.uint8), bitorder="little")
                    flags = bits[: column.months].astype(np.bool_)
                    values[i][name] = _runs(column.start, flags, None, attribute, read)
        case Months():
            for i, number in enumerate(numbers.tolist()):
                state_row = None if column.state is None else column.state[number]
                values[i][name] = _runs(column.start, column.data[number], state_row, attribute, read)


def _outside(attribute: Attribute) -> Given:
    return False if attribute.type.base == "yes/no" else UNKNOWN


def _value(cell: Any, state: int, read: Reader) -> Given:
    return read(cell) if state == GIVEN else NONE if state == NONE_STATE else UNKNOWN


def _history(column: Spells, number: int, attribute: Attribute, read: Reader) -> Given | History:
    spans: list[Span] = []
    for at in range(int(column.offsets[number]), int(column.offsets[number + 1])):
        first, last = int(column.first[at]), int(column.last[at])
        state = GIVEN if column.state is None else int(column.state[at])
        value = True if column.data is None else _value(column.data[at], state, read)
        if first == ALWAYS and last == FOREVER:
            return value
        spans.append(Span(first, None if last == FOREVER else last, value))
    return History(tuple(spans), _outside(attribute))


def _runs(start: Month, data: Data, state: State | None, attribute: Attribute, read: Reader) -> History:
    """A value a month as spans; months of a yes/no that is no stand in none."""
    changes = data[1:] != data[:-1]
    if state is not None:
        changes |= state[1:] != state[:-1]
    cuts = [0, *(np.flatnonzero(changes) + 1).tolist(), len(data)]
    outside = _outside(attribute)
    spans: list[Span] = []
    for begin, end in pairwise(cuts):
        if begin == end:
            continue
        value = _value(data[begin], GIVEN if state is None else int(state[begin]), read)
        if value is NONE and outside is False:
            value = False
        if value != outside:
            spans.append(Span(start + begin, start + end - 1, value))
    return History(tuple(spans), outside)


# ---------------------------------------------------------------- a monthly yes/no as bits
def packed(column: Column, rows: int, start: Month, months: int) -> tuple[NDArray[np.uint64], Flags]:
    """A yes/no in the months from `start` on: words as in Masks, and of which rows it is known (in all months)."""
    words = np.zeros((rows, max(1, -(-months // 64))), np.uint64)
    match column:
        case Always():
            known = np.ones(rows, np.bool_) if column.state is None else column.state != UNKNOWN_STATE
            holds = column.data.astype(np.bool_)
            if column.state is not None:
                holds &= column.state == GIVEN
            words[holds] = _ones(months)
            return words, known
        case Spells():
            known = np.ones(rows, np.bool_) if column.given is None else column.given
            _fill(words, column, start, months)
            return words, known
        case Masks():
            known = np.ones(rows, np.bool_) if column.given is None else column.given
            if (column.start, column.months) == (start, months):
                return column.words, known
            flags = np.unpackbits(column.words.astype("<u8").view(np.uint8), axis=1, bitorder="little")
            return _bits(flags[:, : column.months], column.start, start, months), known
        case Months():
            known = np.ones(rows, np.bool_) if column.state is None else (column.state != UNKNOWN_STATE).all(axis=1)
            holds = column.data.astype(np.bool_)
            if column.state is not None:
                holds &= column.state == GIVEN
            return _bits(holds, column.start, start, months), known


def _ones(months: int) -> NDArray[np.uint64]:
    """A row of words with the bits of `months` months set."""
    row: NDArray[np.uint64] = _bits(np.ones((1, months), np.bool_), 0, 0, months)[0]
    return row


def _fill(words: NDArray[np.uint64], column: Spells, start: Month, months: int) -> None:
    """Sets the bits of each spell, word by word."""
    rows = np.repeat(np.arange(len(words)), np.diff(column.offsets))
    first = np.clip(column.first.astype(np.int64) - start, 0, months)
    end = np.clip(column.last.astype(np.int64) + 1 - start, 0, months)
    if column.data is not None:
        yes = column.data.astype(np.bool_)
        rows, first, end = rows[yes], first[yes], end[yes]
    for word in range(words.shape[1]):
        low = np.clip(first - 64 * word, 0, 64)
        high = np.clip(end - 64 * word, 0, 64)
        np.bitwise_or.at(words[:, word], rows, _below(high) & ~_below(low))


def _below(count: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The `count` lowest bits (0 to 64)."""
    shift = np.minimum(count, 63).astype(np.uint64)
    return np.where(count >= 64, np.uint64(2**64 - 1), (np.uint64(1) << shift) - np.uint64(1))


def _bits(flags: NDArray[Any], begin: Month, start: Month, months: int) -> NDArray[np.uint64]:
    """Flags of the months from `begin` on as words of the months from `start` on."""
    rows, width = flags.shape
    wide = np.zeros((rows, max(1, -(-months // 64)) * 64), np.bool_)
    low, high = max(begin, start), min(begin + width, start + months)
    if low < high:
        wide[:, low - start : high - start] = flags[:, low - begin : high - begin]
    words: NDArray[np.uint64] = np.packbits(wide, axis=1, bitorder="little").view("<u8").astype(np.uint64)
    return words


# ---------------------------------------------------------------- from plain records
def from_facts(facts: Facts, program: Program) -> FactColumns:
    """The same as columns: a monthly attribute as spells, everything else as Always."""
    tables: dict[str, Table] = {}
    for entity in program.entities.values():
        rows = facts.rows(entity.name)
        columns: dict[str, Column] = {}
        for attribute in entity.attributes.values():
            if attribute.type.base == "many" or not any(attribute.name in row.values for row in rows.values()):
                continue
            numbering = _Numbering.of(attribute, program, facts)
            given = [row.values.get(attribute.name, UNKNOWN) for row in rows.values()]
            columns[attribute.name] = _spells(given, numbering) if attribute.monthly else _always(given, numbering)
        if rows:
            tables[entity.name] = Table(tuple(rows), columns)
    return FactColumns(tables)


@frozen(eq=False)
class _Numbering:
    """How the values of an attribute stand in its array."""

    attribute: Attribute
    members: Mapping[str, int]  # of a kind, or the rows of the entity that a link leads to
    names: dict[str, int]  # numbered as they are met
    size: int

    @classmethod
    def of(cls, attribute: Attribute, program: Program, facts: Facts) -> _Numbering:
        named = attribute.type.name or ""
        if attribute.type.base == "kind":
            members = {member.name: i for i, member in enumerate(program.kinds[named].members)}
        elif attribute.type.base == "link":
            members = {key: i for i, key in enumerate(facts.rows(named))}
        else:
            members = {}
        return cls(attribute, members, {}, len(members))

    def number(self, value: Given) -> int:
        """0 for what is not given."""
        if isinstance(value, str):
            found = self.members.get(value)
            return self.size + self.names.setdefault(value, len(self.names)) if found is None else found
        match value:
            case Fraction():
                return int(value * (1_000_000 if self.attribute.type.base in ("share", "number") else 1))
            case date():
                return value.toordinal()
            case Duration(count, unit):
                return 2 * count + (unit == "days")
            case bool() | int():
                return int(value)
            case _:
                return 0

    def array(self, values: Sequence[Given]) -> tuple[Data, State | None]:
        dtype = np.dtype(DTYPES[self.attribute.type.base])
        state = np.array(
            [_STATES.get(value, GIVEN) if value is UNKNOWN or value is NONE else GIVEN for value in values]
        )
        data = np.array([self.number(value) for value in values], np.int64).astype(dtype)
        return data, state.astype(np.uint8) if state.any() else None


_STATES: Final = {UNKNOWN: UNKNOWN_STATE, NONE: NONE_STATE}


def _always(given: Sequence[Given | History], numbering: _Numbering) -> Always:
    data, state = numbering.array([value for value in given if not isinstance(value, History)])
    return Always(data, state, tuple(numbering.names))


def _spells(given: Sequence[Given | History], numbering: _Numbering) -> Spells:
    yes_no = numbering.attribute.type.base == "yes/no"
    offsets, first, last, values, known = [0], [], [], [], []
    for value in given:
        spans = value.spans if isinstance(value, History) else (Span(ALWAYS, None, value),)
        known.append(value is not UNKNOWN)
        for span in spans:
            if value is UNKNOWN or (yes_no and (span.value is NONE or span.value is False)):
                continue  # outside its spells a yes/no is no
            first.append(span.first)
            last.append(FOREVER if span.last is None else span.last)
            values.append(span.value)
        offsets.append(len(first))
    data, state = (None, None) if yes_no and UNKNOWN not in values else numbering.array(values)
    return Spells(
        np.array(offsets, np.int64),
        np.array(first, np.int32),
        np.array(last, np.int32),
        data,
        state,
        None if all(known) else np.array(known, np.bool_),
        tuple(numbering.names),
    )
