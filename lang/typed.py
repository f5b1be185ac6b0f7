"""Expressions after checking: every name resolved, every type known, units reconciled.

An expression is read for one row of one entity in one month (its subject is implied by where it stands), or for no
row at all (parameters, scenarios). Amounts are in fen, shares are fractions, years are 12 months.
"""

from __future__ import annotations

from typing import Literal

from attrs import field

from lang.dates import Duration
from lang.records import record
from lang.source import NOWHERE, Span
from lang.types import DATE, DURATION, YES_NO, Type, Value


def _span() -> Span:
    return field(default=NOWHERE, eq=False, repr=False, kw_only=True)


@record
class Constant:
    value: Value
    type: Type
    span: Span = _span()


@record
class FactRead:
    """An attribute of the subject, in the month (a constant attribute: always the same)."""

    entity: str
    attribute: str
    type: Type
    span: Span = _span()


@record
class ParameterRead:
    """A parameter's value at the settlement date."""

    parameter: str
    type: Type
    span: Span = _span()


@record
class UnknownRead:
    """An `unknown` of the scenario: a number drawn once a draw."""

    unknown: str
    type: Type
    span: Span = _span()


@record
class DefineRead:
    """A definition, read for the subject."""

    entity: str
    define: str
    type: Type
    span: Span = _span()


@record
class Through:
    """`link's body`: `body` is read for the row that `link` names. No link there: NONE."""

    link: Expr
    body: Expr
    type: Type
    span: Span = _span()


@record
class TableRead:
    table: str
    keys: tuple[Expr, ...]
    type: Type
    span: Span = _span()


@record
class Not:
    operand: Expr
    type: Type = YES_NO
    span: Span = _span()


@record
class All:
    operands: tuple[Expr, ...]
    type: Type = YES_NO
    span: Span = _span()


@record
class Either:
    operands: tuple[Expr, ...]
    type: Type = YES_NO
    span: Span = _span()


@record
class Arithmetic:
    """`minimum` is `A up to B`, `maximum` is `A at least B`. rate × duration is money (30 days count as a month)."""

    operator: Literal["+", "-", "×", "/", "minimum", "maximum"]
    left: Expr
    right: Expr
    type: Type
    span: Span = _span()


@record
class Compare:
    """Both sides have comparable types. Durations of runs and totals are whole months. With NONE on a side: no."""

    operator: Literal["=", "≠", "<", "≤", ">", "≥"]
    left: Expr
    right: Expr
    type: Type = YES_NO
    span: Span = _span()


@record
class Run:
    """How many months in a row, this one included, `operand` has been yes: a duration in months."""

    operand: Expr
    type: Type = DURATION
    span: Span = _span()


Window = Literal["so far", "this year", "last year", "last months"]


@record
class Total:
    """Sum over months up to this one: of a yes/no the months (a duration), of a count or money the sum.

    `months` with the window `last months`; `last year` is the calendar year before.
    """

    operand: Expr
    window: Window
    months: int | None
    type: Type
    span: Span = _span()


@record
class Ever:
    operand: Expr
    type: Type = YES_NO
    span: Span = _span()


@record
class Previous:
    """Last month's value."""

    operand: Expr
    type: Type
    span: Span = _span()


@record
class SettlementDate:
    type: Type = DATE
    span: Span = _span()


@record
class Later:
    """`day` + `length` (a duration expression): a date."""

    day: Expr
    length: Expr
    type: Type = DATE
    span: Span = _span()


@record
class InPeriod:
    """Whether the date `day` lies in the period and not after the settlement date.

    this month, this year, last year: of the settlement date. last: in the last
    `length` (months: this one and those before it). year: the calendar year `value`.
    month: the month `value`. month number: the month `value` (1 to 12) of any year.
    """

    day: Expr
    period: Literal["this month", "this year", "last year", "last", "year", "month", "month number"]
    value: int | None = None
    length: Duration | None = None
    type: Type = YES_NO
    span: Span = _span()


@record
class OneOf:
    """A kind's value is one of `members`."""

    operand: Expr
    members: tuple[str, ...]
    type: Type = YES_NO
    span: Span = _span()


@record
class IsKnown:
    """Given, and not NONE. Never unknown itself."""

    operand: Expr
    type: Type = YES_NO
    span: Span = _span()


@record
class Aggregate:
    """Over the rows of `entity` whose link `via` names the subject (`via` None: over all rows, in targets).

    count: members where `where`; sum: of `value`; share: those where `where` among all members (none there: NONE);
    any: at least one. `where` and `value` are read for the member.
    """

    word: Literal["count", "sum", "share", "any"]
    entity: str
    via: str | None
    where: Expr | None
    value: Expr | None
    type: Type
    span: Span = _span()


@record
class If:
    condition: Expr
    then: Expr
    otherwise: Expr
    type: Type
    span: Span = _span()


@record
class PaidBy:
    """What a clause has paid in all so far (properties)."""

    clause: str
    type: Type
    span: Span = _span()


@record
class Function:
    """`exp`, `log`, `logistic`, `min`, `max` of scenario numbers."""

    name: str
    arguments: tuple[Expr, ...]
    type: Type
    span: Span = _span()


Expr = (
    Constant
    | FactRead
    | ParameterRead
    | UnknownRead
    | DefineRead
    | Through
    | TableRead
    | Not
    | All
    | Either
    | Arithmetic
    | Compare
    | Run
    | Total
    | Ever
    | Previous
    | SettlementDate
    | Later
    | InPeriod
    | OneOf
    | IsKnown
    | Aggregate
    | If
    | PaidBy
    | Function
)
