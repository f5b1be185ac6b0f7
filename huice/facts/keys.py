"""The keys of an entity: which rows of which parts are one entity, and where its row stands among all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from huice.facts.cells import Raw, plain
from huice.facts.coded import Rows, each, texts
from huice.facts.faults import Fault
from huice.facts.identities import AS_NUMBER, identity_of
from huice.facts.parsed import shown_cell
from huice.facts.parts import Part, SpellSheet
from lang.diagnostics import Text
from lang.model import Entity

NOBODY = -1  # the number of a row that cannot be told from another
_EXACT = 1e15  # from here on a workbook's numbers have lost digits
_LOST = Text(
    "this id is stored as a number, which loses its last digits; format the column as text (the row is not used)",
    "编号以数字存储，末几位已丢失；请把该列设为文本格式（该行未采用）",
)
_NONE = Text("this row has no id and is not used", "该行没有编号，未采用")


@frozen(eq=False)
class Keys:
    """`names`: the keys in order. `row_of[part][i]`: the number of the row that row i of the part is of; -1: none."""

    names: Sequence[str]
    row_of: list[Rows]
    number: dict[str, int]
    identities: bool

    def rows_named(self, sheet: SpellSheet, entity: Entity, faults: list[Fault]) -> Rows:
        """The same for a table of spells; a key that has no row is a fault each time."""
        found = [self.number.get(_key(cell, self.identities) or "", -1) for cell in sheet.key.cells]
        row_of = each(np.array(found, np.int64), sheet.key.codes, -1).astype(np.int64)
        for i in np.flatnonzero(row_of < 0).tolist():
            cell = sheet.key.cell(i)
            key = shown_cell(cell)
            label = entity.label or entity.name
            message = (
                Text(f"no {entity.name} has the id {key}", f"{label}中没有编号 {key}")
                if key
                else Text("this spell has no id and is not used", "该时段没有编号，未采用")
            )
            faults.append(sheet.place.fault(i, "id", message, key))
        return row_of


def find_keys(entity: Entity, parts: Sequence[Part], sheets: bool, faults: list[Fault]) -> Keys:
    """`sheets`: whether there are tables of spells whose keys will be asked for."""
    identities = any(part.key_is_identity for part in parts)
    written = [[_key(cell, part.key_is_identity) for cell in part.key.cells] for part in parts]
    names = sorted({key for keys in written for key in keys if key})
    number = {key: i for i, key in enumerate(names)}
    row_of = []
    for part, keys in zip(parts, written, strict=True):
        of_cell = np.fromiter((number.get(key or "", -1) for key in keys), np.int64, len(keys))
        rows = each(of_cell, part.key.codes, -1).astype(np.int64)
        for i in np.flatnonzero(rows < 0).tolist():
            cell = part.key.cell(i)
            message = _NONE if not shown_cell(cell) else AS_NUMBER if part.key_is_identity else _LOST
            faults.append(part.place.fault(i, part.key_title, message))
        row_of.append(rows)
    return Keys(texts(names), row_of, number if sheets else {}, identities)


def _key(cell: Raw, identity: bool) -> str | None:
    """None: no row can be told from another by this."""
    if isinstance(cell, float) and not abs(cell) < _EXACT:  # or not a number at all
        return None
    text = plain(cell)  # type: ignore[arg-type]
    if not identity:
        return text or None
    if isinstance(cell, (int, float)) and len(text) >= 15:
        return None
    number = identity_of(text)
    return text.upper() or None if isinstance(number, Text) else number
