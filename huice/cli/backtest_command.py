"""`huice backtest`: forecasts from cuts in the past, held against what was paid."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from huice.cli.common import (
    DATA,
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
from huice.cli.learning_options import (
    Data,
    month_of_option,
    read_data,
    set_lines,
    stop_learning,
)
from huice.cli.progress import INTERRUPTED, NOTHING_DONE, progress
from huice.cli.roster import FORMS
from huice.cli.run_options import DRAWS, SEED
from huice.learning.payments import entitlements
from huice.learning.scenario_file import checked
from huice.programs import Loaded
from huice.scenario_files import ScenarioFiles
from huice.settings import WrongSetting, parse_settings
from lang.dates import Month
from lang.diagnostics import Language, Text
from simulator.learning.backtest import Backtest, Source, backtest
from simulator.learning.calibrate import LearningError
from simulator.learning.forecast import Settings
from simulator.plan import SimulationError
from simulator.run import Interrupted


@click.command("backtest")
@click.argument("file", metavar="FILE")
@click.option("--facts", "facts_path", required=True, metavar="PATH", help=f"the roster: {FORMS}")
@click.option("--payments", "payments_path", required=True, metavar="PATH", help="the payment ledger")
@click.option("--cuts", required=True, metavar="M,M,…", help="months at whose end forecasts are made: 2023-06,2023-12")
@click.option("--horizon", type=click.IntRange(1, 120), default=12, show_default=True, help="months forecast from each")
@click.option("--as-of", metavar="MONTH", help="the payments are complete to this month (default: their last one)")
@click.option("--since", metavar="MONTH", help="the roster is complete from this month on (default: its first arrival)")
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="a parameter's value; repeatable")
@click.option("--draws", type=DRAWS, default=512, show_default=True, help="draws of the world")
@click.option("--seed", type=SEED, default=1, show_default=True, help="the same seed, the same figures")
@click.option("--out", metavar="DIR", help="write report.html and results.json")
@shared_options
@guarded
def command(
    file: str,
    facts_path: str,
    payments_path: str,
    cuts: str,
    horizon: int,
    as_of: str | None,
    since: str | None,
    settings: tuple[str, ...],
    draws: int,
    seed: int,
    out: str | None,
    as_json: bool,
    lang: str | None,
) -> None:
    """How good forecasts would have been: made at each cut from what was known then, against what was paid.

    Bias, and how many of the intervals of 50, 80 and 95% hold what was paid: near these shares is honest, fewer is too
    sure. Status 3: rows could not be used (the rest was), or the data are too short.
    """
    one_standard_input(file, facts_path)
    loaded, language = usable(file, lang)
    model, program = loaded.model, loaded.ir
    assert model is not None and program is not None
    try:
        parameters = parse_settings(model, settings)
    except WrongSetting as error:
        stop(error.text, language, USAGE)
    months = [month_of_option(text.strip(), "--cuts", language) for text in cuts.split(",") if text.strip()]
    if not months:
        stop(Text("--cuts names no month", "--cuts 没有月份"), language, USAGE)
    known_to = month_of_option(as_of, "--as-of", language)
    data = read_data(loaded, facts_path, payments_path, language)
    last = known_to if known_to is not None else _last_paid(data)
    payments = tuple(p for p in data.payments if p.paid <= last)
    source = Source(
        program=model,
        compiled=program,
        read=loaded.facts_read,
        facts=data.facts,
        payments=payments,
        dues_at=lambda facts, month: entitlements(model, program, facts, data.paid or (), month, parameters)[0],
        checked=lambda text: checked(model, text),
        sets=set_lines(model, settings),
        given=frozenset(parameters),
        since=month_of_option(since, "--since", language),
    )
    try:
        with progress(Text("testing", "检验中")[language]) as on_progress:
            found = backtest(
                source,
                [month for month in months if month is not None],
                horizon,
                last,
                Settings(draws=draws, seed=seed, files=ScenarioFiles(Path.cwd()), on_progress=on_progress),
            )
    except LearningError as error:
        stop_learning(error, data.faults, language)
    except SimulationError as error:
        stop_with(error.diagnostics, language)
    except Interrupted:
        fail(NOTHING_DONE, language, INTERRUPTED)
    _finish(found, loaded, data, out, language, as_json)


def _finish(found: Backtest, loaded: Loaded, data: Data, out: str | None, language: Language, as_json: bool) -> None:
    assert loaded.model is not None
    result = found.to_dict(language)
    if as_json:
        emit(result | {"faults": [fault.to_dict(language) for fault in data.faults]})
    else:
        from huice.reports.backtest_text import print_backtest

        print_backtest(result, loaded.model, language)
    show_faults(data.faults, language)
    if out is not None:
        from huice.reports.backtest_files import write_backtest

        written = write_backtest(result, loaded.model, Path(out), language)
        if isinstance(written, Text):
            fail(written, language, USAGE)
        for path in written:
            click.echo(Text(f"wrote {path}", f"已写入 {path}")[language], err=True)
    sys.exit(DATA if data.unread else 0)


def _last_paid(data: Data) -> Month:
    return max((p.paid for p in data.payments), default=0)
