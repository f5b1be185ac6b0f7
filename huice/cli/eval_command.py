"""`huice eval`: what the people of a roster are entitled to."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from compiler.evaluate import evaluate
from compiler.facts import Facts
from compiler.ledger import Ledger
from huice.cli.common import (
    DATA,
    USAGE,
    emit,
    fail,
    guarded,
    one_standard_input,
    only_ascii,
    shared_options,
    show_faults,
    stop,
    unmasked_option,
    usable,
)
from huice.cli.progress import progress
from huice.cli.roster import FORMS, read_roster_columns, strict_option
from huice.privacy.disguise import disguise_of, ids_of
from huice.privacy.masking import masked
from huice.privacy.pseudonyms import NoKey, Pseudonyms, read_key
from huice.programs import Loaded
from huice.settings import WrongSetting, month_option, parse_settings
from lang.dates import Month
from lang.diagnostics import Language, Text
from lang.types import Value

if TYPE_CHECKING:
    from compiler.fact_columns import FactColumns
    from huice.ledgers.book import Book


@click.command("eval")
@click.argument("file", metavar="FILE")
@click.option("--facts", "facts_path", metavar="PATH", required=True, help=FORMS)
@click.option("--until", metavar="MONTH", help="last month to evaluate, such as 2025-12 (default: the policy's last)")
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="a parameter's value; repeatable")
@click.option("--out", "out", metavar="PATH", help="also write the ledger: .csv .xlsx .parquet .json .duckdb")
@click.option("--pseudonyms", "key_file", metavar="KEYFILE", help="give every id a pseudonym made with this key")
@strict_option
@unmasked_option
@shared_options
@guarded
def command(
    file: str,
    facts_path: str,
    until: str | None,
    settings: tuple[str, ...],
    out: str | None,
    key_file: str | None,
    strict: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """The entitlements of a roster. Status 3 when something in it could not be read (the rest is still printed).

    Beside the file of --out stands its manifest (`huice verify` holds the one against the other). Identity numbers are
    masked in every output unless --unmasked is given; --pseudonyms is for ledgers that leave the office.
    """
    one_standard_input(file, facts_path)
    loaded, language = usable(file, lang)
    assert loaded.model is not None and loaded.ir is not None
    try:
        parameters = parse_settings(loaded.model, settings)
        last = month_option(until)
        pseudonyms = None if key_file is None else read_key(key_file)
    except (WrongSetting, NoKey) as error:
        stop(error.text, language, USAGE)
    if last is None and loaded.ir.last is None:
        message = Text(
            "this policy has no end: say how far to evaluate with --until 2025-12",
            "该政策没有终止日期：请用 --until 2025-12 指定计算到哪个月",
        )
        stop(message, language, USAGE)
    if out is not None:
        from huice.ledgers.write import wrong_suffix

        wrong = wrong_suffix(out)
        if wrong is not None:
            stop(wrong, language, USAGE)
    facts, faults = read_roster_columns(loaded, facts_path, language, strict)
    unread = sum(fault.severity == "error" for fault in faults)
    ledger = _evaluated(loaded, facts, last, parameters, pseudonyms, unread, language)
    del facts  # of a long roster the book keeps what it needs
    if as_json:
        listed = [fault.to_dict(language) for fault in faults]
        if pseudonyms is not None:  # what they say may name people
            listed = [fault | {"message": fault["severity"]} for fault in listed]
        _emit(ledger, listed, language)
    else:
        from huice.reports.ledger_text import print_ledger

        print_ledger(ledger, loaded.model, language)
    show_faults(faults, language)
    if out is not None:
        from huice.cli.translated import in_language
        from huice.ledgers.origin import origin_of
        from huice.ledgers.reasons import Reasons
        from huice.ledgers.write import write_ledger

        origin = origin_of(loaded.model, facts_path, settings, until, pseudonyms, unread)
        with progress(Text("writing", "写出账册")[language]) as on_progress:
            reasons = Reasons(loaded.model, language, in_language(loaded, language).model)
            written = write_ledger(ledger, reasons, out, origin, on_progress)
        if written.problem is not None:
            fail(written.problem, language, USAGE)
        for file in written.files:
            click.echo(masked(Text(f"wrote {file}", f"已写入 {file}")[language]), err=True)
    sys.exit(DATA if unread else 0)


def _evaluated(
    loaded: Loaded,
    facts: Facts | FactColumns,
    last: Month | None,
    parameters: Mapping[str, Value],
    pseudonyms: Pseudonyms | None,
    unread: int,
    language: Language,
) -> Ledger | Book:
    """Under the names that it leaves the house with; as columns where the rows are many. `unread`: see Ledger."""
    model, program = loaded.model, loaded.ir
    assert model is not None and program is not None
    if isinstance(facts, Facts):
        found = evaluate(program, facts, until=last, parameters=parameters)
        return evolve(disguise_of(ids_of(facts), pseudonyms).ledger(found), unread=unread)
    from compiler.evaluate_columns import evaluate_columns

    with progress(Text("evaluating", "计算")[language]):
        made = evaluate_columns(model, program, facts, until=last, parameters=parameters)
    if isinstance(made, Ledger):
        ids = {entity: table.keys for entity, table in facts.tables.items()}
        return evolve(disguise_of(ids, pseudonyms).ledger(made), unread=unread)
    from huice.ledgers.book import book_of

    book = book_of(made, model, pseudonyms)
    return evolve(book, rest=evolve(book.rest, unread=unread))


def _emit(ledger: Ledger | Book, faults: list[dict[str, Any]], language: Language) -> None:
    if isinstance(ledger, Ledger):
        emit(ledger.to_dict() | {"faults": faults})
        return
    from huice.ledgers.long_files import json_texts

    with progress(Text("writing", "写出账册")[language]) as on_progress:
        plain = only_ascii()
        for text in json_texts(ledger, 2, ascii_only=plain, said=masked, faults=faults, on_progress=on_progress):
            click.echo(str(text, "utf-8"), nl=False)
        click.echo()
