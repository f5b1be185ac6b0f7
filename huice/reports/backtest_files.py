"""A back test as files: report.html, results.json."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huice.reports.files import as_json, text_file, write_folder
from huice.reports.page.backtest import backtest_page
from lang.diagnostics import Language, Text
from lang.model import Program


def write_backtest(data: Mapping[str, Any], program: Program, folder: Path, language: Language) -> list[Path] | Text:
    """`data`: the JSON of `huice backtest`. The files written, or what stood in the way."""
    page = text_file(backtest_page(data, program, language))
    return write_folder(folder, {"report.html": page, "results.json": as_json(data)})
