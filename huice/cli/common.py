"""What the commands share: options, the reader's language, output, and the ways to stop."""

from __future__ import annotations

import functools
import json
import locale
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar, cast

import click

from huice.facts.faults import FactsError, Fault
from huice.programs import Loaded, open_program
from lang.diagnostics import Diagnostic, Language, Text
from lang.render import render_text

FINDINGS, USAGE, DATA = 1, 2, 3
Command = TypeVar("Command", bound=Callable[..., Any])


def shared_options(command: Command) -> Command:
    """`--json` and `--lang`, which every command takes."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="machine output on standard output, nothing else there"),
        click.option("--lang", type=click.Choice(["en", "zh"]), help="language of messages (default: the file's)"),
    ):
        command = option(command)
    return command


def guarded(command: Command) -> Command:
    """Turns what user data can raise into a message and an exit status."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except FactsError as error:
            click.echo(f"huice: {error.fault.line(language_of(None, options.get('lang')))}", err=True)
            sys.exit(DATA)

    return cast(Command, run)


def language_of(loaded: Loaded | None, chosen: str | None) -> Language:
    """--lang, else the language of the file, else that of the machine."""
    if chosen is not None:
        return "zh" if chosen == "zh" else "en"
    if loaded is not None and loaded.language is not None:
        return loaded.language
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if (named or locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def emit(data: Any) -> None:
    """JSON on standard output."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def stop(text: Text, language: Language, status: int) -> NoReturn:
    click.echo(f"huice: {text[language]}", err=True)
    sys.exit(status)


def show_diagnostics(diagnostics: Iterable[Diagnostic], language: Language) -> None:
    found = tuple(diagnostics)
    if found:
        click.echo(render_text(found, language, colour=sys.stderr.isatty()), err=True)


def show_faults(faults: Iterable[Fault], language: Language) -> None:
    for fault in faults:
        word = {"error": Text("error", "错误"), "info": Text("note", "提示")}[fault.severity][language]
        click.echo(f"{word}: {fault.line(language)}", err=True)


def usable(file: str, lang: str | None) -> tuple[Loaded, Language]:
    """The program of FILE; stops with its diagnostics (status 1) when it has errors."""
    loaded = open_program(file)
    language = language_of(loaded, lang)
    if loaded.missing is not None:
        stop(loaded.missing, language, USAGE)
    show_diagnostics((d for d in loaded.diagnostics if loaded.ir is None or loaded.severity(d) == "error"), language)
    if loaded.ir is None:
        sys.exit(FINDINGS)
    return loaded, language
