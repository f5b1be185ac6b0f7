"""Scenarios: unknowns, populations, claims, budgets and cash, as written."""

from __future__ import annotations

from lang.dates import Month
from lang.records import record
from lang.source import Span
from lang.tree.cases import SetValue
from lang.tree.syntax import Expr, Name, Trivia, _span, _trivia
from lang.tree.vocabulary import Label


@record
class Choice:
    """One of weighted choices: `mabian 30%`."""

    value: Expr
    weight: Expr
    span: Span = _span()


@record
class Distribution:
    """What stands behind `~`: weighted `choices`, a range `low to high`, `any enterprise`, or one expression.

    The one expression may be a call (`beta(8, 152)`), a percentage (the chance of `yes`), or a value.
    """

    value: Expr | None = None
    low: Expr | None = None
    high: Expr | None = None
    choices: tuple[Choice, ...] = ()
    any_of: Name | None = None
    span: Span = _span()


@record
class Period:
    first: Month
    last: Month
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Unknown:
    name: Name
    label: Label
    distribution: Distribution
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Arrive:
    """`arrive N [per month] (in M | from M to M)`, `arrive [N] per ENTITY [with chance P] [in M | after D]`."""

    number: Expr | None
    per_month: bool = False
    per: Name | None = None
    chance: Expr | None = None
    first: Month | None = None
    last: Month | None = None
    after: Expr | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Drawn:
    """`origin ~ …`."""

    attribute: Name
    distribution: Distribution
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Fixed:
    """`hired on = arrival`, `obtained on = arrival + 2 to 8 months`, `self employed = no`.

    `value` None with `arrival`: the first day of the arrival month, plus `low` (to `high`) when given.
    """

    attribute: Name
    value: Expr | None = None
    arrival: bool = False
    low: Expr | None = None
    high: Expr | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Spells:
    """`employed starts on arrival, ends at R per month, returns at R per month`."""

    attribute: Name
    ends: Expr | None = None
    returns: Expr | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Follows:
    """`social insurance follows employed after 0 months with chance 95%`."""

    attribute: Name
    leader: Name
    after: Expr | None = None
    chance: Expr | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


Assumption = Drawn | Fixed | Spells | Follows


@record
class Population:
    """`roster` and `as_of`: start from a real roster known to that month."""

    entity: Name
    lines: tuple[Arrive | Assumption, ...]
    roster: str | None = None
    as_of: Month | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class TakenUp:
    """`taken up with chance P`."""

    chance: Expr
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Lag:
    distribution: Distribution
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Claims:
    lines: tuple[TakenUp | Lag, ...]
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Budget:
    """`budget FUND[POT] YEAR = AMOUNT`."""

    fund: Name
    pot: Name | None
    year: int
    amount: Expr
    span: Span = _span()
    trivia: Trivia = _trivia()


@record
class Cash:
    """`cash at most 21 claims per month` (claims) or `at most 60_000 yuan per month` (amount); of all funds or one."""

    claims: int | None = None
    amount: Expr | None = None
    fund: Name | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


ScenarioLine = Period | SetValue | Unknown | Population | Claims | Budget | Cash


@record
class Scenario:
    name: Name
    label: Label
    policy: str
    lines: tuple[ScenarioLine, ...]
    span: Span = _span()
    trivia: Trivia = _trivia()
