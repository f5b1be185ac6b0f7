"""A projection as files: budget.xlsx, report.html, draws.parquet, results.json, manifest.json."""

from __future__ import annotations

from pathlib import Path

from huice.reports.budget import write_budget
from huice.reports.files import Writer, as_json, text_file, write_folder
from huice.reports.page.simulation import simulation_page
from huice.reports.tables import projection
from lang.diagnostics import Language, Text
from lang.model import Program
from simulator.figures.results import Results


def write_simulation(results: Results, program: Program, folder: Path, language: Language) -> list[Path] | Text:
    """The files written, or what stood in the way."""
    data = results.to_dict()

    def parquet(place: Path) -> None:
        import pyarrow.parquet as pq

        pq.write_table(results.frame, place)

    writers: dict[str, Writer] = {
        "budget.xlsx": lambda place: write_budget(place, data, program, language),
        "report.html": text_file(simulation_page(projection(data, program), language)),
        "draws.parquet": parquet,
        # What depends on the clock stands in the manifest alone: the rest is the same bytes for the same run.
        "results.json": as_json({name: value for name, value in data.items() if name != "timing"}),
        "manifest.json": as_json(data["manifest"] | {"timing": data["timing"]}),
    }
    return write_folder(folder, writers)
