"""Watching: save → mistakes → first figures of the change → better ones for as long as nothing is saved.

A version is good when it has no errors and its scenario can be simulated; a change is always against the last good one.
First figures are shown when the change is known well enough, and after half a second however well it is known then.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from attrs import define, evolve, field

from huice.cli.common import language_of
from huice.facts.faults import FactsError
from huice.scenario_files import ScenarioFiles
from huice.watch.changes import budget, change
from huice.watch.events import Budget, Changed, Teller
from huice.watch.files import POLL, Followed, state
from huice.watch.reading import Reading, read
from lang.diagnostics import Text
from lang.model import Program
from simulator.incremental import Incremental, Version
from simulator.plan import SimulationError

SOON = 0.5  # seconds after which first figures are shown as they are
NO_SCENARIO = Text("no scenario: only mistakes are shown", "没有情景：仅显示错误")


@define
class Watch:
    """`file` as the user names it, which lies at `path`. `ended`: for tests, whether to stop."""

    file: str
    path: Path
    scenario: str | None
    simulations: Incremental
    teller: Teller
    lang: str | None
    ended: Callable[[], bool] = lambda: False
    _files: Followed = field(factory=Followed, init=False)
    _first: tuple[Version, Program] | None = field(default=None, init=False)
    _good: tuple[Version, Program] | None = field(default=None, init=False)
    _coming: _Coming | None = field(default=None, init=False)

    def run(self) -> None:
        """Until the user stops it (KeyboardInterrupt)."""
        self._files.follow({self.path: state(self.path)})
        reading = self._read()
        self.teller.watching(self.file, [str(path) for path in reading.files])
        self._tell(reading)
        while not self.ended():
            saved = self._files.settled()
            if saved:
                started = time.monotonic()
                reading = self._read()
                self.teller.saved([path.name for path in saved])
                self._tell(reading, started)
            elif not self._work():
                time.sleep(POLL)

    # ------------------------------------------------------------ a save
    def _read(self) -> Reading:
        """What is followed is what the file is made of now. A file that is not there keeps the others in sight."""
        reading = read(self.file, self.path)
        self.teller.language = language_of(reading.loaded, self.lang)
        if reading.loaded.missing is None:
            # with a mistake in it a file may not say all that it is made of
            known = self._files.states if reading.errors else {}
            self._files.follow({**known, **reading.files})
        return reading

    def _tell(self, reading: Reading, started: float | None = None) -> None:
        self._settle()
        loaded = reading.loaded
        if loaded.missing is not None:
            self.teller.message("missing", loaded.missing)
            return
        clauses = 0 if loaded.model is None else len(loaded.model.clauses)
        self.teller.checked(reading.diagnostics, reading.errors, clauses)
        if reading.errors or loaded.model is None or loaded.ir is None:
            return
        if not loaded.model.scenarios:
            self.teller.message("no scenario", NO_SCENARIO)
            return
        try:
            version = self.simulations.version(loaded.model, loaded.ir, self.scenario, ScenarioFiles(self.path.parent))
        except SimulationError as error:
            self.teller.refused(error.diagnostics)
            return
        except FactsError as error:
            assert error.diagnostic is not None  # only the scenario names files
            self.teller.refused((error.diagnostic,))
            return
        self._coming = _Coming(version, loaded.model, time.monotonic() if started is None else started)
        while self._coming is not None and not self._coming.shown and self._work():
            pass

    def _settle(self) -> None:
        """A version that was shown counts, however well its figures are known by now."""
        if self._coming is not None and self._coming.shown:
            self._count(self._coming)
        self._coming = None

    def _count(self, coming: _Coming) -> None:
        self._good = coming.version, coming.program
        if self._first is None:
            self._first = self._good

    # ------------------------------------------------------------ figures
    def _work(self) -> bool:
        """Some more draws of what is shown; False when there is nothing to do."""
        coming = self._coming
        if coming is None:
            return False
        try:
            more = self.simulations.next_stage(coming.version)
            if self._good is not None:
                while self._good[0].draws < coming.version.draws:
                    self.simulations.next_stage(self._good[0])
        except SimulationError as error:
            self.teller.refused(error.diagnostics)
            self._coming = None
            return False
        if more:
            self._show(coming)
        return more

    def _show(self, coming: _Coming) -> None:
        draws = coming.version.draws
        final = self.simulations.stage(draws) is None
        if self._good is None:
            total = budget(coming.version, draws)
            self.teller.budget(Budget(total=total, draws=draws, final=final, program=coming.program))
            coming.shown = True
        else:
            found = change(self._good[0], coming.version, draws)
            late = time.monotonic() - coming.started > SOON
            unchanged = self.simulations.same(self._good[0], coming.version)
            final = final or unchanged
            if coming.shown or found.steady or late or final:
                program = _with_clauses_of(coming.program, self._good[1])
                self.teller.changed(
                    Changed(
                        change=found,
                        final=final,
                        seconds=time.monotonic() - coming.started,
                        program=program,
                        since_start=self._since_start(coming.version, draws),
                    )
                )
                coming.shown = True
        if final:
            self._count(coming)
            self._coming = None

    def _since_start(self, version: Version, draws: int) -> float | None:
        if self._first is None or self._good is None or self._first[0] is self._good[0]:
            return None
        if self._first[0].draws < draws:
            return None
        return change(self._first[0], version, draws).total["entitled"].change


@define
class _Coming:
    """The version that was saved last, while it is simulated."""

    version: Version
    program: Program
    started: float
    shown: bool = False


def _with_clauses_of(program: Program, other: Program) -> Program:
    """For the names of clauses that are no more."""
    return evolve(program, clauses={**other.clauses, **program.clauses})
