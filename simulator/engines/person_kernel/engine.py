"""From a plan to a `Kernel`: how the attributes that a clause reads are drawn, and the code; what has none, and why."""

from __future__ import annotations

from collections.abc import Sequence

import llvmlite.ir as ll
from attrs import evolve

from compiler import ir
from compiler.backends.columns.program import closure, roots
from compiler.backends.kernels.facts import WIDEST, WORD, Facts, Window
from compiler.backends.kernels.passes import constant_streams
from compiler.backends.kernels.values import NotNative
from compiler.bounds import RANGES
from compiler.fact_columns import FactColumns
from compiler.facts import Facts as NoFacts
from compiler.interpreter.streams import Streams as Interpreted
from compiler.parameters import settled
from simulator.engines.coverage import facts_read
from simulator.engines.person import Ready
from simulator.engines.person_kernel import code
from simulator.engines.person_kernel.code import Left, Policy
from simulator.engines.person_kernel.kernel import Kernel
from simulator.engines.person_kernel.recipes import Choice, Follow, Recipe, Spell, Stay, recipe
from simulator.plan import Plan


def kernel_of(ready: Ready, wanted: Sequence[str] | None = None) -> Kernel:
    """The code of those clauses (of `wanted`) that can have it."""
    plan = ready.plan
    program = _without_payees(ready.program)
    scenario = plan.scenario
    first, last = scenario.first, scenario.last
    window = Window(first - 1, -(-(last - first + 2) // WORD) * WORD, _inside(plan, first - 1))
    left: dict[str, str] = {}
    if window.months > WIDEST:
        left = dict.fromkeys(ready.clauses if wanted is None else wanted, f"a window of {window.months} months")
    facts = Facts(program, FactColumns(), _codes(plan), window)
    drawn, constants = _drawn(plan, program)
    policy = Policy(
        program=program,
        facts=facts,
        window=window,
        interpreted=Interpreted(program, NoFacts({}), settled(program, scenario.sets), first),
        constants=constants,
        drawn=drawn,
    )
    made: dict[str, dict[str, Recipe]] = {}
    candidates = [name for name in ready.clauses if wanted is None or name in wanted]
    for name in candidates:
        try:
            made[name] = recipes_of(ready, program, name)
        except NotNative as error:
            left.setdefault(name, error.reason)
    while True:
        names = [name for name in candidates if name not in left]
        module = ll.Module()
        functions = []
        recipes: dict[str, dict[str, Recipe]] = {}
        for name in names:
            recipes.setdefault(program.clauses[name].entity, {}).update(made[name])
        try:
            for number, (entity, of_entity) in enumerate(recipes.items()):
                clauses = [name for name in names if program.clauses[name].entity == entity]
                widths = {f"of:{name}": _width(recipe, window.months) for name, recipe in of_entity.items()}
                functions.append(code.function(module, f"walk{number}", policy, entity, clauses, of_entity, widths))
        except Left as error:
            left[error.clause] = error.reason
            continue
        return Kernel(
            plan=plan,
            window=window,
            text=str(module),
            functions=tuple(functions),
            recipes=recipes,
            drawn=drawn,
            left=left,
        )


def _width(made: Recipe, months: int) -> int:
    match made:
        case Choice(_, _, values):
            return max(len(values) - 1, 1)
        case Stay():
            return 2 * months
        case Spell():
            return 2
        case _:
            return 1


def _codes(plan: Plan) -> dict[str, dict[str, int]]:
    return {kind: {member: i for i, member in enumerate(plan.members(kind))} for kind in plan.policy.kinds}


def _inside(plan: Plan, start: int) -> int:
    first = max(plan.scenario.first, plan.program.first)
    last = plan.scenario.last if plan.program.last is None else min(plan.scenario.last, plan.program.last)
    return sum(1 << (month - start) for month in range(first, last + 1))


def _without_payees(program: ir.Program) -> ir.Program:
    """Payees of which nothing is known stop no payment; clauses whose payees are known are left to the other engine."""
    clauses = {
        name: evolve(clause, alternatives=tuple(evolve(rule, payee=None) for rule in clause.alternatives))
        for name, clause in program.clauses.items()
    }
    return evolve(program, clauses=clauses)


def _drawn(plan: Plan, program: ir.Program) -> tuple[dict[str, tuple[int, int]], dict[ir.Id, bool]]:
    """Parameters with a value a draw: (denominator, largest numerator); the streams that are the same in all."""
    drawn: dict[str, tuple[int, int]] = {}
    for name in plan.scenario.drawn_sets:
        if name in program.parameters:
            base = program.parameters[name].type.base
            den = 1_000_000 if base in ("share", "number") else 1
            drawn[name] = den, RANGES[base][1] * den if base in RANGES else 2**53
    constants = {}
    for stream, steady in constant_streams(program).items():
        op = program.streams[stream].op
        changes = isinstance(op, ir.Parameter) and op.parameter in drawn
        if not changes and all(i in constants for i in ir.operands(op)):
            constants[stream] = steady
    return drawn, constants


def recipes_of(ready: Ready, program: ir.Program, name: str) -> dict[str, Recipe]:
    """How the attributes that a clause reads are drawn. Raises NotNative where it can have no code."""
    plan, clause = ready.plan, program.clauses[name]
    population = plan.scenario.populations[clause.entity]
    if population.roster is not None:
        raise NotNative("a population from a roster")
    if any(line.per is not None for line in population.arrivals):
        raise NotNative("rows that arrive for other rows")
    if clause.group is not None or clause.quota is not None:
        raise NotNative("a group or a quota")
    if name in ready.payees:
        raise NotNative("payees among the simulated rows")
    streams = closure(program, roots(program, clause))
    for i in sorted(streams):
        stream = program.streams[i]
        if isinstance(stream.op, ir.Through | ir.Aggregate):
            raise NotNative("rows of other entities")
        if stream.entity is None and isinstance(stream.op, ir.Run | ir.Total | ir.Ever | ir.Previous):
            raise NotNative("the past of what belongs to no entity")
    found: dict[str, Recipe] = {}
    for entity, attribute in facts_read(program, streams):
        _with_leaders(plan, program.attributes[entity, attribute], found)
    return found


def _with_leaders(plan: Plan, attribute: ir.Attribute, found: dict[str, Recipe], open_: tuple[str, ...] = ()) -> None:
    if attribute.name in open_:
        raise NotNative("attributes that follow each other")
    if attribute.name in found:
        return
    made = recipe(plan, attribute)
    if isinstance(made, Follow):
        leader = plan.program.attributes[attribute.entity, made.leader]
        _with_leaders(plan, leader, found, (*open_, attribute.name))
    found[attribute.name] = made


__all__ = ["kernel_of", "recipes_of"]
