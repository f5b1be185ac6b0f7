"""`huice rule`: the long explanation of a diagnostic code."""

from __future__ import annotations

import click

from huice.cli.common import USAGE, emit, guarded, language_of, shared_options, stop
from lang.codes import CODES
from lang.diagnostics import Text


@click.command("rule")
@click.argument("code", metavar="CODE")
@shared_options
@guarded
def command(code: str, as_json: bool, lang: str | None) -> None:
    """Explain a code such as HC201."""
    language = language_of(None, lang)
    rule = CODES.get(code.upper())
    if rule is None:
        stop(Text(f"no code {code}; codes look like HC201", f"没有代码 {code}；代码形如 HC201"), language, USAGE)
    if as_json:
        emit(
            {
                "version": 1,
                "code": code.upper(),
                "category": rule.category,
                "severity": rule.severity,
                "title": rule.title[language],
                "explanation": rule.explanation[language],
            }
        )
    else:
        click.echo(f"{code.upper()}  {rule.title[language]}\n\n{rule.explanation[language]}")
