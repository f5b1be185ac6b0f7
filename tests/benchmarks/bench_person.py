"""The person engine measured against the same work by hand: 5,000 people × 60 months × 1,000 draws, five clauses.

    python -m tests.benchmarks.bench_person          (or `make bench`)

All in one process, by processor time, each figure the median of rounds in which everything runs once after the other,
so that a busy machine slows all alike. The programs by hand (`person_walk.c`, for which a C compiler is needed, and
NumPy below) have fixed people, and draw when each is hired and how long each stays; the engine draws every attribute of
every person anew in every draw. Ends with status 1 where a limit is not kept.
"""

from __future__ import annotations

import ctypes
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from compiler.pipeline import compile_program
from lang.program import load
from lang.source import Source
from simulator.chance.unknowns import worlds
from simulator.engines.person import prepare
from simulator.engines.person_kernel.engine import kernel_of
from simulator.engines.person_kernel.kernel import Kernel
from simulator.plan import Plan, Worlds
from simulator.run import simulate
from tests.benchmarks.two_threads import speedup

HERE = Path(__file__).parent
PEOPLE, MONTHS, DRAWS, ROUNDS = 5_000, 60, 1_000, 9
RATES = np.array([0.02, 0.03, 0.05])
DAYS = ", ".join(f"{2021 + i // 12}-{i % 12 + 1:02d}-01 {'2%' if i % 3 == 0 else '1.5%'}" for i in range(MONTHS))
SCENARIO = f"""scenario baseline for walk
  period 2021-01 to 2025-12
  unknown leaving ~ uniform(2%, 5%)
  population person
    arrive poisson(250 / 3) per month from 2021-01 to 2025-12
    covered ~ 60%
    renting ~ 50%
    organised ~ 20%
    skill ~ none 70%, junior 15%, intermediate 10%, senior 5%
    certified on ~ {DAYS}
    employed starts on arrival, ends at leaving per month"""
PERSON = np.dtype([("flags", np.uint8, 3), ("rate", np.uint8), ("certified", np.int16), ("grant", np.int16)])


def program(scenario: str) -> tuple[Any, Any]:
    checked, found = load(Source((HERE / "person_walk.policy").read_text(encoding="utf-8") + scenario + "\n"))
    assert checked is not None, found
    compiled, _ = compile_program(checked)
    assert compiled is not None
    return checked, compiled


def engine(scenario: str) -> tuple[Kernel, Worlds]:
    checked, compiled = program(scenario)
    plan = Plan(
        policy=checked, program=compiled, scenario=checked.scenarios["baseline"], clauses=tuple(checked.clauses)
    )
    kernel = kernel_of(prepare(plan))
    assert not kernel.left
    return kernel, worlds(plan.scenario, DRAWS, 1)


# ---------------------------------------------------------------- by hand
def people() -> np.ndarray:
    made = np.random.default_rng(3)
    found = np.zeros(PEOPLE, PERSON)
    found["flags"] = made.random((PEOPLE, 3)) < (0.6, 0.5, 0.2)
    found["rate"] = made.integers(0, 3, PEOPLE)
    skill = made.choice(4, PEOPLE, p=[0.70, 0.15, 0.10, 0.05])
    found["certified"] = np.where(skill > 0, made.integers(0, MONTHS, PEOPLE), -1)
    found["grant"] = np.array([0, 1000, 1500, 2000])[skill]
    return found


def by_hand(folder: Path) -> dict[str, Callable[..., np.ndarray]]:
    """The programs in C; none without a compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return {}
    made = folder / "walk.so"
    source = str(HERE / "person_walk.c")
    subprocess.run([compiler, "-O3", "-march=native", "-shared", "-fPIC", source, "-o", str(made)], check=True)
    library = ctypes.CDLL(str(made))
    persons = people()
    k = np.arange(64)
    limits = np.minimum(np.round((1 - (1 - RATES[:, None]) ** (k + 1)) * 2**32), 2**32 - 1).astype(np.uint64)
    limits[:, 62:] = 2**32 - 1
    cells = np.arange(256, dtype=np.uint64) << np.uint64(24)
    guide = np.minimum([np.searchsorted(of, cells, side="right") for of in limits], 62).astype(np.uint8)
    limits32 = limits.astype(np.uint32)
    leave = np.round(RATES * 2**32).astype(np.uint32)

    def caller(name: str, *more: Any) -> Callable[..., np.ndarray]:
        def run() -> np.ndarray:
            out = np.zeros((DRAWS, 5, MONTHS), np.int64)
            given = [ctypes.c_void_p(a.ctypes.data) if isinstance(a, np.ndarray) else a for a in (persons, *more, out)]
            span = [ctypes.c_int64(0), ctypes.c_int64(DRAWS)]
            numbers = [ctypes.c_int64(PEOPLE), *span, ctypes.c_uint64(7)]
            getattr(library, name)(given[0], *numbers, *given[1:])
            return out

        return run

    return {
        "C, one word a stay": caller("one_word", limits32, guide),
        "C, a word a month": caller("a_word_a_month", leave),
        "C, a word a month, with returns": caller("leaving_and_returning", leave, ctypes.c_uint32(round(0.04 * 2**32))),
    }


def arrays(draws: int = 20) -> np.ndarray:
    """People × months, as one writes it in NumPy."""
    made, persons, months = np.random.default_rng(1), people(), np.arange(MONTHS)
    covered, renting, organised = (persons["flags"][:, i].astype(bool) for i in range(3))
    rate = RATES[persons["rate"]].astype(np.float32)[:, None]
    out = np.zeros((draws, 5, MONTHS), np.int64)
    for r in range(draws):
        hired = made.integers(0, MONTHS, PEOPLE)
        hired[made.random(PEOPLE) < 0.1] = 99
        left = (made.random((PEOPLE, MONTHS), dtype=np.float32) < rate) & (months > hired[:, None])
        employed = (months >= hired[:, None]) & ~np.logical_or.accumulate(left, axis=1)
        for clause, least, who, amount in (0, 3, covered, 3000), (1, 12, covered | True, 5000), (4, 3, organised, 2000):
            long_ = employed.copy()
            for back in range(1, least):
                long_[:, back:] &= employed[:, :-back]
                long_[:, :back] = False
            first = long_ & (np.cumsum(long_, axis=1) == 1)
            out[r, clause] = amount * first[who].sum(axis=0)
        out[r, 2] = 500 * employed[covered & renting].sum(axis=0)
        here = employed & (months == persons["certified"][:, None])
        out[r, 3] = (here * persons["grant"][:, None]).sum(axis=0)
    return out


def agree(hand: dict[str, Callable[..., np.ndarray]]) -> None:
    """The programs by hand do one piece of work: their sums by clause have the same means."""
    totals = [
        of.sum(axis=2).astype(float) for of in (hand["C, one word a stay"](), hand["C, a word a month"](), arrays(60))
    ]
    for one in totals[1:]:
        error = np.sqrt(sum(t.var(axis=0) / len(t) for t in (one, totals[0])))
        z = (one.mean(axis=0) - totals[0].mean(axis=0)) / error
        assert np.all(np.abs(z) < 5), z


# ---------------------------------------------------------------- measuring
def rounds(runs: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Processor seconds by name and round; the first round, which warms up, is left out."""
    spent: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(ROUNDS + 1):
        for name, run in runs.items():
            started = time.process_time()
            run()
            if number:
                spent[name].append(time.process_time() - started)
    return spent


def limit(what: str, value: float, least: float | None = None, most: float | None = None) -> bool:
    kept = (least is None or value >= least) and (most is None or value <= most)
    wanted = f"at least {least:g}" if least is not None else f"at most {most:g}"
    print(f"{what:72s} {value:8.2f}  {wanted:14s} {'ok' if kept else 'NOT KEPT'}")
    return kept


def per_person(seconds: float, draws: int = DRAWS) -> float:
    return seconds / draws / PEOPLE * 1e9


def memory(pieces: int) -> float:
    """The most megabytes of a process that simulates so many times 1,000 draws and keeps nothing of them."""
    code = (
        "import resource\nfrom tests.benchmarks.bench_person import *\n"
        "kernel, of = engine(SCENARIO)\n"
        f"for _ in range({pieces}): kernel.sums(of, range(DRAWS))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(ran.stdout)


def main() -> int:
    stays, of_stays = engine(SCENARIO)
    returns, of_returns = engine(SCENARIO + ", returns at 4% per month")
    draws = range(DRAWS)
    with tempfile.TemporaryDirectory() as folder:
        hand = by_hand(Path(folder))
        if hand:
            agree(hand)
        runs: dict[str, Callable[[], object]] = {
            "engine, one word a stay": lambda: stays.sums(of_stays, draws, 1),
            "engine, a word a month, with returns": lambda: returns.sums(of_returns, draws, 1),
            "NumPy, people × months": arrays,
            **hand,
        }
        spent = rounds(runs)
        gained = speedup(lambda threads: stays.sums(of_stays, draws, threads))
    for name, seconds in spent.items():
        of = 20 if name.startswith("NumPy") else DRAWS
        print(f"{name:72s} {per_person(statistics.median(seconds), of):8.1f}  ns a person and draw")

    def ratio(name: str, other: str, times: float = 1.0) -> float:
        return statistics.median(times * a / b for a, b in zip(spent[name], spent[other], strict=True))

    kept = True
    if hand:
        stay, monthly = "engine, one word a stay", "engine, a word a month, with returns"
        kept &= limit("stays, to C with one word a stay", ratio(stay, "C, one word a stay"), most=2)
        kept &= limit("monthly words and returns, to C without returns", ratio(monthly, "C, a word a month"), most=1.5)
        with_returns = ratio(monthly, "C, a word a month, with returns")
        kept &= limit("monthly words and returns, to C with the same", with_returns, most=1.5)
    else:
        print("there is no C compiler here, so the ratios to C are not measured")
    numpy = ratio("NumPy, people × months", "engine, one word a stay", DRAWS / 20)
    kept &= limit("NumPy, people × months, to stays", numpy, least=20)
    kept &= gained.kept
    print(gained)
    kept &= limit("memory of 20,000 draws to that of 1,000", memory(20) / memory(1), most=1.1)
    started = time.process_time()
    checked, compiled = program(SCENARIO)
    simulate(checked, compiled, draws=DRAWS, engine="person")
    whole = time.process_time() - started
    print(
        f"{'a whole run of 1,024 draws and 256 twins, with compiling and figures':72s} {whole:8.2f}  s of the processor"
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
