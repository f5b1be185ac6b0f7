"""Months added to a date that is written out, where other conventions give another day (HC409).

`since 2021-08-31 ≥ 6 months`: by Huice's rule 2022-02-28; by others 2022-03-03. Who shows it is somebody whom the two
days part. Dates that are facts differ person by person: `check --deep` shows one where it matters.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from compiler.proofs.fast.wording import words
from compiler.proofs.finding import Finding, Policy
from lang import model, typed
from lang.dates import Duration, add_months
from lang.diagnostics import Text
from lang.tree.walk import every

if TYPE_CHECKING:  # a policy without such dates needs no interpreter
    from compiler.proofs.witness import Witness


def find(policies: tuple[Policy, ...]) -> Iterator[Finding]:
    for policy in policies:
        seen: set[tuple[str, int]] = set()
        for expr in _expressions(policy.model):
            for node in () if expr is None else every(expr):
                place = node.span.source.name, node.span.start
                if isinstance(node, typed.Later) and place not in seen:
                    seen.add(place)
                    yield from _later(policy, node)


def _expressions(program: model.Program) -> Iterator[typed.Expr | None]:
    for clause in program.clauses.values():
        yield clause.where
        for rule in clause.rules:
            yield from (rule.condition, rule.amount)
    for define in program.defines.values():
        yield define.body


def _later(policy: Policy, node: typed.Later) -> Iterator[Finding]:
    length = node.length
    if not isinstance(length, typed.Constant) or not isinstance(length.value, Duration):
        return
    months = length.value.count
    if length.value.unit != "months":
        return
    for written in _days(policy.model, node.day):
        ours = add_months(written, months)
        if ours.day != written.day:
            from compiler.proofs.reasoning.conventions import counted_on

            text, elsewhere = words(node.span), counted_on(written, months)
            message = Text(
                f"`{text}`: {written} + {length.value} is {ours} here (the last day of a shorter month), and "
                f"{elsewhere} where days are counted on into the next month",
                f"“{text}”：{written}加{months}个月在此为{ours}（取较短月份的最后一天），若顺延至次月则为{elsewhere}",
            )
            place = node.span.source.name, node.span.start
            yield Finding(
                code="HC409", span=node.span, message=message, cause=("dates", policy.name, *place),
                witness=_between(policy, node, written),
            )  # fmt: skip
            return


def _days(program: model.Program, expr: typed.Expr) -> list[date]:
    match expr:
        case typed.Constant(date() as value):
            return [value]
        case typed.ParameterRead(name):
            return [value for _, value in program.parameters[name].values if isinstance(value, date)]
    return []


def _between(policy: Policy, node: typed.Later, written: date) -> Witness | None:
    """Somebody whom the two days part: paid here and not elsewhere, or in another month."""
    from compiler.proofs.reasoning.conventions import additions
    from compiler.proofs.reasoning.parted import parted

    def starts(other: typed.Later) -> date | None:
        return written if other is node else None

    for clause in policy.model.clauses.values():
        if any(one is node for one in additions(policy.model, clause)):
            found = parted(policy, clause, starts)
            if found is not None:
                return found
    return None
