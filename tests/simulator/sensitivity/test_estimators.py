"""Indices against closed forms and against scipy, at the level of functions of the unit cube."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from attrs import frozen
from scipy.special import ndtri
from scipy.stats import sobol_indices

from simulator.plan import Floats
from simulator.sensitivity.design import design
from simulator.sensitivity.estimators import Indices, Values, indices
from simulator.sensitivity.scan import scan

Asked = Callable[[Floats, range, int], Floats]


@frozen
class Of:
    """A function of points, draws and the replication as a source."""

    at: Asked
    exact: bool = False
    unknowns_at_once: int = 2
    first_stage: int = 64

    def __call__(self, sets: Sequence[Floats], draws: range, replications: Sequence[int]) -> list[Values]:
        return [
            Values(np.array([[self.at(points, draws, k)] for k in range(1 if self.exact else wanted)]))
            for points, wanted in zip(sets, replications, strict=True)
        ]


def exact(function: Callable[[Floats], Floats]) -> Of:
    return Of(lambda points, draws, replication: function(points), exact=True)


def noisy(function: Callable[[Floats], Floats], sd: float) -> Of:
    """People of a draw and replication are the same at every point, and do more the larger the spending is."""

    def at(points: Floats, draws: range, replication: int) -> Floats:
        noise = np.random.default_rng(replication).standard_normal(4096)[draws.start : draws.stop]
        return np.asarray(function(points) * (1 + sd * noise))

    return Of(at)


def analysed(function: Of, dimensions: int, draws: int = 4096, seed: int = 1) -> Indices:
    *_, (done, sums) = scan(function, design(dimensions, draws, seed))
    assert done == draws
    return indices(sums)


def ishigami(points: Floats) -> Floats:
    x = math.pi * (2 * points - 1)
    return np.asarray(np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def close(found: Floats, error: Floats, expected: list[float], within: float = 0.04) -> None:
    """Within twice the stated interval (four standard errors), and the interval is not a mere excuse."""
    assert np.all(np.abs(found - expected) <= 2 * error + 1e-12), (found, error, expected)
    assert np.all(error < within)


def test_ishigami() -> None:
    found = analysed(exact(ishigami), 3)
    v1, v2, v13 = 0.5 * (1 + 0.1 * math.pi**4 / 5) ** 2, 49 / 8, 0.01 * math.pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    close(found.first[:, 0], found.first_error[:, 0], [v1 / v, v2 / v, 0])
    close(found.total[:, 0], found.total_error[:, 0], [(v1 + v13) / v, v2 / v, v13 / v])
    assert found.sd[0] ** 2 == pytest.approx(v, rel=0.03)
    assert found.mean[0] == pytest.approx(3.5, abs=4 * found.mean_error[0] + 1e-9)


def test_what_adds_up_has_first_order_indices_alone() -> None:
    found = analysed(exact(lambda u: 10 + 3 * u[0] + 4 * u[1]), 2)
    close(found.first[:, 0], found.first_error[:, 0], [9 / 25, 16 / 25])
    close(found.total[:, 0], found.total_error[:, 0], [9 / 25, 16 / 25])
    assert found.high[:, 0] - found.low[:, 0] == pytest.approx([2.4, 3.2])  # 0.8 of the range
    assert found.swing_error[:, 0] == pytest.approx([0, 0], abs=1e-12)


def test_a_product() -> None:
    """(1 + u)(1 + v): with c² = (1/12)/(9/4) = 1/27, S = c²/((1 + c²)² − 1), T = S (1 + c²)."""
    found = analysed(exact(lambda u: (1 + u[0]) * (1 + u[1])), 2)
    c = 1 / 27
    s = c / ((1 + c) ** 2 - 1)
    close(found.first[:, 0], found.first_error[:, 0], [s, s])
    close(found.total[:, 0], found.total_error[:, 0], [s * (1 + c), s * (1 + c)])
    # with u at its P10 the mean is 1.1 × 1.5
    assert found.low[:, 0] == pytest.approx([1.65, 1.65], rel=1e-3)


def test_people_do_not_count_as_unknowns() -> None:
    """The noise of people is ten times the spread of the unknowns' effect; two replications take it out."""
    found = analysed(noisy(lambda u: 10 + 3 * u[0] + 4 * u[1], sd=0.3), 2)
    assert np.all(np.abs(found.first[:, 0] - [9 / 25, 16 / 25]) <= 2 * found.first_error[:, 0])
    assert np.all(np.abs(found.total[:, 0] - [9 / 25, 16 / 25]) <= 2 * found.total_error[:, 0])
    assert np.all(found.first_error[:, 0] < 0.2)
    of_unknowns, of_people = 25 / 12, 0.09 * (25 / 12 + 13.5**2)
    assert abs(found.share[0] - of_unknowns / (of_unknowns + of_people)) <= 2 * found.share_error[0]


def test_what_changes_nothing_is_nothing_exactly() -> None:
    found = analysed(noisy(lambda u: 5 + u[0], sd=0.5), 3, draws=256)
    assert found.first[1:, 0].tolist() == [0, 0] and found.total[1:, 0].tolist() == [0, 0]
    assert found.total_error[1:, 0].tolist() == [0, 0]


def test_noise_alone_gives_no_index() -> None:
    """No unknown moves the mean, but each changes which people there are: there is nothing to split."""

    def at(points: Floats, draws: range, replication: int) -> Floats:
        words = np.sin(1e6 * points.sum(axis=0)) * 1e3
        return np.asarray(np.sin((replication + 1) * 977.0 * words))

    found = analysed(Of(at), 2, draws=512)
    assert np.isnan(found.first).all() and np.isnan(found.total).all()
    assert found.share[0] < 0.2


def test_a_constant_has_no_share() -> None:
    found = analysed(exact(lambda u: np.full(u.shape[1], 7.0)), 2, draws=64)
    assert np.isnan(found.share[0]) and found.first[:, 0].tolist() == [0, 0] and found.mean[0] == 7


def test_the_same_numbers_as_scipy() -> None:
    """Without the control variate, over the variance at A and B, they are scipy's `saltelli_2010`."""
    points = design(3, 1024, 5)
    a, b = ishigami(points.a), ishigami(points.b)
    changed = np.array([ishigami(points.changed(i, range(1024))) for i in range(3)])
    theirs = sobol_indices(
        func={"f_A": a[None], "f_B": b[None], "f_AB": changed[:, None]}, n=1024, method="saltelli_2010"
    )
    *_, (_, s) = scan(exact(ishigami), points)
    away = (s.a + s.b).mean() / s.number / 2
    variance = (s.aa + s.bb).mean() / s.number / 2 - away**2
    first = (s.with_b - away * s.change).mean(axis=-1) / s.number
    assert first[:, 0] / variance == pytest.approx(theirs.first_order, abs=1e-9)
    assert s.squared.mean(axis=-1)[:, 0] / s.number / variance == pytest.approx(theirs.total_order, abs=1e-9)
    ours = indices(s)
    assert ours.first[:, 0] == pytest.approx(theirs.first_order, abs=0.1)
    assert ours.total[:, 0] == pytest.approx(theirs.total_order, abs=0.1)


def test_a_dominant_unknown_is_told_exactly_enough() -> None:
    """128 draws tell an index of 0.95 to ±0.1, with people who bring as much variance; without the control: ±0.4."""
    found = analysed(noisy(lambda u: 10 + 3 * ndtri(u[0]) + 0.7 * ndtri(u[1]), sd=0.3), 2, draws=128)
    close(found.first[:, 0], found.first_error[:, 0], [9 / 9.49, 0.49 / 9.49], within=0.12)
    close(found.total[:, 0], found.total_error[:, 0], [9 / 9.49, 0.49 / 9.49], within=0.12)


def test_stages_are_analyses_of_fewer_draws() -> None:
    found = {done: indices(sums) for done, sums in scan(exact(ishigami), design(3, 512, 3))}
    assert list(found) == [64, 128, 256, 512]
    alone = analysed(exact(ishigami), 3, draws=128, seed=3)
    assert found[128].first == pytest.approx(alone.first, abs=1e-12)
    assert found[128].total_error == pytest.approx(alone.total_error, abs=1e-12)


def test_what_is_not_read_is_not_asked_for() -> None:
    asked: list[float] = []

    def at(points: Floats, draws: range, replication: int) -> Floats:
        asked.append(float(points[1].sum()))
        return np.asarray(points[0])

    *_, (_, sums) = scan(Of(at, exact=True), design(2, 64, 1), read={0})
    found = indices(sums)
    assert found.first[1, 0] == 0 and found.low[1, 0] == found.high[1, 0] == pytest.approx(found.mean[0])
    assert len(asked) == 2 + 3


@pytest.mark.slow
def test_intervals_cover() -> None:
    """Over 200 seeds the stated 95% intervals hold the true first and total index of a product in 90 to 99%."""
    c = 1 / 27
    s = c / ((1 + c) ** 2 - 1)
    inside = np.zeros(2)
    for seed in range(200):
        found = analysed(noisy(lambda u: (1 + u[0]) * (1 + u[1]), sd=0.1), 2, draws=256, seed=seed)
        inside += [
            abs(found.first[0, 0] - s) <= found.first_error[0, 0],
            abs(found.total[0, 0] - s * (1 + c)) <= found.total_error[0, 0],
        ]
    assert np.all((inside >= 180) & (inside <= 199)), inside
