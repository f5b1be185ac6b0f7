"""Whether what a draw pays can be counted in whole fen at all: 64 bits hold it, or the run is refused.

Asked of each clause before anything is added up; afterwards a sum that had left the 64 bits would look like any other.
"""

from __future__ import annotations

import numpy as np

from simulator.chance.scenario_values import bad_value
from simulator.money.claims import NO_LIMIT
from simulator.plan import Chunk, Plan


def fits(plan: Plan, chunk: Chunk) -> None:
    """SimulationError at the clause with which a draw's payments, all clauses together, come to more than can be
    counted. The sums here are floats, which are never too small by more than a part in a thousand millions."""
    total = np.zeros(len(chunk.draws))
    for name in plan.clauses:
        if name in chunk.payments:
            given = chunk.payments[name]
            fen = given.amount.astype(np.float64) * given.count
            total += np.bincount(given.draw - chunk.draws.start, weights=fen, minlength=len(total))
        if name in chunk.sums:
            total += chunk.sums[name].fen.sum(axis=0, dtype=np.float64)
        if np.any(total > NO_LIMIT):
            raise bad_value(
                plan.program.clauses[name].origin,
                "in some draw more is paid than can be counted in whole fen (46,000,000,000,000,000 yuan)",
                "在某次抽样中发放总额超出以分计数的上限（4.6 亿亿元）",
            )
