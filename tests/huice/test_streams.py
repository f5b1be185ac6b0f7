"""What happens where standard output cannot take everything: its reader has gone, it is full, it is closed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.huice.helpers import GRANT, TOWN, write

HUICE = [sys.executable, "-m", "huice"]


def with_output(*arguments: object, reader: str = "gone", unbuffered: bool = False) -> tuple[int, str]:
    """The status and what stands on standard error. The reader of standard output is `gone`, or it is `full`."""
    if reader == "full":
        out = os.open("/dev/full", os.O_WRONLY)
    else:
        inward, out = os.pipe()
        os.close(inward)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1" if unbuffered else "", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            [*HUICE, *map(str, arguments)], stdout=out, stderr=subprocess.PIPE, text=True, env=environment, check=False
        )
    finally:
        os.close(out)
    return done.returncode, done.stderr


@pytest.mark.parametrize("unbuffered", [False, True])
def test_a_reader_that_has_gone_changes_neither_status_nor_files(tmp_path: Path, unbuffered: bool) -> None:
    assert with_output("policies", unbuffered=unbuffered) == (0, "")
    broken = write(tmp_path / "broken.policy", GRANT.replace("courses ≥ 10", "coures ≥ 10"))
    assert with_output("check", broken, "--json", unbuffered=unbuffered) == (1, "")


def test_a_run_whose_tables_nobody_reads_writes_its_files(tmp_path: Path) -> None:
    town, out = write(tmp_path / "town.policy", TOWN), tmp_path / "out"
    status, errors = with_output("simulate", town, "--draws", 16, "--out", out)
    assert status == 0 and "Traceback" not in errors
    assert (out / "results.json").is_file() and (out / "report.html").is_file()


def test_watching_ends_when_nobody_listens(tmp_path: Path) -> None:
    assert with_output("watch", write(tmp_path / "grant.policy", GRANT))[0] == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_an_output_that_is_full_is_no_defect(form: list[str]) -> None:
    status, errors = with_output("policies", *form, reader="full")
    assert status == 2 and errors.startswith("huice: the disk or the output is full") and errors.count("\n") == 1


def test_an_output_that_is_closed(tmp_path: Path) -> None:
    grant = write(tmp_path / "grant.policy", GRANT)
    command = " ".join((*HUICE, "check", str(grant)))
    assert subprocess.run(f"{command} >&- 2>&-", shell=True, check=False).returncode == 0
