"""Sums by draw, clause and month for the clauses that have code: plan in, sums of some draws out.

`kernel_of` compiles once; `Kernel.sums` draws how many rows arrive (with the NumPy engine's own code), lays out the
numbers of the draws, and calls the code, on several threads if there is work for them. Every draw is by itself, so
neither the number of threads nor the size of a chunk changes anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import llvmlite.ir as ll
import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.columns.program import closure, roots
from compiler.backends.kernels import machine
from compiler.backends.kernels.facts import WIDEST, WORD, Facts, Window
from compiler.backends.kernels.passes import constant_streams
from compiler.backends.kernels.run import cores
from compiler.backends.kernels.values import NotNative
from compiler.bounds import RANGES
from compiler.fact_columns import FactColumns
from compiler.facts import Facts as NoFacts
from compiler.interpreter.streams import Streams as Interpreted
from compiler.parameters import settled
from simulator.chance import keyed_random as random
from simulator.engines.coverage import facts_read
from simulator.engines.drawn_parameters import drawn_parameters
from simulator.engines.person import Ready
from simulator.engines.person_kernel import code
from simulator.engines.person_kernel.code import Function, Left, Policy
from simulator.engines.person_kernel.recipes import Chance, Choice, Follow, Input, Recipe, Spell, Stay, recipe
from simulator.people.arrivals import Draws, monthly_numbers
from simulator.plan import ClauseSums, Ints, Plan, Worlds

Array = NDArray[Any]
FEW = 32  # draws that are not worth a thread
SHARES = 4  # pieces of a thread's draws, taken as they come, so that none waits long for one that was held up


class Beyond(Exception):
    """Numbers of these draws that the code cannot take; the NumPy engine can."""


@frozen(kw_only=True, eq=False)
class KernelSums:
    """`arrivals`: by entity, of all whose rows arrive by themselves; `person_months`: of these."""

    clauses: Mapping[str, ClauseSums]
    arrivals: Mapping[str, Ints]
    person_months: int


@frozen(eq=False)
class _LaidOut:
    """Of some draws: who arrives by entity (`_arriving`), and by function its arrays."""

    draws: range
    arriving: Mapping[str, tuple[Ints, Ints]]
    arrays: Mapping[str, dict[str, Array]]


@frozen(kw_only=True, eq=False)
class Kernel:
    """`left`: clauses without code, and why."""

    plan: Plan
    window: Window
    text: str
    functions: tuple[Function, ...]
    recipes: Mapping[str, Mapping[str, Recipe]]
    drawn: Mapping[str, tuple[int, int]]
    left: Mapping[str, str]

    @property
    def clauses(self) -> frozenset[str]:
        return frozenset(name for function in self.functions for name in function.clauses)

    def sums(self, worlds: Worlds, draws: range, threads: int | None = None) -> KernelSums | None:
        """None where the NumPy engine must do these draws (`fits`)."""
        engine = machine.compiled(self.text, machine.MANY)
        workers = max(min(cores() if threads is None else threads, len(draws) // FEW), 1)
        try:
            if workers == 1:
                laid = self._laid_out(worlds, draws)
                self._walk(engine, laid, draws)
                return self._found(laid)
            with ThreadPoolExecutor(workers) as pool:
                parts = list(pool.map(lambda span: self._laid_out(worlds, span), _spans(draws, workers)))
                shares = [(laid, span) for laid in parts for span in _spans(laid.draws, SHARES)]
                list(pool.map(lambda share: self._walk(engine, *share), shares))
                return _joined(list(pool.map(self._found, parts)))
        except Beyond:
            return None

    def _laid_out(self, worlds: Worlds, draws: range) -> _LaidOut:
        """What the code reads and writes of some draws."""
        context = Draws(numbers=np.arange(draws.start, draws.stop), unknowns=worlds.of(draws), seed=self.plan.seed)
        populations = self.plan.scenario.populations.items()
        alone = [entity for entity, of in populations if all(line.per is None for line in of.arrivals)]
        arriving = {entity: _arriving(self.plan, entity, context) for entity in alone}
        arrays = {f.name: self._arrays(f, context, *arriving[f.entity]) for f in self.functions}
        return _LaidOut(draws, arriving, arrays)

    def _walk(self, engine: Any, laid: _LaidOut, draws: range) -> None:
        """Every draw writes sums of its own, so any threads may take any of them."""
        begin, end = draws.start - laid.draws.start, draws.stop - laid.draws.start
        for function in self.functions:
            arrays = laid.arrays[function.name]
            machine.call(engine, function.name, begin, end, [arrays[slot] for slot in function.slots])

    def _found(self, laid: _LaidOut) -> KernelSums:
        found: dict[str, ClauseSums] = {}
        for function in self.functions:
            arrays = laid.arrays[function.name]
            for number, name in enumerate(function.clauses):
                fen, amount = self._by_month(arrays[code.FEN], number), function.once.get(name)
                payments = self._by_month(arrays[code.PAYMENTS], number) if amount is None else fen // amount
                found[name] = ClauseSums(fen=fen, payments=payments)
        last = self.plan.scenario.last
        return KernelSums(
            clauses=found,
            arrivals={entity: counts.sum(axis=1) for entity, (_, counts) in laid.arriving.items()},
            person_months=sum(int((n * (last + 1 - at[:, 0])).sum()) for at, n in laid.arriving.values()),
        )

    def fits(self, worlds: Worlds) -> bool:
        """Whether the code can take the numbers of all draws."""
        draws = np.arange(worlds.first, worlds.first + worlds.draws)
        context = Draws(numbers=draws, unknowns=worlds.values, seed=self.plan.seed)
        try:
            for function in self.functions:
                self._inputs(function, context)
        except (Beyond, NotNative):
            return False
        return True

    def _by_month(self, sums: Array, clause: int) -> Ints:
        """The months of the period (the window begins one earlier), draws last."""
        months = self.plan.scenario.last - self.plan.scenario.first + 1
        return np.ascontiguousarray(sums[:, clause, 1 : 1 + months].T)

    # ------------------------------------------------------------ what a call reads
    def _arrays(self, function: Function, context: Draws, batches: Ints, counts: Ints) -> dict[str, Array]:
        size = len(context.numbers)
        shape = (size, len(function.clauses), self.window.months)
        arrays: dict[str, Array] = {
            code.BATCHES: batches,
            code.BATCHES + "n": np.array([len(batches)], np.int64),
            code.COUNTS: counts,
            code.DRAW: np.array([context.numbers[0]], np.int64),
            code.FEN: np.zeros(shape, np.int64),
            code.PAYMENTS: np.zeros(shape, np.int64),
        }
        return arrays | self._inputs(function, context)

    def _inputs(self, function: Function, context: Draws) -> dict[str, Array]:
        """The numbers of the scenario in these draws."""
        size = len(context.numbers)
        arrays: dict[str, Array] = {}
        drawn = drawn_parameters(self.plan.program, self.plan.scenario.drawn_sets, context.unknowns)
        for slot in function.slots:
            kind, _, name = slot.partition(":")
            if kind == "key":
                arrays[slot] = np.array([random.key(self.plan.seed, function.entity, name)], np.uint64)
            elif kind == "of":
                arrays[slot] = _numbers(self.recipes[function.entity][name], context, self.window.months)
            elif kind == "set":
                den, top = self.drawn[name]
                column = drawn[name]
                if column.den != den or int(np.max(column.data)) > top:
                    raise Beyond
                arrays[slot] = np.ascontiguousarray(np.broadcast_to(column.data, (size,)), np.int64)
        return arrays


def _spans(draws: range, pieces: int) -> list[range]:
    edges = np.linspace(draws.start, draws.stop, min(pieces, len(draws)) + 1).astype(int).tolist()
    return [range(start, stop) for start, stop in pairwise(edges)]


def _joined(parts: Sequence[KernelSums]) -> KernelSums:
    """Draws after draws."""
    return KernelSums(
        clauses={
            name: ClauseSums(
                fen=np.concatenate([part.clauses[name].fen for part in parts], axis=1),
                payments=np.concatenate([part.clauses[name].payments for part in parts], axis=1),
            )
            for name in parts[0].clauses
        },
        arrivals={e: np.concatenate([part.arrivals[e] for part in parts]) for e in parts[0].arrivals},
        person_months=sum(part.person_months for part in parts),
    )


def _numbers(made: Recipe, context: Draws, months: int) -> Array:
    """(draws, n) numbers of a recipe."""
    inputs: list[Input] = []
    match made:
        case Stay(_, limits):
            never = np.full((len(context.numbers), months), random.WHOLE, np.uint64)
            return np.concatenate([never, limits(context, months)], axis=1)
        case Chance(_, below):
            inputs = [below]
        case Choice(_, limits, _):
            inputs = [limits]
        case Follow(_, _, _, below) if below is not None:
            inputs = [below]
        case Spell(_, leave, back):
            inputs = [leave, back]
    size = len(context.numbers)
    found = [np.asarray(of(context)).reshape(size, -1) for of in inputs]
    if isinstance(made, Spell) and np.any(found[0] + found[1] > np.uint64(random.WHOLE)):
        raise Beyond  # months that say leave and return at once
    return np.ascontiguousarray(np.concatenate(found, axis=1), np.uint64)


def _arriving(plan: Plan, entity: str, context: Draws) -> tuple[Ints, Ints]:
    """(batches, 2): month and line; (draws, batches): how many."""
    batches, counts = [], []
    for index, line in enumerate(plan.scenario.populations[entity].arrivals):
        months, numbers = monthly_numbers(plan.scenario, entity, index, line, context)
        batches += [(int(month), index) for month in months]
        counts.append(numbers)
    return np.array(batches, np.int64).reshape(-1, 2), np.ascontiguousarray(np.concatenate(counts).T)


# ---------------------------------------------------------------- compiling
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


__all__ = ["Beyond", "Kernel", "KernelSums", "kernel_of", "recipes_of"]
