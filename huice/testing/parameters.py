"""A value for each parameter that a program leaves open, so that nothing waits for it."""

from __future__ import annotations

from fractions import Fraction

from compiler import ir
from lang.dates import Duration, first_day
from lang.types import Value


def open_parameters(program: ir.Program) -> dict[str, Value]:
    """By name; an ordinary one of its type: 1000 yuan, a half, two, six months, the policy's first day."""
    read = {stream.op.parameter for stream in program.streams if isinstance(stream.op, ir.Parameter)}
    open_ = [program.parameters[name] for name in sorted(read) if not program.parameters[name].values]
    return {parameter.name: _ordinary(parameter, program) for parameter in open_}


def _ordinary(parameter: ir.ParameterValues, program: ir.Program) -> Value:
    match parameter.type.base:
        case "money" | "rate":
            return Fraction(100_000)
        case "share":
            return Fraction(1, 2)
        case "date":
            return first_day(program.first)
        case "month":
            return program.first
        case "duration":
            return Duration(6, parameter.unit)
        case "yes/no":
            return True
        case "count":
            return 2
        case _:
            return Fraction(1)
