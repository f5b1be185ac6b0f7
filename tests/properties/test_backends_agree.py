"""Evaluators and kernels give the interpreter's ledger, on programs that are drawn at random."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import pytest

from compiler.backends.kernels import machine, run
from compiler.backends.python.generate import evaluate
from tests.properties import planted
from tests.properties.agreement import (
    EXPECTED,
    FULL_EFFORT,
    PORTION,
    agree,
    lacking,
    portion,
    portion_with_kernels,
    table,
)
from tests.properties.generator.draws import kept
from tests.properties.generator.features import FEATURES, PAIRS
from tests.properties.kernels_agree import compiled_as_for

FAST, SLOW, KERNELS = 2_000, 20_000, 1_000
LOOKED_AT = 400  # draws in which a planted mistake must show


def test_two_thousand_programs(record_property: Callable[[str, object], None]) -> None:
    """Eight rows over 24 to 40 months each; every construct and every pair of features often enough. Half of them by
    the kernels too: most of what those pay is the code's own work, not that of the evaluators that it falls back on."""
    first = KERNELS // PORTION
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        counts = sum(pool.map(portion_with_kernels, range(first)), Counter[str]())
        counts += sum(pool.map(portion, range(first, FAST // PORTION)), Counter[str]())
    assert counts["programs by kernels"] == KERNELS
    assert counts["compiled as for many rows"] == KERNELS / FULL_EFFORT
    assert counts["native clauses"] >= 0.4 * counts["clauses"]
    assert counts["native payments"] >= 0.3 * counts["payments"]
    assert counts["native refusals"] > 0
    record_property("programs drawn at random", table(counts))
    assert counts["programs"] == FAST
    assert lacking(counts) == []
    assert counts["payment"] >= 0.6 * FAST, f"only {counts['payment']} programs pay something"


def test_some_are_compiled_as_for_many_rows() -> None:
    text = "define void @nothing() { ret void }"
    machine.compiled(text, 8)
    assert {effort for effort, of in machine._compiled if of == text} == {machine.QUICK}
    with compiled_as_for(machine.MANY):
        run.machine.compiled(text, 8)
    assert {effort for effort, of in machine._compiled if of == text} == {machine.QUICK, machine.FULL}


def test_all_pairs_of_features_are_looked_for() -> None:
    assert len(PAIRS) == len(FEATURES) * (len(FEATURES) - 1) // 2
    assert {f"pair: {a} + {b}" for a, b in PAIRS} < EXPECTED
    assert lacking(Counter(dict.fromkeys(EXPECTED, 20) | {"pair: quota + unknown": 19})) == ["pair: quota + unknown"]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(FAST // PORTION, SLOW // PORTION))
def test_many_programs(number: int) -> None:
    portion(number)


# ---------------------------------------------------------------- planted mistakes
def found() -> int | None:
    """The first draw on which the evaluators do not agree with the interpreter."""
    for seed in range(LOOKED_AT):
        one = kept(seed)
        if evaluate(one.program, one.facts) != one.expected:
            return seed
    return None


def test_the_list_of_mistakes() -> None:
    assert len(planted.PLANTED) >= 20


@pytest.mark.parametrize("mistake", planted.PLANTED)
def test_a_planted_mistake_is_found(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each mistake changes the ledger of one of the draws."""
    planted.PLANTED[mistake](monkeypatch)
    assert found() is not None, f"nobody noticed: {mistake}"


def test_what_is_no_mistake_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above can fail: the same replacement that changes nothing."""
    planted.NO_MISTAKE(monkeypatch)
    assert found() is None


def test_seeds_on_which_they_once_differed() -> None:
    assert agree((731, 978, 1046, 1590, 2148, 2544, 4281, 5666, 7436, 12_090), kernels=True)["programs"] == 10
