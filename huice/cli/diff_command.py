"""`huice diff`: which clauses of two versions differ, and for whom; or that nobody's answer changes."""

from __future__ import annotations

import sys

import click

from huice.cli.common import FINDINGS, emit, guarded, one_standard_input, shared_options, usable


@click.command("diff")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@shared_options
@guarded
def command(a: str, b: str, as_json: bool, lang: str | None) -> None:
    """What changed from A to B, and for each clause a person whose answer differs, as a case to paste.

    Programs are compared, not texts: order, language, comments and labels are no change. Status 0 where it is proved
    that nobody's answer changes, 1 where answers differ or nothing is proved.
    """
    one_standard_input(a, b)
    first, language = usable(a, lang)
    second, _ = usable(b, lang)
    assert first.model is not None and first.ir is not None and second.model is not None and second.ir is not None

    from compiler.difference.difference import difference

    found = difference((first.model, first.ir), (second.model, second.ir))
    if as_json:
        emit(found.to_dict(language))
    else:
        from huice.reports.difference_text import print_difference

        print_difference(found, language)
    sys.exit(0 if found.verdict in ("nothing changed", "only wording", "same answers") else FINDINGS)
