"""Facts from tables: the sheets of a workbook or the files of a folder, columns by name or label.

A sheet is an entity's (`person`, `人员`), or one attribute's own (`person.employed`, `人员.就业`: id, from, to, value).
In an entity's sheet a monthly attribute may stand as a pair of columns (`employed from`, `employed to`; `就业自`,
`就业至`), several spells as several rows with one id.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from attrs import define, field, frozen

from compiler.facts import Facts
from huice.facts.build import (
    ID_COLUMNS,
    Builder,
    RawRow,
    RawSpell,
    attribute_named,
    entity_named,
    folded,
    unknown_columns,
)
from huice.facts.cells import BLANK, NOTHING, Cell, plain
from huice.facts.faults import Fault
from lang.diagnostics import Text
from lang.model import Attribute, Entity, Program

_ENDS = re.compile(r"(?P<name>.+?)[\s_]*(?P<end>from|to|自|至|起|止|开始|结束)$", re.IGNORECASE)
_FROM = frozenset({"from", "自", "起", "开始"})


@frozen
class Table:
    """One sheet or file: a header and rows of cells, each with the number under which its reader's program shows it."""

    file: str
    sheet: str | None
    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


@define
class Columns:
    """What each column of an entity's sheet is."""

    key: int | None = None
    constants: dict[str, int] = field(factory=dict)
    starts: dict[str, int] = field(factory=dict)
    ends: dict[str, int] = field(factory=dict)
    unknown: list[str] = field(factory=list)

    @property
    def present(self) -> set[str]:
        return {*self.constants, *self.starts}


def facts_from_tables(program: Program, tables: Iterable[Table]) -> tuple[Facts, list[Fault]]:
    builder = Builder(program)
    own: list[tuple[Table, Entity, Attribute]] = []
    for table in tables:
        entity = entity_named(program, table.name)
        target = None if entity is not None else _attribute_sheet(program, table.name)
        if entity is not None:
            _read_entity(builder, table, entity)
        elif target is not None:
            own.append((table, *target))
        else:
            known = ", ".join(program.entities)
            message = Text(
                f"this table is no entity of the policy and is not read (the policy has {known})",
                f"该表不是政策中的台账，未读取（政策中有：{known}）",
            )
            builder.faults.append(Fault(message=message, file=table.file, sheet=table.sheet, severity="info"))
    for table, entity, attribute in own:
        _read_attribute(builder, table, entity, attribute)
    facts = builder.facts()
    return facts, builder.faults


def _attribute_sheet(program: Program, name: str) -> tuple[Entity, Attribute] | None:
    parts = re.split(r"[.．·]", name, maxsplit=1)
    if len(parts) == 2:
        entity = entity_named(program, parts[0])
        attribute = attribute_named(entity, parts[1]) if entity is not None else None
        return (entity, attribute) if entity is not None and attribute is not None and attribute.monthly else None
    found = [(e, a) for e in program.entities.values() if (a := attribute_named(e, name)) is not None and a.monthly]
    return found[0] if len(found) == 1 else None


def _header_faults(builder: Builder, table: Table) -> None:
    counted = Counter(folded(name) for name in table.header if name)
    for name, times in counted.items():
        if times > 1:
            message = Text(f"the column “{name}” stands here {times} times", f"栏目“{name}”出现了 {times} 次")
            builder.faults.append(Fault(message=message, file=table.file, sheet=table.sheet, row=1, column=name))


def _columns(entity: Entity, header: tuple[str, ...]) -> Columns:
    found = Columns()
    for position, raw in enumerate(header):
        name = raw.strip()
        if not name:
            continue
        attribute = attribute_named(entity, name)
        if attribute is not None:
            found.constants.setdefault(attribute.name, position)
            continue
        if folded(name) in ID_COLUMNS and found.key is None:
            found.key = position
            continue
        pair = _ENDS.fullmatch(name)
        attribute = attribute_named(entity, pair["name"]) if pair else None
        if pair and attribute is not None and attribute.monthly:
            side = found.starts if pair["end"].lower() in _FROM else found.ends
            side.setdefault(attribute.name, position)
        else:
            found.unknown.append(name)
    if found.key is None:
        identities = [a.name for a in entity.attributes.values() if a.type.base == "identity"]
        found.key = next((found.constants[name] for name in identities if name in found.constants), None)
    return found


def _read_entity(builder: Builder, table: Table, entity: Entity) -> None:
    _header_faults(builder, table)
    columns = _columns(entity, table.header)
    place: dict[str, Any] = {"file": table.file, "sheet": table.sheet}
    if columns.key is None:
        message = Text("no column “id” (编号), so no row has a key", "没有“编号”（id）列，无法识别各行")
        builder.faults.append(Fault(message=message, row=1, **place))
        return
    builder.faults += unknown_columns(columns.unknown, entity, columns.present, place)
    for number, cells in table.rows:
        if all(not plain(cell) for cell in cells):
            continue
        key = plain(cells[columns.key]) if columns.key < len(cells) else ""
        if not key:
            message = Text("this row has no id and is not used", "该行没有编号，未采用")
            builder.faults.append(Fault(message=message, row=number, column="id", **place))
            continue
        row = RawRow(entity.name, key, number, table.file, table.sheet, {}, {})
        for name, position in columns.constants.items():
            if name not in columns.starts and position < len(cells):
                row.cells[name] = cells[position]
        for name, position in columns.starts.items():
            _spell_of_pair(row, name, cells, position, columns)
        builder.add(row)


def _spell_of_pair(row: RawRow, name: str, cells: tuple[Cell, ...], position: int, columns: Columns) -> None:
    """`无` for the start: never. Both ends blank: unknown, unless another row of this key gives a spell."""
    start = cells[position] if position < len(cells) else None
    end_at = columns.ends.get(name)
    end = cells[end_at] if end_at is not None and end_at < len(cells) else None
    value_at = columns.constants.get(name)
    value = cells[value_at] if value_at is not None and value_at < len(cells) else None
    text = plain(start).lower()
    if text in NOTHING:
        row.spells[name] = []
    elif text not in BLANK:
        row.spells[name] = [RawSpell(start, None if plain(end).lower() in BLANK | {"至今"} else end, value)]
    elif plain(end).lower() not in BLANK:
        row.spells[name] = [RawSpell(start, end, value)]  # an end without a start: reported as no month


def _read_attribute(builder: Builder, table: Table, entity: Entity, attribute: Attribute) -> None:
    """A sheet of spells is complete: a row of the entity that has none here was never in that state."""
    _header_faults(builder, table)
    names = {folded(name): position for position, name in enumerate(table.header) if name}

    def column(*wanted: str) -> int | None:
        return next((names[folded(word)] for word in wanted if folded(word) in names), None)

    label = attribute.label or attribute.name
    key = column(*sorted(ID_COLUMNS), entity.name, entity.label or entity.name)
    start = column("from", "自", "起", "开始", f"{attribute.name} from", f"{label}自", f"{label}起")
    end = column("to", "至", "止", "结束", f"{attribute.name} to", f"{label}至", f"{label}止")
    value = column("value", "值", "数值", attribute.name, label)
    if key is None or start is None or (value is None and attribute.type.base != "yes/no"):
        message = Text("a sheet of spells has the columns id, from, to, value", "时段表应有列：编号、自、至、值")
        builder.faults.append(Fault(message=message, file=table.file, sheet=table.sheet, row=1))
        return
    for rows in builder.rows.get(entity.name, {}).values():
        rows[0].spells.setdefault(attribute.name, [])
    for number, cells in table.rows:
        if all(not plain(cell) for cell in cells):
            continue
        at = [cells[i] if i is not None and i < len(cells) else None for i in (key, start, end, value)]
        known = builder.rows.get(entity.name, {}).get(plain(at[0]))
        if known is None:
            message = Text(
                f"no {entity.name} has the id {plain(at[0])}", f"{entity.label or entity.name}中没有编号 {plain(at[0])}"
            )
            fault = Fault(message=message, file=table.file, sheet=table.sheet, row=number, column="id")
            builder.faults.append(fault)
            continue
        open_end = plain(at[2]).lower() in BLANK | {"至今"}
        row = RawRow(entity.name, known[0].key, number, table.file, table.sheet, {}, {})
        row.spells[attribute.name] = [RawSpell(at[1], None if open_end else at[2], at[3])]
        builder.add(row)
