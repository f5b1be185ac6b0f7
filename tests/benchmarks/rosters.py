"""People for the benchmarks, drawn at random as arrays; none of them exists."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from compiler.fact_columns import Always, Column, FactColumns, Masks, Spells, Table
from lang import model
from lang.dates import Month

Array = NDArray[Any]
MONTHS = 60
# How many rows there are for each that a thousand people have: the notices speak of some hundred posts, leaders and
# stations in a city, and of courses and certificates for a part of those who come.
A_THOUSAND = {"person": 1000, "enterprise": 10, "certificate": 100, "training": 100, "attendance": 10}


@frozen(eq=False)
class Lite:
    """The people of `lite.policy`. `months`: (n, 60) bool; `certified`: a month from 0, −1 never."""

    months: Array
    covered: Array
    renting: Array
    organised: Array
    level: Array
    certified: Array

    def packed(self) -> Array:
        wide = np.zeros((len(self.months), 64), np.bool_)
        wide[:, :MONTHS] = self.months
        words: Array = np.packbits(wide, axis=1, bitorder="little").view("<u8").astype(np.uint64)
        return words


def lite(n: int, seed: int = 7) -> Lite:
    """A tenth is never hired; three in a hundred leave a month, three in ten of them come back within half a year."""
    random = np.random.default_rng(seed)
    hired = random.integers(0, MONTHS, n)
    hired[random.random(n) < 0.1] = -1
    months = np.zeros((n, MONTHS), np.bool_)
    at_work = np.zeros(n, np.bool_)
    back = np.full(n, -1)
    for month in range(MONTHS):
        leaves = at_work & (random.random(n) < 0.03)
        returns = leaves & (random.random(n) < 0.3)
        at_work = (at_work & ~leaves) | (hired == month) | (back == month)
        back = np.where(returns, month + random.integers(2, 7, n), back)
        months[:, month] = at_work
    level = random.choice(4, n, p=(0.7, 0.15, 0.1, 0.05)).astype(np.uint8)
    certified = np.where(level > 0, random.integers(0, MONTHS, n), -1).astype(np.int16)
    flags = [random.random(n) < share for share in (0.6, 0.5, 0.2)]
    return Lite(months, flags[0], flags[1], flags[2], level, certified)


# ---------------------------------------------------------------- rosters for any policy
def sizes(program: model.Program, people: int) -> dict[str, int]:
    """Rows by entity; one for each thousand people of whatever A_THOUSAND does not name."""
    return {name: max(1, people * A_THOUSAND.get(name, 1) // 1000) for name in program.entities}


def roster(program: model.Program, people: int, first: Month, seed: int = 1) -> FactColumns:
    """Everything given: yes/no by the month as bits, money by the month as three spells a row, links at random."""
    random = np.random.default_rng(seed)
    rows = sizes(program, people)
    tables = {}
    for entity in program.entities.values():
        n = rows[entity.name]
        columns: dict[str, Column] = {}
        for attribute in entity.attributes.values():
            made = _column(program, attribute, n, rows, first, random)
            if made is not None:
                columns[attribute.name] = made
        tables[entity.name] = Table([f"{row:07d}" for row in range(n)], columns)
    return FactColumns(tables)


def _column(
    program: model.Program, attribute: model.Attribute, n: int, rows: dict[str, int], first: Month, random: Any
) -> Column | None:
    match attribute.type.base:
        case "yes/no" if attribute.monthly:
            begin, length = random.integers(0, MONTHS, n), random.integers(1, 40, n)
            begin[random.random(n) < 0.1] = 64
            end = np.minimum(begin + length, 64)
            below = np.append((np.uint64(1) << np.arange(64, dtype=np.uint64)) - np.uint64(1), np.uint64(2**64 - 1))
            return Masks(first, MONTHS, (below[end] & ~below[begin])[:, None])
        case "yes/no":
            return Always(random.random(n) < 0.6)
        case "kind":
            members = len(program.kinds[attribute.type.name or ""].members)
            return Always(random.integers(0, members, n).astype(np.int16))
        case "date":
            return Always((737_577 + random.integers(0, 1800, n)).astype(np.int32))  # from 2020-06-01 on
        case "link":
            return Always(random.integers(0, rows[attribute.type.name or ""], n).astype(np.int32))
        case "money" | "rate" | "count" | "share":
            high = {"count": 60, "share": 1_000_000}.get(attribute.type.base, 900_000)
            return _spells(n, high, first, random) if attribute.monthly else Always(random.integers(0, high, n))
        case _:
            return None


def _spells(n: int, high: int, first: Month, random: Any) -> Spells:
    cuts = random.integers(5, 25, (n, 2)).cumsum(axis=1)
    begin = np.concatenate([np.zeros((n, 1), np.int64), cuts], axis=1) + first
    end = np.concatenate([cuts - 1, np.full((n, 1), MONTHS - 1)], axis=1) + first
    return Spells(
        np.arange(n + 1) * 3,
        begin.ravel().astype(np.int32),
        end.ravel().astype(np.int32),
        random.integers(0, high, n * 3),
    )
