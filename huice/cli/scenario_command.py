"""`huice scenario from-workbook` and `to-workbook`: assumptions as a workbook that is edited, and back."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import click

from huice.cli.common import DATA, FINDINGS, USAGE, emit, guarded, language_of, shared_options, stop, stop_with, usable
from huice.facts.faults import Fault
from lang.diagnostics import Language, Text


class _Scenario(click.Group):
    """Commands before options, so that they are seen first."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)


@click.group("scenario", cls=_Scenario)
def command() -> None:
    """Assumptions in a spreadsheet: write them as a workbook, or read an edited one back as a scenario.

    Both commands take --json and --lang en|zh. A budget.xlsx of `huice simulate --out` can be read back too.
    """


@command.command("to-workbook")
@click.argument("file", metavar="FILE")
@click.option("--scenario", metavar="NAME", help="which scenario (default: the only one, or baseline)")
@click.option("--out", metavar="PATH", required=True, help="the workbook to write (.xlsx)")
@shared_options
@guarded
def to_workbook(file: str, scenario: str | None, out: str, as_json: bool, lang: str | None) -> None:
    """Write the assumptions of a scenario as a workbook, each figure in a cell of its own."""
    place = Path(out)
    loaded, language = usable(file, lang)
    if place.suffix.lower() != ".xlsx":
        stop(Text(f"--out {out}: the file is a .xlsx", f"--out {out}：请以 .xlsx 结尾"), language, USAGE)
    assert loaded.model is not None
    from huice.reports.budget.workbook import write_assumptions
    from huice.reports.files import write_whole
    from simulator.choose import choose_scenario
    from simulator.plan import SimulationError

    try:
        name = choose_scenario(loaded.model, scenario).name
    except SimulationError as error:
        stop_with(error.diagnostics, language)
    model = loaded.model
    try:
        write_whole(place, lambda path: write_assumptions(path, model, name, language))
    except OSError as error:
        stop(Text(f"{out}: cannot be written ({error})", f"{out}：无法写入（{error}）"), language, USAGE)
    _wrote(place, as_json, language)


@command.command("from-workbook")
@click.argument("workbook", metavar="WORKBOOK")
@click.option("--out", metavar="PATH", required=True, help="the scenario to write (.policy)")
@shared_options
@guarded
def from_workbook(workbook: str, out: str, as_json: bool, lang: str | None) -> None:
    """Read the sheet of assumptions back as a scenario.

    The scenario is checked against its policy, which is looked for beside PATH, then among the standard policies. What
    is wrong is told by sheet and cell, and then nothing is written.
    """
    from huice.scenario_book.convert import converted

    place = Path(out)
    language = language_of(None, lang)
    if place.suffix.lower() != ".policy":
        stop(Text(f"--out {out}: the file is a .policy", f"--out {out}：请以 .policy 结尾"), language, USAGE)
    found = converted(Path(workbook), place)
    language = found.language if lang is None and found.language is not None else language
    if found.text is None:
        _stop_with(found.faults, as_json, language)
    from huice.reports.files import write_whole

    text = found.text
    try:
        write_whole(place, lambda path: _text(path, text))
    except OSError as error:
        stop(Text(f"{out}: cannot be written ({error})", f"{out}：无法写入（{error}）"), language, USAGE)
    for fault in found.faults:
        click.echo(f"huice: {fault.line(language)}", err=True)
    _wrote(place, as_json, language)


def _text(place: Path, text: str) -> None:
    place.write_text(text, encoding="utf-8")


def _wrote(place: Path, as_json: bool, language: Language) -> None:
    if as_json:
        emit({"version": 1, "written": str(place)})
    else:
        click.echo(Text(f"wrote {place}", f"已写入 {place}")[language])


def _stop_with(faults: list[Fault], as_json: bool, language: Language) -> NoReturn:
    """Status 3 where the workbook could not be read, 1 where what it says is wrong."""
    if as_json:
        emit({"version": 1, "faults": [fault.to_dict(language) for fault in faults]})
    for fault in faults:
        click.echo(f"huice: {fault.line(language)}", err=True)
    raise SystemExit(DATA if any(fault.row is None for fault in faults) else FINDINGS)
