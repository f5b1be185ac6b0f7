"""Whether this machine's two processors are two cores at the moment, or two threads of one core.

A virtual machine is not told. A loop of additions that hang on nothing fills the adders of a core by itself: two of
them take as long as one on two cores, and twice as long on one. (Work that waits, for memory or for a long chain of
multiplications, gains by a second thread on one core too, and so says nothing.)
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from compiler.backends.kernels import machine

CHAINS, STEPS = 8, 6_000_000
TWO = 1.8  # times as much work done by two threads


def _text() -> str:
    """The empty assembly keeps the compiler from adding up the loop itself."""
    chains = range(CHAINS)
    phis = [f"  %x{i} = phi i64 [{i}, %entry], [%z{i}, %loop]" for i in chains]
    sums = [f'  %y{i} = add i64 %x{i}, 1\n  %z{i} = call i64 asm sideeffect "", "=r,0"(i64 %y{i})' for i in chains]
    lines = [
        "define void @adds(i64 %begin, i64 %end, ptr %none) {",
        "entry:",
        "  br label %loop",
        "loop:",
        "  %at = phi i64 [%begin, %entry], [%next, %loop]",
        *phis,
        *sums,
        "  %next = add i64 %at, 1",
        "  %more = icmp slt i64 %next, %end",
        "  br i1 %more, label %loop, label %done",
        "done:",
        "  ret void",
        "}",
    ]
    return "\n".join(lines)


def clock(work: Callable[[], object]) -> float:
    """Seconds by the clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def gain() -> float:
    """How much of the work of one thread two do in the same time: 1 on one core, 2 on two."""
    engine = machine.compiled(_text(), machine.MANY)

    def adds() -> None:
        machine.call(engine, "adds", 0, STEPS, [])

    def both() -> None:
        beside = threading.Thread(target=adds)
        beside.start()
        adds()
        beside.join()

    return 2 * clock(adds) / clock(both)
