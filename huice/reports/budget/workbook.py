"""Which sheets a workbook has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from huice.reports.amounts import YUAN, unit_of, unit_of_comparison
from huice.reports.budget import actual, assumptions, differences, enough, sensitivity, spending, targets, times
from huice.reports.budget.cover import cover
from huice.reports.budget.frame import Frame
from huice.reports.budget.source import source
from huice.reports.tables import answer, answer_of_comparison, comparison, naming, projection
from huice.reports.tables.drivers import drivers
from huice.reports.tables.records import Projection, Run
from huice.scenario_book.statements import ScenarioRows, rows_of
from lang.dates import month_text
from lang.diagnostics import Language, Text
from lang.model import Program

Sheets = Mapping[str, Callable[[Frame, Projection], None]]
SPENDING: Sheets = {
    "funds": spending.funds,
    "clauses": spending.clauses,
    "lines": spending.lines,
    "groups": spending.groups,
    "times": times.times,
    "to_date": times.to_date,
    "enough": enough.enough,
}


def write_budget(place: Path, data: Mapping[str, Any], program: Program, language: Language) -> None:
    """Of a simulation: the JSON form, with `sensitivity` (the JSON of `huice sensitivity`), `known` (of
    `huice reforecast`: what was paid in fact, by month) or `actual` (the same beside a forecast made without it).
    OSError when it cannot be written."""
    figures = projection(data, program)
    rows = rows_of(program, data["scenario"], language)
    in_fact = data.get("known") or data.get("actual") or {}
    paid = {month: float(yuan) for month, yuan in in_fact.get("months", {}).items()}
    found = drivers(data["sensitivity"]) if data.get("sensitivity") else None
    keys = _which(figures)
    keys += [key for key, there in (("actual", paid), ("sensitivity", found and found.drivers)) if there]
    keys += _of_scenario(rows)
    with Frame(place, figures.run, unit_of(data), language) as frame:
        cover(frame, figures, answer(figures), [*keys, "source", "data"])
        for key, make in SPENDING.items():
            if key in keys:
                make(frame, figures)
        if "targets" in keys:
            targets.targets(frame, figures)
        if "actual" in keys:
            actual.actual(frame, actual.known_months(figures.months, paid, forecast="known" not in data))
        if found is not None and "sensitivity" in keys:
            sensitivity.sensitivity(frame, found)
        _scenario(frame, rows)
        source(frame, {"": figures.run.origin})
        assert frame.made[:-1] == keys, (frame.made, keys)


def write_comparison_budget(place: Path, data: Mapping[str, Any], program: Program, language: Language) -> None:
    """Of a comparison (the JSON of `huice compare`); `program` is B. OSError when it cannot be written."""
    figures = comparison(data, program)
    rows = rows_of(program, data["scenario"], language)
    keys = ["difference", *(["changes"] if data.get("changes") else []), *_of_scenario(rows)]
    names = [Text(f"A: {figures.a.policy['en']}", f"甲：{figures.a.policy['zh']}")]
    names.append(Text(f"B: {figures.b.policy['en']}", f"乙：{figures.b.policy['zh']}"))
    origins = {name[language]: side.origin for name, side in zip(names, (figures.a, figures.b), strict=True)}
    with Frame(place, figures.run, unit_of_comparison(data), language) as frame:
        cover(frame, figures, answer_of_comparison(figures), [*keys, "source", "data"])
        differences.difference(frame, figures, data, program)
        differences.changes(frame, data, program)
        _scenario(frame, rows)
        source(frame, origins)


def _scenario(frame: Frame, rows: ScenarioRows | None) -> None:
    if rows is not None:
        assumptions.assumptions(frame, rows)
        if rows.budgets:
            assumptions.budgets(frame, rows)


def write_assumptions(place: Path, program: Program, scenario: str, language: Language) -> None:
    """Of a scenario alone, to be edited. OSError when it cannot be written."""
    rows = rows_of(program, scenario, language)
    assert rows is not None, scenario
    chosen = program.scenarios[scenario]
    run = Run(
        policy=naming.policy(program), document=program.document,
        scenario=naming.declared(program.scenarios, scenario), first=month_text(chosen.first),
        last=month_text(chosen.last), draws=0, seed=0, engine="", notes=(), manifest={}, origin=(),
    )  # fmt: skip
    with Frame(place, run, YUAN, language) as frame:
        _scenario(frame, rows)


def _which(figures: Projection) -> list[str]:
    """The sheets that have anything to show, in order."""
    funds = [line for year in figures.years for line in year.funds]
    has = {
        "funds": any(x.paid.mean or x.owed.mean or x.appropriation is not None for x in funds),
        "clauses": True,
        "lines": bool(figures.lines),
        "groups": bool(figures.by) and any(g.total["entitled"].mean for g in figures.groups),
        "times": True,
        "to_date": bool(times.lines_to_date(figures)),
        "enough": any(x.asked is not None and x.asked.mean for x in funds)
        or any(y.curve is not None and y.curve.points[-1][0] for y in figures.years),
        "targets": bool(targets.indicators(figures, YUAN)),
    }
    return [key for key, there in has.items() if there]


def _of_scenario(rows: ScenarioRows | None) -> list[str]:
    return [] if rows is None else ["assumptions", "budgets"] if rows.budgets else ["assumptions"]
