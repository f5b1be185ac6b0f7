"""`huice rule`: the page of a diagnostic code."""

from __future__ import annotations

import click

from huice import rule_pages
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
    if code.upper() not in CODES:
        stop(Text(f"no code {code}; codes look like HC201", f"没有代码 {code}；代码形如 HC201"), language, USAGE)
    if as_json:
        emit(rule_pages.record(code.upper(), language))
    else:
        click.echo(rule_pages.page(code.upper(), language))
