"""The page on projections, typed in as it stands: its policy, its roster, its commands, and what they print."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.huice.helpers import typed_in

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "projections.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything typed in; each command ends with 0, and what the page shows below it is in what it printed."""
    place = tmp_path_factory.mktemp("page")
    policy, printed = "", ""
    for kind, text in BLOCK.findall(PAGE):
        if kind == "policy":
            policy += ("\n" if policy else "") + text
            (place / "town.policy").write_text(policy, encoding="utf-8")
        elif kind == "json":
            (place / "people.json").write_text(text, encoding="utf-8")
        elif kind == "text":
            assert text.strip() in printed
        elif kind == "sh":
            printed = ""
            for line in text.splitlines():
                done = typed_in(line, place)
                assert done.status == 0, done.err
                printed += done.out + done.err
    return place


def test_the_page_is_as_it_says(folder: Path) -> None:
    results = json.loads((folder / "projection" / "results.json").read_text("utf-8"))
    assert results["draws"] == 256 and "partial" not in results
    assert results["targets"]["fairs"]["probability"] == pytest.approx(0.76, abs=0.05)
    assert 0 < results["variance"]["unknowns"] < 1
    assert sorted(path.name for path in (folder / "projection").iterdir()) == [
        "budget.xlsx", "draws.parquet", "manifest.json", "report.html", "results", "results.json",
    ]  # fmt: skip


def test_every_option_of_the_command_that_it_names_is_there() -> None:
    named = set(re.findall(r"`(--[a-z]+)", PAGE))
    help = subprocess.run(
        [sys.executable, "-m", "huice", "simulate", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert named and all(option in help for option in named)
