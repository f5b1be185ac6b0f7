"""Holds the Python evaluators to the interpreter on many draws, and says what they contained.

Run by the tests in portions; by hand, as many as wanted, on all processors (from a seed on, if one is given):

    python -m tests.properties.agreement 20000 [FIRST SEED]
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from compiler.backends.kernels.machine import MANY
from compiler.backends.python.generate import evaluate
from tests.properties.generator.draws import draw
from tests.properties.generator.features import PAIRS
from tests.properties.kernels_agree import agree_on, compiled_as_for

PORTION = 100
CONSTRUCTS = {
    "Constant", "Fact", "Parameter", "Settlement", "Through", "Not", "And", "Or", "Select", "Arithmetic", "Compare",
    "OneOf", "Known", "Later", "InPeriod", "Aggregate", "Run", "Total", "Ever", "Previous",
    "total so far", "total this year", "total last year", "total last months", "in this month", "in this year",
    "in last year", "in last", "in year", "in month", "in month number", "count of all", "count of linked",
    "sum of all", "sum of linked", "share of all", "share of linked", "+", "-", "×", "/", "minimum", "maximum", "=",
    "≠", "<", "≤", ">", "≥", "later months", "later days", "run with cap", "run without cap", "pays once",
    "pays once per year", "pays per month", "rounds nearest", "rounds down", "rounds up", "with months",
    "with per_year", "with in_all", "with payee", "several rules", "shares", "group first", "group highest",
    "group first of attribute", "group highest of attribute", "group through a link", "quota for life",
    "quota for month", "quota for year", "quota per kind", "quota in order", "reaches back", "history",
    "unknown months", "NONE months", "NONE", "programs from text",
    "payment", "undetermined", "waits for a parameter", "refused limit", "refused exclusive", "unknown payee",
}  # fmt: skip
FULL_EFFORT = 5  # of so many programs by kernels, one is compiled as for a large roster, the others as for a small one
LEAST = 20  # times that each construct and each pair of features must occur in two thousand programs
EXPECTED = CONSTRUCTS | {f"pair: {a} + {b}" for a, b in PAIRS}


def agree(seeds: Iterable[int], kernels: bool = False) -> Counter[str]:
    """Asserts equal ledgers: payments, dates, payees, funds, refusals and what is undetermined; of kernels too."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        one = draw(seed)
        found = evaluate(one.program, one.facts)
        assert found == one.expected, f"seed {seed}\n{one.text}"
        counts += one.tried()
        if kernels:
            many = seed % FULL_EFFORT == 0
            with compiled_as_for(MANY if many else 0):
                counts += agree_on(one)
            counts["compiled as for many rows"] += many
    return counts


def portion(number: int) -> Counter[str]:
    return agree(range(PORTION * number, PORTION * (number + 1)))


def portion_with_kernels(number: int) -> Counter[str]:
    return agree(range(PORTION * number, PORTION * (number + 1)), kernels=True)


def table(counts: Counter[str]) -> str:
    return "\n".join(f"{counts[name]:8d} {name}" for name in sorted(EXPECTED | {"programs"}))


def lacking(counts: Counter[str], least: int = LEAST) -> list[str]:
    """What occurred too seldom."""
    return sorted(name for name in EXPECTED if counts[name] < least)


def main(programs: int, first: int = 0) -> None:
    began = time.perf_counter()
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for done, found in enumerate(pool.map(portion, range(first // PORTION, (first + programs) // PORTION)), 1):
            counts += found
            if done % 10 == 0:
                print(f"{done * PORTION} programs, {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    print(table(counts))
    print(
        f"{counts['programs']} programs agree; {counts['payment']} pay something; {time.perf_counter() - began:.0f} s"
    )
    print("too seldom:", ", ".join(lacking(counts)) or "nothing")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
