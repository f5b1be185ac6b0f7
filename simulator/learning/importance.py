"""Unknowns that are tied: weighted candidates from around the posterior's mode, resampled.

In: a scenario, the tied unknowns, the terms that read them. Out: values of each by draw, without weights, and the
effective number of candidates. The proposal is a Student distribution, with a part of the prior mixed in so that no
weight can be large by accident (defensive mixture: Hesterberg 1995), adapted to the weights; resampling is systematic
(Kitagawa 1996). Each of the 16 scrambles has candidates of its own, so that error bars hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from lang import model
from simulator.chance.unknowns import value_at
from simulator.learning.terms import Term
from simulator.plan import BLOCKS, Floats

CANDIDATES = 1 << 13  # a scramble
ROUNDS = 5  # of adapting the proposal
DEFENSIVE = 0.1
FREEDOM = 5.0


@frozen(eq=False)
class _Target:
    """The posterior over the normal scores z of a group's unknowns: standard normal times the likelihood."""

    scenario: model.Scenario
    names: tuple[str, ...]
    terms: tuple[Term, ...]

    def values(self, z: Floats) -> dict[str, Floats]:
        """`z`: (unknowns, points)."""
        from scipy.special import ndtr

        found: dict[str, Floats] = {}
        for scores, name in zip(z, self.names, strict=True):
            u = np.clip(ndtr(scores), 1e-300, 1 - 2.0**-53)
            found[name] = np.broadcast_to(value_at(self.scenario.unknowns[name], u, found), u.shape)
        return found

    def log(self, z: Floats) -> Floats:
        values = self.values(z)
        total = -(z**2).sum(axis=0) / 2
        for term in self.terms:
            total = total + term.log_likelihood(values)
        return np.where(np.isfinite(total), total, -1e300)


def importance(
    scenario: model.Scenario, names: tuple[str, ...], terms: Sequence[Term], draws: int, seed: int
) -> tuple[dict[str, Floats], float, int]:
    """Values by unknown, the effective number of candidates, and how many candidates there were."""
    target = _Target(scenario, names, tuple(terms))
    centre, spread = _adapted(target, seed)
    result = {name: np.empty(draws) for name in names}
    effective, per_block = 0.0, draws // BLOCKS
    for block in range(BLOCKS):
        z, weight = _candidates(target, centre, spread, seed, f"scramble {block}")
        effective += _size(weight)
        order = np.argsort(centre_distance(z, centre, spread), kind="stable")
        chosen = order[_systematic(weight[order], per_block, seed, block)]
        values = target.values(z[:, chosen])
        for name in names:
            result[name][block::BLOCKS] = values[name]
    return result, effective, CANDIDATES * BLOCKS


def centre_distance(z: Floats, centre: Floats, spread: Floats) -> Floats:
    """Along the direction in which the posterior is widest: neighbours are alike, so that resampling keeps order."""
    _, vectors = np.linalg.eigh(spread @ spread.T)
    return np.asarray(vectors[:, -1] @ (z - centre[:, None]))


def _adapted(target: _Target, seed: int) -> tuple[Floats, Floats]:
    """Centre and root of the spread of the proposal: the mode and curvature, then the moments of weighted candidates as
    long as they make the weights more even."""
    centre, spread = _laplace(target)
    best, best_size = (centre, spread), -1.0
    for round_ in range(ROUNDS):
        z, weight = _candidates(target, centre, spread, seed, f"adapting {round_}")
        size = _size(weight)
        if size > best_size:
            best, best_size = (centre, spread), size
        if size > 0.8 * CANDIDATES:
            break
        tempered = weight ** min(1.0, 0.3 + 0.2 * round_) if size < 50 else weight
        tempered = tempered / tempered.sum()
        centre = z @ tempered
        away = z - centre[:, None]
        spread = _root((away * tempered) @ away.T)
    return best


def _laplace(target: _Target) -> tuple[Floats, Floats]:
    from scipy.optimize import minimize

    size = len(target.names)

    def loss(z: Floats) -> float:
        return -float(target.log(z[:, None])[0])

    starts = [np.zeros(size)]
    found = min(
        (
            minimize(loss, start, method="Nelder-Mead" if size <= 3 else "Powell", options={"maxiter": 400 * size})
            for start in starts
        ),
        key=lambda each: each.fun,
    )
    centre = np.asarray(found.x, np.float64)
    step = 1e-3
    curvature = np.empty((size, size))
    offsets = np.eye(size) * step
    plain = target.log(centre[:, None])[0]
    for i in range(size):
        for j in range(i, size):
            corners = np.stack(
                [centre + offsets[i] + offsets[j], centre + offsets[i] - offsets[j], centre - offsets[i] + offsets[j],
                 centre - offsets[i] - offsets[j]], axis=1,
            )  # fmt: skip
            a, b, c, d = target.log(corners)
            second = (a - b - c + d) / (4 * step**2)
            if i == j:
                second = (a - 2 * plain + d) / (4 * step**2)
            curvature[i, j] = curvature[j, i] = -second
    values, vectors = np.linalg.eigh(curvature)
    values = np.clip(np.where(np.isfinite(values), values, 1.0), 0.25, 1e12)
    return centre, np.asarray(vectors / np.sqrt(values))


def _root(covariance: Floats) -> Floats:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 1e-12)))


def _candidates(target: _Target, centre: Floats, spread: Floats, seed: int, purpose: str) -> tuple[Floats, Floats]:
    """(unknowns, candidates) and their weights, which sum to 1."""
    from scipy import special, stats

    size = len(target.names)
    digest = hashlib.blake2b(
        f"huice|{seed}|posterior {','.join(target.names)}|{purpose}".encode(), digest_size=8
    ).digest()
    sobol = stats.qmc.Sobol(size + 2, scramble=True, bits=30, rng=int.from_bytes(digest, "little"))
    u = sobol.random(CANDIDATES).T + 0.5 * 2.0**-30
    normal = special.ndtri(u[:size])
    # a Student's t is a normal over the root of a chi-square, which is a gamma
    scale = np.sqrt(FREEDOM / (2 * special.gammaincinv(FREEDOM / 2, u[size])))
    student = centre[:, None] + spread @ (normal * scale)
    z = np.where(u[size + 1] < DEFENSIVE, normal, student)
    away = np.linalg.solve(spread, z - centre[:, None])
    _, log_det = np.linalg.slogdet(spread)
    log_student = (
        special.gammaln((FREEDOM + size) / 2) - special.gammaln(FREEDOM / 2) - size / 2 * np.log(FREEDOM * np.pi)
        - log_det - (FREEDOM + size) / 2 * np.log1p((away**2).sum(axis=0) / FREEDOM)
    )  # fmt: skip
    log_prior = -(z**2).sum(axis=0) / 2 - size / 2 * np.log(2 * np.pi)
    log_proposal = np.logaddexp(np.log(1 - DEFENSIVE) + log_student, np.log(DEFENSIVE) + log_prior)
    log = target.log(z) - log_proposal
    weight = np.exp(log - log.max())
    return z, weight / weight.sum()


def _size(weight: Floats) -> float:
    """Kish's effective sample size."""
    return float(1 / (weight**2).sum())


def _systematic(weight: Floats, number: int, seed: int, block: int) -> NDArray[np.intp]:
    """Places of `number` candidates, each as often as its weight says to within one, in an order of chance (so that the
    first draws of a run are a sample too)."""
    digest = hashlib.blake2b(f"huice|{seed}|resampling {block}".encode(), digest_size=8).digest()
    rng = np.random.default_rng(int.from_bytes(digest, "little"))
    at = (np.arange(number) + rng.random()) / number
    places = np.minimum(np.searchsorted(np.cumsum(weight), at, side="right"), len(weight) - 1)
    return rng.permutation(places)
