"""`huice fmt`: the canonical form of policies, in their own language or the other."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from attrs import frozen

from huice.cli.common import (
    FINDINGS,
    USAGE,
    emit,
    guarded,
    language_of,
    one_standard_input,
    shared_options,
    show_diagnostics,
    stop,
)
from huice.policies import POLICIES, folder_of
from huice.reports.files import write_whole
from huice.unreadable import unreadable
from lang.codes import CODES
from lang.diagnostics import Diagnostic, Language, Text
from lang.formatting.format import format_file
from lang.formatting.names import Names, names_of
from lang.formatting.translate import translated
from lang.modules import FolderLoader, load_modules
from lang.parsing.parse import parse
from lang.render import to_json
from lang.source import Source
from lang.text.encoding import decode
from lang.tree import declarations as tree


@frozen
class Formatted:
    """What became of one file: its text before and after (None: it has errors and is left alone)."""

    name: str
    before: bytes
    after: bytes | None
    language: Language
    diagnostics: tuple[Diagnostic, ...] = ()
    refusal: Text | None = None  # why there is no text, where there are no errors

    @property
    def changed(self) -> bool:
        return self.after is not None and self.after != self.before


@click.command("fmt")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--check", is_flag=True, help="write nothing; status 1 when a file would change")
@click.option("--stdout", is_flag=True, help="write to standard output, not to the files")
@click.option("--to", type=click.Choice(["en", "zh"]), help="write keywords and names in this language")
@shared_options
@guarded
def command(files: tuple[str, ...], check: bool, stdout: bool, to: str | None, as_json: bool, lang: str | None) -> None:
    """Write policies in canonical form, in place. `-` reads standard input and writes standard output.

    A file with errors is left as it is: its errors are shown, and the status is 1.
    """
    one_standard_input(*files)
    chosen: Language | None = None if to is None else ("zh" if to == "zh" else "en")
    done = [formatted(file, *_read(file, lang), chosen) for file in files]
    language = language_of(None, lang or done[0].language)
    if as_json:
        found = [d for one in done for d in one.diagnostics]
        emit(
            {
                "version": 1,
                "files": [_record(one, stdout) for one in done],
                "diagnostics": to_json(found, language),
            },
            verbatim=True,
        )
    for one in done:
        reader = language_of(None, lang or one.language)
        show_diagnostics(one.diagnostics, reader)
        if one.refusal is not None:
            click.echo(f"huice: {one.refusal[reader]}", err=True)
        if not check:
            _put(one, stdout or one.name == "-", as_json, language)
        elif one.changed and not as_json:
            click.echo(one.name)
    failed = any(one.after is None for one in done)
    sys.exit(FINDINGS if failed or (check and any(one.changed for one in done)) else 0)


def _record(one: Formatted, stdout: bool) -> dict[str, str | bool]:
    record: dict[str, str | bool] = {"file": one.name, "changed": one.changed}
    if one.after is not None and (stdout or one.name == "-"):
        record["text"] = one.after.decode()
    return record


def _read(file: str, lang: str | None) -> tuple[bytes, Path]:
    """The bytes of FILE and the folder in which its modules are looked for."""
    if file == "-":
        return sys.stdin.buffer.read(), Path.cwd()
    if file.startswith("std:"):
        message = Text("fmt takes files; the standard policies stay as they are", "fmt 只处理文件，标准政策不作改动")
        stop(message, language_of(None, lang), USAGE)
    try:
        return Path(file).read_bytes(), Path(file).parent
    except OSError as error:
        stop(unreadable(file, error), language_of(None, lang), USAGE)


def formatted(name: str, data: bytes, beside: Path, to: Language | None) -> Formatted:
    """The canonical text of a file. What it says is held to be the same before it is handed out."""
    source, found = decode(data, name)
    if source is None:
        return Formatted(name, data, None, "en", tuple(found))
    file, written = parse(source)
    diagnostics = [d for d in (*found, *written) if CODES[d.code].severity == "error"]
    names, of_modules = _names(file, source, beside)
    if to is not None:
        diagnostics += [d for d in of_modules if CODES[d.code].severity == "error"]
    if diagnostics:
        return Formatted(name, data, None, file.language, tuple(diagnostics))
    text = format_file(file, language=to, names=names)
    expected = translated(file, names, to)
    again, faults = parse(Source(text, name))
    if faults or again.declarations != expected.declarations or again.trailing != expected.trailing:
        return Formatted(name, data, None, file.language, refusal=_where(again, expected))
    return Formatted(name, data, text.encode(), file.language)


def _names(file: tree.File, source: Source, beside: Path) -> tuple[Names, tuple[Diagnostic, ...]]:
    """The names of a file, of its modules, and of the policy that its scenarios are for."""
    loader = FolderLoader((beside, POLICIES), standard=folder_of)
    modules, diagnostics = load_modules(file, source, loader)
    scenarios = [node for node in file.declarations if isinstance(node, tree.Scenario)]
    others: tuple[tree.File, ...] = ()
    if scenarios and len(scenarios) == len(file.declarations):
        found = loader.policy(scenarios[0].policy, source)
        if found.source is not None:
            policy, _ = parse(found.source)
            of_policy, more = load_modules(policy, found.source, loader)
            others, diagnostics = (*of_policy, policy), (*diagnostics, *more)
    return names_of((*modules, *others, file)), diagnostics


def _where(again: tree.File, expected: tree.File) -> Text:
    """Why a text is not handed out: a name that would read otherwise at its new place."""
    pairs = zip(again.declarations, expected.declarations, strict=False)
    at = next((old for new, old in pairs if new != old), None)
    span = expected.span if at is None else at.span
    line = span.source.position(span.start)[0]
    place = f"{span.source.name}:{line}"
    return Text(
        f"{place}: a name of this declaration would read otherwise in canonical form; the file is left as it is",
        f"{place}：此处声明中的名称写成规范形式后含义会改变，文件未作改动",
    )


def _put(one: Formatted, stdout: bool, as_json: bool, language: Language) -> None:
    """Write the text where it belongs; a file that is canonical already is not touched."""
    if stdout and not as_json and one.after is not None:
        sys.stdout.buffer.write(one.after)
        sys.stdout.buffer.flush()
    elif one.after is not None and one.changed and not stdout:
        text = one.after

        def write(place: Path) -> None:
            place.write_bytes(text)

        try:
            write_whole(Path(one.name).resolve(), write)
        except OSError as error:
            message = Text(f"{one.name} cannot be written: {error}", f"{one.name} 无法写入：{error}")
            stop(message, language, USAGE)
