"""Facts from JSON: `{"person": [{"id": …, "origin": …, "employed": [["2021-03", "2022-05"]]}]}`.

A key that is absent is unknown; null says that there is none. A monthly yes/no is a list of spans, a monthly value a
list of [from, to, value]; the end null is still going on.
"""

from __future__ import annotations

import json
from typing import Any

from compiler.facts import Facts
from huice.facts.build import Builder, RawRow, RawSpell, attribute_named, entity_named, folded, unknown_columns
from huice.facts.faults import FactsError, Fault
from lang.diagnostics import Text
from lang.model import Program
from lang.types import NONE


def facts_from_json(program: Program, text: str, file: str) -> tuple[Facts, list[Fault]]:
    """Raises FactsError when the text is no JSON, or not an object of lists."""
    try:
        data = json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        message = Text(f"this is not JSON: {reason}", f"这不是有效的 JSON：{reason}")
        raise FactsError(Fault(message=message, file=file, row=row)) from None
    return facts_from_data(program, data, file)


def facts_from_data(program: Program, data: Any, file: str) -> tuple[Facts, list[Fault]]:
    """The same from Python values."""
    if not isinstance(data, dict) or not all(isinstance(rows, list) for rows in data.values()):
        message = Text(
            'facts are an object with a list of rows for each entity: {"person": [{"id": "p1", …}]}',
            '事实应为对象，每类台账一个列表：{"person": [{"id": "p1", …}]}',
        )
        raise FactsError(Fault(message=message, file=file))
    builder = Builder(program, one_row_a_key=True)
    for name, rows in data.items():
        entity = entity_named(program, str(name))
        if entity is None:
            known = ", ".join(program.entities)
            message = Text(f"no entity “{name}”; the policy has {known}", f"没有台账“{name}”；政策中有：{known}")
            builder.faults.append(Fault(message=message, file=file, sheet=str(name)))
            continue
        unknown: dict[str, None] = {}
        present: set[str] = set()
        for number, row in enumerate(rows, 1):
            _add(builder, entity.name, row, number, file, unknown, present)
        if unknown:
            place = {"file": file, "sheet": entity.name}
            builder.faults += unknown_columns(list(unknown), entity, present, place)
    facts = builder.facts()
    return facts, builder.faults


def _add(
    builder: Builder, entity: str, row: Any, number: int, file: str, unknown: dict[str, None], present: set[str]
) -> None:
    key = row.get("id") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(key, (str, int)) or isinstance(key, bool) or str(key).strip() == "":
        message = Text('a row is an object with an "id"', "每一行应为带 id 的对象")
        builder.faults.append(Fault(message=message, file=file, sheet=entity, row=number))
        return
    raw = RawRow(entity, str(key).strip(), number, file, entity, {}, {})
    for name, value in row.items():
        if folded(str(name)) == "id":
            continue
        attribute = attribute_named(builder.program.entities[entity], str(name))
        if attribute is None:
            unknown[str(name)] = None
            continue
        present.add(attribute.name)
        if isinstance(value, list):
            spells = _spells(value, attribute.type.base == "yes/no") if attribute.monthly else None
            if spells is None:
                message = (
                    Text("a spell is [from, to], of a value [from, to, value]", "时段应写作 [起, 止] 或 [起, 止, 数值]")
                    if attribute.monthly
                    else Text("this attribute has one value, not spells", "该栏目只有一个值，不分月")
                )
                builder.faults.append(raw.fault(attribute.name, message))
            else:
                raw.spells[attribute.name] = spells
        elif isinstance(value, dict):
            builder.faults.append(raw.fault(attribute.name, Text("a value was expected here", "此处应为一个值")))
        else:
            raw.cells[attribute.name] = NONE if value is None else value
    builder.add(raw)


def _spells(value: list[Any], yes_no: bool) -> list[RawSpell] | None:
    spells = []
    width = 2 if yes_no else 3
    for item in value:
        if not isinstance(item, list) or len(item) != width or isinstance(item[0], (list, dict, type(None))):
            return None
        value_given = None if yes_no else item[2]
        spells.append(RawSpell(item[0], item[1], NONE if value_given is None and not yes_no else value_given))
    return spells
