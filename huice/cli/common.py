"""What the commands share: options, the reader's language, output, and the ways to stop."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar, cast

import click

from huice.facts.faults import FactsError, Fault
from huice.privacy.masking import masked, masked_data, uncovered
from huice.programs import Loaded, open_program
from lang.diagnostics import Diagnostic, Language, Text
from lang.render import render_text, to_json

FINDINGS, USAGE, DATA = 1, 2, 3
Command = TypeVar("Command", bound=Callable[..., Any])


def shared_options(command: Command) -> Command:
    """`--json` and `--lang`, which every command takes."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output"),
        click.option(
            "--lang",
            type=click.Choice(["en", "zh"]),
            help="language of messages and tables (default: the file's, then the machine's)",
        ),
    ):
        command = option(command)
    return command


def _uncover(context: click.Context, _: click.Parameter, wanted: bool) -> bool:
    if wanted:
        context.with_resource(uncovered())
    return wanted


def unmasked_option(command: Command) -> Command:
    """`--unmasked`, of the commands that show or write what a roster holds."""
    return click.option(
        "--unmasked",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_uncover,
        help="show identity numbers in full, everywhere (default: masked)",
    )(command)


def guarded(command: Command) -> Command:
    """Turns what user data can raise into a message and an exit status."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except FactsError as error:
            language = click.get_current_context().obj or language_of(None, options.get("lang"))
            named = () if error.diagnostic is None else (error.diagnostic,)
            if wants_json():
                more = {"diagnostics": to_json(named, language)} if named else {}
                emit({"version": 1, "faults": [error.fault.to_dict(language)], **more})
            if named:
                show_diagnostics(named, language)
            else:
                click.echo(f"huice: {error.fault.line(language)}", err=True)
            sys.exit(DATA)

    return cast(Command, run)


def language_of(loaded: Loaded | None, chosen: str | None) -> Language:
    """--lang, else the language of the file, else that of the machine."""
    if chosen is not None:
        return "zh" if chosen == "zh" else "en"
    if loaded is not None and loaded.language is not None:
        return loaded.language
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not named and sys.platform == "win32":
        import locale

        named = locale.getlocale()[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"


def wants_json() -> bool:
    """Whether the command that runs was called with --json."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.params.get("as_json"))


def emit(data: Any, verbatim: bool = False) -> None:
    """JSON on standard output; in ASCII where the output cannot take every sign. `verbatim`: a policy's own text, which
    is not masked."""
    data = data if verbatim else masked_data(data)
    click.echo(json.dumps(data, ensure_ascii=only_ascii(), indent=2))


def only_ascii() -> bool:
    """Whether standard output cannot take every sign."""
    return "utf" not in (getattr(sys.stdout, "encoding", None) or "utf-8").lower()


def stop(text: Text, language: Language, status: int) -> NoReturn:
    """End with one message; with --json it is the document on standard output as well."""
    if wants_json():
        emit({"version": 1, "error": text[language]})
    fail(text, language, status)


def fail(text: Text, language: Language, status: int) -> NoReturn:
    """End with a message after the result was printed."""
    click.echo(masked(f"huice: {text[language]}"), err=True)
    sys.exit(status)


def stop_with(diagnostics: Iterable[Diagnostic], language: Language) -> NoReturn:
    """End with what is wrong with a policy, status 1; with --json as `check` gives it."""
    found = tuple(diagnostics)
    if wants_json():
        emit({"version": 1, "diagnostics": to_json(found, language)})
    show_diagnostics(found, language)
    sys.exit(FINDINGS)


def one_standard_input(*named: str) -> None:
    """Standard input can be read once. Ends with status 2 when two arguments name it."""
    if named.count("-") > 1:
        said = Text("standard input (-) can stand for one file only", "标准输入（-）只能代表一个文件")
        stop(said, language_of(None, click.get_current_context().params.get("lang")), USAGE)


def show_diagnostics(diagnostics: Iterable[Diagnostic], language: Language) -> None:
    found = tuple(diagnostics)
    if found:
        click.echo(masked(render_text(found, language, colour=sys.stderr.isatty())), err=True)


def show_faults(faults: Iterable[Fault], language: Language) -> None:
    for fault in faults:
        click.echo(fault.headed(language), err=True)


def usable(file: str, lang: str | None) -> tuple[Loaded, Language]:
    """The program of FILE; stops with its diagnostics (status 1) when it has errors."""
    loaded = open_program(file)
    language = language_of(loaded, lang)
    click.get_current_context().obj = language  # for what `guarded` may have to say
    if loaded.missing is not None:
        stop(loaded.missing, language, USAGE)
    if loaded.ir is None:
        stop_with(loaded.diagnostics, language)
    return loaded, language
