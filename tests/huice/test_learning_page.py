"""docs/learning.md, typed in as it stands: every command, and every output that it shows."""

import re
import shutil
from pathlib import Path

import pytest

from tests.huice.helpers import typed_in

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "learning.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```([\w-]+)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, int, str]]]:
    folder = tmp_path_factory.mktemp("district") / "district"
    shutil.copytree(ROOT / "docs" / "examples" / "district", folder)
    done = []
    for kind, text in BLOCK.findall(PAGE):
        for line in text.splitlines() if kind == "sh" else ():
            run = typed_in(line, folder)
            done.append((line, run.status, run.out + run.err))
    return folder, done


def test_every_command_ends_well(typed: tuple[Path, list[tuple[str, int, str]]]) -> None:
    folder, done = typed
    assert len(done) == 8
    for command, status, output in done:
        assert status == 0, f"{command}\n{output}"
        assert "Traceback" not in output
    assert (folder / "july" / "budget.xlsx").is_file()


def test_the_outputs_that_it_shows_are_what_comes(typed: tuple[Path, list[tuple[str, int, str]]]) -> None:
    everything = "".join(output for _, _, output in typed[1])
    shown = [text for kind, text in BLOCK.findall(PAGE) if kind == "text"]
    assert len(shown) == 4
    for text in shown[1:]:
        for line in text.splitlines():
            assert line in everything
    for name in ("district.policy", "roster", "payments.csv"):
        assert name in shown[0] and (typed[0] / name).exists()


def test_the_part_of_the_scenario_that_it_shows_is_in_it(typed: tuple[Path, list[tuple[str, int, str]]]) -> None:
    scenario = (typed[0] / "calibrated.policy").read_text("utf-8")
    (part,) = (text for kind, text in BLOCK.findall(PAGE) if kind == "policy-part")
    for line in part.splitlines():
        assert line.strip() in scenario.replace("“", '"')


def test_the_figures_of_the_files_are_as_it_says(typed: tuple[Path, list[tuple[str, int, str]]]) -> None:
    people = (typed[0] / "roster" / "person.csv").read_text("utf-8").splitlines()
    paid = (typed[0] / "payments.csv").read_text("utf-8").splitlines()
    assert (len(people) - 1, len(paid) - 1) == (253, 736)
    assert "253 people" in PAGE and "736 payments" in PAGE
