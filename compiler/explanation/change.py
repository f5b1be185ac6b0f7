"""A change of a row's facts, as it is told: months in a row of one fact are one change."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from compiler.explanation.trial import Setting
from compiler.interpreter.values import round_to
from compiler.ledger import yuan
from lang.dates import Month, month_text
from lang.model import Entity
from lang.types import MONEY, NONE, RATE, Given, Type


@frozen
class Change:
    """A fact of the row set to a value: from month to month, or (both None) as a constant."""

    fact: str
    value: Given
    type: Type
    first: Month | None = None
    last: Month | None = None

    def to_dict(self) -> dict[str, Any]:
        value = plain_value(self.value, self.type)
        if self.first is None or self.last is None:
            return {"fact": self.fact, "set": value}
        return {"fact": self.fact, "set": value, "from": month_text(self.first), "to": month_text(self.last)}


Changes = tuple[Change, ...]


def plain_value(value: Given, type: Type) -> Any:
    """As facts are written in JSON."""
    if value is NONE:
        return None
    if type in (MONEY, RATE) and isinstance(value, int | Fraction):
        return yuan(round_to(value, "nearest"))
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | int | str) else str(value)


def changes_of(setting: Setting, entity: Entity) -> Changes:
    found = [Change(name, value, entity.attributes[name].type, month, month) for (name, month), value in setting.slots]
    return merged(found)


def merged(changes: list[Change]) -> Changes:
    result: list[Change] = []
    for change in sorted(changes, key=lambda c: (c.fact, str(c.value), c.first or 0)):
        before = result[-1] if result else None
        if (
            before is not None
            and (before.fact, before.value) == (change.fact, change.value)
            and before.last is not None
            and change.first is not None
            and change.first <= before.last + 1
        ):
            result[-1] = evolve(before, last=change.last)
        else:
            result.append(change)
    return tuple(result)
