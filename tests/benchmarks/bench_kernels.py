"""The kernels against programs written by hand in C for the same work, and their memory; every document; a ledger.

    python -m tests.benchmarks.bench_kernels [PEOPLE]          (or `make bench`)

Ratios are of one process, of one core, of processor time: each pair is run in turn, and the median of the ratios is
what counts. Ends with status 1 where a limit is not kept. Without a C compiler the ratios are left out, and it says so.
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
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import huice
from compiler import ir
from compiler.backends.kernels.run import totals
from compiler.evaluate_columns import codes_of, total
from compiler.fact_columns import Always, FactColumns, Masks, Months, Table
from huice.policies import POLICIES
from lang import model
from lang.dates import month
from tests.benchmarks.rosters import MONTHS, Lite, lite, roster
from tests.benchmarks.two_threads import speedup

Array = NDArray[Any]
HERE = Path(__file__).parent
START = month(2021, 1)
RUNS = 9
STAFF = """policy staff
  in force 2021-01-01 to 2025-12-31
entity person
  has covered: yes/no
  has employed: yes/no monthly
  has employer: enterprise
entity enterprise
  has staff: many person via employer
clause award
  for enterprise
  count of staff where (covered and employed) ≥ 20 → 100000 yuan once
"""
WORTH = {"money": Fraction(198_000), "rate": Fraction(198_000), "count": 3, "share": Fraction(1, 2)}
failed: list[str] = []


def main(people: int) -> int:
    drawn = lite(people)
    peer = compiled_peer()
    five_clauses(people, drawn, peer)
    count_of_staff(people, drawn, peer)
    documents(people, drawn)
    threads(people, peer)
    whole_ledger(people, drawn)
    print("limits kept" if not failed else "NOT KEPT: " + "; ".join(failed))
    return 1 if failed else 0


# ---------------------------------------------------------------- the five clauses
def five_clauses(people: int, drawn: Lite, peer: Any) -> None:
    program = huice.load(HERE / "lite.policy")
    words = drawn.packed()
    packed = facts_of(drawn, Masks(START, MONTHS, words))
    whole = facts_of(drawn, Months(START, drawn.months))
    before = resident()
    sums = run(program, packed)
    print(f"five clauses, {people:,} people × {MONTHS} months")
    used = memory_of(lambda: run(program, packed))
    limit("memory above that after the first call, MB", used, 150)
    print(f"  first call and code: {resident() - before:.0f} MB more than before it")
    assert (run(program, whole) == sums).all()
    numpy_time, numpy_sums = timed(lambda: by_numpy(drawn))
    assert (numpy_sums * 100 == sums).all(), "NumPy finds other sums"
    own_time = statistics.median(timed(lambda: run(program, packed))[0] for _ in range(RUNS))
    print(f"  packed {1000 * own_time:.1f} ms; NumPy over people × months {1000 * numpy_time:.0f} ms")
    limit("at least so many times as fast as NumPy over people × months", 30 / (numpy_time / own_time), 1, "30 / ")
    if peer is None:
        return
    arrays = arguments(drawn)
    for title, name, given, facts in (
        ("from packed masks, against the packed C program", "packed", words, packed),
        ("from boolean columns, against the C scan", "scan", drawn.months.view(np.uint8), whole),
    ):
        out = np.zeros((5, MONTHS), np.int64)

        def by_hand(name: str = name, given: Array = given, out: Array = out) -> None:
            getattr(peer, name)(people, given.ctypes.data, ctypes.byref(arrays), out.ctypes.data)

        by_hand()
        assert (out[[0, 1, 2, 3, 4]] * 100 == sums).all(), "the C program finds other sums"
        limit(title, ratio(lambda facts=facts: run(program, facts), by_hand), 1.5)  # type: ignore[misc]


def facts_of(drawn: Lite, employed: Any) -> FactColumns:
    first_days = np.array([date(2021 + m // 12, m % 12 + 1, 1).toordinal() for m in range(MONTHS)], np.int32)
    columns = {
        "covered": Always(drawn.covered),
        "renting": Always(drawn.renting),
        "organised": Always(drawn.organised),
        "level": Always(drawn.level.astype(np.int16)),
        "certified_on": Always(
            first_days[np.maximum(drawn.certified, 0)], np.where(drawn.certified < 0, 2, 0).astype(np.uint8)
        ),
        "employed": employed,
    }
    return FactColumns({"person": Table(range(len(drawn.covered)), columns)})  # type: ignore[arg-type]


def by_numpy(drawn: Lite) -> Array:
    """As an array language makes one write it: whole arrays of people × months."""
    months = drawn.months
    run_ = np.zeros(months.shape, np.int16)
    for m in range(MONTHS):
        run_[:, m] = np.where(months[:, m], (run_[:, m - 1] if m else 0) + 1, 0)

    def first(held: Array) -> Array:
        return held & (np.cumsum(held, axis=1) == 1)

    month_of = np.arange(MONTHS)[None, :]
    grant = months & (month_of == drawn.certified[:, None])
    return np.stack(
        [
            3000 * first((run_ >= 3) & drawn.covered[:, None]).sum(axis=0),
            5000 * first(run_ >= 12).sum(axis=0),
            500 * (months & (drawn.covered & drawn.renting)[:, None]).sum(axis=0),
            (grant * np.array([0, 1000, 1500, 2000])[drawn.level][:, None]).sum(axis=0),
            2000 * first((run_ >= 3) & drawn.organised[:, None]).sum(axis=0),
        ]
    )


# ---------------------------------------------------------------- a count of staff
def count_of_staff(people: int, drawn: Lite, peer: Any) -> None:
    program = huice.loads(STAFF)
    enterprises = max(people // 100, 1)
    employer = np.random.default_rng(3).integers(0, enterprises, people).astype(np.int32)
    words = drawn.packed()
    columns = {
        "covered": Always(drawn.covered),
        "employed": Masks(START, MONTHS, words),
        "employer": Always(employer),
    }
    facts = FactColumns(
        {"person": Table(range(people), columns), "enterprise": Table(range(enterprises), {})}  # type: ignore[arg-type]
    )
    sums = run(program, facts)
    print(f"a count of staff, {people:,} people in {enterprises:,} enterprises")
    if peer is None:
        return
    out = np.zeros(MONTHS, np.int64)
    covered = drawn.covered.view(np.uint8)

    def by_hand() -> None:
        peer.staff(people, words.ctypes.data, covered.ctypes.data, employer.ctypes.data, enterprises, out.ctypes.data)

    by_hand()
    assert (out * 100 == sums[0]).all(), "the C program finds other sums"
    limit("against a C program for it", ratio(lambda: run(program, facts), by_hand), 3)


# ---------------------------------------------------------------- the five documents
def documents(people: int, drawn: Lite) -> None:
    yardstick = huice.load(HERE / "lite.policy")
    facts = facts_of(drawn, Masks(START, MONTHS, drawn.packed()))
    run(yardstick, facts)
    print("clause-person-months a second, beside the five clauses from packed masks, in turns")
    for name in sorted(path.name for path in POLICIES.iterdir() if path.is_dir()):
        if not (POLICIES / name / f"{name}.policy").exists():
            continue
        program = huice.load(f"std:{name}")
        if not program.ir.clauses:
            print(f"  {name}: pays nothing")
            continue
        last = program.ir.last if program.ir.last is not None else program.ir.first + MONTHS - 1
        # histories end with the policy, and begin before it where it is short
        before = max(MONTHS - (last - program.ir.first + 1), 0)
        given = roster(program.model, people, program.ir.first - before)
        values = {n: WORTH[p.type.base] for n, p in program.ir.parameters.items() if p.external}

        def once(program: Any = program, given: FactColumns = given, last: int = last, values: Any = values) -> Any:
            return total(program.model, program.ir, given, until=last, parameters=values, threads=1)

        found = once()
        work = sum(given.size(c.entity) for c in program.ir.clauses.values()) * (last - program.ir.first + 1)
        spent = [(warm(once), warm(lambda: run(yardstick, facts))) for _ in range(3 * RUNS)]
        seconds = statistics.median(own for own, _ in spent)
        fifth = statistics.median(own / of_five * (5 * people * MONTHS / 5 / work) for own, of_five in spent)
        left = f"; in doubt: {dict(found.undetermined)}" if found.undetermined else ""
        limit(f"{name}: {1000 * seconds:.0f} ms, {work / seconds:.2e}; a fifth of the rate of the five over it{left}",
              fifth, 1)  # fmt: skip


# ---------------------------------------------------------------- threads, ledger
def threads(people: int, peer: Any) -> None:
    """Twelve times the people, because waking an idle processor takes a millisecond or two."""
    drawn = lite(12 * people)
    program = huice.load(HERE / "lite.policy")
    words = drawn.packed()
    facts = facts_of(drawn, Masks(START, MONTHS, words))
    gained = speedup(lambda threads: run(program, facts, threads))
    print(f"{12 * people:,} people, {gained}")
    if not gained.kept:
        failed.append("two threads")


def whole_ledger(people: int, drawn: Lite) -> None:
    """In a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory() as folder:
        code = (
            "import time, huice\n"
            "from tests.benchmarks.bench_kernels import HERE, START, MONTHS, facts_of, resident\n"
            "from tests.benchmarks.rosters import lite\n"
            "from compiler.fact_columns import Masks, Table, FactColumns\n"
            "from compiler.evaluate_columns import evaluate_columns\n"
            "from huice.ledger_columns import write_parquet\n"
            f"drawn = lite({people}); words = drawn.packed(); facts = facts_of(drawn, Masks(START, MONTHS, words))\n"
            f"keys = ['%07d' % i for i in range({people})]\n"
            "facts = FactColumns({'person': Table(keys, facts.tables['person'].columns)})\n"
            "drawn = None\n"
            "p = huice.load(HERE / 'lite.policy')\n"
            "began = time.process_time()\n"
            "ledger = evaluate_columns(p.model, p.ir, facts)\n"
            f"write_parquet(ledger, {str(Path(folder) / 'ledger.parquet')!r})\n"
            "print(len(ledger), time.process_time() - began, resident('VmHWM:'))\n"
        )
        made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        rows, seconds, megabytes = map(float, made.stdout.split())
        size = (Path(folder) / "ledger.parquet").stat().st_size / 2**20
    print(f"a ledger of {rows:,.0f} payments to Parquet ({size:.0f} MB)")
    limit("seconds of the processor", seconds, 10)
    limit("memory of the whole process, MB", megabytes, 1024)


# ---------------------------------------------------------------- measuring
def run(program: Any, facts: FactColumns, threads: int = 1) -> Array:
    model_, compiled = checked(program)
    found = totals(compiled, facts, codes_of(model_), None, threads=threads)  # type: ignore[arg-type]
    return found.fen


def checked(program: Any) -> tuple[model.Program, ir.Program]:
    return program.model, program.ir


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    made = work()
    return time.process_time() - began, made


def warm(work: Callable[[], Any]) -> float:
    """After a run of its own, so that it finds its data where it left them, and not where another's drove them out."""
    work()
    return timed(work)[0]


def ratio(own: Callable[[], Any], other: Callable[[], Any]) -> float:
    own()
    other()
    return statistics.median(timed(own)[0] / timed(other)[0] for _ in range(3 * RUNS))


def limit(title: str, value: float, most: float, prefix: str = "") -> None:
    kept = value <= most
    print(f"  {title}: {value:.2f} (limit {prefix}{most}){'' if kept else '   NOT KEPT'}")
    if not kept:
        failed.append(title)


def resident(name: str = "VmRSS:") -> float:
    """Megabytes of this process; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def memory_of(work: Callable[[], Any]) -> float:
    """The highest that memory rises above what it was before."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0.0
    before = resident()
    work()
    return resident("VmHWM:") - before


# ---------------------------------------------------------------- the C programs
class People(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in ("covered", "renting", "organised", "level", "certified")]


def arguments(drawn: Lite, rows: slice = slice(None)) -> People:
    """Of views: the arrays of `drawn` must live."""
    return People(*(getattr(drawn, name)[rows].ctypes.data for name, _ in People._fields_))


def compiled_peer() -> Any:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        print("no C compiler: the ratios to C are left out")
        return None
    folder = tempfile.mkdtemp()
    library = Path(folder) / "peer.so"
    source = HERE / "peers" / "entitlements.c"
    subprocess.run([compiler, "-O3", "-march=native", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    peer = ctypes.CDLL(str(library))
    pointer, number = ctypes.c_void_p, ctypes.c_int64
    for name, types in (
        ("scan", [number, pointer, pointer, pointer]),
        ("packed", [number, pointer, pointer, pointer]),
        ("staff", [number, pointer, pointer, pointer, number, pointer]),
    ):
        getattr(peer, name).argtypes, getattr(peer, name).restype = types, None
    return peer


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
