"""Limits that bounds alone show to be out of reach (HC407), and amounts that may lie below zero (HC408).

A limit of one payment, of a year or in all is held against the most that the rule can pay, the number of months of a
policy with an end counted. What only a proof can decide is left to `check --deep`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import evolve

from compiler.proofs.fast.wording import shown, words
from compiler.proofs.finding import Finding, Policy, of_rule_unpaid
from compiler.proofs.reasoning.conjunction import Difference
from compiler.proofs.reasoning.ranges import Number, Ranges
from compiler.proofs.reasoning.rules import read
from lang import model, typed
from lang.dates import Month, year_of
from lang.diagnostics import Text
from lang.source import Span

if TYPE_CHECKING:  # a policy without such amounts needs no interpreter
    from compiler.ledger import Ledger
    from compiler.proofs.reasoning.near_limit import Near, Which
    from compiler.proofs.witness import Witness

NOBODY_PAID = Text("nobody was found whom this rule pays", "未找到由该规则发放的对象")


def find(policies: tuple[Policy, ...]) -> Iterator[Finding]:
    for policy in policies:
        ranges = Ranges.of(policy.model)
        for clause in policy.model.clauses.values():
            most = [_most(policy, ranges, rule) for rule in clause.rules]
            for number, rule in enumerate(clause.rules):
                yield from _limits(policy, ranges, clause, number, rule, most)
                yield from _minimum(policy, ranges, clause, number, rule)
                yield from _negative(policy, ranges, clause, number, rule)


# ---------------------------------------------------------------- limits
def _most(policy: Policy, ranges: Ranges, rule: model.Rule) -> tuple[Number, int, int] | None:
    """The most of one payment (rounded), and how often a year and in all it is paid at most. None: not known."""
    high = ranges.of_expr(rule.amount).high
    if high is None or rule.amount.type.base != "money":
        return None
    months = _months(policy)
    least = None if rule.months is None else ranges.of_expr(rule.months).high
    if rule.frequency == "once":
        return _rounded(high, rule), 1, 1
    if months is None:
        return _rounded(high, rule), 12, 10**6
    years = year_of(policy.ir.first + months - 1) - year_of(policy.ir.first) + 1
    if rule.frequency == "once per year":
        return _rounded(high, rule), 1, years
    times = months if least is None else min(months, int(least))
    return _rounded(high, rule), min(12, times), times


def _rounded(amount: Number, rule: model.Rule) -> int:
    """The most that rounding makes of it."""
    return math.ceil(Fraction(amount) / rule.rounding.unit) * rule.rounding.unit


def _months(policy: Policy) -> int | None:
    return None if policy.ir.last is None else policy.ir.last - policy.ir.first + 1


def _limits(
    policy: Policy,
    ranges: Ranges,
    clause: model.Clause,
    number: int,
    rule: model.Rule,
    most: list[tuple[Number, int, int] | None],
) -> Iterator[Finding]:
    """All rules of a clause count towards its limits."""
    months = _months(policy)
    if rule.months is not None and months is not None:
        low = ranges.constant(rule.months)
        if low is not None and low >= months:
            why = Text(f"the policy has {months} months", f"政策期间共{months}个月")
            free = evolve(rule, months=None)
            yield _never_binds(policy, clause, number, "months", rule.months.span, free, why, months)
    known = [one for one in most if one is not None]
    if len(known) < len(most):
        return
    sides: tuple[tuple[Which, typed.Expr | None, list[Number]], ...] = (
        ("per year", rule.per_year, [amount * yearly for amount, yearly, _ in known]),
        ("in all", rule.in_all, [amount * times for amount, _, times in known]),
    )
    for which, limit, sums in sides:
        bound = None if limit is None else ranges.of_expr(limit).low
        if limit is not None and bound is not None and sum(sums) < bound:
            paid = shown(sum(sums), "money")
            why = Text(f"at most {paid} yuan are paid", f"至多发放{paid}元")
            free = evolve(rule, per_year=None) if which == "per year" else evolve(rule, in_all=None)
            yield _never_binds(policy, clause, number, which, limit.span, free, why, sum(sums))


def _never_binds(
    policy: Policy, clause: model.Clause, rule: int, which: Which, span: Span, free: model.Rule, why: Text,
    most: Number,
) -> Finding:  # fmt: skip
    """`free`: the rule without the limit. `most`: what nobody exceeds (of a least amount: undercuts)."""
    from compiler.proofs.reasoning.near_limit import Limit, nearest

    goal = int(most) if most % (1 if which == "months" else free.rounding.unit) == 0 else None
    near = nearest(policy, Limit(clause=clause, rule=rule, which=which, span=span, free=free, goal=goal))
    if near is not None:
        why = _how_near(why, near)
    limit = words(span)
    told = Text(f"the limit `{limit}` is never reached: {why.en}", f"上限“{limit}”永远达不到：{why.zh}")
    if which == "maximum":
        told = Text(f"the least amount `{limit}` never counts: {why.en}", f"下限“{limit}”从不起作用：{why.zh}")
    elif which == "months":
        told = Text(f"the limit `{limit}` takes nothing away: {why.en}", f"上限“{limit}”不起作用：{why.zh}")
    return Finding(
        code="HC407", span=span, clauses=(clause.name,), message=told,
        witness=None if near is None else near.witness, nobody=NOBODY_PAID,
        cause=("limit", policy.name, clause.name, rule, which), follows=of_rule_unpaid(policy.name, clause.name, rule),
    )  # fmt: skip


def _how_near(why: Text, near: Near) -> Text:
    if near.reached == 0:
        return Text(f"{why.en}; the person shown is paid nothing by the rule", f"{why.zh}；该规则对示例对象不发放")
    reached = near.limit.text(near.reached)
    return Text(f"{why.en}; the person shown reaches {reached.en}", f"{why.zh}；示例对象达到{reached.zh}")


def _minimum(policy: Policy, ranges: Ranges, clause: model.Clause, number: int, rule: model.Rule) -> Iterator[Finding]:
    """`A up to B` where A is never above B, `A at least B` where it is never below."""
    amount = rule.amount
    if not isinstance(amount, typed.Arithmetic) or amount.operator not in ("minimum", "maximum"):
        return
    left, right = ranges.of_expr(amount.left), ranges.of_expr(amount.right)
    if amount.operator == "minimum":
        never = left.high is not None and right.low is not None and left.high <= right.low
    else:
        never = left.low is not None and right.high is not None and left.low >= right.high
    if never:
        name = words(amount.left.span)
        bound = left.high if amount.operator == "minimum" else left.low
        assert bound is not None
        said = shown(bound, "money")
        more = Text(f"`{name}` is never above {said} yuan", f"“{name}”不会超过{said}元")
        less = Text(f"`{name}` is never below {said} yuan", f"“{name}”不会低于{said}元")
        why = more if amount.operator == "minimum" else less
        free = evolve(rule, amount=amount.left)
        yield _never_binds(policy, clause, number, amount.operator, amount.right.span, free, why, bound)


# ---------------------------------------------------------------- below zero
def _negative(policy: Policy, ranges: Ranges, clause: model.Clause, number: int, rule: model.Rule) -> Iterator[Finding]:
    """One finding a rule: of the amounts that it may come to, the first."""
    conditions = tuple(part for part in (clause.where, rule.condition) if part is not None)
    for amount, asked in _differences(rule.amount, conditions):
        low = ranges.of_expr(amount).low
        if low is not None and low < 0 and _may_be_below(ranges, amount, asked):
            yield Finding(
                code="HC408", span=amount.span, clauses=(clause.name,),
                cause=("negative", policy.name, clause.name, number),
                message=Text(
                    f"`{words(amount.span)}` may be below zero: nothing is paid then",
                    f"“{words(amount.span)}”可能为负：届时不发放",
                ),
                help=Text(
                    "test in the condition which is larger, or write `at least 0 yuan`",
                    "请在条件中写明大小关系，或写“最低 0元”",
                ),
                witness=_below_zero(policy, clause, rule),
            )  # fmt: skip
            return


def _differences(
    amount: typed.Expr, conditions: tuple[typed.Expr, ...]
) -> Iterator[tuple[typed.Arithmetic, tuple[typed.Expr, ...]]]:
    """`A - B` as the amount or a factor of it, with what holds where it is paid."""
    match amount:
        case typed.Arithmetic("-"):
            yield amount, conditions
        case typed.Arithmetic("minimum" | "×" | "/", left):
            yield from _differences(left, conditions)
        case typed.If(test, then, otherwise):
            yield from _differences(then, (*conditions, test))
            yield from _differences(otherwise, (*conditions, typed.Not(test)))


def _may_be_below(ranges: Ranges, amount: typed.Arithmetic, conditions: Sequence[typed.Expr]) -> bool:
    """Whether what holds there leaves a difference below zero possible."""
    reading = read(ranges, conditions)
    if reading is None or reading.dead:
        return False
    for _, left in reading.standing:
        one, other = left.opened(amount.left), left.opened(amount.right)
        known = [left.of(term).range for term in (one, other)]
        if known[0].low is not None and known[1].high is not None and known[0].low >= known[1].high:
            continue
        apart = Difference(one, other) if repr(one) <= repr(other) else Difference(other, one)
        between = left.of(apart).range
        if apart.left == one and between.low is not None and between.low >= 0:
            continue
        if apart.left != one and between.high is not None and between.high <= 0:
            continue
        return True
    return False


def _below_zero(policy: Policy, clause: model.Clause, rule: model.Rule) -> Witness | None:
    """For whom the rule holds with an amount below zero."""
    from compiler.proofs.reasoning.somebody import decided, somebody

    below = typed.Compare("<", rule.amount, typed.Constant(Fraction(0), rule.amount.type))
    name, said = clause.name.replace("_", " "), clause.label or clause.name

    def unpaid(ledger: Ledger, months: Sequence[Month], key: str) -> Month | None:
        paid = {p.month for p in ledger.payments if (p.clause, p.key) == (clause.name, key)}
        return None if months[0] in paid or not decided(ledger, clause.name, key) else months[0]

    return somebody(
        policy, clause, [part for part in (clause.where, rule.condition, below) if part is not None], unpaid,
        title=Text(f"{name}: below zero", f"{said}：金额为负"),
        remark=lambda at: Text(f"in {at} the amount is below zero", f"{at}金额为负"),
    )  # fmt: skip
