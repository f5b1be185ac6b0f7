"""From tables (sheets, files, frames) to parts: which table is whose, where its headings stand, what each column is.

A table is an entity's (`person`, `人员`), or one attribute's own (`person.employed`, `人员.就业`: id, from, to, value).
In an entity's table a monthly attribute may stand as a pair of columns (`employed from`, `employed to`; `就业自`,
`就业至`), several spells as several rows with one id.
"""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterable
from typing import Any

import numpy as np
from attrs import evolve, frozen

from compiler.fact_columns import FactColumns
from huice.facts.assemble import assemble
from huice.facts.cells import Cell, plain
from huice.facts.coded import Coded, Rows
from huice.facts.columns import entity_part, matches, spell_sheet
from huice.facts.faults import Fault
from huice.facts.names import entity_named, folded, spells_named
from huice.facts.parts import Part, SpellSheet
from lang.diagnostics import Text
from lang.model import Attribute, Entity, Program

TOP = 15  # rows among which the headings are looked for: titles may stand above them
EXPLAINED = frozenset({"说明", "填表说明", "notes", "选项", "lists"})  # sheets of a template that hold no rows
GUESSED = 2  # columns by which a table of another name is taken for an entity's


@frozen(eq=False)
class Table:
    """A sheet or file as read: columns of all its rows, each with the number under which its program shows it.

    `header` None: the headings are still among the rows. `hidden`: who opens the workbook does not see the sheet.
    """

    file: str
    sheet: str | None
    name: str
    columns: tuple[Coded, ...]
    numbers: Rows
    header: tuple[str, ...] | None = None
    header_row: int = 1
    hidden: bool = False

    @property
    def place(self) -> dict[str, Any]:
        return {"file": self.file, "sheet": self.sheet}

    def row(self, i: int) -> tuple[Cell, ...]:
        return tuple(column.cell(i) for column in self.columns)  # type: ignore[misc]


def facts_from_tables(
    program: Program, tables: Iterable[Table], read_by_policy: Container[tuple[str, str]] = ()
) -> tuple[FactColumns, list[Fault]]:
    """`read_by_policy`: (entity, attribute) pairs whose lack is worth a note."""
    faults: list[Fault] = []
    parts: list[Part] = []
    sheets: list[SpellSheet] = []
    read: list[tuple[Table, Entity, set[str]]] = []
    own: list[tuple[Entity, Attribute]] = []
    for table, entity, attribute in _whose(program, tables, faults):
        headed = with_header(program, table, entity, attribute, faults)
        if headed is None:
            continue
        if attribute is not None:
            sheet = spell_sheet(headed, entity, attribute, faults)
            if sheet is not None:
                sheets.append(sheet)
                own.append((entity, attribute))
            continue
        part, present = entity_part(headed, entity, faults)
        if part is not None:
            parts.append(part)
            read.append((headed, entity, present))
    _missing(read, own, read_by_policy, faults)
    columns, more = assemble(program, parts, sheets)
    return columns, faults + more


def _whose(
    program: Program, tables: Iterable[Table], faults: list[Fault]
) -> list[tuple[Table, Entity, Attribute | None]]:
    found: list[tuple[Table, Entity, Attribute | None]] = []
    others: list[Table] = []
    for table in tables:
        entity = entity_named(program, table.name)
        target = None if entity is not None else spells_named(program, table.name)
        if entity is not None:
            found.append((table, entity, None))
        elif target is not None:
            found.append((table, *target))
        elif folded(table.name) not in EXPLAINED:
            others.append(table)
    if not any(attribute is None for _, _, attribute in found) and len(others) == 1:
        guessed = _guess(program, others[0])
        if guessed is not None:
            name, label = guessed.name, guessed.label or guessed.name
            message = Text(f"read as the table of {name}", f"按{label}台账读取")
            faults.append(Fault(message=message, severity="info", **others[0].place))
            found = [(others[0], guessed, None), *found]
            others = []
    faults += [_hidden(table) for table, _, _ in found if table.hidden]
    faults += [_no_entity(program, table) for table in others]
    return found


def _hidden(table: Table) -> Fault:
    """It is read: leaving its rows out would lose people, and saying nothing would pay whom nobody sees."""
    message = Text(
        "this sheet is hidden, and its rows were read; show it and look whether they should count, or delete it",
        "该工作表已隐藏，其中各行仍已读取；请取消隐藏并核对是否应计入，不应计入的请删除该表",
    )
    return Fault(message=message, severity="warning", kind="hidden", **table.place)


def _guess(program: Program, table: Table) -> Entity | None:
    """The entity whose columns a lone table of another name has."""
    scores = []
    for entity in program.entities.values():
        rows = [table.header] if table.header is not None else [_texts(table, i) for i in range(_top(table))]
        scores.append((max((matches(entity, row) for row in rows), default=0), entity))
    best = max((score for score, _ in scores), default=0)
    leading = [entity for score, entity in scores if score == best]
    return leading[0] if best >= GUESSED and len(leading) == 1 else None


def _top(table: Table) -> int:
    return min(TOP, len(table.numbers))


def _texts(table: Table, i: int) -> tuple[str, ...]:
    return tuple("" if cell is None else str(cell) for cell in table.row(i))


def with_header(
    program: Program, table: Table, entity: Entity, attribute: Attribute | None, faults: list[Fault]
) -> Table | None:
    """The table below its headings; the row with the most headings that mean something holds them."""
    if table.header is not None:
        return table
    rows = [_texts(table, i) for i in range(_top(table))]
    if not rows:
        faults.append(Fault(message=Text("this table is empty", "该表为空"), **table.place))
        return None
    scores = [matches(entity, row, attribute) for row in rows]
    at = scores.index(max(scores)) if max(scores) else next((i for i, row in enumerate(rows) if any(row)), 0)
    number = int(table.numbers[at])
    if at and any(any(row) for row in rows[:at]):
        message = Text("the headings stand in this row; what is above it is not read", "标题行在此；其上内容未读取")
        faults.append(Fault(message=message, row=number, severity="info", **table.place))
    header = rows[at]
    while header and not header[-1].strip():
        header = header[:-1]
    below = np.arange(at + 1, len(table.numbers))
    columns = tuple(column.take(below) for column in table.columns)
    return evolve(table, columns=columns, numbers=table.numbers[below], header=header, header_row=number)


def _no_entity(program: Program, table: Table) -> Fault:
    """A table whose name is almost an entity's is an error; any other is none of ours."""
    names = {folded(n): n for e in program.entities.values() for n in (e.name, e.label) if n}
    close = difflib.get_close_matches(folded(table.name), sorted(names), 1, 0.75)
    if close:
        meant = names[close[0]]
        message = Text(
            f"no entity “{table.name}”; did you mean “{meant}”?", f"没有台账“{table.name}”，是否为“{meant}”？"
        )
        return Fault(message=message, kind="table", **table.place)
    known = ", ".join(program.entities)
    labels = "、".join(entity.label or entity.name for entity in program.entities.values())
    message = Text(
        f"this table is no entity of the policy and is not read (the policy has {known})",
        f"该表不是政策中的台账，未读取（政策中有：{labels}）",
    )
    return Fault(message=message, severity="info", kind="table", **table.place)


def _missing(
    read: Iterable[tuple[Table, Entity, set[str]]],
    own: Iterable[tuple[Entity, Attribute]],
    read_by_policy: Container[tuple[str, str]],
    faults: list[Fault],
) -> None:
    """Attributes that the policy reads and no column gives."""
    own = list(own)
    for table, entity, present in read:
        present = present | {attribute.name for of, attribute in own if of.name == entity.name}
        missing = [a for a in entity.attributes.values() if a.name not in present and a.default is None]
        missing = [a for a in missing if (entity.name, a.name) in read_by_policy]
        if missing:
            names = ", ".join(a.name.replace("_", " ") for a in missing)
            labels = "、".join(a.label or a.name for a in missing)
            message = Text(
                f"no column for: {names} (unknown in every row)", f"没有以下栏目：{labels}（各行均按未知处理）"
            )
            faults.append(Fault(message=message, severity="info", kind="missing", **table.place))


__all__ = ["EXPLAINED", "Table", "facts_from_tables", "plain", "with_header"]
