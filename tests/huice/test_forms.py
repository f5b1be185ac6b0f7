"""The form of a roster, the order of its rows and of its columns never change a ledger."""

import random
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huice.facts.identities import check_digit
from tests.huice.helpers import GRANT, run, write
from tests.huice.roster_files import FORMS, write_roster

MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]


def spells(draw: Any, value: bool) -> list[list[Any]]:
    """Apart, in order; the last one may still go on."""
    cuts = sorted(draw(st.sets(st.integers(0, len(MONTHS) - 1), max_size=6)))
    found: list[list[Any]] = []
    for low, high in zip(cuts[::2], cuts[1::2], strict=False):
        found.append([MONTHS[low], MONTHS[high]])
    if found and draw(st.booleans()):
        found[-1][1] = None
    return [[*spell, draw(st.sampled_from(["4200.00", "3000.50"]))] for spell in found] if value else found


@st.composite
def people(draw: Any) -> list[dict[str, Any]]:
    rows = []
    for number in range(draw(st.integers(1, 6))):
        first17 = f"999999{date(1980, 1, 1) + timedelta(days=draw(st.integers(0, 9000))):%Y%m%d}{number:03d}"
        one: dict[str, Any] = {
            "id": draw(st.sampled_from(["p", "甲", "x-"])) + str(number),
            "employed": spells(draw, False),
            "social_insurance": spells(draw, False),
            "wage": spells(draw, True),
        }
        if draw(st.booleans()):
            one["identity"] = first17 + check_digit(first17)
        if draw(st.integers(0, 9)):
            one["origin"] = draw(st.sampled_from(["hill", "river", "other"]))
        if draw(st.integers(0, 9)):
            one["courses"] = draw(st.integers(0, 40))
        if draw(st.integers(0, 9)):
            one["hired_on"] = (date(2024, 6, 1) + timedelta(days=draw(st.integers(0, 700)))).isoformat()
        rows.append(one)
    return rows


@settings(max_examples=25, deadline=None)
@given(people(), st.integers(0, 2**32))
def test_every_form_gives_the_same_bytes(rows: list[dict[str, Any]], seed: int) -> None:
    outputs: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        grant = write(Path(folder) / "grant.policy", GRANT)
        for form in FORMS:
            if form == "one parquet":
                continue
            place = Path(folder) / form.replace(" ", "_")
            place.mkdir()
            roster = write_roster(form, rows, place, random.Random(seed))
            done = run("eval", grant, "--facts", roster, "--json", "--lang", "en")
            data = done.data
            errors = [fault for fault in data.pop("faults") if fault["severity"] == "error"]
            assert done.status == 0 and not errors, (form, errors)
            outputs[form] = str(data)
    assert len(set(outputs.values())) == 1, outputs


def test_one_parquet_file_holds_one_table(tmp_path: Path) -> None:
    grant = write(tmp_path / "grant.policy", GRANT)
    rows = [{"id": "an", "courses": 12, "hired_on": "2025-02-03", "employed": [], "social_insurance": [], "wage": []}]
    roster = write_roster("one parquet", rows, tmp_path, random.Random(1))
    done = run("eval", grant, "--facts", roster, "--json")
    assert done.status == 0 and [p["amount"] for p in done.data["payments"]] == ["200.00"]


@pytest.mark.parametrize("name", ["broken.parquet", "broken.duckdb"])
def test_what_is_no_such_file(tmp_path: Path, name: str) -> None:
    grant = write(tmp_path / "grant.policy", GRANT)
    (tmp_path / name).write_bytes(b"PAR1 no DUCK at all" * 300)
    done = run("eval", grant, "--facts", tmp_path / name, "--json", "--lang", "en")
    assert done.status == 3 and done.data["faults"][0]["message"].startswith("this ")


def test_a_folder_of_both_kinds_is_refused(tmp_path: Path) -> None:
    grant = write(tmp_path / "grant.policy", GRANT)
    write(tmp_path / "person.csv", "id\nan\n")
    (tmp_path / "person.parquet").write_bytes(b"")
    done = run("eval", grant, "--facts", tmp_path, "--json", "--lang", "en")
    assert done.status == 3 and "no telling" in done.data["faults"][0]["message"]


def test_duckdb_that_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    grant = write(tmp_path / "grant.policy", GRANT)
    (tmp_path / "r.duckdb").write_bytes(b"")
    done = run("eval", grant, "--facts", tmp_path / "r.duckdb", "--lang", "en")
    assert done.status == 3 and "pip install" in done.err
