"""Facts from JSON: `{"person": [{"id": …, "origin": …, "employed": [["2021-03", "2022-05"]]}]}`.

A key that is absent is unknown; null says that there is none. A monthly yes/no is a list of spans, a monthly value a
list of [from, to, value]; the end null is still going on.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from compiler.facts import Facts
from huice.facts.build import Builder, RawRow, RawSpell
from huice.facts.cells import LONGEST
from huice.facts.faults import FactsError, Fault
from huice.facts.names import attribute_named, entity_named, folded, unknown_columns
from lang.diagnostics import Text
from lang.model import Program
from lang.types import NONE

_SURROGATE = re.compile(r"\\u[dD][89abAB]")


def facts_from_json(program: Program, written: bytes, file: str) -> tuple[Facts, list[Fault]]:
    """Raises FactsError when the bytes are no JSON, or not an object of lists."""
    twice: list[str] = []

    def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object; a key that stands in it twice counts as absent, for there is no telling which is meant."""
        found = dict(pairs)
        if len(found) < len(pairs):
            counted = Counter(key for key, _ in pairs)
            for key in [key for key, times in counted.items() if times > 1]:
                twice.append(key)
                del found[key]
        return found

    try:
        text = written.decode("utf-8-sig")
        data = json.loads(
            text, parse_float=str, parse_int=_integer, parse_constant=_no_number, object_pairs_hook=once_each
        )
        if _SURROGATE.search(text):
            json.dumps(data, ensure_ascii=False).encode()
    except UnicodeDecodeError:
        message = Text("JSON must be UTF-8", "JSON 应为 UTF-8 编码")
        raise FactsError(Fault(message=message, file=file)) from None
    except UnicodeEncodeError:
        message = Text("this is not JSON: half of a surrogate pair", "这不是有效的 JSON：代理对不完整")
        raise FactsError(Fault(message=message, file=file)) from None
    except json.JSONDecodeError as error:
        message = Text(f"this is not JSON: {error.msg}", f"这不是有效的 JSON：{error.msg}")
        raise FactsError(Fault(message=message, file=file, row=error.lineno)) from None
    except ValueError as error:
        message = Text(f"this is not JSON: {error}", f"这不是有效的 JSON：{error}")
        raise FactsError(Fault(message=message, file=file)) from None
    except RecursionError:
        message = Text("this JSON is nested too deeply", "该 JSON 嵌套过深")
        raise FactsError(Fault(message=message, file=file)) from None
    facts, faults = facts_from_data(program, data, file)
    for key in dict.fromkeys(twice):
        message = Text(f"“{key}” stands twice in one object; neither is used", f"“{key}”在同一对象中出现两次；均未采用")
        faults.append(Fault(message=message, file=file, column=key))
    return facts, faults


def _integer(digits: str) -> int | str:
    """A number too long to be anything stays text, and is reported with its row."""
    return int(digits) if len(digits) <= LONGEST else digits


def _no_number(name: str) -> Any:
    raise ValueError(name)


def facts_from_data(program: Program, data: Any, file: str) -> tuple[Facts, list[Fault]]:
    """The same from Python values."""
    if not isinstance(data, dict) or not all(isinstance(rows, list) for rows in data.values()):
        message = Text(
            'facts are an object with a list of rows for each entity: {"person": [{"id": "p1", …}]}',
            '事实应为对象，每类台账一个列表：{"person": [{"id": "p1", …}]}',
        )
        raise FactsError(Fault(message=message, file=file))
    builder = Builder(program)
    for name, rows in data.items():
        entity = entity_named(program, str(name))
        if entity is None:
            known = ", ".join(program.entities)
            message = Text(f"no entity “{name}”; the policy has {known}", f"没有台账“{name}”；政策中有：{known}")
            builder.faults.append(Fault(message=message, file=file, sheet=str(name), kind="table"))
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
    seen: set[str] = set()
    for name, value in row.items():
        if folded(str(name)) == "id":
            continue
        attribute = attribute_named(builder.program.entities[entity], str(name))
        if attribute is None:
            unknown[str(name)] = None
            continue
        if attribute.name in seen:
            message = Text("stands twice in this row, by name and by label", "在该行中以名称和标签各出现一次")
            builder.faults.append(raw.fault(attribute.name, message))
            raw.cells.pop(attribute.name, None)
            raw.spells.pop(attribute.name, None)
            continue
        seen.add(attribute.name)
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
