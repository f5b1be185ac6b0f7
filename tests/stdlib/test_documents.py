"""The standard policies against answers worked out by hand from the documents, which lie beside the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from huice.cli import huice as command

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT.parent / "shared" / "cases" / "documents.json"


def written(policy: str) -> bool:
    name = policy.removeprefix("std:")
    return (ROOT / "stdlib_policies" / name / f"{name}.policy").exists()


def by_hand() -> list[dict[str, Any]]:
    if not CASES.exists():
        return []
    return [case for case in json.loads(CASES.read_text("utf-8")) if written(case["policy"])]


@pytest.mark.skipif(not CASES.exists(), reason="the cases of the documents lie beside the project")
@pytest.mark.parametrize("case", by_hand(), ids=lambda case: case["name"])
def test_the_documents_by_hand(case: dict[str, Any]) -> None:
    settings = [part for name, value in case["set"].items() for part in ("--set", f"{name}={value}")]
    arguments = ["eval", case["policy"], "--facts", "-", "--json", *settings]
    done = CliRunner().invoke(command, arguments, input=json.dumps(case["facts"]), catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    got = {
        (p["clause"], f"{p['entity']}/{p['id']}", p["month"]): (p["due"], p["amount"], p["payee"])
        for p in json.loads(done.stdout)["payments"]
        if p["clause"] in case["only"]
    }
    want = {tuple(row[:3]): (row[3], row[4], row[5]) for row in case["pays"] if row[0] in case["only"]}
    assert got.keys() == want.keys()
    for payment, (due, amount, payee) in want.items():
        assert got[payment] == (due, amount, got[payment][2] if payee is None else payee), payment


def test_there_are_cases_of_these_documents() -> None:
    if CASES.exists():
        assert {"std:shaoxing_2021_51", "std:jindong_2021_46", "std:jining_2020_47"} <= {c["policy"] for c in by_hand()}
