"""`huice verify`: has a ledger been altered since it was written?"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from compiler.evaluate import evaluate
from huice.cli.common import (
    DATA,
    FINDINGS,
    USAGE,
    emit,
    guarded,
    language_of,
    shared_options,
    show_faults,
    stop,
    unmasked_option,
    usable,
)
from huice.cli.translated import in_language
from huice.facts.read import read_facts
from huice.ledgers.manifest import hashes_of_facts
from huice.ledgers.origin import hashes_of_policy
from huice.ledgers.read import Unreadable, read_rows
from huice.ledgers.reasons import Reasons
from huice.ledgers.rows import Row, ledger_rows
from huice.ledgers.verify import Finding, against_manifest, against_rows, against_sources, read_manifest
from huice.privacy.disguise import disguise_of, ids_of
from huice.privacy.masking import masked, shown, uncovered
from huice.privacy.pseudonyms import NoKey, read_key
from huice.settings import WrongSetting, month_option, parse_settings
from lang.diagnostics import Language, Text, counted

SHOWN = 20  # findings on the terminal; --json gives all


@click.command("verify")
@click.argument("ledger", metavar="LEDGER")
@click.option("--manifest", metavar="PATH", help="its manifest (default: LEDGER.manifest.json beside it)")
@click.option("--again", metavar="FILE", help="evaluate this policy again and compare row by row")
@click.option("--facts", "facts_path", metavar="PATH", help="the facts to evaluate again, as for `huice eval`")
@click.option("--pseudonyms", "key_file", metavar="KEYFILE", help="the key, where the ledger has pseudonyms")
@unmasked_option
@shared_options
@guarded
def command(
    ledger: str,
    manifest: str | None,
    again: str | None,
    facts_path: str | None,
    key_file: str | None,
    as_json: bool,
    lang: str | None,
) -> None:
    """Hold a ledger written by `huice eval --out` against its manifest: the file, the number and the sum of the rows.

    With --again and --facts it is evaluated anew, with the parameters of the manifest, and every row compared.
    Status 1: something differs. Status 3: there is no ledger, or no manifest.
    """
    language = language_of(None, lang)
    if (again is None) != (facts_path is None):
        stop(Text("--again and --facts go together", "--again 与 --facts 须同时给出"), language, USAGE)
    place = Path(ledger)
    try:
        known = read_manifest(place, None if manifest is None else Path(manifest))
        if lang is None and known["ledger"]["language"] == "zh":
            language = "zh"
        form = known["ledger"]["format"]
        findings, payments = against_manifest(place, read_rows(place, form), known)
        if again is not None and facts_path is not None:
            findings += _again(known, list(read_rows(place, form)), again, facts_path, key_file, language)
    except Unreadable as error:
        stop(Text(f"{ledger}: {error.text.en}", f"{ledger}：{error.text.zh}"), language, DATA)
    except (OSError, ValueError):
        stop(Text(f"{ledger}: there is no such file", f"{ledger}：没有该文件"), language, DATA)
    if as_json:
        emit(
            {
                "version": 1,
                "ledger": ledger,
                "intact": not findings,
                "again": again is not None,
                "payments": payments,
                "findings": [finding.to_dict(language) for finding in findings],
            }
        )
    else:
        _print(findings, payments, language, again is not None)
    sys.exit(FINDINGS if findings else 0)


def _again(
    known: Mapping[str, Any], rows: list[Row], file: str, facts_path: str, key_file: str | None, language: Language
) -> list[Finding]:
    """Evaluates as the manifest says; ends the command where that cannot be done."""
    loaded, _ = usable(file, language)
    model, program = loaded.model, loaded.ir
    assert model is not None and program is not None
    identities = known["identities"]
    try:
        parameters = parse_settings(model, [f"{name}={value}" for name, value in known["parameters"].items()])
        last = month_option(known["until"])
        pseudonyms = None
        if identities == "pseudonyms":
            if key_file is None:
                stop(
                    Text(
                        "this ledger has pseudonyms: add --pseudonyms KEYFILE",
                        "该账册使用化名：请加 --pseudonyms 密钥文件",
                    ),
                    language,
                    USAGE,
                )
            pseudonyms = read_key(key_file)
            if pseudonyms.fingerprint != known["key"]:
                stop(Text("not the key of this ledger's pseudonyms", "不是该账册化名所用的密钥"), language, USAGE)
    except (WrongSetting, NoKey) as error:
        stop(error.text, language, USAGE)
    if last is None and program.last is None:
        stop(
            Text(
                "the policy has no end, and the manifest names no last month",
                "该政策没有终止日期，清单也未写明计算到哪个月",
            ),
            language,
            USAGE,
        )
    digests = hashes_of_facts(facts_path)
    facts, faults = read_facts(model, facts_path, loaded.facts_read)
    show_faults((fault for fault in faults if fault.severity == "error"), language)
    with uncovered(identities == "plain"):
        ledger = disguise_of(ids_of(facts), pseudonyms).ledger(
            evaluate(program, facts, until=last, parameters=parameters)
        )
    form, written_in = known["ledger"]["format"], known["ledger"]["language"]
    expected = ledger_rows(ledger, Reasons(model, written_in, in_language(loaded, written_in).model), form)
    return [*against_sources(known, hashes_of_policy(model), digests), *against_rows(rows, expected)]


def _print(findings: list[Finding], payments: int, language: Language, again: bool) -> None:
    if not findings:
        what = (
            Text("evaluated again, every row is the same", "重新计算，各行一致")
            if again
            else Text("file, number and totals are what was written", "文件、笔数、合计均与写出时一致")
        )
        click.echo(
            Text(f"intact: {counted(payments, 'payment')}; {what.en}", f"未改动：共 {payments} 笔；{what.zh}")[language]
        )
        return
    for finding in findings[:SHOWN]:
        click.echo(shown(finding.text[language]))
    if len(findings) > SHOWN:
        more = len(findings) - SHOWN
        click.echo(Text(f"… and {more} more (--json lists all)", f"… 另有 {more} 项（--json 列出全部）")[language])
    click.echo(masked(Text(f"altered: {counted(len(findings), 'finding')}", f"有改动：{len(findings)} 项")[language]))
