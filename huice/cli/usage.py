"""Wrong usage of the command line, told in the reader's language.

In: what the parser of options found (in its own English), or a `WrongValue` of an option's own type. Out: one sentence
in English or Chinese behind the usage line, status 2. The file's language is not known yet when options are read:
`--lang` counts, else the machine's language.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import IO, Any

import click

from lang.diagnostics import Language, Text


class WrongValue(click.BadParameter):
    """A value of an option that is refused, told in both languages."""

    def __init__(self, text: Text, ctx: click.Context | None = None, param: click.Parameter | None = None) -> None:
        super().__init__(text.en, ctx, param)
        self.text = text


# What the parser says, and how it is said in Chinese. Some of it can be told only by its wording.
_SAID: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        (r"Got unexpected extra arguments? \((.*)\)", "多余的参数：{0}"),
        (r"Option '(.*)' requires an argument\.", "选项“{0}”缺少取值"),
        (r"Option '(.*)' requires (\d+) arguments\.", "选项“{0}”须有 {1} 个取值"),
        (r"Option '(.*)' does not take a value\.", "选项“{0}”不带取值"),
        (r"'(.*)' is not one of (.*)\.", "“{0}”不在可选值之内：{1}"),
        (r"'(.*)' is not (.*)\.", "“{0}”不是{1}"),
        (r"(.*) is not in the range (.*)\.", "{0} 不在范围 {1} 之内"),
    )
)
_NUMBERS = {"a valid integer": "整数", "a valid integer range": "整数", "a valid float": "数字"}


class Complaint(click.ClickException):
    """What was wrong, as it is shown: the usage line, where to find help, the sentence."""

    exit_code = 2

    def __init__(self, error: click.UsageError, language: Language, as_json: bool) -> None:
        from huice.privacy.masking import masked

        super().__init__(masked(sentence(error, language)))
        self.language, self.as_json = language, as_json
        self.usage = "" if error.ctx is None else masked(_usage(error.ctx, language))

    def show(self, file: IO[Any] | None = None) -> None:
        if self.as_json:
            from huice.cli.common import emit

            emit({"version": 1, "error": self.message})
        out = sys.stderr if file is None else file
        head = Text("Error: ", "错误：")[self.language]
        click.echo(f"{self.usage}{head}{self.message}", file=out)


def sentence(error: click.UsageError, language: Language) -> str:
    """What is wrong, in one sentence."""
    own = error.text if isinstance(error, WrongValue) else None
    if language == "en":
        return error.format_message()
    match error:
        case click.NoSuchOption():
            return f"没有选项“{error.option_name}”{_perhaps(error.possibilities)}"
        case click.exceptions.NoSuchCommand():
            return f"没有命令“{error.command_name}”{_perhaps(error.possibilities)}"
        case click.MissingParameter(param=click.Parameter() as param):
            kind = "参数" if isinstance(param, click.Argument) else "选项"
            choices = (
                f"，可选：{'、'.join(map(str, param.type.choices))}" if isinstance(param.type, click.Choice) else ""
            )
            return f"缺少{kind}“{_named(param)}”{choices}"
        case click.BadParameter(param=click.Parameter() as param):
            return f"“{_named(param)}”的取值无效：{own.zh if own is not None else _in_chinese(error.message)}"
        case _:
            return _in_chinese(error.message)


def _in_chinese(message: str) -> str:
    for pattern, chinese in _SAID:
        found = pattern.fullmatch(message)
        if found is not None:
            return chinese.format(*(_part(part) for part in found.groups()))
    return message


def _part(part: str) -> str:
    return _NUMBERS.get(part) or part.replace("', '", "、").strip("'").replace("<=", " ≤ ")


def _perhaps(names: Sequence[str] | None) -> str:
    return f"；是否为 {'、'.join(names)}？" if names else ""


def _named(param: click.Parameter) -> str:
    """`--facts`, or FILE: an option by its longest name, an argument as help shows it."""
    if isinstance(param, click.Argument):
        return param.make_metavar(click.get_current_context(silent=True) or click.Context(click.Command("huice")))
    return max(param.opts, key=len)


def _usage(ctx: click.Context, language: Language) -> str:
    """The usage line and where to find help."""
    usage = ctx.get_usage()
    if language == "zh":
        usage = usage.replace("Usage: ", "用法：", 1)
    help = Text(f"Try '{ctx.command_path} --help' for help.", f"说明见 {ctx.command_path} --help")
    return f"{usage}\n{help[language]}\n\n"


def asked_for(arguments: Sequence[str]) -> str | None:
    """What `--lang` says, where the options are not read yet."""
    for at, argument in enumerate(arguments):
        if argument == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return None
