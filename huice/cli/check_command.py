"""`huice check`: everything that is wrong with policies, all at once."""

from __future__ import annotations

import sys

import click

from huice.cli.common import (
    FINDINGS,
    USAGE,
    emit,
    guarded,
    language_of,
    one_standard_input,
    shared_options,
    show_diagnostics,
    stop,
)
from huice.programs import Loaded, open_program
from lang.diagnostics import Text
from lang.render import to_json


@click.command("check")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--deep", is_flag=True, help="add the proofs by solver (not supported yet)")
@shared_options
@guarded
def command(files: tuple[str, ...], deep: bool, as_json: bool, lang: str | None) -> None:
    """Parse, resolve, type-check and analyse policies. Status 1 when there are errors."""
    one_standard_input(*files)
    opened = [open_program(file) for file in files]
    for loaded in opened:
        if loaded.missing is not None:
            stop(loaded.missing, language_of(loaded, lang), USAGE)
    language = language_of(opened[0], lang)
    if deep:
        stop(Text("not supported yet: check --deep", "尚不支持 check --deep"), language, USAGE)
    diagnostics = tuple(d for loaded in opened for d in loaded.diagnostics)
    errors = sum(1 for d in diagnostics if Loaded.severity(d) == "error")
    if as_json:
        emit({"version": 1, "diagnostics": to_json(diagnostics, language)})
    else:
        show_diagnostics(diagnostics, language)
        others = len(diagnostics) - errors
        clauses = sum(len(loaded.model.clauses) for loaded in opened if loaded.model is not None)
        summary = (
            Text(f"{errors} errors, {others} other findings", f"{errors} 处错误，{others} 条其他提示")
            if diagnostics
            else Text(f"no findings: {clauses} clauses", f"未发现问题：共 {clauses} 个条款")
        )
        click.echo(summary[language], err=bool(errors))
    sys.exit(FINDINGS if errors else 0)
