"""docs/ledgers.md, typed in as it stands: every command with the status it says, every output that it shows."""

import re
import shutil
from pathlib import Path

import pytest

from huice.audit.records import KINDS
from huice.ledgers.rows import COLUMNS
from tests.huice.helpers import typed_in

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "ledgers.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
STATUS = re.compile(r"\s+# status (\d)$")


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, int, int, str]]]:
    """The folder, and (command, status promised, status, output) of each command."""
    folder = tmp_path_factory.mktemp("ledgers_page")
    shutil.copy(ROOT / "stdlib_policies" / "shaoxing_2021_51" / "example" / "roster.xlsx", folder)
    done = []
    for kind, text in BLOCK.findall(PAGE):
        for line in text.splitlines() if kind == "sh" else ():
            promised = STATUS.search(line)
            command = STATUS.sub("", line)
            run = typed_in(command, folder)
            done.append((command, int(promised[1]) if promised else 0, run.status, run.out + run.err))
    return folder, done


def test_every_command_ends_as_the_page_says(typed: tuple[Path, list[tuple[str, int, int, str]]]) -> None:
    folder, done = typed
    assert len(done) >= 10
    for command, promised, status, output in done:
        assert status == promised, f"{command}\n{output}"
        assert "Traceback" not in output and "leaked" not in output
    names = {place.name for place in folder.iterdir()}
    assert {
        "ledger.xlsx",
        "ledger.csv.manifest.json",
        "notice.html",
        "findings.xlsx",
        "for_statistics.parquet",
    } <= names


def test_the_outputs_that_it_shows_are_what_comes(typed: tuple[Path, list[tuple[str, int, int, str]]]) -> None:
    everything = "".join(output for _, _, _, output in typed[1])
    shown = [text for kind, text in BLOCK.findall(PAGE) if kind == "text"]
    assert len(shown) == 2
    for text in shown:
        assert text in everything


def test_every_column_and_every_finding_is_explained() -> None:
    for name in (*COLUMNS, *KINDS):
        assert re.search(rf"\b{name}\b", PAGE), name
