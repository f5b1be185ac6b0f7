"""The Python face: thin classes over the rooms. See docs/python.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrs import evolve, field, frozen

from compiler import evaluate as evaluator
from compiler import ir
from compiler.backends.python.generate import to_python
from compiler.fact_columns import FactColumns, from_facts, to_facts
from compiler.facts import Facts as Tables
from compiler.ledger import Ledger as PlainLedger
from compiler.ledger import yuan
from huice.facts.faults import Fault
from huice.facts.json_facts import facts_from_data
from huice.facts.read import read_columns
from huice.programs import Loaded, open_program, open_source
from huice.settings import fen_option, month_option, parameter_value
from lang import model
from lang.dates import Month, month_text
from lang.diagnostics import Diagnostic, PolicyError, counted
from lang.source import Source
from lang.types import Value

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from compiler.backends.kernels.ledger import ColumnLedger
    from huice.learning.face import Calibration, Payments
    from simulator.compare import Comparison
    from simulator.figures.results import Results
    from simulator.learning.backtest import Backtest
    from simulator.learning.forecast import Forecast
    from simulator.sensitivity.results import Sensitivity

Progress = Callable[[int, int], None]


@frozen
class Facts:
    """A roster, read when a program that declares its columns is at hand. Make one with a `from_…` method."""

    columns: Callable[[model.Program], tuple[FactColumns, list[Fault]]]
    records: Callable[[model.Program], tuple[Tables, list[Fault]]] | None = None  # where they are read as such
    source: str = field(default="", eq=False)  # what they were made of, for people

    def __repr__(self) -> str:
        return f"<huice.Facts from {self.source}>"

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Facts:
        """The JSON form: a list of rows for each entity."""

        def records(program: model.Program) -> tuple[Tables, list[Fault]]:
            return facts_from_data(program, dict(data), "<facts>")

        def columns(program: model.Program) -> tuple[FactColumns, list[Fault]]:
            facts, faults = records(program)
            return from_facts(facts, program), faults

        return cls(columns, records, "a dict")

    @classmethod
    def from_path(cls, path: str | Path) -> Facts:
        """A .json, a workbook, .parquet, .duckdb, or a folder of .csv or .parquet. FactsError when evaluated if there
        is no such thing."""
        return cls(lambda program: read_columns(program, str(path)), None, str(path))

    @classmethod
    def from_frames(cls, frames: Mapping[str, Any]) -> Facts:
        """Data frames by name of entity (or `entity.attribute`): whatever speaks Arrow (pandas, polars …)."""

        def read(program: model.Program) -> tuple[FactColumns, list[Fault]]:
            from huice.facts.arrow_tables import frame_table
            from huice.facts.tables import facts_from_tables

            read = [frame_table(name, frame) for name, frame in frames.items()]
            columns, faults = facts_from_tables(program, [table for table, _ in read])
            return columns, [fault for _, found in read for fault in found] + faults

        return cls(read, None, "data frames")

    @classmethod
    def from_columns(cls, start: str | None = None, **entities: Mapping[str, Any]) -> Facts:
        """NumPy arrays by entity and attribute, without copies where possible: `person={"id": …, "origin": …,
        "employed": …}`. A monthly attribute is an array of rows by months from `start` ("2021-01") on, or, of yes/no,
        uint64 words whose bits are the months. docs/python.md says which arrays are taken. ValueError for others."""

        made: list[tuple[model.Program, FactColumns]] = []  # of the last program: arrays are read more than once

        def read(program: model.Program) -> tuple[FactColumns, list[Fault]]:
            from huice.facts.from_arrays import facts_from_arrays

            if not made or made[0][0] is not program:
                first = _month(start)
                made[:] = [(program, facts_from_arrays(program, first, entities))]
            return made[0][1], []

        return cls(read, None, "arrays")

    def read(self, program: model.Program) -> tuple[Tables, list[Fault]]:
        """As records."""
        if self.records is not None:
            return self.records(program)
        columns, faults = self.columns(program)
        return to_facts(columns, program), faults


@frozen(eq=False)
class Ledger:
    """What an evaluation gave. `faults`: what could not be read in the facts (it counted as unknown).

    Of many rows the payments are columns, and records only when they are asked for one by one (`plain`, `to_dict`).
    """

    found: PlainLedger | ColumnLedger
    faults: tuple[Fault, ...]

    def __repr__(self) -> str:
        found = self.found
        policy, number = (found.policy, len(found.payments)) if isinstance(found, PlainLedger) else (
            found.program.name, len(found))  # fmt: skip
        waiting = sum(each.count for each in found.undetermined)
        said = f"{counted(number, 'payment')}, {waiting:,} undetermined, {counted(len(self.faults), 'fault')}"
        return f"<huice.Ledger of {policy}: {said}>"

    @property
    def plain(self) -> PlainLedger:
        """As records: a Python object a payment."""
        if isinstance(self.found, PlainLedger):
            return evolve(self.found, unread=self._unread)
        from compiler.backends.kernels.ledger import to_ledger

        return evolve(to_ledger(self.found), unread=self._unread)

    @property
    def _unread(self) -> int:
        return sum(fault.severity == "error" for fault in self.faults)

    @property
    def payments(self) -> pa.Table:
        """One row a payment: clause, entity, id, month, due, amount_fen (int64), payee."""
        import pyarrow as pa

        if not isinstance(self.found, PlainLedger):
            from huice.ledger_columns import payment_table

            return payment_table(self.found)
        rows = self.to_dict()["payments"]
        columns = {
            name: pa.array([row[name] for row in rows], pa.string())
            for name in ("clause", "entity", "id", "month", "due", "payee")
        }
        amounts = pa.array([payment.amount for payment in self.found.payments], pa.int64())
        return pa.table({**columns, "amount_fen": amounts})

    @property
    def undetermined(self) -> list[dict[str, Any]]:
        """As in the JSON: clause, entity, id (or count), missing."""
        found: list[dict[str, Any]] = self.to_dict()["undetermined"]
        return found

    @property
    def refused(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.to_dict()["refused"]
        return found

    @property
    def complete(self) -> bool:
        """Whether nothing is left open: no payment undetermined, no place of the facts unread."""
        return not self.found.undetermined and not self._unread

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `huice eval`."""
        return self.plain.to_dict()


@frozen(eq=False)
class Totals:
    """What accrues, by clause and month: `fen[i, j]` (int64) is that of `clauses[i]` in `months[j]`. `undetermined`: of
    how many rows something that matters is not known, by clause. `numpy.asarray(totals)` is `fen`."""

    clauses: tuple[str, ...]
    months: tuple[str, ...]
    fen: NDArray[np.int64]
    undetermined: Mapping[str, int]
    faults: tuple[Fault, ...]

    def __repr__(self) -> str:
        over = f"{self.months[0]} to {self.months[-1]}" if self.months else "no months"
        return f"<huice.Totals: {counted(len(self.clauses), 'clause')}, {over}, {yuan(int(self.fen.sum()))} yuan>"

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        import numpy

        return numpy.array(self.fen, dtype=dtype, copy=copy)

    @property
    def complete(self) -> bool:
        """Whether nothing is left open: no payment undetermined, no place of the facts unread."""
        return not self.undetermined and not any(fault.severity == "error" for fault in self.faults)


@frozen
class Program:
    """A checked and compiled policy. `diagnostics` are the warnings that it was accepted with."""

    model: model.Program
    ir: ir.Program
    diagnostics: tuple[Diagnostic, ...]

    def __repr__(self) -> str:
        scenarios = ", ".join(self.model.scenarios) or "none"
        return f"<huice.Program {self.name}: {counted(len(self.model.clauses), 'clause')}; scenarios: {scenarios}>"

    @property
    def name(self) -> str:
        return self.model.name

    def _parameters(self, values: Mapping[str, object] | None) -> dict[str, Value]:
        return dict(parameter_value(self.model, name, value) for name, value in (values or {}).items())

    def evaluate(self, facts: Facts, until: str | None = None, set: Mapping[str, object] | None = None) -> Ledger:
        """Entitlements up to the month `until` ("2025-12"); `set` gives parameters ("820", "60%")."""
        parameters, last = self._parameters(set), _month(until)
        records = _facts(facts).records
        if records is not None:
            tables, faults = records(self.model)
            plain = evaluator.evaluate(self.ir, tables, until=last, parameters=parameters)
            return Ledger(plain, tuple(faults))
        from compiler.evaluate_columns import evaluate_columns

        columns, faults = facts.columns(self.model)
        return Ledger(evaluate_columns(self.model, self.ir, columns, until=last, parameters=parameters), tuple(faults))

    def totals(
        self,
        facts: Facts,
        until: str | None = None,
        set: Mapping[str, object] | None = None,
        threads: int | None = None,
    ) -> Totals:
        """What accrues, clauses × months, without a row a payment: the fast path. Amounts are whole fen (int64);
        OverflowError where a sum leaves them.
        `threads`: at most so many (None: as many as there are processors); the answer is the same with any number."""
        from compiler.evaluate_columns import total

        columns, faults = _facts(facts).columns(self.model)
        found = total(
            self.model, self.ir, columns, until=_month(until), parameters=self._parameters(set), threads=threads
        )
        months = tuple(month_text(found.first + i) for i in range(found.fen.shape[1]))
        return Totals(found.clauses, months, found.fen, found.undetermined, tuple(faults))

    def simulate(
        self,
        scenario: str | None = None,
        draws: int = 1024,
        seed: int = 1,
        engine: str = "auto",
        by: str | None = None,
        thresholds: Iterable[str | float] = (),
        on_progress: Progress | None = None,
        checkpoint: str | Path | None = None,
        resume: bool = False,
    ) -> Results:
        """The projection of a scenario; `thresholds` are amounts in yuan. `checkpoint`: a folder in which a long run
        keeps what is done, `resume`: go on with it. Interrupting raises `simulator.run.Interrupted`, a
        KeyboardInterrupt with the `.results` so far."""
        from huice.scenario_files import ScenarioFiles
        from simulator.checkpoint import Checkpoint
        from simulator.run import simulate

        place = None if checkpoint is None else Checkpoint(Path(checkpoint), resume)

        return simulate(
            self.model,
            self.ir,
            scenario,
            draws=index(draws),
            seed=index(seed),
            engine=engine,
            by=by,
            thresholds=tuple(fen_option(str(amount)) for amount in thresholds),
            on_progress=on_progress,
            checkpoint=place,
            files=ScenarioFiles(Path.cwd()),
        )

    def sensitivity(
        self,
        scenario: str | None = None,
        draws: int | None = None,
        seed: int = 1,
        engine: str = "auto",
        clauses: Iterable[str] | None = None,
        on_progress: Progress | None = None,
    ) -> Sensitivity:
        """Which unknown of a scenario moves its spending: Sobol indices and a tornado for the total, each clause and
        each year (the records of `simulator.sensitivity`). Interrupting raises `InterruptedAnalysis` of its `run`, a
        KeyboardInterrupt with what was `.found` so far."""
        from huice.scenario_files import ScenarioFiles
        from simulator.sensitivity import run

        return run.sensitivity(
            self.model,
            self.ir,
            scenario,
            draws=draws,
            seed=seed,
            engine=engine,
            clauses=None if clauses is None else tuple(clauses),
            on_progress=on_progress,
            files=ScenarioFiles(Path.cwd()),
        )

    def calibrate(self, facts: Facts, payments: Payments | None = None, **settings: Any) -> Calibration:
        """A scenario learnt from a roster and a ledger (a file, or records): `as_of`, `since`, `period`, `roster`,
        `name`, `set` as `huice.learning.face.calibrate` has them. See docs/learning.md."""
        from huice.learning.face import calibrate

        return calibrate(self, facts, payments, **settings)

    def reforecast(self, payments: Payments, as_of: str, **settings: Any) -> Forecast:
        """The year to date is known, the rest is forecast: `scenario`, `facts`, `draws`, `seed`, `by`, `thresholds`."""
        from huice.learning.face import reforecast

        return reforecast(self, payments, as_of, **settings)

    def backtest(self, facts: Facts, payments: Payments, cuts: Iterable[str], **settings: Any) -> Backtest:
        """Forecasts from cuts in the past against what was paid: `horizon`, `as_of`, `since`, `draws`, `seed` …"""
        from huice.learning.face import backtest

        return backtest(self, facts, payments, cuts, **settings)

    def save(self, results: Results, folder: str | Path, lang: Literal["en", "zh"] = "en") -> list[Path]:
        """The files of `huice simulate --out`: budget.xlsx, report.html, the results for `huice.Results.open`. OSError
        where they cannot be written."""
        from huice.reports.simulation_files import write_simulation
        from lang.diagnostics import Text

        written = write_simulation(results, self.model, Path(folder), lang)
        if isinstance(written, Text):
            raise OSError(written[lang])
        return written

    def to_python(self) -> str:
        """The readable evaluators."""
        return to_python(self.ir)


def _facts(given: Facts) -> Facts:
    if not isinstance(given, Facts):
        made = "huice.Facts.from_dict(…), from_path(…), from_frames(…) or from_columns(…)"
        raise TypeError(f"facts are made with {made}, not given as {type(given).__name__}")
    return given


def _month(given: str | None) -> Month | None:
    if given is not None and not isinstance(given, str):
        raise TypeError(f'a month is text such as "2025-12", not {type(given).__name__}')
    return month_option(given)


def _version(given: Program) -> tuple[model.Program, ir.Program]:
    if not isinstance(given, Program):
        raise TypeError(f"a version is what huice.load(…) gives, not {type(given).__name__}")
    return given.model, given.ir


def _program(loaded: Loaded) -> Program:
    if loaded.missing is not None:
        raise FileNotFoundError(loaded.missing.en)
    if loaded.model is None or loaded.ir is None:
        raise PolicyError([d for d in loaded.diagnostics if loaded.severity(d) == "error"])
    return Program(loaded.model, loaded.ir, loaded.diagnostics)


def load(path: str | Path) -> Program:
    """A policy from a file or `std:NAME`. PolicyError (with `.diagnostics`) when it has errors."""
    return _program(open_program(str(path)))


def loads(text: str, name: str = "<text>") -> Program:
    """A policy from text; modules are looked for in the current folder and among the standard policies."""
    return _program(open_source(Source(text, name), Path.cwd()))


def compare(
    a: Program,
    b: Program,
    scenario: str | None = None,
    draws: int = 1024,
    seed: int = 1,
    by: str | None = None,
    on_progress: Progress | None = None,
) -> Comparison:
    """What B costs more than A, draw by draw, with common random numbers."""
    from huice.scenario_files import ScenarioFiles
    from simulator.compare import compare as run

    return run(
        _version(a),
        _version(b),
        scenario,
        draws=index(draws),
        seed=index(seed),
        by=by,
        on_progress=on_progress,
        files=ScenarioFiles(Path.cwd()),
    )


def bridge(
    a: Program,
    b: Program,
    difference: Comparison,
    scenario: str | None = None,
    paid: bool = False,
    on_progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """The steps from A to B of a comparison, as `bridge` in the JSON of `huice compare`: they add up in every draw.

    `scenario` as `compare` was given it. `paid`: also of what is paid out of limited money, which takes whole runs.
    """
    from huice.scenario_files import ScenarioFiles
    from simulator.bridge.bridge import bridge as run

    made = run(
        _version(a),
        _version(b),
        difference,
        scenario=scenario,
        files=ScenarioFiles(Path.cwd()),
        paid=paid,
        on_progress=on_progress,
    )
    return made.to_list()
