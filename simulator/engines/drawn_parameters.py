"""Parameters that depend on unknowns (`set subsidy = price × 2`): one exact value a draw.

In: the scenario's expressions and the unknowns of some draws. Out: columns as facts are held: money in whole fen,
shares in millionths, counts and months in ones, each rounded half up.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from compiler import ir
from compiler.backends.columns.bounds import fact_denominator
from compiler.backends.columns.values import Column
from lang import typed
from simulator.chance.scenario_values import bad_value, evaluate, not_supported
from simulator.plan import Floats

_NUMERIC = ("count", "number", "share", "money", "rate", "duration")
_LARGEST = 2.0**53  # beyond it floats are not whole numbers any more


def drawn_parameters(
    program: ir.Program, sets: Mapping[str, typed.Expr], unknowns: Mapping[str, Floats]
) -> dict[str, Column]:
    """Columns with the shape (draws,). Raises SimulationError for values that the parameter cannot have."""
    draws = len(next(iter(unknowns.values()))) if unknowns else 0
    found: dict[str, Column] = {}
    for name, expression in sets.items():
        if name not in program.parameters:
            continue
        values = np.broadcast_to(evaluate(expression, unknowns), (draws,))
        type_ = program.parameters[name].type
        span = expression.span
        if type_.base not in _NUMERIC or program.parameters[name].unit == "days":
            raise not_supported(span, f"drawing a {type_} like {name}", f"抽取“{name}”这类标准")
        if not np.all(np.isfinite(values) & (values >= 0)):
            raise bad_value(span, f"{name} is below zero in some draw", f"在某次抽样中“{name}”为负")
        if type_.base == "share" and not np.all(values <= 1):
            raise bad_value(span, f"{name} is above 100% in some draw", f"在某次抽样中“{name}”超过 100%")
        den = fact_denominator(type_)
        if not np.all(values * den < _LARGEST):
            raise bad_value(span, f"{name} is too large in some draw", f"在某次抽样中“{name}”过大")
        found[name] = Column(np.floor(values * den + 0.5).astype(np.int64), False, den)
    return found
