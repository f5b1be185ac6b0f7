"""Facts from NumPy arrays say the same as the JSON form, and are not copied where they fit."""

from typing import Any

import numpy as np
import pytest

import huice
from compiler.fact_columns import Always, Masks
from tests.huice.helpers import GRANT

MONTHS = 12
AN = [True] * MONTHS
BO = [False, True, True, True, False, True] + [False] * 6


@pytest.fixture(scope="module")
def program() -> Any:
    return huice.loads(GRANT)


def ledger(program: Any, facts: huice.Facts) -> Any:
    return program.evaluate(facts).to_dict()


def test_the_same_as_json(program: Any) -> None:
    spells = {"an": [["2025-01", "2025-12"]], "bo": [["2025-02", "2025-04"], ["2025-06", "2025-06"]], "cy": []}
    people = [
        {"id": key, "origin": origin, "courses": courses, "hired_on": "2025-02-03",
         "wage": [["2025-01", "2025-12", "5"]],
         "employed": spells[key], "social_insurance": [["2025-01", "2025-12"]]}
        for key, origin, courses in (("an", "hill", 12), ("bo", "river", 3), ("cy", "other", 12))
    ]  # fmt: skip
    columns = {
        "id": np.array(["cy", "an", "bo"]),
        "来源地": np.array(["other", "hill", "river"]),
        "courses": np.array([12, 12, 3]),
        "hired on": np.array(["2025-02-03"] * 3, "datetime64[D]"),
        "employed": np.array([[False] * MONTHS, AN, BO]),
        "social_insurance": np.full((3, 1), 2**12 - 1, np.uint64),
        "wage": np.full((3, MONTHS), 500),
    }
    given = ledger(program, huice.Facts.from_columns(start="2025-01", person=columns))
    assert given["payments"] and given == ledger(program, huice.Facts.from_dict({"person": people}))


def test_kinds_by_number_and_what_is_not_known(program: Any) -> None:
    columns = {
        "origin": np.array([0, 1, -1], np.int16),
        "courses": np.ma.array([12, 12, 12], mask=[False, True, False]),
        "hired_on": np.array(["2025-02-03", "2025-02-03", "NaT"], "datetime64[D]"),
        "employed": np.ones((3, MONTHS), np.bool_),
        "social_insurance": np.ones((3, MONTHS), np.bool_),
    }
    given = ledger(program, huice.Facts.from_columns(start="2025-01", person=columns))
    paid = {(p["clause"], p["id"]) for p in given["payments"]}
    assert paid == {("stable_job", "0"), ("stable_job", "1"), ("course_grant", "0")}
    waiting = {(u["clause"], u["id"]): u["missing"] for u in given["undetermined"]}
    assert waiting == {("course_grant", "1"): ["courses"], ("course_grant", "2"): ["hired_on"]}


def test_no_copies(program: Any) -> None:
    courses = np.arange(5)
    words = np.full((5, 1), 7, np.uint64)
    facts = huice.Facts.from_columns(start="2025-01", person={"courses": courses, "employed": words})
    columns, _ = facts.columns(program.model)
    table = columns.tables["person"].columns
    assert isinstance(table["courses"], Always) and np.shares_memory(table["courses"].data, courses)
    assert isinstance(table["employed"], Masks) and np.shares_memory(table["employed"].words, words)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"courses": np.array([1.5])}, "exact numbers"),
        ({"courses": np.array([41])}, "outside its range"),
        ({"courses": np.array([[1, 2]])}, "not monthly"),
        ({"origin": np.array([7], np.int16)}, "no member"),
        ({"origin": np.array(["hills"])}, "not a county"),
        ({"orgin": np.array(["hill"])}, "no attribute"),
        ({"courses": np.array([1]), "origin": np.array(["hill", "hill"])}, "has 2 rows"),
        ({"id": np.array(["a", "a"]), "courses": np.array([1, 2])}, "stands twice"),
        ({"wage": np.array([0.5])}, "exact numbers"),
    ],
)
def test_what_is_no_column(program: Any, columns: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        program.evaluate(huice.Facts.from_columns(start="2025-01", person=columns))


def test_monthly_columns_need_a_start(program: Any) -> None:
    with pytest.raises(ValueError, match="start"):
        program.evaluate(huice.Facts.from_columns(person={"employed": np.ones((1, 3), np.bool_)}))


def test_one_word_a_row_is_its_months_not_a_flag(program: Any) -> None:
    """Words of one dimension must not be taken for `yes in every month`."""
    words = np.array([0b0111, 0, 2**63], np.uint64)
    given = [huice.Facts.from_columns(start="2025-01", person={"employed": part}) for part in (words, words[:, None])]
    flat, square = (facts.columns(program.model)[0].tables["person"].columns["employed"] for facts in given)
    assert isinstance(flat, Masks) and isinstance(square, Masks)
    assert flat.words.tolist() == square.words.tolist() == [[7], [0], [2**63]]
    assert np.shares_memory(flat.words, words)
