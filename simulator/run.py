"""One simulation: a program and a scenario's name in, results out.

Draws are worked off in chunks, so that memory does not grow with their number; chunks never change a result, because
every random number is keyed by its draw. Afterwards the people of some worlds are simulated once more, which tells how
much of the variance the world brings and how much people do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from compiler import ir
from lang import model
from simulator.chance.unknowns import worlds as draw_worlds
from simulator.choose import choose_scenario, make_plan
from simulator.engines.person import simulate_chunk
from simulator.figures.results import Results
from simulator.figures.statistics import Split, split_variance
from simulator.money.books import Books
from simulator.plan import BLOCKS, Ints, Worlds

Progress = Callable[[int, int], None]

TWICE = 256  # worlds whose people are simulated a second time
CHUNK_WORK = 2_000_000  # row-months in a chunk, about


def simulate(
    program: model.Program,
    compiled: ir.Program,
    scenario: str | None = None,
    *,
    draws: int = 1024,
    seed: int = 1,
    engine: str = "auto",
    by: str | None = None,
    thresholds: Sequence[int] = (),
    clauses: Sequence[str] | None = None,
    on_progress: Progress | None = None,
    assumptions: model.Scenario | None = None,
    chunk: int | None = None,
) -> Results:
    """The projection of a scenario (None: the only one, or `baseline`). Raises SimulationError with all that is wrong.

    draws       rounded up to 16 × a power of two
    by          kind-valued attribute or definition of the clauses' entities
    thresholds  fen; the chance of more than each is reported
    clauses     only these
    assumptions a scenario to use instead of one of the program's own
    chunk       draws at a time (a multiple of 16); None: by the work that a draw makes
    """
    started = time.perf_counter()
    chosen = assumptions if assumptions is not None else choose_scenario(program, scenario)
    plan = make_plan(program, compiled, chosen, draws=draws, seed=seed, engine=engine, by=by, clauses=clauses)
    worlds = draw_worlds(chosen, draws, seed)
    books = Books.begin(plan, worlds.draws)
    repeated = _repeated(worlds)
    extra = repeated.draws - worlds.draws
    work = _Work(repeated.draws, on_progress, chunk)
    for part in work.parts(range(worlds.draws)):
        given = simulate_chunk(plan, worlds, part)
        work.done(part, given.person_months)
        books.book(given, worlds)
    variance = Split(unknowns=0.0, people=1.0, error=0.0)
    if extra:
        second = np.zeros(extra, dtype=np.int64)
        for part in work.parts(range(worlds.draws, repeated.draws)):
            given = simulate_chunk(plan, repeated, part)
            work.done(part, given.person_months)
            for name in plan.clauses:
                if name in given.payments:
                    payments = given.payments[name]
                    np.add.at(second, payments.draw - worlds.draws, payments.amount)
        variance = split_variance(_entitled(books)[:extra], second)
    elif not np.ptp(_entitled(books)):
        variance = Split(unknowns=None, people=None, error=None)
    return Results(
        plan=plan,
        worlds=worlds,
        books=books,
        engine="person",
        variance=variance,
        thresholds=tuple(thresholds),
        seconds=time.perf_counter() - started,
        notes=_notes(draws, worlds.draws, engine),
    )


def _repeated(worlds: Worlds) -> Worlds:
    """The worlds, and once more the first of them as further draws (so that their people are others)."""
    if not worlds.values:
        return worlds
    extra = min(TWICE, worlds.draws)
    return Worlds(
        draws=worlds.draws + extra,
        values={name: np.concatenate((values, values[:extra])) for name, values in worlds.values.items()},
        block=np.concatenate((worlds.block, worlds.block[:extra])),
    )


def _entitled(books: Books) -> Ints:
    total: Ints = books.flows.entitled.sum(axis=(0, 1))
    return total


def _notes(asked: int, made: int, engine: str) -> tuple[str, ...]:
    notes = []
    if made != asked:
        notes.append(f"{asked} draws were rounded up to {made} (16 × a power of two)")
    if engine == "auto":
        notes.append("engine auto chose person: every clause is simulated person by person")
    return tuple(notes)


class _Work:
    """How many draws to take at a time, and how far the run is."""

    def __init__(self, total: int, on_progress: Progress | None, chunk: int | None) -> None:
        if chunk is not None and (chunk < BLOCKS or chunk % BLOCKS):
            raise ValueError("a chunk is a multiple of 16 draws")
        self.total, self.on_progress = total, on_progress
        self.size = chunk or BLOCKS
        self.fixed = chunk is not None
        self.finished = 0

    def parts(self, draws: range) -> Iterator[range]:
        start = draws.start
        while start < draws.stop:
            stop = min(start + self.size, draws.stop)
            yield range(start, stop)
            start = stop

    def done(self, part: range, person_months: int) -> None:
        """The first chunks show how much work a draw is; later ones are as large as is good."""
        self.finished += len(part)
        if not self.fixed:
            a_draw = max(person_months // len(part), 1)
            self.size = max(CHUNK_WORK // a_draw // BLOCKS, 1) * BLOCKS
        if self.on_progress is not None:
            self.on_progress(self.finished, self.total)
