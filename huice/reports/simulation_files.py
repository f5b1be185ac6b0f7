"""A projection as files: budget.xlsx, report.html, draws.parquet, results.json, manifest.json."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from huice.reports.budget import write_budget
from huice.reports.simulation_page import page
from lang.diagnostics import Language, Text
from lang.model import Program
from simulator.figures.results import Results
from simulator.whole_files import clear_partial, write_all


def write_simulation(results: Results, program: Program, folder: Path, language: Language) -> list[Path] | Text:
    """The files written, or what stood in the way."""
    data = results.to_dict()

    def as_json(value: object) -> Callable[[Path], None]:
        text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
        return lambda place: _text(place, text)

    def parquet(place: Path) -> None:
        import pyarrow.parquet as pq

        pq.write_table(results.frame, place)

    writers: dict[str, Callable[[Path], None]] = {
        "budget.xlsx": lambda place: write_budget(place, data, program, language),
        "report.html": lambda place: _text(place, page(data, program, language)),
        "draws.parquet": parquet,
        # What depends on the clock stands in the manifest alone: the rest is the same bytes for the same run.
        "results.json": as_json({name: value for name, value in data.items() if name != "timing"}),
        "manifest.json": as_json(data["manifest"] | {"timing": data["timing"]}),
    }
    try:
        clear_partial(folder)  # of a run that was killed while it wrote
        write_all({folder / name: writer for name, writer in writers.items()})
    except OSError as error:
        return Text(f"{folder}: cannot be written ({error.strerror})", f"{folder}：无法写入（{error.strerror}）")
    return [folder / name for name in writers]


def _text(place: Path, text: str) -> None:
    place.write_text(text, encoding="utf-8")
