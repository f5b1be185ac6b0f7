"""From the text of a policy to what it pays: lowering, passes and cases together, by the interpreter."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from compiler import ir
from compiler.cases.run import run_cases
from compiler.interpret import interpret
from compiler.lowering.lower import lower
from compiler.pipeline import compile_program
from compiler.show import show
from compiler.verify import verify
from lang import model
from lang.program import load
from lang.source import Source

WHOLE = Path(__file__).with_name("whole.policy")


@cache
def checked() -> model.Program:
    program, findings = load(Source(WHOLE.read_text(encoding="utf-8"), WHOLE.name))
    assert program is not None, findings
    return program


@cache
def compiled() -> ir.Program:
    program, diagnostics = compile_program(checked())
    assert program is not None, diagnostics
    return program


def test_every_case_passes() -> None:
    results = run_cases(checked(), compiled(), interpret)
    assert [result.text("en") for result in results if result.status != "passed"] == []
    assert len(results) == 4


def test_passes_change_no_answer() -> None:
    plain, _ = lower(checked())
    assert plain is not None
    verify(plain)
    assert len(plain.streams) > len(compiled().streams)
    assert run_cases(checked(), plain, interpret) == run_cases(checked(), compiled(), interpret)


def test_the_text_has_every_part() -> None:
    text = show(compiled())
    for part in (
        "parameter standard money per month: 100.00 yuan per month from 2020-01, 200.00 yuan per month from 2021-10",
        "group training_aid person take first",
        "  settle via %",
        "quota award places %",
        " each year order %",
        "target staffed %",
        " by 2021-12",
        "  paid from aid pot %",
        " 60%, treasury 40%",
        "rounded down to 1.00 yuan once to %",
        "for at most %",
        " at most %",
        "constant none",
    ):
        assert part in text, part


def test_clauses_of_a_group_are_processed_in_its_order() -> None:
    assert compiled().order == ("steady", "living", "settle", "course", "award")


@pytest.mark.parametrize("program", ["lowered", "compiled"])
def test_every_definition_is_there(program: str) -> None:
    ir_program = compiled() if program == "compiled" else lower(checked())[0]
    assert ir_program is not None
    assert list(ir_program.definitions) == list(checked().defines)
