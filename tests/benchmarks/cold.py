"""A command of Huice from a cold start: a process of its own, as a user starts it, with its processor time.

Python's own caches of modules are kept from one run to the next, as an installed package has them; nothing else is.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def module_caches() -> Iterator[dict[str, str]]:
    """The environment of a process that finds its modules compiled (after a first run)."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        yield {**kept, "PYTHONPYCACHEPREFIX": folder}


def processor_and_clock(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of one run: of the processor (user and system), and by the clock."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, *command], check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, time.perf_counter() - started


def cold_runs(command: Sequence[str], runs: int = 15) -> list[tuple[float, float]]:
    """(processor, clock) seconds of each run; the first, which compiles the modules, is not among them."""
    with module_caches() as environment:
        processor_and_clock(command, environment)
        return [processor_and_clock(command, environment) for _ in range(runs)]
