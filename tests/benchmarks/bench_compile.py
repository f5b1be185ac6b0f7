"""How long a drafter waits: a first answer from a cold start, and the policy again after one clause was edited.

    python -m tests.benchmarks.bench_compile

Wall-clock and processor time, the best and the median of several runs; nothing is kept from one run to the next that a
user would not have (the second is one process that stays open, as an editor or the workbench does).
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from compiler.backends.python.generate import load
from huice.policies import POLICIES
from huice.programs import open_bytes

POLICY = POLICIES / "shaoxing_2021_51" / "shaoxing_2021_51.policy"
RUNS = 11
ROSTER = {
    "person": [
        {
            "id": f"p{number}",
            "origin": "mabian",
            "poverty_alleviated": True,
            "hired_on": "2021-03-01",
            "employed": [["2021-03", None]],
            "social_insurance": [["2021-03", "2022-05"]],
        }
        for number in range(10)
    ]
}


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """(wall, processor) seconds, children included."""
    wall, own, children = time.perf_counter(), time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
    return time.perf_counter() - wall, time.process_time() - own + spent


def report(title: str, runs: list[tuple[float, float]]) -> None:
    wall, processor = ([1000 * run[i] for run in runs] for i in (0, 1))
    print(
        f"{title:58s} wall {min(wall):5.0f} best {statistics.median(wall):5.0f} median ms; "
        f"processor {min(processor):5.0f} best {statistics.median(processor):5.0f} median ms"
    )


def cold_start() -> list[tuple[float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        facts = Path(folder) / "roster.json"
        facts.write_text(json.dumps(ROSTER), encoding="utf-8")
        command = [sys.executable, "-m", "huice", "eval", str(POLICY), "--facts", str(facts), "--json"]

        def run() -> None:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        run()  # so that Python's own caches of modules are there
        return [timed(run) for _ in range(RUNS)]


def one_clause_edited() -> list[tuple[float, float]]:
    """Another amount in the first clause each time, so that no text was seen before."""
    text = POLICY.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "3000 yuan once" in line)

    def run(amount: int) -> None:
        edited = text.replace(line, line.replace("3000 yuan", f"{amount} yuan"), 1)
        loaded = open_bytes(edited.encode(), "edited.policy", POLICY.parent)
        assert loaded.ir is not None
        load(loaded.ir)

    run(3000)
    return [timed(lambda amount=amount: run(amount)) for amount in range(3001, 3001 + RUNS)]  # type: ignore[misc]


if __name__ == "__main__":
    report("huice eval, Shaoxing, 10 people, from a cold start", cold_start())
    report("Shaoxing again after one clause was edited, evaluators too", one_clause_edited())
