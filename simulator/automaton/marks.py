"""What an edge does to the books: payments, refusals, claims to places; each by number."""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen


@frozen(order=True)
class Label:
    """One payment. `extra`: pots, then the group of `--by` (-1 none), as the clause's labels; `arrival`: the row's
    arrival month, where that decides who is served first, else -1."""

    clause: int
    amount: int
    extra: tuple[int, ...]
    arrival: int


@frozen(order=True)
class Mark:
    """What an edge does to the books: payments by label, and (clause, ±1) of who is newly refused or paid after all."""

    payments: tuple[int, ...]
    refusals: tuple[tuple[int, int], ...] = ()


@frozen(order=True)
class PlaceClaim:
    """A claim to a place: `rank` orders who comes first (not paid last month, order known, order, arrival)."""

    clause: int
    pool: int
    places: int
    rank: tuple[int, ...]


@define(eq=False)
class Numbered:
    """Things by number, in order of first appearance."""

    items: list[Any] = field(factory=list)
    _numbers: dict[Any, int] = field(factory=dict)

    def number(self, item: Any) -> int:
        found = self._numbers.get(item)
        if found is None:
            found = self._numbers[item] = len(self.items)
            self.items.append(item)
        return found
