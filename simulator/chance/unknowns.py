"""Worlds: one value of every unknown of a scenario in every draw, quasi-random.

In: the unknowns in order of declaration, the number of draws asked for, the seed. Out: Worlds, with 16 scrambles of a
Sobol sequence of one dimension an unknown, each a power of two long (so the number of draws is rounded up to 16 × a
power of two). The scrambles are what the Monte-Carlo error is judged by. Draw d is point d // 16 of scramble d % 16.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

from lang import model
from simulator.chance.distributions import quantile
from simulator.chance.scenario_values import evaluate
from simulator.plan import BLOCKS, Floats, Worlds

_BITS = 30


def rounded_draws(draws: int) -> int:
    """The least 16 × a power of two that is not below `draws`."""
    points = 1
    while BLOCKS * points < draws:
        points *= 2
    return BLOCKS * points


def worlds(scenario: model.Scenario, draws: int, seed: int) -> Worlds:
    """The values of the scenario's unknowns. Raises SimulationError for arguments without meaning."""
    draws = rounded_draws(draws)
    dimensions = len(scenario.unknowns)
    return worlds_at(scenario, cube_points(dimensions, draws, seed) if dimensions else np.empty((0, draws)))


def worlds_at(scenario: model.Scenario, points: Floats, first: int = 0) -> Worlds:
    """The worlds at points of the unit cube, shape (unknowns, draws); `first`: the number of the first draw."""
    values: dict[str, Floats] = {}
    for u, (name, unknown) in zip(points, scenario.unknowns.items(), strict=True):
        values[name] = value_at(unknown, u, values)
    draws = points.shape[1]
    block = ((first + np.arange(draws)) % BLOCKS).astype(np.int16)
    return Worlds(draws=draws, values=values, block=block, first=first)


def value_at(unknown: model.Unknown, u: Floats, earlier: Mapping[str, Floats]) -> Floats:
    """The unknown at probability u, its arguments read from the unknowns before it."""
    return np.array(quantile(unknown.distribution, u, lambda e: evaluate(e, earlier)), np.float64)


def cube_points(dimensions: int, draws: int, seed: int, purpose: str = "unknowns") -> Floats:
    """Shape (dimensions, draws), in the open interval (0, 1). Other purposes have other scrambles."""
    from scipy.stats import qmc  # scipy.stats is slow to import

    points = np.empty((dimensions, draws))
    for block in range(BLOCKS):
        digest = hashlib.blake2b(f"huice|{seed}|{purpose}|scramble {block}".encode(), digest_size=8).digest()
        sequence = qmc.Sobol(dimensions, scramble=True, bits=_BITS, rng=int.from_bytes(digest, "little"))
        points[:, block::BLOCKS] = sequence.random(draws // BLOCKS).T
    return points + 0.5 * 2.0**-_BITS  # the middle of its cell: a point is never 0
