"""The JSON of `huice simulate` and `huice compare`, key by key, as other programs rely on it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.running import run

POLICY = """policy trial
  in force 2024-01-01 to 2027-12-31
kind district: yuecheng, keqiao
entity person
  has district: district
  has employed: yes/no monthly
fund aid per district
fund other
clause stable_job
  for person
  employed ≥ 3 months → 3000 yuan once
  paid from aid
clause rent
  for person
  employed → 100 yuan per month
  paid from other
limit stable_job to 5
target transferred: count of person where employed ≥ 8 by 2025-12-31
scenario baseline for trial
  period 2025-02 to 2026-03
  unknown rate ~ beta(8, 152)
  population person
    arrive 10 in 2025-02
    district ~ yuecheng 50%, keqiao 50%
    employed starts on arrival, ends at rate per month
  claims
    taken up with chance 90%
  budget aid[yuecheng] 2025 = 6_000 yuan
  budget aid[yuecheng] 2026 = 6_000 yuan
  budget aid[keqiao] 2025 = 6_000 yuan
  budget aid[keqiao] 2026 = 6_000 yuan
"""
QUANTILES = ("0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95", "0.99")
MONEY = ("entitled", "paid", "owed_at_end", "lapsed")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("shape") / "trial.policy"
    place.write_text(POLICY, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def data(path: Path) -> Any:
    return run(
        "simulate", path, "--json", "--draws", "40", "--by", "district", "--threshold", "2000", "--threshold", "10.5"
    ).json


def is_distribution(value: Any, exceedance: bool = False, compared: bool = False) -> None:
    assert {"mean", "sd", "mean_error", "quantiles"} <= set(value)
    assert list(value["quantiles"]) == list(QUANTILES)
    numbers = [value["mean"], value["sd"], value["mean_error"], *value["quantiles"].values()]
    assert all(isinstance(number, float) for number in numbers)
    in_order = list(value["quantiles"].values())
    assert in_order == sorted(in_order)
    assert set(value.get("exceedance", {})) == ({"2000", "10.50"} if exceedance else set())
    assert all(0 <= p <= 1 for p in value.get("exceedance", {}).values())
    if compared:
        assert value["min"] <= value["mean"] <= value["max"]


def is_total(value: Any, exceedance: bool = False, compared: bool = False) -> None:
    for name in MONEY:
        is_distribution(value[name], exceedance, compared)
    assert isinstance(value["payments"]["mean"], float)


def test_the_head(data: Any) -> None:
    head = {name: data[name] for name in ("version", "policy", "scenario", "draws", "seed")}
    assert head == {"version": 1, "policy": "trial", "scenario": "baseline", "draws": 64, "seed": 1}
    assert set(data["engine"].split("+")) <= {"exact", "cohort", "person", "mixed"} or data["engine"]
    assert set(data) == {
        "version", "policy", "scenario", "engine", "draws", "seed", "total", "clauses", "years", "quarters", "months",
        "groups", "variance", "refused", "targets", "arrivals", "notes", "notes_zh", "timing", "manifest",
        "curve", "lines", "p_exceeded",
    }  # fmt: skip
    assert any("rounded up to 64" in note for note in data["notes"])
    assert any("增至 64" in note for note in data["notes_zh"]) and len(data["notes"]) == len(data["notes_zh"])


def test_totals_clauses_and_periods(data: Any) -> None:
    is_total(data["total"], exceedance=True)
    assert list(data["clauses"]) == ["stable_job", "rent"]
    for clause in data["clauses"].values():
        is_total(clause, exceedance=True)
    assert list(data["years"]) == ["2025", "2026"]
    assert list(data["quarters"]) == ["2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1"]
    months = list(data["months"])
    assert (months[0], months[-1], len(months)) == ("2025-02", "2026-03", 14)
    for name in ("years", "quarters", "months"):
        for period in data[name].values():
            more = {"years": {"asked", "lines", "p_exceeded"}, "quarters": set(), "months": {"to_date"}}[name]
            assert set(period) == {"total", "clauses", "funds", *more}
            is_total(period["total"], exceedance=name == "years")
            assert list(period["clauses"]) == ["stable_job", "rent"]


def test_funds(data: Any) -> None:
    for year, period in data["years"].items():
        assert list(period["funds"]) == ["aid", "other"]
        aid = period["funds"]["aid"]
        assert list(aid["pots"]) == ["yuecheng", "keqiao"]
        for line in (aid, *aid["pots"].values()):
            is_distribution(line["paid"], exceedance=True)
            assert isinstance(line["owed"]["mean"], float)
            assert 0 <= line["p_exceeded"] <= 1
            assert sum(line["runs_out"].values()) == pytest.approx(line["p_exceeded"])
            assert all(re.fullmatch(rf"{year}-\d\d", month) for month in line["runs_out"])
        assert aid["appropriation"] == 12_000.0 and aid["pots"]["keqiao"]["appropriation"] == 6_000.0
        assert period["funds"]["other"]["appropriation"] is None and period["funds"]["other"]["p_exceeded"] == 0.0


def test_groups(data: Any) -> None:
    assert list(data["groups"]) == ["yuecheng", "keqiao"]
    for group in data["groups"].values():
        assert {"total", "clauses", "years"} <= set(group)
        is_total(group["total"])
        for year in group["years"].values():
            is_total(year["total"])
    for name in MONEY:
        parts = [group["total"][name]["mean"] for group in data["groups"].values()]
        assert sum(parts) == pytest.approx(data["total"][name]["mean"])


def test_the_rest(data: Any) -> None:
    assert set(data["variance"]) >= {"unknowns", "people"}
    assert data["variance"]["unknowns"] + data["variance"]["people"] == pytest.approx(1)
    assert list(data["refused"]) == ["stable_job"] and data["refused"]["stable_job"]["mean"] > 0
    assert 0 <= data["targets"]["transferred"]["probability"] <= 1
    assert {"seconds", "person_months"} <= set(data["timing"])
    manifest = data["manifest"]
    assert {"policy", "scenario", "seed", "draws", "engine", "versions", "mean_error"} <= set(manifest)
    assert re.fullmatch("[0-9a-f]{64}", manifest["scenario"]["sha256"])


def test_a_comparison(path: Path) -> None:
    other = path.with_name("other.policy")
    other.write_text(POLICY.replace("3000 yuan", "3500 yuan"), encoding="utf-8")
    data = run("compare", path, other, "--json", "--draws", "32", "--by", "district").json
    assert {"difference", "a", "b", "scenario", "draws", "seed"} <= set(data)
    for name in ("a", "b", "difference"):
        assert set(data[name]["clauses"]) == {"stable_job", "rent"}
        is_total(data[name]["total"], compared=name == "difference")
    assert data["difference"]["total"]["entitled"]["min"] >= 0
    gain = data["b"]["total"]["entitled"]["mean"] - data["a"]["total"]["entitled"]["mean"]
    assert data["difference"]["total"]["entitled"]["mean"] == pytest.approx(gain)


def test_a_district_without_an_appropriation_is_named(path: Path) -> None:
    """One has a budget and the other none: the other is paid without limit, and no reader can overlook it."""
    other = path.with_name("one_budget.policy")
    other.write_text(re.sub(r"  budget aid\[keqiao\].*\n", "", POLICY), encoding="utf-8")
    data = run("simulate", other, "--json", "--draws", "16").json
    assert "aid has an appropriation for some, and is without limit for keqiao" in data["notes"]
    assert not any("without limit" in note for note in run("simulate", path, "--json", "--draws", "16").json["notes"])
