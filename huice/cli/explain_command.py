"""`huice explain`: why a clause pays one person, or does not."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import click
from attrs import evolve

from compiler.explanation.explain import Explanation, explain
from compiler.facts import Facts
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
    unmasked_option,
    usable,
)
from huice.cli.roster import FORMS, read_roster
from huice.cli.translated import in_language
from huice.documents import open_document
from huice.privacy.disguise import ids_of, masked_names
from huice.privacy.masking import masked, shown, uncovered
from huice.programs import Loaded
from huice.reports.explain_text import explanation_text
from huice.reports.files import write_whole
from huice.reports.letter import letter
from huice.settings import WrongSetting, month_option, parse_settings
from lang.diagnostics import Language, Text
from lang.documents.items import OfficialDocument


@click.command("explain")
@click.argument("file", metavar="FILE")
@click.option("--facts", "facts_path", metavar="PATH", required=True, help=FORMS)
@click.option("--entity", "row", metavar="ENTITY/ID", required=True, help="whose, such as person/p1")
@click.option("--clause", metavar="NAME", help="one clause (default: all of that entity)")
@click.option("--month", metavar="MONTH", help="in which month (default: the one that says most)")
@click.option("--until", metavar="MONTH", help="last month to evaluate (default: the policy's last)")
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="a parameter's value; repeatable")
@click.option("--document", metavar="TEXT", help="the official document, a text file: the item is quoted from it")
@click.option("--letter", "letter_path", metavar="PATH", help="also write it as a letter to the person (.html, A4)")
@unmasked_option
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
    document: str | None,
    letter_path: str | None,
    as_json: bool,
    lang: str | None,
) -> None:
    """Why granted or refused: the deciding facts, the item of the document, what is missing, what would qualify.

    The smallest change is that of the fewest facts of the row itself, then of the fewest months, then that which moves
    amounts and dates least (docs/ledgers.md).
    """
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
    if letter_path is not None and Path(letter_path).suffix.lower() not in (".html", ".htm"):
        stop(Text(f"{letter_path}: a letter is .html", f"{letter_path}：告知书应为 .html"), language, USAGE)
    read = None if document is None else open_document(document)
    if isinstance(read, Text):
        stop(read, language, DATA)
    facts, faults = read_roster(loaded, facts_path, language)
    key = _key(key, entity, facts)
    if key not in facts.rows(entity):
        show_faults(faults, language)
        stop(Text(f"the facts have no {shown(row)}", f"台账中没有 {shown(row)}"), language, DATA)
    if not as_json or letter_path is not None:  # what is quoted of the program is in the reader's language
        translated = in_language(loaded, language)
        assert translated.model is not None and translated.ir is not None
        model, program = translated.model, translated.ir
    found = explain(model, program, facts, entity, key, clause=named, month=at, until=last, parameters=parameters)
    found = tuple(_quoted(explanation, read) for explanation in found)
    if as_json:
        items = [explanation.to_dict() for explanation in found]
        emit(items[0] if named is not None else {"version": 1, "entity": row, "explanations": items})
    elif not found:
        none = Text(f"no clause of this policy pays for {entity}", f"该政策没有以{entity}为对象的条款")
        click.echo(none[language])
    else:
        click.echo("\n\n".join(explanation_text(explanation, model, language) for explanation in found))
    show_faults((f for f in faults if f.severity != "info"), language)
    if letter_path is not None and found:
        _write_letter(letter(found, model, language, _digest(loaded)), letter_path, language)
    sys.exit(DATA if any(f.severity == "error" for f in faults) else 0)


def _key(written: str, entity: str, facts: Facts) -> str:
    """The id, also where it is given as reports show it (masked)."""
    if written in facts.rows(entity):
        return written
    with uncovered(False):
        names = masked_names(ids_of(facts)).names.get(entity, {})
    return next((key for key, name in names.items() if name == written), written)


def _quoted(explanation: Explanation, document: OfficialDocument | None) -> Explanation:
    """With the text of the items that the clause cites, where the program itself quotes nothing."""
    if document is None or explanation.quotations:
        return explanation
    texts = {item.name: item.text for item in document.walk()}
    return evolve(explanation, quotations=tuple(texts[name] for name in explanation.cites if name in texts))


def _digest(loaded: Loaded) -> str:
    """Of the policy as it stands in its file, as manifests give it."""
    assert loaded.source is not None
    return hashlib.sha256(loaded.source.text.encode("utf-8", "surrogatepass")).hexdigest()


def _write_letter(html: str, path: str, language: Language) -> None:
    try:
        write_whole(Path(path), lambda place: _put(place, html))
    except OSError as error:
        reason = error.strerror or str(error)
        fail(Text(f"{path}: cannot be written ({reason})", f"{path}：无法写入（{reason}）"), language, USAGE)
    click.echo(masked(Text(f"wrote {path}", f"已写入 {path}")[language]), err=True)


def _put(place: Path, html: str) -> None:
    place.write_text(html, encoding="utf-8")
