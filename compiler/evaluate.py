"""The front door to evaluation: a program, facts and a month in; the ledger out.

It uses the generated Python evaluators, and keeps those of a program as long as the program itself lives.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping

from compiler import ir
from compiler.backends.python.generate import Evaluators, load
from compiler.facts import Facts
from compiler.ledger import Ledger
from lang.dates import Month
from lang.types import Value

_loaded: dict[int, tuple[weakref.ref[ir.Program], Evaluators]] = {}


def evaluate(
    program: ir.Program,
    facts: Facts,
    *,
    until: Month | None = None,
    parameters: Mapping[str, Value] | None = None,
) -> Ledger:
    """The ledger to the month `until` (None: to the policy's last month; NoEnd where that is open). `parameters`
    replace a parameter's values in all months."""
    return _evaluators(program).evaluate(program, facts, until=until, parameters=parameters or {})


def _evaluators(program: ir.Program) -> Evaluators:
    """By identity: a program is large, and comparing two costs more than generating again."""
    number = id(program)
    found = _loaded.get(number)
    if found is not None and found[0]() is program:
        return found[1]
    evaluators = load(program)
    _loaded[number] = weakref.ref(program, lambda _: _loaded.pop(number, None)), evaluators
    return evaluators
