"""Totals that leave 64 bits: none is cut, however many rows or digits a roster has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import huice
from compiler import evaluate_columns
from compiler.backends.kernels import machine, run
from compiler.evaluate_columns import codes_of
from compiler.fact_columns import Always, FactColumns, Table
from compiler.whole_sums import summed, within_64_bits
from lang.dates import month

MOST = 10**15  # fen: no amount of a policy is larger
POLICY = """\
policy p
  in force 2021-01-01 to 2021-03-31
entity person
  has worth: money 0 to 10_000_000_000_000 yuan
  has poor: yes/no
clause grant
  for person where poor
  worth ≥ 1 yuan → worth once
clause all_months
  for person
  worth ≥ 1 yuan → worth per month for at most 2 months
"""


@pytest.fixture(scope="module")
def program() -> huice.Program:
    return huice.loads(POLICY)


def roster(fen: np.ndarray) -> FactColumns:
    columns = {"worth": Always(fen), "poor": Always(np.arange(len(fen)) % 2 == 0)}
    return FactColumns({"person": Table([f"{row:05d}" for row in range(len(fen))], columns)})


def total(program: huice.Program, facts: FactColumns) -> run.Sums:
    return run.totals(program.ir, facts, codes_of(program.model), None)  # type: ignore[arg-type]


def test_a_walk_that_might_leave_64_bits_goes_in_steps(program: huice.Program, monkeypatch: pytest.MonkeyPatch) -> None:
    fen = np.full(20_000, 100, np.int64)
    fen[7] = MOST  # as much as the range allows any of them
    steps: list[int] = []
    real = machine.call

    def call(engine: Any, name: str, begin: int, end: int, arrays: Any) -> None:
        steps.append(end - begin)
        real(engine, name, begin, end, arrays)

    monkeypatch.setattr(machine, "call", call)
    found = total(program, roster(fen))
    assert not found.left and sum(steps) == 20_000 and max(steps) == (2**63 - 1) // MOST
    assert found.fen.tolist() == [[10_000 * 100, 0, 0], [MOST + 19_999 * 100] * 2 + [0]]


def test_fewer_rows_are_walked_at_once(program: huice.Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_in_steps", None)
    assert total(program, roster(np.full(3_000, MOST))).fen[1, 0] == 3_000 * MOST


@pytest.mark.parametrize("few", [evaluate_columns.FEW, 10**6])
def test_a_total_beyond_64_bits_is_an_error_and_no_number(
    program: huice.Program, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(evaluate_columns, "FEW", few)
    with pytest.raises(OverflowError, match=f"grant in 2021-01 sums up to {10_000 * MOST} fen"):
        program.totals(people(10_000, poor=True))


def test_the_ledger_says_the_whole_total(program: huice.Program) -> None:
    ledger = program.evaluate(people(10_000, poor=False))
    assert ledger.to_dict()["total"] == f"{2 * 10_000 * MOST // 100}.00"


def people(rows: int, poor: bool) -> huice.Facts:
    given = {"worth": np.full(rows, MOST), "poor": np.full(rows, poor)}
    return huice.Facts.from_columns(start="2021-01", person=given)


def test_sums_are_whole() -> None:
    large = np.array([2**62, 2**62, 2**62, 7, -(2**62)], np.int64)
    assert summed(large) == 2**63 + 7 and summed(large[:0]) == 0 and summed(np.array([-5, 3])) == -2
    assert summed(np.full(9, -(2**63), np.int64)) == -9 * 2**63
    fits = within_64_bits(np.array([[2**63 - 1, 0]], object), ["a"], month(2021, 1))
    assert fits.dtype == np.int64 and fits[0, 0] == 2**63 - 1
    with pytest.raises(OverflowError, match="a in 2021-02"):
        within_64_bits(np.array([[0, 2**63]], object), ["a"], month(2021, 1))
