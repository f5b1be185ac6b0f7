"""Values at points of the unit cube → the sums of its sensitivity analysis, stage by stage.

In: a source of `Values` at points; the design; which of its dimensions are read at all. Out: after each stage
the sums so far, every one a whole analysis of fewer draws (16 × a power of two), so that who stops a long run has what
was done. Unknowns that nothing reads are not asked for: their effect is nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np

from simulator.plan import BLOCKS, Floats
from simulator.sensitivity.design import P10, P90, Design
from simulator.sensitivity.estimators import OfUnknown, Sums, Values, of_unknown, sums

FIRST_STAGE = 4 * BLOCKS  # draws


class Source(Protocol):
    """What is analysed. `unknowns_at_once`: how many unknowns' points it is asked for in one call (more is quicker
    where a call has a cost of its own, and takes more memory). `first_stage`: draws of the first stage."""

    @property
    def unknowns_at_once(self) -> int: ...

    @property
    def first_stage(self) -> int: ...

    def __call__(self, sets: Sequence[Floats], draws: range, replications: Sequence[int]) -> list[Values]:
        """For each set of points, (dimensions, len(draws)), its values in so many replications. What is random given
        the unknowns depends on draw and replication alone, never on the point."""


def stages(draws: int, first: int = FIRST_STAGE) -> list[range]:
    """The first few draws, then always as many again."""
    edges = [0, min(draws, first)]
    while edges[-1] < draws:
        edges.append(2 * edges[-1])
    return [range(start, stop) for start, stop in pairwise(edges)]


def worlds_of(unknowns: int, draws: int, replications: int) -> int:
    """How many worlds an analysis computes, for so many unknowns that are read."""
    return draws * (replications * (2 + unknowns) + 2 * unknowns)


def scan(source: Source, points: Design, *, read: Collection[int] | None = None) -> Iterator[tuple[int, Sums]]:
    """After each stage (draws done, sums). `read`: the dimensions that the source depends on (None: all)."""
    so_far: Sums | None = None
    for stage in stages(points.draws, source.first_stage):
        centre = None if so_far is None else so_far.centre
        found = _stage(source, points, stage, range(len(points.a)) if read is None else read, centre)
        so_far = found if so_far is None else so_far + found
        yield stage.stop, so_far


def two_levels(coarse: Source, again: Source, fine: Source, points: Design, few: int, read: Collection[int]) -> Sums:
    """The sums of `fine`, which takes long, from its first few draws and all draws of `coarse`, which does not: the
    coarse ones, and what the two differ by in the few. `again` gives the coarse values of the few draws once more.

    Every sum is linear in what it is of, so this is as unbiased as `fine` in all draws (a two-level estimator, after
    Giles, Multilevel Monte Carlo Methods, 2015), and little less sure where the two are nearly the same.
    """
    whole = _stage(coarse, points, range(points.draws), read, None)
    some = range(min(few, points.draws))
    coarser = _stage(again, points, some, read, whole.centre)
    return whole.corrected(_stage(fine, points, some, read, whole.centre), coarser)


def _stage(source: Source, points: Design, draws: range, read: Collection[int], centre: Floats | None) -> Sums:
    at = slice(draws.start, draws.stop)
    sets, replications = [points.a[:, at], points.b[:, at]], [2, 2]
    waiting = sorted(read)
    of_read: dict[int, OfUnknown] = {}
    a = b = None
    while a is None or waiting:
        now, waiting = waiting[: source.unknowns_at_once], waiting[source.unknowns_at_once :]
        for i in now:
            sets += [points.changed(i, draws), points.fixed(i, draws, P10), points.fixed(i, draws, P90)]
            replications += [2, 1, 1]
        values = source(sets, draws, replications)
        if a is None:
            a, b = values[:2]
            values = values[2:]
        centre = np.asarray(a.one.mean(axis=-1)) if centre is None else centre
        assert b is not None
        for place, i in enumerate(now):
            changed, low, high = values[3 * place : 3 * place + 3]
            of_read[i] = of_unknown(a, b, changed, low, high, centre)
        sets, replications = [], []
    assert b is not None and centre is not None
    same = OfUnknown.none(a, centre)
    return sums(a, b, [of_read.get(i, same) for i in range(len(points.a))], centre)
