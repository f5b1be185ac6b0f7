"""Rows that are left at once: of whom, and that nobody is left who should not be."""

from __future__ import annotations

import numpy as np
import pytest

import huice
from compiler import ir
from compiler.backends.kernels import guards
from compiler.backends.kernels.schedule import schedule
from compiler.backends.kernels.walks import BLOCK, PORTION
from compiler.evaluate_columns import evaluate_columns, total
from compiler.fact_columns import Always, FactColumns, Masks, Table
from compiler.ledger import Ledger
from lang.dates import month

HEAD = """policy guarded
  in force 2021-01-01 to 2023-12-31
entity person
  has poor: yes/no
  has near: yes/no
  has renting: yes/no
  has employed: yes/no monthly
  has employer: enterprise
entity enterprise
  has staff: many person via employer
define covered for person = poor and near
"""
COVERED = """clause stable
  for person where covered
  employed ≥ 3 months → 3000 yuan once
clause rent
  for person where near and poor
  employed and renting → 500 yuan per month
"""
EVERYBODY = """clause all
  for person
  employed → 1 yuan per month
"""
STAFF = """clause award
  for enterprise
  count of staff where (covered and employed) ≥ 20 → 100 yuan once
"""
SHARE = STAFF.replace("count of staff where (covered and employed) ≥ 20", "share of staff where covered ≥ 20%")
OTHER_STAFF = STAFF.replace("covered and employed", "renting and employed")


def asked(text: str) -> list[set[str]]:
    """By pass over people: the attributes that everything in it asks for."""
    program = huice.loads(HEAD + text).ir
    found = []
    for of in schedule(program, program.clauses):
        if of.entity == "person":
            ops = [program.streams[stream].op for stream in guards.common(program, of)]
            found.append({op.attribute for op in ops if isinstance(op, ir.Fact)})
    return found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (COVERED, [{"poor", "near"}]),
        (COVERED + EVERYBODY, [set()]),
        (COVERED + STAFF, [{"poor", "near"}]),
        (COVERED + OTHER_STAFF, [set()]),
        (OTHER_STAFF, [{"renting"}]),
        (SHARE, [set()]),
        (EVERYBODY.replace("employed →", "poor or near →"), [set()]),
        (EVERYBODY.replace("employed →", "poor → 2 yuan per month\n  near and poor →"), [{"poor"}]),
    ],
)
def test_what_all_of_a_pass_ask_for(text: str, wanted: list[set[str]]) -> None:
    assert asked(text) == wanted


def roster(n: int, likely: float) -> FactColumns:
    """One in thirty of what is asked is not known."""
    random = np.random.default_rng(n)

    def flag() -> Always:
        return Always(random.random(n) < likely, np.where(random.random(n) < 1 / 30, 1, 0).astype(np.uint8))

    words = random.integers(0, 2**36, n).astype(np.uint64) | random.integers(0, 2**36, n).astype(np.uint64)
    columns = {
        "poor": flag(),
        "near": flag(),
        "renting": Always(random.random(n) < 0.5),
        "employed": Masks(month(2021, 1), 36, words[:, None]),
    }
    return FactColumns({"person": Table([f"{row:05d}" for row in range(n)], columns), "enterprise": Table([], {})})


def part(facts: FactColumns, rows: slice) -> FactColumns:
    table = facts.tables["person"]
    columns = {
        name: Masks(column.start, column.months, column.words[rows])
        if isinstance(column, Masks)
        else Always(column.data[rows], None if column.state is None else column.state[rows])  # type: ignore[union-attr]
        for name, column in table.columns.items()
    }
    return FactColumns({"person": Table(list(table.keys)[rows], columns), "enterprise": Table([], {})})  # type: ignore[arg-type]


@pytest.mark.parametrize("likely", [0.0, 0.2, 0.97])
@pytest.mark.parametrize("n", [PORTION - 1, PORTION + BLOCK + 1])
def test_however_many_are_left_the_sums_are_those_of_the_evaluators(n: int, likely: float) -> None:
    program = huice.loads(HEAD + COVERED)
    facts = roster(n, likely)
    wanted = np.zeros((2, 36), np.int64)
    doubtful = dict.fromkeys(program.ir.clauses, 0)
    for begin in range(0, n, 900):
        ledger = evaluate_columns(program.model, program.ir, part(facts, slice(begin, begin + 900)))
        assert isinstance(ledger, Ledger)
        for payment in ledger.payments:
            wanted[list(doubtful).index(payment.clause), payment.month - program.ir.first] += payment.amount
        for entry in ledger.undetermined:
            doubtful[entry.clause] += 1
    found = total(program.model, program.ir, facts, threads=1)
    assert (found.fen == wanted).all()
    assert (wanted.sum() > 0) == (likely > 0)
    assert sum(found.undetermined.values()) == sum(doubtful.values()) > 0
