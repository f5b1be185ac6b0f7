"""The files that a scenario names: rosters to start from, samples to draw from (`empirical`).

In: a scenario, and who can read files (the simulator knows none). Out: the scenario with its samples in it, each as
choices of what is in the file, and the rosters as arrays. The entities that a roster has besides those that the
scenario names start from it too, so that links between its rows hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from attrs import evolve

from compiler import ir
from compiler.facts import Facts
from lang import model, typed
from lang.dates import month_text
from lang.diagnostics import Text
from lang.types import NONE, SHARE, Given
from simulator.chance.scenario_values import bad_value, not_supported
from simulator.learning.known_at import without_later_rows
from simulator.people.rosters import Roster, read_roster

Named = str | None  # what a sample is of: an attribute or an unknown


class Files(Protocol):
    """Whoever can read them. Both raise what they raise where there is no such file or it cannot be read.

    With a roster comes what the reader of the results should know of it, such as rows that stand where nobody looks.
    """

    def roster(self, program: model.Program, population: model.Population) -> tuple[Facts, tuple[Text, ...]]: ...

    def sample(
        self, program: model.Program, distribution: model.Distribution, of: Named, attribute: model.Attribute | None
    ) -> Sequence[Given]: ...


def with_files(
    program: model.Program, compiled: ir.Program, scenario: model.Scenario, files: Files | None
) -> tuple[model.Scenario, dict[str, Roster]]:
    scenario = _with_samples(program, scenario, files)
    named = [population for population in scenario.populations.values() if population.roster is not None]
    read: dict[str, Facts] = {}
    told: dict[str, tuple[Text, ...]] = {}
    populations = dict(scenario.populations)
    for population in named:
        if files is None:
            raise not_supported(population.span, "a roster, where no files can be read", "此处无法读取名册文件")
        if compiled.first < scenario.first <= compiled.due_from:
            begin, due = month_text(compiled.first), month_text(compiled.due_from)
            raise bad_value(
                population.span,
                f"what accrued since {begin} is due in {due}, within the period: begin the period in {begin}",
                f"自 {begin} 起应计的款项于 {due} 到期，在期间之内，请将期间的起点提前至 {begin}",
            )
        assert population.roster is not None
        if population.roster in read:
            continue
        facts, told[population.roster] = files.roster(program, population)
        if population.as_of is not None:  # who came later arrives by the scenario, and must not be there twice
            facts = without_later_rows(program, facts, population.as_of)
        read[population.roster] = facts
        for entity in program.entities:
            if entity not in populations and facts.rows(entity):
                populations[entity] = evolve(population, entity=entity, arrivals=(), assumptions={})
    codes = {name: {m.name: i for i, m in enumerate(kind.members)} for name, kind in program.kinds.items()}
    rosters = {
        path: read_roster(
            facts,
            compiled,
            codes,
            scenario.last,
            [e for e, p in populations.items() if p.roster == path],
            told[path],
            scenario.sets.values(),
        )
        for path, facts in read.items()
    }
    return evolve(scenario, populations=populations), rosters


# ---------------------------------------------------------------- samples
def _with_samples(program: model.Program, scenario: model.Scenario, files: Files | None) -> model.Scenario:
    def filled(
        distribution: model.Distribution, of: Named = None, attribute: model.Attribute | None = None
    ) -> model.Distribution:
        if distribution.family != "empirical":
            return distribution
        if files is None:
            raise not_supported(distribution.span, "a sample, where no files can be read", "此处无法读取样本文件")
        return _as_choice(distribution, files.sample(program, distribution, of, attribute))

    changes: dict[str, Any] = {
        "unknowns": {
            name: evolve(unknown, distribution=filled(unknown.distribution, name))
            for name, unknown in scenario.unknowns.items()
        },
        "populations": {
            entity: evolve(
                population,
                arrivals=tuple(evolve(line, number=filled(line.number)) for line in population.arrivals),
                assumptions={
                    name: evolve(
                        one, distribution=filled(one.distribution, name, program.entities[entity].attributes[name])
                    )
                    if isinstance(one, model.Drawn)
                    else one
                    for name, one in population.assumptions.items()
                },
            )
            for entity, population in scenario.populations.items()
        },
    }
    if scenario.lag is not None:
        changes["lag"] = filled(scenario.lag)
    return evolve(scenario, **changes)


def _as_choice(distribution: model.Distribution, values: Sequence[Given]) -> model.Distribution:
    """Each value of the sample alike; in order of size, so that more of a uniform number is more of the value."""
    counts: Mapping[Given, int] = Counter(values)
    nothing: list[Given] = [NONE] if NONE in counts else []
    ordered = nothing + sorted((value for value in counts if value is not NONE), key=_order)
    weights = tuple(
        typed.Constant(Fraction(counts[value], len(values)), SHARE, span=distribution.span) for value in ordered
    )
    return evolve(distribution, family="choice", values=tuple(ordered), weights=weights)


def _order(value: Any) -> Any:
    return value.count if hasattr(value, "unit") else value
