"""Cases: made-up rows with their facts, and what is expected of clauses for them, as written."""

from __future__ import annotations

from datetime import date
from typing import Literal

from lang.dates import Month
from lang.records import record
from lang.source import Span
from lang.tree.syntax import Expr, Name, Trivia, _span, _trivia


@record
class Spell:
    """`from A to B`; without `to` it is still going on. A month stands for the whole month."""

    start: date | Month
    end: date | Month | None
    span: Span = _span()


@record
class Given:
    """`social insurance = yes from 2021-03 to 2022-05 and from 2023-01`."""

    attribute: Name
    value: Expr
    spells: tuple[Spell, ...] = ()
    span: Span = _span()


@record
class GivenLine:
    """A line of a case that gives facts of the instance above it."""

    givens: tuple[Given, ...]
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Instance:
    """`person p1` and the facts below it."""

    entity: Name
    key: str
    lines: tuple[GivenLine, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class SetValue:
    """`set minimum wage = 1900 yuan` in a case or a scenario."""

    parameter: Name
    value: Expr
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Expect:
    """What a case expects of one clause for one key.

    answer `pays`: an `amount`, possibly `per_month` from `first` to `last` (accrual months; one month: both the same),
    `due` in a month, `to` a payee. `nothing`, `undetermined`, `refuses` have no amount; the first and the last may name
    months too.
    """

    clause: Name
    answer: Literal["pays", "nothing", "undetermined", "refuses"]
    key: str
    amount: Expr | None = None
    per_month: bool = False
    first: Month | None = None
    last: Month | None = None
    due: Month | None = None
    to: str | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Case:
    name: str
    sets: tuple[SetValue, ...]
    instances: tuple[Instance, ...]
    expects: tuple[Expect, ...]
    span: Span = _span()
    trivia: Trivia = _trivia()
