"""Making a world smaller as long as two versions still answer differently about it.

In: a world that differs, and the candidates of each fact, simplest first. Out: one of which no row can be left out, no
fact left out and no value made simpler by a single step. Each step is kept only if the answers differ as surely as
before, so the result is at least as good a witness.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.difference.asking import Differing, RowId, Values, Verdict, World
from compiler.facts import History
from lang.types import NONE, Given

MOST_ASKED = 1500
_FEW = 12  # simpler values of one fact that are tried

Pools = Mapping[tuple[str, str], list[Given | History]]
Links = Mapping[tuple[str, str], str]  # of a link attribute: the entity that it leads to


def smaller(
    world: World, verdict: Verdict, asking: Differing, pools: Pools, links: Links, most: int = MOST_ASKED
) -> World:
    limit = asking.asked + most
    going = True
    while going and asking.asked < limit:
        going = False
        for step in (lambda w: _without_rows(w, links), _without_facts, lambda w: _simpler(w, pools)):
            found = _kept(world, step(world), verdict, asking, limit)
            while found is not None:
                world, going = found, True
                found = _kept(world, step(world), verdict, asking, limit)
    return world


def _kept(world: World, proposals: Iterator[World], verdict: Verdict, asking: Differing, limit: int) -> World | None:
    """The first proposal that still differs."""
    for proposal in proposals:
        if asking.asked >= limit:
            return None
        if asking.verdict(proposal).rank >= verdict.rank:
            return proposal
    return None


def _without_rows(world: World, links: Links) -> Iterator[World]:
    """Half of an entity's rows at once, and so on down to one. Links to what is gone lead nowhere."""
    for entity in dict.fromkeys(entity for entity, _ in world):
        rows = [row for row in world if row[0] == entity]
        size = len(rows)
        while size:
            for start in range(0, len(rows), size):
                gone = frozenset(rows[start : start + size])
                if len(gone) < len(world):
                    yield {row: _unlinked(row, values, gone, links) for row, values in world.items() if row not in gone}
            size //= 2


def _unlinked(row: RowId, values: Values, gone: frozenset[RowId], links: Links) -> Values:
    def to_the_gone(name: str, value: Given | History) -> bool:
        target = links.get((row[0], name))
        return target is not None and isinstance(value, str) and (target, value) in gone

    return {name: NONE if to_the_gone(name, value) else value for name, value in values.items()}


def _without_facts(world: World) -> Iterator[World]:
    """Of all rows of an entity at once, then of one."""
    for rows, name in _places(world):
        yield {row: {n: v for n, v in values.items() if row not in rows or n != name} for row, values in world.items()}


def _simpler(world: World, pools: Pools) -> Iterator[World]:
    for rows, name in _places(world):
        pool = pools.get((next(iter(rows))[0], name), [])
        for value in pool[: min(_FEW, min(_index(pool, world[row][name]) for row in rows))]:
            yield {row: {**values, name: value} if row in rows else values for row, values in world.items()}


def _index(pool: list[Given | History], value: Given | History) -> int:
    return next((at for at, one in enumerate(pool) if type(one) is type(value) and one == value), len(pool))


def _places(world: World) -> Iterator[tuple[set[RowId], str]]:
    """Each fact: of all rows of an entity that have it, then of each."""
    for entity in dict.fromkeys(entity for entity, _ in world):
        rows = [row for row in world if row[0] == entity]
        for name in dict.fromkeys(name for row in rows for name in world[row]):
            having = [row for row in rows if name in world[row]]
            yield set(having), name
            if len(having) > 1:
                yield from (({row}, name) for row in having)
