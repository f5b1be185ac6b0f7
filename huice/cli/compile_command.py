"""`huice compile`: what the compiler makes of a policy, readable."""

from __future__ import annotations

import click

from compiler.backends.python.generate import to_python
from compiler.show import show
from huice.cli.common import emit, guarded, shared_options, usable


@click.command("compile")
@click.argument("file", metavar="FILE")
@click.option("--to", "form", type=click.Choice(["python", "ir"]), required=True, help="evaluators, or the IR")
@shared_options
@guarded
def command(file: str, form: str, as_json: bool, lang: str | None) -> None:
    """Print the Python evaluators of FILE, or its IR (docs/ir.md)."""
    loaded, _ = usable(file, lang)
    assert loaded.ir is not None
    text = to_python(loaded.ir) if form == "python" else show(loaded.ir)
    if as_json:
        emit({"version": 1, "form": form, "text": text})
    else:
        click.echo(text)
