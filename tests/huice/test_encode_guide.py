"""The guide "Encode your own document", typed in as it stands: pieces of the program, commands, what they print."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import frozen

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "encode_your_own.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
STATUS = re.compile(r"\s+# status (\d)$")


@frozen
class Step:
    """`shown`: what the guide prints below the command's block."""

    command: str
    promised: int
    status: int
    output: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("guide")
    (place / "notice.txt").write_bytes((ROOT / "docs/examples/notice.txt").read_bytes())
    return place


@pytest.fixture(scope="module")
def steps(folder: Path) -> list[Step]:
    """Every command, in order, each with the program as far as the guide has come."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    policy, done, since = "", [], 0
    for kind, text in BLOCK.findall(GUIDE):
        if kind == "policy":
            policy += ("\n" if policy else "") + text
            (folder / "notice.policy").write_text(policy, encoding="utf-8")
        elif kind == "json":
            (folder / "people.json").write_text(text, encoding="utf-8")
        elif kind == "text":
            assert text in "".join(step.output for step in done[since:]), text
        elif kind == "sh":
            since = len(done)
            for line in text.splitlines():
                promised, command = STATUS.search(line), STATUS.sub("", line)
                run = subprocess.run(
                    ["bash", "-c", command],
                    cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300,
                )  # fmt: skip
                done.append(Step(command, int(promised[1]) if promised else 0, run.returncode, run.stdout + run.stderr))
    return done


def test_every_command_ends_as_the_guide_says(steps: list[Step]) -> None:
    assert len(steps) >= 12
    for step in steps:
        assert step.status == step.promised, f"{step.command}\n{step.output}"
        assert "huice-defect" not in step.output


def test_no_finding_is_left(steps: list[Step]) -> None:
    last = [step for step in steps if step.command.startswith("huice check")][-1]
    assert last.output.startswith("no findings")


def test_the_pieces_are_the_example(folder: Path, steps: list[Step]) -> None:
    whole = (folder / "notice.policy").read_text(encoding="utf-8")
    assert whole == (ROOT / "docs/examples/notice.policy").read_text(encoding="utf-8")


def test_what_the_end_shows(folder: Path, steps: list[Step]) -> None:
    assert (folder / "budget" / "report.html").exists()
    html = (folder / "notice.html").read_text(encoding="utf-8")
    assert "给予交通补助，最长不超过12个月。" in html  # the page break inside the item is gone
    assert "resettled" in steps[-1].output
