"""Written expressions to checked ones: names resolved, types found, units reconciled.

Comes in: a tree of `lang.tree.syntax` and the `Scope` it stands in. Goes out: a tree of `lang.typed`, or None after a
finding (None is the error type: whatever reads it stays silent, so that one fault is one finding). `want` is the type
that the place asks for; bare numbers, names of members and `none` take it on. Comparisons are in
`lang.checking.comparisons`, aggregates and links in `lang.checking.paths`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial, reduce
from typing import assert_never

from lang import typed
from lang.checking import comparisons as check_comparisons
from lang.checking import paths as check_paths
from lang.checking import positive, resolve, units
from lang.checking.environment import Scope
from lang.checking.messages import (
    calculated_rate,
    finer_than_fen,
    may_be_zero,
    mismatch,
    no_function,
    not_supported,
    not_usable,
    out_of_share,
    rate_per_year,
    too_deep,
    too_large,
    words,
    wrong_operand,
    wrong_type,
)
from lang.dates import Duration
from lang.diagnostics import Text
from lang.text.keywords import FUNCTIONS
from lang.tree import syntax
from lang.tree.walk import deepest
from lang.types import COUNT, DATE, DURATION, MONEY, MONTH, NO_VALUE, NUMBER, RATE, SHARE, TEXT, YES_NO, Type

_DEPTH = 100  # deeper trees would exhaust Python's stack here or in a later phase


# ---------------------------------------------------------------- the entries, for declarations
def value(node: syntax.Expr, scope: Scope, want: Type, due: Text | None = None) -> typed.Expr | None:
    """An expression of type `want`; `due` says in a message what stands here (`the amount`)."""
    return None if _too_deep(node, scope) else value_of(node, scope, want, due)


def any_value(node: syntax.Expr, scope: Scope, want: Type | None = None) -> typed.Expr | None:
    """An expression of whatever type it has."""
    return None if _too_deep(node, scope) else infer(node, scope, want)


def condition(node: syntax.Expr, scope: Scope) -> typed.Expr | None:
    """A yes/no expression."""
    return None if _too_deep(node, scope) else yes_no(node, scope)


def _too_deep(node: syntax.Expr, scope: Scope) -> bool:
    deep = deepest(node, _DEPTH)
    if deep is not None:
        too_deep(scope.findings, deep.span if deep.span.end else node.span, _DEPTH)
    return deep is not None


# ---------------------------------------------------------------- inside expressions
def value_of(node: syntax.Expr, scope: Scope, want: Type, due: Text | None = None) -> typed.Expr | None:
    found = infer(node, scope, want)
    if found is None:
        return None
    if units.fits(found.type, want):
        return found
    wrong_type(scope.findings, node, found.type, want, due)
    return None


def yes_no(node: syntax.Expr, scope: Scope) -> typed.Expr | None:
    return value_of(node, scope, YES_NO, Text("a condition", "条件"))


def infer(node: syntax.Expr, scope: Scope, want: Type | None = None) -> typed.Expr | None:
    """The checked form of `node`; it need not have the type `want`, which only guides literals and members."""
    match node:
        case syntax.Ref():
            link = check_paths.unsplit(node.name, scope)
            if link is not None:
                return infer(link, scope, want)
            found = resolve.reference(node.name, scope, want)
            return None if found is None or found.type == NO_VALUE else found
        case syntax.Number():
            return _number(node, scope, want)
        case syntax.Money():
            return _money(node.yuan, MONEY, node, scope)
        case syntax.Percent():
            if not 0 <= node.value <= 100 and want == SHARE:
                out_of_share(scope.findings, node.span)
                return None
            return typed.Constant(Fraction(node.value) / 100, SHARE, span=node.span)
        case syntax.Length():
            return typed.Constant(node.duration, DURATION, span=node.span)
        case syntax.Day():
            return typed.Constant(node.value, DATE, span=node.span)
        case syntax.CalendarMonth():
            return typed.Constant(node.value, MONTH, span=node.span)
        case syntax.CalendarYear():
            return _calendar_year(node, scope, want)
        case syntax.YesNo():
            return typed.Constant(node.value, YES_NO, span=node.span)
        case syntax.String():
            return typed.Constant(node.value, TEXT, span=node.span)
        case syntax.Nothing():
            return _nothing(node, scope, want)
        case syntax.Rate():
            return _rate(node, scope)
        case syntax.Attribute() | syntax.Lookup() | syntax.Aggregate():
            return check_paths.infer(node, scope)
        case syntax.Call():
            return _call(node, scope, want)
        case syntax.Not():
            operand = yes_no(node.operand, scope)
            return None if operand is None else typed.Not(operand, span=node.span)
        case syntax.Negate():
            return _negate(node, scope, want)
        case syntax.All():
            return _all(node, scope)
        case syntax.Either():
            return _either(node, scope)
        case syntax.Binary():
            return _binary(node, scope, want)
        case syntax.If():
            return _if(node, scope, want)
        case syntax.Prefix() | syntax.Compare() | syntax.IsKnown() | syntax.Within() | syntax.InSet() | syntax.InTime():
            return check_comparisons.infer(node, scope)
        case syntax.TotalPaidBy():
            return check_paths.paid_by(node, scope)
        case _:
            assert_never(node)


def adapts(node: syntax.Expr, scope: Scope) -> bool:
    """Whether what stands opposite gives `node` its type: bare numbers, `none`, a name that is only a member."""
    match node:
        case syntax.Number() | syntax.Nothing() | syntax.CalendarYear():
            return True
        case syntax.Ref():
            return check_paths.unsplit(node.name, scope) is None and not resolve.means_something(node.name, scope)
        case syntax.Negate():
            return adapts(node.operand, scope)
        case syntax.Binary():
            return adapts(node.left, scope) and adapts(node.right, scope)
        case syntax.If():
            return adapts(node.then, scope) and adapts(node.otherwise, scope)
        case _:
            return False


def pair(
    left: syntax.Expr, right: syntax.Expr, scope: Scope, want: Type | None = None
) -> tuple[typed.Expr, typed.Expr] | None:
    """Both sides of an operator that asks for one type; the side with a type of its own lends it to the other."""
    if adapts(left, scope) and not adapts(right, scope):
        second = infer(right, scope, want)
        first = None if second is None else infer(left, scope, second.type)
    else:
        first = infer(left, scope, want)
        if first is None and adapts(right, scope):
            return None
        second = infer(right, scope, want if first is None else first.type)
    if first is None or second is None:
        return None
    # `500 × n + minimum wage`: the bare 500 is yuan after all.
    if first.type.base in units.DIMENSIONLESS and second.type.base in units.AMOUNTS:
        first = infer(left, scope, second.type)
    elif second.type.base in units.DIMENSIONLESS and first.type.base in units.AMOUNTS:
        second = infer(right, scope, first.type)
    return None if first is None or second is None else (first, second)


# ---------------------------------------------------------------- literals
def _number(node: syntax.Number, scope: Scope, want: Type | None) -> typed.Expr | None:
    if want in (MONEY, RATE):
        return _money(node.value, want, node, scope)
    if want == SHARE and 0 <= node.value <= 1:
        return typed.Constant(Fraction(node.value), SHARE, span=node.span)
    plain = units.number(node.value)
    return typed.Constant(plain.value, plain.type, span=node.span)


def _money(yuan: Decimal, type_: Type, node: syntax.Expr, scope: Scope) -> typed.Expr | None:
    if abs(yuan) > units.MOST_YUAN:
        too_large(scope.findings, node.span)
        return None
    amount = units.fen(yuan)
    if amount is None:
        finer_than_fen(scope.findings, node.span)
        return None
    return typed.Constant(amount, type_, span=node.span)


def _calendar_year(node: syntax.CalendarYear, scope: Scope, want: Type | None) -> typed.Expr | None:
    if want is not None and want.base in (*units.DIMENSIONLESS, *units.AMOUNTS) and node.span.text.isdigit():
        return _number(syntax.Number(Decimal(node.value), span=node.span), scope, want)
    help = Text(
        "write a date such as 2021-01-01, or `in 2021` behind a date", "请写日期，如2021年1月1日，或写“在2021年”"
    )
    not_usable(scope.findings, node.span, Text("a calendar year is no value by itself", "年份本身不是取值"), help)
    return None


def _nothing(node: syntax.Nothing, scope: Scope, want: Type | None) -> typed.Expr | None:
    if want is not None and want.base == "kind" and want.name is not None:
        for word in ("none", "null", "无"):
            constant = resolve.member(syntax.Name(word, span=node.span), want.name, scope)
            if constant is not None:
                return constant
    help = Text("ask `not (… is known)`, or declare a member `none`", "请用“未填”，或在类别中声明“无”")
    not_usable(scope.findings, node.span, Text("`none` is no value to compare with", "“无”不能用于比较"), help)
    return None


def _rate(node: syntax.Rate, scope: Scope) -> typed.Expr | None:
    if node.per == "year":
        rate_per_year(scope.findings, node)
        return None
    amount = infer(node.amount, scope, MONEY)
    if amount is None:
        return None
    if amount.type == RATE:
        return amount
    if amount.type != MONEY:
        wrong_type(scope.findings, node.amount, amount.type, MONEY, Text("an amount per month", "每月金额"))
        return None
    fixed = units.fold(amount)
    if isinstance(fixed, Fraction):
        return typed.Constant(fixed, RATE, span=node.span)
    calculated_rate(scope.findings, node)
    return None


# ---------------------------------------------------------------- operators
def _all(node: syntax.All, scope: Scope) -> typed.Expr | None:
    sides = _operands(node.operands, scope, holds=True)
    return None if sides is None else typed.All(sides, span=node.span)


def _either(node: syntax.Either, scope: Scope) -> typed.Expr | None:
    sides = _operands(node.operands, scope, holds=False)
    return None if sides is None else typed.Either(sides, span=node.span)


def _operands(operands: Sequence[syntax.Expr], scope: Scope, holds: bool) -> tuple[typed.Expr, ...] | None:
    """Those of `and` matter where all before hold, those of `or` where all before fail; what that says of a divisor
    is known behind it."""
    sides: list[typed.Expr] = []
    for operand in operands:
        side = yes_no(operand, scope)
        if side is not None:
            sides.append(side)
            scope = positive.guarded(scope, side, holds)
    return tuple(sides) if len(sides) == len(operands) else None


def _negate(node: syntax.Negate, scope: Scope, want: Type | None) -> typed.Expr | None:
    operand = infer(node.operand, scope, want)
    if operand is None:
        return None
    if operand.type.base not in units.QUANTITIES:
        wrong_operand(scope.findings, node.operand, operand.type, "-")
        return None
    fixed = units.fold(operand)
    if isinstance(fixed, Duration):
        return typed.Constant(Duration(-fixed.count, fixed.unit), DURATION, span=node.span)
    type_ = NUMBER if operand.type == SHARE else operand.type
    if isinstance(fixed, int | Fraction):
        return typed.Constant(-fixed, type_, span=node.span)
    zero: int | Fraction | Duration = 0 if type_ == COUNT else Fraction(0)
    if type_ == DURATION:
        zero = Duration(0)
    return typed.Arithmetic("-", typed.Constant(zero, type_, span=node.span), operand, type_, span=node.span)


def _binary(node: syntax.Binary, scope: Scope, want: Type | None) -> typed.Expr | None:
    if node.operator in ("×", "/"):
        return _scaled(node, scope, want)
    both = pair(node.left, node.right, scope, want)
    if both is None:
        return None
    left, right = both
    if left.type == DATE and right.type == DURATION and node.operator in ("+", "-"):
        return _shifted_date(node, left, right, scope)
    type_ = units.joined(left.type, right.type)
    usable = (*units.QUANTITIES, "date") if node.operator in ("up to", "at least") else units.QUANTITIES
    for side, found in ((node.left, left), (node.right, right)):
        if found.type.base not in usable and (type_ is not None or found.type.base not in ("date",)):
            wrong_operand(scope.findings, side, found.type, node.operator)
            return None
    if type_ is None:
        mismatch(scope.findings, node, node.left, left.type, node.right, right.type)
        return None
    match node.operator:
        case "+" | "-":
            operator: typed.Arithmetic | None = typed.Arithmetic(node.operator, left, right, type_, span=node.span)
            return operator
        case "up to":
            return typed.Arithmetic("minimum", left, right, type_, span=node.span)
        case _:
            return typed.Arithmetic("maximum", left, right, type_, span=node.span)


def _shifted_date(node: syntax.Binary, day: typed.Expr, length: typed.Expr, scope: Scope) -> typed.Expr | None:
    if node.operator == "+":
        return typed.Later(day, length, span=node.span)
    fixed = units.fold(length)
    if not isinstance(fixed, Duration):
        what = Text("a date less a duration that varies", "日期减去可变时长")
        instead = Text(f"add it to the other side of the comparison: `… + {words(node.right.span)}`",
                       f"请在比较的另一侧加上时长：“… + {words(node.right.span)}”")  # fmt: skip
        not_supported(scope.findings, node.span, what, instead)
        return None
    back = typed.Constant(Duration(-fixed.count, fixed.unit), DURATION, span=length.span)
    return typed.Later(day, back, span=node.span)


def _scaled(node: syntax.Binary, scope: Scope, want: Type | None) -> typed.Expr | None:
    """× and /. In a money place a bare number is yuan unless the other side is money already."""
    wants_money = want if want in (MONEY, RATE) else None
    left: typed.Expr | None
    right: typed.Expr | None
    if node.operator == "/":
        left, right = infer(node.left, scope, wants_money), infer(node.right, scope)
    elif adapts(node.left, scope) and not adapts(node.right, scope):
        right = infer(node.right, scope)
        left = infer(node.left, scope, _yuan(wants_money, right))
    elif adapts(node.right, scope) and not adapts(node.left, scope):
        left = infer(node.left, scope)
        right = infer(node.right, scope, _yuan(wants_money, left))
    else:
        left, right = infer(node.left, scope, wants_money), infer(node.right, scope)
    if left is None or right is None:
        return None
    for side, found in ((node.left, left), (node.right, right)):
        if found.type.base not in units.QUANTITIES:
            wrong_operand(scope.findings, side, found.type, node.operator)
            return None
    type_ = units.product(left.type, right.type) if node.operator == "×" else units.quotient(left.type, right.type)
    if type_ is None:
        mismatch(scope.findings, node, node.left, left.type, node.right, right.type)
        return None
    if node.operator == "/" and not positive.never_zero(right, scope):
        may_be_zero(scope.findings, node)
        return None
    return typed.Arithmetic(node.operator, left, right, type_, span=node.span)  # type: ignore[arg-type]


def _yuan(wanted: Type | None, other: typed.Expr | None) -> Type | None:
    return wanted if other is not None and other.type.base in units.DIMENSIONLESS else None


def _if(node: syntax.If, scope: Scope, want: Type | None) -> typed.Expr | None:
    asked = yes_no(node.condition, scope)
    holding = scope if asked is None else positive.guarded(scope, asked)
    failing = scope if asked is None else positive.guarded(scope, asked, holds=False)
    if not _lends(node.then, holding) and _lends(node.otherwise, failing):
        otherwise = infer(node.otherwise, failing, want)
        then = infer(node.then, holding, want if otherwise is None else otherwise.type)
    else:
        then = infer(node.then, holding, want)
        otherwise = infer(node.otherwise, failing, want if then is None else then.type)
    if asked is None or then is None or otherwise is None:
        return None
    type_ = units.joined(then.type, otherwise.type)
    if type_ is None:
        mismatch(scope.findings, node, node.then, then.type, node.otherwise, otherwise.type)
        return None
    return typed.If(asked, then, otherwise, type_, span=node.span)


def _lends(node: syntax.Expr, scope: Scope) -> bool:
    """Whether `node` has a type that the other branch can take on."""
    if isinstance(node, syntax.Ref) and adapts(node, scope):
        return resolve.only_member(node.name, scope) is not None
    return not adapts(node, scope)


_ARITY = {"exp": (1, 1), "log": (1, 1), "logistic": (1, 1), "min": (2, 9), "max": (2, 9)}


# of two or more values of one unit: the same as `A up to B` and `A at least B`
_CHOOSING: dict[str, syntax.Operator] = {"min": "up to", "max": "at least"}


def _chosen(node: syntax.Call, operator: syntax.Operator, left: syntax.Expr, right: syntax.Expr) -> syntax.Expr:
    return syntax.Binary(operator, left, right, span=node.span)


def _call(node: syntax.Call, scope: Scope, want: Type | None) -> typed.Expr | None:
    """`exp`, `log`, `logistic`, `min`, `max` of the values of a scenario; a distribution stands behind `~` only."""
    name = node.function.text
    if scope.role == "scenario" and name not in (*_ARITY, *FUNCTIONS.values()):
        no_function(scope.findings, node)
        return None
    if scope.role != "scenario" or name not in _ARITY:
        message = Text(f"`{name}(…)` cannot be used here", f"此处不能使用“{name}（…）”")
        help = Text("functions and distributions belong in a scenario", "函数和分布只用于情景")
        not_usable(scope.findings, node.span, message, help)
        return None
    low, high = _ARITY[name]
    if not low <= len(node.arguments) <= high:
        takes = str(low) if low == high else f"{low}-{high}"
        message = Text(f"`{name}` takes {takes} value(s)", f"“{name}”须有{takes}个参数")
        not_usable(scope.findings, node.span, message, None)
        return None
    if name in _CHOOSING:
        first, *others = (argument.value for argument in node.arguments)
        return infer(reduce(partial(_chosen, node, _CHOOSING[name]), others, first), scope, want)
    arguments = [value_of(argument.value, scope, NUMBER) for argument in node.arguments]
    if None in arguments:
        return None
    type_ = SHARE if name == "logistic" else NUMBER
    return typed.Function(name, tuple(a for a in arguments if a is not None), type_, span=node.span)
