"""The numbered items of an official document, held against what a program cites.

Comes in: the items, a checked program. Goes out: for each item whether it is cited (and by what), omitted with a
reason, or forgotten; and what is cited without being there. A citation of `三` is of `三` alone: its sub-items must
each be cited. A heading whose sub-items are taken care of needs no citation of its own. What is omitted is omitted with
its sub-items, but for those that are cited. An omitted item that names money is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from attrs import frozen

from lang.checking.symbols import names_of
from lang.diagnostics import Language
from lang.documents.items import Doubt, Item, OfficialDocument
from lang.documents.marks import item_name
from lang.documents.money import names_money
from lang.model import Program
from lang.tree.declarations import InForce

Status = Literal["cited", "omitted", "forgotten", "unknown"]


@frozen(kw_only=True)
class Covered:
    """One item. `by`: names of declarations (for a heading: those of its sub-items, and `through` is true). `money`:
    what an omitted item says of money, which is a finding."""

    item: str
    status: Status
    by: tuple[str, ...] = ()
    title: str | None = None
    reason: str | None = None
    money: tuple[str, ...] = ()
    through: bool = False

    @property
    def is_finding(self) -> bool:
        return self.status in ("forgotten", "unknown") or bool(self.money)

    def to_dict(self) -> dict[str, Any]:
        row: dict[str, Any] = {"item": self.item, "status": self.status, "by": list(self.by)}
        if self.title is not None:
            row["title"] = self.title
        if self.reason is not None:
            row["reason"] = self.reason
        if self.money:
            row["names_money"] = list(self.money)
        return row


@frozen
class Coverage:
    """The items in order of the document, then what is cited without being there."""

    items: tuple[Covered, ...]
    doubts: tuple[Doubt, ...] = ()

    @property
    def findings(self) -> tuple[Covered, ...]:
        return tuple(item for item in self.items if item.is_finding)

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """The JSON of `huice coverage`."""
        doubts = [{"line": d.line, "text": d.text, "reason": d.reason[language]} for d in self.doubts]
        return {"version": 1, "items": [item.to_dict() for item in self.items]} | ({"doubts": doubts} if doubts else {})


def coverage(program: Program, document: OfficialDocument) -> Coverage:
    cited = citations(program)
    omitted = omissions(program)
    items = [covered for item in document.items for covered in _cover(item, cited, omitted, None)]
    there = {item.name for item in document.walk()}
    for name in dict.fromkeys((*cited, *omitted)):
        if name not in there:
            items.append(Covered(item=name, status="unknown", by=cited.get(name, ("omit",))))
    return Coverage(tuple(items), document.doubts)


def citations(program: Program) -> dict[str, tuple[str, ...]]:
    """Item → what cites it, in order of the program."""
    found: dict[str, list[str]] = {}
    for name, cites in _citing(program):
        for cited in cites:
            by = found.setdefault(item_name(cited), [])
            if name not in by:
                by.append(name)
    return {item: tuple(by) for item, by in found.items()}


def omissions(program: Program) -> dict[str, str]:
    """Item → the reason why it is left out."""
    return {item_name(omit.item): omit.because or "" for omit in program.omissions}


def _citing(program: Program) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield program.name, program.cites
    for line in program.lines:
        if isinstance(line, InForce):
            yield "in force", line.cites
    spaces: tuple[Mapping[Any, Any], ...] = (
        program.kinds, program.sets, program.entities, program.funds, program.parameters, program.defines,
        program.tables, program.clauses, program.groups, program.limits, program.targets,
    )  # fmt: skip
    for space in spaces:
        for declared in space.values():
            yield declared.name, declared.cites
    for duty in program.duties:
        yield names_of(duty.name, duty.label).name, duty.cites
    for declared in program.properties.values():
        yield declared.name, declared.cites


def _cover(
    item: Item, cited: Mapping[str, tuple[str, ...]], omitted: Mapping[str, str], inherited: str | None
) -> list[Covered]:
    """The item and its sub-items. `inherited`: the reason for which what it stands in is omitted."""
    reason = omitted.get(item.name, inherited)
    inside = [covered for sub in item.items for covered in _cover(sub, cited, omitted, reason)]
    by = cited.get(item.name, ())
    through = not by and reason is None
    status: Status
    if by:
        status = "cited"
    elif reason is not None:
        status = "omitted"
    elif any(covered.status == "cited" for covered in inside):
        status, by = "cited", tuple(dict.fromkeys(name for covered in inside for name in covered.by))
    else:
        status = "omitted" if inside and all(covered.status == "omitted" for covered in inside) else "forgotten"
    left_out = status == "omitted"
    mine = Covered(
        item=item.name, status=status, by=by, title=item.title, reason=(reason or None) if left_out else None,
        through=through and status == "cited",
        money=names_money(item.text) if left_out and reason is not None else (),
    )  # fmt: skip
    return [mine, *inside]
