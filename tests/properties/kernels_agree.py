"""Holds the kernels to the interpreter on many draws, and says how much of them was native.

Run by the tests along with the evaluators (`test_backends_agree`); by hand, as many as wanted, on all processors (from
a seed on, if one is given):

    python -m tests.properties.kernels_agree 10000 [FIRST SEED]
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels import machine
from compiler.backends.kernels.ledger import columns_of_ledger, to_ledger
from compiler.backends.kernels.run import payments, totals
from compiler.facts import Facts
from huice.testing.generator.world import MEMBERS
from tests.properties.facts_as_columns import columns_of
from tests.properties.generator.draws import Draw, draw

PORTION = 50


def codes_of(program: ir.Program) -> dict[str, dict[str, int]]:
    """The numbers of the members of the kinds that a drawn program speaks of."""
    types = [s.type for s in program.streams] + [a.type for a in program.attributes.values()]
    kinds = sorted({type.name for type in types if type.base == "kind" and type.name})
    return {kind: {member: number for number, member in enumerate(MEMBERS)} for kind in kinds}


def agree(seeds: Iterable[int]) -> Counter[str]:
    """Asserts equal ledgers (payments, dates, payees, funds, refusals, what is undetermined) and equal totals."""
    return sum((agree_on(draw(seed)) for seed in seeds), Counter[str]())


@contextmanager
def compiled_as_for(least: int) -> Iterator[None]:
    """As for at least so many rows: drawn facts are few, and code is made with another effort for many."""
    own = machine.compiled
    try:
        machine.compiled = lambda text, rows: own(text, max(least, rows))
        yield
    finally:
        machine.compiled = own


def agree_on(one: Draw) -> Counter[str]:
    program, facts = one.program, one.facts
    codes = codes_of(program)
    columns = columns_of(facts, program, codes)

    def facts_of(rows: Mapping[str, NDArray[np.int64]]) -> Facts:
        return Facts(
            {
                entity: [facts.tables[entity][columns.tables[entity].keys[row]] for row in of.tolist()]
                for entity, of in rows.items()
            }
        )

    found = payments(program, columns, codes, facts_of)
    ledger = columns_of_ledger(program, columns, found)
    assert to_ledger(ledger) == one.expected, f"seed {one.seed}\n{one.text}"
    if one.seed % 4 == 0:  # the same streams into another sink
        sums = totals(program, columns, codes, facts_of)
        wanted = np.zeros_like(sums.fen)
        for payment in one.expected.payments:
            wanted[sums.clauses.index(payment.clause), payment.month - sums.first] += payment.amount
        assert (sums.fen == wanted).all(), f"seed {one.seed}: totals"
    counts = Counter({f"left: {reason}": n for reason, n in Counter(found.left.values()).items()})
    counts["programs by kernels"] += 1
    counts["clauses"] += len(program.clauses)
    counts["native clauses"] += len(program.clauses) - len(found.left)
    counts["payments"] += len(one.expected.payments)
    counts["native payments"] += len(one.expected.payments) - len(found.rest.payments)
    counts["programs that pay"] += bool(one.expected.payments)
    counts["programs with doubts"] += bool(one.expected.undetermined)
    counts["refused"] += len(one.expected.refused)
    counts["native refusals"] += len(one.expected.refused) - len(found.rest.refused)
    return counts


def portion(number: int) -> Counter[str]:
    """Every other pair of seeds is compiled as for a large roster, the others as for a small one."""
    counts: Counter[str] = Counter()
    for seed in range(PORTION * number, PORTION * (number + 1)):
        many = seed // 2 % 2 == 1
        with compiled_as_for(machine.MANY if many else 0):
            counts += agree((seed,))
        counts["compiled as for many rows"] += many
    return counts


def main(programs: int, first: int = 0) -> None:
    began = time.perf_counter()
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for done, found in enumerate(pool.map(portion, range(first // PORTION, (first + programs) // PORTION)), 1):
            counts += found
            if done % 10 == 0:
                print(f"{done * PORTION} programs, {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    for name in sorted(counts):
        print(f"{counts[name]:8d} {name}")
    print(f"{counts['programs by kernels']} programs agree; {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
