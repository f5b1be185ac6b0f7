"""A condition taken apart: definitions opened, `not` driven inwards, as alternatives of literals that hold together.

In: a checked condition. Out: its disjunctive form, or None where it would have too many alternatives.
"""

from __future__ import annotations

from collections.abc import Sequence

from lang import model, typed
from lang.records import record
from lang.source import Span
from lang.types import YES_NO

MOST = 64  # alternatives
_DEEPEST = 40  # definitions of definitions


@record
class Literal:
    """`expr` is no junction; `holds` False: it is to be no. `span`: where it was written (of a definition: there)."""

    expr: typed.Expr
    holds: bool

    @property
    def span(self) -> Span:
        return self.expr.span

    @property
    def condition(self) -> typed.Expr:
        """The literal as a condition."""
        return self.expr if self.holds else typed.Not(self.expr, YES_NO, span=self.span)


Alternative = tuple[Literal, ...]


def alternatives(
    program: model.Program, condition: typed.Expr, holds: bool = True, follow: int = _DEEPEST
) -> list[Alternative] | None:
    """Of what `condition` is made where it `holds` (or does not). An empty list: never."""
    match condition:
        case typed.Constant(bool() as value):
            return [()] if value is holds else []
        case typed.Not(operand):
            return alternatives(program, operand, not holds, follow)
        case typed.DefineRead(entity, name) if follow:
            return alternatives(program, program.defines[entity, name].body, holds, follow - 1)
        case typed.All(operands) | typed.Either(operands):
            parts = [alternatives(program, operand, holds, follow) for operand in operands]
            return _together(parts) if isinstance(condition, typed.All) is holds else _any(parts)
        case typed.If(test, then, otherwise) if condition.type == YES_NO:
            yes = _together([alternatives(program, test, True, follow), alternatives(program, then, holds, follow)])
            no = _together(
                [alternatives(program, test, False, follow), alternatives(program, otherwise, holds, follow)]
            )
            return _any([yes, no])
        case _:
            return [(Literal(condition, holds),)]


def _together(parts: Sequence[list[Alternative] | None]) -> list[Alternative] | None:
    found: list[Alternative] = [()]
    for part in parts:
        if part is None:
            return None
        found = [(*one, *other) for one in found for other in part]
        if len(found) > MOST:
            return None
    return found


def _any(parts: Sequence[list[Alternative] | None]) -> list[Alternative] | None:
    found: list[Alternative] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return None if len(found) > MOST else found
