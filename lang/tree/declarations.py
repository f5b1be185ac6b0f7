"""The statements of a `.policy` file, as written (the second half of the tree; expressions are in `lang.tree.syntax`).

A block (policy, entity, clause, case, scenario, population …) holds its own lines. Every statement has `trivia`.
`cites` are the items of the official document, as written in the quotes. This module gathers them all: import it as
`tree`, and read the parts in `vocabulary`, `rules`, `cases` and `scenarios`.
"""

from __future__ import annotations

from typing import Literal

from attrs import field

from lang.records import record
from lang.source import Span
from lang.tree.cases import Case, Expect, Given, GivenLine, Instance, SetValue, Spell
from lang.tree.rules import (
    AmountLimit,
    Clause,
    CountLimit,
    Duty,
    Exclusive,
    For,
    Frequency,
    GroupMember,
    Limit,
    Monotone,
    Omit,
    Payment,
    Property,
    Rounding,
    Rule,
    Target,
)
from lang.tree.scenarios import (
    Arrive,
    Assumption,
    Budget,
    Cash,
    Choice,
    Claims,
    Distribution,
    Drawn,
    Fixed,
    Follows,
    Lag,
    Period,
    Population,
    Scenario,
    ScenarioLine,
    Spells,
    TakenUp,
    Unknown,
)
from lang.tree.syntax import _span
from lang.tree.vocabulary import (
    Band,
    BaseType,
    DateLine,
    Define,
    Document,
    Entity,
    FromValue,
    Fund,
    Has,
    InForce,
    Kind,
    Label,
    Member,
    PaidFrom,
    Parameter,
    Policy,
    PolicyLine,
    Row,
    SetOf,
    Table,
    TypeName,
    Use,
)

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


@record
class File:
    """A whole file. `language` is that of most of its keywords; `trailing` are comments behind the last statement.

    The last `quoted` of them are quotations; `gaps` says before which of them a blank line stood. `lost` are the names
    that statements with a fault may have declared: whoever reads them is not told so. `unnamed`: there is one that
    would have declared something whose name was left out.
    """

    declarations: tuple[Declaration, ...]
    language: Literal["en", "zh"] = "en"
    trailing: tuple[str, ...] = ()
    quoted: int = field(default=0, eq=False, repr=False)
    gaps: tuple[int, ...] = field(default=(), eq=False, repr=False)
    lost: frozenset[str] = field(default=frozenset(), eq=False, repr=False)
    unnamed: bool = field(default=False, eq=False, repr=False)
    span: Span = _span()


__all__ = [
    "AmountLimit",
    "Arrive",
    "Assumption",
    "Band",
    "BaseType",
    "Budget",
    "Case",
    "Cash",
    "Choice",
    "Claims",
    "Clause",
    "CountLimit",
    "DateLine",
    "Declaration",
    "Define",
    "Distribution",
    "Document",
    "Drawn",
    "Duty",
    "Entity",
    "Exclusive",
    "Expect",
    "File",
    "Fixed",
    "Follows",
    "For",
    "Frequency",
    "FromValue",
    "Fund",
    "Given",
    "GivenLine",
    "GroupMember",
    "Has",
    "InForce",
    "Instance",
    "Kind",
    "Label",
    "Lag",
    "Limit",
    "Member",
    "Monotone",
    "Omit",
    "PaidFrom",
    "Parameter",
    "Payment",
    "Period",
    "Policy",
    "PolicyLine",
    "Population",
    "Property",
    "Rounding",
    "Row",
    "Rule",
    "Scenario",
    "ScenarioLine",
    "SetOf",
    "SetValue",
    "Spell",
    "Spells",
    "Table",
    "TakenUp",
    "Target",
    "TypeName",
    "Unknown",
    "Use",
]
