"""A checked program: declarations by name, with typed expressions. What the compiler and the simulator read.

Mappings keep the order of declaration in the file. Names are Latin (the label is the other language's). Everything
that a `use`d module declares is in here too; `origin` spans say which file a declaration came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Literal

from attrs import field

from lang.dates import Month
from lang.records import record
from lang.source import NOWHERE, Source, Span
from lang.tree.declarations import Duty, Frequency, Omit, PolicyLine, Spell
from lang.tree.syntax import NO_TRIVIA, Trivia
from lang.typed import Expr
from lang.types import Given, Type, Value

Label = str | None


@record(kw_only=True)
class Declared:
    """What every declaration has."""

    name: str
    label: Label = None
    cites: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, eq=False, repr=False)
    trivia: Trivia = field(default=NO_TRIVIA, eq=False, repr=False)


@record(kw_only=True)
class Member:
    name: str
    label: Label = None


@record(kw_only=True)
class Kind(Declared):
    members: tuple[Member, ...]


@record(kw_only=True)
class SetOf(Declared):
    kind: str
    members: tuple[str, ...]


Counting = Literal["full months", "any day", "month end"]


@record(kw_only=True)
class Attribute(Declared):
    """`low`, `high`: the range of a count, share or money (fen), always there for those types.

    `via` is set for a many-link: `type` is Type("many", E), and `via` names E's link to this entity.
    """

    entity: str
    type: Type
    monthly: bool = False
    counts: Counting = "full months"
    default: Value | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    via: str | None = None


@record(kw_only=True)
class Entity(Declared):
    attributes: Mapping[str, Attribute]


@record(kw_only=True)
class Fund(Declared):
    """`per`: the attribute or definition that says which pot (of the kind `pots`) a payment comes from."""

    code: str | None = None
    per: str | None = None
    pots: str | None = None


@record(kw_only=True)
class Parameter(Declared):
    """`values`: (from, value), by date; a plain value counts from date.min. Empty for an external one not set."""

    type: Type
    values: tuple[tuple[date, Value], ...] = ()
    external: bool = False
    set_by: str | None = None


@record(kw_only=True)
class Define(Declared):
    """Keyed by (entity, name) in the program: one name may be defined for several entities."""

    entity: str
    body: Expr


@record(kw_only=True)
class Band:
    """low ≤ value < high; None: open."""

    low: Value | None
    high: Value | None


@record(kw_only=True)
class Row:
    """No keys: the row `otherwise`."""

    keys: tuple[Value | Band, ...]
    value: Value
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Table(Declared):
    """`keys`: the type of each key; `type`: of the values."""

    keys: tuple[Type, ...]
    type: Type
    rows: tuple[Row, ...]


@record(kw_only=True)
class Rounding:
    """To a whole number of `unit` fen; the default is nearest (half away from zero), 1 fen."""

    mode: Literal["nearest", "down", "up"] = "nearest"
    unit: int = 1


@record(kw_only=True)
class Rule:
    """In a month the first rule, from the top, whose condition holds pays. `condition` None: always, otherwise.

    Limits are expressions without a subject: `months` a count of monthly payments; `per_year`, `in_all` money.
    `payee` is a link expression; None: the entity itself.
    """

    condition: Expr | None
    amount: Expr
    frequency: Frequency
    rounding: Rounding = Rounding()
    months: Expr | None = None
    per_year: Expr | None = None
    in_all: Expr | None = None
    payee: Expr | None = None
    span: Span = field(default=NOWHERE, eq=False, repr=False)
    trivia: Trivia = field(default=NO_TRIVIA, eq=False, repr=False)


@record(kw_only=True)
class PaidFrom:
    """Funds in turn (`shares` None), or split by shares that sum to 1 (the last takes the rest of the rounding)."""

    funds: tuple[str, ...]
    shares: tuple[Fraction, ...] | None = None


@record(kw_only=True)
class Clause(Declared):
    """`where` is a condition of every rule."""

    entity: str
    where: Expr | None
    rules: tuple[Rule, ...]
    paid_from: PaidFrom | None = None


@record(kw_only=True)
class GroupMember:
    """A clause, or a money attribute of `per` itself (`clause` None).

    `link` leads from the clause's entity to the group's (None: it is that entity).
    """

    clause: str | None
    attribute: Expr | None
    link: Expr | None


@record(kw_only=True)
class Exclusive(Declared):
    members: tuple[GroupMember, ...]
    per: str
    take: Literal["first", "highest"]


@record(kw_only=True)
class Limit(Declared):
    """`name` is the clause's. A place is an entity; `places` has no subject, `per` and `order_by` are the entity's."""

    places: Expr
    per: Expr | None
    period: Literal["month", "year"] | None
    order_by: Expr | None


@record(kw_only=True)
class Target(Declared):
    """`condition` has no subject (or, with `per`, one value of that kind at a time)."""

    condition: Expr
    per: str | None
    by: date | None
    every_year: bool


@record(kw_only=True)
class Monotone:
    clause: str
    direction: Literal["rises", "falls"]
    attribute: Expr


@record(kw_only=True)
class Property(Declared):
    entity: str
    claim: Expr | Monotone


# ---------------------------------------------------------------- cases
@record(kw_only=True)
class Fact:
    """One given fact of a case. `spells` None: a constant value (or every month, for a monthly attribute)."""

    attribute: str
    value: Given
    spells: tuple[Spell, ...] | None = None


@record(kw_only=True)
class Instance:
    entity: str
    key: str
    facts: tuple[Fact, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Expect:
    """`first`/`last`: accrual months; both None: any month. `pays` without months: exactly one payment of `amount`, or
    with `per_month` at least one, all of that amount."""

    clause: str
    answer: Literal["pays", "nothing", "undetermined", "refuses"]
    key: str
    amount: Fraction | None = None
    per_month: bool = False
    first: Month | None = None
    last: Month | None = None
    due: Month | None = None
    to: str | None = None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Case:
    name: str
    sets: Mapping[str, Value]
    instances: tuple[Instance, ...]
    expects: tuple[Expect, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


# ---------------------------------------------------------------- scenarios
@record(kw_only=True)
class Distribution:
    """`fixed(x)`, `uniform(a, b)`, … with named arguments in `arguments` (numbers that may read unknowns).

    family `choice`: `values` (of an attribute also NONE) with `weights` (probabilities that sum to 1); `chance`: yes
    with probability `p`; `any`: a row of `entity`, each alike; `between`: 5th and 95th percentile `low`, `high`;
    `empirical`: the values in the file `path`, each alike.
    """

    family: Literal[
        "fixed", "uniform", "triangular", "normal", "lognormal", "beta", "gamma", "poisson", "binomial", "between",
        "choice", "chance", "any", "empirical",
    ]  # fmt: skip
    type: Type
    arguments: Mapping[str, Expr] = field(factory=dict)
    values: tuple[Given, ...] = ()
    weights: tuple[Expr, ...] = ()
    entity: str | None = None
    path: str | None = None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Unknown(Declared):
    """Drawn once a draw."""

    type: Type
    distribution: Distribution


@record(kw_only=True)
class Arrive:
    """`number` a month from `first` to `last` (with `per`: for each row of that entity, or with `chance`, at the month
    `first`, or `after` months after that row's own arrival). `number` may be drawn afresh each month (`poisson(…)`)."""

    number: Distribution
    first: Month | None = None
    last: Month | None = None
    per: str | None = None
    link: str | None = None
    chance: Expr | None = None
    after: int = 0
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Drawn:
    attribute: str
    distribution: Distribution
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Fixed:
    """A value; or (`value` None) the first day of the arrival month plus `low` to `high` months (each alike)."""

    attribute: str
    value: Given | None = None
    low: int = 0
    high: int = 0
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Spells:
    """Starts on arrival; `ends`, `returns`: chances a month (None: never)."""

    attribute: str
    ends: Expr | None
    returns: Expr | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Follows:
    """Yes in m when the run of `leader` is ≥ after + 1, for those (`chance`, drawn once a row) who follow at all."""

    attribute: str
    leader: str
    after: int
    chance: Expr | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


Assumption = Drawn | Fixed | Spells | Follows


@record(kw_only=True)
class Population:
    entity: str
    arrivals: tuple[Arrive, ...]
    assumptions: Mapping[str, Assumption]
    roster: str | None = None
    as_of: Month | None = None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Budget:
    """In fen a calendar year."""

    fund: str
    pot: str | None
    year: int
    amount: Expr
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@record(kw_only=True)
class Cash:
    """A month's limit, in claims or in fen; of one fund, or of all together (`fund` None)."""

    claims: int | None = None
    amount: Expr | None = None
    fund: str | None = None


@record(kw_only=True)
class Scenario(Declared):
    """`sets`: parameters that are fixed; `drawn_sets`: those that depend on unknowns, another value in each draw."""

    policy: str
    first: Month
    last: Month
    sets: Mapping[str, Value]
    unknowns: Mapping[str, Unknown]
    populations: Mapping[str, Population]
    taken_up: Expr | None = None
    lag: Distribution | None = None
    budgets: tuple[Budget, ...] = ()
    cash: tuple[Cash, ...] = ()
    drawn_sets: Mapping[str, Expr] = field(factory=dict)


# ---------------------------------------------------------------- the whole
@record(kw_only=True)
class Program(Declared):
    """`first`/`last`: the months inside the policy (last None: open). `due_from`: the month where `in force` starts.

    `lines` are those of the policy block as written: what they cite, and their notes.
    """

    document: str | None
    issued: date | None
    in_force: tuple[date, date | None]
    applies_from: date | None
    claims_until: date | None
    first: Month
    last: Month | None
    due_from: Month
    kinds: Mapping[str, Kind]
    sets: Mapping[str, SetOf]
    entities: Mapping[str, Entity]
    funds: Mapping[str, Fund]
    parameters: Mapping[str, Parameter]
    defines: Mapping[tuple[str, str], Define]
    tables: Mapping[str, Table]
    clauses: Mapping[str, Clause]
    groups: Mapping[str, Exclusive]
    limits: Mapping[str, Limit]
    targets: Mapping[str, Target]
    duties: tuple[Duty, ...]
    omissions: tuple[Omit, ...]
    properties: Mapping[str, Property]
    cases: tuple[Case, ...]
    scenarios: Mapping[str, Scenario]
    language: Literal["en", "zh"]
    sources: tuple[Source, ...] = field(eq=False, repr=False)
    lines: tuple[PolicyLine, ...] = field(default=(), eq=False, repr=False)
