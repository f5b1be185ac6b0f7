"""The JSON form of a simulation to a `Projection`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from huice.reports.tables import naming
from huice.reports.tables.assumptions import assumptions_of, conditions_of
from huice.reports.tables.origin import origin_of
from huice.reports.tables.records import (
    ClauseLine,
    ClauseRow,
    Curve,
    Diversification,
    FundLine,
    Group,
    Measures,
    Name,
    Period,
    Projection,
    Run,
    Spread,
    Target,
    Variance,
)
from lang.dates import month_text
from lang.diagnostics import Text
from lang.model import Program

Data = Mapping[str, Any]
PARTS = {"clauses": Text("clauses", "条款"), "years": Text("years", "年度"), "groups": Text("groups", "分组")}


def projection(data: Data, program: Program) -> Projection:
    years = _periods(data["years"], program)
    manifest = data["manifest"]
    groups = tuple(_group(key, group, program) for key, group in data.get("groups", {}).items())
    variance = data.get("variance") or {}
    return Projection(
        run=run_of(data, manifest, program),
        total=measures(data["total"]),
        clauses=clause_rows(data["clauses"], program),
        years=years,
        quarters=_periods(data.get("quarters", {}), program),
        months=_periods(data.get("months", {}), program),
        lines=_lines(data.get("lines", ()), "", program),
        by=naming.grouped_by(data, program) if manifest.get("by") else None,
        groups=groups,
        targets=_targets(data.get("targets", {}), program, manifest),
        refused=tuple(
            (naming.declared(program.clauses, key), Spread.of(counts))
            for key, counts in data.get("refused", {}).items()
        ),
        arrivals=tuple(
            (naming.declared(program.entities, key), Spread.of(counts))
            for key, counts in data.get("arrivals", {}).items()
        ),
        variance=Variance(
            unknowns=variance.get("unknowns"), people=variance.get("people"), error=variance.get("error")
        ),
        assumptions=assumptions_of(program, data["scenario"]),
        diversification=_diversification(data, years, groups),
        curve=_curve(data.get("curve"), None),
        p_exceeded=data.get("p_exceeded"),
    )


def run_of(data: Data, manifest: Data, program: Program) -> Run:
    scenario = program.scenarios.get(data["scenario"])
    partial = data.get("partial")
    return Run(
        policy=naming.policy(program),
        document=program.document,
        scenario=naming.declared(program.scenarios, data["scenario"]),
        first=None if scenario is None else month_text(scenario.first),
        last=None if scenario is None else month_text(scenario.last),
        draws=data["draws"],
        seed=data["seed"],
        engine=data["engine"],
        notes=_notes(data),
        manifest=manifest,
        origin=origin_of(manifest, program),
        partial=None if partial is None else (partial["draws"], partial["of"]),
    )


def _notes(data: Data) -> tuple[Text, ...]:
    """Results of before `notes_zh` have them in English alone."""
    english = data.get("notes", [])
    return tuple(Text(en, zh) for en, zh in zip(english, data.get("notes_zh", english), strict=True))


def measures(data: Data) -> Measures:
    return {key: Spread.of(value) for key, value in data.items() if isinstance(value, Mapping) and "mean" in value}


def clause_rows(data: Data, program: Program) -> tuple[ClauseRow, ...]:
    """In the order of the file."""
    return tuple(
        ClauseRow(
            name=naming.declared(program.clauses, key),
            cites=program.clauses[key].cites if key in program.clauses else (),
            measures=measures(of_clause),
        )
        for key, of_clause in data.items()
    )


# ---------------------------------------------------------------- periods and funds
def _periods(data: Data, program: Program) -> tuple[Period, ...]:
    found: list[Period] = []
    before: dict[tuple[str, str | None], Spread] = {}
    for name, period in data.items():
        funds = tuple(_fund_lines(period.get("funds", {}), name, before, program, first=not found))
        before = {line.key: line.owed for line in funds}
        asked = period.get("asked")
        given = [line.appropriation for line in funds if line.pot is None]
        whole = sum(a for a in given if a is not None) if given and None not in given else None
        found.append(
            Period(
                name=name,
                total=measures(period["total"]),
                clauses={key: measures(clause) for key, clause in period["clauses"].items()},
                funds=funds,
                lines=_lines(period.get("lines", ()), name, program),
                asked=None if asked is None else Spread.of(asked),
                curve=_curve(None if asked is None else asked.get("curve"), whole),
                p_exceeded=period.get("p_exceeded"),
                to_date=_spread(period.get("to_date")),
            )
        )
    return tuple(found)


def _fund_lines(
    data: Data, period: str, before: Mapping[tuple[str, str | None], Spread], program: Program, *, first: bool
) -> list[FundLine]:
    """A fund, then each of its pots."""
    found: list[FundLine] = []
    for key, fund in data.items():
        name = naming.declared(program.funds, key)
        code = program.funds[key].code if key in program.funds else None
        pots: list[tuple[Name | None, Data]] = [(None, fund)]
        pots += [(naming.member(program, pot), line) for pot, line in fund.get("pots", {}).items()]
        at = len(found)
        for pot, line in pots:
            asked = line.get("asked")
            appropriation = line.get("appropriation")
            found.append(
                FundLine(
                    fund=name,
                    pot=pot,
                    code=code,
                    period=period,
                    paid=Spread.of(line["paid"]),
                    asked=None if asked is None else Spread.of(asked),
                    appropriation=appropriation,
                    p_exceeded=line["p_exceeded"],
                    suffices=line.get("suffices", {}),
                    owed=Spread.of(line["owed"]),
                    carried=None if first else before.get((key, None if pot is None else pot.key)),
                    runs_out=line.get("runs_out") or {},
                    to_date=_spread(line.get("to_date")),
                    curve=_curve(
                        None if asked is None else asked.get("curve"),
                        appropriation,
                        None if line.get("pots") else line["p_exceeded"],
                    ),
                )
            )
        found[at] = evolve(found[at], parts=tuple(found[at + 1 :]))
    return found


def _spread(data: Data | None) -> Spread | None:
    return None if data is None else Spread.of(data)


def _lines(data: Any, period: str, program: Program) -> tuple[ClauseLine, ...]:
    return tuple(
        ClauseLine(
            clause=naming.declared(program.clauses, line["clause"]),
            fund=naming.declared(program.funds, line["fund"]),
            pot=None if line["pot"] is None else naming.member(program, line["pot"]),
            code=program.funds[line["fund"]].code if line["fund"] in program.funds else None,
            period=period,
            paid=Spread.of(line["paid"]),
            owed=Spread.of(line["owed"]),
        )
        for line in data
    )


def _curve(points: Any, mark: float | None, known: float | None = None) -> Curve | None:
    """`known`: the chance of more than `mark`, where it is the curve's own: curves of many draws are thinned out."""
    if not points:
        return None
    made = [(float(amount), float(chance)) for amount, chance in points]
    if mark is not None and known is not None:
        before = [chance for amount, chance in made if amount < mark]
        after = [chance for amount, chance in made if amount > mark]
        here = any(amount == mark for amount, _ in made)
        if not here and min(before, default=1.0) >= known >= max(after, default=0.0):
            made = sorted([*made, (mark, known)])
    return Curve(points=tuple(made), mark=mark)


def _group(key: str, data: Data, program: Program) -> Group:
    years = data.get("years", {})
    return Group(
        name=naming.member(program, key),
        total=measures(data["total"]),
        clauses={name: measures(clause) for name, clause in data["clauses"].items()},
        years={year: measures(of_year["total"]) for year, of_year in years.items()},
        by_year={year: {n: measures(c) for n, c in of_year["clauses"].items()} for year, of_year in years.items()},
    )


# ---------------------------------------------------------------- the rest
def _targets(data: Data, program: Program, manifest: Data) -> tuple[Target, ...]:
    """All that the policy sets, those that were not computed without a chance."""
    conditions = conditions_of(program)
    found = []
    for key, target in program.targets.items():
        chance = data.get(key)
        found.append(
            Target(
                name=naming.declared(program.targets, key),
                cites=target.cites,
                condition=conditions.get(key, Text("", "")),
                note="；".join(note.text for note in target.trivia.notes),
                probability=None if chance is None else chance["probability"],
                error=0.0 if chance is None else chance.get("error") or 0.0,
            )
        )
    return tuple(found)


def _diversification(data: Data, years: tuple[Period, ...], groups: tuple[Group, ...]) -> tuple[Diversification, ...]:
    """Of what is paid over the whole period, P90: by clause, by year, by group."""
    if "quantiles" not in data["total"].get("paid", {}):
        return ()
    whole = data["total"]["paid"]["quantiles"]["0.9"]
    parts = {
        "clauses": [clause["paid"]["quantiles"]["0.9"] for clause in data["clauses"].values()],
        "years": [year.total["paid"].at("0.9") for year in years],
        "groups": [group.total["paid"].at("0.9") for group in groups],
    }
    return tuple(
        Diversification(of=PARTS[key], probability="0.9", whole=whole, parts=sum(values))
        for key, values in parts.items()
        if len(values) > 1
    )
