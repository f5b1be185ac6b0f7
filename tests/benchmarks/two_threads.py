"""How much faster two threads are, beside what this machine gives to a program in C that is cut in two halves.

Two processors of a virtual machine are rarely two whole processors: they share caches, or are two threads of one core.
So the work by hand is run by one and by two threads in the same rounds, each half on its own arrays, with nothing to
wait for; what two threads gain there is all that is to be had at that moment.
"""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Callable

from attrs import frozen

from compiler.backends.kernels.run import cores

Work = Callable[[], object]
AIM, OF_ALL = 1.8, 0.9  # times as fast by the clock; of what the machine gives (1.8 of 2)


@frozen
class Speedup:
    """Medians of rounds, by the clock. `machine`: of the program in C; None where there is no C compiler."""

    own: float
    machine: float | None

    @property
    def kept(self) -> bool:
        return self.own >= AIM or (self.machine is not None and self.own >= OF_ALL * self.machine)

    def __str__(self) -> str:
        beside = "" if self.machine is None else f", the program in C {self.machine:.2f} times"
        asked = f"at least {AIM}, or {OF_ALL} of what C gains"
        state = "ok" if self.kept else "NOT KEPT"
        load = f"{cores()} processors, load {os.getloadavg()[0]:.1f}"
        return f"two threads: {self.own:.2f} times as fast by the clock{beside} ({asked}; {load})   {state}"


def speedup(own: Callable[[int], object], by_hand: tuple[Work, tuple[Work, Work]] | None, rounds: int) -> Speedup:
    """`own(threads)`; `by_hand`: the whole, and its halves."""
    own(2)
    gains, of_machine = [], []
    for _ in range(rounds):
        gains.append(_clock(lambda: own(1)) / _clock(lambda: own(2)))
        if by_hand is not None:
            whole, halves = by_hand
            of_machine.append(_clock(whole) / _clock(lambda halves=halves: _both(*halves)))  # type: ignore[misc]
    return Speedup(statistics.median(gains), statistics.median(of_machine) if of_machine else None)


def _clock(work: Work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _both(one: Work, other: Work) -> None:
    """Functions of C release the interpreter, so both run at the same time."""
    beside = threading.Thread(target=other)
    beside.start()
    one()
    beside.join()
