"""Take-up and lag of a scenario's worlds, held against claims that may still come (the cure model of claims.py)."""

from __future__ import annotations

import math

import numpy as np

from lang import model
from simulator.chance.scenario_values import evaluate
from simulator.learning.claims import Claiming
from simulator.learning.so_far import LONGEST, still_to_come
from simulator.learning.terms import TINY, Values
from simulator.plan import Floats


def may_still_come(scenario: model.Scenario, seen: Claiming) -> bool:
    still = still_to_come(scenario.lag, {}, 1)[0]
    return any(math.prod(float(still[min(w, LONGEST - 1)]) for w in pattern) > 0 for pattern in seen.silent)


def claims_likelihood(scenario: model.Scenario, seen: Claiming, unknowns: Values) -> Floats:
    """The cure model of simulator/learning/claims.py, at each world's take-up and lags."""
    size = next((len(v) for v in unknowns.values() if np.ndim(v)), 1)
    still = still_to_come(scenario.lag, unknowns, size)
    come = np.concatenate([np.ones((size, 1)), still], axis=1)[:, :-1] - still  # P(lag = l)
    t = np.ones(size) if scenario.taken_up is None else np.broadcast_to(evaluate(scenario.taken_up, unknowns), (size,))
    total = seen.taken_up * np.log(np.maximum(t, TINY))
    for lag, number in seen.lags.items():
        total = total + number * np.log(np.maximum(come[:, min(lag, LONGEST - 1)], TINY))
    for waited, number in seen.waiting.items():
        total = total + number * np.log(np.maximum(still[:, min(waited, LONGEST - 1)], TINY))
    for pattern, number in seen.silent.items():
        s = np.prod(still[:, [min(w, LONGEST - 1) for w in pattern]], axis=1)
        total = total + number * np.log(np.maximum(1 - t + t * s, TINY))
    return np.asarray(total)
