"""`huice explain`: why a clause pays one person, or does not."""

from __future__ import annotations

import sys

import click

from compiler.explanation.explain import explain
from huice.cli.common import DATA, USAGE, emit, guarded, one_standard_input, shared_options, show_faults, stop, usable
from huice.facts.faults import shown
from huice.facts.read import read_facts
from huice.reports.explain_text import explanation_text
from huice.settings import WrongSetting, month_option, parse_settings
from lang.diagnostics import Text


@click.command("explain")
@click.argument("file", metavar="FILE")
@click.option("--facts", "facts_path", metavar="PATH", required=True, help=".json, .xlsx, a folder of .csv, or -")
@click.option("--entity", "row", metavar="ENTITY/ID", required=True, help="whose, such as person/p1")
@click.option("--clause", metavar="NAME", help="one clause (default: all of that entity)")
@click.option("--month", metavar="MONTH", help="in which month (default: the one that says most)")
@click.option("--until", metavar="MONTH", help="last month to evaluate (default: the policy's last)")
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="a parameter's value; repeatable")
@shared_options
@guarded
def command(
    file: str,
    facts_path: str,
    row: str,
    clause: str | None,
    month: str | None,
    until: str | None,
    settings: tuple[str, ...],
    as_json: bool,
    lang: str | None,
) -> None:
    """Why granted or refused: the deciding facts, the item of the document, what is missing, what would qualify."""
    one_standard_input(file, facts_path)
    loaded, language = usable(file, lang)
    model, program = loaded.model, loaded.ir
    assert model is not None and program is not None
    try:
        parameters = parse_settings(model, settings)
        at, last = month_option(month), month_option(until)
    except WrongSetting as error:
        stop(error.text, language, USAGE)
    if last is None and program.last is None:
        stop(
            Text("this policy has no end: add --until 2025-12", "该政策没有终止日期：请加 --until 2025-12"),
            language,
            USAGE,
        )
    name, slash, key = row.partition("/")
    entity = next((e.name for e in model.entities.values() if name in (e.name, e.label)), None)
    if not slash or entity is None:
        known = ", ".join(model.entities)
        stop(
            Text(f"--entity is ENTITY/ID; entities are {known}", f"--entity 应为 台账/编号；台账有 {known}"),
            language,
            USAGE,
        )
    named = None
    if clause is not None:
        wanted = "_".join(clause.split())
        named = next((c.name for c in model.clauses.values() if wanted in (c.name, c.label)), None)
        if named is None or model.clauses[named].entity != entity:
            known = ", ".join(c.name for c in model.clauses.values() if c.entity == entity)
            text = Text(
                f"no clause {clause} for {entity}; there are: {known}", f"{entity} 没有条款 {clause}；有：{known}"
            )
            stop(text, language, USAGE)
    facts, faults = read_facts(model, facts_path)
    if key not in facts.rows(entity):
        show_faults(faults, language)
        stop(Text(f"the facts have no {shown(row)}", f"台账中没有 {shown(row)}"), language, DATA)
    found = explain(model, program, facts, entity, key, clause=named, month=at, until=last, parameters=parameters)
    if as_json:
        items = [explanation.to_dict() for explanation in found]
        emit(items[0] if named is not None else {"version": 1, "entity": row, "explanations": items})
    elif not found:
        none = Text(f"no clause of this policy pays for {entity}", f"该政策没有以{entity}为对象的条款")
        click.echo(none[language])
    else:
        click.echo("\n\n".join(explanation_text(explanation, model, language) for explanation in found))
    show_faults((f for f in faults if f.severity == "error"), language)
    sys.exit(DATA if any(f.severity == "error" for f in faults) else 0)
