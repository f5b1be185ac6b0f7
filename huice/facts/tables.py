"""Facts from tables: the sheets of a workbook or the files of a folder, columns by name or label.

A sheet is an entity's (`person`, `人员`), or one attribute's own (`person.employed`, `人员.就业`: id, from, to, value).
In an entity's sheet a monthly attribute may stand as a pair of columns (`employed from`, `employed to`; `就业自`,
`就业至`), several spells as several rows with one id.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterable
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
    header_row: int = 1


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


def facts_from_tables(
    program: Program, tables: Iterable[Table], read_by_policy: Container[tuple[str, str]] = ()
) -> tuple[Facts, list[Fault]]:
    """`read_by_policy`: (entity, attribute) pairs whose lack is worth a note."""
    builder = Builder(program)
    own: list[tuple[Table, Entity, Attribute]] = []
    read: list[tuple[Table, Entity, set[str]]] = []
    for table in tables:
        entity = entity_named(program, table.name)
        target = None if entity is not None else _attribute_sheet(program, table.name)
        if entity is not None:
            present = _read_entity(builder, table, entity)
            if present is not None:
                read.append((table, entity, present))
        elif target is not None:
            own.append((table, *target))
        else:
            builder.faults.append(_no_entity(program, table))
    for table, entity, attribute in own:
        _read_attribute(builder, table, entity, attribute)
    for table, entity, present in read:
        present |= {attribute.name for _, of, attribute in own if of.name == entity.name}
        missing = [a for a in entity.attributes.values() if a.name not in present and a.default is None]
        missing = [a for a in missing if (entity.name, a.name) in read_by_policy]
        if missing:
            names = ", ".join(a.name.replace("_", " ") for a in missing)
            labels = "、".join(a.label or a.name for a in missing)
            message = Text(
                f"no column for: {names} (unknown in every row)", f"没有以下栏目：{labels}（各行均按未知处理）"
            )
            builder.faults.append(Fault(message=message, file=table.file, sheet=table.sheet, severity="info"))
    facts = builder.facts()
    return facts, builder.faults


def _no_entity(program: Program, table: Table) -> Fault:
    """A table whose name is almost an entity's is an error; any other is none of ours."""
    names = {folded(n): n for e in program.entities.values() for n in (e.name, e.label) if n}
    close = difflib.get_close_matches(folded(table.name), sorted(names), 1, 0.75)
    if close:
        meant = names[close[0]]
        message = Text(
            f"no entity “{table.name}”; did you mean “{meant}”?", f"没有台账“{table.name}”，是否为“{meant}”？"
        )
        return Fault(message=message, file=table.file, sheet=table.sheet)
    known = ", ".join(program.entities)
    labels = "、".join(entity.label or entity.name for entity in program.entities.values())
    message = Text(
        f"this table is no entity of the policy and is not read (the policy has {known})",
        f"该表不是政策中的台账，未读取（政策中有：{labels}）",
    )
    return Fault(message=message, file=table.file, sheet=table.sheet, severity="info")


def _attribute_sheet(program: Program, name: str) -> tuple[Entity, Attribute] | None:
    parts = re.split(r"[.．·]", name, maxsplit=1)
    if len(parts) == 2:
        entity = entity_named(program, parts[0])
        attribute = attribute_named(entity, parts[1]) if entity is not None else None
        return (entity, attribute) if entity is not None and attribute is not None and attribute.monthly else None
    found = [(e, a) for e in program.entities.values() if (a := attribute_named(e, name)) is not None and a.monthly]
    return found[0] if len(found) == 1 else None


def _padded(builder: Builder, table: Table) -> None:
    """Says which column names have spaces around them (they are read without)."""
    names = [name for name in table.header if name != name.strip() and name.strip()]
    if names:
        en, zh = ", ".join(f"“{n}”" for n in names), "、".join(f"“{n}”" for n in names)
        message = Text(f"spaces around column names are ignored: {en}", f"已忽略栏目名前后的空格：{zh}")
        place: dict[str, Any] = {"file": table.file, "sheet": table.sheet, "row": table.header_row}
        builder.faults.append(Fault(message=message, severity="info", **place))


def _doubled(builder: Builder, table: Table, names: list[str]) -> None:
    """One column twice: there is no telling which is meant, so neither is used."""
    en, zh = " and ".join(f"“{n}”" for n in names), "和".join(f"“{n}”" for n in names)
    message = Text(f"{en} are one column twice; neither is used", f"{zh}为同一栏目，重复出现；均未采用")
    place: dict[str, Any] = {"file": table.file, "sheet": table.sheet, "row": table.header_row}
    builder.faults.append(Fault(message=message, column=names[0], **place))


def _columns(builder: Builder, table: Table, entity: Entity) -> Columns:
    found = Columns()
    slots: dict[tuple[str, str], list[int]] = {}
    for position, raw in enumerate(table.header):
        name = raw.strip()
        if not name:
            continue
        attribute = attribute_named(entity, name)
        pair = _ENDS.fullmatch(name)
        of_pair = attribute_named(entity, pair["name"]) if pair else None
        if attribute is not None:
            slots.setdefault(("constant", attribute.name), []).append(position)
        elif folded(name) in ID_COLUMNS:
            slots.setdefault(("id", ""), []).append(position)
        elif pair and of_pair is not None and of_pair.monthly:
            side = "from" if pair["end"].lower() in _FROM else "to"
            slots.setdefault((side, of_pair.name), []).append(position)
        else:
            found.unknown.append(name)
    doubled = set()
    for (slot, of), positions in slots.items():
        if len(positions) > 1:
            _doubled(builder, table, [table.header[position].strip() for position in positions])
            doubled.add((slot, of))
    for (slot, of), positions in slots.items():
        if (slot, of) in doubled:
            continue
        if slot == "id":
            found.key = positions[0]
        elif (slot == "constant") or not doubled & {("constant", of), ("from", of), ("to", of)}:
            {"constant": found.constants, "from": found.starts, "to": found.ends}[slot][of] = positions[0]
    if ("id", "") not in slots:
        identities = [a.name for a in entity.attributes.values() if a.type.base == "identity"]
        found.key = next((found.constants[name] for name in identities if name in found.constants), None)
    return found


def _read_entity(builder: Builder, table: Table, entity: Entity) -> set[str] | None:
    """The attributes that have a column; None where no row can be told from another."""
    _padded(builder, table)
    columns = _columns(builder, table, entity)
    place: dict[str, Any] = {"file": table.file, "sheet": table.sheet}
    if columns.key is None:
        message = Text("no column “id” (编号), so no row has a key", "没有“编号”（id）列，无法识别各行")
        builder.faults.append(Fault(message=message, row=table.header_row, **place))
        return None
    builder.faults += unknown_columns(columns.unknown, entity, columns.present, place)
    for name in sorted(columns.ends.keys() - columns.starts.keys()):
        at = table.header[columns.ends[name]].strip()
        message = Text("this end has no column with the beginning, and is not used", "只有截止列而没有起始列，未采用")
        builder.faults.append(Fault(message=message, row=table.header_row, column=at, **place))
    width = len(table.header)
    for number, cells in table.rows:
        if all(not plain(cell) for cell in cells):
            continue
        key = plain(cells[columns.key]) if columns.key < len(cells) else ""
        if not key:
            message = Text("this row has no id and is not used", "该行没有编号，未采用")
            builder.faults.append(Fault(message=message, row=number, column="id", **place))
            continue
        row = RawRow(entity.name, key, number, table.file, table.sheet, {}, {})
        if any(plain(cell) for cell in cells[width:]):
            message = Text(
                "this row has more cells than there are columns (a comma without quotes?); its cells are not used",
                "该行的单元格多于栏目（数值中有未加引号的逗号？）；其内容未采用",
            )
            builder.faults.append(row.fault(None, message))
            builder.add(row)
            continue
        for name, position in columns.constants.items():
            if name not in columns.starts and position < len(cells):
                row.cells[name] = cells[position]
        for name, position in columns.starts.items():
            _spell_of_pair(row, name, cells, position, columns)
        builder.add(row)
    return columns.present


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
    _padded(builder, table)
    names: dict[str, int] = {}
    for position, name in enumerate(table.header):
        names.setdefault(folded(name), position)

    def column(*wanted: str) -> int | None:
        return next((names[folded(word)] for word in wanted if folded(word) in names), None)

    label = attribute.label or attribute.name
    key = column(*sorted(ID_COLUMNS), entity.name, entity.label or entity.name)
    start = column("from", "自", "起", "开始", f"{attribute.name} from", f"{label}自", f"{label}起")
    end = column("to", "至", "止", "结束", f"{attribute.name} to", f"{label}至", f"{label}止")
    value = column("value", "值", "数值", attribute.name, label)
    if key is None or start is None or (value is None and attribute.type.base != "yes/no"):
        message = Text("a sheet of spells has the columns id, from, to, value", "时段表应有列：编号、自、至、值")
        builder.faults.append(Fault(message=message, file=table.file, sheet=table.sheet, row=table.header_row))
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
