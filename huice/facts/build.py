"""From JSON's rows to `Facts`: cells read, spells made months, rows with one key settled. A row at a time, no arrays.

Small rosters come this way, without loading an array library. `assemble` does the same for tables, by columns; both are
held to one another by tests. Whatever cannot be read becomes unknown and a fault that names the place, so that nothing
is paid on it and no row is lost.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from attrs import define, field, frozen

from compiler.facts import Facts, History, Row, Span
from compiler.spells import Dated, joined, months_covered
from huice.facts.cells import BLANK, STILL, Raw, Wrong, plain, read_cell, read_month_or_date
from huice.facts.faults import Fault
from huice.facts.identities import BIRTHS, CONTRADICTS, born
from lang.dates import first_day, last_day
from lang.diagnostics import Text
from lang.model import Attribute, Entity, Program
from lang.types import DATE, NONE, UNKNOWN, Given


@frozen
class RawSpell:
    """One spell as written."""

    start: Raw
    end: Raw
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

    def fault(self, column: str | None, message: Text, value: Raw = None) -> Fault:
        shown = None if value is None else "null" if value is NONE else plain(value)
        return Fault(message=message, file=self.file, sheet=self.sheet, row=self.number, column=column, value=shown)


@define
class Builder:
    """Collects raw rows; `facts()` gives the tables, and `faults` every fault found."""

    program: Program
    faults: list[Fault] = field(factory=list)
    rows: dict[str, dict[str, list[RawRow]]] = field(factory=dict)

    def add(self, row: RawRow) -> None:
        self.rows.setdefault(row.entity, {}).setdefault(row.key, []).append(row)

    def facts(self) -> Facts:
        tables: dict[str, list[Row]] = {}
        for entity in self.program.entities.values():
            read = [self._row(entity, same) for same in self.rows.get(entity.name, {}).values()]
            tables[entity.name] = self._one_identity_each(entity, [row for row in read if row is not None])
        return Facts(tables)

    def _row(self, entity: Entity, same: list[RawRow]) -> Row | None:
        """None where a key stands twice: there is no telling which row is right."""
        first = same[0]
        values: dict[str, Given | History] = {}
        for name, cell in first.cells.items():
            value = self._cell(first, entity.attributes[name], cell)
            if value is not UNKNOWN:
                values[name] = value
        for name, spells in first.spells.items():
            history = self._history(first, entity.attributes[name], spells)
            if history is not None:
                values[name] = history
        for other in same[1:]:
            self.faults.append(other.fault(None, self._twice(entity, first, other)))
        if len(same) > 1:
            return None
        self._birth(entity, first, values)
        return Row(first.key, values)

    def _cell(self, row: RawRow, attribute: Attribute, cell: Raw) -> Given:
        value = read_cell(cell, attribute, self.program.kinds)
        if isinstance(value, Wrong):
            self.faults.append(row.fault(attribute.name.replace("_", " "), value.message, cell))
            return UNKNOWN
        return value

    def _twice(self, entity: Entity, first: RawRow, other: RawRow) -> Text:
        """Names what differs, where something does."""
        differing = []
        for name in {**first.cells, **other.cells}:
            said = [
                read_cell(row.cells.get(name), entity.attributes[name], self.program.kinds) for row in (first, other)
            ]
            if UNKNOWN not in said and said[0] != said[1]:
                differing.append(entity.attributes[name])
        return already(entity, other.key, str(first.number), f"第 {first.number}", differing)

    # ------------------------------------------------------------ histories
    def _history(self, row: RawRow, attribute: Attribute, spells: list[RawSpell]) -> History | None:
        """None where a spell cannot be read: then nothing is known of this attribute."""
        column = attribute.name.replace("_", " ")
        days: list[Dated] = []
        broken = False
        for spell in spells:
            found = self._days(row, attribute, spell)
            if isinstance(found, Fault):
                self.faults.append(found)
                broken = True
            else:
                days.append(found)
        apart = joined(days)
        spans: list[Span] = []
        for dated in apart:
            covered = months_covered(dated.start, dated.end, attribute.counts)
            if covered is not None:
                spans.append(Span(*covered, dated.value))
        days_overlap = any(a.end is None or b.start <= a.end for a, b in pairwise(apart))
        kept = _apart(spans)
        if kept is None or days_overlap:
            self.faults.append(row.fault(column, OVERLAP))
            return None
        return None if broken else History(tuple(kept), False if attribute.type.base == "yes/no" else UNKNOWN)

    def _days(self, row: RawRow, attribute: Attribute, spell: RawSpell) -> Dated | Fault:
        column = attribute.name.replace("_", " ")
        if spell.start is None or spell.start is NONE or plain(spell.start).lower() in BLANK:
            return row.fault(column, NO_BEGINNING)
        start = read_month_or_date(spell.start)
        if isinstance(start, Wrong):
            return row.fault(column, start.message, spell.start)
        going_on = spell.end is NONE or plain(spell.end).lower() in BLANK | STILL
        end = None if going_on or spell.end is NONE else read_month_or_date(spell.end)
        if isinstance(end, Wrong):
            return row.fault(column, end.message, spell.end)
        value: Given = True
        if attribute.type.base != "yes/no":
            value = self._cell(row, attribute, spell.value)
        first = first_day(start) if isinstance(start, int) else start
        last = last_day(end) if isinstance(end, int) else end
        if last is not None and last < first:
            return row.fault(column, BACKWARDS, spell.end)
        return Dated(first, last, value)

    # ------------------------------------------------------------ identities
    def _birth(self, entity: Entity, row: RawRow, values: dict[str, Given | History]) -> None:
        """A birth date that is not the identity number's: neither is used."""
        births = [a.name for a in entity.attributes.values() if is_birth(a) and isinstance(values.get(a.name), date)]
        for attribute in identities(entity):
            number = values.get(attribute.name)
            wrong = [name for name in births if isinstance(number, str) and values[name] != born(number)]
            for name in wrong:
                self.faults.append(row.fault(name.replace("_", " "), CONTRADICTS))
                del values[name]
            if wrong:
                del values[attribute.name]
                births = [name for name in births if name not in wrong]

    def _one_identity_each(self, entity: Entity, rows: list[Row]) -> list[Row]:
        """Two keys with one identity number are one person twice: neither is used, and both are named."""
        dropped: set[str] = set()
        for attribute in identities(entity):
            seen: dict[object, str] = {}
            for row in sorted(rows, key=lambda r: r.key):
                number = row.values.get(attribute.name)
                if isinstance(number, str) and number in seen:
                    raw = self.rows[entity.name][row.key][0]
                    message = one_identity(entity, seen[number], row.key)
                    self.faults.append(raw.fault(attribute.name.replace("_", " "), message))
                    dropped |= {seen[number], row.key}
                if isinstance(number, str):
                    seen[number] = row.key
        return [row for row in rows if row.key not in dropped]


def _apart(spans: list[Span]) -> list[Span] | None:
    """Those of one value that touch made one; None where two values share a month."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.first, s.last is None, s.last or 0)):
        last = kept[-1] if kept else None
        if last is not None and last.value == span.value and (last.last is None or span.first <= last.last + 1):
            end = None if last.last is None or span.last is None else max(last.last, span.last)
            kept[-1] = Span(last.first, end, last.value)
        elif last is not None and (last.last is None or span.first <= last.last):
            return None
        else:
            kept.append(span)
    return kept


# ---------------------------------------------------------------- what both builders say
NO_BEGINNING = Text("this spell has an end but no beginning", "该时段只有结束，没有开始")
BACKWARDS = Text("the spell ends before it begins", "结束早于开始")
OVERLAP = Text("two spells with different values overlap", "两段时间重叠而数值不同")


def identities(entity: Entity) -> list[Attribute]:
    return [a for a in entity.attributes.values() if a.type.base == "identity" and not a.monthly]


def is_birth(attribute: Attribute) -> bool:
    return attribute.type == DATE and (attribute.name in BIRTHS or (attribute.label or "") in BIRTHS)


def already(entity: Entity, key: str, row_en: str, row_zh: str, differing: list[Attribute]) -> Text:
    """`key` stands in another row too; `differing`: what the two rows say differently."""
    names = ", ".join(attribute.name.replace("_", " ") for attribute in differing)
    labels = "、".join(attribute.label or attribute.name for attribute in differing)
    return Text(
        f"{entity.name} {key} stands in row {row_en} already"
        + (f", with another value of {names}" if names else "")
        + "; neither row is used",
        f"{entity.label or entity.name} {key} 已在{row_zh} 行出现"
        + (f"，且{labels}不同" if labels else "")
        + "；两行均未采用",
    )


def one_identity(entity: Entity, first: str, second: str) -> Text:
    return Text(
        f"{entity.name} {first} and {second} have one identity number; neither row is used",
        f"{entity.label or entity.name} {first} 与 {second} 的证件号相同；两行均未采用",
    )
