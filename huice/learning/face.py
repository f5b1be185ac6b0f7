"""The Python face of learning: `calibrate`, `reforecast`, `backtest` of a `huice.Program`. See docs/python.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from compiler.facts import Facts as Tables
from huice.audit.read import payments_from_rows, read_payments
from huice.audit.records import Paid
from huice.audit.roster import Roster, roster_of
from huice.facts.faults import Fault
from huice.learning.payments import entitlements, facts_read, plain, usable
from huice.learning.scenario_file import canonical, checked
from huice.scenario_files import ScenarioFiles
from huice.settings import fen_option, month_option, parameter_value
from lang.dates import Month
from lang.diagnostics import Language, Text
from lang.types import Value
from simulator.learning.backtest import Backtest, Source
from simulator.learning.backtest import backtest as run_backtest
from simulator.learning.calibrate import Calibration as Learnt
from simulator.learning.calibrate import LearningError, Request
from simulator.learning.calibrate import calibrate as run_calibrate
from simulator.learning.forecast import Forecast, Settings
from simulator.learning.forecast import reforecast as run_reforecast
from simulator.learning.known_at import known_at, last_told
from simulator.learning.scenario_text import value_text
from simulator.learning.so_far import SoFar

if TYPE_CHECKING:
    from huice.face import Facts, Program

Progress = Callable[[int, int], None]
Payments = str | Path | Sequence[Mapping[str, Any]]  # a file, or records as in the JSON form


@frozen(eq=False)
class Calibration:
    """`text`: the scenario in canonical form. `faults`: rows that could not be used."""

    text: str
    learnt: Learnt
    faults: tuple[Fault, ...]

    @property
    def complete(self) -> bool:
        """Whether the scenario can be simulated as it is."""
        return self.learnt.complete

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """The JSON of `huice calibrate`."""
        return self.learnt.to_dict(language) | {"text": self.text}


@frozen
class _Ledger:
    paid: tuple[Paid, ...]
    faults: tuple[Fault, ...]


def _ledger(program: Program, payments: Payments, facts: Tables | None) -> _Ledger:
    roster = Roster({}, {}) if facts is None else roster_of(program.model, facts)
    if isinstance(payments, str | Path):
        file = str(payments)
        rows, faults = read_payments(program.model, roster, file)
    else:
        file = "<payments>"
        rows, faults = payments_from_rows(program.model, roster, payments)
    found = usable(program.model, rows, file, roster=facts is not None)
    return _Ledger(found.payments, (*faults, *found.faults))


def _month(text: str | None) -> Month | None:
    return month_option(text)


def _sets(program: Program, values: Mapping[str, Value]) -> tuple[str, ...]:
    parameters = program.model.parameters
    return tuple(f"set {name} = {value_text(value, parameters[name].type)}" for name, value in values.items())


def calibrate(
    program: Program,
    facts: Facts,
    payments: Payments | None = None,
    *,
    as_of: str | None = None,
    since: str | None = None,
    period: tuple[str, str],
    roster: str | None = None,
    name: str = "calibrated",
    set: Mapping[str, object] | None = None,
    on_progress: Progress | None = None,
) -> Calibration:
    """`roster`: the path under which the scenario starts from the roster; None: it starts from nobody. LearningError
    where there is nothing to learn from."""
    tables, faults = facts.read(program.model)
    values = dict(parameter_value(program.model, key, value) for key, value in (set or {}).items())
    last = _month(as_of) if as_of is not None else last_told(tables)
    if last is None:
        raise LearningError(
            Text("nothing in the roster tells of a month: give as_of", "名册未提及任何月份：请给出 as_of")
        )
    first, end = (_month(text) for text in period)
    assert first is not None and end is not None
    request = Request(
        as_of=last, first=first, last=end, reference=program.name, since=_month(since), roster=roster, name=name,
        language=program.model.language, sets=_sets(program, values), given=frozenset(values),
    )  # fmt: skip
    dues = None
    if payments is not None:
        ledger = _ledger(program, payments, tables)
        faults = [*faults, *ledger.faults]
        dues, _ = entitlements(
            program.model, program.ir, known_at(program.model, tables, last), ledger.paid, last, values
        )
    learnt = run_calibrate(program.model, facts_read(program.ir), tables, dues, request, on_progress)
    folder = Path(program.model.sources[-1].name).parent
    return Calibration(canonical(learnt.text, folder, program.model.language), learnt, tuple(faults))


def reforecast(
    program: Program,
    payments: Payments,
    as_of: str,
    *,
    scenario: str | None = None,
    facts: Facts | None = None,
    draws: int = 1024,
    seed: int = 1,
    by: str | None = None,
    thresholds: Iterable[str | float] = (),
    on_progress: Progress | None = None,
) -> Forecast:
    """LearningError where ledger and scenario contradict each other, or rows cannot be used."""
    from simulator.choose import choose_scenario

    cut = _month(as_of)
    assert cut is not None
    tables = None if facts is None else facts.read(program.model)[0]
    ledger = _ledger(program, payments, tables)
    wrong = [fault for fault in ledger.faults if fault.severity == "error"]
    if wrong:
        raise LearningError(*(Text(fault.line("en"), fault.line("zh")) for fault in wrong))
    dues = None
    if tables is not None:
        sets = choose_scenario(program.model, scenario).sets
        dues, _ = entitlements(program.model, program.ir, known_at(program.model, tables, cut), ledger.paid, cut, sets)
    settings = Settings(
        draws=draws, seed=seed, by=by, thresholds=tuple(fen_option(str(amount)) for amount in thresholds),
        files=ScenarioFiles(Path.cwd()), on_progress=on_progress,
    )  # fmt: skip
    so_far = SoFar(cut=cut, payments=plain(ledger.paid), dues=dues)
    return run_reforecast(program.model, program.ir, scenario, so_far, tables, settings)


def backtest(
    program: Program,
    facts: Facts,
    payments: Payments,
    cuts: Iterable[str],
    *,
    horizon: int = 12,
    as_of: str | None = None,
    since: str | None = None,
    set: Mapping[str, object] | None = None,
    draws: int = 512,
    seed: int = 1,
    on_progress: Progress | None = None,
) -> Backtest:
    """LearningError where the data are too short."""
    tables, _ = facts.read(program.model)
    ledger = _ledger(program, payments, tables)
    values = dict(parameter_value(program.model, key, value) for key, value in (set or {}).items())
    made = plain(ledger.paid)
    last = _month(as_of) if as_of is not None else max((p.paid for p in made), default=0)
    assert last is not None

    def dues_at(known: Tables, month: Month) -> Any:
        return entitlements(program.model, program.ir, known, ledger.paid, month, values)[0]

    source = Source(
        program=program.model, compiled=program.ir, read=facts_read(program.ir), facts=tables,
        payments=tuple(p for p in made if p.paid <= last), dues_at=dues_at,
        checked=lambda text: checked(program.model, text), sets=_sets(program, values), given=frozenset(values),
        since=_month(since),
    )  # fmt: skip
    months = [month for text in cuts if (month := _month(text)) is not None]
    settings = Settings(draws=draws, seed=seed, files=ScenarioFiles(Path.cwd()), on_progress=on_progress)
    return run_backtest(source, months, horizon, last, settings)
