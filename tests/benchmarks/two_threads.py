"""How much faster two threads are, in the rounds in which the machine gave two cores.

Two processors of a virtual machine are at one moment two cores and at the next two threads of one (`two_cores`), which
no program can make faster than its one core is. So the machine is asked before and after each walk of two threads, and
what counts are the rounds in which it had two cores both times. How often that was is said too.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable

from attrs import frozen

from tests.benchmarks import two_cores
from tests.benchmarks.two_cores import clock

AIM = 1.8  # times as fast by the clock
ENOUGH, MOST = 9, 300  # rounds with two cores, and rounds in all


@frozen
class Speedup:
    """By the clock, a number a round: `with_two` of those in which the machine gave two cores."""

    every: tuple[float, ...]
    with_two: tuple[float, ...]

    @property
    def kept(self) -> bool:
        """Without two cores nothing was measured, so nothing is kept."""
        return len(self.with_two) >= ENOUGH and statistics.median(self.with_two) >= AIM

    def __str__(self) -> str:
        rounds = f"{len(self.with_two)} of {len(self.every)} rounds in which the machine gave two cores"
        least = f"{min(self.with_two):.2f} to {max(self.with_two):.2f}" if self.with_two else "none"
        found = f"{statistics.median(self.with_two):.2f} times ({least})" if self.with_two else "not measured"
        state = "ok" if self.kept else "NOT KEPT" if len(self.with_two) >= ENOUGH else "TOO FEW ROUNDS WITH TWO CORES"
        load = f"load {os.getloadavg()[0]:.1f}"
        overall = f"{statistics.median(self.every):.2f} in all rounds"
        return f"two threads: {found} as fast by the clock in {rounds}, {overall} (at least {AIM}; {load})   {state}"


def speedup(own: Callable[[int], object]) -> Speedup:
    """`own(threads)` does the work. Rounds until enough of them had two cores."""
    own(2)
    two_cores.gain()
    every: list[float] = []
    with_two: list[float] = []
    while len(with_two) < ENOUGH and len(every) < MOST:
        one = clock(lambda: own(1))
        before = two_cores.gain()
        two = clock(lambda: own(2))
        after = two_cores.gain()
        every.append(one / two)
        if min(before, after) >= two_cores.TWO:
            with_two.append(one / two)
    return Speedup(tuple(every), tuple(with_two))
