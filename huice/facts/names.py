"""Which attribute, entity or column a heading means: by name or label, however the words are joined."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from huice.facts.cells import plain
from huice.facts.faults import Fault
from lang.diagnostics import Text
from lang.model import Attribute, Entity, Program

ID_COLUMNS = frozenset({"id", "key", "编号", "主键"})
_UNIT = re.compile(r"(?P<name>.+?)\s*\(\s*(?P<unit>元|万元|亿元|yuan)\s*(?:/\s*月|每月|per month)?\s*\)", re.IGNORECASE)
_UNITS = {"元": 1, "yuan": 1, "万元": 10_000, "亿元": 100_000_000}


def folded(name: str) -> str:
    """Names of several words are one name however they are joined; full-width signs are their twins."""
    return "_".join(plain(name).replace("_", " ").split()).lower()


def attribute_named(entity: Entity, name: str) -> Attribute | None:
    """By name or label, words joined by spaces or `_`."""
    wanted = folded(name)
    for attribute in entity.attributes.values():
        if attribute.type.base != "many" and wanted in (folded(attribute.name), folded(attribute.label or "")):
            return attribute
    return None


def column_named(entity: Entity, title: str) -> tuple[Attribute | None, int]:
    """The attribute that a heading means, and the yuan for which a bare number under it stands (`工资（万元）`)."""
    attribute = attribute_named(entity, title)
    found = _UNIT.fullmatch(plain(title)) if attribute is None else None
    if found is None:
        return attribute, 1
    attribute = attribute_named(entity, found["name"])
    if attribute is None or attribute.type.base not in ("money", "rate"):
        return None, 1
    return attribute, _UNITS[found["unit"].lower()]


def entity_named(program: Program, name: str) -> Entity | None:
    wanted = folded(name)
    for entity in program.entities.values():
        if wanted in (folded(entity.name), folded(entity.label or "")):
            return entity
    return None


def spells_named(program: Program, name: str) -> tuple[Entity, Attribute] | None:
    """The monthly attribute whose spells a table of this name holds: `person.employed`, `人员.就业`, or the attribute
    alone where only one entity has it. A workbook cuts names at 31 signs."""
    parts = re.split(r"[.．·]", name, maxsplit=1)
    monthly = [(e, a) for e in program.entities.values() for a in e.attributes.values() if a.monthly]
    if len(parts) == 2:
        entity = entity_named(program, parts[0])
        attribute = attribute_named(entity, parts[1]) if entity is not None else None
        if entity is not None and attribute is not None:
            return (entity, attribute) if attribute.monthly else None
    found = [(e, a) for e, a in monthly if folded(name) in (folded(a.name), folded(a.label or ""))]
    if not found and len(name) == SHEET_NAME:
        found = [(e, a) for e, a in monthly if any(full[:SHEET_NAME] == name for full in sheet_names(e, a))]
    return found[0] if len(found) == 1 else None


SHEET_NAME = 31  # signs that a workbook allows


def sheet_names(entity: Entity, attribute: Attribute) -> tuple[str, str]:
    """The names of a table of spells: with labels, and with names."""
    return (
        f"{entity.label or entity.name}.{attribute.label or attribute.name}",
        f"{entity.name}.{attribute.name}".replace("_", " "),
    )


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
            faults.append(Fault(message=message, column=name, kind="column", **place))
    if ignored:
        listed = ", ".join(ignored)
        message = Text(f"ignored, not declared: {listed}", f"以下栏目未声明，已忽略：{'、'.join(ignored)}")
        faults.append(Fault(message=message, severity="info", kind="ignored", **place))
    return faults
