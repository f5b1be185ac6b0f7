"""The Python face: the same answers as the command line, as objects."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

import huice
from tests.huice.helpers import GRANT, PEOPLE, TOWN, run, write

FACTS = {"person": PEOPLE}


def test_load_and_loads(tmp_path: Path) -> None:
    place = write(tmp_path / "grant.policy", GRANT)
    assert huice.load(place).name == huice.load(str(place)).name == huice.loads(GRANT).name == "grant"
    assert huice.load("std:shaoxing_2021_51").name == "shaoxing_2021_51"
    with pytest.raises(FileNotFoundError):
        huice.load(tmp_path / "none.policy")


def test_errors_carry_their_diagnostics() -> None:
    with pytest.raises(huice.PolicyError) as raised:
        huice.loads(GRANT.replace("courses ≥ 10", "coures ≥ 10"))
    (found,) = raised.value.diagnostics
    assert found.code.startswith("HC") and "coures" in found.message.en


def test_evaluate_gives_what_the_command_gives(tmp_path: Path) -> None:
    ledger = huice.loads(GRANT).evaluate(huice.Facts.from_dict(FACTS), until="2025-12", set={"bonus": "820"})
    assert not ledger.complete and not ledger.faults and not ledger.refused
    assert ledger.payments.column_names == ["clause", "entity", "id", "month", "due", "payee", "amount_fen"]
    assert ledger.payments["amount_fen"].to_pylist() == [82000, 300000]
    assert ledger.undetermined == [{"clause": "stable_job", "entity": "person", "id": "di", "missing": ["origin"]}]
    place = write(tmp_path / "grant.policy", GRANT)
    data = run("eval", place, "--facts", "-", "--json", "--set", "bonus=820", stdin=json.dumps(FACTS)).data
    assert ledger.to_dict() | {"faults": []} == data


def test_facts_from_a_path_and_from_frames(tmp_path: Path) -> None:
    program = huice.loads(GRANT)
    write(tmp_path / "people.json", json.dumps(FACTS))
    expected = program.evaluate(huice.Facts.from_dict(FACTS)).to_dict()
    assert program.evaluate(huice.Facts.from_path(tmp_path / "people.json")).to_dict() == expected
    frames = {
        "person": pa.table({"id": ["an", "bo", "di"], "origin": ["hill", "other", None], "courses": [12, 3, 3],
                            "hired_on": ["2025-02-03", "2025-03-01", "2025-03-01"]}),
        "employed": pa.table({"id": ["an", "bo", "di"], "from": ["2025-01", "2025-03", "2025-01"],
                              "to": [None, "2025-09", None]}),
        "person.social_insurance": pa.table({"id": ["an", "bo", "di"], "from": ["2025-01", "2025-06", "2025-01"],
                                             "to": [None, "2025-07", None]}),
    }  # fmt: skip
    assert program.evaluate(huice.Facts.from_frames(frames)).to_dict() == expected


def test_faults_and_facts_errors(tmp_path: Path) -> None:
    program = huice.loads(GRANT)
    ledger = program.evaluate(huice.Facts.from_dict({"person": [PEOPLE[0] | {"hired_on": "2024-02-30"}]}))
    assert [(f.row, f.column) for f in ledger.faults] == [(1, "hired on")]
    with pytest.raises(huice.FactsError, match="no such file"):
        program.evaluate(huice.Facts.from_path(tmp_path / "none.json"))
    with pytest.raises(huice.FactsError):
        program.evaluate(huice.Facts.from_dict({"person": "all"}))


def test_simulate_and_compare() -> None:
    town, more = huice.loads(TOWN), huice.loads(TOWN.replace("3000 yuan once", "4000 yuan once"))
    seen: list[tuple[int, int]] = []
    results = town.simulate("baseline", draws=32, seed=1, on_progress=lambda done, all: seen.append((done, all)))
    data = results.to_dict()
    assert data["draws"] == 32 and seen and seen[-1][0] == seen[-1][1]
    assert results.quantile(0.5) == data["total"]["paid"]["quantiles"]["0.5"]
    assert results.frame.num_rows == 32
    same = huice.compare(town, town, scenario="baseline", draws=32).to_dict()["difference"]["total"]["entitled"]
    assert same["min"] == same["max"] == same["mean"] == 0
    difference = huice.compare(town, more, draws=32)
    entitled = difference.to_dict()["difference"]["total"]["entitled"]
    assert entitled["min"] > 0
    (step,) = huice.bridge(town, more, difference)
    assert (step["entitled"]["mean"], step["entitled"]["min"]) == (entitled["mean"], entitled["min"])
    assert huice.bridge(town, town, huice.compare(town, town, draws=32)) == []
    compile(town.to_python(), "evaluators.py", "exec")


def test_importing_is_light() -> None:
    code = "import sys, huice; print([m for m in ('numpy', 'pyarrow', 'lark', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (("check", "-"), ("numpy", "pyarrow", "scipy", "rich", "python_calamine", "xlsxwriter")),
        (
            ("eval", "-", "--facts", "people.json", "--json"),
            ("numpy", "pyarrow", "scipy", "python_calamine", "xlsxwriter"),
        ),
    ],
)
def test_commands_import_only_what_they_need(
    tmp_path: Path, arguments: tuple[str, ...], heavy: tuple[str, ...]
) -> None:
    write(tmp_path / "people.json", json.dumps(FACTS))
    code = (
        f"import sys\nfrom huice.cli import huice\nhuice.main({list(arguments)!r}, standalone_mode=False)\n"
    ).replace("huice.main(", "\ntry:\n    huice.main(") + "except SystemExit:\n    pass\n"
    code += f"print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], input=GRANT, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr.strip().splitlines()[-1] == "[]", done.stderr
