"""The smallest person and history for whom two versions of a clause answer differently: a bounded, repeatable search.

In: two compiled versions and the name of a clause. Out: facts, or None (which proves nothing). Rows are drawn from the
candidates of candidates.py, most of them near the last ones that were paid; what differs is then made smaller
(smaller.py). There is no clock and no seed to choose: the same two versions give the same person.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random

from attrs import define, field, frozen

from compiler import ir
from compiler.difference.asking import Differing, RowId, Values, Verdict, World, facts_of, only
from compiler.difference.candidates import MOST_MEMBERS, Constants, candidates, member_counts
from compiler.difference.smaller import Pools, smaller
from compiler.facts import Facts, History
from lang.dates import Duration, first_day
from lang.types import NONE, Given, Value

TRIES = 1200
_CORPUS = 24  # worlds in which somebody is paid, from which the next are made


@frozen(kw_only=True)
class Found:
    """`subject` is the row of the clause's entity. `sets`: values of parameters that the policy leaves open."""

    facts: Facts
    subject: RowId
    sets: Mapping[str, Value]


def search(
    a: ir.Program, b: ir.Program, clause: str, kinds: Mapping[str, tuple[str, ...]], tries: int = TRIES
) -> Found | None:
    """`kinds`: the members of each kind that both versions know."""
    parts = only(a, clause), only(b, clause)
    given = [part for part in parts if part is not None]
    sets = open_parameters(given)
    asking = Differing(clause, parts, sets)
    drawing = _drawing(given, clause, kinds)
    best, verdict = _first(drawing, asking, tries)
    if best is None:
        return None
    small = smaller(best, verdict, asking, drawing.pools, drawing.links)
    numbered = _numbered(small, drawing.links)
    if asking.verdict(numbered).rank == asking.verdict(small).rank:
        small = numbered
    subject = asking.verdict(small).subject
    assert subject is not None
    return Found(facts=facts_of(small), subject=subject, sets=sets)


def _first(drawing: _Drawing, asking: Differing, tries: int) -> tuple[World | None, Verdict]:
    """The first world in which decided answers differ; else the first in which answers differ at all."""
    best: World | None = None
    verdict = Verdict()
    corpus: list[World] = []
    for number in range(tries):
        if asking.asked > tries:  # worlds of many rows count for more
            break
        world = drawing.near(corpus[number % len(corpus)]) if corpus and number % 4 else drawing.fresh()
        found = asking.verdict(world)
        if found.rank > verdict.rank:
            best, verdict = world, found
        if verdict.rank == 2:
            break
        if found.pays:
            corpus = [*corpus[-_CORPUS + 1 :], world]
    return best, verdict


def _numbered(world: World, links: Mapping[tuple[str, str], str]) -> World:
    """The rows of each entity numbered from 1."""
    keys: dict[RowId, str] = {}
    for entity, key in world:
        width = len(str(sum(of == entity for of, _ in world)))
        keys[entity, key] = f"{entity[0]}{sum(of == entity for of, _ in keys) + 1:0{width}}"

    def value_of(row: RowId, name: str, value: Given | History) -> Given | History:
        target = links.get((row[0], name))
        return keys.get((target, value), value) if target is not None and isinstance(value, str) else value

    return {
        (row[0], keys[row]): {name: value_of(row, name, value) for name, value in values.items()}
        for row, values in world.items()
    }


def open_parameters(parts: list[ir.Program]) -> dict[str, Value]:
    """A value for each parameter that the clause reads and that a version gives none."""
    sets: dict[str, Value] = {}
    for part in parts:
        read = {stream.op.parameter for stream in part.streams if isinstance(stream.op, ir.Parameter)}
        for name in sorted(read):
            parameter = part.parameters[name]
            if not parameter.values:
                sets[name] = _ordinary(parameter, part)
    return sets


def _ordinary(parameter: ir.ParameterValues, part: ir.Program) -> Value:
    match parameter.type.base:
        case "money" | "rate":
            return Fraction(100_000)
        case "share":
            return Fraction(1, 2)
        case "date":
            return first_day(part.first)
        case "month":
            return part.first
        case "duration":
            return Duration(6, parameter.unit)
        case "yes/no":
            return True
        case "count":
            return 2
        case _:
            return Fraction(1)


# ---------------------------------------------------------------- drawing
@define(eq=False)
class _Drawing:
    """`links`: for a link attribute the entity that it leads to. `counted`: for an entity whose rows are counted, or
    compete for places, the numbers of rows to try."""

    entity: str
    attributes: Mapping[tuple[str, str], ir.Attribute]
    pools: Pools
    links: Mapping[tuple[str, str], str]
    counted: Mapping[str, list[int]]
    random: Random = field(factory=lambda: Random(20250101))

    @property
    def entities(self) -> list[str]:
        named = [self.entity, *(entity for entity, _ in self.attributes), *self.links.values(), *self.counted]
        return list(dict.fromkeys(named))

    def fresh(self) -> World:
        world: World = {}
        for entity in self.entities:
            prototype = self._values(entity)
            for number in range(1, self._rows(entity) + 1):
                world[entity, f"{entity[0]}{number}"] = dict(prototype)
        return world

    def _rows(self, entity: str) -> int:
        counts = self.counted.get(entity)
        return 1 if counts is None else self.random.choice(counts)

    def _values(self, entity: str) -> Values:
        return {name: self._value((of, name)) for of, name in self.attributes if of == entity}

    def _value(self, attribute: tuple[str, str]) -> Given | History:
        if attribute in self.links:
            target = self.links[attribute]
            return NONE if self.random.random() < 0.1 else f"{target[0]}1"
        pool = self.pools[attribute]
        return pool[int(len(pool) * self.random.random() ** 1.5)]

    def near(self, world: World) -> World:
        """The world with one or two facts, or the number of rows, drawn anew; of rows that are counted mostly all."""
        new = {row: dict(values) for row, values in world.items()}
        for _ in range(self.random.choice((1, 1, 2))):
            if self.counted and self.random.random() < 0.2:
                self._recount(new)
            if not self.attributes:
                continue
            entity, name = self.random.choice(list(self.attributes))
            rows = [row for row in new if row[0] == entity]
            value = self._value((entity, name))
            for row in rows if self.random.random() < 0.7 else [self.random.choice(rows)]:
                new[row][name] = value
        return new

    def _recount(self, world: World) -> None:
        entity = self.random.choice(list(self.counted))
        rows = [row for row in world if row[0] == entity]
        for row in rows[1:]:
            del world[row]
        for number in range(2, self._rows(entity) + 1):
            world[entity, f"{entity[0]}{number}"] = dict(world[rows[0]])


def _drawing(parts: list[ir.Program], clause: str, kinds: Mapping[str, tuple[str, ...]]) -> _Drawing:
    constants = Constants.of(parts)
    attributes: dict[tuple[str, str], ir.Attribute] = {}
    counted: dict[str, list[int]] = {}
    several = member_counts(constants)
    for part in parts:
        for stream in part.streams:
            match stream.op:
                case ir.Fact(name) if stream.entity is not None:
                    attributes.setdefault((stream.entity, name), part.attributes[stream.entity, name])
                case ir.Aggregate(_, entity, via):
                    counted[entity] = several
                    if via is not None:
                        attributes.setdefault((entity, via), part.attributes[entity, via])
        for quota in part.quotas.values():
            places = part.streams[quota.places].op
            if isinstance(places, ir.Constant) and isinstance(places.value, int) and places.value <= MOST_MEMBERS:
                several = sorted({*several, places.value, places.value + 1})
            counted[part.clauses[quota.clause].entity] = several
    links = {key: a.type.name or "" for key, a in attributes.items() if a.type.base == "link"}
    pools = {
        key: candidates(attribute, constants, kinds.get(attribute.type.name or "", ()))
        for key, attribute in attributes.items()
        if key not in links
    }
    attributes = {key: a for key, a in attributes.items() if key in links or pools[key]}
    entity = next(part.clauses[clause].entity for part in parts)
    return _Drawing(entity, attributes, pools, links, counted)
