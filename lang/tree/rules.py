"""Clauses, and what stands between and beside them: groups, limits, targets, duties, omissions, properties."""

from __future__ import annotations

from datetime import date
from typing import Literal

from lang.records import record
from lang.source import Span
from lang.tree.syntax import Expr, Name, Trivia, _span, _trivia
from lang.tree.vocabulary import Label, PaidFrom


@record
class Rounding:
    mode: Literal["down", "up", "nearest"]
    unit: Expr
    span: Span = _span()


Frequency = Literal["once", "once per year", "per month"]


@record
class CountLimit:
    """`for at most 6 months`."""

    length: Expr
    span: Span = _span()


@record
class AmountLimit:
    """`at most 50000 yuan`, `at most 6000 yuan per year`."""

    amount: Expr
    per_year: bool = False
    span: Span = _span()


@record
class Payment:
    amount: Expr
    frequency: Frequency | None
    rounding: Rounding | None = None
    limits: tuple[CountLimit | AmountLimit, ...] = ()
    payee: Expr | None = None
    span: Span = _span()


@record
class Rule:
    """`condition → payment`; `always` and `otherwise` have no condition."""

    kind: Literal["when", "always", "otherwise"]
    condition: Expr | None
    payment: Payment
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class For:
    entity: Name
    where: Expr | None
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Clause:
    name: Name
    label: Label
    scope: For | None
    rules: tuple[Rule, ...]
    paid_from: PaidFrom | None = None
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class GroupMember:
    """A clause or a money attribute in an `exclusive` group, reached `via` a link."""

    name: Name
    via: Name | None = None
    span: Span = _span()


@record
class Exclusive:
    name: Name
    label: Label
    members: tuple[GroupMember, ...]
    per: Name
    take: Literal["first", "highest"]
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Limit:
    """`limit CLAUSE to N [per ATTRIBUTE] [per month|per year] [order by ATTRIBUTE]`."""

    clause: Name
    places: Expr
    per: Expr | None = None
    period: Literal["month", "year"] | None = None
    order_by: Expr | None = None
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Target:
    name: Name
    label: Label
    condition: Expr
    per: Name | None = None
    by: date | None = None
    every_year: bool = False
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Duty:
    """`by` is a date, or (month, day) `every year`."""

    name: Name
    label: Label
    of: str | None = None
    by: date | tuple[int, int] | None = None
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Omit:
    item: str
    because: str | None
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Monotone:
    """`stable_job rises with social insurance`."""

    clause: Name
    direction: Literal["rises", "falls"]
    attribute: Expr
    span: Span = _span()


@record
class Property:
    name: Name
    label: Label
    entity: Name
    claim: Expr | Monotone
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()
