"""The code over some draws: sums by draw, clause and month out.

Draws are taken a piece at a time, by whichever thread is free: it draws how many rows arrive (with the NumPy engine's
own code), lays out the numbers of the piece, calls the code, and writes what it found in the piece's own place. So what
a piece writes stays near its processor, and no thread waits for another. Every draw is by itself, so neither the number
of threads nor the size of a piece or a chunk changes anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from compiler.backends.kernels import machine
from compiler.backends.kernels.facts import Window
from compiler.backends.kernels.run import cores
from compiler.backends.kernels.values import NotNative
from simulator.chance import keyed_random as random
from simulator.engines.drawn_parameters import drawn_parameters
from simulator.engines.person_kernel import code
from simulator.engines.person_kernel.code import Function
from simulator.engines.person_kernel.recipes import Chance, Choice, Follow, Input, Recipe, Spell, Stay
from simulator.people.arrivals import Draws, monthly_numbers
from simulator.plan import ClauseSums, Ints, Plan, Worlds

Array = NDArray[Any]
FEW = 32  # draws that are not worth a thread
PIECE = 256  # draws of which the sums of a few clauses stay near a processor


class Beyond(Exception):
    """Numbers of these draws that the code cannot take; the NumPy engine can."""


@frozen(kw_only=True, eq=False)
class KernelSums:
    """`arrivals`: by entity and draw, of all whose rows arrive by themselves; `person_months`: by draw, of these."""

    clauses: Mapping[str, ClauseSums]
    arrivals: Mapping[str, Ints]
    person_months: Ints


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
        pieces = _pieces(draws, max(workers, -(-len(draws) // PIECE)))
        waiting = deque(pieces)  # taken from by all threads: popleft is atomic
        found = self._place(len(draws))

        def work() -> None:
            written = self._written(max(len(piece) for piece in pieces))
            while waiting:
                try:
                    piece = waiting.popleft()
                except IndexError:  # another thread was first
                    return
                at = slice(piece.start - draws.start, piece.stop - draws.start)
                self._piece(engine, worlds, piece, written, found, at)

        try:
            with ThreadPoolExecutor(workers) as pool:  # starts a thread when it is asked to
                others = [pool.submit(work) for _ in range(workers - 1)]
                try:
                    work()
                finally:
                    waiting.clear()  # where this thread was stopped, the others end too
                for other in others:
                    other.result()
        except Beyond:
            return None
        return found

    def _piece(
        self, engine: Any, worlds: Worlds, draws: range, written: Mapping[str, Array], found: KernelSums, at: slice
    ) -> None:
        """Draws the rows of a piece, and writes their sums at its place."""
        context = Draws(numbers=np.arange(draws.start, draws.stop), unknowns=worlds.of(draws), seed=self.plan.seed)
        last, months = self.plan.scenario.last, self.plan.scenario.last - self.plan.scenario.first + 1
        arriving = {entity: _arriving(self.plan, entity, context) for entity in found.arrivals}
        for entity, (batches, counts) in arriving.items():
            found.arrivals[entity][at] = counts.sum(axis=1)
            found.person_months[at] += counts @ (last + 1 - batches[:, 0])
        for function in self.functions:
            batches, counts = arriving[function.entity]
            shape = (len(draws), len(function.clauses), self.window.months)
            sums = {slot: room[: np.prod(shape)].reshape(shape) for slot, room in written.items()}
            for room in sums.values():
                room.fill(0)
            reads = {
                code.BATCHES: batches,
                code.BATCHES + "n": np.array([len(batches)], np.int64),
                code.COUNTS: counts,
                code.DRAW: np.array([draws.start], np.int64),
            }
            arrays = reads | sums | self._inputs(function, context)
            machine.call(engine, function.name, 0, len(draws), [arrays[slot] for slot in function.slots])
            for number, name in enumerate(function.clauses):
                # the window begins one month before the period
                fen = sums[code.FEN][:, number, 1 : 1 + months].T
                amount = function.once.get(name)
                payments = sums[code.PAYMENTS][:, number, 1 : 1 + months].T if amount is None else fen // amount
                found.clauses[name].fen[:, at] = fen
                found.clauses[name].payments[:, at] = payments

    def _place(self, draws: int) -> KernelSums:
        """Room for what is found, all of which the pieces write."""
        months = self.plan.scenario.last - self.plan.scenario.first + 1
        populations = self.plan.scenario.populations.items()
        alone = [entity for entity, of in populations if all(line.per is None for line in of.arrivals)]
        shape = (months, draws)
        return KernelSums(
            clauses={
                name: ClauseSums(fen=np.empty(shape, np.int64), payments=np.empty(shape, np.int64))
                for function in self.functions
                for name in function.clauses
            },
            arrivals={entity: np.empty(draws, np.int64) for entity in alone},
            person_months=np.zeros(draws, np.int64),
        )

    def _written(self, draws: int) -> dict[str, Array]:
        """Room for what the code writes of so many draws, for any of the functions."""
        size = draws * max((len(function.clauses) for function in self.functions), default=0) * self.window.months
        return {code.FEN: np.empty(size, np.int64), code.PAYMENTS: np.empty(size, np.int64)}

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


def _pieces(draws: range, number: int) -> list[range]:
    edges = np.linspace(draws.start, draws.stop, min(number, len(draws)) + 1).astype(int).tolist()
    return [range(start, stop) for start, stop in pairwise(edges)]


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


__all__ = ["Beyond", "Kernel", "KernelSums"]
