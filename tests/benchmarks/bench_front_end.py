"""The front end measured: lines a second, a cold `huice check`, formatting, and what bad inputs cost.

    python -m tests.benchmarks.bench_front_end          (or `make bench`)

Prints each figure with its limit, and ends with status 1 where one is not kept. Bad inputs run in a process of their
own each, whose time and memory are those of the whole command.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from huice.policies import POLICIES
from lang.formatting.format import format_file
from lang.modules import NoFiles
from lang.parsing.parse import parse
from lang.program import load
from lang.source import Source
from tests.benchmarks.cold import cold_runs

LARGEST_SECONDS, LARGEST_MB = 2.0, 300.0
SMALL = POLICIES.parent / "docs" / "examples" / "my_first.policy"
HEAD = "policy p\n  in force 2021-01-01 to 2025-12-31\nentity person\n  has poor: yes/no\n  has wage: money\n"
CLAUSE = "clause c{n}\n  for person where poor\n  wage ≥ {n} yuan and poor → {n} yuan once\n"


def rule(condition: str, amount: str = "1 yuan") -> bytes:
    return f"{HEAD}clause c\n  for person\n  {condition} → {amount} once\n".encode()


# The rows of the design's table of bad inputs that concern the text of a policy: what must be said, and the input.
BAD: dict[str, tuple[str | None, bytes]] = {
    "10,000 brackets": ("HC123", rule("(" * 10_000 + "poor" + ")" * 10_000)),
    "10,000 nots": ("HC123", rule("not " * 10_000 + "poor")),
    "a flat `and` of 10,000": (None, rule(" and ".join(["poor"] * 10_000))),
    "10 MB": ("HC101", b"# " + b"a" * 10_000_000),
    "a glued keyword": ("HC120", rule("whenpoor")),
    "a glued Chinese keyword": ("HC120", rule("当poor>=16")),
    "a digit of another script": ("HC103", rule("wage ≥ ٣")),
    "a superscript": ("HC103", rule("wage ≥ 2²")),
    "a bidirectional control": ("HC102", rule("poor\u202e")),
    "a character of no width": ("HC102", rule("po\u200bor")),
    "a look-alike letter": ("HC104", rule("pооr")),
    "names ａ and a": ("HC202", f"{HEAD}  has ａ: count\n  has a: count\n".encode()),
    "a label that holds code": (None, f"{HEAD}fund f \"__import__('os').system('x') lambda\"\n".encode()),
    "a path in `use`": ("HC211", f"{HEAD}use ../../x\n".encode()),
    "an absolute path in `use`": ("HC211", f"{HEAD}use /etc/passwd\n".encode()),
    "definitions in a circle": ("HC205", f"{HEAD}define a for person = b\ndefine b for person = a\n".encode()),
    "1e3": ("HC124", rule("poor", "1e3 yuan")),
    "NaN": ("HC201", rule("poor", "NaN")),
    "0.001 yuan": ("HC124", rule("poor", "0.001 yuan")),
    "20 nines": ("HC124", rule("poor", "9" * 20 + " yuan")),
    "2024-02-30": ("HC125", HEAD.replace("2021-01-01", "2024-02-30").encode()),
    "a policy in GBK": ("HC100", 'policy p "政策"\n'.encode("gbk")),
}


def check(data: bytes) -> tuple[float, float, str]:
    """(seconds, megabytes, output) of `huice check` on a file of these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.policy"
        path.write_bytes(data)
        code = (
            "import resource, sys\nfrom huice.cli import main\n"
            "sys.argv[1:1] = ['check', '--json']\ntry:\n    main()\nfinally:\n"
            "    sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))"
        )
        started = time.perf_counter()
        ran = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
        return time.perf_counter() - started, int(ran.stderr.split("\n")[-1] or 0) / 1024, ran.stdout


def best(run: Callable[[int], object], times: int = 5, clock: Callable[[], float] = time.process_time) -> float:
    """The least of some runs, in processor seconds: the machine may be busy with other work."""
    spent = []
    for number in range(times):
        started = clock()
        run(number)
        spent.append(clock() - started)
    return min(spent)


def line(what: str, value: float, unit: str, limit: float, kept: bool) -> bool:
    print(f"{what:44s} {value:10,.2f} {unit:9s} limit {limit:9,.10g}  {'ok' if kept else 'NOT KEPT'}")
    return kept


def main() -> int:
    text = HEAD + "".join(CLAUSE.format(n=n) for n in range(1, 3334))
    lines = text.count("\n")
    kept = True
    # Another name each time: what was read before is kept by name and text.
    rate = lines / best(lambda n: parse(Source(text, f"p{n}")))
    kept &= line("parsing", rate, "lines/s", 5_000, rate >= 5_000)
    rate = lines / best(lambda n: load(Source(text, f"q{n}"), NoFiles()), 3)
    kept &= line("parsing and checking", rate, "lines/s", 2_500, rate >= 2_500)
    file, _ = parse(Source(text, "f"))
    spent = best(lambda _: format_file(file), 3)
    kept &= line(f"formatting {lines:,} lines", spent, "s", 10, spent <= 10)
    seconds = statistics.median(processor for processor, _ in cold_runs(["-m", "huice", "check", str(SMALL)]))
    kept &= line("huice check of a small file, cold, processor", seconds, "s", 0.4, seconds <= 0.4)
    for what, (code, data) in BAD.items():
        seconds, megabytes, output = check(data)
        told = f'"{code}"' in output if code else '"severity": "error"' not in output
        limit = seconds <= LARGEST_SECONDS and megabytes <= LARGEST_MB and told
        kept &= line(f"{what}: {code or 'accepted'}, {megabytes:.0f} MB", seconds, "s", LARGEST_SECONDS, limit)
    print(f"largest memory of a child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
