"""`huice test`: runs the cases of policies."""

from __future__ import annotations

import sys

import click

from compiler.cases import CaseResult, run_cases
from compiler.evaluate import evaluate
from huice.cli.common import FINDINGS, emit, guarded, shared_options, usable
from lang.diagnostics import Text


@click.command("test")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@shared_options
@guarded
def command(files: tuple[str, ...], as_json: bool, lang: str | None) -> None:
    """Run the cases; a failed one shows its facts, what was expected, what came, and why. Status 1 when one fails."""
    results: list[CaseResult] = []
    language = None
    for file in files:
        loaded, language = usable(file, lang)
        assert loaded.model is not None and loaded.ir is not None
        results += run_cases(loaded.model, loaded.ir, evaluate)
    failed = [result for result in results if result.status == "failed"]
    if as_json:
        emit({"version": 1, "cases": [result.to_dict() for result in results], "properties": []})
    else:
        assert language is not None
        for result in failed:
            click.echo(result.text(language))
        passed = len(results) - len(failed)
        click.echo(Text(f"{passed} passed, {len(failed)} failed", f"{passed} 个通过，{len(failed)} 个失败")[language])
    sys.exit(FINDINGS if failed else 0)
