"""A projection from a roster knows what was before it as `eval` does: of what holds for all time, and of what comes
back every year, whatever the other rows say. What has no beginning and would have to be added up is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import huice
from tests.huice.helpers import run, write

POLICY = """\
policy p
  in force 2021-01-01 to 2021-12-31
  paid from aid
fund aid
entity person
  has employed: yes/no monthly
  has wage: money 0 to 20000 yuan monthly
clause grant
  for person
  {rule}
scenario baseline for p
  period 2021-01 to 2021-12
  population person from "people.json" as of 2021-12
"""
OTHERS = (None, "2019-12", "1998-02")  # the month of which another row tells


def files(folder: Path, rule: str, employed: Any, wage: Any, other: str | None) -> tuple[Path, dict[str, Any]]:
    rows = [{"id": "a", "employed": employed, "wage": wage}]
    if other is not None:
        rows.append({"id": "b", "employed": [["2021-12", None]], "wage": [[other, None, "0"]]})
    write(folder / "people.json", json.dumps({"person": rows}))
    return write(folder / "p.policy", POLICY.format(rule=rule)), {"person": rows}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize(
    ("rule", "paid"),
    [
        ("total (employed and in month 12) ≥ 2021 months → 1 yuan once", 1),  # from the year 1 to 2021
        ("total (employed and in month 12) ≥ 2022 months → 1 yuan once", 0),
        ("total (total employed in last year ≥ 12 months) ≥ 11000 months → 1 yuan once", 1),
        ("ever (employed and not previous employed) → 1 yuan once", 0),
        ("ever ((employed and in month 12) ≥ 2 months) → 1 yuan once", 0),
        ("ever (in month 1 and employed and not previous (in month 12 and employed)) → 1 yuan once", 0),
        ("ever (employed and total employed in last 12 months < 12 months) → 1 yuan once", 0),
        ("ever (employed and total employed in last year < 12 months) → 1 yuan once", 0),
        ("(employed or in month 12 and employed) ≥ 240 months → 1 yuan once", 1),
    ],
)
def test_as_eval_says(tmp_path: Path, rule: str, paid: int, other: str | None) -> None:
    policy, people = files(tmp_path, rule, True, [["2021-01", None, "1"]], other)
    ledger = huice.load(policy).evaluate(huice.Facts.from_dict(people)).to_dict()
    done = run("simulate", policy, "--draws", 2, "--json")
    assert done.status == 0, done.err
    of_other = sum(float(p["amount"]) for p in ledger["payments"] if p["id"] == "b")
    assert sum(float(p["amount"]) for p in ledger["payments"] if p["id"] == "a") == paid
    assert done.data["total"]["entitled"]["mean"] == paid + of_other


@pytest.mark.parametrize("other", OTHERS)
def test_a_sum_begins_with_its_first_month(tmp_path: Path, other: str | None) -> None:
    rule = "(in month 12) → total (if (in month 12) then wage else 0 yuan) once"
    policy, _ = files(tmp_path, rule, True, [["2017-06", None, "7"]], other)
    assert run("simulate", policy, "--draws", 2, "--json").data["total"]["entitled"]["mean"] == 5 * 7


@pytest.mark.parametrize("rule", ["always → total wage × 0.01 once", "always → total (wage × 1) once"])
def test_a_sum_without_a_beginning_is_refused(tmp_path: Path, rule: str) -> None:
    policy, _ = files(tmp_path, rule, True, "1", None)
    english, chinese = (run("simulate", policy, "--draws", 2, "--lang", language) for language in ("en", "zh"))
    assert english.status == chinese.status == 1
    assert "HC603" in english.err and "give the month from which it holds" in english.err
    assert "请注明起始月份" in chinese.err
