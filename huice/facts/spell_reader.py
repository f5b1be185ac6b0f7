"""The spells of one attribute from all its sources: pairs of columns and tables of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from compiler.fact_columns import GIVEN
from huice.facts.build import BACKWARDS, NO_BEGINNING
from huice.facts.coded import Rows, each
from huice.facts.faults import Fault
from huice.facts.histories import OPEN, Stretches
from huice.facts.keys import NOBODY
from huice.facts.parsed import read_ends, read_values, rows_with, shown_cell
from huice.facts.parts import Part, SpellCells, SpellSheet
from lang.diagnostics import Text
from lang.model import Attribute, Program

Array = NDArray[Any]


@define(eq=False)
class SpellReader:
    """Collects the spells of one attribute from all its sources."""

    program: Program
    attribute: Attribute
    faults: list[Fault]
    broken: Array
    _found: list[Stretches] = field(factory=list)
    _data: list[Array] = field(factory=list)
    _state: list[Array] = field(factory=list)
    _names: list[str] = field(factory=list)
    _origin: list[tuple[Part | SpellSheet, SpellCells, Rows]] = field(factory=list)
    _begins: list[int] = field(factory=list)
    _count: int = 0

    def read(self, where: Part | SpellSheet, cells: SpellCells, row_of: Rows) -> None:
        starts, ends = read_ends(cells.starts), read_ends(cells.ends)
        row = row_of[cells.rows]
        used = row != NOBODY
        low = each(starts.low, cells.starts.codes, 0)
        finish = each(ends.high, cells.ends.codes, 0)
        open_end = each(ends.blank, cells.ends.codes, True)
        high = np.where(open_end, OPEN, finish)
        no_start = each(starts.blank, cells.starts.codes, True) & used
        bad = no_start.copy()
        self._begins.append(self._count)
        self._origin.append((where, cells, row))
        for i in np.flatnonzero(no_start).tolist():
            self._put(where, cells, i, cells.title, NO_BEGINNING, None)
        for column, found, title in ((cells.starts, starts, cells.title), (cells.ends, ends, cells.end_title)):
            for i in rows_with(column, found.wrong, used):
                code = int(column.codes[i])
                self._put(where, cells, i, title, found.wrong[code], shown_cell(column.cells[code]))
                bad[i] = True
        backwards = used & ~bad & (high < low)
        for i in np.flatnonzero(backwards).tolist():
            self._put(where, cells, i, cells.end_title, BACKWARDS, shown_cell(cells.ends.cell(i)))
        bad |= backwards
        self.broken[row[bad]] = True
        self._first_days(where, cells, ends.low[~ends.blank])
        value = np.zeros(len(row), np.int64)
        if self.attribute.type.base != "yes/no":
            value = self._values(where, cells, used)
        good = np.flatnonzero(used & ~bad)
        self._found.append(Stretches(row[good], low[good], high[good], value[good], self._count + good))
        self._count += len(row)

    def _first_days(self, where: Part | SpellSheet, cells: SpellCells, days: NDArray[np.int64]) -> None:
        """A spreadsheet makes 1 May of a typed 2021-05: where all ends are first days, months were meant."""
        if self.attribute.counts == "any day" or not len(days):
            return
        dated = [cell for cell in cells.ends.cells if isinstance(cell, date)]
        if len(dated) == len(days) and all(cell.day == 1 for cell in dated):
            message = Text(
                "every end is the first day of a month, so that month does not count; if months are meant, "
                "write them as text (2021-05)",
                "截止日期均为每月1日，当月不计；如填写的是月份，请以文本填写（2021-05）",
            )
            place = where.place
            self.faults.append(
                Fault(message=message, severity="info", file=place.file, sheet=place.sheet, column=cells.end_title)
            )

    def _values(self, where: Part | SpellSheet, cells: SpellCells, used: Array) -> Array:
        assert cells.values is not None
        values = read_values(cells.values, self.attribute, self.program.kinds, cells.unit)
        for i in rows_with(cells.values, values.wrong, used):
            code = int(cells.values.codes[i])
            value = shown_cell(cells.values.cells[code])
            self._put(where, cells, i, cells.value_title, values.wrong[code], value)
        data, state = values.of(cells.values.codes)
        if len(values.names):
            data = data + len(self._names)
            self._names.extend(values.names)
        self._data.append(data)
        self._state.append(state)
        wide = np.where(state == GIVEN, data.astype(np.int64), -1 - state.astype(np.int64))
        return self._comparable(wide)

    def _comparable(self, wide: Array) -> Array:
        """Names that several sources numbered apart are one value."""
        if not self._names:
            return wide
        number: dict[str, int] = {}
        same = np.array([number.setdefault(name, i) for i, name in enumerate(self._names)], np.int64)
        return np.where(wide >= 0, same[np.maximum(wide, 0)], wide)

    def _put(
        self, where: Part | SpellSheet, cells: SpellCells, i: int, column: str, message: Text, value: str | None
    ) -> None:
        self.faults.append(where.place.fault(int(cells.rows[i]), column, message, value))

    def fault(self, source: int, message: Text) -> None:
        """A fault of a spell by its number; nothing is known of its row then."""
        at = max(i for i, begin in enumerate(self._begins) if begin <= source)
        where, cells, row = self._origin[at]
        self._put(where, cells, source - self._begins[at], cells.title, message, None)
        self.broken[row[source - self._begins[at]]] = True

    def stretches(self) -> Stretches:
        empty = np.zeros(0, np.int64)
        found = Stretches(empty, empty, empty, empty, empty)
        for more in self._found:
            found = found.and_then(more)
        return found

    def values(self) -> tuple[Array | None, Array | None, Sequence[str]]:
        """By number of the spell; None for a yes/no."""
        if self.attribute.type.base == "yes/no":
            return None, None, ()
        return np.concatenate(self._data), np.concatenate(self._state), self._names
