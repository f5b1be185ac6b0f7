"""The wheel, installed alone: everything it needs is in it, and a `lang/` of the user's own does not get in the way."""

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
POLICY = """policy p
  in force 2025-01-01 to 2025-12-31
  paid from f
entity person
  has enrolled: yes/no monthly
  has social insurance: yes/no monthly
fund f
clause stable_job
  for person
  enrolled ≥3 months with social insurance → 3000 once
"""
FACTS = {"person": [{"id": "p1", "enrolled": [["2025-02", None]], "social_insurance": [["2025-01", None]]}]}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it (its dependencies are lent by the one that runs the tests)."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    venv.create(place / "env", with_pip=False, symlinks=True)
    (site,) = (place / "env").glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "lent.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return place


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    python = installed / "env" / "bin" / "python"
    return subprocess.run(
        [str(python), *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120
    )


def test_the_wheel_holds_what_it_needs_and_nothing_else(installed: Path) -> None:
    (wheel,) = installed.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    rooms = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert rooms == {"lang", "compiler", "simulator", "stdlib_policies", "huice", "pytest_huice.py"}
    assert "lang/parsing/grammar.lark" in names
    assert "stdlib_policies/shaoxing_2021_51/shaoxing_2021_51.policy" in names
    assert "stdlib_policies/labour_cooperation.policy" in names


def test_it_works_beside_a_lang_folder_of_ones_own(installed: Path, tmp_path: Path) -> None:
    for own in ("lang", "compiler"):
        (tmp_path / own).mkdir()
        (tmp_path / own / "__init__.py").write_text("raise RuntimeError('the user has a package of this name')\n")
    (tmp_path / "p.policy").write_text(POLICY, encoding="utf-8")
    (tmp_path / "facts.json").write_text(json.dumps(FACTS))
    done = run(installed, tmp_path, "-m", "huice", "eval", "p.policy", "--facts", "facts.json", "--json")
    assert done.returncode == 0, done.stderr
    (payment,) = json.loads(done.stdout)["payments"]
    assert (payment["id"], payment["month"], payment["amount"]) == ("p1", "2025-04", "3000.00")
    code = "import huice; p = huice.load('std:shaoxing_2021_51'); print(p.name, huice.__file__)"
    done = run(installed, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    name, place = done.stdout.split(" ", 1)
    assert name == "shaoxing_2021_51"
    assert Path(place.strip()).is_relative_to(installed)


def test_the_command_says_its_version(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "-m", "huice", "--version")
    assert done.returncode == 0 and "0.1.0" in done.stdout
