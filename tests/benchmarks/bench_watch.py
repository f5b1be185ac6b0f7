"""`huice watch` on Shaoxing: from a save to what it tells, by processor time, through the loop that the command runs.

Run: python -m tests.benchmarks.bench_watch
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from attrs import define, field

from huice.policies import standard_policy
from huice.watch.events import Budget, Changed
from huice.watch.loop import Watch
from lang.diagnostics import Diagnostic, Language, Text
from simulator.incremental import Incremental

ROUNDS = 5
# What is edited, its text, another one (each round has its own number in it: nothing is known from the last one), and
# the seconds of processor time until the change is told, at most.
EDITS = (
    ("the amount of a clause", "→ 500 yuan per month", "→ 60{} yuan per month", 1.0),
    ("an appropriation", "2022 = 2_300_000 yuan", "2022 = 2_40{}_000 yuan", 1.0),
    ("a rate that all clauses depend on", "returns at 2% per month", "returns at 2.{}% per month", 1.0),
)
MISTAKE = ("→ 500 yuan per month", "→ 500 yuann per month", 0.5)


@define
class Clocked:
    """Tells nobody; notes the processor time of the first answer to each save."""

    language: Language = "en"
    saved_at: float = 0.0
    checked_after: float | None = None
    change_after: float | None = None
    done: bool = field(default=False)

    def save(self, path: Path, text: str) -> None:
        self.checked_after = self.change_after = None
        self.done = False
        self.saved_at = time.process_time()
        path.write_text(text, encoding="utf-8")

    def checked(self, findings: Sequence[Diagnostic], errors: int, clauses: int) -> None:
        self.checked_after = time.process_time() - self.saved_at
        self.done = self.done or errors > 0

    def budget(self, budget: Budget) -> None:
        self.done = self.done or budget.final

    def changed(self, changed: Changed) -> None:
        if self.change_after is None:
            self.change_after = time.process_time() - self.saved_at
        self.done = self.done or changed.final

    def watching(self, file: str, files: Sequence[str]) -> None: ...
    def saved(self, names: Sequence[str]) -> None: ...
    def refused(self, findings: Sequence[Diagnostic]) -> None: ...
    def message(self, event: str, text: Text) -> None: ...
    def stopped(self) -> None: ...


def main() -> int:
    standard = standard_policy("shaoxing_2021_51")
    assert standard is not None
    text = standard.read_text(encoding="utf-8")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.policy"
        clocked = Clocked()
        steps = [
            (name, old, new.format(number + 1), limit) for name, old, new, limit in EDITS for number in range(ROUNDS)
        ]
        steps += [("a mistake: its message", *MISTAKE)] * ROUNDS
        measured: dict[str, list[float]] = {}
        waiting: list[tuple[str, str, str]] = []
        for name, old, new, _ in steps:
            assert old in text, old
            waiting += [(name, text.replace(old, new), "to"), (name, text, "back")]
        waiting.reverse()
        now: list[str] = []

        def ended() -> bool:
            """Called between two looks at the file: the next save, when all is told of the last one."""
            if not clocked.done:
                return False
            if now:
                after = clocked.checked_after if now[0].startswith("a mistake") else clocked.change_after
                if after is not None:
                    measured.setdefault(now.pop(), []).append(after)
                now.clear()
            if not waiting:
                return True
            name, changed_text, way = waiting.pop()
            if way == "to":
                now.append(name)
            clocked.save(path, changed_text)
            return False

        path.write_text(text, encoding="utf-8")
        Watch("policy.policy", path, None, Incremental(32, 1), clocked, "en", ended).run()
    for name, limit in {name: limit for name, _, _, limit in steps}.items():
        middle = statistics.median(measured[name])
        failed |= middle > limit
        print(f"{name}: {middle:.2f} s of processor time after the save (limit {limit} s)")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
