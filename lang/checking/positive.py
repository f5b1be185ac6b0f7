"""Which expressions are never zero: by their range, by `at least`, or because a condition around them says so.

Comes in: a checked divisor and its scope. Goes out: yes or no; `no` means that it was not shown. Only lower bounds are
followed, which is what divisors in policies need (numbers of people, days, months). What a condition shows holds in its
own month; of earlier months (`previous`, `total`, runs) only what it shows of values that never change.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import attrs

from lang import typed
from lang.checking.environment import Guard, Scope
from lang.types import COUNT

_FOLLOWED = 20  # definitions of definitions
_FLIPPED = {"<": ">", "≤": "≥", ">": "<", "≥": "≤", "=": "=", "≠": "≠"}
_NEGATED = {"<": "≥", "≤": ">", ">": "≤", "≥": "<", "=": "≠", "≠": "="}


def never_zero(expr: typed.Expr, scope: Scope) -> bool:
    if any(guard.unlike_zero and guard.of == expr for guard in scope.guards):
        return True
    if isinstance(expr, typed.Constant):
        return isinstance(expr.value, int | Fraction) and expr.value != 0
    if isinstance(expr, typed.Arithmetic) and expr.operator in ("×", "/"):
        return never_zero(expr.left, scope) and never_zero(expr.right, scope)
    low = lowest(expr, scope, _FOLLOWED)
    return low is not None and low > 0


def lowest(expr: typed.Expr, scope: Scope, follow: int = _FOLLOWED) -> Fraction | None:
    """A bound from below of a count, number, share or amount; None when there is none."""
    shown = [guard.low for guard in scope.guards if guard.low is not None and guard.of == expr]
    own = _lowest(expr, scope, follow)
    return max(shown if own is None else [*shown, own], default=None)


def _lowest(expr: typed.Expr, scope: Scope, follow: int) -> Fraction | None:
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
        case "-" if isinstance(expr.right, typed.Constant):
            return _both(left, right, lambda a, b: a - b)
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


def _shown(condition: typed.Expr, holds: bool) -> list[Guard]:
    match condition:
        case typed.Not():
            return _shown(condition.operand, not holds)
        case typed.All() if holds:
            return [one for operand in condition.operands for one in _shown(operand, True)]
        case typed.Either() if not holds:
            return [one for operand in condition.operands for one in _shown(operand, False)]
        case typed.Aggregate("any") if holds:  # there is one of these, and so one of them all
            counts = attrs.evolve(condition, word="count", type=COUNT)
            return [Guard(each, Fraction(1), True) for each in (counts, attrs.evolve(counts, where=None))]
        case typed.Compare():
            operator = condition.operator if holds else _NEGATED[condition.operator]
            sides = (
                (condition.left, operator, condition.right),
                (condition.right, _FLIPPED[operator], condition.left),
            )
            return [guard for side, sign, bound in sides if (guard := _compared(side, sign, bound)) is not None]
        case _:
            return []


def _compared(side: typed.Expr, operator: str, bound: typed.Expr) -> Guard | None:
    """What `side OPERATOR bound` shows of `side`; None: nothing of use."""
    if not isinstance(bound, typed.Constant) or not isinstance(bound.value, int | Fraction):
        return None
    if side.type.base not in ("count", "number", "share", "money", "rate"):
        return None
    value = Fraction(bound.value)
    match operator:
        case ">":
            low = value + 1 if side.type == COUNT and value.denominator == 1 else value
            return Guard(side, low, value >= 0)
        case "≥":
            return Guard(side, value, value > 0)
        case "=":
            return Guard(side, value, value != 0)
        case "<" if value <= 0:
            return Guard(side, None, True)
        case "≤" if value < 0:
            return Guard(side, None, True)
        case "≠" if value == 0:
            return Guard(side, None, True)
        case _:
            return None


# ---------------------------------------------------------------- other months
def of_all_months(scope: Scope) -> Scope:
    """The scope inside what looks at other months: what was shown of this month only is not known there."""
    lasting = tuple(guard for guard in scope.guards if _lasts(guard.of, scope, _FOLLOWED))
    return scope if len(lasting) == len(scope.guards) else attrs.evolve(scope, guards=lasting)


def _lasts(expr: typed.Expr, scope: Scope, follow: int) -> bool:
    """Whether the value is the same in every month."""
    match expr:
        case typed.Constant():
            return True
        case typed.FactRead():
            attribute = scope.environment.attributes[expr.entity].entries.get(expr.attribute)
            return attribute is not None and not attribute.monthly
        case typed.DefineRead():
            body = scope.environment.definitions[expr.entity].entries[expr.define].body
            return body is not None and follow > 0 and _lasts(body, scope, follow - 1)
        case typed.Through():
            return _lasts(expr.link, scope, follow) and _lasts(expr.body, scope, follow)
        case typed.Arithmetic():
            return _lasts(expr.left, scope, follow) and _lasts(expr.right, scope, follow)
        case _:
            return False
