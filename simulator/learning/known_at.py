"""A roster as it was known at the end of a month: nothing of what came later is left in it.

In: facts, and a month. Out: facts without the rows that tell only of later months, without later spells, with spells
that ended later still going on, and without dates that lie after it. Constants that have no date (a county, a level)
are taken as they are: a roster does not say when they were entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from compiler.facts import Facts, History, Row, Span
from lang import model
from lang.dates import Month, month_of
from lang.types import Given


def known_at(program: model.Program, facts: Facts, month: Month) -> Facts:
    tables = {}
    for entity in facts.tables:
        declared = program.entities.get(entity)
        attributes = {} if declared is None else declared.attributes
        rows = (_known(row, attributes, month) for row in facts.rows(entity).values())
        tables[entity] = [row for row in rows if row is not None]
    return Facts(tables)


def without_later_rows(program: model.Program, facts: Facts, month: Month) -> Facts:
    """Without the rows that tell of nothing before the end of the month; the others as they are."""
    tables = {}
    for entity in facts.tables:
        declared = program.entities.get(entity)
        attributes = {} if declared is None else declared.attributes
        rows = facts.rows(entity).values()
        tables[entity] = [row for row in rows if _known(row, attributes, month) is not None]
    return Facts(tables)


def _known(row: Row, attributes: Mapping[str, model.Attribute], month: Month) -> Row | None:
    """None: all that it tells of is later."""
    values: dict[str, Given | History] = {}
    dated = earlier = False
    for name, value in row.values.items():
        if isinstance(value, History):
            kept = History(tuple(_cut(span, month) for span in value.spans if span.first <= month), value.outside)
            dated |= bool(value.spans)
            earlier |= bool(kept.spans)
            values[name] = kept
            continue
        when = _when(value, attributes.get(name))
        if when is None:
            values[name] = value
            continue
        dated = True
        if when <= month:
            earlier = True
            values[name] = value
    return Row(row.key, values) if earlier or not dated else None


def _cut(span: Span, month: Month) -> Span:
    return span if span.last is not None and span.last <= month else Span(span.first, None, span.value)


def _when(value: Given, attribute: model.Attribute | None) -> Month | None:
    if isinstance(value, date):
        return month_of(value)
    if attribute is not None and attribute.type.base == "month" and isinstance(value, int):
        return value
    return None


def last_told(facts: Facts) -> Month | None:
    """The last month in which a spell begins or ends: to that month, at least, a roster is known."""
    months = [
        month
        for table in facts.tables.values()
        for row in table.values()
        for value in row.values.values()
        if isinstance(value, History)
        for span in value.spans
        for month in (span.first, span.last)
        if month is not None
    ]
    return max(months, default=None)
