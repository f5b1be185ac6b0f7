"""Facts from NumPy arrays that a program made: no cells, no spreadsheets, and no copies where the form fits already.

| attribute | arrays taken |
|---|---|
| yes/no | bool, or 0 and 1 |
| count | integers |
| money, rate | integers: fen; decimal text or Decimal objects: yuan (floats are refused) |
| share | integers: millionths; decimal text |
| date | datetime64[D]; int32 ordinals, −1: none |
| month | datetime64[M]; int32 as year × 12 + month − 1 |
| kind | member names; int16 or int8 indices in order of declaration, −1: none |
| text, identity | strings |
| link | keys of the other entity's rows; integers: numbers of its rows as given here, −1: none |

A monthly attribute has two dimensions, rows by months from `start` on; a yes/no also uint64 words, bit b of word w is
the month 64 w + b (one word a row: one dimension or two). Anything else of one dimension is the same in every month. A
masked array says with its mask what is unknown; missing text is None. Rows without `id` have their number as key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compiler.fact_columns import (
    DTYPES,
    GIVEN,
    NONE_STATE,
    UNKNOWN_STATE,
    Always,
    Column,
    FactColumns,
    Masks,
    Months,
    Spells,
    Table,
)
from huice.facts.coded import coded, texts
from huice.facts.names import ID_COLUMNS, attribute_named, entity_named, folded
from huice.facts.parsed import read_values
from lang.dates import Month
from lang.model import Attribute, Entity, Program

State = NDArray[np.uint8]
_EPOCH_DAY = 719163  # date(1970, 1, 1).toordinal()
_EPOCH_MONTH = 1970 * 12


def facts_from_arrays(program: Program, start: Month | None, entities: Mapping[str, Mapping[str, Any]]) -> FactColumns:
    """ValueError for what cannot be taken: these are a program's arrays, not a roster with mistakes."""
    tables: dict[str, Table] = {}
    orders: dict[str, NDArray[np.int64]] = {}
    pending: list[tuple[Entity, dict[str, Any]]] = []
    for name, given in entities.items():
        entity = entity_named(program, name)
        if entity is None:
            raise ValueError(f"no entity {name!r}; the policy has {', '.join(program.entities)}")
        arrays = {title: array for title, array in given.items() if folded(title) not in ID_COLUMNS}
        keys = next((array for title, array in given.items() if folded(title) in ID_COLUMNS), None)
        names, order = _keys(entity, keys, arrays)
        tables[entity.name], orders[entity.name] = Table(names, {}), order
        pending.append((entity, arrays))
    for entity, arrays in pending:
        order = orders[entity.name]
        columns = {}
        for title, array in arrays.items():
            attribute = attribute_named(entity, title)
            if attribute is None:
                raise ValueError(f"{entity.name} has no attribute {title!r}")
            columns[attribute.name] = _column(program, start, attribute, array, order, tables, orders)
        tables[entity.name] = Table(tables[entity.name].keys, columns)
    return FactColumns(tables)


def _keys(entity: Entity, keys: Any, arrays: Mapping[str, Any]) -> tuple[Sequence[str], NDArray[np.int64]]:
    """The keys in order, and for each the row where it stands in the arrays."""
    if keys is None:
        size = next((len(array) for array in arrays.values()), 0)
        width = len(str(max(size - 1, 0)))
        return texts([f"{i:0{width}d}" for i in range(size)]), np.arange(size)
    names = [str(key) for key in (keys.tolist() if isinstance(keys, np.ndarray) else keys)]
    order = np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
    in_order = [names[i] for i in order.tolist()]
    twice = next((a for a, b in pairwise(in_order) if a == b), None)
    if twice is not None:
        raise ValueError(f"{entity.name}: the id {twice!r} stands twice")
    return texts(in_order), order


def _column(
    program: Program,
    start: Month | None,
    attribute: Attribute,
    given: Any,
    order: NDArray[np.int64],
    tables: Mapping[str, Table],
    orders: Mapping[str, NDArray[np.int64]],
) -> Column:
    if isinstance(given, (Always, Spells, Masks, Months)):
        return given
    mask = np.ma.getmaskarray(given) if isinstance(given, np.ma.MaskedArray) else None
    array = np.asarray(given.filled(0) if isinstance(given, np.ma.MaskedArray) else given)
    if len(array) != len(order):
        raise ValueError(f"{attribute.name} has {len(array)} rows, the entity {len(order)}")
    sorted_already = bool((order[1:] > order[:-1]).all())
    if not sorted_already:
        array, mask = array[order], None if mask is None else mask[order]
    if attribute.monthly and attribute.type.base == "yes/no" and array.dtype == np.uint64 and array.ndim == 1:
        array, mask = array[:, None], None if mask is None else mask[:, None]  # one word a row
    if array.ndim == 2:
        if not attribute.monthly:
            raise ValueError(f"{attribute.name} is not monthly, and has one value a row")
        if start is None:
            raise ValueError("say with start=“2021-01” which month the columns begin with")
        if attribute.type.base == "yes/no" and array.dtype == np.uint64:
            known = None if mask is None else np.asarray(~mask.any(axis=1))
            return Masks(start, array.shape[1] * 64, array, known)
    elif array.ndim != 1:
        raise ValueError(f"{attribute.name}: one or two dimensions, not {array.ndim}")
    data, state, names = _values(program, attribute, array, tables, orders)
    if mask is not None and mask.any():
        state = np.zeros(data.shape, np.uint8) if state is None else state
        state[mask] = UNKNOWN_STATE
    _in_range(attribute, data, state)
    if array.ndim == 1:
        return Always(data, state, names)
    assert start is not None
    return Months(start, data, state, names)


Read = tuple[NDArray[Any], State | None, Sequence[str]]


def _values(
    program: Program,
    attribute: Attribute,
    array: NDArray[Any],
    tables: Mapping[str, Table],
    orders: Mapping[str, NDArray[np.int64]],
) -> Read:
    base, dtype, kind = attribute.type.base, np.dtype(DTYPES[attribute.type.base]), array.dtype.kind
    if base == "link":
        return _links(attribute, array, tables, orders)
    if kind in "UOT" and base != "yes/no":
        return _texts(program, attribute, array)
    match base:
        case "yes/no" if kind in "biu":
            return array.astype(np.bool_, copy=False), None, ()
        case "count" | "money" | "rate" | "share" if kind in "iu":
            return array.astype(dtype, copy=False), None, ()
        case "date" if kind == "M":
            days = array.astype("datetime64[D]")
            absent = np.isnat(days)
            return (
                np.where(absent, 0, days.astype(np.int64) + _EPOCH_DAY).astype(dtype),
                absent.astype(np.uint8) * UNKNOWN_STATE if absent.any() else None,
                (),
            )
        case "month" if kind == "M":
            months = array.astype("datetime64[M]").astype(np.int64) + _EPOCH_MONTH
            return months.astype(dtype), None, ()
        case "date" if kind in "iu":
            return _without_negative(array.astype(dtype, copy=False))
        case "month" | "duration" if kind in "iu":
            return array.astype(dtype, copy=False), None, ()
        case "kind" if kind in "iu":
            size = len(program.kinds[attribute.type.name or ""].members)
            if array.size and int(array.max()) >= size:
                raise ValueError(f"{attribute.name}: {int(array.max())} is no member; there are {size}")
            return _without_negative(array.astype(dtype, copy=False))
        case _:
            wanted = "exact numbers (integers, or text)" if kind == "f" else f"not {array.dtype}"
            raise ValueError(f"{attribute.name} is {attribute.type}: {wanted}")


def _without_negative(codes: NDArray[Any]) -> Read:
    absent = codes < 0
    if not absent.any():
        return codes, None, ()
    return np.where(absent, 0, codes).astype(codes.dtype), (absent * NONE_STATE).astype(np.uint8), ()


def _texts(program: Program, attribute: Attribute, array: NDArray[Any]) -> Read:
    """Read as a roster's cells are, each distinct one once; what cannot be read is an error here."""
    column = coded(
        None if cell is None else cell if isinstance(cell, int) else str(cell) for cell in array.ravel().tolist()
    )
    values = read_values(column, attribute, program.kinds)
    for code, wrong in values.wrong.items():
        raise ValueError(f"{attribute.name}: {wrong.en} ({column.cells[code]!r})")
    data, state = values.of(column.codes)
    return data.reshape(array.shape), state.reshape(array.shape) if state.any() else None, values.names


def _links(
    attribute: Attribute,
    array: NDArray[Any],
    tables: Mapping[str, Table],
    orders: Mapping[str, NDArray[np.int64]],
) -> Read:
    target = attribute.type.name or ""
    size = len(tables[target]) if target in tables else 0
    if array.dtype.kind in "iu":
        if array.size and int(array.max()) >= size:
            raise ValueError(f"{attribute.name}: there is no row {int(array.max())} of {target}")
        data, state, _ = _without_negative(array.astype(np.int64))
        place = np.empty(size, np.int32)
        if size:
            place[orders[target]] = np.arange(size, dtype=np.int32)
            data = place[data]
        return data.astype(np.int32), state, ()
    number = {key: i for i, key in enumerate(tables[target].keys)} if target in tables else {}
    strangers: dict[str, int] = {}
    codes = np.zeros(array.size, np.int32)
    state = np.zeros(array.size, np.uint8)
    for i, key in enumerate(array.ravel().tolist()):
        if key is None or key == "":
            state[i] = UNKNOWN_STATE
            continue
        found = number.get(str(key))
        codes[i] = size + strangers.setdefault(str(key), len(strangers)) if found is None else found
    return codes.reshape(array.shape), state.reshape(array.shape) if state.any() else None, tuple(strangers)


def _in_range(attribute: Attribute, data: NDArray[Any], state: State | None) -> None:
    """Evaluators trust the ranges: whatever lies outside is refused."""
    if attribute.type.base not in ("count", "money", "rate", "share") or not data.size:
        return
    scale = 1_000_000 if attribute.type.base == "share" else 1
    given = data if state is None else data[state == GIVEN]
    if not given.size:
        return
    for extreme in (int(given.min()), int(given.max())):
        too_low = attribute.low is not None and extreme < attribute.low * scale
        too_high = attribute.high is not None and extreme > attribute.high * scale
        if too_low or too_high:
            raise ValueError(f"{attribute.name}: {extreme} is outside its range")
