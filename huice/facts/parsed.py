"""Distinct cells to arrays: each is read once, and what could not be read is kept with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from compiler.fact_columns import DTYPES, NONE_STATE, UNKNOWN_STATE, Data, State
from huice.facts.cells import BLANK, STILL, Raw, Wrong, plain, read_cell, read_month_or_date
from huice.facts.coded import Coded, each, texts
from lang.dates import Duration, first_day, last_day
from lang.diagnostics import Text
from lang.model import Attribute, Kind
from lang.types import NONE, UNKNOWN, Given

NAMED = frozenset({"text", "identity", "link"})
_LARGEST = 2**63 - 1


@frozen(eq=False)
class Values:
    """Of each distinct cell what it says: `data` as in compiler.fact_columns, of NAMED types the index into `names`."""

    data: Data
    state: State
    wrong: Mapping[int, Text]
    names: Sequence[str]

    def of(self, codes: NDArray[np.int32]) -> tuple[Data, State]:
        """For each row; an empty cell is unknown."""
        return each(self.data, codes, 0).astype(self.data.dtype), each(self.state, codes, UNKNOWN_STATE).astype("uint8")


def number_of(value: Given, members: Mapping[str, int]) -> int | bool:
    """A value as it stands in an array; names are not numbered here."""
    match value:
        case bool():
            return value
        case int():
            return value
        case Fraction():  # a share; money is told apart by the caller
            return int(value * 1_000_000)
        case date():
            return value.toordinal()
        case Duration(count, unit):
            return 2 * count + (unit == "days")
        case str():
            return members[value]
        case _:
            return 0


def read_values(column: Coded, attribute: Attribute, kinds: Mapping[str, Kind], unit: int = 1) -> Values:
    base = attribute.type.base
    size = len(column.cells)
    data = np.zeros(size, np.dtype(DTYPES[base]))
    state = np.zeros(size, np.uint8)
    wrong: dict[int, Text] = {}
    numbers: dict[str, int] = {}
    members = {m.name: i for i, m in enumerate(kinds[attribute.type.name or ""].members)} if base == "kind" else numbers
    named = base in NAMED
    money = base in ("money", "rate")
    for code, cell in enumerate(column.cells):
        value = read_cell(cell, attribute, kinds, unit)
        if isinstance(value, Wrong):
            wrong[code] = value.message
            state[code] = UNKNOWN_STATE
        elif value is UNKNOWN:
            state[code] = UNKNOWN_STATE
        elif value is NONE:
            state[code] = NONE_STATE
        elif named:
            data[code] = numbers.setdefault(str(value), len(numbers))
        else:
            number = int(value) if money else number_of(value, members)  # type: ignore[arg-type]
            if abs(number) > _LARGEST:
                wrong[code] = Text("this number is too large", "该数值过大")
                state[code] = UNKNOWN_STATE
            else:
                data[code] = number
    return Values(data, state, wrong, texts(list(numbers)) if named else ())


@frozen(eq=False)
class Ends:
    """Of each distinct cell that is one end of a spell: the first and the last day that it may stand for (a month has
    two). `blank`: nothing, or that it is still going on."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    blank: NDArray[np.bool_]
    wrong: Mapping[int, Text]


def read_ends(column: Coded) -> Ends:
    size = len(column.cells)
    low, high = np.zeros(size, np.int64), np.zeros(size, np.int64)
    blank = np.zeros(size, np.bool_)
    wrong: dict[int, Text] = {}
    for code, cell in enumerate(column.cells):
        if cell is NONE or plain(cell).lower() in BLANK | STILL:
            blank[code] = True
            continue
        found = read_month_or_date(cell)
        if isinstance(found, Wrong):
            wrong[code] = found.message
            continue
        first, last = (first_day(found), last_day(found)) if isinstance(found, int) else (found, found)
        low[code], high[code] = first.toordinal(), last.toordinal()
    return Ends(low, high, blank, wrong)


def rows_with(column: Coded, wrong: Iterable[int], used: NDArray[np.bool_]) -> list[int]:
    """The rows whose cell is one of these."""
    flags = np.zeros(len(column.cells), np.bool_)
    flags[list(wrong)] = True
    rows: list[int] = np.flatnonzero(each(flags, column.codes, False) & used).tolist()
    return rows


def shown_cell(cell: Raw) -> str:
    return "null" if cell is NONE else plain(cell)
