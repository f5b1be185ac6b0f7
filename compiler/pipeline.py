"""The whole compiler on one page: a checked program becomes the IR that every evaluator reads."""

from __future__ import annotations

from compiler import ir
from compiler.bounds import bounds
from compiler.lowering.lower import lower
from compiler.passes.constant import constant
from compiler.passes.dead import dead
from compiler.verify import verify
from lang import model
from lang.diagnostics import Diagnostic

PASSES = (constant, dead)


def compile_program(program: model.Program) -> tuple[ir.Program | None, tuple[Diagnostic, ...]]:
    """The IR, or None with the reasons why there is none (codes HC59x)."""
    compiled, diagnostics = lower(program)
    if compiled is None:
        return None, diagnostics
    for transform in PASSES:
        compiled = transform(compiled)
    verify(compiled)
    _, too_large = bounds(compiled)
    return (None if too_large else compiled), too_large
