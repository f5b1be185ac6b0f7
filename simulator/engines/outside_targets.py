"""Targets over figures from outside the rosters: they need no people, so any engine gives them.

In: the targets of a plan that can be read. Out: which of them read no rows, and whether each is met, by draw.
"""

from __future__ import annotations

import numpy as np

from compiler.backends.columns.program import Columns, closure
from compiler.backends.columns.streams import ColumnFacts
from compiler.parameters import settled
from simulator.engines.drawn_parameters import drawn_parameters
from simulator.engines.person import Ready, months_of_target
from simulator.plan import Flags, Worlds


def outside_targets(ready: Ready) -> tuple[str, ...]:
    """The targets that read parameters and the calendar only."""
    program = ready.program
    return tuple(
        name
        for name in ready.targets
        if all(
            program.streams[i].entity is None and not hasattr(program.streams[i].op, "via")
            for i in closure(program, [program.targets[name].condition])
        )
    )


def met(ready: Ready, names: tuple[str, ...], worlds: Worlds, draws: range) -> dict[str, Flags]:
    """Met in every month in which the target is read."""
    if not names:
        return {}
    plan, program = ready.plan, ready.program
    columns = Columns(
        program=program,
        facts=ColumnFacts(draws=len(draws), tables={}),
        codes={kind: {m: i for i, m in enumerate(plan.members(kind))} for kind in plan.policy.kinds},
        parameters=settled(program, plan.scenario.sets),
        clauses=(),
        others=tuple(program.targets[name].condition for name in names),
        drawn=drawn_parameters(program, plan.scenario.drawn_sets, worlds.of(draws)),
    )
    reading = {name: months_of_target(plan, program.targets[name]) for name in names}
    found = {name: np.ones(len(draws), np.bool_) for name in names}
    for month in range(plan.scenario.first, plan.scenario.last + 1):
        columns.step(month)
        for name in names:
            if month in reading[name]:
                found[name] &= np.asarray(columns.streams.values[program.targets[name].condition].data, np.bool_)
    return found
