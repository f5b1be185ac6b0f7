"""The order of the page: item by item as in the document, or, without one, as in the program.

Comes in: blocks, and the document with its coverage where there is one. Goes out: sections. A declaration that cites
several items is told at the first and named at the others; what cites none comes in a section of its own.
"""

from __future__ import annotations

from attrs import frozen

from huice.reports.weave.clauses import Block
from huice.reports.weave.statements import Teller
from lang.documents.coverage import Covered, coverage, omissions
from lang.documents.items import OfficialDocument
from lang.documents.marks import item_name


@frozen(kw_only=True)
class Section:
    """`text`: the official text. `named`: declarations that are told elsewhere. `in_force`: the dates cite the item."""

    item: str
    depth: int = 0
    covered: Covered
    text: str | None = None
    blocks: tuple[Block, ...] = ()
    named: tuple[Block, ...] = ()
    in_force: bool = False
    notes: tuple[str, ...] = ()


@frozen
class Woven:
    """`shared`: what cites no item."""

    sections: tuple[Section, ...]
    shared: tuple[Block, ...]


def weave(teller: Teller, document: OfficialDocument | None) -> Woven:
    blocks = teller.blocks()
    shared = tuple(block for block in blocks if not block.cites)
    covered = _in_order(teller, blocks) if document is None else list(coverage(teller.program, document).items)
    texts = {item.name: item.text for item in document.walk()} if document is not None else {}
    depths = _depths(document)
    notes = {item_name(o.item): tuple(n.text for n in o.trivia.notes) for o in teller.program.omissions}
    dates = {item_name(cited) for cited in teller.in_force_cites()}
    told: set[tuple[str, str, int]] = set()
    sections = []
    for row in covered:
        citing = [block for block in blocks if row.item in {item_name(cited) for cited in block.cites}]
        new = tuple(block for block in citing if _key(block) not in told)
        sections.append(
            Section(
                item=row.item, depth=depths.get(row.item, 0), covered=row, text=texts.get(row.item), blocks=new,
                named=tuple(block for block in citing if block not in new), in_force=row.item in dates,
                notes=notes.get(row.item, ()),
            )
        )  # fmt: skip
        told |= {_key(block) for block in new}
    return Woven(tuple(sections), shared)


def _key(block: Block) -> tuple[str, str, int]:
    return block.kind, block.name, block.span.start


def _in_order(teller: Teller, blocks: list[Block]) -> list[Covered]:
    """The items in the order in which the program comes to them."""
    places: dict[str, int] = {}
    by: dict[str, list[str]] = {}
    for block in blocks:
        for cited in block.cites:
            places.setdefault(item_name(cited), block.span.start)
            by.setdefault(item_name(cited), []).append(block.name)
    for cited in teller.in_force_cites():
        places.setdefault(item_name(cited), teller.program.span.start)
        by.setdefault(item_name(cited), []).append("in force")
    reasons = omissions(teller.program)
    for omit in teller.program.omissions:
        places.setdefault(item_name(omit.item), omit.span.start)
    return [
        Covered(item=item, status="cited" if item in by else "omitted", by=tuple(by.get(item, ())),
                reason=reasons.get(item) if item not in by else None)
        for item in sorted(places, key=lambda item: places[item])
    ]  # fmt: skip


def _depths(document: OfficialDocument | None) -> dict[str, int]:
    depths: dict[str, int] = {}
    waiting = [(item, 0) for item in (document.items if document is not None else ())]
    while waiting:
        item, depth = waiting.pop()
        depths[item.name] = depth
        waiting += [(sub, depth + 1) for sub in item.items]
    return depths
