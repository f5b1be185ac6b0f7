"""Plain records of facts as columns (`compiler.fact_columns`), the other way than `to_facts`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from compiler import ir
from compiler.fact_columns import (
    ALWAYS,
    DTYPES,
    FOREVER,
    GIVEN,
    NONE_STATE,
    UNKNOWN_STATE,
    Always,
    Column,
    FactColumns,
    Spells,
    Table,
)
from compiler.facts import Facts, History, Row
from lang.dates import Duration
from lang.types import NONE, UNKNOWN, Given

Codes = Mapping[str, Mapping[str, int]]  # of kinds: the number of each member


def columns_of(facts: Facts, program: ir.Program, codes: Codes) -> FactColumns:
    """Rows in order of their keys. Attributes of text are left out: nothing turns on them."""
    keys = {entity: tuple(table) for entity, table in facts.tables.items()}
    tables: dict[str, Table] = {}
    for entity, of_entity in keys.items():
        rows = [facts.tables[entity][key] for key in of_entity]
        columns: dict[str, Column] = {}
        for (owner, name), about in program.attributes.items():
            if owner == entity and about.type.base not in ("text", "identity", "many", "none"):
                columns[name] = _column(about, rows, codes, keys.get(about.type.name or "", ()))
        tables[entity] = Table(of_entity, columns)
    return FactColumns(tables)


def _column(about: ir.Attribute, rows: list[Row], codes: Codes, target: tuple[str, ...]) -> Column:
    encode = _Encoder(about, codes, target)
    given = [row.values.get(about.name, UNKNOWN) for row in rows]
    dtype = DTYPES[about.type.base]
    if not about.monthly and not any(isinstance(value, History) for value in given):
        cells = [encode(value) for value in given if not isinstance(value, History)]
        data = np.array([cell for cell, _ in cells], dtype)
        return Always(data, np.array([state for _, state in cells], np.uint8), encode.names)
    offsets, first, last = [0], [], []
    spans: list[tuple[Any, int]] = []
    for value in given:
        if isinstance(value, History):
            for span in value.spans:
                first.append(span.first)
                last.append(FOREVER if span.last is None else span.last)
                spans.append(encode(span.value))
        elif value is not UNKNOWN:
            first.append(ALWAYS)
            last.append(FOREVER)
            spans.append(encode(value))
        offsets.append(len(spans))
    return Spells(
        np.array(offsets, np.int64),
        np.array(first, np.int32),
        np.array(last, np.int32),
        np.array([cell for cell, _ in spans], dtype),
        np.array([state for _, state in spans], np.uint8),
        np.array([value is not UNKNOWN for value in given], np.bool_),
        encode.names,
    )


class _Encoder:
    """A value as (number, state)."""

    def __init__(self, about: ir.Attribute, codes: Codes, target: tuple[str, ...]) -> None:
        self.about, self.codes = about, codes
        self.rows = {key: number for number, key in enumerate(target)}
        self.size = len(target)
        self.names: list[str] = []

    def __call__(self, value: Given) -> tuple[Any, int]:
        if value is UNKNOWN:
            return 0, UNKNOWN_STATE
        if value is NONE:
            return 0, NONE_STATE
        return self._number(value), GIVEN

    def _number(self, value: Any) -> int:
        match self.about.type.base:
            case "kind":
                return self.codes[self.about.type.name or ""][value]
            case "link":
                if value not in self.rows:
                    self.rows[value] = self.size + len(self.names)
                    self.names.append(value)
                return self.rows[value]
            case "date":
                assert isinstance(value, date)
                return value.toordinal()
            case "duration":
                return value.count * 2 + (value.unit == "days") if isinstance(value, Duration) else int(value) * 2
            case "share" | "number":
                return int(Fraction(value) * 1_000_000)
            case _:
                return int(value)
