"""`huice verify`: nothing altered, whatever is altered, and evaluated again row by row."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from huice.ledgers.rows import FORMATS
from tests.huice.helpers import GRANT, PEOPLE, run, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "grant.policy", GRANT)
    write(tmp_path / "people.json", json.dumps({"person": PEOPLE}))
    evaluate(tmp_path, "csv")
    return tmp_path


def evaluate(folder: Path, form: str, *options: object) -> None:
    place = folder / f"l.{form}"
    assert run("eval", folder / "grant.policy", "--facts", folder / "people.json", "--out", place, *options).status == 0


def verify(folder: Path, form: str = "csv", *options: object) -> Any:
    done = run("verify", folder / f"l.{form}", "--json", *options)
    assert done.status == (0 if done.data["intact"] else 1)
    return done.data


def again(folder: Path) -> tuple[object, ...]:
    return "--again", folder / "grant.policy", "--facts", folder / "people.json"


def change(place: Path, old: str, new: str) -> None:
    text = place.read_bytes().decode()
    assert old in text
    place.write_bytes(text.replace(old, new, 1).encode())


def kinds(data: Any) -> list[tuple[str, str | None]]:
    return [(f["kind"], f.get("clause")) for f in data["findings"]]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_written_is_intact_in_every_format(folder: Path, form: str, language: str) -> None:
    evaluate(folder, form, "--lang", language, "--set", "bonus=1,234.5", "--until", "2025-06")
    data = verify(folder, form, *again(folder))
    assert data["intact"] and data["again"] and data["payments"] == 2
    told = run("verify", folder / f"l.{form}")
    assert told.status == 0 and ("intact: 2 payments" if language == "en" else "未改动：共 2 笔") in told.out


def test_an_amount(folder: Path) -> None:
    change(folder / "l.csv", "3000.00,person", "3100.00,person")
    data = verify(folder)
    assert kinds(data) == [("file", None), ("total", None), ("total", "stable_job")]
    assert (data["findings"][2]["stated"], data["findings"][2]["found"]) == ("3000.00", "3100.00")
    assert "differs by +100.00" in data["findings"][2]["message"]
    told = run("verify", folder / "l.csv", "--lang", "zh")
    assert told.status == 1 and "stable_job：合计为 3100.00 元，原为 3000.00 元（相差 +100.00）" in told.out


def test_a_payee_that_leaves_number_and_sum_alone(folder: Path) -> None:
    change(folder / "l.csv", "person/an,town_fund 3000", "person/bo,town_fund 3000")
    assert kinds(verify(folder)) == [("file", None), ("content", "stable_job")]
    (changed,) = [f for f in verify(folder, "csv", *again(folder))["findings"] if f["kind"] == "changed"]
    assert (changed["entity"], changed["id"], changed["month"]) == ("person", "an", "2025-03")
    assert (changed["stated"], changed["found"]) == ("person/an", "person/bo")


def test_rows_taken_out_and_put_in(folder: Path) -> None:
    lines = (folder / "l.csv").read_bytes().decode("utf-8-sig").splitlines()
    other = lines[2].replace("an", "bo", 1)
    (folder / "l.csv").write_text("\r\n".join([lines[0], lines[1], other, lines[1]]) + "\r\n", encoding="utf-8-sig")
    found = kinds(verify(folder, "csv", *again(folder)))
    assert ("count", None) in found and ("count", "course_grant") in found
    assert ("missing", "stable_job") in found and ("added", "course_grant") in found


def test_the_file_alone(folder: Path) -> None:
    (folder / "l.csv").write_bytes((folder / "l.csv").read_bytes() + b"\r\n")
    data = verify(folder)
    assert kinds(data) == [("file", None)] and "its rows are what was written" in data["findings"][0]["message"]


def test_a_parquet_file_with_another_amount(folder: Path) -> None:
    evaluate(folder, "parquet")
    table = pq.read_table(folder / "l.parquet").slice(1)
    pq.write_table(table, folder / "l.parquet")
    assert ("count", "course_grant") in kinds(verify(folder, "parquet"))


def test_the_manifest(folder: Path) -> None:
    change(folder / "l.csv.manifest.json", '"until": null', '"until": "2025-03"')
    assert kinds(verify(folder)) == [("manifest", None)]


def test_another_policy_and_other_facts(folder: Path) -> None:
    change(folder / "grant.policy", "3000 yuan once", "4000 yuan once")
    change(folder / "people.json", '"courses": 12', '"courses": 9')
    found = verify(folder, "csv", *again(folder))
    assert [k for k, _ in kinds(found)] == ["policy", "facts", "changed", "added"]
    assert "grant.policy" in found["findings"][0]["message"]


def test_pseudonyms_and_masked_keys_are_evaluated_again_alike(folder: Path, tmp_path: Path) -> None:
    key = write(tmp_path / "key", "0123456789abcdef")
    evaluate(folder, "json", "--pseudonyms", key)
    text = (folder / "l.json").read_text("utf-8")
    assert '"an"' not in text and "person/an" not in text and "p-" in text
    assert run("verify", folder / "l.json", *again(folder)).status == 2
    other = write(tmp_path / "other", "fedcba9876543210")
    assert run("verify", folder / "l.json", *again(folder), "--pseudonyms", other).status == 2
    assert verify(folder, "json", *again(folder), "--pseudonyms", key)["intact"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("l.csv", None), ("l.csv.manifest.json", None), ("l.csv.manifest.json", "{"), ("l.csv.manifest.json", "[]"),
        ("l.csv.manifest.json", '{"version": 1}'), ("l.csv", "a,b\r\n1,2\r\n"), ("l.csv", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_status_3(folder: Path, file: str, text: str | None) -> None:
    if text is None:
        (folder / file).unlink()
    else:
        write(folder / file, text)
    for language in ("en", "zh"):
        done = run("verify", folder / "l.csv", "--lang", language)
        assert done.status == 3 and done.err.startswith("huice: ")
    assert "error" in run("verify", folder / "l.csv", "--json").data


@pytest.mark.parametrize("form", ["xlsx", "parquet", "json", "duckdb"])
def test_rubbish_in_each_format_is_status_3(folder: Path, form: str) -> None:
    evaluate(folder, form)
    (folder / f"l.{form}").write_bytes(b"PK\x03\x04 rubbish")
    done = run("verify", folder / f"l.{form}")
    assert done.status == 3 and done.err.startswith("huice: ")


def test_half_of_the_options_is_wrong_usage(folder: Path) -> None:
    assert run("verify", folder / "l.csv", "--again", folder / "grant.policy").status == 2
    assert run("verify").status == 2
