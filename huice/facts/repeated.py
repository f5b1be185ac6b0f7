"""Rows that say different things of one key, keys that share an identity number, births that contradict one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from compiler.fact_columns import GIVEN, UNKNOWN_STATE, Always, Column
from huice.facts.build import already, identities, is_birth, one_identity
from huice.facts.coded import Rows, each
from huice.facts.faults import Fault
from huice.facts.identities import CONTRADICTS, born
from huice.facts.keys import Keys
from huice.facts.parsed import NAMED, Values, read_values
from huice.facts.parts import Part
from lang.model import Attribute, Entity
from lang.types import DATE

Flags = NDArray[np.bool_]
_BLANK = np.iinfo(np.int64).max
ValuesOf = Callable[[int, Attribute], Values]


@frozen(eq=False)
class _Compared:
    """What each of some rows says of an attribute, as numbers, equal where it is the same; _BLANK: nothing."""

    attribute: Attribute
    said: Rows


def repeated_rows(entity: Entity, parts: Sequence[Part], keys: Keys, values_of: ValuesOf, faults: list[Fault]) -> Flags:
    """The rows of the entity that are not used, for two rows of its key differ in more than spells."""
    dropped = np.zeros(len(keys.names), np.bool_)
    row_of = np.concatenate(keys.row_of)
    counts = np.bincount(row_of[row_of >= 0], minlength=len(dropped))
    if not len(counts) or counts.max(initial=0) < 2:
        return dropped
    several = np.flatnonzero((row_of >= 0) & (counts[row_of] > 1))
    several = several[np.argsort(row_of[several], kind="stable")]
    begins = np.flatnonzero(np.diff(row_of[several], prepend=-1))
    begin_of = np.repeat(begins, np.diff(begins, append=len(several)))
    spells = np.concatenate([_with_spells(part) for part in parts])[several]
    no_reason = ~spells & ~spells[begin_of]
    no_reason[begins] = False
    bad = np.maximum.reduceat(no_reason, begins)
    compared = [
        _Compared(attribute, _said(parts, attribute, values_of)[several])
        for attribute in entity.attributes.values()
        if any(attribute.name in part.constants for part in parts)
    ]
    for one in compared:
        least = np.minimum.reduceat(one.said, begins)
        most = np.maximum.reduceat(np.where(one.said == _BLANK, -_BLANK, one.said), begins)
        bad |= least < most
    starts = np.concatenate([[0], np.cumsum([len(part.key) for part in parts])])
    ends = [*begins[1:].tolist(), len(several)]
    for group in np.flatnonzero(bad).tolist():
        begin, end = int(begins[group]), ends[group]
        dropped[row_of[several[begin]]] = True
        faults.append(_twice(entity, parts, keys, starts, several[begin:end], compared, begin))
    return dropped


def _with_spells(part: Part) -> Flags:
    flags = np.zeros(len(part.key), np.bool_)
    for cells in part.spells.values():
        flags[cells.given] = True
    return flags


def _said(parts: Sequence[Part], attribute: Attribute, values_of: ValuesOf) -> Rows:
    """By row of all parts."""
    found = []
    numbers: dict[str, int] = {}
    for index, part in enumerate(parts):
        constant = part.constants.get(attribute.name)
        if constant is None:
            found.append(np.full(len(part.key), _BLANK))
            continue
        values = values_of(index, attribute)
        said = values.data.astype(np.int64)
        if attribute.type.base in NAMED and len(values.names):
            said = np.array([numbers.setdefault(name, len(numbers)) for name in values.names], np.int64)[said]
        said[values.state == UNKNOWN_STATE] = _BLANK
        said[(values.state != UNKNOWN_STATE) & (values.state != GIVEN)] = -2
        for code in values.wrong:
            said[code] = -3 - code
        found.append(each(said, constant.cells.codes, _BLANK))
    return np.concatenate(found)


def _twice(
    entity: Entity,
    parts: Sequence[Part],
    keys: Keys,
    starts: Rows,
    rows: Rows,
    compared: Sequence[_Compared],
    begin: int,
) -> Fault:
    """The first row of a key and the first that stands against it."""
    against = 1
    differing: list[Attribute] = []
    for one in compared:
        said = one.said[begin : begin + len(rows)]
        told = np.flatnonzero(said != _BLANK)
        other = told[said[told] != said[told[0]]] if len(told) else told
        if len(other):
            against = int(other[0]) if not differing else min(against, int(other[0]))
            differing.append(one.attribute)
    places = []
    for row in (rows[0], rows[against]):
        index = int(np.searchsorted(starts, row, "right")) - 1
        places.append((parts[index], int(row - starts[index])))
    (first, at), (second, there) = places
    number = int(first.place.numbers[at])
    key = keys.names[int(np.concatenate(keys.row_of)[rows[0]])]
    elsewhere = "" if first.place is second.place else first.place.sheet or first.place.file
    there_en, there_zh = (f" of {elsewhere}", f"{elsewhere} 第 ") if elsewhere else ("", "第 ")
    message = already(entity, key, f"{number}{there_en}", f"{there_zh}{number}", differing)
    return second.place.fault(there, None, message)


def repeated_identities(
    entity: Entity,
    parts: Sequence[Part],
    keys: Keys,
    columns: Mapping[str, Column],
    dropped: Flags,
    faults: list[Fault],
) -> Flags:
    """Two keys with one identity number are one person twice: neither is used, and both are named."""
    found = np.zeros(len(dropped), np.bool_)
    for attribute in identities(entity):
        column = columns.get(attribute.name)
        if not isinstance(column, Always):
            continue
        used = np.flatnonzero(~dropped if column.state is None else ~dropped & (column.state == GIVEN))
        codes = column.data[used]
        counts = np.bincount(codes, minlength=1)
        shared = used[counts[codes] > 1]
        shared = shared[np.argsort(column.data[shared], kind="stable")]
        for before, row in pairwise(shared.tolist()):
            if column.data[before] != column.data[row]:
                continue
            first, second = keys.names[before], keys.names[row]
            message = one_identity(entity, first, second)
            part, at = _first_row(parts, keys, row)
            faults.append(part.place.fault(at, _title(part, attribute), message))
        found[shared] = True
    return found


def wrong_births(
    entity: Entity, parts: Sequence[Part], keys: Keys, columns: dict[str, Column], faults: list[Fault]
) -> None:
    """A birth date that is not that of the identity number: there is no telling which is wrong, so both are unknown."""
    told = [a for a in entity.attributes.values() if is_birth(a) and a.name in columns]
    if not told and all(part.birth is None for part in parts):
        return
    for attribute in identities(entity):
        column = columns.get(attribute.name)
        if not isinstance(column, Always):
            continue
        days = [born(name) for name in column.names]
        of_name = np.array([0 if day is None else day.toordinal() for day in days], np.int64)
        births = of_name[column.data] if len(of_name) else np.zeros(len(column.data), np.int64)
        if column.state is not None:
            births[column.state != GIVEN] = 0
        wrong = np.zeros(len(births), np.bool_)
        for other in told:
            given = columns[other.name]
            if not isinstance(given, Always):
                continue
            off = (births > 0) & (given.data != births)
            if given.state is not None:
                off &= given.state == GIVEN
            for row in np.flatnonzero(off).tolist():
                part, at = _first_row(parts, keys, row)
                faults.append(part.place.fault(at, _title(part, other), CONTRADICTS))
            columns[other.name] = _unknown(given, off)
            wrong |= off
        for part, row_of in zip(parts, keys.row_of, strict=True):
            wrong |= _off_in_part(entity, part, row_of, births, faults)
        columns[attribute.name] = _unknown(column, wrong)


def _off_in_part(entity: Entity, part: Part, row_of: Rows, births: Rows, faults: list[Fault]) -> Flags:
    """By a column of births that the policy does not declare."""
    wrong = np.zeros(len(births), np.bool_)
    if part.birth is None:
        return wrong
    attribute = Attribute(name="birth_date", entity=entity.name, type=DATE)
    data, state = read_values(part.birth.cells, attribute, {}).of(part.birth.cells.codes)
    told = (state == GIVEN) & (row_of >= 0)
    if not len(births):
        return wrong
    off = told & (births[row_of] > 0) & (births[row_of] != data)
    for at in np.flatnonzero(off).tolist():
        faults.append(part.place.fault(at, part.birth.title, CONTRADICTS))
    wrong[row_of[off]] = True
    return wrong


def _unknown(column: Always, rows: Flags) -> Always:
    if not rows.any():
        return column
    state = np.zeros(len(rows), np.uint8) if column.state is None else column.state.copy()
    state[rows] = UNKNOWN_STATE
    return Always(column.data, state, column.names)


def _first_row(parts: Sequence[Part], keys: Keys, row: int) -> tuple[Part, int]:
    for part, row_of in zip(parts, keys.row_of, strict=True):
        found = np.flatnonzero(row_of == row)
        if len(found):
            return part, int(found[0])
    raise AssertionError(row)


def _title(part: Part, attribute: Attribute) -> str:
    constant = part.constants.get(attribute.name)
    return attribute.name.replace("_", " ") if constant is None else constant.title
