"""The simulated people (and firms, courses …) of some draws, as the column evaluator reads them.

In: a plan, the worlds, the draws, and which attributes are needed. Out: tables of rows, all draws together, with their
constants; `step` moves them to a month. What nobody reads is not drawn, which changes nothing else, because every
random word is keyed by what it is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np
from attrs import define, frozen

from compiler import ir
from compiler.backends.columns.streams import ColumnFacts, Rows
from compiler.backends.columns.values import Column, full
from lang import model
from lang.dates import Month
from lang.types import UNKNOWN
from simulator.chance.scenario_values import bad_value, not_supported
from simulator.people.arrivals import Arrived, Draws, arrive_all
from simulator.people.attributes import Making, constant, drawn, from_arrival
from simulator.people.histories import Follower, OneSpell, SpellHistory, follower, spells
from simulator.people.known import KnownFollower, KnownSpells, KnownValues, joined
from simulator.plan import Flags, Plan, Worlds

Fact = tuple[str, str]  # entity, attribute


def is_given(plan: Plan, fact: Fact) -> bool:
    """Whether the scenario says something of an attribute (or the policy has a default; or there are no such rows)."""
    return lacks(plan, fact) is None


def lacks(plan: Plan, fact: Fact) -> Lack | None:
    """What is missing of an attribute."""
    entity, name = fact
    population = plan.scenario.populations.get(entity)
    if population is None:
        return None
    roster = plan.roster_of(entity)
    assumption = population.assumptions.get(name)
    if isinstance(assumption, model.Follows):
        return lacks(plan, (entity, assumption.leader))
    known = None if roster is None else roster.known.get(name)
    gaps = 0 if roster is None else (roster.size if known is None else known.gaps)
    if isinstance(assumption, model.Fixed) and assumption.value is None and gaps:
        return Lack("arrival", gaps)  # when these arrived is not known
    if assumption is not None or plan.program.attributes[fact].default is not None:
        return None
    by_line = any(line.link == name for line in population.arrivals)  # who arrives by another line has no such link
    if roster is None:
        return None if by_line else Lack("assumption")
    if gaps:
        return Lack("unknown", gaps)
    if population.arrivals and not by_line:
        return Lack("arrivals")
    if known is not None and known.changes and plan.known_to(population) < plan.scenario.last:
        return Lack("future")
    return None


@frozen
class Lack:
    """What stands against simulating with an attribute: no `assumption` at all; of a roster: `unknown` for some rows
    and not assumed, `unknown` and assumed to be the `arrival`, not said of those who come (`arrivals`), or not said of
    the months after the roster (`future`)."""

    what: Literal["assumption", "unknown", "arrival", "arrivals", "future"]
    rows: int = 0


@frozen
class _Monthly:
    """One attribute that changes: by spells of its own, following `leader`, or as a roster gives it."""

    name: str
    source: OneSpell | SpellHistory | Follower | KnownSpells | KnownFollower | KnownValues
    leader: str | None = None

    def step(self, month: Month, rows: Rows, flags: Mapping[str, Flags]) -> Column:
        match self.source:
            case OneSpell() | SpellHistory() | KnownSpells() as spells_:
                return Column(spells_.step(month, rows.present))
            case KnownValues() as values:
                return values.step(month, rows.present)
            case Follower() | KnownFollower() as follower_:
                leader = flags.get(self.leader or "")
                if leader is None:
                    leader = np.array(full(rows.steady[self.leader or ""].data, rows.size)[: rows.present])
                if isinstance(follower_, KnownFollower):
                    return Column(follower_.step(month, leader))
                return Column(follower_.step(leader))


@define(eq=False)
class Population:
    """`arrived`: the tables of rows; `facts`: the same as the evaluator reads them, in the month of the last `step`."""

    arrived: Mapping[str, Arrived]
    facts: ColumnFacts
    _monthly: Mapping[str, tuple[_Monthly, ...]]

    def step(self, month: Month) -> None:
        """The rows and flags of a month; months come one after the other, from the scenario's first."""
        for entity, rows in self.facts.tables.items():
            if entity not in self.arrived:
                continue
            rows.present = self.arrived[entity].present(month)
            flags: dict[str, Flags] = {}
            for monthly in self._monthly[entity]:
                column = rows.monthly[monthly.name] = monthly.step(month, rows, flags)
                if isinstance(column.data, np.ndarray) and column.data.dtype == np.bool_:
                    flags[monthly.name] = column.data


def populate(plan: Plan, worlds: Worlds, draws: range, needed: Iterable[Fact]) -> Population:
    """The rows of the draws. Every fact of `needed` `is_given`."""
    numbers = np.arange(draws.start, draws.stop)
    context = Draws(numbers=numbers, unknowns=worlds.of(draws), seed=plan.seed)
    arrived = arrive_all(plan, context)
    codes = {name: {m.name: i for i, m in enumerate(kind.members)} for name, kind in plan.policy.kinds.items()}
    making = Making(tables=arrived, draws=context, codes=codes)
    tables = {entity: Rows(rows.size, rows.draw) for entity, rows in arrived.items()}
    monthly: dict[str, dict[str, _Monthly]] = {entity: {} for entity in arrived}

    def provide(fact: Fact, followed_by: tuple[str, ...] = ()) -> None:
        entity, name = fact
        if name in tables[entity].steady or name in monthly[entity]:
            return
        attribute = plan.program.attributes[fact]
        population = plan.scenario.populations[entity]
        assumption = population.assumptions.get(name)
        roster, draws_ = plan.roster_of(entity), len(draws)
        known = None if roster is None else roster.known.get(name)
        in_roster = 0 if roster is None else roster.size * draws_
        as_of = plan.known_to(population)
        match assumption:
            case model.Spells():
                months = plan.scenario.last - min(plan.scenario.first, as_of + 1) + 1
                history: OneSpell | SpellHistory | KnownSpells = spells(making, entity, assumption, months)
                if not isinstance(history, KnownSpells) and roster is not None:
                    history = KnownSpells(known, history, as_of, in_roster, draws_)
                monthly[entity][name] = _Monthly(name, history)
            case model.Follows():
                if assumption.leader in followed_by:
                    raise bad_value(assumption.span, "these attributes follow each other", "这些栏目互相跟随")
                provide((entity, assumption.leader), (*followed_by, name))
                follows: Follower | KnownFollower = follower(making, entity, assumption)
                if isinstance(follows, Follower) and roster is not None:
                    follows = KnownFollower(known, follows, as_of, in_roster, draws_)
                monthly[entity][name] = _Monthly(name, follows, assumption.leader)
            case _:
                steady = _steady(plan, making, attribute, assumption)
                if known is not None and len(known.data) > 1:
                    values = KnownValues(known, steady, as_of, assumption is not None, draws_)
                    monthly[entity][name] = _Monthly(name, values)
                else:
                    tables[entity].steady[name] = (
                        steady if known is None else joined(known, 0, steady, draws_, tables[entity].size)
                    )

    for fact in sorted(set(needed)):
        if fact[0] in tables:
            provide(fact)
    changing = frozenset((entity, name) for entity, of_entity in monthly.items() for name in of_entity)
    facts = ColumnFacts(draws=len(draws), tables=tables, monthly=changing)
    return Population(arrived, facts, {entity: tuple(of_entity.values()) for entity, of_entity in monthly.items()})


def _steady(
    plan: Plan, making: Making, attribute: ir.Attribute, assumption: model.Drawn | model.Fixed | None
) -> Column:
    population = plan.scenario.populations[attribute.entity]
    column = None
    match assumption:
        case model.Drawn():
            column = drawn(making, attribute, assumption)
        case model.Fixed(value=None):
            column = from_arrival(making, attribute, assumption)
        case model.Fixed(value=value) if value is UNKNOWN:
            raise not_supported(assumption.span, "an unknown value in a scenario", "情景中的未知值")
        case model.Fixed(value=value) if value is not None:
            column = constant(making, attribute, value, assumption.span)
        case _ if attribute.default is not None:
            column = constant(making, attribute, attribute.default, population.span)
    parents = making.tables[attribute.entity].parents.get(attribute.name)
    if parents is None and column is not None:
        return column
    if parents is None:
        # set by an `arrive … per` line of an entity that has no rows
        return Column(-1, True)
    if column is not None:
        parents = np.where(parents >= 0, parents, full(column.data, len(parents)))
    none = parents < 0
    return Column(parents, none if none.any() else False)
