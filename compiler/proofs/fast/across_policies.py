"""Policies given together that call different things by one name (HC412).

They are meant for one roster: the same column with two types, or the same kind with other members, cannot be filled in
for both.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from compiler.proofs.fast.wording import called
from compiler.proofs.finding import Finding, Policy
from lang import model
from lang.diagnostics import Label, Text


def find(policies: tuple[Policy, ...]) -> Iterator[Finding]:
    for one, other in combinations(policies, 2):
        yield from _kinds(one, other)
        yield from _columns(one, other)


def _kinds(one: Policy, other: Policy) -> Iterator[Finding]:
    for name, kind in other.model.kinds.items():
        before = one.model.kinds.get(name)
        if before is None or before.span.source.name == kind.span.source.name:
            continue
        mine, others = ({member.name for member in k.members} for k in (kind, before))
        if not mine & others:
            message = Text(
                f"the kind {called(kind).en} has quite other members in {one.name}",
                f"类别{called(kind).zh}在{one.name}中的取值完全不同",
            )
            yield _finding(one, other, kind, before, message)


def _columns(one: Policy, other: Policy) -> Iterator[Finding]:
    for name, entity in other.model.entities.items():
        before = one.model.entities.get(name)
        for attribute in () if before is None else entity.attributes.values():
            earlier = before.attributes.get(attribute.name)  # type: ignore[union-attr]
            if earlier is None or earlier.span.source.name == attribute.span.source.name:
                continue
            if (earlier.type, earlier.monthly) != (attribute.type, attribute.monthly):
                here, there = (f"{a.type}{' monthly' if a.monthly else ''}" for a in (attribute, earlier))
                message = Text(
                    f"{called(attribute).en} of {name} is {here} here and {there} in {one.name}",
                    f"{entity.label or name}的栏目{called(attribute).zh}在此与在{one.name}中类型不同",
                )
                yield _finding(one, other, attribute, earlier, message)


def _finding(one: Policy, other: Policy, here: model.Declared, there: model.Declared, message: Text) -> Finding:
    return Finding(
        code="HC412",
        span=here.span,
        message=message,
        help=Text("one roster serves both: give one of them another name", "两项政策共用一份台账：请改用不同的名称"),
        labels=(Label(there.span, Text("declared otherwise here", "此处声明不同")),),
        cause=("across", one.name, other.name, type(here).__name__, here.name),
    )
