"""A comparison as files: budget.xlsx, report.html, results.json, manifest.json."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huice.reports.budget import write_comparison_budget
from huice.reports.files import Writer, as_json, text_file, write_folder
from huice.reports.page.comparison import comparison_page
from huice.reports.tables import comparison
from lang.diagnostics import Language, Text
from lang.model import Program


def write_comparison(data: Mapping[str, Any], program: Program, folder: Path, language: Language) -> list[Path] | Text:
    """`data`: the JSON of `huice compare`; `program`: B. The files written, or what stood in the way."""
    writers: dict[str, Writer] = {
        "budget.xlsx": lambda place: write_comparison_budget(place, data, program, language),
        "report.html": text_file(comparison_page(comparison(data, program), data, program, language)),
        "results.json": as_json({name: value for name, value in data.items() if name != "timing"}),
        "manifest.json": as_json({"a": data["a"]["manifest"], "b": data["b"]["manifest"], "timing": data["timing"]}),
    }
    return write_folder(folder, writers)
