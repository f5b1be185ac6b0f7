"""The six hard clauses of docs/ir.md: the policies, compiled, print what the page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler import ir
from compiler.passes.constant import constant
from compiler.passes.dead import dead
from compiler.pipeline import compile_program
from compiler.show import show
from lang.program import load
from lang.source import Source

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "ir.md"
POLICIES = sorted((HERE / "hard_clauses").glob("*.policy"))
BLOCKS = re.findall(r"```\n(.*?)```\n", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)


def compiled(path: Path) -> ir.Program:
    checked, findings = load(Source(path.read_text(encoding="utf-8"), path.name))
    assert checked is not None, findings
    result, diagnostics = compile_program(checked)
    assert result is not None, diagnostics
    return result


def test_the_page_has_a_block_for_each() -> None:
    assert len(BLOCKS) == len(POLICIES) == 6


@pytest.mark.parametrize("number", range(6))
def test_the_page_shows_what_the_compiler_makes(number: int) -> None:
    assert show(compiled(POLICIES[number])) == BLOCKS[number]


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_streams_tell_where_they_come_from(path: Path) -> None:
    for stream in compiled(path).streams:
        assert stream.origin.text.strip()


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_compiling_twice_and_passing_twice_change_nothing(path: Path) -> None:
    once = compiled(path)
    assert compiled(path) == once
    assert dead(constant(once)) == once
