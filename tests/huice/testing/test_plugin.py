"""The pytest plugin, as a user has it: in a process of its own, in a folder of the user's."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OWN = """policy own "本地办法"
  in force 2024-01-01 to 2024-12-31
entity person "人员"
  has poor "脱贫": yes/no
  has employed "就业": yes/no monthly
clause start "上岗补贴"
  for person where poor
  employed ≥ 3 months → 1000 yuan once
property bounded for person: total paid by start ≤ 1000 yuan
property "过低的上限" low for person: total paid by start ≤ 900 yuan
case "three months"
  person p1
    poor = yes, employed = yes
  expect start pays p1 1000 yuan in 2024-01
case "两个月不发"
  person p1
    poor = yes
    employed = yes from 2024-01 to 2024-02
  expect start pays p1 1000 yuan in 2024-03
case "not known"
  person p1
    employed = yes
  expect start pays p1 1000 yuan in 2024-03
""".replace('"过低的上限" low', 'low "过低的上限"')


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=300)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own.policy").write_text(OWN, encoding="utf-8")
    return tmp_path


def test_a_file_that_is_named_is_collected(folder: Path) -> None:
    done = run(folder, "own.policy", "-v")
    assert done.returncode == 1
    found = re.findall(r"own\.policy::(.+?) (PASSED|FAILED)", done.stdout)
    assert found == [
        ("bounded", "PASSED"), ("low", "FAILED"), ("three months", "PASSED"), ("两个月不发", "FAILED"),
        ("not known", "FAILED"),
    ]  # fmt: skip
    assert "Traceback" not in done.stdout and "items.py" not in done.stdout
    for part in (
        "own.policy:10: refuted: low", "claimed: property low", "got: person/p1", 'case "low does not hold"',
        "own.policy:15: failed: 两个月不发", "person p1: poor = yes, employed = yes from 2024-01 to 2024-02",
        "expected: start person/p1: 1000.00 yuan in 2024-03", "got: nothing",
        "why: 2024-03", "own.policy:20: undetermined: not known", "for want of poor",
    ):  # fmt: skip
        assert part in done.stdout, part


def test_a_project_that_did_not_ask_is_not_collected(folder: Path) -> None:
    assert run(folder).returncode == 5  # no tests


def test_the_ini_option_collects_the_tree(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\nhuice_policies = own*.policy\nhuice_examples = 20\n")
    (folder / "sub").mkdir()
    shutil.copy(folder / "own.policy", folder / "sub" / "own_too.policy")
    shutil.copy(folder / "own.policy", folder / "other.policy")
    done = run(folder, "-q", "--collect-only")
    assert "10 tests collected" in done.stdout
    assert "sub/own_too.policy::两个月不发" in done.stdout and "other.policy" not in done.stdout


def test_names_and_one_item(folder: Path) -> None:
    assert "1 failed, 4 deselected" in run(folder, "own.policy", "-k", "两个月").stdout
    assert "1 passed" in run(folder, "own.policy::three months").stdout


def test_several_processes_and_no_plugin(folder: Path) -> None:
    assert "3 failed, 2 passed" in run(folder, "own.policy", "-n", "2").stdout
    assert run(folder, "own.policy", "-p", "no:huice").returncode != 0


def test_a_file_with_errors_says_what_check_says(folder: Path) -> None:
    (folder / "own.policy").write_text(OWN.replace("for person where poor", "for person where pooor"), encoding="utf-8")
    done = run(folder, "own.policy")
    assert done.returncode == 2
    assert "error HC201" in done.stdout and "own.policy:7:20" in done.stdout and "Traceback" not in done.stdout


def test_pytest_starts_without_huice(tmp_path: Path) -> None:
    """Nothing of Huice, of Hypothesis or NumPy through it, in a project without policies; its `lang` stays its own."""
    (tmp_path / "lang").mkdir()
    (tmp_path / "lang" / "__init__.py").write_text("MINE = True\n")
    (tmp_path / "test_mine.py").write_text(
        "import sys\nimport lang\n\ndef test_mine():\n    assert lang.MINE\n"
        "    assert not {'huice', 'compiler', 'numpy', 'lark'} & set(sys.modules)\n"
    )
    assert run(tmp_path, "-q").returncode == 0


def test_the_example_project(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs" / "examples" / "own_policies", tmp_path / "own")
    done = run(tmp_path / "own")
    assert "6 passed" in done.stdout, done.stdout
    lines = (tmp_path / "own" / "test_winter_help.py").read_text(encoding="utf-8").splitlines()
    assert sum(bool(line.strip()) for line in lines) <= 12
