"""`huice eval`: what the people of a roster are entitled to."""

from __future__ import annotations

import sys

import click

from compiler.evaluate import evaluate
from huice.cli.common import (
    DATA,
    USAGE,
    emit,
    fail,
    guarded,
    one_standard_input,
    shared_options,
    show_faults,
    stop,
    usable,
)
from huice.facts.read import read_facts
from huice.settings import WrongSetting, month_option, parse_settings
from lang.diagnostics import Text


@click.command("eval")
@click.argument("file", metavar="FILE")
@click.option("--facts", "facts_path", metavar="PATH", required=True, help=".json, .xlsx, a folder of .csv, or -")
@click.option("--until", metavar="MONTH", help="last month to evaluate, such as 2025-12 (default: the policy's last)")
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="a parameter's value; repeatable")
@click.option("--out", "out", metavar="PATH", help="also write the ledger: .csv .xlsx .parquet .json")
@shared_options
@guarded
def command(
    file: str,
    facts_path: str,
    until: str | None,
    settings: tuple[str, ...],
    out: str | None,
    as_json: bool,
    lang: str | None,
) -> None:
    """The entitlements of a roster. Status 3 when something in it could not be read (the rest is still printed)."""
    one_standard_input(file, facts_path)
    loaded, language = usable(file, lang)
    assert loaded.model is not None and loaded.ir is not None
    try:
        parameters = parse_settings(loaded.model, settings)
        last = month_option(until)
    except WrongSetting as error:
        stop(error.text, language, USAGE)
    if last is None and loaded.ir.last is None:
        message = Text(
            "this policy has no end: say how far to evaluate with --until 2025-12",
            "该政策没有终止日期：请用 --until 2025-12 指定计算到哪个月",
        )
        stop(message, language, USAGE)
    if out is not None:
        from huice.reports.ledger_files import write_ledger, wrong_suffix

        wrong = wrong_suffix(out)
        if wrong is not None:
            stop(wrong, language, USAGE)
    facts, faults = read_facts(loaded.model, facts_path, loaded.facts_read)
    ledger = evaluate(loaded.ir, facts, until=last, parameters=parameters)
    if as_json:
        emit(ledger.to_dict() | {"faults": [fault.to_dict(language) for fault in faults]})
    else:
        from huice.reports.ledger_text import print_ledger

        print_ledger(ledger, loaded.model, language)
    show_faults(faults, language)
    if out is not None:
        written = write_ledger(ledger, loaded.model, out, language)
        if isinstance(written, Text):
            fail(written, language, USAGE)
        click.echo(Text(f"wrote {out}", f"已写入 {out}")[language], err=True)
    sys.exit(DATA if any(fault.severity == "error" for fault in faults) else 0)
