"""Properties, tested on drawn people: `huice test`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import huice
from huice.testing.properties import PropertyResult, check_properties
from tests.huice.helpers import run
from tests.huice.testing.own import PROPERTIES, TEXT, trial


@pytest.fixture(scope="module")
def tested() -> dict[str, PropertyResult]:
    program = trial(PROPERTIES)
    return {one.name: one for one in check_properties(program.model, program.ir)}


def test_the_true_ones_hold_and_the_false_ones_are_refuted(tested: dict[str, PropertyResult]) -> None:
    assert len(tested) == 13
    for name, one in tested.items():
        assert one.status == ("held" if name.startswith("holds") else "refuted"), name
        assert one.examples >= 90 if one.status == "held" else one.found is not None


def test_an_example_is_small_and_passes_as_a_case(tested: dict[str, PropertyResult]) -> None:
    for one in tested.values():
        if one.found is None:
            continue
        shown = one.found.witness
        rows = sum(len(rows) for rows in shown.facts_json().values())
        assert rows <= 4, one.name  # the award needs three members of staff
        for language in ("en", "zh"):
            program = trial(shown.case(language))  # type: ignore[arg-type]
            from compiler.cases.run import run_cases
            from compiler.evaluate import evaluate

            assert [case.status for case in run_cases(program.model, program.ir, evaluate)] == ["passed"]


def test_what_is_shown_of_one(tested: dict[str, PropertyResult]) -> None:
    text = tested["fails_start"].text("zh")
    for part in (
        "不成立：上岗补贴过低",
        "主张：property fails start",
        "实际：person/p1",
        "start 3000.00元",
        "原因：",
        "案例 「上岗补贴过低不成立」",
    ):
        assert part in text


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "trial.policy"
    path.write_text(TEXT + PROPERTIES, encoding="utf-8")
    first, second = (run("test", str(path), "--json") for _ in range(2))
    assert first.out == second.out
    assert first.status == 1
    rows = {row["name"]: row for row in json.loads(first.out)["properties"]}
    assert rows["holds_start"] == {"name": "holds_start", "status": "held", "examples": 100}
    assert rows["fails_start"]["witness"]["person"][0]["poor"] is True
    assert rows["fails_start"]["got"].startswith("person/p1")
    assert rows["fails_start"]["case"].startswith('case "')


def test_examples_can_be_saved_and_pass(tmp_path: Path) -> None:
    path = tmp_path / "trial.policy"
    path.write_text(TEXT + "property low for person: total paid by start ≤ 100 yuan\n", encoding="utf-8")
    assert run("test", str(path), "--save").status == 1
    saved = path.read_text(encoding="utf-8")
    assert saved.startswith(TEXT.rstrip("\n")) and 'case "low does not hold"' in saved
    again = run("test", str(path), "--save", "--lang", "en")
    assert "1 passed, 0 failed" in again.out
    assert path.read_text(encoding="utf-8") == saved


def test_the_properties_of_a_standard_policy_hold() -> None:
    found = run("test", "std:shaoxing_2021_51", "--lang", "en")
    assert found.status == 0
    assert "properties: 2 held by every drawn person (200 people drawn)" in found.out


def test_the_number_of_people_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "trial.policy"
    path.write_text(TEXT + "property fine for person: total paid by start ≤ 3000 yuan\n", encoding="utf-8")
    assert "(20 people drawn)" in run("test", str(path), "--examples", "20", "--lang", "en").out


def test_a_property_that_nobody_can_judge_says_so() -> None:
    """A policy that pays nothing of its own accord: there is no clause to aim at."""
    program = huice.loads(
        "policy p\n  in force 2021-01-01 to 2021-12-31\nentity person\n  has age: count 0 to 9\n"
        "property young for person: age ≤ 9\n"
    )
    (one,) = check_properties(program.model, program.ir)
    assert one.status in ("held", "not tested")
