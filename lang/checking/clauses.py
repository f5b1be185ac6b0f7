"""Clauses: whom they are for, their rules and payments, the funds that pay.

Comes in: `clause` blocks of the tree and the filled name spaces. Goes out: `model.Clause`s; a clause with a fault is
None (the program is refused then, so nobody reads it).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from lang import model, typed
from lang.checking import expressions, positive, resolve, symbols, units
from lang.checking.declarations import constant_of
from lang.checking.environment import Environment, PaidItem, Scope
from lang.checking.messages import not_supported, words
from lang.dates import Duration
from lang.diagnostics import Edit, Label, Text
from lang.source import Span
from lang.tree import declarations as tree
from lang.tree import syntax
from lang.types import COUNT, DURATION, MONEY, RATE, SHARE

_AMOUNT = Text("the amount", "发放的数额")
_KEEP = Text("keep one of them", "请保留一处")


def declare_clauses(clauses: Iterable[tree.Clause], environment: Environment) -> None:
    """Only the names, which everything else may speak of."""
    for clause in clauses:
        entity = None if clause.scope is None else environment.entities.canonical(clause.scope.entity.text)
        environment.clauses.declare(environment.findings, clause.name, clause.label, PaidItem(clause, entity))


def check_clauses(environment: Environment, default: tree.PaidFrom | None) -> dict[str, model.Clause]:
    """Every clause; `default` is the policy's `paid from`."""
    everybodys = None if default is None else _paid_from(default, environment)
    checked: dict[str, model.Clause] = {}
    for item in environment.clauses.entries.values():
        clause = _clause(item.declared, everybodys, environment)
        if clause is not None:
            checked[clause.name] = clause
    return checked


def _clause(declared: tree.Clause, default: model.PaidFrom | None, environment: Environment) -> model.Clause | None:
    paid_from = default if declared.paid_from is None else _paid_from(declared.paid_from, environment)
    if declared.scope is None:
        _shape(declared.name, "it has no `for` line", "缺少“对象”一行", environment)
        return None
    entity = environment.entities.canonical(declared.scope.entity.text)
    if entity is None:
        resolve.declared(environment.entities, declared.scope.entity, environment)
        return None
    if not declared.rules:
        _shape(declared.name, "it has no rule, so it pays nothing", "没有规则，不会发放任何金额", environment)
    scope = Scope(environment, "policy", entity)
    where = None if declared.scope.where is None else expressions.condition(declared.scope.where, scope)
    if where is not None:
        scope = positive.guarded(scope, where)
    rules: list[model.Rule] = []
    for at, rule in enumerate(declared.rules):
        if rule.kind == "otherwise" and at != len(declared.rules) - 1:
            message = Text("`otherwise` is the last rule", "“其余情形”须为最后一条规则")
            help = Text("move it below the other rules", "请移到其他规则之后")
            environment.findings.add("HC323", rule.span, message, help=help)
        checked = _rule(rule, scope)
        if checked is not None:
            rules.append(checked)
            if checked.condition is not None:  # the rules below are asked where it does not hold
                scope = positive.guarded(scope, checked.condition, holds=False)
    names = symbols.names_of(declared.name, declared.label)
    return model.Clause(
        name=names.name, label=names.label, cites=declared.cites, span=declared.span, trivia=declared.trivia,
        entity=entity, where=where, rules=tuple(rules), paid_from=paid_from,
    )  # fmt: skip


def _shape(name: syntax.Name, en: str, zh: str, environment: Environment) -> None:
    message = Text(f"clause `{name.text}`: {en}", f"条款“{name.text}”：{zh}")
    help = Text("write `for ENTITY where …` and `CONDITION → AMOUNT once`", "请写“对象 … 其中 …”和“条件 → 一次性 金额”")
    environment.findings.add("HC128", name.span, message, help=help)


# ---------------------------------------------------------------- rules
def _rule(rule: tree.Rule, scope: Scope) -> model.Rule | None:
    asked = None
    if rule.condition is not None:
        asked = expressions.condition(rule.condition, scope)
        if asked is not None:
            scope = positive.guarded(scope, asked)
    payment = rule.payment
    amount = _amount(payment, scope)
    rounding = model.Rounding() if payment.rounding is None else _rounding(payment.rounding, scope.environment)
    nobody = Scope(scope.environment)
    months = per_year = in_all = None
    for limit in payment.limits:
        if isinstance(limit, tree.CountLimit):
            _once_only(months, limit.span, scope.environment)
            months = _months(limit, payment, nobody)
        elif limit.per_year:
            _once_only(per_year, limit.span, scope.environment)
            per_year = expressions.value(limit.amount, nobody, MONEY, Text("the limit", "限额"))
        else:
            _once_only(in_all, limit.span, scope.environment)
            in_all = expressions.value(limit.amount, nobody, MONEY, Text("the limit", "限额"))
    payee = None if payment.payee is None else _payee(payment.payee, scope)
    if (
        amount is None
        or rounding is None
        or payment.frequency is None
        or (asked is None and rule.condition is not None)
    ):
        return None
    return model.Rule(
        condition=asked, amount=amount, frequency=payment.frequency, rounding=rounding, months=months,
        per_year=per_year, in_all=in_all, payee=payee, span=rule.span, trivia=rule.trivia,
    )  # fmt: skip


def _amount(payment: tree.Payment, scope: Scope) -> typed.Expr | None:
    found = expressions.any_value(payment.amount, scope, MONEY)
    if found is None:
        return None
    if found.type == RATE:
        if payment.frequency in ("per month", None):
            return found
        text = words(payment.amount.span)
        message = Text(
            f"`{text}` is money per month and cannot be paid `{payment.frequency}`",
            f"“{text}”是月标准，不能按“{'一次性' if payment.frequency == 'once' else '每年一次'}”发放",
        )
        help = Text(
            f"pay it `per month`, or multiply it by a duration: `{text} × 12 months`",
            f"请按“每月”发放，或乘以时长：“{text} × 12个月”",
        )
        scope.findings.add("HC312", payment.amount.span, message, help=help)
        return None
    if found.type != MONEY:
        return expressions.value(payment.amount, scope, MONEY, _AMOUNT)
    fixed = units.fold(found)
    if isinstance(fixed, Fraction) and fixed < 0:
        message = Text("an amount cannot be negative", "金额不能为负")
        help = Text("a clause pays; what is paid back is no rule", "条款只规定发放；追回不写作规则")
        scope.findings.add("HC323", payment.amount.span, message, help=help)
        return None
    return found


def _rounding(rounding: tree.Rounding, environment: Environment) -> model.Rounding | None:
    unit = constant_of(rounding.unit, MONEY, environment, Text("the unit of rounding", "舍入单位"))
    if unit is None:
        return None
    assert isinstance(unit, Fraction)
    if unit <= 0:
        message = Text("the unit of rounding is at least a fen", "舍入单位至少为一分")
        environment.findings.add("HC323", rounding.unit.span, message)
        return None
    return model.Rounding(mode=rounding.mode, unit=int(unit))


def _once_only(before: typed.Expr | None, span: Span, environment: Environment) -> None:
    if before is not None:
        environment.findings.add("HC323", span, Text("this limit is said twice", "同一种限额重复书写"), _KEEP)


def _months(limit: tree.CountLimit, payment: tree.Payment, nobody: Scope) -> typed.Expr | None:
    """`for at most 6 months` as the number of monthly payments."""
    if payment.frequency not in ("per month", None):
        message = Text(
            f"`for at most` limits monthly payments, but this is paid `{payment.frequency}`",
            "“最长”只用于按月发放，此处并非每月发放",
        )
        help = Text(
            "pay it `per month`, or limit the amount: `at most … yuan`", "请改为“每月”，或限定金额：“累计不超过 …元”"
        )
        nobody.findings.add("HC323", limit.span, message, help=help)
        return None
    found = expressions.any_value(limit.length, nobody, DURATION)
    if found is None:
        return None
    fixed = units.fold(found)
    if isinstance(fixed, Duration):
        if fixed.unit == "months" and fixed.count > 0:
            return typed.Constant(fixed.count, COUNT, span=found.span)
        months = Text("the limit must be whole months", "期限须为整月")
        nobody.findings.add("HC323", limit.length.span, months, Text("write `6 months`", "写作“6个月”"))
        return None
    if isinstance(limit.length, syntax.Number):
        edit = Edit(limit.length.span.after, " months")
        message = Text(f"`{words(limit.length.span)}` of what?", f"“{words(limit.length.span)}”缺少单位")
        help = Text(f"write `{words(limit.length.span)} months`", f"写作“{words(limit.length.span)}个月”")
        nobody.findings.add("HC302", limit.length.span, message, help=help, edit=edit)
        return None
    if found.type == COUNT:
        return found
    if found.type == DURATION and _whole(found):
        return found
    if found.type == DURATION:
        what = Text("a limit that is a multiple of a duration", "以时长的倍数为期限")
        help = Text("give the limit itself as a parameter: `parameter longest: duration = 9 months`",
                    "请把期限本身设为标准，如“标准 最长期限：时长 = 9个月”")  # fmt: skip
        not_supported(nobody.findings, limit.length.span, what, help)
        return None
    return expressions.value(limit.length, nobody, DURATION, Text("the limit", "期限"))


def _whole(length: typed.Expr) -> bool:
    """Whether a length is made of parameters and constants without parts of them: it is whole months where they are."""
    match length:
        case typed.Constant() | typed.ParameterRead():
            return True
        case typed.Arithmetic("+" | "-" | "minimum" | "maximum", left, right):
            return _whole(left) and _whole(right)
        case _:
            return False


def _payee(node: syntax.Expr, scope: Scope) -> typed.Expr | None:
    found = expressions.any_value(node, scope)
    if found is None or found.type.base == "link":
        return found
    called = units.called(found.type)
    links = [a.name for a in scope.environment.attributes[scope.entity or ""].entries.values() if a.type.base == "link"]
    help = Text("declare a link: `has employer: enterprise`", "请声明关联栏目，如“栏目 用人单位：企业”")
    if links:
        help = Text(f"links: {', '.join(links)}", f"可用的关联：{'、'.join(links)}")
    message = Text(
        f"the payee must be a link, but `{words(node.span)}` is {called.en}",
        f"付款对象须为关联，而“{words(node.span)}”是{called.zh}",
    )
    scope.findings.add("HC309", node.span, message, help=help)
    return None


# ---------------------------------------------------------------- funds
def _paid_from(line: tree.PaidFrom, environment: Environment) -> model.PaidFrom | None:
    funds = [environment.funds.canonical(name.text) for name in line.funds]
    for name, fund in zip(line.funds, funds, strict=True):
        if fund is None:
            resolve.declared(environment.funds, name, environment)
    if None in funds:
        return None
    known = tuple(fund for fund in funds if fund is not None)
    if len(set(known)) < len(known):
        environment.findings.add("HC324", line.span, Text("a fund is named twice", "同一资金来源重复书写"), _KEEP)
        return None
    if line.shares is None:
        return model.PaidFrom(funds=known)
    shares = [constant_of(share, SHARE, environment, Text("the share", "比例")) for share in line.shares]
    parts = tuple(Fraction(share) for share in shares if isinstance(share, int | Fraction))
    if len(parts) < len(shares):
        return None
    if sum(parts) != 1:
        total = f"{float(sum(parts) * 100):g}%"
        message = Text(f"the shares add up to {total}", f"各资金比例合计为{total}")
        help = Text("they must add up to 100%", "合计须为100%")
        environment.findings.add("HC324", line.span, message, help=help)
        return None
    return model.PaidFrom(funds=known, shares=parts)


def check_pots(clauses: dict[str, model.Clause], environment: Environment) -> None:
    """A clause paid from a fund `per NAME` whose entity knows no NAME: the pot is never known (a warning)."""
    for clause in clauses.values():
        for name in () if clause.paid_from is None else clause.paid_from.funds:
            fund = environment.funds.entries[name]
            if fund.per is None or fund.per in environment.lost or _knows(clause.entity, fund, environment):
                continue
            environment.findings.add(
                "HC325",
                environment.clauses.places[clause.name],
                Text(
                    f"`{clause.name}` is paid from `{name}`, which has one pot for each {fund.per}, "
                    f"but {clause.entity} has no {fund.per}",
                    f"“{clause.name}”由“{name}”支付，该资金按{fund.per}分列，但{clause.entity}没有{fund.per}",
                ),
                help=Text(
                    f"define it: `define {fund.per} for {clause.entity} = …`",
                    f"请界定：“界定 {fund.per} 适用 {clause.entity} = …”",
                ),
                labels=[Label(fund.span, Text("the fund is declared here", "资金声明在此"))],
            )


def _knows(entity: str, fund: model.Fund, environment: Environment) -> bool:
    assert fund.per is not None
    definition = environment.definitions[entity].find(fund.per)
    if definition is not None:
        return definition.body is None or definition.body.type.name == fund.pots
    attribute = environment.attributes[entity].find(fund.per)
    return attribute is not None and (attribute.type.name == fund.pots or attribute.type.base == "none")
