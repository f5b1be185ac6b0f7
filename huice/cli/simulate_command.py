"""`huice simulate`: what the policy will cost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from compiler import ir
from huice.cli.checkpoints import NO_PLACE, kept, tell_of, unwritable
from huice.cli.common import DATA, USAGE, emit, fail, guarded, shared_options, show_faults, stop, stop_with, usable
from huice.cli.learning_options import read_data
from huice.cli.progress import INTERRUPTED, NOTHING_DONE, progress
from huice.cli.run_options import DRAWS, SEED
from huice.programs import Loaded
from huice.reports.actual import actual, by_month
from huice.reports.simulation_files import write_simulation
from huice.reports.simulation_text import print_simulation
from huice.scenario_files import ScenarioFiles
from huice.settings import WrongSetting, fen_option
from lang.dates import Month
from lang.diagnostics import Language, Text
from lang.model import Program
from simulator.checkpoint import Checkpoint, CheckpointError
from simulator.figures.results import Results
from simulator.plan import SimulationError
from simulator.run import Interrupted, simulate
from simulator.sensitivity.results import Sensitivity


@click.command("simulate")
@click.argument("file", metavar="FILE")
@click.option("--scenario", metavar="NAME", help="which scenario (default: the only one, or baseline)")
@click.option("--draws", type=DRAWS, default=1024, show_default=True, help="draws of the world")
@click.option("--seed", type=SEED, default=1, show_default=True, help="the same seed, the same figures")
@click.option(
    "--engine",
    type=click.Choice(["auto", "exact", "cohort", "person"]),
    default="auto",
    show_default=True,
    help="how to compute: the distribution itself, counts, people one by one; auto takes the cheapest that is valid",
)
@click.option("--by", metavar="NAME", help="also by a kind-valued attribute or definition, such as district")
@click.option("--clauses", metavar="A,B", help="only these clauses")
@click.option("--threshold", "thresholds", metavar="AMOUNT", multiple=True, help="chance of more than this; repeatable")
@click.option("--out", metavar="DIR", help="write budget.xlsx, report.html, results.json, manifest.json, *.parquet")
@click.option(
    "--checkpoint", "place", metavar="DIR", help="where a long run keeps what is done (default: in --out DIR)"
)
@click.option("--sensitivity", "drivers", is_flag=True, help="also which unknown moves the spending most (more runs)")
@click.option("--payments", "ledger", metavar="PATH", help="what was paid in fact, marked in the report")
@click.option("--resume", is_flag=True, help="go on with the run that was stopped, from its checkpoint")
@shared_options
@guarded
def command(
    file: str,
    scenario: str | None,
    draws: int,
    seed: int,
    engine: str,
    by: str | None,
    clauses: str | None,
    thresholds: tuple[str, ...],
    out: str | None,
    drivers: bool,
    ledger: str | None,
    place: str | None,
    resume: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """The projection of a scenario: spending by clause, fund, year, with its uncertainty."""
    loaded, language = usable(file, lang)
    model, program = loaded.model, loaded.ir
    assert model is not None and program is not None
    try:
        limits = tuple(fen_option(text) for text in thresholds)
    except WrongSetting as error:
        stop(error.text, language, USAGE)
    checkpoint = kept(place, out, resume)
    if checkpoint is None and resume:
        stop(NO_PLACE, language, USAGE)
    in_fact = None if ledger is None else _in_fact(loaded, ledger, language)
    title = Text("simulating", "模拟中")[language]
    stopped = False
    try:
        with progress(title) as on_progress:
            results = simulate(
                model,
                program,
                scenario,
                draws=draws,
                seed=seed,
                engine=engine,
                by=by,
                thresholds=limits,
                clauses=tuple(name.strip() for name in clauses.split(",")) if clauses is not None else None,
                on_progress=on_progress,
                checkpoint=checkpoint,
                files=ScenarioFiles(Path.cwd()),
            )
    except SimulationError as error:
        stop_with(error.diagnostics, language)
    except CheckpointError as error:
        stop(error.text, language, DATA)
    except OSError as error:
        stop(unwritable(checkpoint, error), language, USAGE)
    except Interrupted as error:
        if error.results is None:
            fail(NOTHING_DONE, language, INTERRUPTED)
        results, stopped = error.results, True
    more: dict[str, Any] = {}
    found = _drivers(model, program, scenario, seed, language) if drivers and not stopped else None
    if found is not None:
        more["sensitivity"] = found.to_dict(language)
        del more["sensitivity"]["timing"]  # the rest is the same bytes for the same run
    if in_fact is not None:
        more["actual"] = actual(results.plan.scenario, in_fact)
    if as_json:
        emit(results.to_dict() | more)
    else:
        print_simulation(results.to_dict(), model, language)
        if found is not None:
            from huice.reports.sensitivity_text import print_sensitivity

            click.echo()
            print_sensitivity(found, model, language)
    if out is not None:
        written = write_simulation(results, model, Path(out), language, more)
        if isinstance(written, Text):
            fail(written, language, USAGE)
        for path in written:
            click.echo(Text(f"wrote {path}", f"已写入 {path}")[language], err=True)
    tell_of(checkpoint, language)
    if stopped:
        fail(_go_on(results, checkpoint), language, INTERRUPTED)
    if checkpoint is not None:
        checkpoint.remove()


def _drivers(
    model: Program, program: ir.Program, scenario: str | None, seed: int, language: Language
) -> Sensitivity | None:
    """As `huice sensitivity` with its usual draws; nothing where it was stopped before there was anything."""
    from simulator.sensitivity.run import InterruptedAnalysis, sensitivity

    try:
        with progress(Text("analysing", "分析中")[language]) as on_progress:
            return sensitivity(
                model,
                program,
                scenario,
                seed=seed,
                measures=("entitled",),
                on_progress=on_progress,
                files=ScenarioFiles(Path.cwd()),
            )
    except SimulationError as error:
        stop_with(error.diagnostics, language)
    except InterruptedAnalysis as stopped:
        return stopped.found


def _in_fact(loaded: Loaded, ledger: str, language: Language) -> Mapping[Month, int]:
    """Fen paid by month. Ends with status 3 where a row cannot be read: a sum without it would be wrong."""
    data = read_data(loaded, None, ledger, language)
    show_faults(data.faults, language)
    if data.unread:
        text = Text(f"{ledger}: rows cannot be read; mend them first", f"{ledger}：有无法读取的行，请先改正")
        stop(text, language, DATA)
    return by_month(data.payments)


def _go_on(results: Results, checkpoint: Checkpoint | None) -> Text:
    text = results.stopped_text
    if checkpoint is None or checkpoint.failed is not None:
        return text
    return Text(f"{text.en}; --resume goes on from there", f"{text.zh}；加 --resume 可继续")
