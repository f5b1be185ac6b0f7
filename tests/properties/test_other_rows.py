"""What a row gets does not depend on how early the histories of other rows begin: on drawn programs in which much comes
back every year, with facts of which many are given for all time. Interpreter, evaluators and kernels alike."""

from __future__ import annotations

from random import Random

import pytest
from attrs import evolve

import compiler.memory
from compiler.backends.python.generate import evaluate
from compiler.interpret import interpret
from compiler.verify import verify
from lang.dates import Month, parse_month
from tests.properties.generator.draws import Draw, draw
from tests.properties.generator.yearly import beside_a_stranger, facts, program
from tests.properties.kernels_agree import agree_on

BEGINS = tuple(map(parse_month, ("2018-01", "2017-07", "2008-12")))  # of the stranger's history
FEW, MANY, ORDINARY = 24, 1_500, 12


def yearly(seed: int) -> Draw:
    random = Random(seed)
    drawn = program(random)
    verify(drawn)
    given = facts(random, drawn)
    return Draw(seed, "", drawn, given, interpret(drawn, given))


def beside(one: Draw, begins: Month) -> Draw:
    """What is expected stays what it was."""
    drawn, given = beside_a_stranger(one.program, one.facts, begins)
    return evolve(one, program=drawn, facts=given)


def alike(one: Draw, kernels: bool) -> bool:
    """Whether the answer stands, alone and beside the stranger."""
    beginnings = [beside(one, begins) for begins in BEGINS]
    for other in (one, *beginnings):
        if interpret(other.program, other.facts) != one.expected:
            return False
        assert evaluate(other.program, other.facts) == one.expected, f"seed {one.seed}"
    if kernels:
        agree_on(one)
        agree_on(beginnings[one.seed % len(beginnings)])
    return True


@pytest.mark.parametrize("part", range(2))
def test_what_comes_back_every_year(part: int) -> None:
    drawn = [yearly(seed) for seed in range(part, FEW, 2)]
    assert [one.seed for one in drawn if not alike(one, kernels=True)] == []
    assert sum(bool(one.expected.payments) for one in drawn) >= FEW / 8


def test_any_program() -> None:
    assert [one.seed for one in map(draw, range(ORDINARY)) if not alike(one, kernels=False)] == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_many(part: int) -> None:
    assert [seed for seed in range(FEW + part, MANY, 10) if not alike(yearly(seed), kernels=True)] == []


def test_as_in_the_first_month_for_ever_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where registers do not find the first year again, many answers hang on the stranger."""
    monkeypatch.setattr(compiler.memory, "_repeats", lambda program, wanted: [False] * len(program.streams))
    assert sum(not alike(yearly(seed), kernels=False) for seed in range(10)) >= 2
