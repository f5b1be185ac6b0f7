"""A smaller example that still shows what was found: fewer rows, facts, months; rounder numbers; by replay only.

In: facts that show it, and how to ask. Out: facts that show it still. A fact goes if what it says is shown without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, cast

from attrs import define

from compiler.difference.asking import RowId, Values, Verdict, World, facts_of
from compiler.difference.candidates import Constants, candidates
from compiler.difference.smaller import smaller
from compiler.facts import Facts, History, Span
from compiler.proofs.finding import Policy
from lang.dates import first_day, month_of
from lang.types import NONE, Given, Value

MOST = 250  # examples that are tried

Shows = Callable[[Facts, Mapping[str, Value]], bool]


@define(eq=False)
class _Asking:
    """As `compiler.difference.asking.Differing`: `rank` 1 where the example shows it."""

    shows: Shows
    sets: Mapping[str, Value]
    subject: RowId
    asked: int = 0

    def verdict(self, world: World) -> Verdict:
        self.asked += 1
        if self.subject not in world:
            return Verdict()
        return Verdict(1, self.subject) if self.shows(facts_of(world), self.sets) else Verdict()


def minimal(
    policy: Policy, facts: Facts, sets: Mapping[str, Value], subject: RowId, shows: Shows, most: int = MOST
) -> tuple[Facts, dict[str, Value]]:
    """Facts and set parameters that still show it."""
    kept = _fewer_sets(facts, dict(sets), shows)
    asking = _Asking(shows, kept, subject)
    world: World = {
        (entity, row.key): dict(row.values) for entity, rows in facts.tables.items() for row in rows.values()
    }
    world = _trimmed(_needed(world, asking, most), asking, most)
    read = {(entity, name) for (entity, _), values in world.items() for name in values}
    attributes = {key: policy.ir.attributes[key] for key in sorted(read) if key in policy.ir.attributes}
    links = {key: about.type.name or "" for key, about in attributes.items() if about.type.base == "link"}
    constants = Constants.of([policy.ir])
    kinds = {name: tuple(m.name for m in kind.members) for name, kind in policy.model.kinds.items()}
    pools = {
        key: candidates(about, constants, kinds.get(about.type.name or "", ()))
        for key, about in attributes.items()
        if key not in links
    }
    world = smaller(world, Verdict(1, subject), cast(Any, asking), pools, links, most)
    return facts_of(world), kept


def _fewer_sets(facts: Facts, sets: dict[str, Value], shows: Shows) -> dict[str, Value]:
    """Rounder values of parameters."""
    for name, value in sets.items():
        if isinstance(value, Fraction | int) and not isinstance(value, bool):
            for round_ in (Fraction(100_000), Fraction(10_000), Fraction(100), Fraction(1)):
                tried = {**sets, name: int(round_) if isinstance(value, int) else round_}
                if round_ != value and shows(facts, tried):
                    sets = tried
                    break
    return sets


def _needed(world: World, asking: _Asking, most: int) -> World:
    """Without the facts that it is shown without: each is tried once, of all rows of its entity together."""
    for entity, name in dict.fromkeys((entity, name) for (entity, _), values in world.items() for name in values):
        fewer = {
            row: {n: v for n, v in values.items() if (row[0], n) != (entity, name)} for row, values in world.items()
        }
        if asking.asked < most and asking.verdict(fewer).rank:
            world = fewer
    return world


def _trimmed(world: World, asking: _Asking, most: int) -> World:
    """Histories with fewer and shorter spells, dates on the first of a month: half of what is too much at a time."""
    going = True
    while going and asking.asked < most:
        going = False
        for proposal in _trims(world):
            if asking.asked >= most:
                break
            if asking.verdict(proposal).rank:
                world, going = proposal, True
                break
    return world


def _trims(world: World) -> Iterator[World]:
    for entity in dict.fromkeys(entity for entity, _ in world):
        rows = [row for row in world if row[0] == entity]
        for name in dict.fromkeys(name for row in rows for name in world[row]):
            having = [row for row in rows if name in world[row]]
            groups = [having] if len(having) == 1 else [having, *([row] for row in having)]
            for group in groups:
                value = world[group[0]][name]
                alike = [row for row in group if world[row][name] == value]
                for other in _simpler(value):
                    yield {r: _with(v, name, other) if r in alike else v for r, v in world.items()}


def _at_once(value: History) -> Iterator[Given | History]:
    """All spells as one: the largest number (or each other value) in every month; a yes from the first to the last."""
    spans = value.spans
    if value.outside is False:
        yield History((Span(spans[0].first, spans[-1].last, spans[0].value),), False)
        return
    values = list(dict.fromkeys(span.value for span in spans if span.value is not NONE))
    numbers = [v for v in values if isinstance(v, int | Fraction) and not isinstance(v, bool)]
    yield from sorted(numbers, reverse=True)[:2] if numbers else values


def _with(values: Values, name: str, value: Given | History) -> Values:
    return {**values, name: value}


def _simpler(value: Given | History) -> Iterator[Given | History]:
    if isinstance(value, date) and value.day > 1:
        yield first_day(month_of(value))
    if not isinstance(value, History):
        return
    spans = value.spans
    if len(spans) > 1:
        yield from _at_once(value)
    size = len(spans) // 2
    while size:  # half of the spells, and so on down to one
        for place in range(0, len(spans), size):
            if size < len(spans) or value.outside is False:
                yield History(spans[:place] + spans[place + size :], value.outside)
        size //= 2
    if len(spans) == 1 and value.outside is False:
        yield History((), False)
    if value.outside is not False:
        return
    for place, span in enumerate(spans):
        length = None if span.last is None else span.last - span.first
        for shorter in (1, 12) if length is None else (length // 2, length - 1):
            if shorter >= 0 and (length is None or shorter < length):
                yield History(
                    (*spans[:place], Span(span.first, span.first + shorter, span.value), *spans[place + 1 :]),
                    value.outside,
                )
        if length is not None and length > 0:
            for later in dict.fromkeys((length // 2, 1)):
                if later > 0:
                    yield History(
                        (*spans[:place], Span(span.first + later, span.last, span.value), *spans[place + 1 :]),
                        value.outside,
                    )
