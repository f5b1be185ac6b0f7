"""One scenario for two versions of a policy.

Common random numbers need common assumptions. The shared scenario is A's; to it is added what B's own scenario of the
same name assumes of things that only B declares (attributes, entities, parameters, funds, and the unknowns for them).
For each version it is then cut to what that version declares; what both declare but not as the same thing cannot be
assumed of both (`unfit`). Where both scenarios assume something of one thing and differ, A's counts and a note says
so: otherwise the difference of the policies would be mixed with theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from attrs import evolve, fields, has

from lang import model, typed
from lang.diagnostics import Diagnostic, Text
from lang.types import Type
from simulator.choose import choose_scenario
from simulator.plan import SimulationError

Item = TypeVar("Item")


def shared_scenario(a: model.Program, b: model.Program, name: str | None) -> tuple[model.Scenario, tuple[Text, ...]]:
    """The scenario for both versions, and what is to be said of the choice. Neither has it: SimulationError."""
    try:
        chosen = choose_scenario(a, name)
    except SimulationError as missing:
        try:
            chosen = choose_scenario(b, name)
        except SimulationError:
            raise missing from None
        title = chosen.name
        return chosen, (
            Text(f"A has no scenario `{title}`; B's is used for both", f"甲没有情景“{title}”，均用乙的情景"),
        )
    other = b.scenarios.get(chosen.name)
    if other is None:
        return chosen, ()
    notes: tuple[Text, ...] = ()
    if _common(other, a, chosen) != _common(chosen, b, other):
        title = chosen.name
        en = f"the scenario `{title}` differs between A and B; where it does, A's is used for both"
        notes = (Text(en, f"甲、乙的情景“{title}”不同，不同之处均用甲的情景"),)
    return _joined(chosen, other, a, b), notes


def _common(scenario: model.Scenario, version: model.Program, other: model.Scenario) -> model.Scenario:
    """What it assumes of things that the other version declares too, without its name and unknowns of its own.

    An unknown of one side alone that matters shows in the assumptions that read it.
    """
    shared = {name: unknown for name, unknown in scenario.unknowns.items() if name in other.unknowns}
    return evolve(cut_to(scenario, version), unknowns=shared, policy="", label=None, cites=())


def _joined(mine: model.Scenario, other: model.Scenario, a: model.Program, b: model.Program) -> model.Scenario:
    populations = dict(mine.populations)
    for entity, population in other.populations.items():
        if entity not in a.entities:
            populations[entity] = population
        elif entity in populations:
            new = {n: x for n, x in population.assumptions.items() if n not in a.entities[entity].attributes}
            populations[entity] = evolve(populations[entity], assumptions={**populations[entity].assumptions, **new})
    return evolve(
        mine,
        sets={**mine.sets, **_lacking(other.sets, a.parameters)},
        drawn_sets={**mine.drawn_sets, **_lacking(other.drawn_sets, a.parameters)},
        unknowns={**mine.unknowns, **_lacking(other.unknowns, mine.unknowns)},
        populations=populations,
        budgets=mine.budgets + tuple(each for each in other.budgets if _other_pots(each.fund, a, b)),
        cash=mine.cash + tuple(c for c in other.cash if c.fund is not None and c.fund not in a.funds),
    )


def _other_pots(fund: str, a: model.Program, b: model.Program) -> bool:
    """Whether B's appropriations of a fund can be told only by B: A does not have it, or divides it otherwise."""
    return fund not in a.funds or (fund in b.funds and _divided(a, fund) != _divided(b, fund))


def _divided(program: model.Program, fund: str) -> bool:
    return program.funds[fund].pots is not None


def _budgets_of(scenario: model.Scenario, program: model.Program) -> tuple[model.Budget, ...]:
    """Of a fund that only one version divides into pots, those that are told as this version has it, if there are."""
    known = [budget for budget in scenario.budgets if budget.fund in program.funds]
    fitting = {id(each) for each in known if (each.pot is not None) == _divided(program, each.fund)}
    funds = {each.fund for each in known if id(each) in fitting}
    return tuple(each for each in known if id(each) in fitting or each.fund not in funds)


def unfit(scenario: model.Scenario, a: model.Program, b: model.Program) -> list[Diagnostic]:
    """What the scenario assumes that one of the versions cannot take: an attribute that is of another type there, or a
    member that its kind does not have."""
    faults = []
    for version, called in ((a, "A"), (b, "B")):
        for entity, population in cut_to(scenario, version).populations.items():
            for name, assumption in population.assumptions.items():
                fault = _unfit(version, called, (a, b), entity, name, assumption)
                if fault is not None:
                    faults.append(fault)
    return faults


def _unfit(
    version: model.Program,
    called: str,
    both: tuple[model.Program, model.Program],
    entity: str,
    name: str,
    assumption: model.Assumption,
) -> Diagnostic | None:
    said, version_zh = f"{entity}.{name}".replace("_", " "), "甲" if called == "A" else "乙"
    sides = [p.entities[entity].attributes[name] for p in both if name in _attributes(p, entity)]
    if len({(side.type, side.monthly) for side in sides}) > 1:
        return Diagnostic(
            "HC614",
            assumption.span,
            Text(f"`{said}` is not of one type in A and B", f"“{said}”在甲、乙中的类型不同"),
            help=Text("give it another name in B", "请在乙中另取名称"),
        )
    attribute = version.entities[entity].attributes[name]
    kind = version.kinds.get(attribute.type.name or "") if attribute.type.base == "kind" else None
    if kind is None:
        return None
    known = {member.name for member in kind.members}
    lacking = sorted({value for value in _members(assumption, attribute.type) if value not in known})
    if not lacking:
        return None
    named = ", ".join(lacking)
    return Diagnostic(
        "HC614",
        assumption.span,
        Text(
            f"the scenario of both assumes {named} of `{said}`, which {called} does not know",
            f"两版共用的情景假设“{said}”取 {named}，而{version_zh}没有该取值",
        ),
        help=Text(
            f"keep it in the kind `{kind.name}` of {called}, even if nothing is paid for it",
            f"请在{version_zh}的类别“{kind.label or kind.name}”中保留该取值，即使不再发放",
        ),
    )


def _attributes(program: model.Program, entity: str) -> Mapping[str, model.Attribute]:
    return program.entities[entity].attributes if entity in program.entities else {}


def _members(node: Any, of: Type) -> Iterator[str]:
    """Members of a kind that an assumption names: values that are drawn or fixed, and constants in expressions."""
    match node:
        case model.Distribution(type=type_, values=values) if type_ == of:
            yield from (value for value in values if isinstance(value, str))
        case model.Fixed(value=str(value)):
            yield value
        case typed.Constant(type=type_, value=str(value)) if type_ == of:
            yield value
    match node:
        case tuple():
            inside: tuple[Any, ...] = node
        case Mapping():
            inside = tuple(node.values())
        case _:
            inside = tuple(getattr(node, f.name) for f in fields(type(node))) if has(type(node)) else ()
    for each in inside:
        yield from _members(each, of)


def _lacking(items: Mapping[str, Item], known: Mapping[str, object]) -> dict[str, Item]:
    return {name: item for name, item in items.items() if name not in known}


def cut_to(scenario: model.Scenario, program: model.Program) -> model.Scenario:
    """Without assumptions about what the program does not declare. Unknowns stay: both draw the same worlds."""
    populations = {
        entity: evolve(
            population,
            assumptions={
                name: assumption
                for name, assumption in population.assumptions.items()
                if name in program.entities[entity].attributes
            },
        )
        for entity, population in scenario.populations.items()
        if entity in program.entities
    }
    return evolve(
        scenario,
        sets={name: value for name, value in scenario.sets.items() if name in program.parameters},
        drawn_sets={name: value for name, value in scenario.drawn_sets.items() if name in program.parameters},
        populations=populations,
        budgets=_budgets_of(scenario, program),
        cash=tuple(c for c in scenario.cash if c.fund is None or c.fund in program.funds),
    )
