"""What the checker knows while it works: the name spaces of a program, and where an expression stands.

`Environment` is filled by `lang.checking.declarations` in the order kinds, entities, parameters, tables, definitions,
funds, clauses; `Scope` says for one expression whose facts it reads and which further names it may use.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from attrs import define, field, frozen

from lang import model, typed
from lang.checking.findings import Findings
from lang.checking.symbols import Space
from lang.diagnostics import Text
from lang.tree import declarations as tree


@define
class Definition:
    """A `define`: as declared, and as checked once it is. `state` finds circles."""

    declared: tree.Define
    entity: str
    name: str
    state: Literal["new", "open", "done"] = "new"
    body: typed.Expr | None = None


@define
class PaidItem:
    """A clause as declared, with its entity (None: the `for` line names none)."""

    declared: tree.Clause
    entity: str | None


def _space(en: str, zh: str) -> Space:  # type: ignore[type-arg]
    return Space(Text(en, zh))


@define
class Environment:
    """The name spaces of a program."""

    findings: Findings = field(factory=Findings)
    kinds: Space[model.Kind] = field(factory=lambda: _space("kind", "类别"))
    members: dict[str, Space[model.Member]] = field(factory=dict)  # by kind
    sets: Space[model.SetOf] = field(factory=lambda: _space("set", "范围"))
    entities: Space[tree.Entity] = field(factory=lambda: _space("entity", "台账"))
    attributes: dict[str, Space[model.Attribute]] = field(factory=dict)  # by entity
    definitions: dict[str, Space[Definition]] = field(factory=dict)  # by entity
    parameters: Space[model.Parameter] = field(factory=lambda: _space("parameter", "标准"))
    tables: Space[model.Table | None] = field(factory=lambda: _space("table", "标准表"))
    funds: Space[model.Fund] = field(factory=lambda: _space("fund", "资金来源"))
    clauses: Space[PaidItem] = field(factory=lambda: _space("clause", "条款"))
    groups: Space[model.Exclusive | None] = field(factory=lambda: _space("exclusive group", "不重复享受组"))
    targets: Space[model.Target | None] = field(factory=lambda: _space("target", "目标"))
    duties: Space[tree.Duty] = field(factory=lambda: _space("duty", "职责"))
    properties: Space[model.Property | None] = field(factory=lambda: _space("property", "性质"))
    scenarios: Space[tree.Scenario] = field(factory=lambda: _space("scenario", "情景"))
    lost: set[str] = field(factory=set)  # names that were declared in a statement with a fault
    demand: Callable[[Definition], None] | None = None  # checks a definition that is read before its turn


Role = Literal["policy", "target", "property", "constant", "scenario"]


@frozen
class Guard:
    """What the conditions around an expression show: `of` is at least `low` (None: not said), perhaps never zero."""

    of: typed.Expr
    low: Fraction | None
    unlike_zero: bool


@frozen
class Scope:
    """Where an expression stands.

    `entity`: whose facts it reads (None: nobody's). `own`: the definition whose body it is (there its name means the
    attribute). `guards`: what is known of expressions here. `unknowns`: those of the scenario.
    """

    environment: Environment
    role: Role = "policy"
    entity: str | None = None
    own: str | None = None
    guards: tuple[Guard, ...] = ()
    unknowns: Space[model.Unknown] | None = None

    @property
    def findings(self) -> Findings:
        return self.environment.findings
