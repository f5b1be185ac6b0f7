"""What is known of the people: one table an entity, rows by key. The form that every evaluator reads.

A row holds what was given, and nothing else: an attribute that is not there is unknown (or takes its default, which is
the evaluator's business). NONE says that there is none. Values are those of `lang.types` (money: Fraction, in fen).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from lang.dates import Month
from lang.types import NONE, Given, Value


@frozen
class Span:
    """`value` from month `first` to month `last` (None: still going on), both included."""

    first: Month
    last: Month | None
    value: Given


@frozen
class History:
    """A monthly fact. `spans` are in order of time and do not overlap. Months outside them have the value `outside`
    (False for a yes/no; UNKNOWN, which a default replaces, for other types)."""

    spans: tuple[Span, ...]
    outside: Given

    def at(self, month: Month) -> Given:
        for span in self.spans:
            if span.first <= month and (span.last is None or month <= span.last):
                return span.value
        return self.outside


@frozen
class Row:
    """One entity. `values`: a constant, NONE, or a History; a constant given for a monthly attribute holds always."""

    key: str
    values: Mapping[str, Given | History]


def _sorted(tables: Mapping[str, Iterable[Row]]) -> dict[str, dict[str, Row]]:
    return {name: {row.key: row for row in sorted(rows, key=lambda r: r.key)} for name, rows in tables.items()}


@frozen
class Facts:
    """`tables[entity][key]` is a row; rows are kept in order of their keys, so the order given never matters."""

    tables: Mapping[str, Mapping[str, Row]] = field(converter=_sorted)

    def rows(self, entity: str) -> Mapping[str, Row]:
        return self.tables.get(entity, {})

    def first_month(self) -> Month | None:
        """The earliest month in which a history begins."""
        return min(
            (
                span.first
                for table in self.tables.values()
                for row in table.values()
                for value in row.values.values()
                if isinstance(value, History)
                for span in value.spans
            ),
            default=None,
        )


__all__ = ["NONE", "Facts", "History", "Row", "Span", "Value"]
