"""Facts that a policy's clauses read and a scenario leaves without an assumption.

Comes in: a checked program and one of its scenarios. Goes out: one record for each such fact and clause. `check` warns
of them; the simulator refuses to run the clauses concerned.
"""

from __future__ import annotations

from attrs import field, frozen

from lang import model
from lang.checking.findings import Findings, quoted
from lang.checking.reads import clause_reads
from lang.diagnostics import Label, Text
from lang.source import NOWHERE, Span


@frozen(kw_only=True)
class Missing:
    """`clause` reads `attribute` of `entity`; None: it reaches rows of `entity`, of which the scenario has none."""

    clause: str
    entity: str
    attribute: str | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


def missing_assumptions(program: model.Program, scenario: model.Scenario) -> tuple[Missing, ...]:
    """By clause, in the order of the policy. A clause for which nobody is in the scenario misses nothing."""
    found: list[Missing] = []
    rosters = any(population.roster is not None for population in scenario.populations.values())
    for clause in program.clauses.values():
        if clause.entity not in scenario.populations:
            continue
        reads = clause_reads(program, clause)
        for entity, span in reads.entities.items():
            if entity not in scenario.populations and not rosters:  # else the roster may have such rows
                found.append(Missing(clause=clause.name, entity=entity, attribute=None, span=span))
        for (entity, name), span in reads.facts.items():
            population = scenario.populations.get(entity)
            if population is not None and not _assumed(program, population, name):
                found.append(Missing(clause=clause.name, entity=entity, attribute=name, span=span))
    return tuple(found)


def clauses_for_nobody(program: model.Program, scenario: model.Scenario) -> tuple[str, ...]:
    """Clauses of whose entity the scenario has no population (a roster may have rows that it does not name)."""
    if any(population.roster is not None for population in scenario.populations.values()):
        return ()
    return tuple(c.name for c in program.clauses.values() if c.entity not in scenario.populations)


def _assumed(program: model.Program, population: model.Population, name: str) -> bool:
    attribute = program.entities[population.entity].attributes[name]
    if name in population.assumptions or attribute.default is not None:
        return True
    if any(arrival.link == name for arrival in population.arrivals):
        return True
    # A roster gives constants for those who are in it; what changes by month goes on only with an assumption.
    return population.roster is not None and not attribute.monthly and not population.arrivals


def report_gaps(program: model.Program, scenario: model.Scenario, findings: Findings) -> None:
    """One warning a fact, naming the clauses; one note for clauses that pay nothing because nobody is there."""
    by_fact: dict[tuple[str, str | None], list[Missing]] = {}
    for missing in missing_assumptions(program, scenario):
        by_fact.setdefault((missing.entity, missing.attribute), []).append(missing)
    for (entity, name), group in by_fact.items():
        clauses = quoted(dict.fromkeys(missing.clause for missing in group))
        population = scenario.populations.get(entity)
        place = _heading(scenario.span if population is None else population.span)
        labels = [Label(group[0].span, Text("it is read here", "在此被引用"))]
        if name is None:
            message = Text(
                f"scenario `{scenario.name}` has no population {entity}, which {clauses} reads",
                f"情景“{scenario.name}”没有{entity}群体，而{clauses}要用到",
            )
            findings.add(
                "HC514", place, message, help=Text(f"add `population {entity}`", f"请加“群体 {entity}”"), labels=labels
            )
            continue
        message = Text(
            f"scenario `{scenario.name}` assumes nothing of {entity}'s `{name}`, which {clauses} reads",
            f"情景“{scenario.name}”没有对{entity}的“{name}”作出假设，而{clauses}要用到",
        )
        help = Text(f"add `{name} ~ …` to `population {entity}`", f"请在“群体 {entity}”中加“{name} ~ …”")
        findings.add("HC514", place, message, help=help, labels=labels)
    nobody = clauses_for_nobody(program, scenario)
    if nobody:
        message = Text(
            f"in scenario `{scenario.name}` nobody is there for {quoted(nobody)}, which pay nothing",
            f"情景“{scenario.name}”中没有{quoted(nobody)}的对象，这些条款不发放",
        )
        findings.add("HC515", _heading(scenario.span), message)


def _heading(span: Span) -> Span:
    """The first line of a block."""
    end = span.source.text.find("\n", span.start)
    return span if end < 0 else Span(span.start, min(span.end, end), span.source)
