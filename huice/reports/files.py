"""What files are written with: whole or not at all, and cells that are no formulas."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from lang.diagnostics import Text
from simulator.whole_files import clear_partial, write_all, write_whole

__all__ = ["as_json", "as_text", "text_file", "write_folder", "write_whole"]

Writer = Callable[[Path], None]


def as_text(cell: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def text_file(text: str) -> Writer:
    return lambda place: _write(place, text)


def as_json(value: object) -> Writer:
    return text_file(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def write_folder(folder: Path, writers: Mapping[str, Writer]) -> list[Path] | Text:
    """Files by name, all or none: those written, or what stood in the way."""
    try:
        for place in {folder, *((folder / name).parent for name in writers)}:
            clear_partial(place)  # of a run that was killed while it wrote
        write_all({folder / name: writer for name, writer in writers.items()})
    except OSError as error:
        return Text(f"{folder}: cannot be written ({error.strerror})", f"{folder}：无法写入（{error.strerror}）")
    return [folder / name for name in writers]


def _write(place: Path, text: str) -> None:
    place.write_text(text, encoding="utf-8")
