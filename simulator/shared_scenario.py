"""One scenario for two versions of a policy.

Common random numbers need common assumptions. The shared scenario is A's; to it is added what B's own scenario of the
same name assumes of things that only B declares (attributes, entities, parameters, funds, and the unknowns for them).
For each version it is then cut to what that version declares. Where both scenarios assume something of one thing and
differ, A's counts and a note says so: otherwise the difference of the policies would be mixed with theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from attrs import evolve

from lang import model
from lang.diagnostics import Text
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
            Text(f"A has no scenario `{title}`; B's is used for both", f"甲没有情景“{title}”,均用乙的情景"),
        )
    other = b.scenarios.get(chosen.name)
    if other is None:
        return chosen, ()
    notes: tuple[Text, ...] = ()
    if _common(other, a, chosen) != _common(chosen, b, other):
        title = chosen.name
        en = f"the scenario `{title}` differs between A and B; where it does, A's is used for both"
        notes = (Text(en, f"甲、乙的情景“{title}”不同,不同之处均用甲的情景"),)
    return _joined(chosen, other, a), notes


def _common(scenario: model.Scenario, version: model.Program, other: model.Scenario) -> model.Scenario:
    """What it assumes of things that the other version declares too, without its name and unknowns of its own.

    An unknown of one side alone that matters shows in the assumptions that read it.
    """
    shared = {name: unknown for name, unknown in scenario.unknowns.items() if name in other.unknowns}
    return evolve(cut_to(scenario, version), unknowns=shared, policy="", label=None, cites=())


def _joined(mine: model.Scenario, other: model.Scenario, a: model.Program) -> model.Scenario:
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
        budgets=mine.budgets + tuple(b for b in other.budgets if b.fund not in a.funds),
        cash=mine.cash + tuple(c for c in other.cash if c.fund is not None and c.fund not in a.funds),
    )


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
        budgets=tuple(b for b in scenario.budgets if b.fund in program.funds),
        cash=tuple(c for c in scenario.cash if c.fund is None or c.fund in program.funds),
    )
