"""One term of the likelihood: an expression of a scenario, and how often what it speaks of was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Literal

import numpy as np
from attrs import field, frozen

from lang import typed
from lang.tree.walk import every
from simulator.chance.scenario_values import evaluate
from simulator.plan import Floats

TINY = 1e-300
Values = Mapping[str, Floats]


@frozen(kw_only=True, eq=False)
class Term:
    """`events` of `trials` (binomial: `value` is the chance), or `events` where `value` × `trials` are expected
    (Poisson). `reads`: the unknowns in it. `direct`: the value is `factor` × that unknown alone. `own`: a likelihood
    that is neither."""

    about: str
    kind: Literal["binomial", "poisson", "own"]
    value: Callable[[Values], Floats]
    reads: frozenset[str]
    events: float = 0.0
    trials: float = 0.0
    direct: str | None = None
    factor: float = 1.0
    details: Mapping[str, object] = field(factory=dict)

    def log_likelihood(self, unknowns: Values) -> Floats:
        """Up to a constant."""
        value = self.value(unknowns)
        if self.kind == "own":
            return value
        if self.kind == "poisson":
            mean = np.maximum(value * self.trials, 0.0)
            return np.asarray(self.events * np.log(np.maximum(mean, TINY)) - mean)
        p = np.clip(value, 0.0, 1.0)
        yes, no = self.events, self.trials - self.events
        return np.asarray(
            (yes * np.log(np.maximum(p, TINY)) if yes else 0.0) + (no * np.log(np.maximum(1 - p, TINY)) if no else 0.0)
        )


def reads(*expressions: typed.Expr | None) -> frozenset[str]:
    """The unknowns that expressions read."""
    return frozenset(
        node.unknown
        for expression in expressions
        if expression is not None
        for node in every(expression)
        if isinstance(node, typed.UnknownRead)
    )


def direct_in(expression: typed.Expr) -> tuple[str, float] | None:
    """The unknown, and the factor, where the expression is nothing but their product."""
    match expression:
        case typed.UnknownRead(name):
            return name, 1.0
        case typed.Arithmetic("×", left, right):
            for one, other in ((left, right), (right, left)):
                found = direct_in(one)
                if found is not None and isinstance(other, typed.Constant) and isinstance(other.value, int | Fraction):
                    return found[0], found[1] * float(other.value)
        case typed.Arithmetic("/", left, typed.Constant(value)):
            found = direct_in(left)
            if found is not None and isinstance(value, int | Fraction) and value:
                return found[0], found[1] / float(value)
    return None


def of_expression(
    about: str, kind: Literal["binomial", "poisson"], expression: typed.Expr, events: float, trials: float
) -> Term:
    found = direct_in(expression)
    return Term(
        about=about,
        kind=kind,
        value=lambda unknowns: evaluate(expression, unknowns),
        reads=reads(expression),
        events=events,
        trials=trials,
        direct=None if found is None else found[0],
        factor=1.0 if found is None else found[1],
    )
