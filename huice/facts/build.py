"""From what was read to `Facts`: names matched, cells read, spells ordered, rows with one key settled.

The readers (JSON, tables) hand over `RawRow`s; this module knows nothing of files. Whatever cannot be read becomes
unknown and a fault that names the place, so that nothing is paid on it and no row is lost.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal

from attrs import define, field, frozen

from compiler.facts import Facts, History, Row, Span
from compiler.spells import months_covered
from huice.facts.cells import BLANK, Cell, Wrong, plain, read_cell, read_month_or_date
from huice.facts.faults import Fault
from lang.dates import Month, first_day, last_day
from lang.diagnostics import Text
from lang.model import Attribute, Entity, Program
from lang.types import NONE, UNKNOWN, Absent, Given

Raw = Cell | Literal[Absent.NONE]  # what stands in a place; NONE where the form itself says so (null in JSON)
ID_COLUMNS = frozenset({"id", "key", "编号", "主键"})


def folded(name: str) -> str:
    """Names of several words are one name however they are joined."""
    return "_".join(name.replace("_", " ").split()).lower()


@frozen
class RawSpell:
    """One spell as written."""

    start: Cell
    end: Cell
    value: Raw = None


@frozen
class RawRow:
    """One row as read: constants by attribute name, spells by attribute name (an empty list: never)."""

    entity: str
    key: str
    number: int
    file: str
    sheet: str | None
    cells: dict[str, Raw]
    spells: dict[str, list[RawSpell]]

    def fault(self, column: str | None, message: Text) -> Fault:
        return Fault(message=message, file=self.file, sheet=self.sheet, row=self.number, column=column)


def attribute_named(entity: Entity, name: str) -> Attribute | None:
    """By name or label, words joined by spaces or `_`."""
    wanted = folded(name)
    for attribute in entity.attributes.values():
        if attribute.type.base != "many" and wanted in (folded(attribute.name), folded(attribute.label or "")):
            return attribute
    return None


def entity_named(program: Program, name: str) -> Entity | None:
    wanted = folded(name)
    for entity in program.entities.values():
        if wanted in (folded(entity.name), folded(entity.label or "")):
            return entity
    return None


def near_miss(name: str, entity: Entity, present: Iterable[str]) -> str | None:
    """The attribute that a column nobody knows was probably meant to be, if that attribute has no column."""
    missing: dict[str, str] = {}
    have = set(present)
    for attribute in entity.attributes.values():
        if attribute.name not in have and attribute.type.base != "many":
            missing[folded(attribute.name)] = attribute.name
            if attribute.label:
                missing[folded(attribute.label)] = attribute.label
    close = difflib.get_close_matches(folded(name), sorted(missing), 1, 0.75)
    return missing[close[0]] if close else None


def unknown_columns(names: Sequence[str], entity: Entity, present: Iterable[str], place: dict[str, Any]) -> list[Fault]:
    """Columns that no declaration knows: a near-miss is an error, the others are listed once."""
    faults, ignored = [], []
    have = list(present)
    for name in names:
        meant = near_miss(name, entity, have)
        if meant is None:
            ignored.append(name)
        else:
            shown = meant.replace("_", " ")
            message = Text(f"no attribute “{name}”; did you mean “{shown}”?", f"没有栏目“{name}”，是否为“{shown}”？")
            faults.append(Fault(message=message, column=name, **place))
    if ignored:
        listed = ", ".join(ignored)
        message = Text(f"ignored, not declared: {listed}", f"以下栏目未声明，已忽略：{'、'.join(ignored)}")
        faults.append(Fault(message=message, severity="info", **place))
    return faults


@define
class Builder:
    """Collects raw rows; `facts()` gives the tables and every fault found.

    `one_row_a_key`: two rows of a key are an error whatever they hold (JSON); in tables they may differ in spells.
    """

    program: Program
    one_row_a_key: bool = False
    faults: list[Fault] = field(factory=list)
    rows: dict[str, dict[str, list[RawRow]]] = field(factory=dict)

    def add(self, row: RawRow) -> None:
        self.rows.setdefault(row.entity, {}).setdefault(row.key, []).append(row)

    def facts(self) -> Facts:
        tables: dict[str, list[Row]] = {name: [] for name in self.program.entities}
        for name in self.program.entities:
            read = [self._row(name, same) for same in self.rows.get(name, {}).values()]
            tables[name] = self._one_identity_each(name, [row for row in read if row is not None])
        return Facts(tables)

    def _row(self, entity: str, same: list[RawRow]) -> Row | None:
        """Rows of one key are one entity if only their spells differ."""
        first = same[0]
        declared = self.program.entities[entity].attributes
        for other in same[1:]:
            differing = sorted(
                column
                for column in {*first.cells, *other.cells}
                if not _blank(first.cells.get(column)) and not _blank(other.cells.get(column))
                if _text(first.cells[column]) != _text(other.cells[column])
            )
            spells = any(row.spells for row in (first, other))
            if differing or not spells or self.one_row_a_key:
                self.faults.append(other.fault(None, _twice(first, other, [declared[c] for c in differing])))
                return None
        values: dict[str, Given | History] = {}
        for row in same:
            for name, cell in row.cells.items():
                if name not in values:
                    value = self._cell(row, declared[name], cell)
                    if value is not UNKNOWN:
                        values[name] = value
        for name in dict.fromkeys(name for row in same for name in row.spells):
            history = self._history(declared[name], [(row, s) for row in same for s in row.spells.get(name, [])])
            if history is not None:
                values[name] = history
        return Row(first.key, values)

    def _cell(self, row: RawRow, attribute: Attribute, cell: Raw) -> Given:
        if cell is NONE:
            return False if attribute.type.base == "yes/no" else NONE
        value = read_cell(cell, attribute, dict(self.program.kinds))
        if isinstance(value, Wrong):
            self.faults.append(row.fault(attribute.name.replace("_", " "), value.message))
            return UNKNOWN
        return value

    def _history(self, attribute: Attribute, spells: list[tuple[RawRow, RawSpell]]) -> History | None:
        """None where a spell cannot be read: then nothing is known of this attribute."""
        spans: list[tuple[Span, RawRow]] = []
        broken = False
        column = attribute.name.replace("_", " ")
        yes_no = attribute.type.base == "yes/no"
        for row, spell in spells:
            span = self._span(row, attribute, spell, column)
            if isinstance(span, Text):
                self.faults.append(row.fault(column, span))
                broken = True
            elif span is not None:
                spans.append((span, row))
        if broken:
            return None
        spans.sort(key=lambda pair: (pair[0].first, pair[0].last is None, pair[0].last or 0))
        kept: list[Span] = []
        for span, row in spans:
            last = kept[-1] if kept else None
            if last is None or (last.last is not None and last.last < span.first):
                kept.append(span)
            elif yes_no or last.value == span.value:
                end = None if last.last is None or span.last is None else max(last.last, span.last)
                kept[-1] = Span(last.first, end, last.value)
            else:
                message = Text("two spells with different values overlap", "两段时间重叠而数值不同")
                self.faults.append(row.fault(column, message))
                return None
        return History(tuple(kept), False if yes_no else UNKNOWN)

    def _span(self, row: RawRow, attribute: Attribute, spell: RawSpell, column: str) -> Span | Text | None:
        """None: a spell that covers no month by the attribute's rule of counting."""
        if _blank(spell.start):
            return Text("this spell has an end but no beginning", "该时段只有结束，没有开始")
        start = read_month_or_date(spell.start)
        if isinstance(start, Wrong):
            return start.message
        open_end = spell.end is None or (isinstance(spell.end, str) and not spell.end.strip())
        end = None if open_end else read_month_or_date(spell.end)
        if isinstance(end, Wrong):
            return end.message
        value: Given = True
        if attribute.type.base != "yes/no":
            value = self._cell(row, attribute, spell.value)
        covered = _months(start, end, attribute)
        if isinstance(covered, Text):
            return covered
        return Span(covered[0], covered[1], value) if covered is not None else None

    def _one_identity_each(self, entity: str, rows: list[Row]) -> list[Row]:
        """Two keys with one identity number are one person twice: neither is used, and both are named."""
        identities = [a.name for a in self.program.entities[entity].attributes.values() if a.type.base == "identity"]
        dropped: set[str] = set()
        for name in identities:
            seen: dict[object, str] = {}
            for row in rows:
                number = row.values.get(name)
                if not isinstance(number, str):
                    continue
                if number in seen:
                    raw = self.rows[entity][row.key][0]
                    message = Text(
                        f"{entity} {seen[number]} and {row.key} have one identity number; neither row is used",
                        f"{entity} {seen[number]} 与 {row.key} 的证件号相同；两行均未采用",
                    )
                    self.faults.append(raw.fault(name.replace("_", " "), message))
                    dropped |= {seen[number], row.key}
                else:
                    seen[number] = row.key
        return [row for row in rows if row.key not in dropped]


def _text(cell: Raw) -> str:
    return "none" if cell is NONE else plain(cell)


def _blank(cell: Raw) -> bool:
    """What a row that only adds a spell may leave out."""
    return cell is not NONE and plain(cell).lower() in BLANK


def _twice(first: RawRow, other: RawRow, differing: list[Attribute]) -> Text:
    names = ", ".join(attribute.name.replace("_", " ") for attribute in differing)
    labels = "、".join(attribute.label or attribute.name for attribute in differing)
    return Text(
        f"{first.entity} {other.key} stands in row {first.number} already"
        + (f", with another value of {names}" if names else "")
        + "; neither row is used",
        f"{first.entity} {other.key} 已在第 {first.number} 行出现"
        + (f"，且{labels}不同" if labels else "")
        + "；两行均未采用",
    )


def _months(
    start: Month | date, end: Month | date | None, attribute: Attribute
) -> tuple[Month, Month | None] | Text | None:
    """Dates count by the attribute's rule; months are whole."""
    if isinstance(start, int) and (end is None or isinstance(end, int)):
        if end is not None and end < start:
            return Text("the spell ends before it begins", "结束早于开始")
        return start, end
    begin = first_day(start) if isinstance(start, int) else start
    finish = last_day(end) if isinstance(end, int) else end
    if finish is not None and finish < begin:
        return Text("the spell ends before it begins", "结束早于开始")
    return months_covered(begin, finish, attribute.counts)
