"""The policy block and what a policy speaks of: kinds, entities, funds, parameters, definitions, tables, as written."""

from __future__ import annotations

from datetime import date
from typing import Literal

from lang.records import record
from lang.source import Span
from lang.tree.syntax import Expr, Name, Trivia, _span, _trivia

Label = str | None


@record
class PaidFrom:
    """`paid from A then B` (shares None) or `paid from A 60%, B 40%` (shares sum to 100, checked later)."""

    funds: tuple[Name, ...]
    shares: tuple[Expr, ...] | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class DateLine:
    """A line of the policy block that holds a date: `issued`, `applies from`, `claims until`."""

    word: Literal["issued", "applies from", "claims until"]
    day: date
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Document:
    number: str
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class InForce:
    """`in force A to B`; the end may be open."""

    start: date
    end: date | None
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


PolicyLine = Document | DateLine | InForce | PaidFrom


@record
class Policy:
    name: Name
    label: Label
    lines: tuple[PolicyLine, ...] = ()
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Use:
    path: str
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Member:
    """A value of a kind."""

    name: Name
    label: Label
    span: Span = _span()


@record
class Kind:
    name: Name
    label: Label
    members: tuple[Member, ...]
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class SetOf:
    """`set leshan of county = mabian, ebian`."""

    name: Name
    label: Label
    kind: Name
    members: tuple[Name, ...]
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


BaseType = Literal[
    "yes/no", "count", "share", "money", "money per month", "duration", "date", "month", "text", "identity"
]


@record
class TypeName:
    """A type as written: one of the built-in ones, or the name of a kind or an entity."""

    base: BaseType | None
    name: Name | None = None
    low: Expr | None = None
    high: Expr | None = None
    span: Span = _span()


@record
class Has:
    """An attribute. `many` (with `via`) is the link seen from the other end: `has staff: many person via employer`."""

    name: Name
    label: Label
    type: TypeName
    monthly: bool = False
    counts: Literal["full months", "any day", "month end"] | None = None
    default: Expr | None = None
    many: bool = False
    via: Name | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Entity:
    name: Name
    label: Label
    attributes: tuple[Has, ...]
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Fund:
    name: Name
    label: Label
    code: str | None = None
    per: Name | None = None
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class FromValue:
    """`from 2018-06-01: 1730 yuan`."""

    day: date
    value: Expr
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Parameter:
    """`= value`, or `from` lines, or `external "who sets it"`."""

    name: Name
    label: Label
    type: TypeName
    value: Expr | None = None
    values: tuple[FromValue, ...] = ()
    external: bool = False
    set_by: str | None = None
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Define:
    name: Name
    label: Label
    entity: Name
    body: Expr
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Band:
    """A key of a row that is a band: `3 to under 10`, `10 or more` (high None), `under 3` (low None)."""

    low: Expr | None
    high: Expr | None
    span: Span = _span()


@record
class Row:
    """`keys → value`; no keys: `otherwise → value`."""

    keys: tuple[Expr | Band, ...]
    value: Expr
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Table:
    name: Name
    label: Label
    keys: tuple[Name, ...]
    rows: tuple[Row, ...]
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()
