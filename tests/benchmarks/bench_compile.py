"""How long a drafter waits: a first answer from a cold start, and the policy again after one clause was edited.

    python -m tests.benchmarks.bench_compile

Processor time and time by the clock, the best and the median of several runs. The second is one process that stays
open, as an editor or the workbench does.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from compiler.backends.python.generate import load
from huice.policies import POLICIES
from huice.programs import open_bytes
from tests.benchmarks.cold import cold_runs

POLICY = POLICIES / "shaoxing_2021_51" / "shaoxing_2021_51.policy"
RUNS = 15
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
    """(processor, clock) seconds."""
    processor, clock = time.process_time(), time.perf_counter()
    run()
    return time.process_time() - processor, time.perf_counter() - clock


def report(title: str, limit: int, runs: list[tuple[float, float]]) -> None:
    processor, clock = ([1000 * run[i] for run in runs] for i in (0, 1))
    print(
        f"{title:60s} processor {min(processor):4.0f} best {statistics.median(processor):4.0f} median; "
        f"clock {min(clock):4.0f} best {statistics.median(clock):4.0f} median; limit {limit} ms"
    )


def cold_start() -> list[tuple[float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        facts = Path(folder) / "roster.json"
        facts.write_text(json.dumps(ROSTER), encoding="utf-8")
        return cold_runs(["-m", "huice", "eval", str(POLICY), "--facts", str(facts), "--json"])


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
    report("huice eval, Shaoxing, 10 people, from a cold start", 600, cold_start())
    report("Shaoxing again after one clause was edited, evaluators too", 100, one_clause_edited())
