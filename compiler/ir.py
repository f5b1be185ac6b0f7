"""The IR: a program as monthly streams, and clauses as pipelines over them. `docs/ir.md` says what each part means.

A stream has one value for each row of its entity in each month (for streams without an entity: one value a month). Its
operands are streams with smaller numbers, so the list is in order of evaluation. Registers (Run, Total, Ever, Previous)
are the only operations that remember; everything else reads the same month. Values are those of `lang.types`: money in
fen as Fraction, lengths of runs and totals of yes/no as int months. Each stream may be unknown, or NONE.

A clause is a pipeline with a fixed order of stages: alternatives, gate, rounding, limits, group, quota, funds, due.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from attrs import field

from lang.dates import Duration, Month, Unit
from lang.records import record
from lang.source import NOWHERE, Span
from lang.tree.declarations import Frequency
from lang.types import Given, Type, Value

Id = int


# ---------------------------------------------------------------- operations
@record
class Constant:
    """`value` NONE: a table without a row for the key. Durations in streams are plain ints: months (or days, where a
    `Later` adds days), never `lang.dates.Duration`."""

    value: Given


@record
class Fact:
    """The row's attribute in this month. Not given: its default, else unknown within the attribute's range."""

    attribute: str


@record
class Parameter:
    """The parameter's value at the settlement date; unknown when it has none then."""

    parameter: str


@record
class Settlement:
    """The last day of the month."""


@record
class Through:
    """`target`, read for the row that `link` names. NONE where there is no link, unknown where the link is."""

    link: Id
    target: Id


@record
class Not:
    operand: Id


@record
class And:
    """Kleene: no if any is no, else unknown if any is unknown."""

    operands: tuple[Id, ...]


@record
class Or:
    operands: tuple[Id, ...]


@record
class Select:
    """`then` where condition, else `otherwise`; unknown condition: what both have in common."""

    condition: Id
    then: Id
    otherwise: Id


@record
class Arithmetic:
    """On rationals; NONE on a side gives NONE. Division never sees zero (proved, or guarded by Select)."""

    operator: Literal["+", "-", "×", "/", "minimum", "maximum"]
    left: Id
    right: Id


@record
class Compare:
    """NONE on a side: no (also for ≠)."""

    operator: Literal["=", "≠", "<", "≤", ">", "≥"]
    left: Id
    right: Id


@record
class OneOf:
    operand: Id
    members: tuple[str, ...]


@record
class Known:
    """Given, and not NONE. Never unknown."""

    operand: Id


@record
class Later:
    """`day` plus a length of `unit`s (an int stream), from the original date; see lang.dates.add."""

    day: Id
    length: Id
    unit: Literal["months", "days"]


Period = Literal["this month", "this year", "last year", "last", "year", "month", "month number"]


@record
class InPeriod:
    """`day` lies in the period and not after the settlement date. See lang.typed.InPeriod."""

    day: Id
    period: Period
    value: int | None = None
    length: Duration | None = None


@record
class Aggregate:
    """Over the rows of `entity` whose attribute `via` is this row's key (`via` None: all rows), in this month.

    count (int), sum (of `value`), share (Fraction; no members: NONE). A row whose link is unknown may be a member.
    """

    word: Literal["count", "sum", "share"]
    entity: str
    via: str | None
    where: Id | None
    value: Id | None


@record
class Run:
    """Months in a row, this one included, in which `operand` was yes. Counts no further than `cap`."""

    operand: Id
    cap: int | None


Window = Literal["so far", "this year", "last year", "last months"]


@record
class Total:
    """Sum of `operand` over the window's months up to this one; of a yes/no: the number of months."""

    operand: Id
    window: Window
    months: int | None = None


@record
class Ever:
    operand: Id


@record
class Previous:
    operand: Id


Op = (
    Constant
    | Fact
    | Parameter
    | Settlement
    | Through
    | Not
    | And
    | Or
    | Select
    | Arithmetic
    | Compare
    | OneOf
    | Known
    | Later
    | InPeriod
    | Aggregate
    | Run
    | Total
    | Ever
    | Previous
)


@record
class Stream:
    """One stream. `entity` None: the same for every row. `name`: what the policy calls it, if it does."""

    id: Id
    entity: str | None
    type: Type
    op: Op
    name: str | None = None
    origin: Span = field(default=NOWHERE, eq=False, repr=False)


# ---------------------------------------------------------------- clauses
@record(kw_only=True)
class Alternative:
    """`when` (None: always) pays `amount`. The first alternative that holds is the month's; the others do not count."""

    when: Id | None
    amount: Id
    frequency: Frequency
    mode: Literal["nearest", "down", "up"] = "nearest"
    unit: int = 1
    months: Id | None = None
    per_year: Id | None = None
    in_all: Id | None = None
    payee: Id | None = None
    origin: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Funds:
    """In turn (`shares` None) or by shares; `pots` are streams of the clause's entity, one a fund (None: one pot)."""

    funds: tuple[str, ...]
    shares: tuple[Fraction, ...] | None
    pots: tuple[Id | None, ...]


@record(kw_only=True)
class Clause:
    """`index` is the order in the file.

    Registers of a clause, per row: once paid, paid this year, number of monthly payments, sum this year, sum in all;
    they are written only when a payment passes every stage.
    """

    index: int
    name: str
    label: str | None
    cites: tuple[str, ...]
    entity: str
    alternatives: tuple[Alternative, ...]
    funds: Funds | None
    group: str | None = None
    quota: str | None = None
    origin: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class GroupMember:
    """A clause, or the stream of a money attribute of the group's entity.

    `link`: from the clause's row to the group's row (None: the same row).
    """

    clause: str | None
    paid: Id | None
    link: Id | None


@record(kw_only=True)
class Group:
    name: str
    entity: str
    take: Literal["first", "highest"]
    members: tuple[GroupMember, ...]
    origin: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Quota:
    """Places are entities. Holders of the period keep theirs; the free ones go by (not paid last month, order, key)."""

    clause: str
    places: Id
    per: Id | None
    period: Literal["month", "year"] | None
    order: Id | None
    origin: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Target:
    """`condition` has no entity. It is read in the month of `by`; every year: in December; else in the last month."""

    name: str
    condition: Id
    by: Month | None
    every_year: bool
    per: str | None


@record(kw_only=True)
class Attribute:
    """A column: what the evaluators must know of an attribute to read it."""

    entity: str
    name: str
    label: str | None
    type: Type
    monthly: bool
    counts: Literal["full months", "any day", "month end"]
    default: Value | None
    low: Fraction | None
    high: Fraction | None


@record(kw_only=True)
class ParameterValues:
    """`values`: (first month, value): the value at the settlement dates of that month and later. `unit`: of a length of
    time, what its number counts."""

    name: str
    type: Type
    values: tuple[tuple[Month, Value], ...]
    external: bool
    unit: Unit = "months"


@record(kw_only=True)
class Program:
    """The whole. `order`: clauses in order of processing in a month (a group's members stand in the order of `among`).

    `definitions`: the stream of each definition by (entity, name), used or not, for `--by` and for reports.
    """

    name: str
    first: Month
    last: Month | None
    due_from: Month
    streams: tuple[Stream, ...]
    clauses: Mapping[str, Clause]
    order: tuple[str, ...]
    groups: Mapping[str, Group]
    quotas: Mapping[str, Quota]
    targets: Mapping[str, Target]
    attributes: Mapping[tuple[str, str], Attribute]
    parameters: Mapping[str, ParameterValues]
    definitions: Mapping[tuple[str, str], Id]
    entities: tuple[str, ...]


def operands(op: Op) -> tuple[Id, ...]:
    """The streams that an operation reads."""
    match op:
        case Constant() | Fact() | Parameter() | Settlement():
            return ()
        case Through(link, target):
            return (link, target)
        case And(ids) | Or(ids):
            return ids
        case Select(condition, then, otherwise):
            return (condition, then, otherwise)
        case Arithmetic(_, left, right) | Compare(_, left, right):
            return (left, right)
        case Later(day, length, _):
            return (day, length)
        case Aggregate(_, _, _, where, value):
            return tuple(i for i in (where, value) if i is not None)
        case InPeriod(day):
            return (day,)
        case Not(a) | OneOf(a) | Known(a) | Run(a) | Total(a) | Ever(a) | Previous(a):
            return (a,)
