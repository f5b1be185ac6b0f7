"""`huice coverage`: which numbered items of the official document a policy cites, omits, or forgets."""

from __future__ import annotations

import sys

import click

from huice.cli.common import DATA, FINDINGS, emit, guarded, shared_options, stop, usable
from huice.documents import open_document
from huice.reports.coverage_text import print_coverage
from huice.reports.terminal import console
from lang.diagnostics import Text
from lang.documents.coverage import coverage


@click.command("coverage")
@click.argument("file", metavar="FILE")
@click.option("--document", metavar="TEXT", required=True, help="the official document, a text file")
@shared_options
@guarded
def command(file: str, document: str, as_json: bool, lang: str | None) -> None:
    """Hold FILE against the numbered items of the official document.

    Status 1 when an item is forgotten, is cited without being there, or is omitted though it names money.
    """
    loaded, language = usable(file, lang)
    assert loaded.model is not None
    read = open_document(document)
    if isinstance(read, Text):
        stop(read, language, DATA)
    found = coverage(loaded.model, read)
    if as_json:
        emit(found.to_dict(language))
    else:
        print_coverage(found, loaded.model, language, console())
    sys.exit(FINDINGS if found.findings else 0)
