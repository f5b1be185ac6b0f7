"""The README's tour, typed in as it stands: every command with the status it says, every output that it shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
STATUS = re.compile(r"\s+# status (\d)$")


@pytest.fixture(scope="module")
def transcript(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, int, int, str]]:
    """(command, status promised, status, standard output) of each command, in order, all run in one folder."""
    folder = tmp_path_factory.mktemp("tour")
    (policy,) = (text for kind, text in BLOCK.findall(README) if kind == "policy")
    (facts,) = (text for kind, text in BLOCK.findall(README) if kind == "json")
    (folder / "first.policy").write_text(policy, encoding="utf-8")
    (folder / "people.json").write_text(facts, encoding="utf-8")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = []
    for kind, text in BLOCK.findall(README):
        if kind != "sh":
            continue
        for line in text.splitlines():
            promised = STATUS.search(line)
            command = STATUS.sub("", line).split("  #")[0]
            run = subprocess.run(
                ["bash", "-o", "pipefail", "-c", command],
                cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300,
            )  # fmt: skip
            done.append((command, int(promised[1]) if promised else 0, run.returncode, run.stdout + run.stderr))
    return done


def test_every_command_ends_as_the_readme_says(transcript: list[tuple[str, int, int, str]]) -> None:
    assert len(transcript) >= 12
    for command, promised, status, output in transcript:
        assert status == promised, f"{command}\n{output}"
        assert "Traceback" not in output and "huice-defect" not in output


def test_the_outputs_that_it_shows_are_what_comes(transcript: list[tuple[str, int, int, str]]) -> None:
    shown = [text for kind, text in BLOCK.findall(README) if kind == "text"]
    everything = "".join(output for _, _, _, output in transcript)
    assert len(shown) == 3
    for text in shown:
        assert text in everything


def test_the_four_mistakes_are_each_one_message_with_its_place(transcript: list[tuple[str, int, int, str]]) -> None:
    broken = [output for command, promised, _, output in transcript if promised == 1 and "check" in command]
    assert len(broken) == 3
    for number, output in zip((2, 1, 1), broken, strict=True):
        assert output.count("error HC") == number, output


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test", "setup"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
        assert f"make {target}" in README
