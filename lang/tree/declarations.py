"""The statements of a `.policy` file, as written (the second half of the tree; expressions are in `lang.tree.syntax`).

A block (policy, entity, clause, case, scenario, population …) holds its own lines. Every statement has `trivia`.
`cites` are the items of the official document, as written in the quotes.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import frozen

from lang.dates import Month
from lang.source import Span
from lang.tree.syntax import Expr, Name, Trivia, _span, _trivia

Label = str | None


# ---------------------------------------------------------------- policy and vocabulary
@frozen
class PaidFrom:
    """`paid from A then B` (shares None) or `paid from A 60%, B 40%` (shares sum to 100, checked later)."""

    funds: tuple[Name, ...]
    shares: tuple[Expr, ...] | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class DateLine:
    """A line of the policy block that holds a date: `issued`, `applies from`, `claims until`."""

    word: Literal["issued", "applies from", "claims until"]
    day: date
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Document:
    number: str
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class InForce:
    """`in force A to B`; the end may be open."""

    start: date
    end: date | None
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


PolicyLine = Document | DateLine | InForce | PaidFrom


@frozen
class Policy:
    name: Name
    label: Label
    lines: tuple[PolicyLine, ...] = ()
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Use:
    path: str
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Member:
    """A value of a kind."""

    name: Name
    label: Label
    span: Span = _span()


@frozen
class Kind:
    name: Name
    label: Label
    members: tuple[Member, ...]
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
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


@frozen
class TypeName:
    """A type as written: one of the built-in ones, or the name of a kind or an entity."""

    base: BaseType | None
    name: Name | None = None
    low: Expr | None = None
    high: Expr | None = None
    span: Span = _span()


@frozen
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


@frozen
class Entity:
    name: Name
    label: Label
    attributes: tuple[Has, ...]
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Fund:
    name: Name
    label: Label
    code: str | None = None
    per: Name | None = None
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class FromValue:
    """`from 2018-06-01: 1730 yuan`."""

    day: date
    value: Expr
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
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


@frozen
class Define:
    name: Name
    label: Label
    entity: Name
    body: Expr
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Band:
    """A key of a row that is a band: `3 to under 10`, `10 or more` (high None), `under 3` (low None)."""

    low: Expr | None
    high: Expr | None
    span: Span = _span()


@frozen
class Row:
    """`keys → value`; no keys: `otherwise → value`."""

    keys: tuple[Expr | Band, ...]
    value: Expr
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Table:
    name: Name
    label: Label
    keys: tuple[Name, ...]
    rows: tuple[Row, ...]
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


# ---------------------------------------------------------------- clauses
@frozen
class Rounding:
    mode: Literal["down", "up", "nearest"]
    unit: Expr
    span: Span = _span()


Frequency = Literal["once", "once per year", "per month"]


@frozen
class CountLimit:
    """`for at most 6 months`."""

    length: Expr
    span: Span = _span()


@frozen
class AmountLimit:
    """`at most 50000 yuan`, `at most 6000 yuan per year`."""

    amount: Expr
    per_year: bool = False
    span: Span = _span()


@frozen
class Payment:
    amount: Expr
    frequency: Frequency | None
    rounding: Rounding | None = None
    limits: tuple[CountLimit | AmountLimit, ...] = ()
    payee: Expr | None = None
    span: Span = _span()


@frozen
class Rule:
    """`condition → payment`; `always` and `otherwise` have no condition."""

    kind: Literal["when", "always", "otherwise"]
    condition: Expr | None
    payment: Payment
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class For:
    entity: Name
    where: Expr | None
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Clause:
    name: Name
    label: Label
    scope: For | None
    rules: tuple[Rule, ...]
    paid_from: PaidFrom | None = None
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class GroupMember:
    """A clause or a money attribute in an `exclusive` group, reached `via` a link."""

    name: Name
    via: Name | None = None
    span: Span = _span()


@frozen
class Exclusive:
    name: Name
    label: Label
    members: tuple[GroupMember, ...]
    per: Name
    take: Literal["first", "highest"]
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
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


@frozen
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


@frozen
class Duty:
    """`by` is a date, or (month, day) `every year`."""

    name: Name
    label: Label
    of: str | None = None
    by: date | tuple[int, int] | None = None
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Omit:
    item: str
    because: str | None
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Monotone:
    """`stable_job rises with social insurance`."""

    clause: Name
    direction: Literal["rises", "falls"]
    attribute: Expr
    span: Span = _span()


@frozen
class Property:
    name: Name
    label: Label
    entity: Name
    claim: Expr | Monotone
    cites: tuple[str, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


# ---------------------------------------------------------------- cases
@frozen
class Spell:
    """`from A to B`; without `to` it is still going on. A month stands for the whole month."""

    start: date | Month
    end: date | Month | None
    span: Span = _span()


@frozen
class Given:
    """`social insurance = yes from 2021-03 to 2022-05 and from 2023-01`."""

    attribute: Name
    value: Expr
    spells: tuple[Spell, ...] = ()
    span: Span = _span()


@frozen
class GivenLine:
    """A line of a case that gives facts of the instance above it."""

    givens: tuple[Given, ...]
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Instance:
    """`person p1` and the facts below it."""

    entity: Name
    key: str
    lines: tuple[GivenLine, ...] = ()
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class SetValue:
    """`set minimum wage = 1900 yuan` in a case or a scenario."""

    parameter: Name
    value: Expr
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Expect:
    """What a case expects of one clause for one key.

    answer `pays`: an `amount`, possibly `per_month` from `first` to `last` (accrual months; one month: both the same),
    `due` in a month, `to` a payee. `nothing`, `undetermined`, `refuses` have no amount.
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


@frozen
class Case:
    name: str
    sets: tuple[SetValue, ...]
    instances: tuple[Instance, ...]
    expects: tuple[Expect, ...]
    span: Span = _span()
    trivia: Trivia = _trivia()


# ---------------------------------------------------------------- scenarios
@frozen
class Choice:
    """One of weighted choices: `mabian 30%`."""

    value: Expr
    weight: Expr
    span: Span = _span()


@frozen
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


@frozen
class Period:
    first: Month
    last: Month
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Unknown:
    name: Name
    label: Label
    distribution: Distribution
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
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


@frozen
class Drawn:
    """`origin ~ …`."""

    attribute: Name
    distribution: Distribution
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
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


@frozen
class Spells:
    """`employed starts on arrival, ends at R per month, returns at R per month`."""

    attribute: Name
    ends: Expr | None = None
    returns: Expr | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Follows:
    """`social insurance follows employed after 0 months with chance 95%`."""

    attribute: Name
    leader: Name
    after: Expr | None = None
    chance: Expr | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


Assumption = Drawn | Fixed | Spells | Follows


@frozen
class Population:
    """`roster` and `as_of`: start from a real roster known to that month."""

    entity: Name
    lines: tuple[Arrive | Assumption, ...]
    roster: str | None = None
    as_of: Month | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class TakenUp:
    """`taken up with chance P`."""

    chance: Expr
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Lag:
    distribution: Distribution
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Claims:
    lines: tuple[TakenUp | Lag, ...]
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Budget:
    """`budget FUND[POT] YEAR = AMOUNT`."""

    fund: Name
    pot: Name | None
    year: int
    amount: Expr
    span: Span = _span()
    trivia: Trivia = _trivia()


@frozen
class Cash:
    """`cash at most 21 claims per month` (claims) or `at most 60_000 yuan per month` (amount); of all funds or one."""

    claims: int | None = None
    amount: Expr | None = None
    fund: Name | None = None
    span: Span = _span()
    trivia: Trivia = _trivia()


ScenarioLine = Period | SetValue | Unknown | Population | Claims | Budget | Cash


@frozen
class Scenario:
    name: Name
    label: Label
    policy: str
    lines: tuple[ScenarioLine, ...]
    span: Span = _span()
    trivia: Trivia = _trivia()


Declaration = (
    Policy
    | Use
    | Kind
    | SetOf
    | Entity
    | Fund
    | Parameter
    | Define
    | Table
    | Clause
    | Exclusive
    | Limit
    | Target
    | Duty
    | Omit
    | Property
    | Case
    | Scenario
)


@frozen
class File:
    """A whole file. `language` is that of most of its keywords; `trailing` are comments behind the last statement."""

    declarations: tuple[Declaration, ...]
    language: Literal["en", "zh"] = "en"
    trailing: tuple[str, ...] = ()
    span: Span = _span()
