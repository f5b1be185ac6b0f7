"""`huice audit`: payments that were made, held against what was due."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from compiler.evaluate import evaluate
from huice.audit.audit import audit
from huice.audit.groups import groupable, groups_by
from huice.audit.read import read_payments
from huice.audit.records import Audit, Frequency, Paid, Terms
from huice.audit.roster import roster_of
from huice.cli.common import (
    DATA,
    FINDINGS,
    USAGE,
    emit,
    fail,
    guarded,
    one_standard_input,
    shared_options,
    show_faults,
    stop,
    unmasked_option,
    usable,
)
from huice.cli.roster import read_roster, strict_option
from huice.facts.faults import Fault
from huice.privacy.disguise import disguise_of, ids_of
from huice.privacy.masking import masked
from huice.reports.audit_data import AuditReport, disguised, to_dict
from huice.reports.files import write_whole
from huice.settings import WrongSetting, fen_option, month_option, parse_settings
from lang.dates import Month, month_of, month_text
from lang.diagnostics import Language, Text
from lang.model import Program


@click.command("audit")
@click.argument("file", metavar="FILE")
@click.option("--facts", "facts_path", metavar="PATH", required=True, help="the roster, as for `huice eval`")
@click.option(
    "--payments",
    "payments_path",
    metavar="PATH",
    required=True,
    help="what was paid: .csv .xlsx .parquet .json .duckdb with clause, id, amount (month, paid_on, payee)",
)
@click.option("--until", metavar="MONTH", help="what fell due up to this month (default: the policy's last)")
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="a parameter's value; repeatable")
@click.option("--tolerance", metavar="YUAN", default="0", show_default=True, help="by how much an amount may be off")
@click.option(
    "--days",
    type=click.IntRange(0, 3660),
    default=30,
    show_default=True,
    help="days after the end of the month due from which on a payment is late",
)
@click.option("--by", metavar="NAME", help="sums by a kind too, such as district")
@click.option("--out", metavar="PATH", help="also write a workbook of findings (.xlsx)")
@strict_option
@unmasked_option
@shared_options
@guarded
def command(
    file: str,
    facts_path: str,
    payments_path: str,
    until: str | None,
    settings: tuple[str, ...],
    tolerance: str,
    days: int,
    by: str | None,
    out: str | None,
    strict: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Hold payments against entitlements: twice, too much, too little, late, wrong payee, not due, never paid.

    Each payment stands in one result, which says what it was matched with and why. Status 1: there are findings.
    Status 3: rows could not be read (the rest is still audited).
    """
    one_standard_input(file, facts_path)
    loaded, language = usable(file, lang)
    model, program = loaded.model, loaded.ir
    assert model is not None and program is not None
    try:
        parameters = parse_settings(model, settings)
        last = month_option(until)
        allowed = fen_option(tolerance)
    except WrongSetting as error:
        stop(error.text, language, USAGE)
    _usage(program.last, last, allowed, out, language)
    group = None if by is None else _group(model, by, language)
    facts, faults = read_roster(loaded, facts_path, language, strict)
    roster = roster_of(model, facts)
    payments, more = read_payments(model, roster, payments_path)
    faults = [*faults, *more]
    ledger = evaluate(program, facts, until=_horizon(program.last, last, payments), parameters=parameters)
    terms = Terms(
        tolerance=allowed,
        days=days,
        until=last,
        frequency={clause.name: _frequency(model, clause.name) for clause in model.clauses.values()},
    )
    found = audit(ledger, payments, terms, list(model.clauses), roster.aliases)
    groups: tuple[str, ...] = ()
    if group is not None:
        of = groups_by(model, program, facts, parameters, group).of
        groups = tuple(of(settlement) for settlement in found.settlements)
    shown = disguised(found, disguise_of(ids_of(facts)))
    report = AuditReport(policy=model.name, audit=shown, terms=terms, by=group, groups=groups)
    if as_json:
        emit(to_dict(report, language) | {"faults": [fault.to_dict(language) for fault in faults]})
    else:
        from huice.reports.audit_text import print_audit

        print_audit(report, model, language)
    show_faults(faults, language)
    _say_what_is_to_come(found, language, last)
    if out is not None:
        _write(report, model, faults, out, language)
    unread = any(fault.severity == "error" for fault in faults)
    sys.exit(DATA if unread else FINDINGS if found.findings else 0)


def _usage(end: Month | None, last: Month | None, allowed: int, out: str | None, language: Language) -> None:
    """Ends the command with status 2 where the options make no sense."""
    if last is None and end is None:
        text = Text("this policy has no end: add --until 2025-12", "该政策没有终止日期：请加 --until 2025-12")
        stop(text, language, USAGE)
    if allowed < 0:
        stop(Text("--tolerance cannot be negative", "--tolerance 不能为负"), language, USAGE)
    if out is not None and Path(out).suffix.lower() != ".xlsx":
        stop(Text(f"{out}: the findings are written as .xlsx", f"{out}：问题清单写为 .xlsx"), language, USAGE)


def _group(model: Program, by: str, language: Language) -> str:
    name = groupable(model, by)
    if name is None:
        stop(Text(f"--by {by}: no kind-valued attribute of this name", f"--by {by}：没有这一分类栏目"), language, USAGE)
    return name


def _horizon(end: Month | None, last: Month | None, payments: Sequence[Paid]) -> Month | None:
    """How far to evaluate: to the policy's end, so that what was paid after `--until` finds what it was for."""
    if end is not None or last is None:
        return None
    months = [p.month for p in payments if p.month is not None]
    months += [month_of(p.paid_on) for p in payments if p.paid_on is not None]
    return max([last, *months])


def _frequency(model: Program, clause: str) -> Frequency:
    """By the month if any of its rules pays so."""
    often = {rule.frequency for rule in model.clauses[clause].rules}
    return "per month" if "per month" in often else "once per year" if "once per year" in often else "once"


def _say_what_is_to_come(found: Audit, language: Language, last: Month | None) -> None:
    """Without --until everything up to the policy's end counts, and some of it may be to come."""
    dates = [p.paid_on for s in found.settlements for p in s.payments if p.paid_on is not None]
    if last is not None or not dates:
        return
    latest = month_of(max(dates))
    later = sum(1 for s in found.settlements if s.standing == "never_paid" and s.dues[0].due > latest)
    if later:
        month = month_text(latest)
        text = Text(
            f"note: {later} of those never paid fall due after the last payment made; --until {month} leaves them out",
            f"提示：应发未发中有 {later} 项在最后一笔支付之后才到期；加 --until {month} 可不计",
        )
        click.echo(text[language], err=True)


def _write(report: AuditReport, model: Program, faults: list[Fault], out: str, language: Language) -> None:
    from huice.reports.audit_workbook import write_audit_workbook

    try:
        write_whole(Path(out), lambda place: write_audit_workbook(report, model, faults, place, language))
    except OSError as error:
        reason = error.strerror or str(error)
        fail(Text(f"{out}: cannot be written ({reason})", f"{out}：无法写入（{reason}）"), language, USAGE)
    click.echo(masked(Text(f"wrote {out}", f"已写入 {out}")[language]), err=True)
