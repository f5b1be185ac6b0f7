"""The person engine: every row of some draws walked through every month, with every clause, all rows at once.

In: a plan, the worlds, the draws. Out: a Chunk. A draw's people and payments do not depend on which other draws are in
the chunk. It raises SimulationError for what the scenario leaves open and for what cannot be simulated yet.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import evolve, frozen

from compiler import ir
from compiler.backends.columns.bounds import Unsupported
from compiler.backends.columns.program import Columns, closure, coupled, roots
from compiler.memory import FIRST_OF_ALL
from compiler.parameters import settled
from lang.dates import Month, month_number
from simulator.chance import keyed_random as random
from simulator.chance.distributions import quantile
from simulator.chance.scenario_values import bad_value, evaluate
from simulator.engines.coverage import facts_read, missing_assumptions, readable
from simulator.engines.drawn_parameters import drawn_parameters
from simulator.people.arrivals import IN_ROSTER, Arrived, Draws, chance_threshold
from simulator.people.population import Fact, Population, populate
from simulator.plan import Chunk, ClausePayments, Flags, Floats, Ints, Ints16, Plan, SimulationError, Worlds


@frozen(kw_only=True)
class Ready:
    """What of a plan is the same for all chunks.

    program     with a stream for `by`, where that is an attribute
    clauses     in order of processing, with all members of their groups, of the entities that have a population
    pots, by    by clause: the streams of its funds' pots (None: one pot, or not known), and the stream of its group
    """

    plan: Plan
    program: ir.Program
    clauses: tuple[str, ...]
    payees: frozenset[str]
    pots: Mapping[str, tuple[ir.Id | None, ...]]
    by: Mapping[str, ir.Id | None]
    targets: tuple[str, ...]
    needed: frozenset[Fact]


def prepare(plan: Plan) -> Ready:
    """What is read and whether it is there. Raises SimulationError with everything that the scenario lacks."""
    populated = plan.scenario.populations
    clauses = tuple(n for n in coupled(plan.program, plan.clauses) if plan.program.clauses[n].entity in populated)
    program, by = _with_groups(plan, clauses)
    plan = evolve(plan, program=program)
    missing = missing_assumptions(plan, {name: roots(program, program.clauses[name]) for name in clauses}, by)
    if missing:
        raise SimulationError(*missing)
    pots = {}
    payees = set()
    for name in clauses:
        clause = program.clauses[name]
        funds = clause.funds.pots if clause.funds is not None else ()
        pots[name] = tuple(pot if pot is not None and readable(plan, pot) else None for pot in funds)
        links = [rule.payee for rule in clause.alternatives if rule.payee is not None]
        if links and all(readable(plan, link) for link in links):
            payees.add(name)
    targets = tuple(
        name
        for name, target in program.targets.items()
        if readable(plan, target.condition) and months_of_target(plan, target)
    )
    streams = set().union(*(roots(program, program.clauses[name]) for name in clauses))
    streams |= {pot for funds in pots.values() for pot in funds if pot is not None}
    streams |= {stream for stream in by.values() if stream is not None}
    streams |= {r.payee for name in payees for r in program.clauses[name].alternatives if r.payee is not None}
    streams |= {program.targets[name].condition for name in targets}
    needed = facts_read(program, closure(program, streams))
    return Ready(
        plan=plan,
        program=program,
        clauses=clauses,
        payees=frozenset(payees),
        pots=pots,
        by=by,
        targets=targets,
        needed=frozenset(needed),
    )


def simulate_chunk(plan: Plan, worlds: Worlds, draws: range) -> Chunk:
    """The accrued payments of some draws."""
    try:
        return _simulate(prepare(plan), worlds, draws)
    except Unsupported as error:
        raise SimulationError(error.diagnostic) from error


def _simulate(ready: Ready, worlds: Worlds, draws: range) -> Chunk:
    plan, scenario = ready.plan, ready.plan.scenario
    walk = plan.walk()
    population = populate(plan, worlds, draws, ready.needed)
    columns = Columns(
        program=ready.program,
        facts=population.facts,
        codes={kind: {m: i for i, m in enumerate(plan.members(kind))} for kind in plan.policy.kinds},
        parameters=settled(ready.program, scenario.sets),
        clauses=ready.clauses,
        payees=ready.payees,
        extra={name: _extra(ready, name) for name in ready.clauses},
        others=tuple(ready.program.targets[name].condition for name in ready.targets),
        drawn=drawn_parameters(ready.program, scenario.drawn_sets, worlds.of(draws)),
        past=walk.start - FIRST_OF_ALL + 1 if plan.has_past() else 1,
    )
    met = {name: np.ones(len(draws), np.bool_) for name in ready.targets}
    reading = {name: months_of_target(plan, ready.program.targets[name]) for name in ready.targets}
    person_months = 0
    for month in walk:
        if month == scenario.first:
            columns.forget_refusals()  # what was refused before the period is not of it
        population.step(month)
        columns.step(month)
        person_months += sum(rows.present for rows in population.facts.tables.values())
        for name in ready.targets:
            if month in reading[name]:
                met[name] &= np.asarray(columns.streams.values[ready.program.targets[name].condition].data, np.bool_)
    context = Draws(numbers=np.arange(draws.start, draws.stop), unknowns=worlds.of(draws), seed=plan.seed)
    return Chunk(
        draws=draws,
        payments={
            name: _payments(ready, name, columns, population, context)
            if name in ready.clauses
            else _nothing(ready, name)
            for name in plan.clauses
        },
        refused={name: _refused(ready, name, columns, population) for name in plan.clauses},
        arrivals={
            entity: np.bincount(rows.draw[rows.arrival != IN_ROSTER], minlength=len(draws)).astype(np.int64)
            for entity, rows in population.arrived.items()
        },
        targets=met,
        person_months=person_months,
    )


# ---------------------------------------------------------------- payments of a clause
def _extra(ready: Ready, name: str) -> tuple[ir.Id, ...]:
    """The streams read for each payment: pots, then the group."""
    found = [stream for stream in (*ready.pots[name], ready.by[name]) if stream is not None]
    return tuple(dict.fromkeys(found))


def _payments(ready: Ready, name: str, columns: Columns, population: Population, context: Draws) -> ClausePayments:
    clause = ready.program.clauses[name]
    paid = [p for p in columns.paid[name] if p.month >= ready.plan.scenario.first]  # the past was paid before
    rows: Ints = _joined([p.rows for p in paid], np.int64)
    count = len(rows)
    month: Ints = np.repeat(
        np.array([p.month for p in paid], np.int64), np.array([len(p.rows) for p in paid], np.int64)
    )
    arrived = population.arrived[clause.entity]
    # rows are in order of (arrival, draw, number) and months follow each other: only the draws remain to be sorted
    order = np.argsort(arrived.draw[rows].astype(np.int16 if len(context.numbers) < 32768 else np.int64), kind="stable")
    rows, month = rows[order], month[order]
    due = np.maximum(month, ready.program.due_from)
    streams = _extra(ready, name)

    def extra(stream: ir.Id | None) -> Ints16 | None:
        if stream is None:
            return None
        position = streams.index(stream)
        return _joined([p.extra[position] for p in paid], np.int64)[order].astype(np.int16)

    group = extra(ready.by[name])
    nowhere: Ints16 = np.full(count, -1, np.int16)
    return ClausePayments(
        draw=context.numbers[arrived.draw[rows]].astype(np.int32),
        row=rows,
        month=month.astype(np.int32),
        due=due.astype(np.int32),
        amount=_joined([p.amount for p in paid], np.int64)[order],
        key_month=arrived.arrival[rows].astype(np.int32),
        key_number=arrived.number[rows],
        pots=tuple(
            (nowhere if pot is None else extra(pot)) if several else None
            for several, pot in zip(_several_pots(ready, name), ready.pots[name], strict=True)
        ),
        group=nowhere if group is None else group,
        taken_up=_taken_up(ready, name, arrived, rows, context),
        lag=_lag(ready, name, arrived, rows, due, context),
    )


def _nothing(ready: Ready, name: str) -> ClausePayments:
    """Of a clause whose entity has no population."""
    return ClausePayments(
        draw=np.zeros(0, np.int32),
        row=np.zeros(0, np.int64),
        month=np.zeros(0, np.int32),
        due=np.zeros(0, np.int32),
        amount=np.zeros(0, np.int64),
        key_month=np.zeros(0, np.int32),
        key_number=np.zeros(0, np.int64),
        pots=tuple(np.zeros(0, np.int16) if several else None for several in _several_pots(ready, name)),
        group=np.zeros(0, np.int16),
        taken_up=np.zeros(0, np.bool_),
        lag=np.zeros(0, np.int16),
    )


def _several_pots(ready: Ready, name: str) -> tuple[bool, ...]:
    """Of each fund of a clause, whether it has one pot for each member of a kind."""
    funds = ready.program.clauses[name].funds
    return () if funds is None else tuple(ready.plan.policy.funds[fund].pots is not None for fund in funds.funds)


def _joined(parts: list[Ints], dtype: type[np.int64]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype)


def _taken_up(ready: Ready, name: str, arrived: Arrived, rows: Ints, context: Draws) -> Flags:
    chance = ready.plan.scenario.taken_up
    if chance is None or not len(rows):
        return np.ones(len(rows), np.bool_)
    entity = ready.program.clauses[name].entity
    below = chance_threshold(chance, context)
    if len(rows) < arrived.size:
        s = context.streams(entity, f"take-up:{name}", arrived.key[rows], arrived.draw[rows])
        return random.event(random.words(s, random.ONCE), context.by_row(below, arrived.draw[rows]))
    s = context.streams(entity, f"take-up:{name}", arrived.key, arrived.draw)  # once a row is less than once a payment
    return random.event(random.words(s, random.ONCE), context.by_row(below, arrived.draw))[rows]


def _lag(ready: Ready, name: str, arrived: Arrived, rows: Ints, due: Ints, context: Draws) -> Ints16:
    lag = ready.plan.scenario.lag
    if lag is None or not len(rows):
        return np.zeros(len(rows), np.int16)
    draw = arrived.draw[rows]
    entity = ready.program.clauses[name].entity
    if len(rows) < arrived.size:
        s = context.streams(entity, f"lag:{name}", arrived.key[rows], draw)
    else:
        s = context.streams(entity, f"lag:{name}", arrived.key, arrived.draw)[rows]
    u: Floats = random.uniform(random.words_of_months(s, due))
    months = quantile(lag, u, lambda e: context.by_row(evaluate(e, context.unknowns), draw))
    if np.any(months < 0) or np.any(months != np.floor(months)):
        raise bad_value(lag.span, "a lag must be a whole number of months, not below 0", "时滞须为非负整月数")
    return np.minimum(months, 30_000).astype(np.int16)


def _refused(ready: Ready, name: str, columns: Columns, population: Population) -> Ints:
    """By draw: rows refused at least once and never paid."""
    draws = population.facts.draws
    refused = columns.refused.get(name)
    if refused is None:
        return np.zeros(draws, np.int64)
    never = refused.copy()
    for paid in columns.paid.get(name, ()):
        never[paid.rows] = False
    draw = population.facts.rows(ready.program.clauses[name].entity).draw
    return np.bincount(draw[never], minlength=draws)


# ---------------------------------------------------------------- targets and groups
def months_of_target(plan: Plan, target: ir.Target) -> tuple[Month, ...]:
    """The months of the period in which a target is read."""
    first = max(plan.scenario.first, plan.program.first)
    last = plan.scenario.last if plan.program.last is None else min(plan.scenario.last, plan.program.last)
    if target.every_year:
        return tuple(m for m in range(first, last + 1) if month_number(m) == 12)
    month = last if target.by is None else target.by
    return (month,) if plan.scenario.first <= month <= plan.scenario.last else ()


def _with_groups(plan: Plan, clauses: tuple[str, ...]) -> tuple[ir.Program, dict[str, ir.Id | None]]:
    """The stream that says to which group of `by` a payment of each clause belongs; attributes get one."""
    program = plan.program
    by: dict[str, ir.Id | None] = {}
    added: dict[str, ir.Id] = {}
    streams = list(program.streams)
    for name in clauses:
        entity = program.clauses[name].entity
        key = (entity, plan.by or "")
        defined = program.definitions.get(key)
        by[name] = None
        if defined is not None and program.streams[defined].type.base == "kind":
            by[name] = defined
        elif key in program.attributes and program.attributes[key].type.base == "kind":
            if entity not in added:
                added[entity] = len(streams)
                type_ = program.attributes[key].type
                streams.append(
                    ir.Stream(len(streams), entity, type_, ir.Fact(key[1]), origin=program.clauses[name].origin)
                )
            by[name] = added[entity]
    return evolve(program, streams=tuple(streams)), by
