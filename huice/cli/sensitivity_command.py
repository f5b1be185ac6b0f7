"""`huice sensitivity`: which unknown drives the budget."""

from __future__ import annotations

from pathlib import Path

import click

from huice.cli.common import emit, fail, guarded, shared_options, stop_with, usable
from huice.cli.progress import INTERRUPTED, NOTHING_DONE, progress
from huice.cli.run_options import DRAWS, SEED
from huice.reports.sensitivity_text import print_sensitivity
from huice.scenario_files import ScenarioFiles
from lang.diagnostics import Text
from simulator.plan import SimulationError
from simulator.sensitivity import run
from simulator.sensitivity.results import MEASURES


@click.command("sensitivity")
@click.argument("file", metavar="FILE")
@click.option("--scenario", metavar="NAME", help="which scenario (default: the only one, or baseline)")
@click.option(
    "--draws",
    type=DRAWS,
    help="draws of the design, each of them some worlds an unknown (default: 512 where computed, 128 where simulated)",
)
@click.option("--seed", type=SEED, default=1, show_default=True, help="the same seed, the same figures")
@click.option(
    "--engine",
    type=click.Choice(["auto", "exact", "cohort", "person"]),
    default="auto",
    show_default=True,
    help="how to compute (auto takes the cheapest that is valid, part by part)",
)
@click.option(
    "--measure",
    type=click.Choice(["entitled", "paid", "both"]),
    default="both",
    show_default=True,
    help="of what (paid takes longer where money is limited)",
)
@click.option("--clauses", metavar="A,B", help="only these clauses")
@shared_options
@guarded
def command(
    file: str,
    scenario: str | None,
    draws: int | None,
    seed: int,
    engine: str,
    measure: str,
    clauses: str | None,
    as_json: bool,
    lang: str | None,
) -> None:
    """Which unknown of a scenario moves the spending most: Sobol indices, a tornado, what to study first."""
    loaded, language = usable(file, lang)
    assert loaded.model is not None and loaded.ir is not None
    stopped = False
    try:
        with progress(Text("analysing", "分析中")[language]) as on_progress:
            found = run.sensitivity(
                loaded.model,
                loaded.ir,
                scenario,
                draws=draws,
                seed=seed,
                engine=engine,
                measures=tuple(one for one in MEASURES if measure in (one, "both")),
                clauses=tuple(name.strip() for name in clauses.split(",")) if clauses is not None else None,
                on_progress=on_progress,
                files=ScenarioFiles(Path.cwd()),
            )
    except SimulationError as error:
        stop_with(error.diagnostics, language)
    except run.InterruptedAnalysis as error:
        if error.found is None:
            fail(NOTHING_DONE, language, INTERRUPTED)
        found, stopped = error.found, True
    if as_json:
        emit(found.to_dict(language))
    else:
        print_sensitivity(found, loaded.model, language)
    if stopped:
        fail(found.stopped_text, language, INTERRUPTED)
