"""`huice reforecast`: the year to date is known, the unknowns are updated by it, the rest is simulated."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from huice.cli.common import (
    USAGE,
    emit,
    fail,
    guarded,
    one_standard_input,
    shared_options,
    show_faults,
    stop,
    stop_with,
    usable,
)
from huice.cli.learning_options import Data, month_of_option, read_data, stop_learning
from huice.cli.progress import INTERRUPTED, NOTHING_DONE, progress
from huice.cli.roster import FORMS
from huice.cli.run_options import DRAWS, SEED
from huice.learning.payments import entitlements
from huice.learning.scenarios import file_of, name_of, same_policy
from huice.scenario_files import ScenarioFiles
from huice.settings import WrongSetting, fen_option
from lang.diagnostics import Language, Text, counted
from simulator.choose import choose_scenario
from simulator.learning.calibrate import LearningError
from simulator.learning.forecast import Forecast, Settings, reforecast
from simulator.learning.known_at import known_at
from simulator.learning.so_far import SoFar
from simulator.plan import SimulationError
from simulator.run import Interrupted


@click.command("reforecast")
@click.argument("file", metavar="FILE")
@click.option("--scenario", metavar="S", help="a scenario of FILE by name, or a file that has one")
@click.option("--payments", "payments_path", required=True, metavar="PATH", help="the payment ledger")
@click.option("--as-of", required=True, metavar="MONTH", help="the ledger is known to the end of this month")
@click.option("--facts", "facts_path", metavar="PATH", help=f"the roster as it is known by then: {FORMS}")
@click.option("--draws", type=DRAWS, default=1024, show_default=True, help="draws of the world")
@click.option("--seed", type=SEED, default=1, show_default=True, help="the same seed, the same figures")
@click.option(
    "--engine",
    type=click.Choice(["auto", "cohort", "person"]),
    default="auto",
    show_default=True,
    help="how to simulate",
)
@click.option("--by", metavar="NAME", help="also by a kind-valued attribute or definition, such as district")
@click.option("--threshold", "thresholds", metavar="AMOUNT", multiple=True, help="chance of more than this; repeatable")
@click.option("--out", metavar="DIR", help="write what `huice simulate --out` writes")
@shared_options
@guarded
def command(
    file: str,
    scenario: str | None,
    payments_path: str,
    as_of: str,
    facts_path: str | None,
    draws: int,
    seed: int,
    engine: str,
    by: str | None,
    thresholds: tuple[str, ...],
    out: str | None,
    as_json: bool,
    lang: str | None,
) -> None:
    """What the year will cost now that a part of it is known.

    The scenario's period holds the months that were paid and those to come. With --facts people go on from the state in
    which they are, which tells far more than the ledger alone. Status 3: the data contradict the scenario, or rows
    could not be used.
    """
    one_standard_input(file, *([facts_path] if facts_path is not None else []))
    loaded, language = usable(file_of(file, scenario), lang)
    model, program = loaded.model, loaded.ir
    if not same_policy(file, loaded):
        stop(Text(f"{scenario} is a scenario for another policy", f"{scenario} 是另一政策的情景"), language, USAGE)
    assert model is not None and program is not None
    cut = month_of_option(as_of, "--as-of", language)
    assert cut is not None
    try:
        limits = tuple(fen_option(text) for text in thresholds)
    except WrongSetting as error:
        stop(error.text, language, USAGE)
    data = read_data(loaded, facts_path, payments_path, language)
    if data.unread:
        _stop_at(data, language)
    try:
        with progress(Text("forecasting", "预测中")[language]) as on_progress:
            name = name_of(loaded, scenario)
            chosen = choose_scenario(model, name)
            dues, facts = None, None
            if facts_path is not None:
                facts = known_at(model, data.facts, cut)
                dues, _ = entitlements(model, program, facts, data.paid or (), cut, chosen.sets)
            found = reforecast(
                model,
                program,
                name,
                SoFar(cut=cut, payments=data.payments, dues=dues),
                facts,
                Settings(
                    draws=draws, seed=seed, engine=engine, by=by, thresholds=limits,
                    files=ScenarioFiles(Path.cwd()), on_progress=on_progress,
                ),
            )  # fmt: skip
    except LearningError as error:
        stop_learning(error, data.faults, language)
    except SimulationError as error:
        stop_with(error.diagnostics, language)
    except Interrupted:
        fail(NOTHING_DONE, language, INTERRUPTED)
    _finish(found, data, out, language, as_json)


def _finish(found: Forecast, data: Data, out: str | None, language: Language, as_json: bool) -> None:
    from huice.reports.learning_text import print_forecast, tell

    policy = found.results.plan.policy
    if as_json:
        emit(found.to_dict() | {"faults": [fault.to_dict(language) for fault in data.faults]})
    else:
        print_forecast(found.to_dict(), policy, language)
        tell(found.notes, language)
    show_faults(data.faults, language)
    if out is not None:
        from huice.reports.simulation_files import write_simulation

        written = write_simulation(found.results, policy, Path(out), language, found.learnt())
        if isinstance(written, Text):
            stop(written, language, USAGE)
        for path in written:
            click.echo(Text(f"wrote {path}", f"已写入 {path}")[language], err=True)
    sys.exit(0)


def _stop_at(data: Data, language: Language) -> NoReturn:
    """Money is at stake: a forecast is not made from a ledger of which rows are left out."""
    errors = sum(fault.severity == "error" for fault in data.faults)
    text = Text(
        f"{counted(errors, 'row')} of ledger or roster cannot be used; mend what is wrong first, "
        "for what was paid enters the forecast to the fen",
        f"台账或名册中有{errors}行无法采用；请先改正，因为已支付金额须分毫不差地计入预测",
    )
    stop_learning(LearningError(text), data.faults, language)
