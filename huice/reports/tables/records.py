"""What a report is made of: figures with their names in both languages, and nothing of how they are shown.

Amounts are yuan as they stand in the JSON of the results (quantiles are whole fen; a mean may have parts of a fen),
counts are numbers, chances lie between 0 and 1. Nothing is rounded here: who shows a figure rounds it once, with
`huice.reports.amounts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from lang.diagnostics import Language, Text

MEASURES = ("entitled", "paid", "owed_at_end", "lapsed", "not_taken_up", "not_yet_claimed")
SUFFICES = ("0.8", "0.9", "0.95")


@frozen
class Name:
    """What something is called: its name in the program, and what the reader of each language is shown."""

    key: str
    text: Text

    def __getitem__(self, language: Language) -> str:
        return self.text[language]


@frozen(kw_only=True)
class Spread:
    """One distribution. `error`, `errors`: half-widths of 95% intervals, of the mean and of each quantile.

    `quantiles` by probability as text ("0.05" … "0.99"). `exceedance`: by threshold in yuan as text. `minimum` …
    `p_less` are those of a difference only.
    """

    mean: float
    sd: float
    error: float = 0.0
    quantiles: Mapping[str, float] = field(factory=dict)
    errors: Mapping[str, float] = field(factory=dict)
    exceedance: Mapping[str, float] = field(factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    p_more: float | None = None
    p_less: float | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Spread:
        """From the JSON form."""
        return cls(
            mean=data["mean"],
            sd=data.get("sd", 0.0),
            error=data.get("mean_error") or 0.0,
            quantiles=data.get("quantiles", {}),
            errors=data.get("quantile_errors", {}),
            exceedance=data.get("exceedance", {}),
            minimum=data.get("min"),
            maximum=data.get("max"),
            p_more=data.get("p_more"),
            p_less=data.get("p_less"),
        )

    def at(self, probability: str) -> float:
        """min{x: F(x) ≥ p}."""
        return self.quantiles[probability]


Measures = Mapping[str, Spread]  # by MEASURES, and "payments" (a count)


@frozen(kw_only=True)
class Curve:
    """How likely more than each amount is: (yuan, chance), amounts ascending. `mark`: the appropriation."""

    points: tuple[tuple[float, float], ...]
    mark: float | None = None


@frozen(kw_only=True)
class FundLine:
    """What a fund, or one pot of it, paid in a period, and whether its appropriation lasted.

    appropriation  of the year (None: unlimited)
    asked          what was asked of it: paid and, at the end, waiting; above the appropriation it does not suffice
    p_exceeded     some claim found no room in the appropriation by the end of the period
    suffices       by probability (SUFFICES): the appropriation that would have been enough with that chance
    owed, carried  waiting at the end; waiting when the period began (None: the first period)
    to_date        of a month: paid from January to its end (else None)
    runs_out       by month, the chance that the appropriation gave out in it
    parts          of a fund with pots: their lines
    """

    fund: Name
    pot: Name | None
    code: str | None
    period: str
    paid: Spread
    asked: Spread | None
    appropriation: float | None
    p_exceeded: float
    suffices: Mapping[str, float]
    owed: Spread
    carried: Spread | None
    runs_out: Mapping[str, float]
    parts: tuple[FundLine, ...] = ()
    curve: Curve | None = None
    to_date: Spread | None = None

    @property
    def key(self) -> tuple[str, str | None]:
        return self.fund.key, None if self.pot is None else self.pot.key

    def addition(self, probability: str) -> float | None:
        """What would have to be added to the appropriation for it to be enough with this chance; None where there is
        no appropriation, or the results do not say. Pots cannot help each other out: a fund's is the sum of theirs."""
        if self.parts:
            of_parts = [part.addition(probability) for part in self.parts]
            known = [amount for amount in of_parts if amount is not None]
            return sum(known) if known else None
        if self.appropriation is None or probability not in self.suffices:
            return None
        return max(self.suffices[probability] - self.appropriation, 0.0)

    @property
    def likeliest_month(self) -> str:
        """In which it most often ran out (the later of two); nothing where it always lasted."""
        return max(self.runs_out, key=lambda month: (self.runs_out[month], month)) if self.runs_out else ""


@frozen(kw_only=True)
class ClauseLine:
    """What one clause was paid from one fund (or pot) in a year (`period` "": in the whole period)."""

    clause: Name
    fund: Name
    pot: Name | None
    code: str | None
    period: str
    paid: Spread
    owed: Spread

    @property
    def key(self) -> tuple[str, str, str | None]:
        return self.clause.key, self.fund.key, None if self.pot is None else self.pot.key


@frozen(kw_only=True)
class ClauseRow:
    """`cites`: the items of the document."""

    name: Name
    cites: tuple[str, ...]
    measures: Measures


@frozen(kw_only=True)
class Period:
    """A year ("2025"), quarter ("2025Q1") or month ("2025-01"). `clauses` by key. `asked`: of all funds together (years
    only); `p_exceeded`: some appropriation did not last. `to_date` (months): paid from January to its end."""

    name: str
    total: Measures
    clauses: Mapping[str, Measures]
    funds: tuple[FundLine, ...]
    lines: tuple[ClauseLine, ...] = ()
    asked: Spread | None = None
    curve: Curve | None = None
    p_exceeded: float | None = None
    to_date: Spread | None = None


@frozen(kw_only=True)
class Group:
    """One value of `--by`. `years`: totals by year."""

    name: Name
    total: Measures
    clauses: Mapping[str, Measures]
    years: Mapping[str, Measures]
    by_year: Mapping[str, Mapping[str, Measures]]  # clauses by year


@frozen(kw_only=True)
class Target:
    """`condition` as it is written. `probability` None: it was not computed."""

    name: Name
    cites: tuple[str, ...]
    condition: Text
    note: str
    probability: float | None
    error: float


@frozen(kw_only=True)
class Assumption:
    """One line of the scenario. `block`: unknowns, a population, claims …; `about`: the thing; `value`: what is
    assumed, in the spelling of either language; `source`: its notes; `line`: the whole statement."""

    block: Text
    about: Text
    value: Text
    source: str
    line: Text


@frozen(kw_only=True)
class Diversification:
    """A quantile of the whole is not the sum of the parts' quantiles: `whole` beside `parts`, and their difference."""

    of: Text
    probability: str
    whole: float
    parts: float

    @property
    def effect(self) -> float:
        return self.parts - self.whole


@frozen(kw_only=True)
class Variance:
    """Shares of the variance that the unknowns, and people given the unknowns, bring; None where nothing varies."""

    unknowns: float | None
    people: float | None
    error: float | None


@frozen(kw_only=True)
class Run:
    """How the figures were made. `draws` 0: nothing was drawn. `partial`: (draws done, draws asked for) of a run that
    was stopped. `origin`: the manifest in words, row by row."""

    policy: Name
    document: str | None
    scenario: Name
    first: str | None
    last: str | None
    draws: int
    seed: int
    engine: str
    notes: tuple[Text, ...]
    manifest: Mapping[str, Any]
    origin: tuple[tuple[Text, Text], ...]
    partial: tuple[int, int] | None = None


@frozen(kw_only=True)
class Projection:
    """All figures of a simulation. `by`: what `--by` is called. `curve`: of what is entitled over the whole period."""

    run: Run
    total: Measures
    clauses: tuple[ClauseRow, ...]
    years: tuple[Period, ...]
    quarters: tuple[Period, ...]
    months: tuple[Period, ...]
    lines: tuple[ClauseLine, ...]
    by: Name | None
    groups: tuple[Group, ...]
    targets: tuple[Target, ...]
    refused: tuple[tuple[Name, Spread], ...]
    arrivals: tuple[tuple[Name, Spread], ...]
    variance: Variance
    assumptions: tuple[Assumption, ...]
    diversification: tuple[Diversification, ...]
    curve: Curve | None
    p_exceeded: float | None

    @property
    def budgeted(self) -> tuple[FundLine, ...]:
        """Years' lines of funds and pots that have an appropriation."""
        return tuple(line for year in self.years for line in year.funds if line.appropriation is not None)


@frozen(kw_only=True)
class Step:
    """One step of the bridge from A to B, in yuan of the mean."""

    name: Text
    amount: float
    error: float = 0.0


@frozen(kw_only=True)
class Side:
    """One of two versions that are compared."""

    policy: Name
    total: Measures
    clauses: tuple[ClauseRow, ...]
    years: Mapping[str, Measures]
    origin: tuple[tuple[Text, Text], ...]


@frozen(kw_only=True)
class Comparison:
    """B − A. `difference` and what hangs on it have `minimum` … `p_less`."""

    run: Run
    a: Side
    b: Side
    difference: Measures
    clauses: tuple[ClauseRow, ...]
    years: Mapping[str, Measures]
    by: Name | None
    groups: tuple[Group, ...]
    bridge: tuple[Step, ...]
    bridge_by: Literal["clause", "change"]


# ---------------------------------------------------------------- tables
Look = Literal["text", "money", "share", "count"]
Cell = Text | str | float | int | None


@frozen(kw_only=True)
class Column:
    """`adds`: the figure of the total line is the sum of those above it (means do, quantiles do not)."""

    title: Text
    look: Look
    adds: bool = False


@frozen(kw_only=True)
class Table:
    """Ready to be shown: the same cells for the terminal, the page and the workbook. `left`: leading columns of
    names."""

    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    notes: tuple[Text, ...] = ()
    left: int = 1
