"""Columns of some rows, and links by the number of the row that they name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compiler.fact_columns import GIVEN, Always, Column, Spells
from huice.facts.coded import Rows


def numbered_link(column: Always | Spells, keys: Sequence[str]) -> Always | Spells:
    """From indices into `names` to numbers of the rows with those keys; names without a row come after them."""
    if column.data is None or not len(column.names):
        return column
    wanted = dict.fromkeys(column.names)
    number = {key: i for i, key in enumerate(keys) if key in wanted} if len(wanted) < len(keys) else None
    if number is None:
        number = {key: i for i, key in enumerate(keys)}
    strangers = [name for name in column.names if name not in number]
    for name in strangers:
        number.setdefault(name, len(keys) + len(number))
    order = {name: len(keys) + i for i, name in enumerate(dict.fromkeys(strangers))}
    codes = np.array([order.get(name, number[name]) for name in column.names], np.int32)
    absent = None if column.state is None else column.state != GIVEN
    data = codes[column.data]
    if absent is not None:
        data[absent] = 0
    rest = tuple(order)
    if isinstance(column, Always):
        return Always(data, column.state, rest)
    return Spells(column.offsets, column.first, column.last, data, column.state, column.given, rest)


def chosen(column: Column, rows: Rows) -> Column:
    """The column of some rows."""
    match column:
        case Always():
            state = None if column.state is None else column.state[rows]
            return Always(column.data[rows], state, column.names)
        case Spells():
            counts = np.diff(column.offsets)[rows]
            offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
            at = np.repeat(column.offsets[rows] - offsets[:-1], counts) + np.arange(offsets[-1])
            return Spells(
                offsets,
                column.first[at],
                column.last[at],
                None if column.data is None else column.data[at],
                None if column.state is None else column.state[at],
                None if column.given is None else column.given[rows],
                column.names,
            )
        case _:
            raise TypeError(column)
