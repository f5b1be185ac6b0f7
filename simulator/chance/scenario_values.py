"""Numbers of a scenario: typed expressions over unknowns, evaluated for many draws at once.

In: an expression of `lang.typed` without a subject, and the unknowns' values by draw. Out: float64, one value a draw
(or one for all). These are assumptions, not entitlements, so they are floats; shares are fractions, money is in fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import numpy as np

from lang import typed
from lang.dates import Duration
from lang.diagnostics import Diagnostic, Text
from lang.source import Span
from lang.types import Given
from simulator.plan import Floats, SimulationError


def not_supported(span: Span, en: str, zh: str) -> SimulationError:
    return SimulationError(Diagnostic("HC603", span, Text(f"not supported yet: {en}", f"暂不支持：{zh}")))


def bad_value(span: Span, en: str, zh: str) -> SimulationError:
    return SimulationError(Diagnostic("HC604", span, Text(en, zh)))


def number(value: Given) -> float:
    """A constant as a number: yes is 1, durations are in months (30 days count as one)."""
    match value:
        case Duration(count, "months"):
            return float(count)
        case Duration(count, _):
            return count / 30
        case bool() | int() | Fraction():
            return float(value)
        case date():
            return float(value.toordinal())
        case _:
            raise TypeError(value)


# Whole numbers beyond it are no longer exact as floats, and as fen sums of them would leave 64 bits.
LARGEST = 1e15


def bounded(values: Floats, span: Span) -> Floats:
    """The values, none of which is so large that nothing could be counted with it."""
    if not np.all(np.abs(values) <= LARGEST * 100):
        raise bad_value(
            span, "this is larger than 1,000,000,000,000,000 in some draw", "在某次抽样中该值超过 1,000,000,000,000,000"
        )
    return values


def evaluate(expression: typed.Expr, unknowns: Mapping[str, Floats]) -> Floats:
    """Shape (draws,), or () for what does not depend on the draw."""

    def value(e: typed.Expr) -> Floats:
        match e:
            case typed.Constant(v):
                return np.float64(number(v))  # type: ignore[return-value]
            case typed.UnknownRead(name):
                return unknowns[name]
            case typed.Arithmetic(operator, left, right):
                return _arithmetic(operator, value(left), value(right), e.span)
            case typed.Compare(operator, left, right):
                return _COMPARE[operator](value(left), value(right)).astype(np.float64)
            case typed.If(condition, then, otherwise):
                return np.where(value(condition) != 0, value(then), value(otherwise))
            case typed.Function(name, arguments):
                return _function(name, [value(a) for a in arguments], e.span)
            case _:
                raise not_supported(e.span, "this expression in a scenario", "情景中的这种表达式")

    with np.errstate(over="ignore", invalid="ignore"):
        return bounded(np.asarray(value(expression), np.float64), expression.span)


_COMPARE = {
    "=": np.equal,
    "≠": np.not_equal,
    "<": np.less,
    "≤": np.less_equal,
    ">": np.greater,
    "≥": np.greater_equal,
}


def _arithmetic(operator: str, left: Floats, right: Floats, span: Span) -> Floats:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "×":
            return left * right
        case "minimum":
            return np.minimum(left, right)
        case "maximum":
            return np.maximum(left, right)
        case _:
            if np.any(right == 0):
                raise bad_value(span, "this divides by zero in some draw", "在某次抽样中除数为零")
            return left / right


def _function(name: str, arguments: list[Floats], span: Span) -> Floats:
    match name:
        case "exp":
            return np.exp(arguments[0])
        case "log":
            if np.any(arguments[0] <= 0):
                raise bad_value(
                    span, "the logarithm of what is not above zero in some draw", "在某次抽样中对非正数取对数"
                )
            return np.log(arguments[0])
        case "logistic":
            return np.asarray(1 / (1 + np.exp(-arguments[0])), np.float64)
        case _:
            raise not_supported(span, f"the function `{name}`", f"函数“{name}”")


def probability(expression: typed.Expr, unknowns: Mapping[str, Floats]) -> Floats:
    """A chance: a number from 0 to 1 in every draw."""
    p = evaluate(expression, unknowns)
    if not np.all((p >= 0) & (p <= 1)):
        raise bad_value(
            expression.span,
            "this chance is not between 0% and 100% in some draw",
            "在某次抽样中该概率不在 0% 与 100% 之间",
        )
    return p
