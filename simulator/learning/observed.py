"""One entity of a roster as arrays: when each row came, its monthly yes/no facts, its other values.

In: facts known to a month (known_at), and the entity. Out: `Observed`. A row **arrives** in the month of the date that
goes with the beginning of its monthly facts (`hired on`, say), or, where no date does, in the first month of the
monthly fact that begins first; a row without monthly facts in the month of its date. Who came after the first of a
month and counts from the next, as full months are counted, arrives in that next one. A row of which neither is known
has no arrival and tells nothing of arrivals, spells or dates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from attrs import frozen

from compiler.facts import Facts, History, Row
from lang import model
from lang.dates import Month, month_of
from lang.types import UNKNOWN, Given
from simulator.plan import Flags, Ints, Ints8

NOT_TOLD = -1
UNSURE = -1  # of a flag
MOST_PART = 0.5  # of the rows that a date must go with to be their arrival
NEARLY_ALL = 0.9
MOST_MONTHS = 1200


@frozen(kw_only=True, eq=False)
class Observed:
    """`flags[name]`: (rows, months from `first` to `as_of`), 1 yes, 0 no, UNSURE; rows in order of their keys.

    arrival   month, NOT_TOLD where it is not known
    told_by   the date that tells it; None: the first month of the fact `root`
    root      the monthly fact that begins first (None: there is none)
    values    what else was given, by attribute: one value a row, of what changes the last
    """

    entity: str
    keys: tuple[str, ...]
    first: Month
    as_of: Month
    arrival: Ints
    told_by: str | None
    root: str | None
    flags: Mapping[str, Ints8]
    values: Mapping[str, Sequence[Given]]

    @property
    def size(self) -> int:
        return len(self.keys)

    def watched(self, since: Month) -> Flags:
        """(rows, months): the months, from `since` on, of rows that had arrived."""
        months = np.arange(self.first, self.as_of + 1)
        told = (self.arrival != NOT_TOLD)[:, None]
        result: Flags = told & (months[None, :] >= np.maximum(self.arrival, since)[:, None])
        return result


def observe(program: model.Program, facts: Facts, entity: str, as_of: Month) -> Observed:
    rows = list(facts.rows(entity).values())
    attributes = program.entities[entity].attributes
    monthly = [a.name for a in attributes.values() if a.monthly and a.type.base == "yes/no"]
    given = [name for name in monthly if any(row.values.get(name, UNKNOWN) is not UNKNOWN for row in rows)]
    first = _first_month(rows, given, as_of)
    flags = {name: _flags(rows, name, first, as_of) for name in given}
    begins = {name: _begins(of_name, first) for name, of_name in flags.items()}
    union = _earliest(list(begins.values()), len(rows))
    values = {
        name: [_value(row, name, as_of) for row in rows]
        for name, attribute in attributes.items()
        if name not in given and attribute.type.base != "many" and any(name in row.values for row in rows)
    }
    dates = {name: _months(of_name) for name, of_name in values.items() if attributes[name].type.base == "date"}
    root = _root(begins, union)
    told_by = _arrival_date(dates, union, bool(given))
    arrival = union
    if told_by is not None:
        arrival = dates[told_by]
        next_month = (union == arrival + 1) & (arrival != NOT_TOLD) & _late(values[told_by])
        arrival = np.where(next_month | (arrival == NOT_TOLD), union, arrival)
    arrival = np.where(arrival > as_of, NOT_TOLD, arrival)
    return Observed(
        entity=entity,
        keys=tuple(row.key for row in rows),
        first=first,
        as_of=as_of,
        arrival=arrival,
        told_by=told_by,
        root=root,
        flags=flags,
        values=values,
    )


def _first_month(rows: Sequence[Row], names: Sequence[str], as_of: Month) -> Month:
    """A year before anything is told, so that runs are whole."""
    begins = [
        span.first
        for row in rows
        for name in names
        if isinstance(value := row.values.get(name), History)
        for span in value.spans
    ]
    return max(min(begins, default=as_of), as_of - MOST_MONTHS) - 1


def _flags(rows: Sequence[Row], name: str, first: Month, as_of: Month) -> Ints8:
    flags: Ints8 = np.full((len(rows), max(as_of - first + 1, 1)), UNSURE, np.int8)
    for number, row in enumerate(rows):
        value = row.values.get(name, UNKNOWN)
        if isinstance(value, History):
            flags[number] = _flag(value.outside)
            for span in value.spans:
                stop = as_of if span.last is None else min(span.last, as_of)
                if stop >= first:
                    flags[number, max(span.first - first, 0) : stop - first + 1] = _flag(span.value)
        else:
            flags[number] = _flag(value)
    return flags


def _flag(value: Given) -> int:
    return UNSURE if value is UNKNOWN else int(value is True)


def _begins(flags: Ints8, first: Month) -> Ints:
    """By row the first month that is yes."""
    yes = flags == 1
    return np.where(yes.any(axis=1), first + yes.argmax(axis=1), NOT_TOLD).astype(np.int64)


def _earliest(begins: Sequence[Ints], size: int) -> Ints:
    never = np.int64(2**40)
    result = np.full(size, never)
    for each in begins:
        result = np.minimum(result, np.where(each == NOT_TOLD, never, each))
    return np.where(result == never, NOT_TOLD, result)


def _root(begins: Mapping[str, Ints], union: Ints) -> str | None:
    """The fact, in order of declaration, that is there from the beginning on in nearly all rows; else in most."""
    told = union != NOT_TOLD
    if not begins or not told.any():
        return next(iter(begins), None)
    shares = {name: float((of_name == union)[told].mean()) for name, of_name in begins.items()}
    for name, share in shares.items():
        if share >= NEARLY_ALL:
            return name
    return max(shares, key=lambda name: shares[name])


def _arrival_date(dates: Mapping[str, Ints], union: Ints, has_flags: bool) -> str | None:
    """The date that goes with the beginning of the monthly facts; of rows without such facts the fullest."""
    best: tuple[float, str] | None = None
    for name, months in dates.items():
        told = months != NOT_TOLD
        if not told.any():
            continue
        if has_flags:
            both = told & (union != NOT_TOLD)
            late = union - months
            score = float(((late == 0) | (late == 1))[both].mean()) if both.any() else 0.0
            if score < MOST_PART or told.mean() < MOST_PART:
                continue
            score = float((late == 0)[both].mean()) + score
        else:
            score = float(told.mean())
        if best is None or score > best[0]:
            best = score, name
    return None if best is None else best[1]


def _months(values: Sequence[Given]) -> Ints:
    return np.array([month_of(value) if isinstance(value, date) else NOT_TOLD for value in values], np.int64)


def _late(values: Sequence[Given]) -> Flags:
    """Dates after the first of their month, which is then no full one."""
    return np.array([isinstance(value, date) and value.day > 1 for value in values], np.bool_)


def _value(row: Row, name: str, as_of: Month) -> Given:
    value = row.values.get(name, UNKNOWN)
    if not isinstance(value, History):
        return value
    at = value.at(as_of)
    if at is not UNKNOWN:
        return at
    past = [span for span in value.spans if span.first <= as_of]
    return past[-1].value if past else value.outside
