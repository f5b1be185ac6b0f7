"""A projection as files: budget.xlsx, report.html, results.json, manifest.json, draws.parquet, results/*.parquet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from huice.reports.budget import write_budget
from huice.reports.files import Writer, as_json, text_file, write_folder
from huice.reports.page.simulation import simulation_page
from huice.reports.tables import projection
from huice.store.opened import FOLDER
from huice.store.tables import NAMES, tables_of
from lang.diagnostics import Language, Text
from lang.model import Program
from simulator.figures.results import Results


def write_simulation(
    results: Results, program: Program, folder: Path, language: Language, more: Mapping[str, Any] | None = None
) -> list[Path] | Text:
    """The files written, or what stood in the way.

    `more`: keys beside those of the results: `sensitivity` (the JSON of `huice sensitivity`), `known` (of `reforecast`:
    what was paid in fact, by month) or `actual` (the same beside a forecast made without it), which the page shows too.
    """
    data = results.to_dict() | dict(more or {})
    tables = tables_of(results)
    known = data.get("known") or data.get("actual") or {}
    paid = {month: float(yuan) for month, yuan in known.get("months", {}).items()}

    def parquet(table: Callable[[], Any]) -> Writer:
        def write(place: Path) -> None:
            import pyarrow.parquet as pq

            pq.write_table(table(), place, compression="zstd")

        return write

    writers: dict[str, Writer] = {
        "budget.xlsx": lambda place: write_budget(place, data, program, language),
        "report.html": text_file(
            simulation_page(projection(data, program), language, sensitivity=data.get("sensitivity"), actual=paid)
        ),
        "draws.parquet": parquet(lambda: results.frame),
        **{f"{FOLDER}/{name}.parquet": parquet(table) for name, table in tables.items()},
        # What depends on the clock stands in the manifest alone: the rest is the same bytes for the same run.
        "results.json": as_json({name: value for name, value in data.items() if name != "timing"}),
        "manifest.json": as_json(data["manifest"] | {"timing": data["timing"]}),
    }
    written = write_folder(folder, writers)
    for name in NAMES:  # of an earlier run that had more
        if not isinstance(written, Text) and name not in tables:
            (folder / FOLDER / f"{name}.parquet").unlink(missing_ok=True)
    return written
