"""Reading a roster on behalf of a command: with progress, and with `--strict`, which stops at what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Container
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from huice.cli.common import DATA, emit, fail, show_faults, wants_json
from huice.cli.progress import progress
from huice.facts.faults import Fault
from huice.facts.read import read_columns, read_facts
from huice.programs import Loaded
from lang.diagnostics import Language, Text, counted
from lang.model import Program

if TYPE_CHECKING:
    from compiler.fact_columns import FactColumns
    from compiler.facts import Facts

Command = TypeVar("Command", bound=Callable[..., Any])
Read = TypeVar("Read")
Reader = Callable[
    [Program, str, Container[tuple[str, str]], Callable[[int, int], None] | None], tuple[Read, list[Fault]]
]
FORMS = ".json, .xlsx, .parquet, .duckdb, a folder of .csv or .parquet, or -"


def strict_option(command: Command) -> Command:
    """`--strict`, of the commands that evaluate a roster."""
    return click.option(
        "--strict", is_flag=True, help="stop when anything in the roster cannot be read (default: it counts as unknown)"
    )(command)


def read_roster(loaded: Loaded, path: str, language: Language, strict: bool = False) -> tuple[Facts, list[Fault]]:
    """The facts, and what could not be read of them. With `strict` the command ends (status 3) when there is such."""
    return _read(read_facts, loaded, path, language, strict)


def read_roster_columns(
    loaded: Loaded, path: str, language: Language, strict: bool = False
) -> tuple[Facts | FactColumns, list[Fault]]:
    """The same as columns, for any number of rows; JSON, which is records anyway, as records."""
    place = Path(path)
    if path == "-" or (place.suffix.lower() == ".json" and place.is_file()):
        return read_roster(loaded, path, language, strict)
    return _read(read_columns, loaded, path, language, strict)


def _read(
    reader: Reader[Read], loaded: Loaded, path: str, language: Language, strict: bool
) -> tuple[Read, list[Fault]]:
    assert loaded.model is not None
    with progress(Text("reading", "读取名册")[language]) as on_progress:
        facts, faults = reader(loaded.model, path, loaded.facts_read, on_progress)
    errors = sum(fault.severity == "error" for fault in faults)
    if strict and errors:
        if wants_json():
            emit({"version": 1, "faults": [fault.to_dict(language) for fault in faults]})
        show_faults(faults, language)
        message = Text(
            f"{counted(errors, 'place')} cannot be read; nothing was evaluated (--strict)",
            f"有 {errors:,} 处无法读取；未作计算（--strict）",
        )
        fail(message, language, DATA)
    return facts, faults
