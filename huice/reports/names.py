"""Names in the reader's language: a declaration's label in Chinese, its name in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lang.checking.symbols import names_of
from lang.diagnostics import Language
from lang.model import Program


def title_of(declared: Mapping[str, Any], name: str, language: Language) -> str:
    """What a declaration is called; a name that is not declared stands for itself."""
    label = declared[name].label if name in declared else None
    return label if language == "zh" and label else name.replace("_", " ")


def member_name(program: Program, name: str, language: Language) -> str:
    """A kind's member (whichever kind it is of); `unknown` for rows of no group."""
    if name == "unknown":
        return "未知" if language == "zh" else "unknown"
    if language == "zh":
        for kind in program.kinds.values():
            for member in kind.members:
                if member.name == name and member.label:
                    return member.label
    return name.replace("_", " ")


def missing_name(program: Program, entity: str, name: str, language: Language) -> str:
    """A missing fact or parameter as a ledger lists it (`person/p2.origin` for another row's)."""
    if "/" in name:
        row, _, attribute = name.rpartition(".")
        other = row.partition("/")[0]
        if other in program.entities:
            return f"{row} {title_of(program.entities[other].attributes, attribute, language)}"
    if name in program.parameters:
        return title_of(program.parameters, name, language)
    return title_of(program.entities[entity].attributes, name, language)


def declared_name(program: Program, name: str, language: Language) -> str:
    """What a declaration of any sort is called."""
    if language == "en":
        return name.replace("_", " ")
    if name == "in force":
        return "施行期间"
    if name == "omit":
        return "不编入"
    duties = {names.name: names.label for names in (names_of(duty.name, duty.label) for duty in program.duties)}
    defines = {define.name: define.label for define in program.defines.values()}
    spaces: tuple[Mapping[str, Any], ...] = (
        program.clauses, program.targets, program.groups, program.funds, program.parameters, program.tables,
        program.sets, program.kinds, program.entities, program.properties,
    )  # fmt: skip
    for space in spaces:
        if name in space and space[name].label:
            return str(space[name].label)
    return duties.get(name) or defines.get(name) or (program.label if name == program.name else None) or name
