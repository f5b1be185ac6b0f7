"""An array function of the unit cube → the sums of its sensitivity analysis, stage by stage.

In: a function that gives `Values` at points; the design; which of its dimensions are read at all. Out: after each stage
the sums so far, every one a whole analysis of fewer draws (16 × a power of two), so that who stops a long run has what
was done. Unknowns that nothing reads are not asked for: their effect is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import pairwise

import numpy as np

from simulator.plan import BLOCKS, Floats
from simulator.sensitivity.design import P10, P90, Design
from simulator.sensitivity.estimators import OfUnknown, Sums, Values, of_unknown, sums

# (points of shape (dimensions, n), the numbers of their draws, replications wanted) → values. What is random given the
# unknowns depends on draw and replication alone, never on the point.
Function = Callable[[Floats, range, int], Values]
FIRST_STAGE = 4 * BLOCKS  # draws


def stages(draws: int) -> list[range]:
    """The first few draws, then always as many again."""
    edges = [0, min(draws, FIRST_STAGE)]
    while edges[-1] < draws:
        edges.append(2 * edges[-1])
    return [range(start, stop) for start, stop in pairwise(edges)]


def worlds_of(unknowns: int, draws: int, replications: int) -> int:
    """How many worlds an analysis computes, for so many unknowns that are read."""
    return draws * (replications * (2 + unknowns) + 2 * unknowns)


def scan(function: Function, points: Design, *, read: Collection[int] | None = None) -> Iterator[tuple[int, Sums]]:
    """After each stage (draws done, sums). `read`: the dimensions that the function depends on (None: all)."""
    dimensions = len(points.a)
    so_far: Sums | None = None
    for stage in stages(points.draws):
        centre = None if so_far is None else so_far.centre
        found = _stage(function, points, stage, range(dimensions) if read is None else read, centre)
        so_far = found if so_far is None else so_far + found
        yield stage.stop, so_far


def _stage(function: Function, points: Design, draws: range, read: Collection[int], centre: Floats | None) -> Sums:
    at = slice(draws.start, draws.stop)
    a = function(points.a[:, at], draws, 2)
    b = function(points.b[:, at], draws, 2)
    if centre is None:
        centre = np.asarray(a.one.mean(axis=-1))
    same = OfUnknown.none(a, centre)
    found = []
    for dimension in range(len(points.a)):
        if dimension not in read:
            found.append(same)
            continue
        changed = function(points.changed(dimension, draws), draws, 2)
        low = function(points.fixed(dimension, draws, P10), draws, 1)
        high = function(points.fixed(dimension, draws, P90), draws, 1)
        found.append(of_unknown(a, b, changed, low, high, centre))
    return sums(a, b, found, centre)
