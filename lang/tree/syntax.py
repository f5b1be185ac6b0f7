"""The tree of a `.policy` file: what was written, nothing resolved.

Both languages give the same tree. Every node carries its `span`; spans take no part in equality, so that
`parse(format(x)) == parse(x)` can be asked. Comments, quotations and notes are in the tree (`Trivia`).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from attrs import field

from lang.dates import Duration, Month
from lang.records import record
from lang.source import NOWHERE, Span


def _span() -> Span:
    return field(default=NOWHERE, eq=False, repr=False, kw_only=True)


# ---------------------------------------------------------------- names and trivia
@record
class Name:
    """A name; words joined by `_` (`social insurance` and `social_insurance` are one)."""

    text: str
    span: Span = _span()


@record
class Note:
    """`comments` and `quotations` stand above the note, `trailing` behind it."""

    text: str
    comments: tuple[str, ...] = ()
    quotations: tuple[str, ...] = ()
    trailing: str | None = None
    span: Span = _span()


@record
class Trivia:
    """What stands around a statement: comment lines and quotations above it, a comment behind it, notes below it.

    `gaps` says where a blank line stood: before which of the comments and quotations, counted from 0; the number of
    them all stands for the statement itself.
    """

    comments: tuple[str, ...] = ()
    quotations: tuple[str, ...] = ()
    trailing: str | None = None
    notes: tuple[Note, ...] = ()
    gaps: tuple[int, ...] = field(default=(), eq=False, repr=False)


NO_TRIVIA = Trivia()


def _trivia() -> Trivia:
    return field(default=NO_TRIVIA, kw_only=True, repr=False)


# ---------------------------------------------------------------- expressions
@record
class Ref:
    """A name used in an expression."""

    name: Name
    span: Span = _span()


@record
class Number:
    """A bare number; in a money place it means yuan."""

    value: Decimal
    span: Span = _span()


@record
class Money:
    """Yuan, exactly as written (`5万元` is 50000)."""

    yuan: Decimal
    span: Span = _span()


@record
class Percent:
    """`60%` is Decimal("60")."""

    value: Decimal
    span: Span = _span()


@record
class Length:
    """`3 months`, `1 year` (12 months), `30 days`. `unit` is what was written (`year` is kept for the formatter)."""

    duration: Duration
    written: Literal["days", "months", "years"] = "months"
    span: Span = _span()


@record
class Day:
    value: date
    span: Span = _span()


@record
class CalendarMonth:
    value: Month
    span: Span = _span()


@record
class CalendarYear:
    """`2021年`, or four digits where a year is due."""

    value: int
    span: Span = _span()


@record
class YesNo:
    value: bool
    span: Span = _span()


@record
class String:
    """A text in quotes (a key in a case, a file in `empirical`)."""

    value: str
    span: Span = _span()


@record
class Nothing:
    """`none`, `无`: there is none (a fact in a case)."""

    span: Span = _span()


@record
class Rate:
    """`500 yuan per month` in a value or in parentheses."""

    amount: Expr
    per: Literal["month", "year"]
    span: Span = _span()


@record
class Attribute:
    """`holder's origin`."""

    owner: Expr
    name: Name
    span: Span = _span()


@record
class Lookup:
    """`course rate[term, trainee type]`."""

    table: Name
    keys: tuple[Expr, ...]
    span: Span = _span()


@record
class Argument:
    """`shape 25`, `shape = k`, `8`."""

    name: Name | None
    value: Expr
    span: Span = _span()


@record
class Call:
    """A distribution or a function in a scenario: `gamma(shape 25, mean 40)`, `exp(x)`."""

    function: Name
    arguments: tuple[Argument, ...]
    span: Span = _span()


@record
class Not:
    operand: Expr
    span: Span = _span()


@record
class Negate:
    operand: Expr
    span: Span = _span()


PrefixWord = Literal["total", "ever", "previous", "since"]


@record
class Prefix:
    word: PrefixWord
    operand: Expr
    span: Span = _span()


@record
class TotalPaidBy:
    """`total paid by skill_training` (properties)."""

    clause: Name
    span: Span = _span()


AggregateWord = Literal["count", "sum", "share", "any"]


@record
class Aggregate:
    """`count of staff where C`; `path` is the link, for a sum the attribute through it (`staff's wage`)."""

    word: AggregateWord
    path: Expr
    where: Expr | None
    span: Span = _span()


@record
class All:
    """`a and b and c`, flat however long."""

    operands: tuple[Expr, ...]
    span: Span = _span()


@record
class Either:
    """`a or b or c`, flat however long."""

    operands: tuple[Expr, ...]
    span: Span = _span()


Operator = Literal["+", "-", "×", "/", "up to", "at least"]


@record
class Binary:
    operator: Operator
    left: Expr
    right: Expr
    span: Span = _span()
    operator_span: Span = _span()


Comparison = Literal["=", "≠", "<", "≤", ">", "≥", "is", "is not"]


@record
class Compare:
    """`A ≥ B`; `companion` is what stands behind `with` (then A ≥ B asks for the run of A and companion)."""

    operator: Comparison
    left: Expr
    right: Expr
    companion: Expr | None = None
    span: Span = _span()
    operator_span: Span = _span()


@record
class IsKnown:
    operand: Expr
    negated: bool = False
    span: Span = _span()


@record
class Within:
    """`subject within distance of anchor`; without a subject the settlement date is meant."""

    subject: Expr | None
    distance: Expr
    anchor: Expr
    span: Span = _span()


@record
class InSet:
    """`origin in leshan`, `origin in (mabian, ebian)`."""

    subject: Expr
    members: tuple[Name, ...]
    span: Span = _span()


@record
class InTime:
    """`D in this year`, `total placed in last 12 months`, `in 2021`, `in month 12`.

    `period`: this month, this year, last year, last (with `length`), year or month (with `value`), month number
    (`value` 1 to 12). `subject` is None in `in month 12` alone (the settlement month).
    """

    subject: Expr | None
    period: Literal["this month", "this year", "last year", "last", "year", "month", "month number"]
    value: int | None = None
    length: Duration | None = None
    span: Span = _span()


@record
class If:
    condition: Expr
    then: Expr
    otherwise: Expr
    span: Span = _span()


Expr = (
    Ref
    | Number
    | Money
    | Percent
    | Length
    | Day
    | CalendarMonth
    | CalendarYear
    | YesNo
    | String
    | Nothing
    | Rate
    | Attribute
    | Lookup
    | Call
    | Not
    | Negate
    | Prefix
    | TotalPaidBy
    | Aggregate
    | All
    | Either
    | Binary
    | Compare
    | IsKnown
    | Within
    | InSet
    | InTime
    | If
)
