"""Where in the space of worlds laws are computed, and how they are carried to each world.

A person's law depends on the world through few numbers: the rates of the chains, the share that claims, the chances of
lags. It is a polynomial in each, of a degree that the months and payments bound. So it is computed at Chebyshev points
of the range of each number, a grid of them, and interpolated to every world; the error is bounded beforehand, by the
size of the polynomial on an ellipse around the range (Trefethen, Approximation Theory and Approximation Practice,
theorem 8.2), and kept below what is asked for. Where the grid would not be smaller than the number of worlds, each
world is a point of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen

from simulator.plan import Floats

_MOST = 80  # points in one direction


@frozen(kw_only=True, eq=False)
class Coordinate:
    """A number that differs between worlds. A law is a polynomial in it of `degree` steps, each with a pair of chances
    (p, 1 − p)."""

    name: str
    values: Floats
    degree: int


@frozen(kw_only=True, eq=False)
class Points:
    """`values[name]`: the coordinate at each point. `parts`: per direction, the weights of its points in each world,
    (worlds, points of that direction); None where each world is a point."""

    size: int
    values: Mapping[str, Floats]
    parts: tuple[Floats, ...] | None

    def to_worlds(self, data: Floats) -> Floats:
        """(rows, points) → (rows, worlds)."""
        if self.parts is None:
            return data
        rows = len(data)
        if not self.parts:
            return data
        found = data.reshape(rows, *(part.shape[1] for part in self.parts))
        # The last direction by a product, the others world by world.
        result = np.tensordot(found, self.parts[-1], axes=(-1, 1))  # (rows, …, worlds)
        for part in reversed(self.parts[:-1]):
            result = np.einsum("...pw,wp->...w", result, part)
        return np.asarray(result)


def points(coordinates: Sequence[Coordinate], worlds: int, error: float = 1e-13) -> Points:
    """A grid that keeps interpolated probabilities right to `error`, or the worlds themselves."""
    still = {c.name: c.values[:1] for c in coordinates if np.ptp(c.values) == 0}
    moving = [c for c in coordinates if c.name not in still]
    if not moving:
        return Points(size=1, values=still, parts=())
    numbers = [_needed(c, error) for c in moving]
    if any(n is None for n in numbers) or float(np.prod([float(n or 1) for n in numbers])) > 0.6 * worlds:
        return Points(size=worlds, values={c.name: c.values for c in coordinates}, parts=None)
    nodes = [_chebyshev(c, n or 1) for c, n in zip(moving, numbers, strict=True)]
    grid = np.meshgrid(*nodes, indexing="ij")
    size = grid[0].size
    values = {c.name: g.reshape(-1) for c, g in zip(moving, grid, strict=True)}
    values |= {name: np.broadcast_to(v, (size,)) for name, v in still.items()}
    parts = tuple(_weights(c.values, x) for c, x in zip(moving, nodes, strict=True))
    return Points(size=size, values=values, parts=parts)


def _range(c: Coordinate) -> tuple[float, float]:
    low, high = float(c.values.min()), float(c.values.max())
    return (low + high) / 2, (high - low) / 2


def _needed(c: Coordinate, error: float) -> int | None:
    """How many points keep the error below the bound; None: too many."""
    middle, half = _range(c)
    if c.degree + 1 <= 12:
        return c.degree + 1
    best = float(c.degree + 1)
    turn = np.exp(1j * np.linspace(0, np.pi, 65))
    for rho in np.geomspace(1.2, 200, 60):
        z = middle + half * (rho * turn + 1 / (rho * turn)) / 2
        growth = c.degree * np.log(np.max(np.abs(z) + np.abs(1 - z)))
        best = min(best, (growth + np.log(4 / (rho - 1)) - np.log(error)) / np.log(rho) + 1)
    found = int(np.ceil(best))
    return found if found <= _MOST else None


def _chebyshev(c: Coordinate, n: int) -> Floats:
    middle, half = _range(c)
    return np.asarray(middle + half * np.cos((2 * np.arange(n) + 1) * np.pi / (2 * n)))


def _weights(x: Floats, nodes: Floats) -> Floats:
    """Lagrange weights by the barycentric formula: (len(x), len(nodes))."""
    n = len(nodes)
    own = (-1.0) ** np.arange(n) * np.sin((2 * np.arange(n) + 1) * np.pi / (2 * n))
    away = x[:, None] - nodes[None, :]
    hit = away == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = own / away
        found = raw / raw.sum(axis=1, keepdims=True)
    rows = hit.any(axis=1)
    found[rows] = hit[rows].astype(np.float64)
    return np.asarray(found)
