"""Distributions of a scenario: family, arguments and their types, weights.

Comes in: what stands behind `~` and the type of what is drawn (None: an unknown, whose type follows from what is
written). Goes out: a `model.Distribution` with named arguments. Arguments may read the unknowns declared before.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from lang import model, typed
from lang.checking import expressions, resolve, units
from lang.checking.case import is_none
from lang.checking.declarations import constant_of
from lang.checking.distribution_words import POSITIVE, bounds_of, signed_argument, spelled_out
from lang.checking.environment import Scope
from lang.checking.findings import quoted
from lang.checking.messages import mismatch, not_supported, out_of_share, words
from lang.diagnostics import Text
from lang.source import Span
from lang.tree import declarations as tree
from lang.tree import syntax
from lang.types import COUNT, DURATION, MONEY, NONE, NUMBER, RATE, SHARE, YES_NO, Given, Type

# family → its arguments in order; `x`: of the type that is drawn, `n`: a plain number, `p`: a share
_FAMILIES: dict[str, tuple[tuple[str, str], ...]] = {
    "fixed": (("x", "x"),),
    "uniform": (("a", "x"), ("b", "x")),
    "triangular": (("a", "x"), ("mode", "x"), ("b", "x")),
    "normal": (("mean", "x"), ("sd", "x")),
    "lognormal": (("median", "x"), ("sigma", "n")),
    "beta": (("a", "n"), ("b", "n")),
    "gamma": (("shape", "n"), ("mean", "x")),
    "poisson": (("mean", "n"),),
    "binomial": (("n", "n"), ("p", "p")),
}
_NUMERIC = (*units.DIMENSIONLESS, *units.AMOUNTS, "duration")
_COUNTING = ("poisson", "binomial")


def check_distribution(
    written: tree.Distribution, want: Type | None, scope: Scope, or_none: bool = False
) -> model.Distribution | None:
    """The distribution of a value of type `want`; its `type` is that of what is drawn. `or_none`: of an attribute,
    of which there may also be none."""
    if written.any_of is not None:
        return _any(written, want, scope)
    if written.choices:
        return _choices(written, want, scope, or_none)
    if written.low is not None and written.high is not None:
        return _between(written, written.low, written.high, want, scope)
    assert written.value is not None
    if want == YES_NO and not isinstance(written.value, syntax.YesNo):
        chance = probability(written.value, scope)
        if chance is None:
            return None
        return model.Distribution(family="chance", type=YES_NO, arguments={"p": chance}, span=written.span)
    if isinstance(written.value, syntax.Call) and written.value.function.text in (*_FAMILIES, "empirical"):
        return _family(written.value, want, scope)
    return _single(written, written.value, want, scope)


def probability(node: syntax.Expr, scope: Scope) -> typed.Expr | None:
    """A chance: a share, or a number that is an unknown's business to keep between 0 and 1."""
    found = expressions.value(node, scope, SHARE, Text("a chance", "概率"))
    fixed = units.constant(found, SHARE)
    if isinstance(fixed, Fraction) and not 0 <= fixed <= 1:
        out_of_share(scope.findings, node.span)
        return None
    return found


def _fault(scope: Scope, span: Span, en: str, zh: str, help: Text | None = None) -> None:
    scope.findings.add("HC510", span, Text(en, zh), help=help)


# ---------------------------------------------------------------- links, choices, single values
def _any(written: tree.Distribution, want: Type | None, scope: Scope) -> model.Distribution | None:
    assert written.any_of is not None
    entity = scope.environment.entities.canonical(written.any_of.text)
    if entity is None:
        resolve.declared(scope.environment.entities, written.any_of, scope.environment)
        return None
    if want is None or want.base != "link" or want.name != entity:
        due = Text("a number", "数值") if want is None else units.called(want)
        _fault(
            scope, written.span, f"`any {entity}` draws a link to {entity}; {due.en} is due here",
            f"“任一 {entity}”抽取的是指向{entity}的关联，此处应为{due.zh}",
        )  # fmt: skip
        return None
    return model.Distribution(family="any", type=want, entity=entity, span=written.span)


def _choices(written: tree.Distribution, want: Type | None, scope: Scope, or_none: bool) -> model.Distribution | None:
    if want is not None and want.base in ("link", "many", "text", "identity"):
        called = units.called(want)
        _fault(scope, written.span, f"choices cannot give {called.en}", f"不能用选项给出{called.zh}")
        return None
    values: list[Given | None] = []
    type_ = want
    for choice in written.choices:
        if or_none and want is not None and is_none(choice.value, want, scope.environment):
            values.append(NONE)
            continue
        if type_ is None:
            found = expressions.any_value(choice.value, Scope(scope.environment, "constant"))
            type_ = None if found is None else (NUMBER if found.type == COUNT else found.type)
        values.append(
            None if type_ is None else constant_of(choice.value, type_, scope.environment, Text("a choice", "选项"))
        )
    weights = [probability(choice.weight, scope) for choice in written.choices]
    if type_ is None or None in values or None in weights:
        return None
    known = [v for v in values if v is not None]
    for at, value in enumerate(known):
        if value in known[:at]:
            span = written.choices[at].value.span
            _fault(scope, span, f"`{words(span)}` is listed twice", f"“{words(span)}”重复列出")
            return None
    given = tuple(w for w in weights if w is not None)
    if not _whole(written, given, scope):
        return None
    return model.Distribution(family="choice", type=type_, values=tuple(known), weights=given, span=written.span)


def _whole(written: tree.Distribution, weights: tuple[typed.Expr, ...], scope: Scope) -> bool:
    """Constant weights sum to 100%; constant parts of others do not exceed it."""
    fixed = [units.constant(weight, SHARE) for weight in weights]
    total = sum((Fraction(f) for f in fixed if isinstance(f, int | Fraction)), Fraction(0))
    if total > 1 or (None not in fixed and total != 1):
        rest = 1 - total
        help = Text("take some away", "请减少")
        if rest > 0:
            help = Text(f"{_percent(rest)} is missing; a rest is not guessed", f"缺少{_percent(rest)}，不作推定")
        message = Text(f"the weights add up to {_percent(total)}", f"权重合计为{_percent(total)}")
        scope.findings.add("HC511", written.span, message, help=help)
        return False
    return True


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g}%"


def _single(
    written: tree.Distribution, node: syntax.Expr, want: Type | None, scope: Scope
) -> model.Distribution | None:
    """`~ 3000 yuan`, `~ senior`, `~ yes`: always that."""
    if want is not None and want.base not in _NUMERIC:
        value = constant_of(node, want, scope.environment, Text("what is drawn", "所抽取的值"))
        if value is None:
            return None
        sure = typed.Constant(Fraction(1), SHARE, span=written.span)
        return model.Distribution(family="choice", type=want, values=(value,), weights=(sure,), span=written.span)
    if want is None:
        found = expressions.any_value(node, scope)
        if found is not None and found.type.base not in _NUMERIC:
            called = units.called(found.type)
            _fault(
                scope,
                node.span,
                f"an unknown is a number or amount, not {called.en}",
                f"不确定量须为数值或金额，而非{called.zh}",
            )
            return None
    else:
        found = _argument(node, want, scope)
    if found is None:
        return None
    type_ = want or (NUMBER if found.type == COUNT else found.type)
    return model.Distribution(family="fixed", type=type_, arguments={"x": found}, span=written.span)


def _argument(node: syntax.Expr, want: Type, scope: Scope) -> typed.Expr | None:
    """An argument of the type that is drawn; for counts and shares any number will do."""
    if want.base in units.DIMENSIONLESS:
        return expressions.value(node, scope, NUMBER, Text("an argument", "参数"))
    return expressions.value(node, scope, want, Text("an argument", "参数"))


def _between(
    written: tree.Distribution, low: syntax.Expr, high: syntax.Expr, want: Type | None, scope: Scope
) -> model.Distribution | None:
    """`80% to 95%`: 5th and 95th percentile."""
    if want is not None and want.base not in _NUMERIC:
        called = units.called(want)
        _fault(scope, written.span, f"a range of numbers cannot give {called.en}", f"数值区间不能给出{called.zh}")
        return None
    if want is None:
        both = expressions.pair(low, high, scope)
        first, second = both or (None, None)
        if first is not None and second is not None and units.joined(first.type, second.type) is None:
            node = syntax.Binary("-", low, high, span=written.span)
            mismatch(scope.findings, node, low, first.type, high, second.type)
            return None
    else:
        first, second = _argument(low, want, scope), _argument(high, want, scope)
    if first is None or second is None:
        return None
    type_ = want or (first.type if first.type != COUNT else NUMBER)
    bounds = units.fold(first), units.fold(second)
    if isinstance(bounds[0], int | Fraction) and isinstance(bounds[1], int | Fraction):
        if bounds[0] >= bounds[1]:
            _fault(scope, written.span, "the range ends before it begins", "区间的上限不大于下限")
            return None
        if type_ == SHARE and not (bounds[0] > 0 and bounds[1] < 1):
            _fault(
                scope, written.span, "the percentiles of a share lie strictly between 0% and 100%",
                "比例的两个分位数须严格介于0%与100%之间",
                Text("use `uniform(…)` or `beta(…)`", "请用“均匀（…）”或“贝塔（…）”"),
            )  # fmt: skip
            return None
    return model.Distribution(family="between", type=type_, arguments={"low": first, "high": second}, span=written.span)


# ---------------------------------------------------------------- families
def _family(call: syntax.Call, want: Type | None, scope: Scope) -> model.Distribution | None:
    name = call.function.text
    if name == "empirical":
        return _empirical(call, want, scope)
    if want is not None and (want.base not in _NUMERIC or (name == "beta" and want.base not in ("share", "number"))):
        called = units.called(want)
        _fault(scope, call.span, f"`{name}` cannot give {called.en}", f"“{name}”不能给出{called.zh}")
        return None
    given = _named(call, [argument for argument, _ in _FAMILIES[name]], scope)
    if given is None:
        return None
    type_ = want or _type_of(name, given, scope)
    kinds = dict(_FAMILIES[name])
    if name in _COUNTING and type_.base in (*units.AMOUNTS, "duration", "share"):
        called = units.called(type_)
        _fault(
            scope, call.span, f"`{name}` counts and cannot give {called.en}", f"“{name}”给出数量，不能给出{called.zh}",
            spelled_out(name, given) if type_.base == "duration" else None,
        )  # fmt: skip
        return None
    arguments: dict[str, typed.Expr] = {}
    for argument, _ in _FAMILIES[name]:
        node = given[argument]
        if kinds[argument] == "x":
            found = _argument(node, type_, scope)
        elif kinds[argument] == "p":
            found = probability(node, scope)
        else:
            found = expressions.value(node, scope, NUMBER, Text(f"`{argument}`", f"“{argument}”"))
        if found is None:
            return None
        arguments[argument] = found
    if not _sensible(name, arguments, type_, call, scope):
        return None
    family: Any = name
    return model.Distribution(family=family, type=type_, arguments=arguments, span=call.span)


def _named(call: syntax.Call, names: list[str], scope: Scope) -> dict[str, syntax.Expr] | None:
    """Arguments by name, from names and places."""
    given: dict[str, syntax.Expr] = {}
    for at, argument in enumerate(call.arguments):
        if argument.name is None and (signed := signed_argument(argument.value, names)) is not None:
            key, number = signed
            written = words(argument.span)
            en, zh = f"`{written}` is read as `{key}` less `{number}`", f"“{written}”读作“{key}”减“{number}”"
            below = bounds_of(call.function.text, key)
            mend = Text(f"write `{key} = -{number}`", f"请写作“{key} = -{number}”")
            if below is not None:
                en, zh = f"`{call.function.text}`: {below.en}", f"“{call.function.text}”：{below.zh}"
            _fault(scope, argument.span, en, zh, mend if below is None else None)
            return None
        name = argument.name.text if argument.name is not None else (names[at] if at < len(names) else None)
        if name is None or name not in names or name in given:
            wrong = argument.name.text if argument.name is not None else words(argument.value.span)
            en = f"`{call.function.text}` has no argument `{wrong}`"
            zh = f"“{call.function.text}”没有参数“{wrong}”"
            if name in given:
                en, zh = f"`{name}` is given twice", f"参数“{name}”重复给出"
            _fault(scope, argument.span, en, zh, Text(f"its arguments are {quoted(names)}", f"参数为：{quoted(names)}"))
            return None
        given[name] = argument.value
    missing = [name for name in names if name not in given]
    if missing:
        _fault(
            scope, call.span, f"`{call.function.text}` lacks {quoted(missing)}",
            f"“{call.function.text}”缺少参数{quoted(missing)}",
            Text(f"its arguments are {quoted(names)}", f"参数为：{quoted(names)}"),
        )  # fmt: skip
        return None
    return given


def _type_of(name: str, given: dict[str, syntax.Expr], scope: Scope) -> Type:
    """The type of an unknown, from the units of its arguments."""
    if name == "beta":
        return SHARE
    for argument, kind in _FAMILIES[name]:
        if kind != "x" or expressions.adapts(given[argument], scope):
            continue
        match given[argument]:
            case syntax.Money():
                return MONEY
            case syntax.Rate():
                return RATE
            case syntax.Percent():
                return SHARE
            case syntax.Length():
                return DURATION
    return NUMBER


def _sensible(name: str, arguments: dict[str, typed.Expr], type_: Type, call: syntax.Call, scope: Scope) -> bool:
    """Constant arguments for which the distribution exists."""
    fixed = {
        key: Fraction(value) for key, expr in arguments.items() if isinstance(value := units.fold(expr), int | Fraction)
    }
    wrong: tuple[str, str] | None = None
    for key, value in fixed.items():
        bound = bounds_of(name, key)
        if bound is not None and (value < 0 or (value == 0 and key in POSITIVE.get(name, ()))):
            wrong = (bound.en, bound.zh)
    bounds = [fixed[key] for key in ("a", "mode", "b") if key in fixed and name in ("uniform", "triangular")]
    if bounds != sorted(bounds):
        wrong = ("the bounds are not in order", "上下限次序有误")
    if type_ == SHARE and name in ("fixed", "uniform", "triangular"):
        for key, value in fixed.items():
            if not 0 <= value <= 1:
                wrong = (f"`{key}` is outside 0% to 100%", f"“{key}”不在0%至100%之间")
    if wrong is not None:
        _fault(scope, call.span, f"`{name}`: {wrong[0]}", f"“{name}”：{wrong[1]}")
    return wrong is None


def _empirical(call: syntax.Call, want: Type | None, scope: Scope) -> model.Distribution | None:
    values = [argument.value for argument in call.arguments]
    if len(values) != 1 or not isinstance(values[0], syntax.String):
        _fault(
            scope, call.span, "`empirical` takes the name of a file in quotes", "“经验”须写引号内的文件名",
            Text("write `empirical(\"wages.csv\")`", "写作“经验（「wages.csv」）”"),
        )  # fmt: skip
        return None
    if want is not None and want.base not in (*_NUMERIC, "kind", "yes/no"):
        not_supported(scope.findings, call.span, Text("values of this type from a file", "从文件读取此类型的值"),
            Text("give the values with their chances: `2021-01-01 30%, 2021-07-01 70%`, or take a distribution",
                 "请列出取值及其概率，如“2021年1月1日 30%，2021年7月1日 70%”，或改用分布"),
        )  # fmt: skip
        return None
    return model.Distribution(family="empirical", type=want or NUMBER, path=values[0].value, span=call.span)
