"""Types and units: which values a literal can be, what operators make of two types, how types are called in messages.

Everything here is about types alone; names and places are the business of `lang.checking.expressions`. Money is in fen.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from lang import typed
from lang.dates import Duration, add
from lang.diagnostics import Text
from lang.types import COUNT, DURATION, MONEY, NUMBER, RATE, SHARE, Type, Value

DIMENSIONLESS = ("count", "number", "share")
AMOUNTS = ("money", "rate")
QUANTITIES = (*DIMENSIONLESS, *AMOUNTS, "duration")
MOST_YUAN = 10**13  # more than any treasury; keeps every intermediate far inside what the compiler can prove

_NAMES = {
    "yes/no": Text("yes/no", "判断（是/否）"),
    "count": Text("a count", "数量"),
    "number": Text("a plain number", "纯数"),
    "share": Text("a share", "比例"),
    "money": Text("money (yuan)", "金额（元）"),
    "rate": Text("money per month (yuan per month)", "月标准（元/月）"),
    "duration": Text("a duration (months, days)", "时长（个月、天）"),
    "date": Text("a date", "日期"),
    "month": Text("a month", "月份"),
    "text": Text("a text", "文本"),
    "identity": Text("an identity number", "证件号"),
    "none": Text("none", "无"),
}


def called(type_: Type) -> Text:
    """How a message calls a type."""
    match type_.base:
        case "kind":
            return Text(f"a {type_.name}", f"类别“{type_.name}”的取值")
        case "link":
            return Text(f"a link to {_article(type_.name)}", f"指向{type_.name}的关联")
        case "many":
            return Text(f"several rows of {type_.name}", f"多个{type_.name}")
        case base:
            return _NAMES[base]


def _article(name: str | None) -> str:
    return f"{'an' if name and name[0] in 'aeio' else 'a'} {name}"


def fen(yuan: Decimal) -> Fraction | None:
    """Yuan in whole fen; None when finer than a fen."""
    value = Fraction(yuan) * 100
    return value if value.denominator == 1 else None


def number(value: Decimal) -> typed.Constant:
    """A bare number by itself: a count when whole, else a number."""
    if value == value.to_integral_value():
        return typed.Constant(int(value), COUNT)
    return typed.Constant(Fraction(value), NUMBER)


def fits(have: Type, want: Type) -> bool:
    """Whether a value of type `have` may stand where `want` is due."""
    if have == want:
        return True
    if want.base == "number":
        return have.base in DIMENSIONLESS
    return want.base == "share" and have.base == "number"


def joined(left: Type, right: Type) -> Type | None:
    """The type of both sides together for + - `up to` `at least`, branches of `if`, comparison; None: no such type."""
    if left == right:
        return left
    if left.base in DIMENSIONLESS and right.base in DIMENSIONLESS and {left.base, right.base} != {"count", "share"}:
        return NUMBER
    return None


def product(left: Type, right: Type) -> Type | None:
    """left × right, in either order."""
    a, b = left.base, right.base
    if a in DIMENSIONLESS and b in DIMENSIONLESS:
        if a == b and a != "number":
            return left
        return NUMBER
    for one, other in ((left, right), (right, left)):
        if one.base in DIMENSIONLESS and other.base in AMOUNTS:
            return other
        if one.base == "count" and other.base == "duration":
            return DURATION
        if one.base == "rate" and other.base == "duration":
            return MONEY
    return None


def quotient(left: Type, right: Type) -> Type | None:
    """left / right."""
    if right.base in DIMENSIONLESS:
        if left.base in AMOUNTS:
            return left
        return NUMBER if left.base in DIMENSIONLESS else None
    if left == right and left.base in AMOUNTS:
        return NUMBER
    return None


def fold(expr: typed.Expr) -> Value | None:
    """The value of an expression of constants; None when it reads anything."""
    if isinstance(expr, typed.Constant):
        return expr.value
    if isinstance(expr, typed.Later):
        day, length = fold(expr.day), fold(expr.length)
        if isinstance(day, date) and isinstance(length, Duration):
            return add(day, length)
    if not isinstance(expr, typed.Arithmetic):
        return None
    left, right = fold(expr.left), fold(expr.right)
    if isinstance(left, Duration) and isinstance(right, Duration) and left.unit == right.unit:
        length = _calculate(expr.operator, Fraction(left.count), Fraction(right.count))
        return None if length is None else Duration(int(length), left.unit)
    if isinstance(left, Duration) or isinstance(right, Duration):
        return _scaled(expr, left, right)
    if not isinstance(left, int | Fraction) or not isinstance(right, int | Fraction):
        return None
    value = _calculate(expr.operator, Fraction(left), Fraction(right))
    if value is None:
        return None
    return int(value) if expr.type == COUNT and value.denominator == 1 else value


def _scaled(expr: typed.Arithmetic, left: Value | None, right: Value | None) -> Value | None:
    """count × duration, or rate × duration (30 days count as a month)."""
    length, factor = (left, right) if isinstance(left, Duration) else (right, left)
    if expr.operator != "×" or not isinstance(length, Duration) or not isinstance(factor, int | Fraction):
        return None
    if expr.type == MONEY:
        return Fraction(factor) * Fraction(length.count, 1 if length.unit == "months" else 30)
    return Duration(int(length.count * factor), length.unit)


def _calculate(operator: str, left: Fraction, right: Fraction) -> Fraction | None:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "×":
            return left * right
        case "/":
            return left / right if right else None
        case "minimum":
            return min(left, right)
        case _:
            return max(left, right)


def constant(expr: typed.Expr | None, want: Type) -> Value | None:
    """The constant that `expr` is, as a value of type `want` (a whole number for a share becomes a fraction)."""
    value = None if expr is None else fold(expr)
    if value is None:
        return None
    if want in (SHARE, NUMBER, MONEY, RATE) and isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Fraction(value)
    if want == COUNT and isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else None
    return value
