"""Reading a roster on behalf of a command: with progress, and with `--strict`, which stops at what cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from huice.cli.common import DATA, emit, fail, show_faults, wants_json
from huice.cli.progress import progress
from huice.facts.faults import Fault
from huice.facts.read import read_facts
from huice.programs import Loaded
from lang.diagnostics import Language, Text

if TYPE_CHECKING:
    from compiler.facts import Facts

Command = TypeVar("Command", bound=Callable[..., Any])
FORMS = ".json, .xlsx, .parquet, .duckdb, a folder of .csv or .parquet, or -"


def strict_option(command: Command) -> Command:
    """`--strict`, of the commands that evaluate a roster."""
    return click.option(
        "--strict", is_flag=True, help="stop when anything in the roster cannot be read (default: it counts as unknown)"
    )(command)


def read_roster(loaded: Loaded, path: str, language: Language, strict: bool = False) -> tuple[Facts, list[Fault]]:
    """The facts, and what could not be read of them. With `strict` the command ends (status 3) when there is such."""
    assert loaded.model is not None
    with progress(Text("reading", "读取名册")[language]) as on_progress:
        facts, faults = read_facts(loaded.model, path, loaded.facts_read, on_progress)
    errors = sum(fault.severity == "error" for fault in faults)
    if strict and errors:
        if wants_json():
            emit({"version": 1, "faults": [fault.to_dict(language) for fault in faults]})
        show_faults(faults, language)
        message = Text(
            f"{errors:,} places cannot be read; nothing was evaluated (--strict)",
            f"有 {errors:,} 处无法读取；未作计算（--strict）",
        )
        fail(message, language, DATA)
    return facts, faults
