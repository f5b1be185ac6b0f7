"""The JSON form of a comparison to a `Comparison`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huice.reports.tables import naming
from huice.reports.tables.origin import origin_of
from huice.reports.tables.projection import clause_rows, measures, run_of
from huice.reports.tables.records import ClauseRow, Comparison, Group, Name, Side, Spread, Step
from lang.diagnostics import Text
from lang.model import Program

Data = Mapping[str, Any]
REST = Text("other changes", "其他变化")


def comparison(data: Data, program: Program) -> Comparison:
    """`program` is B; what only A has goes by its name. The bridge is that of the results (`"bridge"`), else one step a
    clause: the differences of the clauses' means add up to that of the total."""
    difference = data["difference"]
    steps = _steps(data["bridge"], program) if data.get("bridge") else _by_clause(difference, program)
    first = data["a"]
    return Comparison(
        run=run_of({"engine": first["manifest"]["engine"], **data}, first["manifest"], program),
        a=_side(first, program),
        b=_side(data["b"], program),
        difference=measures(difference["total"]),
        clauses=clause_rows(difference["clauses"], program),
        years={year: measures(of_year["total"]) for year, of_year in difference.get("years", {}).items()},
        by=naming.grouped_by(first, program) if first["manifest"].get("by") else None,
        groups=tuple(_group(key, group, program) for key, group in difference.get("groups", {}).items()),
        bridge=steps,
        bridge_by="change" if data.get("bridge") else "clause",
    )


def _side(data: Data, program: Program) -> Side:
    own = data["policy"] == program.name
    policy = naming.policy(program) if own else Name(data["policy"], Text(data["policy"], data["policy"]))
    return Side(
        policy=policy,
        total=measures(data["total"]),
        clauses=clause_rows(data["clauses"], program),
        years={year: measures(of_year["total"]) for year, of_year in data["years"].items()},
        origin=origin_of(data["manifest"], program),
    )


def _group(key: str, data: Data, program: Program) -> Group:
    years = data.get("years", {})
    return Group(
        name=naming.member(program, key),
        total=measures(data["total"]),
        clauses={name: measures(clause) for name, clause in data["clauses"].items()},
        years={year: measures(of_year["total"]) for year, of_year in years.items()},
        by_year={year: {n: measures(c) for n, c in of_year["clauses"].items()} for year, of_year in years.items()},
    )


# ---------------------------------------------------------------- bridge
def _by_clause(difference: Data, program: Program) -> tuple[Step, ...]:
    rows: list[tuple[ClauseRow, Spread]] = [
        (row, row.measures["entitled"]) for row in clause_rows(difference["clauses"], program)
    ]
    return tuple(
        Step(name=row.name.text, amount=spread.mean, error=spread.error)
        for row, spread in rows
        if spread.minimum or spread.maximum
    )


def _steps(steps: Any, program: Program) -> tuple[Step, ...]:
    return tuple(
        Step(
            name=_title(step["changes"]),
            amount=step["entitled"]["mean"],
            error=step["entitled"].get("mean_error") or 0.0,
        )
        for step in steps
    )


def _title(changes: Any) -> Text:
    """Every declaration that the step changes."""
    if not changes:
        return REST
    en = ", ".join(change["name"].replace("_", " ") for change in changes)
    zh = "、".join(change.get("label") or change["name"] for change in changes)
    return Text(en, zh)
