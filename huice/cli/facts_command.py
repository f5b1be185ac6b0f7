"""`huice facts template` and `huice facts check`: the workbook that a policy needs, and what is wrong with a roster."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from huice.cli.common import (
    DATA,
    USAGE,
    emit,
    guarded,
    one_standard_input,
    shared_options,
    stop,
    unmasked_option,
    usable,
)
from huice.cli.progress import progress
from huice.settings import WrongSetting, month_option, parse_settings
from lang.diagnostics import Text

MOST_EVALUATED = 200_000  # rows that a check evaluates


class _Facts(click.Group):
    """Commands before options, so that they are seen first."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)


@click.group("facts", cls=_Facts)
def command() -> None:
    """Rosters: write the workbook that a policy needs, or check one that was filled in.

    Both commands take --json and --lang en|zh.
    """


@command.command("template")
@click.argument("file", metavar="FILE")
@click.option("--out", metavar="PATH", required=True, help="the workbook to write (.xlsx)")
@shared_options
@guarded
def template(file: str, out: str, as_json: bool, lang: str | None) -> None:
    """Write the workbook that FILE needs: its sheets and columns, drop-down lists, notes, an example row in each."""
    place = Path(out)
    loaded, language = usable(file, lang)
    if place.suffix.lower() != ".xlsx":
        stop(Text(f"--out {out}: the file is a .xlsx", f"--out {out}：请以 .xlsx 结尾"), language, USAGE)
    assert loaded.model is not None and loaded.ir is not None
    from huice.facts.template import template_sheets
    from huice.facts.template_workbook import write_template
    from huice.reports.files import write_whole

    model = loaded.model
    sheets = template_sheets(model, loaded.ir, language)
    try:
        write_whole(place, lambda to: write_template(sheets, model, to, language))
    except OSError as error:
        reason = error.strerror or str(error)
        stop(Text(f"{out} cannot be written: {reason}", f"无法写入 {out}：{reason}"), language, DATA)
    if as_json:
        listed = [
            {
                "sheet": sheet.name,
                "columns": [{"title": c.title, "read_by": list(c.clauses or sheet.clauses)} for c in sheet.columns],
            }
            for sheet in sheets
        ]
        emit({"version": 1, "workbook": out, "sheets": listed}, verbatim=True)
    else:
        click.echo(out)


@command.command("check")
@click.argument("file", metavar="FILE")
@click.argument("path", metavar="PATH")
@click.option("--until", metavar="MONTH", help="last month to evaluate (default: the policy's last)")
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="a parameter's value; repeatable")
@unmasked_option
@shared_options
@guarded
def check(file: str, path: str, until: str | None, settings: tuple[str, ...], as_json: bool, lang: str | None) -> None:
    """Read the roster PATH and say what is wrong with it and what is missing for FILE. Status 3: something could not be
    read."""
    one_standard_input(file, path)
    loaded, language = usable(file, lang)
    model, program = loaded.model, loaded.ir
    assert model is not None and program is not None
    try:
        parameters, last = parse_settings(model, settings), month_option(until)
    except WrongSetting as error:
        stop(error.text, language, USAGE)
    from compiler.evaluate import evaluate
    from compiler.fact_columns import to_facts
    from huice.facts.read import read_columns
    from huice.facts.survey import survey

    with progress(Text("reading", "读取名册")[language]) as on_progress:
        columns, faults = read_columns(model, path, loaded.facts_read, on_progress)
    ledger = None
    if columns.rows <= MOST_EVALUATED and (last is not None or program.last is not None):
        ledger = evaluate(program, to_facts(columns, model), until=last, parameters=parameters)
    found = survey(loaded, columns, faults, ledger)
    if as_json:
        emit(found.to_dict(language))
    else:
        from huice.facts.survey_text import print_survey

        print_survey(found, loaded, language)
    sys.exit(DATA if found.errors else 0)
