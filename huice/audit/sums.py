"""The sums of an audit: by standing, and the same by clause, group and person. They reconcile by construction: every
payment and every entitlement stands in one settlement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from attrs import define, frozen

from huice.audit.records import STANDINGS, Settlement, Standing


@define
class Sum:
    """`count` of settlements; fen."""

    count: int = 0
    due: int = 0
    paid: int = 0

    @property
    def difference(self) -> int:
        return self.paid - self.due

    def add(self, settlement: Settlement) -> None:
        self.count += 1
        self.due += settlement.due
        self.paid += settlement.paid


@frozen
class Sums:
    """`by`: only standings that occur, in their order."""

    all: Sum
    by: Mapping[Standing, Sum]


def sums_of(settlements: Iterable[Settlement]) -> Sums:
    whole, by = Sum(), {standing: Sum() for standing in STANDINGS}
    for settlement in settlements:
        whole.add(settlement)
        by[settlement.standing].add(settlement)
    return Sums(whole, {standing: each for standing, each in by.items() if each.count})


def sums_by(settlements: Iterable[Settlement], key: Callable[[Settlement], str]) -> dict[str, Sums]:
    """In order of first appearance, which is that of the settlements."""
    parts: dict[str, list[Settlement]] = {}
    for settlement in settlements:
        parts.setdefault(key(settlement), []).append(settlement)
    return {name: sums_of(part) for name, part in parts.items()}
