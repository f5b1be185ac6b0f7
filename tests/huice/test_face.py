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


def test_what_a_notebook_shows_is_short_and_says_what_it_is() -> None:
    program = huice.loads(TOWN)
    facts = huice.Facts.from_dict({"person": [{"id": "a", "origin": "hill", "employed": [["2025-01", None]]}]})
    assert repr(program) == "<huice.Program town: 2 clauses; scenarios: baseline>"
    assert repr(facts) == "<huice.Facts from a dict>"
    assert repr(program.evaluate(facts)) == "<huice.Ledger of town: 2 payments, 0 undetermined, 0 faults>"
    assert repr(program.totals(facts)) == "<huice.Totals: 2 clauses, 2025-01 to 2026-12, 3500.00 yuan>"
    results = program.simulate(draws=16)
    assert repr(results) == "<huice.Results of town, scenario baseline: 16 draws, seed 1, engine person>"
    assert repr(huice.compare(program, program, draws=16)) == "<huice.Comparison of town with town: 16 draws>"


def test_names_that_are_not_loaded_yet_are_offered() -> None:
    assert set(huice.__all__) <= set(dir(huice))
    assert all(getattr(huice, name) is not None for name in huice.__all__)


def test_a_wrong_type_is_told_with_what_was_expected() -> None:
    program = huice.loads(TOWN)
    facts = huice.Facts.from_dict({})
    for evaluate in (program.evaluate, program.totals):
        with pytest.raises(TypeError, match=r"facts are made with huice\.Facts\.from_dict"):
            evaluate({"person": []})  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="a month is text such as"):
            evaluate(facts, until=2025)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"a version is what huice\.load"):
        huice.compare(program, "town.policy")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
        program.simulate(draws="16")  # type: ignore[arg-type]
    with pytest.raises(huice.SimulationError, match="no scenario `nope`"):
        program.simulate("nope")


def test_a_ledger_of_facts_with_faults_is_not_complete(tmp_path: Path) -> None:
    program = huice.loads(TOWN)
    rows = [{"id": "a", "origin": "hill", "employed": [["2025-01", "2025-09"]]}]
    whole = huice.Facts.from_dict({"person": rows})
    faulty = huice.Facts.from_dict({"person": [*rows, {"origin": "hill"}]})
    assert program.evaluate(whole).complete and program.totals(whole).complete
    for found in (program.evaluate(faulty), program.totals(faulty)):
        assert not found.complete and len(found.faults) == 1
    assert program.evaluate(faulty).to_dict()["complete"] is False
    place = write(tmp_path / "town.policy", TOWN)
    text = "id,origin,employed from,employed to\na,hill,2025-01,2025-09\nb,hil,2025-01,2025-02\n"
    table = write(tmp_path / "person.csv", text).parent
    out = tmp_path / "out.json"
    done = run("eval", place, "--facts", table, "--json", "--out", out)
    assert done.status == 3 and done.data["complete"] is False
    assert json.loads(out.read_text("utf-8"))["complete"] is False
    assert json.loads((tmp_path / "out.json.manifest.json").read_text("utf-8"))["complete"] is False
