"""Which expressions are never zero: by their range, by `at least`, or because a condition around them says so.

Comes in: a checked divisor and its scope. Goes out: yes or no; `no` means that it was not shown. Only lower bounds are
followed, which is what divisors in policies need (numbers of people, days, months).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import attrs

from lang import typed
from lang.checking.environment import Scope
from lang.types import Type

_FOLLOWED = 20  # definitions of definitions
_FLIPPED = {"<": ">", "≤": "≥", ">": "<", "≥": "≤", "=": "=", "≠": "≠"}
_NEGATED = {"<": "≥", "≤": ">", ">": "≤", "≥": "<", "=": "≠", "≠": "="}


def never_zero(expr: typed.Expr, scope: Scope) -> bool:
    if expr in scope.guards:
        return True
    if isinstance(expr, typed.Constant):
        return isinstance(expr.value, int | Fraction) and expr.value != 0
    if isinstance(expr, typed.Arithmetic) and expr.operator in ("×", "/"):
        return never_zero(expr.left, scope) and never_zero(expr.right, scope)
    low = lowest(expr, scope, _FOLLOWED)
    return low is not None and low > 0


def lowest(expr: typed.Expr, scope: Scope, follow: int = _FOLLOWED) -> Fraction | None:
    """A bound from below of a count, number, share or amount; None when there is none."""
    match expr:
        case typed.Constant():
            return Fraction(expr.value) if isinstance(expr.value, int | Fraction) else None
        case typed.FactRead():
            attribute = scope.environment.attributes[expr.entity].entries.get(expr.attribute)
            return None if attribute is None else attribute.low
        case typed.DefineRead():
            definition = scope.environment.definitions[expr.entity].entries[expr.define]
            return None if definition.body is None or not follow else lowest(definition.body, scope, follow - 1)
        case typed.Through():
            return lowest(expr.body, scope, follow)
        case typed.Aggregate():
            return Fraction(0) if expr.word in ("count", "share") else None
        case typed.If():
            return _both(lowest(expr.then, scope, follow), lowest(expr.otherwise, scope, follow), min)
        case typed.Arithmetic():
            return _arithmetic(expr, scope, follow)
        case _:
            return None


def _arithmetic(expr: typed.Arithmetic, scope: Scope, follow: int) -> Fraction | None:
    left, right = lowest(expr.left, scope, follow), lowest(expr.right, scope, follow)
    match expr.operator:
        case "maximum":
            known = [bound for bound in (left, right) if bound is not None]
            return max(known) if known else None
        case "minimum":
            return _both(left, right, min)
        case "+":
            return _both(left, right, lambda a, b: a + b)
        case "×":
            return None if left is None or right is None or left < 0 or right < 0 else left * right
        case _:
            return None


def _both(
    left: Fraction | None, right: Fraction | None, how: Callable[[Fraction, Fraction], Fraction]
) -> Fraction | None:
    return None if left is None or right is None else how(left, right)


def guarded(scope: Scope, condition: typed.Expr, holds: bool = True) -> Scope:
    """The scope where `condition` holds (or fails): what it shows to be unlike zero may divide."""
    shown = tuple(_shown(condition, holds))
    return attrs.evolve(scope, guards=(*scope.guards, *shown)) if shown else scope


def _shown(condition: typed.Expr, holds: bool) -> list[typed.Expr]:
    match condition:
        case typed.Not():
            return _shown(condition.operand, not holds)
        case typed.All() if holds:
            return [one for operand in condition.operands for one in _shown(operand, True)]
        case typed.Either() if not holds:
            return [one for operand in condition.operands for one in _shown(operand, False)]
        case typed.Compare():
            operator = condition.operator if holds else _NEGATED[condition.operator]
            return [
                side
                for side, sign, bound in (
                    (condition.left, operator, condition.right),
                    (condition.right, _FLIPPED[operator], condition.left),
                )
                if _excludes_zero(sign, bound, side.type)
            ]
        case _:
            return []


def _excludes_zero(operator: str, bound: typed.Expr, type_: Type) -> bool:
    if not isinstance(bound, typed.Constant) or not isinstance(bound.value, int | Fraction):
        return False
    if type_.base not in ("count", "number", "share", "money", "rate"):
        return False
    value = bound.value
    match operator:
        case ">":
            return value >= 0
        case "≥":
            return value > 0
        case "<":
            return value <= 0
        case "≤":
            return value < 0
        case "≠":
            return value == 0
        case _:
            return value != 0
