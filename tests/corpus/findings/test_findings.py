"""The checker's own precision: every planted defect is found where it stands, and clean programs are left in peace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from compiler.cases.run import run_cases
from compiler.evaluate import evaluate
from compiler.pipeline import compile_program
from huice.facts.json_facts import facts_from_data
from lang.codes import CODES
from lang.program import load
from lang.source import Source
from tests.corpus.findings.programs import Program, programs

PLANTED, CLEAN = programs("planted"), programs("clean")
# What is declared and never read is shown by nobody; all else that looking finds is.
WITHOUT_WITNESS = frozenset({"HC410"})


def name_of(program: Program) -> str:
    return program.name


@pytest.mark.parametrize("program", PLANTED, ids=name_of)
def test_a_planted_defect_is_found_where_it_stands(program: Program) -> None:
    assert program.expected(deep=True), "nothing is planted"
    assert program.said() == program.expected(deep=False)


@pytest.mark.parametrize("program", CLEAN, ids=name_of)
def test_a_clean_program_is_left_in_peace(program: Program) -> None:
    assert program.expected(deep=True) == []
    assert [(found.code, found.message.en) for found in program.findings()] == []


def test_there_are_enough_of_both_in_both_languages(record_property: Callable[[str, object], None]) -> None:
    assert len(PLANTED) >= 60
    assert len(CLEAN) >= 60
    for kind in (PLANTED, CLEAN):
        assert sum("条款" in program.text for program in kind) >= 8
    counts = Counter(code for program in PLANTED for _, code, _ in program.expected(deep=True))
    warnings = [d for program in CLEAN for d in program.findings() if CODES[d.code].severity == "warning"]
    record_property("planted, by code", dict(sorted(counts.items())))
    record_property("warnings on clean programs", len(warnings))
    assert all(count >= 2 for code, count in counts.items()), counts


def test_whatever_is_found_of_rules_and_amounts_is_shown_by_somebody(
    record_property: Callable[[str, object], None],
) -> None:
    found = [one for program in PLANTED for one in program.findings() if one.code not in WITHOUT_WITNESS]
    record_property("shown by somebody", f"{sum(one.witness is not None for one in found)} of {len(found)}")
    assert [(one.code, one.message.en) for one in found if one.witness is None] == []


@pytest.mark.parametrize("program", PLANTED, ids=name_of)
def test_a_witness_can_be_evaluated_and_its_case_passes(program: Program) -> None:
    policy = program.policy()
    for found in program.findings():
        if found.witness is None:
            assert found.code in WITHOUT_WITNESS, (program.name, found.code)
            continue
        assert found.case is not None and found.example is not None
        _, faults = facts_from_data(policy.model, found.witness, "<witness>")
        assert not faults
        for case in (found.case.en, found.case.zh):
            again, said = load(Source(f"{program.plain}\n{case}", "with_case.policy"))
            assert again is not None, [(d.message.en, d.span.text) for d in said]
            compiled, _ = compile_program(again)
            assert compiled is not None
            assert [result.status for result in run_cases(again, compiled, evaluate)] == ["passed"], case


@pytest.mark.slow
@pytest.mark.parametrize("program", PLANTED, ids=name_of)
def test_what_proofs_add_is_what_is_written(program: Program) -> None:
    assert program.said(deep=True) == program.expected(deep=True)


@pytest.mark.slow
def test_proofs_find_no_error_in_a_clean_program(record_property: Callable[[str, object], None]) -> None:
    """What they say of clean programs besides: cliffs that a threshold always is, dates at the end of months."""
    counts: Counter[str] = Counter()
    for program in CLEAN:
        for found in program.findings(deep=True):
            assert CODES[found.code].severity != "error", (program.name, found.message.en)
            assert found.code not in ("HC401", "HC402", "HC403", "HC406"), (program.name, found.message.en)
            counts[f"{CODES[found.code].severity} {found.code}"] += 1
    record_property("proofs on clean programs", dict(sorted(counts.items())))
