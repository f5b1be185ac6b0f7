"""From parts to columns: rows of one key are one entity, cells are read, spells become months, links find their rows.

In: the parts that readers handed over, in any order. Out: `FactColumns` in order of keys, and every fault found. What
cannot be read becomes unknown and a fault that names the place, so that nothing is paid on it and no row is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from compiler.fact_columns import (
    ALWAYS,
    FOREVER,
    UNKNOWN_STATE,
    Always,
    Column,
    FactColumns,
    Spells,
    Table,
)
from huice.facts.build import OVERLAP
from huice.facts.chosen import chosen, numbered_link
from huice.facts.coded import Rows, texts
from huice.facts.faults import Fault
from huice.facts.histories import Stretches, as_spells, merged, months_of
from huice.facts.keys import NOBODY, Keys, find_keys
from huice.facts.parsed import NAMED, Values, read_values, rows_with, shown_cell
from huice.facts.parts import Constant, Part, SpellCells, SpellSheet
from huice.facts.repeated import repeated_identities, repeated_rows, wrong_births
from huice.facts.spell_reader import SpellReader
from lang.diagnostics import Text
from lang.model import Attribute, Entity, Program

Array = NDArray[Any]


def assemble(
    program: Program, parts: Iterable[Part], sheets: Iterable[SpellSheet] = ()
) -> tuple[FactColumns, list[Fault]]:
    every, spells = list(parts), list(sheets)
    faults: list[Fault] = []
    made = []
    for entity in program.entities.values():
        own = [part for part in every if part.entity == entity.name]
        if own:
            more = [sheet for sheet in spells if sheet.entity == entity.name]
            made.append(_EntityRows(program, entity, own, more, faults))
        else:
            for sheet in (sheet for sheet in spells if sheet.entity == entity.name):
                faults.append(_no_rows(entity, sheet))
    tables = {rows.entity.name: rows.table() for rows in made}
    linked = {rows.entity.name: rows.with_links(tables) for rows in made}
    return FactColumns(linked), faults


def _no_rows(entity: Entity, sheet: SpellSheet) -> Fault:
    message = Text(
        f"this table of spells is not used, for there is no table of {entity.name}",
        f"没有{entity.label or entity.name}台账，该时段表未采用",
    )
    return Fault(message=message, file=sheet.place.file, sheet=sheet.place.sheet)


@define(eq=False)
class _EntityRows:
    """The rows of one entity on their way into columns."""

    program: Program
    entity: Entity
    parts: list[Part]
    sheets: list[SpellSheet]
    faults: list[Fault]
    keys: Keys = field(init=False)
    columns: dict[str, Column] = field(factory=dict)
    read: dict[tuple[int, str], Values] = field(factory=dict)

    def table(self) -> Table:
        """All columns; those of links still name keys."""
        self.keys = find_keys(self.entity, self.parts, bool(self.sheets), self.faults)
        for attribute in self.entity.attributes.values():
            if attribute.type.base == "many":
                continue
            always = self._constant(attribute)
            spells = self._spells(attribute, always) if attribute.monthly else None
            column: Column | None = spells if spells is not None else always
            if column is not None:
                self.columns[attribute.name] = column
        dropped = repeated_rows(self.entity, self.parts, self.keys, self._values, self.faults)
        wrong_births(self.entity, self.parts, self.keys, self.columns, self.faults)
        dropped |= repeated_identities(self.entity, self.parts, self.keys, self.columns, dropped, self.faults)
        names = self.keys.names
        if dropped.any():
            stay = np.flatnonzero(~dropped)
            names = texts([names[i] for i in stay.tolist()])
            self.columns = {name: chosen(column, stay) for name, column in self.columns.items()}
        return Table(names, self.columns)

    # ------------------------------------------------------------ constants
    def _values(self, index: int, attribute: Attribute) -> Values:
        """What the cells of one part say of a constant; read once."""
        found = self.read.get((index, attribute.name))
        if found is None:
            constant = self.parts[index].constants[attribute.name]
            found = read_values(constant.cells, attribute, self.program.kinds, constant.unit)
            self.read[index, attribute.name] = found
        return found

    def _constant(self, attribute: Attribute) -> Always | None:
        """The first cell of a key that says something."""
        size = len(self.keys.names)
        found: Always | None = None
        for index, (part, row_of) in enumerate(zip(self.parts, self.keys.row_of, strict=True)):
            constant = part.constants.get(attribute.name)
            if constant is None:
                continue
            values = self._values(index, attribute)
            self._report(part, constant, values, row_of)
            data, state = values.of(constant.cells.codes)
            names: Sequence[str] = values.names
            if found is None:
                found = Always(np.zeros(size, data.dtype), np.full(size, UNKNOWN_STATE, np.uint8), names)
            elif values.names:
                data, names = data + len(found.names), [*found.names, *values.names]
                found = Always(found.data, found.state, names)
            assert found.state is not None
            says = np.flatnonzero((state != UNKNOWN_STATE) & (row_of != NOBODY))[::-1]  # backwards: the first one stays
            free = says[found.state[row_of[says]] == UNKNOWN_STATE]
            found.data[row_of[free]] = data[free]
            found.state[row_of[free]] = state[free]
        if found is not None and attribute.type.base in NAMED and len(self.parts) > 1:
            found = _one_number_a_name(found)
        if found is not None and found.state is not None and not found.state.any():
            return Always(found.data, None, found.names)
        return found

    def _report(self, part: Part, constant: Constant, values: Values, row_of: Rows) -> None:
        """A fault for every row whose cell could not be read."""
        if not values.wrong:
            return
        for row in rows_with(constant.cells, values.wrong, row_of != NOBODY):
            code = int(constant.cells.codes[row])
            value = shown_cell(constant.cells.cells[code])
            self.faults.append(part.place.fault(row, constant.title, values.wrong[code], value))

    # ------------------------------------------------------------ histories
    def _spells(self, attribute: Attribute, always: Always | None) -> Spells | None:
        """None where no part has spells of this attribute."""
        sources: list[tuple[Part | SpellSheet, SpellCells, Rows]] = []
        for part, row_of in zip(self.parts, self.keys.row_of, strict=True):
            if attribute.name in part.spells:
                sources.append((part, part.spells[attribute.name], row_of))
        own = [sheet for sheet in self.sheets if sheet.attribute == attribute.name]
        for sheet in own:
            sources.append((sheet, sheet.spells, self.keys.rows_named(sheet, self.entity, self.faults)))
        if not sources:
            return None
        size = len(self.keys.names)
        given = np.full(size, bool(own), np.bool_)
        broken = np.zeros(size, np.bool_)
        for _, cells, row_of in sources:
            of = row_of[cells.given]
            given[of[of != NOBODY]] = True
        reader = SpellReader(self.program, attribute, self.faults, broken)
        for where, cells, row_of in sources:
            reader.read(where, cells, row_of)
        days, conflicts = merged(reader.stretches())
        months, more = merged(months_of(days, attribute.counts))
        for source in (*conflicts, *more):
            reader.fault(source, OVERLAP)
        stay = ~broken[months.row]
        months = months.take(stay)
        given &= ~broken
        data, state, names = reader.values()
        if always is not None:  # who has a constant and no spell has it always
            lone = ~given & ~broken
            if always.state is not None:
                lone &= always.state != UNKNOWN_STATE
            months, data, state, names = _with_constants(
                attribute, months, data, state, names, always, np.flatnonzero(lone)
            )
            given |= lone
        return as_spells(size, months, data, state, given, names)

    # ------------------------------------------------------------ links
    def with_links(self, tables: dict[str, Table]) -> Table:
        """Links by the number of the row that they name."""
        table = tables[self.entity.name]
        columns = dict(table.columns)
        for name, column in table.columns.items():
            attribute = self.entity.attributes[name]
            if attribute.type.base == "link" and isinstance(column, (Always, Spells)):
                target = tables.get(attribute.type.name or "")
                columns[name] = numbered_link(column, () if target is None else target.keys)
        return Table(table.keys, columns)


def _one_number_a_name(column: Always) -> Always:
    """Parts that were read one after the other may have numbered one name twice."""
    if len(set(column.names)) == len(column.names):
        return column
    number: dict[str, int] = {}
    codes = np.array([number.setdefault(name, len(number)) for name in column.names], np.int32)
    return Always(codes[column.data], column.state, texts(list(number)))


def _with_constants(
    attribute: Attribute,
    months: Stretches,
    data: Array | None,
    state: Array | None,
    names: Sequence[str],
    always: Always,
    rows: Rows,
) -> tuple[Stretches, Array | None, Array | None, Sequence[str]]:
    """Constants as spells without beginning or end."""
    if data is None:  # a yes/no: who is always no has no spell
        rows = rows[always.data[rows].astype(np.bool_)]
        more, of = None, np.zeros(len(rows), np.int64)
    else:
        more, of = always.data[rows], len(data) + np.arange(len(rows))
    lengths = np.full(len(rows), ALWAYS, np.int64), np.full(len(rows), FOREVER, np.int64)
    months = months.and_then(Stretches(rows, *lengths, np.zeros(len(rows), np.int64), of)).in_order()
    if data is None or more is None:
        return months, None, None, names
    if attribute.type.base in NAMED:
        more, names = more + len(names), [*names, *always.names]
    extra = np.zeros(len(rows), np.uint8) if always.state is None else always.state[rows]
    before = np.zeros(len(data), np.uint8) if state is None else state
    return months, np.concatenate([data, more]), np.concatenate([before, extra]), names
