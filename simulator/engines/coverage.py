"""What the clauses read, and whether the scenario says something of it.

In: a plan and the streams that each clause cannot do without. Out: diagnostics, one a missing attribute or parameter,
that name the clauses that need it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from compiler import ir
from compiler.backends.columns.program import closure
from lang.dates import month_text
from lang.diagnostics import Diagnostic, Text
from lang.source import NOWHERE, Span
from simulator.people.population import Fact, Lack, is_given, lacks
from simulator.plan import Plan


def facts_read(program: ir.Program, streams: Iterable[ir.Id]) -> dict[Fact, Span]:
    """The attributes that streams read, and where (a link is read by those who count along it)."""
    found: dict[Fact, Span] = {}
    for stream in sorted(streams):
        at = program.streams[stream]
        match at.op:
            case ir.Fact(attribute):
                found.setdefault((at.entity or "", attribute), at.origin)
            case ir.Aggregate(_, entity, via) if via is not None:
                found.setdefault((entity, via), at.origin)
    return found


def parameters_read(program: ir.Program, streams: Iterable[ir.Id]) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for stream in sorted(streams):
        op = program.streams[stream].op
        if isinstance(op, ir.Parameter):
            found.setdefault(op.parameter, program.streams[stream].origin)
    return found


def readable(plan: Plan, stream: ir.Id) -> bool:
    """Whether everything that a stream reads is given."""
    streams = closure(plan.program, [stream])
    return all(is_given(plan, fact) for fact in facts_read(plan.program, streams)) and not any(
        _without_value(plan, name) for name in parameters_read(plan.program, streams)
    )


def missing_assumptions(
    plan: Plan, needs: Mapping[str, Iterable[ir.Id]], by: Mapping[str, ir.Id | None]
) -> list[Diagnostic]:
    """`needs`: by clause the streams that it cannot do without; `by`: the stream of its group."""
    facts: dict[Fact, tuple[Span, list[str]]] = {}
    parameters: dict[str, tuple[Span, list[str]]] = {}
    for name, streams in needs.items():
        label = by.get(name)
        live = closure(plan.program, [*streams, *([] if label is None else [label])])
        for fact, span in facts_read(plan.program, live).items():
            if not is_given(plan, fact):
                facts.setdefault(fact, (span, []))[1].append(name)
        for parameter, span in parameters_read(plan.program, live).items():
            if _without_value(plan, parameter):
                parameters.setdefault(parameter, (span, []))[1].append(name)
    found = [_no_assumption(plan, fact, span, names) for fact, (span, names) in facts.items()]
    return found + [_no_value(plan, name, span, names) for name, (span, names) in parameters.items()]


def _without_value(plan: Plan, parameter: str) -> bool:
    """No value in some month of the period."""
    if parameter in plan.scenario.sets or parameter in plan.scenario.drawn_sets:
        return False
    values = plan.program.parameters[parameter].values
    return not values or values[0][0] > plan.scenario.first


def _no_assumption(plan: Plan, fact: Fact, span: Span, clauses: list[str]) -> Diagnostic:
    entity, name = fact
    label = plan.program.attributes[fact].label or name
    named = ", ".join(clauses)
    lack = lacks(plan, fact)
    if lack is not None and lack.what != "assumption":
        return _roster_lacks(plan, fact, lack, _place(plan, span, clauses), named)
    return Diagnostic(
        "HC601",
        _place(plan, span, clauses),
        Text(
            f"{named} reads `{name}` of {entity}, of which the scenario {plan.scenario.name} assumes nothing",
            f"{named} 用到{entity}的“{label}”，情景 {plan.scenario.name} 未作假设",
        ),
        Text(
            f"add a line such as `{name} ~ …` to `population {entity}` of the scenario",
            f"请在情景的“群体 {entity}”中补一行，如“{label} ~ …”",
        ),
    )


def _roster_lacks(plan: Plan, fact: Fact, lack: Lack, place: Span, clauses: str) -> Diagnostic:
    """Of a population that starts from a roster."""
    entity, name = fact
    population = plan.scenario.populations[entity]
    label = plan.program.attributes[fact].label or name
    roster, until = population.roster, month_text(plan.known_to(population))
    match lack.what:
        case "unknown" | "arrival":
            en = f"{clauses} reads `{name}` of {entity}, which {roster} leaves unknown for {lack.rows} of its rows"
            zh = f"{clauses} 用到{entity}的“{label}”，{roster} 中有 {lack.rows} 行未填"
            if lack.what == "arrival":
                en += " (when those of a roster arrived is not known)"
                zh += "（名册中人员的进入日未知）"
        case "arrivals":
            en = f"{clauses} reads `{name}` of {entity}; the scenario assumes nothing of it for those who arrive"
            zh = f"{clauses} 用到{entity}的“{label}”，情景未对新增者作假设"
        case _:
            en = f"{clauses} reads `{name}` of {entity}, of which nothing is said after {until}"
            zh = f"{clauses} 用到{entity}的“{label}”，{until} 以后的情况没有假设"
    return Diagnostic(
        "HC601",
        place,
        Text(en, zh),
        Text(
            f"fill it in there, or add a line such as `{name} ~ …` to `population {entity}` of the scenario",
            f"请在名册中补填，或在情景的“群体 {entity}”中补一行，如“{label} ~ …”",
        ),
    )


def _no_value(plan: Plan, parameter: str, span: Span, clauses: list[str]) -> Diagnostic:
    values = plan.program.parameters[parameter].values
    since = f" before {month_text(values[0][0])}" if values else ""
    since_zh = f"在 {month_text(values[0][0])} 之前" if values else ""
    named = ", ".join(clauses)
    label = plan.policy.parameters[parameter].label or parameter
    return Diagnostic(
        "HC602",
        _place(plan, span, clauses),
        Text(
            f"{named} reads the parameter `{parameter}`, which has no value{since}",
            f"{named} 用到标准“{label}”，该标准{since_zh}没有取值",
        ),
        Text(f"add `set {parameter} = …` to the scenario", f"请在情景中补一行“取值 {label} = …”"),
    )


def _place(plan: Plan, span: Span, clauses: list[str]) -> Span:
    return span if span != NOWHERE and span.source is not NOWHERE.source else plan.program.clauses[clauses[0]].origin
