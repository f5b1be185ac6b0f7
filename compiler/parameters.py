"""Values that a run gives to parameters, in the unit in which the program counts them.

A length of time is whole months, or days where the policy gives the parameter in days (then it is only ever added to a
date). In: the program and values as `--set`, a case or a scenario has them. Out: plain values; WrongUnit where a length
in one unit would stand for a length in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from compiler import ir
from lang.dates import Duration, Unit
from lang.types import Value


class WrongUnit(ValueError):
    """`parameter` is counted in `unit`."""

    def __init__(self, parameter: str, unit: Unit) -> None:
        super().__init__(f"{parameter} is counted in {unit}")
        self.parameter, self.unit = parameter, unit


def unit_of(values: Iterable[Value]) -> Unit:
    """The unit of a parameter that has these values."""
    units = {value.unit for value in values if isinstance(value, Duration)}
    return "days" if units == {"days"} else "months"


def fits(value: Value, unit: Unit) -> bool:
    """Nothing is nothing in any unit."""
    return not isinstance(value, Duration) or value.unit == unit or value.count == 0


def settled(program: ir.Program, parameters: Mapping[str, Value]) -> dict[str, Value]:
    """The values as streams hold them."""
    found: dict[str, Value] = {}
    for name, value in parameters.items():
        about = program.parameters.get(name)
        if about is not None and not fits(value, about.unit):
            raise WrongUnit(name, about.unit)
        found[name] = value.count if isinstance(value, Duration) else value
    return found
