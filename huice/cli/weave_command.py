"""`huice weave`: the program as a readable document, with the official text beside it."""

from __future__ import annotations

from pathlib import Path

import click

from huice.cli.common import DATA, USAGE, emit, guarded, shared_options, stop, usable
from huice.cli.translated import in_language
from huice.documents import open_document
from huice.privacy.masking import masked
from huice.reports.files import write_whole
from huice.reports.weave.page import page
from lang.diagnostics import Text


@click.command("weave")
@click.argument("file", metavar="FILE")
@click.option("--out", metavar="PATH", required=True, help="the page to write (.html)")
@click.option("--document", metavar="TEXT", help="the official document, a text file: its text stands beside")
@shared_options
@guarded
def command(file: str, out: str, document: str | None, as_json: bool, lang: str | None) -> None:
    """Write FILE as one HTML page: item by item what it pays, what was decided, an example, the program text.

    The program text is in the language of the page.
    """
    place = Path(out)
    loaded, language = usable(file, lang)
    if place.suffix.lower() not in (".html", ".htm"):
        stop(Text(f"--out {out}: the file is a .html", f"--out {out}：请以 .html 结尾"), language, USAGE)
    assert loaded.model is not None and loaded.ir is not None
    read = None if document is None else open_document(document)
    if isinstance(read, Text):
        stop(read, language, DATA)
    shown = in_language(loaded, language)
    assert shown.model is not None and shown.ir is not None
    html = masked(page(shown.model, shown.ir, language, read))
    try:
        write_whole(place, lambda to: _write(to, html))
    except OSError as error:
        reason = error.strerror or str(error)
        stop(Text(f"{out} cannot be written: {reason}", f"无法写入 {out}：{reason}"), language, DATA)
    if as_json:
        emit({"version": 1, "page": out})
    else:
        click.echo(out)


def _write(place: Path, html: str) -> None:
    place.write_text(html, encoding="utf-8")
