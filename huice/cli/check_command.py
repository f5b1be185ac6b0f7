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
from lang.diagnostics import Diagnostic, Language, Text, counted
from lang.render import to_json


@click.command("check")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--deep", is_flag=True, help="add the proofs by solver")
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
    diagnostics = tuple(d for loaded in opened for d in loaded.diagnostics) + _findings(opened, deep, language)
    errors = sum(1 for d in diagnostics if Loaded.severity(d) == "error")
    if as_json:
        emit({"version": 1, "diagnostics": to_json(diagnostics, language)})
    else:
        show_diagnostics(diagnostics, language)
        others = len(diagnostics) - errors
        clauses = sum(len(loaded.model.clauses) for loaded in opened if loaded.model is not None)
        summary = (
            Text(
                f"{counted(errors, 'error')}, {counted(others, 'other finding')}",
                f"{errors} 处错误，{others} 条其他提示",
            )
            if diagnostics
            else Text(f"no findings: {counted(clauses, 'clause')}", f"未发现问题：共 {clauses} 个条款")
        )
        click.echo(summary[language], err=bool(errors))
    sys.exit(FINDINGS if errors else 0)


def _findings(opened: list[Loaded], deep: bool, language: Language) -> tuple[Diagnostic, ...]:
    """What the analyses find in the policies that can be compiled, taken together."""
    from compiler.proofs.finding import Policy
    from compiler.proofs.registry import FAST

    policies = [Policy(one.model, one.ir) for one in opened if one.model is not None and one.ir is not None]
    if not policies or not (FAST or deep):
        return ()
    from compiler.backends.smt.solver import SolverMissing
    from compiler.proofs.run import findings
    from huice.cli.progress import progress

    try:
        if not deep:
            return tuple(found.diagnostic() for found in findings(policies))
        with progress(Text("proving", "证明")[language]) as on_progress:
            return tuple(found.diagnostic() for found in findings(policies, deep, on_progress))
    except SolverMissing as missing:
        stop(missing.text, language, USAGE)
