"""One simulation: a program and a scenario's name in, results out.

Draws are worked off in chunks, so that memory does not grow with their number; chunks never change a result, because
every random number is keyed by its draw. The people of the first worlds are simulated twice (the twins of those draws),
which tells how much of the variance the world brings and how much people do.

A run that is stopped gives the results of what was done: as many draws as make whole scrambles of a power of two, which
are the very results of a run of so many draws. With a checkpoint it can be gone on with later.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from attrs import define, evolve, field
from numpy.typing import NDArray

from compiler import ir
from lang import model
from lang.diagnostics import Text
from simulator.chance.unknowns import worlds as draw_worlds
from simulator.checkpoint import Checkpoint, Kind
from simulator.choose import MOST_DRAWS, choose_scenario, make_plan
from simulator.figures.results import Results, identity
from simulator.figures.statistics import Split, split_variance
from simulator.money.books import Books
from simulator.named_files import Files, with_files
from simulator.notes import AUTO_EXACT, of_ranges, of_rosters, rounded_up, without_budget
from simulator.parts import choose_parts, worth_computing
from simulator.plan import BLOCKS, Chunk, Ints, Plan, Worlds

Progress = Callable[[int, int], None]

TWICE = 256  # worlds whose people are simulated a second time
FIRST_TWIN = 1 << 30  # the draw numbers of the twins: behind those of any run
CHUNK_WORK, QUICK_WORK = 2_000_000, 200_000_000  # row-months in a chunk, about
MOST_AT_A_TIME = 2048  # draws
assert FIRST_TWIN > MOST_DRAWS


class Simulator(Protocol):
    """What gives the payments of some draws: the parts of a plan, or whatever stands for them."""

    @property
    def name(self) -> str: ...

    @property
    def quick(self) -> bool: ...

    def simulate(self, worlds: Worlds, draws: range) -> Chunk: ...


class Interrupted(KeyboardInterrupt):
    """The run was stopped. `results`: of the draws that were done; None where not even one scramble was."""

    def __init__(self, results: Results | None) -> None:
        self.results = results
        super().__init__("the simulation was stopped")


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
    checkpoint: Checkpoint | None = None,
    files: Files | None = None,
    split: bool = True,
) -> Results:
    """The projection of a scenario (None: the only one, or `baseline`). Raises SimulationError with all that is wrong.

    draws       rounded up to 16 × a power of two
    by          kind-valued attribute or definition of the clauses' entities
    thresholds  fen; the chance of more than each is reported
    clauses     only these
    on_progress called with (draws done, draws)
    assumptions a scenario to use instead of one of the program's own
    chunk       draws at a time (a multiple of 16); None: by the work that a draw makes
    checkpoint  where to keep what is done; CheckpointError if it is of another run
    files       reads the rosters and samples that the scenario names
    split       whether the variance is to be split by cause, for which a quarter of 1,024 draws are simulated twice

    Raises Interrupted, with the results so far, when the user stops it.
    """
    started = time.perf_counter()
    chosen = assumptions if assumptions is not None else choose_scenario(program, scenario)
    chosen, rosters = with_files(program, compiled, chosen, files)
    plan = make_plan(program, compiled, chosen, draws=draws, seed=seed, engine=engine, by=by, clauses=clauses)
    plan = evolve(plan, rosters=rosters)
    worlds = draw_worlds(chosen, draws, seed)
    notes = (*_notes(draws, worlds.draws), *of_rosters(plan))
    if engine == "exact":
        return _computed(plan, worlds, thresholds, on_progress, chunk, checkpoint, started, notes)
    if engine == "auto" and worth_computing(plan, worlds):
        from simulator.engines.exact.engine import computable, project

        able = computable(plan, worlds, thresholds)
        if able is not None:
            return project(
                evolve(plan, engine="exact"), worlds,
                thresholds=thresholds, on_progress=on_progress, notes=(*notes, AUTO_EXACT), started=started,
                projection=able,
            )  # fmt: skip
    parts = choose_parts(plan, engine, worlds)
    plan = evolve(plan, engine=parts.name)
    return run_plan(
        plan, parts, worlds,
        thresholds=thresholds, on_progress=on_progress, chunk=chunk, checkpoint=checkpoint, started=started,
        notes=(*notes, *parts.notes), split=split,
    )  # fmt: skip


def _computed(
    plan: Plan,
    worlds: Worlds,
    thresholds: Sequence[int],
    on_progress: Progress | None,
    chunk: int | None,
    checkpoint: Checkpoint | None,
    started: float,
    notes: tuple[Text, ...],
) -> Results:
    """By the engine exact; what waits for money in a queue is drawn by whatever engine `auto` takes for it."""
    from simulator.engines.exact.engine import project

    def draw() -> Results:
        parts = choose_parts(plan, "auto", worlds)
        return run_plan(
            evolve(plan, engine=f"exact+{parts.name}"), parts, worlds,
            thresholds=thresholds, on_progress=on_progress, chunk=chunk, checkpoint=checkpoint, started=started,
            notes=parts.notes,
        )  # fmt: skip

    return project(
        evolve(plan, engine="exact"), worlds,
        thresholds=thresholds, on_progress=on_progress, draw=draw, notes=notes, started=started,
    )  # fmt: skip


def run_plan(
    plan: Plan,
    parts: Simulator,
    worlds: Worlds,
    *,
    thresholds: Sequence[int] = (),
    on_progress: Progress | None = None,
    chunk: int | None = None,
    checkpoint: Checkpoint | None = None,
    notes: tuple[Text, ...] = (),
    started: float | None = None,
    split: bool = True,
) -> Results:
    """All draws of these worlds, by these parts. `started`: when the work began (time.perf_counter)."""
    began = time.perf_counter() if started is None else started
    run = _Run(plan, parts, worlds, on_progress, chunk, checkpoint, split)

    def results(made: int) -> Results:
        books = run.books if made == worlds.draws else run.books.beginning(made)
        return Results(
            plan=plan,
            worlds=worlds.beginning(made),
            books=books,
            engine=parts.name,
            variance=run.variance(made),
            thresholds=tuple(thresholds),
            seconds=time.perf_counter() - began,
            notes=(*notes, *without_budget(plan, books), *of_ranges(plan, worlds)),
            asked=worlds.draws,
        )

    try:
        run.begin()
        run.all_draws()
        run.keep()
    except KeyboardInterrupt:
        run.keep()
        whole = _whole_scrambles(run.finished["draws"])
        raise Interrupted(results(whole) if whole else None) from None
    return results(worlds.draws)


def _whole_scrambles(draws: int) -> int:
    """The most draws that are 16 × a power of two and not more than these."""
    return BLOCKS << ((draws // BLOCKS).bit_length() - 1) if draws >= BLOCKS else 0


def _twins(worlds: Worlds, split: bool) -> Worlds:
    """The first worlds once more, with other people; none where nothing is unknown of the world, or nobody asks."""
    first = worlds.beginning(min(TWICE, worlds.draws) if worlds.values and split else 0)
    return evolve(first, first=FIRST_TWIN)


def _notes(asked: int, made: int) -> tuple[Text, ...]:
    return () if made == asked else (rounded_up(asked, made),)


@define(eq=False)
class _Run:
    """The draws that are done, how many to take at a time, and how far the run is."""

    plan: Plan
    parts: Simulator
    worlds: Worlds
    on_progress: Progress | None
    chunk: int | None
    checkpoint: Checkpoint | None
    split: bool
    books: Books = field(init=False)
    twins: Worlds = field(init=False)
    of_twins: Ints = field(init=False)  # fen entitled by twin
    size: int = field(init=False)
    finished: dict[Kind, int] = field(init=False)
    kept: dict[Kind, int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        if self.chunk is not None and (self.chunk < BLOCKS or self.chunk % BLOCKS):
            raise ValueError("a chunk is a multiple of 16 draws")
        self.books = Books.begin(self.plan, self.worlds.draws)
        self.twins = _twins(self.worlds, self.split)
        self.of_twins = np.zeros(self.twins.draws, dtype=np.int64)
        self.size = self.chunk or BLOCKS
        self.finished = {"draws": 0, "twins": 0}
        self.kept = dict(self.finished)

    def begin(self) -> None:
        """Take up what the checkpoint has."""
        if self.checkpoint is None:
            return
        self.checkpoint.open(identity(self.plan, self.worlds.draws))
        for start, stop, arrays in self.checkpoint.read("draws"):
            self.books.fill(start, arrays)
            self.finished["draws"] = stop
        for start, stop, arrays in self.checkpoint.read("twins"):
            self.of_twins[start:stop] = arrays["entitled"]
            self.finished["twins"] = stop
        self.kept = dict(self.finished)

    def all_draws(self) -> None:
        """Draws with a twin first, then the twins, so that what is stopped early has its variance split too."""
        self._report()
        self._draws(self.twins.draws)
        while self.finished["twins"] < self.twins.draws:
            part = self._next(self.finished["twins"], self.twins.draws)
            given = self.parts.simulate(self.twins, range(FIRST_TWIN + part.start, FIRST_TWIN + part.stop))
            for payments in given.payments.values():
                np.add.at(self.of_twins, payments.draw - FIRST_TWIN, payments.amount * payments.count)
            for sums in given.sums.values():
                self.of_twins[part.start : part.stop] += sums.fen.sum(axis=0)
            self._done("twins", part, given)
        self._draws(self.worlds.draws)

    def _draws(self, until: int) -> None:
        while self.finished["draws"] < until:
            part = self._next(self.finished["draws"], until)
            given = self.parts.simulate(self.worlds, part)
            self.books.book(given, self.worlds)
            self._done("draws", part, given)

    def _next(self, start: int, until: int) -> range:
        return range(start, min(start + self.size, until))

    def _done(self, kind: Kind, part: range, given: Chunk) -> None:
        """The first chunks show how much work a draw is; later ones are as large as is good."""
        self.finished[kind] = part.stop
        if self.chunk is None:
            a_draw = max(given.person_months // len(part), 1)
            work = QUICK_WORK if self.parts.quick else CHUNK_WORK
            self.size = min(max(work // a_draw // BLOCKS, 1) * BLOCKS, MOST_AT_A_TIME)
        if self.checkpoint is not None and self.checkpoint.due():
            self.keep()
        self._report()

    def _report(self) -> None:
        """Twins are work too, but no further draws."""
        if self.on_progress is not None:
            total = self.worlds.draws
            done = self.finished["draws"] + self.finished["twins"]
            self.on_progress(done * total // (total + self.twins.draws), total)

    def keep(self) -> None:
        """Write what was done since the last piece of the checkpoint."""
        if self.checkpoint is None:
            return
        start, stop = self.kept["draws"], self.finished["draws"]
        arrays: dict[str, NDArray[np.generic]] = {n: a[..., start:stop] for n, a in self.books.arrays().items()}
        if self.checkpoint.write("draws", start, stop, arrays):
            self.kept["draws"] = stop
        start, stop = self.kept["twins"], self.finished["twins"]
        if self.checkpoint.write("twins", start, stop, {"entitled": self.of_twins[start:stop]}):
            self.kept["twins"] = stop

    def variance(self, made: int) -> Split:
        """Of the first so many draws; not known before their twins are done."""
        if not self.split:
            return Split(unknowns=None, people=None, error=None)
        entitled: Ints = self.books.flows.entitled.sum(axis=(0, 1))[:made]
        if not self.worlds.values:
            people = Split(unknowns=0.0, people=1.0, error=0.0)
            return people if np.ptp(entitled) else Split(unknowns=None, people=None, error=None)
        twins = min(self.twins.draws, made)
        if self.finished["twins"] < twins:
            return Split(unknowns=None, people=None, error=None)
        return split_variance(entitled[:twins], self.of_twins[:twins])
