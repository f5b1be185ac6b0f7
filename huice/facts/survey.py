"""What a roster holds and lacks: rows, faults, links that lead nowhere, clauses that cannot be decided, and for whom.

In: facts as columns, the faults of reading, and (where it was evaluated) the ledger. Out: plain data for
`huice facts check`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from compiler.fact_columns import GIVEN, Always, FactColumns, Masks, Months, Spells
from compiler.ledger import Ledger
from huice.facts.faults import Fault, masked
from huice.facts.needs import needs
from huice.programs import Loaded
from lang.diagnostics import Language

SHOWN = 3  # keys that are named as examples


@frozen
class Strangers:
    """`rows` rows of `entity` name, by the link `attribute`, rows that are not there; `examples` are some of them."""

    entity: str
    attribute: str
    rows: int
    examples: tuple[str, ...]


@frozen
class Unknown:
    """An attribute that clauses read and that `unknown` of the `rows` rows do not give."""

    entity: str
    attribute: str
    rows: int
    unknown: int
    clauses: tuple[str, ...]


@frozen
class Waiting:
    """A clause that cannot be decided for `count` rows; `missing`: for how many of them what is missing."""

    clause: str
    entity: str
    count: int
    missing: Mapping[str, int]


@frozen
class Survey:
    """`waiting` None: it was not evaluated."""

    policy: str
    entities: Mapping[str, int]
    faults: Sequence[Fault]
    strangers: Sequence[Strangers]
    unknown: Sequence[Unknown]
    waiting: Sequence[Waiting] | None

    @property
    def errors(self) -> int:
        return sum(fault.severity == "error" for fault in self.faults)

    def to_dict(self, language: Language) -> dict[str, Any]:
        return {
            "version": 1,
            "policy": self.policy,
            "entities": [{"entity": name, "rows": rows} for name, rows in self.entities.items()],
            "faults": [fault.to_dict(language) for fault in self.faults],
            "not_found": [
                {
                    "entity": s.entity,
                    "attribute": s.attribute,
                    "rows": s.rows,
                    "examples": [masked(key) for key in s.examples],
                }
                for s in self.strangers
            ],
            "unknown": [
                {
                    "entity": u.entity,
                    "attribute": u.attribute,
                    "rows": u.rows,
                    "unknown": u.unknown,
                    "clauses": list(u.clauses),
                }
                for u in self.unknown
            ],
            "undetermined": None
            if self.waiting is None
            else [
                {"clause": w.clause, "entity": w.entity, "count": w.count, "missing": dict(w.missing)}
                for w in self.waiting
            ],
        }


def survey(loaded: Loaded, columns: FactColumns, faults: Sequence[Fault], ledger: Ledger | None) -> Survey:
    assert loaded.model is not None and loaded.ir is not None
    read = needs(loaded.ir)
    unknown = []
    for (entity, name), clauses in read.items():
        rows = columns.size(entity)
        attribute = loaded.model.entities[entity].attributes[name]
        missing = _unknown(columns, entity, name) if attribute.default is None else 0
        if missing:
            unknown.append(Unknown(entity, name, rows, missing, clauses))
    order = {name: i for i, name in enumerate(loaded.model.entities)}
    return Survey(
        policy=loaded.model.name,
        entities={
            name: columns.size(name) for name in loaded.model.entities if columns.size(name) or _used(read, name)
        },
        faults=faults,
        strangers=_strangers(loaded, columns),
        unknown=sorted(unknown, key=lambda u: order[u.entity]),
        waiting=None if ledger is None else _waiting(ledger),
    )


def _used(read: Mapping[tuple[str, str], object], entity: str) -> bool:
    return any(of == entity for of, _ in read)


def _unknown(columns: FactColumns, entity: str, name: str) -> int:
    """Rows of which nothing is known here (a history that is known in part counts as known)."""
    table = columns.tables.get(entity)
    if table is None:
        return 0
    match table.columns.get(name):
        case None:
            return len(table)
        case Always(_, state):
            return 0 if state is None else int((state == 1).sum())
        case Spells() | Masks() as column:
            return 0 if column.given is None else int((~column.given).sum())
        case Months(_, _, state):
            return 0 if state is None else int((state == 1).all(axis=1).sum())


def _strangers(loaded: Loaded, columns: FactColumns) -> list[Strangers]:
    assert loaded.model is not None
    found = []
    for entity, table in columns.tables.items():
        for name, column in table.columns.items():
            attribute = loaded.model.entities[entity].attributes[name]
            if attribute.type.base != "link" or isinstance(column, Masks) or not len(column.names):
                continue
            if column.data is None:
                continue
            lost = column.data >= columns.size(attribute.type.name or "")
            if column.state is not None:
                lost &= column.state == GIVEN
            if isinstance(column, Spells):
                row = np.repeat(np.arange(len(table)), np.diff(column.offsets))
                count = len(np.unique(row[lost]))
            else:
                count = int((lost.any(axis=1) if lost.ndim == 2 else lost).sum())
            if count:
                found.append(Strangers(entity, name, count, tuple(sorted(column.names)[:SHOWN])))
    return found


def _waiting(ledger: Ledger) -> list[Waiting]:
    found: dict[str, tuple[str, int, Counter[str]]] = {}
    for entry in ledger.undetermined:
        entity, count, missing = found.get(entry.clause, (entry.entity, 0, Counter()))
        for name in entry.missing:
            missing[_short(name)] += entry.count
        found[entry.clause] = entity, count + entry.count, missing
    return [
        Waiting(clause, entity, count, dict(missing.most_common()))
        for clause, (entity, count, missing) in found.items()
    ]


def _short(name: str) -> str:
    """A fact of another row, `person/p2.origin`, without the row."""
    entity, slash, rest = name.partition("/")
    return f"{entity}.{rest.rpartition('.')[2]}" if slash else name
