"""What each column of a headed table is: the key, a constant, an end of a spell; and the rows that are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from huice.facts.cells import BLANK, NOTHING, Raw, plain
from huice.facts.coded import EMPTY, Coded, nothing
from huice.facts.faults import Fault
from huice.facts.identities import BIRTHS
from huice.facts.names import ID_COLUMNS, attribute_named, column_named, folded, unknown_columns
from huice.facts.parts import Constant, Part, Place, SpellCells, SpellSheet
from lang.diagnostics import Text
from lang.model import Attribute, Entity

if TYPE_CHECKING:
    from huice.facts.tables import Table

Flags = NDArray[np.bool_]
EXAMPLES = ("示例（请删除）", "example (delete this row)")  # the keys of the rows that a template shows
SUMS = frozenset({"合计", "总计", "小计", "total", "sum"})
_ENDS = re.compile(r"(?P<name>.+?)[\s_]*(?P<end>from|to|自|至|起|止|开始|结束)$", re.IGNORECASE)
_FROM = frozenset({"from", "自", "起", "开始"})


@define
class Headings:
    """What stands where. `titles`: as headed, without spaces around."""

    titles: tuple[str, ...]
    key: int | None = None
    key_is_identity: bool = False
    constants: dict[str, int] = field(factory=dict)
    units: dict[str, int] = field(factory=dict)
    starts: dict[str, int] = field(factory=dict)
    ends: dict[str, int] = field(factory=dict)
    birth: int | None = None
    unknown: list[str] = field(factory=list)

    @property
    def present(self) -> set[str]:
        return {*self.constants, *self.starts}


def matches(entity: Entity, header: Sequence[str], attribute: Attribute | None = None) -> int:
    """How many of these cells are headings that mean something."""
    if attribute is not None:
        return len(_spell_columns(header, entity, attribute))
    return sum(bool(name.strip()) and _slot(entity, name.strip()) is not None for name in header)


def _slot(entity: Entity, name: str) -> tuple[str, str, int] | None:
    """(what it is, of which attribute, its unit)."""
    attribute, unit = column_named(entity, name)
    if attribute is not None:
        return "constant", attribute.name, unit
    if folded(name) in ID_COLUMNS:
        return "id", "", 1
    pair = _ENDS.fullmatch(plain(name))
    of_pair = attribute_named(entity, pair["name"]) if pair else None
    if pair and of_pair is not None and of_pair.monthly:
        return ("from" if pair["end"].lower() in _FROM else "to"), of_pair.name, 1
    return None


def find_headings(table: Table, entity: Entity, faults: list[Fault]) -> Headings:
    assert table.header is not None
    _padded(table, faults)
    found = Headings(tuple(name.strip() for name in table.header))
    slots: dict[tuple[str, str], list[int]] = {}
    for position, name in enumerate(found.titles):
        meant = _slot(entity, name) if name else None
        if meant is not None:
            what, of, unit = meant
            slots.setdefault((what, of), []).append(position)
            if what == "constant":
                found.units[of] = unit
        elif name:
            found.unknown.append(name)
            if folded(name) in BIRTHS:
                found.birth = position
    doubled = {both for both, positions in slots.items() if len(positions) > 1}
    for both in slots:
        if both in doubled:
            _doubled(table, [found.titles[position] for position in slots[both]], faults)
    for (slot, of), positions in slots.items():
        if (slot, of) in doubled:
            continue
        if slot == "id":
            found.key = positions[0]
        elif slot == "constant" or not doubled & {("constant", of), ("from", of), ("to", of)}:
            {"constant": found.constants, "from": found.starts, "to": found.ends}[slot][of] = positions[0]
    if ("id", "") not in slots:
        identities = [a.name for a in entity.attributes.values() if a.type.base == "identity"]
        found.key = next((found.constants[name] for name in identities if name in found.constants), None)
        found.key_is_identity = found.key is not None
    return found


def _padded(table: Table, faults: list[Fault]) -> None:
    """Says which column names have spaces around them (they are read without)."""
    assert table.header is not None
    names = [name for name in table.header if name != name.strip() and name.strip()]
    if names:
        en, zh = ", ".join(f"“{n}”" for n in names), "、".join(f"“{n}”" for n in names)
        message = Text(f"spaces around column names are ignored: {en}", f"已忽略栏目名前后的空格：{zh}")
        faults.append(Fault(message=message, severity="info", row=table.header_row, **table.place))


def _doubled(table: Table, names: list[str], faults: list[Fault]) -> None:
    """One column twice: there is no telling which is meant, so neither is used."""
    en, zh = " and ".join(f"“{n}”" for n in names), "和".join(f"“{n}”" for n in names)
    message = Text(f"{en} are one column twice; neither is used", f"{zh}为同一栏目，重复出现；均未采用")
    faults.append(Fault(message=message, row=table.header_row, column=names[0], kind="column", **table.place))


def entity_part(table: Table, entity: Entity, faults: list[Fault]) -> tuple[Part | None, set[str]]:
    """The rows, and the attributes that have a column; None where no row can be told from another."""
    found = find_headings(table, entity, faults)
    place = table.place
    if found.key is None:
        message = Text("no column “id” (编号), so no row has a key", "没有“编号”（id）列，无法识别各行")
        faults.append(Fault(message=message, row=table.header_row, kind="column", **place))
        return None, set()
    faults += unknown_columns(found.unknown, entity, found.present, place)
    for name in sorted(found.ends.keys() - found.starts.keys()):
        at = found.titles[found.ends[name]]
        message = Text("this end has no column with the beginning, and is not used", "只有截止列而没有起始列，未采用")
        faults.append(Fault(message=message, row=table.header_row, column=at, kind="column", **place))
    _unheaded(table, found, faults)
    rows = np.flatnonzero(~_no_rows(table, found.key, faults))
    overlong = _overlong(table, faults)[rows]
    where = Place(table.file, table.sheet, table.numbers[rows])

    def column(position: int) -> Coded:
        taken = table.columns[position].take(rows)
        if overlong.any():
            taken = Coded(np.where(overlong, EMPTY, taken.codes).astype(np.int32), taken.cells)
        return taken.used()

    constants = {
        name: Constant(found.titles[position], column(position), found.units.get(name, 1))
        for name, position in found.constants.items()
        if name not in found.starts
    }
    spells = {name: _pair(entity.attributes[name], found, column) for name in found.starts}
    spells = {name: cells for name, cells in spells.items() if not _no_values(table, entity, name, found, faults)}
    birth = None if found.birth is None else Constant(found.titles[found.birth], column(found.birth))
    key = table.columns[found.key].take(rows).used()
    part = Part(
        entity.name,
        where,
        key,
        found.titles[found.key],
        constants,
        spells,
        birth,
        key_is_identity=found.key_is_identity,
    )
    return part, found.present


def _no_values(table: Table, entity: Entity, name: str, found: Headings, faults: list[Fault]) -> bool:
    """A pair of columns for a value has to have a third with the value."""
    if entity.attributes[name].type.base == "yes/no" or name in found.constants:
        return False
    message = Text("these spells have no column with the value, and are not used", "只有起止列而没有数值列，未采用")
    title = found.titles[found.starts[name]]
    faults.append(Fault(message=message, row=table.header_row, column=title, kind="column", **table.place))
    return True


def _unheaded(table: Table, found: Headings, faults: list[Fault]) -> None:
    """Columns without a heading that hold something are said to be left out."""
    letters = [
        _letters(position)
        for position, title in enumerate(found.titles)
        if not title and table.columns[position].which(_says_something).any()
    ]
    if letters:
        en, zh = ", ".join(letters), "、".join(letters)
        message = Text(f"columns without a heading are not read: {en}", f"没有标题的列未读取：{zh}")
        faults.append(Fault(message=message, severity="info", row=table.header_row, **table.place))


def _letters(position: int) -> str:
    """A column as a spreadsheet names it."""
    text, position = "", position + 1
    while position:
        position, digit = divmod(position - 1, 26)
        text = chr(65 + digit) + text
    return text


def _says_something(cell: Raw) -> bool:
    return bool(plain(cell))  # type: ignore[arg-type]


def _no_rows(table: Table, key: int, faults: list[Fault]) -> Flags:
    """Blank rows, the example of a template, and sums below the table."""
    none = ~table.columns[key].which(_says_something)
    blank = np.flatnonzero(none)
    for column in table.columns:
        none[blank] &= ~column.take(blank).which(_says_something)
    examples = table.columns[key].which(lambda cell: isinstance(cell, str) and cell.strip() in EXAMPLES)
    sums = table.columns[key].which(lambda cell: isinstance(cell, str) and cell.strip(" 　：:").lower() in SUMS)
    for flags, message in (
        (examples, Text("the template's example, not used", "模板中的示例行，未采用")),
        (sums, Text("taken for a sum, not used", "视为合计行，未采用")),
    ):
        for i in np.flatnonzero(flags).tolist():
            faults.append(
                Fault(message=message, severity="info", kind="skipped", row=int(table.numbers[i]), **table.place)
            )
    return none | examples | sums


def _overlong(table: Table, faults: list[Fault]) -> Flags:
    """Rows with more cells than headings: there is no telling which cell slid where."""
    flags = np.zeros(len(table.numbers), np.bool_)
    assert table.header is not None
    for column in table.columns[len(table.header) :]:
        flags |= column.which(_says_something)
    message = Text(
        "this row has more cells than there are columns (a comma without quotes?); its cells are not used",
        "该行的单元格多于栏目（数值中有未加引号的逗号？）；其内容未采用",
    )
    for i in np.flatnonzero(flags).tolist():
        faults.append(Fault(message=message, row=int(table.numbers[i]), **table.place))
    return flags


def _pair(attribute: Attribute, found: Headings, column: Any) -> SpellCells:
    """`无` for the start: never. Both ends blank: unknown, unless another row of this key gives a spell."""
    name = attribute.name
    starts: Coded = column(found.starts[name])
    ends = column(found.ends[name]) if name in found.ends else nothing(len(starts))
    values = column(found.constants[name]) if name in found.constants else None
    never = starts.which(_is_nothing)
    says = ~starts.which(_is_blank) | ~ends.which(_is_blank)
    rows = np.flatnonzero(says & ~never)
    return SpellCells(
        rows=rows,
        starts=starts.take(rows),
        ends=ends.take(rows),
        values=None if values is None else values.take(rows),
        given=np.flatnonzero(says),
        title=found.titles[found.starts[name]],
        end_title=found.titles[found.ends[name]] if name in found.ends else "",
        value_title=found.titles[found.constants[name]] if name in found.constants else "",
        unit=found.units.get(name, 1),
    )


def _is_nothing(cell: Raw) -> bool:
    return plain(cell).lower() in NOTHING  # type: ignore[arg-type]


def _is_blank(cell: Raw) -> bool:
    return plain(cell).lower() in BLANK  # type: ignore[arg-type]


# ---------------------------------------------------------------- a table of spells
def _spell_columns(header: Sequence[str], entity: Entity, attribute: Attribute) -> dict[str, int]:
    names: dict[str, int] = {}
    for position, name in enumerate(header):
        if name.strip():
            names.setdefault(folded(name), position)
    label = attribute.label or attribute.name
    wanted = {
        "key": (*sorted(ID_COLUMNS), entity.name, entity.label or entity.name),
        "from": ("from", "自", "起", "开始", f"{attribute.name} from", f"{label}自", f"{label}起"),
        "to": ("to", "至", "止", "结束", f"{attribute.name} to", f"{label}至", f"{label}止"),
        "value": ("value", "值", "数值", attribute.name, label),
    }
    identities = [n for a in entity.attributes.values() if a.type.base == "identity" for n in (a.name, a.label) if n]
    wanted["key"] = (*wanted["key"], *identities)
    found = {}
    for slot, words in wanted.items():
        at = next((names[folded(word)] for word in words if folded(word) in names), None)
        if at is not None:
            found[slot] = at
    return found


def spell_sheet(table: Table, entity: Entity, attribute: Attribute, faults: list[Fault]) -> SpellSheet | None:
    """A sheet of spells is complete: a row of the entity that has none here was never in that state. Where it holds
    the template's example and nothing else, it has not been filled in, and says nothing."""
    assert table.header is not None
    _padded(table, faults)
    at = _spell_columns(table.header, entity, attribute)
    if "key" not in at or "from" not in at or ("value" not in at and attribute.type.base != "yes/no"):
        message = Text("a sheet of spells has the columns id, from, to, value", "时段表应有列：编号、自、至、值")
        faults.append(Fault(message=message, row=table.header_row, kind="column", **table.place))
        return None
    notes: list[Fault] = []
    rows = np.flatnonzero(~_no_rows(table, at["key"], notes))
    if not len(rows) and notes:
        message = Text("holds only the template's example: nothing is known from it", "仅有模板示例行：视为未填写")
        faults.append(Fault(message=message, severity="info", **table.place))
        return None
    faults += notes
    if not len(rows):
        message = Text("has no spells: nobody was ever in this state", "没有任何时段：视为各行从未有过")
        faults.append(Fault(message=message, severity="info", **table.place))
    titles = [name.strip() for name in table.header]
    place = Place(table.file, table.sheet, table.numbers[rows])

    def column(slot: str) -> Coded:
        return table.columns[at[slot]].take(rows).used() if slot in at else nothing(len(rows))

    every = np.arange(len(rows))
    cells = SpellCells(
        rows=every,
        starts=column("from"),
        ends=column("to"),
        values=column("value") if attribute.type.base != "yes/no" else None,
        given=every,
        title=titles[at["from"]],
        end_title=titles[at["to"]] if "to" in at else "",
        value_title=titles[at["value"]] if "value" in at else "",
    )
    return SpellSheet(entity.name, attribute.name, place, column("key"), cells)
