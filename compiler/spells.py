"""Spells given as dates become months, by the attribute's rule.

In: the days from which and to which something held. Out: the months in which it counts as held. Used by the cases of a
policy and by the readers of rosters, so that both count alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from attrs import frozen

from compiler.facts import History, Span
from lang.dates import Month, first_day, last_day, month_of
from lang.model import Counting
from lang.types import UNKNOWN, Given


@frozen
class Dated:
    """`value` from the day `start` to the day `end`, both included (None: still going on)."""

    start: date
    end: date | None
    value: Given = True


def months_covered(start: date, end: date | None, counts: Counting) -> tuple[Month, Month | None] | None:
    """The first and the last month that count (last None: still going on); None when no month does.

    Full months: the spell covers the whole month. Any day: it covers a day of it. Month end: it covers its last day.
    """
    first = month_of(start)
    if counts == "full months" and start.day > 1:
        first += 1
    if end is None:
        return first, None
    last = month_of(end)
    if counts != "any day" and end != last_day(last):
        last -= 1
    return (first, last) if first <= last else None


def joined(spells: Iterable[Dated]) -> list[Dated]:
    """In order of time, with spells of one value that touch or overlap made one: 1 to 15 March and 16 March to 30 April
    cover all of March together, though neither does alone."""
    result: list[Dated] = []
    for spell in sorted(spells, key=lambda s: (s.start, s.end or date.max)):
        before = result[-1] if result else None
        if before is None or before.value != spell.value or not _touches(before, spell):
            result.append(spell)
        elif before.end is not None:
            end = None if spell.end is None else max(before.end, spell.end)
            result[-1] = Dated(before.start, end, before.value)
    return result


def _touches(before: Dated, spell: Dated) -> bool:
    return before.end is None or before.end == date.max or spell.start <= before.end + timedelta(days=1)


def history(spells: Iterable[Dated], counts: Counting, outside: Given) -> History:
    """The months of all spells. A month for which two different values are given is unknown."""
    months = []
    for spell in joined(spells):
        covered = months_covered(spell.start, spell.end, counts)
        if covered is not None:
            months.append(Span(covered[0], covered[1], spell.value))
    return History(_apart(months), outside)


def _apart(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The same months as spans that do not overlap, in order of time."""
    starts = {span.first for span in spans} | {span.last + 1 for span in spans if span.last is not None}
    cuts = sorted(starts)
    result: list[Span] = []
    for index, first in enumerate(cuts):
        values = {span.value for span in spans if span.first <= first and (span.last is None or first <= span.last)}
        if not values:
            continue
        value: Given = values.pop() if len(values) == 1 else UNKNOWN
        last = cuts[index + 1] - 1 if index + 1 < len(cuts) else None
        before = result[-1] if result else None
        if before is not None and before.last == first - 1 and before.value == value:
            result[-1] = Span(before.first, last, value)
        else:
            result.append(Span(first, last, value))
    return tuple(result)


def whole_months(first: Month, last: Month | None, value: Given = True) -> Dated:
    """A spell given as months: it covers each of them whole, so that every rule counts them."""
    return Dated(first_day(first), None if last is None else last_day(last), value)
