"""`huice simulate`: what the policy will cost."""

from __future__ import annotations

from pathlib import Path

import click

from huice.cli.common import USAGE, emit, fail, guarded, shared_options, stop, stop_with, usable
from huice.cli.progress import progress
from huice.reports.simulation_files import write_simulation
from huice.reports.simulation_text import print_simulation
from huice.settings import WrongSetting, fen_option
from lang.diagnostics import Text
from simulator.plan import SimulationError
from simulator.run import simulate


@click.command("simulate")
@click.argument("file", metavar="FILE")
@click.option("--scenario", metavar="NAME", help="which scenario (default: the only one, or baseline)")
@click.option("--draws", type=click.IntRange(1, 1 << 22), default=1024, show_default=True, help="draws of the world")
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True, help="the same seed, the same figures"
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "exact", "cohort", "person"]),
    default="auto",
    show_default=True,
    help="how to compute (exact and cohort are not supported yet; auto takes the best there is)",
)
@click.option("--by", metavar="NAME", help="also by a kind-valued attribute or definition, such as district")
@click.option("--clauses", metavar="A,B", help="only these clauses")
@click.option("--threshold", "thresholds", metavar="AMOUNT", multiple=True, help="chance of more than this; repeatable")
@click.option("--out", metavar="DIR", help="write budget.xlsx, report.html, draws.parquet, results.json, manifest.json")
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
    title = Text("simulating", "模拟中")[language]
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
                clauses=tuple(name.strip() for name in clauses.split(",")) if clauses else None,
                on_progress=on_progress,
            )
    except SimulationError as error:
        stop_with(error.diagnostics, language)
    if as_json:
        emit(results.to_dict())
    else:
        print_simulation(results.to_dict(), model, language)
    if out is not None:
        written = write_simulation(results, model, Path(out), language)
        if isinstance(written, Text):
            fail(written, language, USAGE)
        for path in written:
            click.echo(Text(f"wrote {path}", f"已写入 {path}")[language], err=True)
