"""Projections that start from a real roster, and samples to draw from: through files and the command."""

from __future__ import annotations

import json
import random
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import huice
from tests.huice.helpers import run, write

POLICY = """\
policy town
  in force 2025-01-01 to 2026-12-31
  paid from aid
kind side: north, south
entity enterprise "企业"
  has staff: many person via employer
  has big: yes/no
entity person "人员"
  has home: side
  has hired on: date
  has trained: count 0 to 50
  has employed: yes/no monthly
  has insured: yes/no monthly
  has renting: yes/no monthly default no
  has wage: money monthly
  has employer: enterprise
fund aid
clause grant
  for person where home is north
  employed ≥ 3 months → 3000 yuan once
clause insurance
  for person
  insured ≥ 2 months → 100 yuan per month for at most 6 months
clause veteran
  for person
  total employed ≥ 12 months → 70 yuan once per year
clause idle
  for person
  total (not employed) ≥ 24 months and employed → 1 yuan once
clause change
  for person
  employed and not previous employed → 9 yuan per month
clause learned
  for person
  ever insured and trained ≥ 3 → trained × 5 yuan once
clause rent
  for person
  renting and employed → 10 yuan per month
clause award
  for enterprise where big
  count of staff where employed ≥ 2 → 5000 yuan once per year
clause share
  for person
  employed and wage is known → wage × 10% per month
exclusive support among rent, change per person take highest
limit grant to 3 order by hired on
{rest}
"""
KNOWN = """\
scenario baseline for town
  period 2025-01 to 2026-12
  population person from "people.json" as of 2026-12
"""
MOVING = """\
scenario baseline for town
  period {period} to 2026-12
  population person from "people.json" as of {known}
    employed starts on arrival, ends at 10% per month, returns at 5% per month
    insured follows employed after 1 months with chance 50%
    wage ~ 1000 yuan 50%, 2000 yuan 50%
    {more}
"""


def month(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"


def spans(chance: random.Random, value: list[str] | None = None) -> list[list[Any]]:
    found: list[list[Any]] = []
    at = 2024 * 12 + chance.randrange(-6, 8)
    for _ in range(chance.randrange(4)):
        stop = at + chance.randrange(9)
        found.append([month(at), month(stop), *(value or [])])
        at = stop + 2 + chance.randrange(6)
    if found and chance.random() < 0.4:
        found[-1][1] = None
    return found


def roster(seed: int, people: int = 12) -> dict[str, list[dict[str, Any]]]:
    chance = random.Random(seed)
    rows: list[dict[str, Any]] = [
        {
            "id": f"p{number:02d}",
            "home": chance.choice(["north", "south"]),
            "hired_on": f"2024-{chance.randrange(1, 13):02d}-{chance.randrange(1, 28):02d}",
            "trained": chance.randrange(8),
            "employed": spans(chance),
            "insured": spans(chance),
            "renting": spans(chance),
            "wage": [["2020-01", None, f"{chance.randrange(1000, 4000)}.5"]],
            "employer": chance.choice(["e1", "e2", None]),
        }
        for number in range(people)
    ]
    return {"person": rows, "enterprise": [{"id": "e1", "big": True}, {"id": "e2", "big": chance.random() < 0.5}]}


def town(folder: Path, scenario: str, people: Any = None) -> Path:
    if people is not None:
        write(folder / "people.json", json.dumps(people))
    return write(folder / "town.policy", POLICY.format(rest=scenario))


def simulated(policy: Path, *options: object) -> Any:
    done = run("simulate", policy, "--draws", 16, "--json", *options)
    assert done.status == 0, done.err + done.out
    return done.data


def refusal(policy: Path, status: int) -> tuple[str, str]:
    """The message in English and in Chinese."""
    said = []
    for language in ("en", "zh"):
        done = run("simulate", policy, "--draws", 16, "--lang", language)
        assert done.status == status, done.err
        said.append(done.err)
    return said[0], said[1]


# ---------------------------------------------------------------- what is known
@pytest.mark.parametrize("seed", range(12))
def test_a_roster_that_is_known_to_the_end_is_paid_as_the_law_says(tmp_path: Path, seed: int) -> None:
    people = roster(seed)
    policy = town(tmp_path, KNOWN, people)
    data = simulated(policy)
    ledger = huice.load(policy).evaluate(huice.Facts.from_dict(people))
    assert ledger.complete
    wanted: dict[tuple[str, str], float] = {}
    for payment in ledger.to_dict()["payments"]:
        at = payment["clause"], payment["month"]
        wanted[at] = wanted.get(at, 0) + float(payment["amount"])
    found = {
        (clause, at): measures["entitled"]["mean"]
        for at, values in data["months"].items()
        for clause, measures in values["clauses"].items()
        if measures["entitled"]["mean"]
    }
    assert found == pytest.approx(wanted)
    assert all(measures["entitled"]["sd"] == 0 for measures in data["clauses"].values())
    refused = {entry["id"] for entry in ledger.refused if entry["clause"] == "grant"}
    paid = {p["id"] for p in ledger.to_dict()["payments"] if p["clause"] == "grant"}
    assert data["refused"]["grant"]["mean"] == len(refused - paid)


def test_a_period_that_begins_later_counts_what_was_paid_before(tmp_path: Path) -> None:
    people = roster(3)
    whole = simulated(town(tmp_path, KNOWN, people))
    late = simulated(town(tmp_path, KNOWN.replace("period 2025-01", "period 2025-09")))
    for data in (whole, late):
        for month in data["months"].values():  # what the year has paid so far begins with the period
            del month["to_date"]
            for fund in month["funds"].values():
                del fund["to_date"]
    assert late["months"] == {m: values for m, values in whole["months"].items() if m >= "2025-09"}


def test_the_order_and_form_of_rows_never_matter(tmp_path: Path) -> None:
    people = roster(5)
    scenario = MOVING.format(period="2025-01", known="2025-06", more="")
    first = simulated(town(tmp_path, scenario, people))
    mixed = {entity: list(reversed([dict(reversed(row.items())) for row in rows])) for entity, rows in people.items()}
    again = simulated(town(tmp_path, scenario, dict(reversed(mixed.items()))))
    for data in (first, again):
        del data["timing"]
    assert first == again
    assert list(first["manifest"]["files"]) == ["people.json"]


def test_one_row_more_changes_nothing_for_the_others(tmp_path: Path) -> None:
    people = roster(5)
    more = {**people, "person": [*people["person"], {**people["person"][0], "id": "p00a", "home": "south"}]}
    scenario = MOVING.format(period="2025-01", known="2025-06", more="")
    few, many = (simulated(town(tmp_path, scenario, one), "--clauses", "veteran") for one in (people, more))
    difference = [many["months"][m]["total"]["entitled"]["mean"] - few["months"][m]["total"]["entitled"]["mean"]
                  for m in few["months"]]  # fmt: skip
    assert all(0 <= one <= 70 for one in difference)
    assert many["manifest"]["files"] != few["manifest"]["files"]


# ---------------------------------------------------------------- what comes after
def test_up_to_the_month_it_is_known_and_afterwards_it_is_drawn(tmp_path: Path) -> None:
    """Ten who have work in June leave with a tenth a month: .9, .81 … of the rent; it is known before."""
    people = {
        "person": [
            {"id": f"p{n}", "employed": [["2025-03", None]], "renting": [["2025-01", None]], "home": "south"}
            for n in range(10)
        ]
    }
    scenario = """\
scenario baseline for town
  period 2025-01 to 2025-12
  population person from "people.json" as of 2025-06
    employed starts on arrival, ends at 10% per month
"""
    data = simulated(town(tmp_path, scenario, people), "--clauses", "rent,change", "--draws", 1024)
    rent = {m[5:]: v["clauses"]["rent"]["entitled"] for m, v in data["months"].items()}
    assert [rent[m]["mean"] for m in ("01", "02", "04", "05", "06")] == [0, 0, 100, 100, 100]
    for after, at in enumerate(("07", "08", "09", "10"), 1):
        p = 0.9**after
        assert abs(rent[at]["mean"] - 100 * p) <= 4 * 10 * sqrt(10 * p * (1 - p) / 1024), at
        assert rent[at]["sd"] > 0


def test_who_follows_is_told_by_the_past_where_it_can_be(tmp_path: Path) -> None:
    """Employed for long and insured: follows; employed for long and never insured: does not; hired in June: one in
    two; nothing known of insurance: one in two, in the past too."""
    long = [["2025-01", None]]
    people = {
        "person": [
            {"id": "yes", "employed": long, "insured": [["2025-02", None]]},
            {"id": "no", "employed": long, "insured": []},
            {"id": "new", "employed": [["2025-06", None]], "insured": []},
            {"id": "unknown", "employed": long},
        ]
    }
    rest = """\
clause plain
  for person
  insured → 100 yuan per month
scenario baseline for town
  period 2025-01 to 2025-12
  population person from "people.json" as of 2025-06
    employed starts on arrival
    insured follows employed after 1 month with chance 50%
"""
    data = simulated(town(tmp_path, rest, people), "--clauses", "plain", "--draws", 4096)
    means = {m[5:]: v["total"]["entitled"]["mean"] for m, v in data["months"].items()}
    assert means["01"] == 0
    assert means["03"] == pytest.approx(150, abs=4)  # `yes` surely, `unknown` one in two
    assert means["08"] == pytest.approx(200, abs=6)  # and `new` one in two
    assert means["12"] == means["08"]


def test_arrivals_come_in_addition_after_the_roster(tmp_path: Path) -> None:
    people = {"person": [{"id": "a", "employed": [["2025-01", None]], "home": "south"}]}
    rest = """\
clause plain
  for person
  employed → 1 yuan per month
scenario baseline for town
  period 2025-01 to 2025-12
  population person from "people.json" as of 2025-06
    arrive 3 per month
    employed starts on arrival
"""
    data = simulated(town(tmp_path, rest, people), "--clauses", "plain")
    assert [v["total"]["entitled"]["mean"] for v in data["months"].values()] == [
        1, 1, 1, 1, 1, 1, 4, 7, 10, 13, 16, 19,
    ]  # fmt: skip
    assert data["arrivals"]["person"]["mean"] == 18


def test_links_between_its_rows_are_kept(tmp_path: Path) -> None:
    """Two work for e1, which the scenario does not name; it is in the roster."""
    work = [["2025-02", None]]
    people = {
        "person": [{"id": i, "employed": work, "employer": e} for i, e in (("a", "e1"), ("b", "e1"), ("c", "e2"))],
        "enterprise": [{"id": "e2", "big": True}, {"id": "e1", "big": True}],
    }
    data = simulated(town(tmp_path, KNOWN, people), "--clauses", "award")
    assert data["months"]["2025-02"]["total"]["entitled"]["mean"] == 5000
    assert data["total"]["entitled"] == data["total"]["entitled"] | {"mean": 10000.0, "sd": 0.0}


def test_what_is_unknown_is_drawn_as_assumed(tmp_path: Path) -> None:
    work = [["2025-01", None]]
    rows: list[Any] = [{"id": f"p{n}", "employed": work, "hired_on": "2025-01-01"} for n in range(10)]
    rows[0]["home"] = "south"
    people = {"person": rows}
    rest = MOVING.format(period="2025-01", known="2025-06", more="home ~ north 30%, south 70%")
    rest = rest.replace("ends at 10% per month, returns at 5% per month", "ends at 0%")
    data = simulated(town(tmp_path, rest, people), "--draws", 1024, "--clauses", "grant")
    march = data["months"]["2025-03"]["total"]["entitled"]
    expected = sum(min(k, 3) * _binomial(9, k, 0.3) for k in range(10))  # three places
    assert abs(march["mean"] / 3000 - expected) < 0.1


def _binomial(n: int, k: int, p: float) -> float:
    from math import comb

    return comb(n, k) * p**k * (1 - p) ** (n - k)


# ---------------------------------------------------------------- what is lacking
def test_what_the_roster_leaves_unknown_without_assumption_is_counted(tmp_path: Path) -> None:
    people = roster(1)
    for row in people["person"][:5]:
        del row["home"]
    en, zh = refusal(town(tmp_path, MOVING.format(period="2025-01", known="2025-06", more=""), people), 1)
    assert "grant reads `home` of person, which people.json leaves unknown for 5 of its rows" in en
    assert "5 行未填" in zh
    assert "town.policy:" in en


def test_what_goes_on_needs_an_assumption(tmp_path: Path) -> None:
    scenario = KNOWN.replace("as of 2026-12", "as of 2025-06")
    en, _ = refusal(town(tmp_path, scenario, roster(1)), 1)
    assert "`employed` of person, of which nothing is said after 2025-06" in en
    assert "renting" not in en, "it has a default"


def test_who_arrives_needs_assumptions_too(tmp_path: Path) -> None:
    scenario = MOVING.format(period="2025-01", known="2025-06", more="arrive 1 per month from 2025-08 to 2025-09")
    en, _ = refusal(town(tmp_path, scenario, roster(1)), 1)
    assert "the scenario assumes nothing of it for those who arrive" in en and "`home`" in en


def test_arrivals_that_the_roster_has_are_refused(tmp_path: Path) -> None:
    scenario = MOVING.format(period="2025-01", known="2025-06", more="arrive 1 per month from 2025-06 to 2025-09")
    en, zh = refusal(town(tmp_path, scenario, roster(1)), 1)
    assert "who arrived up to 2025-06 is in the roster" in en and "2025-07" in en
    assert "已在名册中" in zh


def test_a_link_that_leads_to_no_row_is_unknown(tmp_path: Path) -> None:
    people = roster(1)
    people["person"][0]["employer"] = "e9"
    en, _ = refusal(town(tmp_path, MOVING.format(period="2025-01", known="2025-06", more=""), people), 1)
    assert "employer" in en and "for 1 of its rows" in en


@pytest.mark.parametrize("path", ["../people.json", "/etc/people.json", "C:\\\\people.json", "a/../../people.json"])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    write(tmp_path / "people.json", json.dumps(roster(1)))
    (tmp_path / "inside").mkdir()
    en, zh = refusal(town(tmp_path / "inside", KNOWN.replace("people.json", path)), 1)
    assert "HC613" in en and "leads out of the policy's folder" in en and "文件夹之外" in zh


def test_a_roster_that_is_not_there_or_broken(tmp_path: Path) -> None:
    policy = town(tmp_path, KNOWN)
    en, zh = refusal(policy, 3)
    assert "people.json: there is no such file or folder" in en and "没有该文件" in zh
    line = policy.read_text(encoding="utf-8").splitlines().index('  population person from "people.json" as of 2026-12')
    for said, head in ((en, "error HC615: "), (zh, "错误 HC615：")):
        assert said.startswith(head) and f"town.policy:{line + 1}:3" in said
        assert f'{line + 1} |   population person from "people.json"' in said
    told = run("simulate", policy, "--draws", 16, "--json").data
    assert told["faults"][0]["message"] == "there is no such file or folder"
    assert told["diagnostics"][0]["range"]["start"] == {"line": line + 1, "column": 3}
    with pytest.raises(huice.FactsError, match=f"named at .*town.policy:{line + 1}:3"):
        huice.load(policy).simulate(draws=16)
    broken = roster(1)
    broken["person"][2]["trained"] = "many"
    en, _ = refusal(town(tmp_path, KNOWN, broken), 3)
    assert "people.json" in en
    en, _ = refusal(town(tmp_path, KNOWN, {"enterprise": []}), 3)
    assert "no rows of person" in en


def test_a_sample_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    scenario = MOVING.format(period="2025-01", known="2025-06", more='trained ~ empirical("courses.csv")')
    for said in refusal(town(tmp_path, scenario, roster(1)), 3):
        assert "HC615" in said and "courses.csv" in said and '|     trained ~ empirical("courses.csv")' in said


def in_a_workbook(place: Path, *, hidden: bool) -> None:
    with xlsxwriter.Workbook(str(place)) as book:
        for name in ("person", "other"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["id", "home", "hired on", "trained", "employed from", "employed to"])
            sheet.write_row(1, 0, ["a", "north", "2025-01-01", 3, "2025-01", "2025-06"])
            if name == "other":
                sheet.activate()
            elif hidden:
                sheet.hide()


def test_a_hidden_sheet_of_a_roster_is_noted_in_the_results(tmp_path: Path) -> None:
    declared = POLICY.split("clause grant")[0] + "clause learned\n  for person\n  trained ≥ 3 → 5 yuan once\n"
    policy = write(tmp_path / "town.policy", declared + KNOWN.replace("people.json", "people.xlsx"))
    for hidden in (False, True):
        in_a_workbook(tmp_path / "people.xlsx", hidden=hidden)
        arguments = ("simulate", policy, "--draws", 16)
        told = run(*arguments, "--json").data
        en = [note for note in told["notes"] if note.startswith("people.xlsx sheet person: this sheet is hidden")]
        zh = [note for note in told["notes_zh"] if note.startswith("people.xlsx 工作表“person”：该工作表已隐藏")]
        assert len(en) == len(zh) == hidden
        assert ("已隐藏" in run(*arguments, "--lang", "zh").out) == hidden
        compared = run("compare", policy, policy, "--draws", 16, "--json").data
        assert [note for note in compared["notes"] if note.startswith("people.xlsx")] == en


def test_a_sample_on_a_hidden_sheet_is_refused(tmp_path: Path) -> None:
    in_a_workbook(tmp_path / "courses.xlsx", hidden=True)
    scenario = MOVING.format(period="2025-01", known="2025-06", more='trained ~ empirical("courses.xlsx")')
    en, zh = refusal(town(tmp_path, scenario, roster(1)), 3)
    assert "the first sheet is hidden" in en and "第一个工作表已隐藏" in zh
    in_a_workbook(tmp_path / "courses.xlsx", hidden=False)
    assert run("simulate", town(tmp_path, scenario), "--draws", 16).status == 0


def test_a_roster_in_a_folder_of_tables(tmp_path: Path) -> None:
    people = {"person": [{"id": "a", "home": "north", "employed": [["2025-01", "2025-06"]], "hired_on": "2025-01-01"}]}
    wanted = simulated(town(tmp_path, KNOWN, people), "--clauses", "grant")
    (tmp_path / "lists").mkdir()
    write(
        tmp_path / "lists" / "person.csv",
        "id,home,hired on,employed from,employed to\na,north,2025-01-01,2025-01,2025-06\n",
    )
    found = simulated(town(tmp_path, KNOWN.replace("people.json", "lists")), "--clauses", "grant")
    assert found["total"] == wanted["total"]
    assert found["total"]["entitled"]["mean"] == 3000


def test_a_comparison_reads_the_roster_too(tmp_path: Path) -> None:
    policy = town(tmp_path, MOVING.format(period="2025-01", known="2025-06", more=""), roster(2))
    done = run("compare", policy, policy, "--draws", 16, "--json")
    assert done.status == 0, done.err
    assert done.data["difference"]["total"]["entitled"]["max"] == 0 < done.data["a"]["total"]["entitled"]["mean"]


def test_what_is_due_in_the_period_must_accrue_in_it(tmp_path: Path) -> None:
    """In force in November 2025, applying from January: a period from November would lose ten months of payments."""
    people = {"person": [{"id": "a", "home": "north", "employed": [["2025-01", None]], "hired_on": "2025-01-01"}]}
    text = town(tmp_path, KNOWN, people).read_text("utf-8")
    text = text.replace(
        "in force 2025-01-01 to 2026-12-31", "in force 2025-11-01 to 2026-12-31\n  applies from 2025-01-01"
    )
    late = write(tmp_path / "late.policy", text.replace("period 2025-01", "period 2025-11"))
    en, zh = refusal(late, 1)
    assert "begin the period in 2025-01" in en and "2025-01" in zh
    data = simulated(write(tmp_path / "whole.policy", text), "--clauses", "grant")
    assert data["months"]["2025-03"]["total"]["entitled"]["mean"] == 3000
    assert data["months"]["2025-11"]["total"]["paid"]["mean"] == 3000


# ---------------------------------------------------------------- samples
SAMPLE = """\
policy s
  in force 2025-01-01 to 2025-12-31
kind side: north "北", south "南"
entity person
  has wage "工资": money
  has home: side
fund aid
clause pay
  for person where home is north
  always → wage once
  paid from aid
scenario baseline for s
  period 2025-01 to 2025-12
  unknown rate ~ empirical("rates.csv")
  population person
    arrive 100 in 2025-01
    wage ~ empirical("{file}")
    home ~ empirical("homes.csv")
  claims
    taken up with chance rate
"""


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    write(tmp_path / "rates.csv", "0.5\n0.7\n")
    write(tmp_path / "homes.csv", "home\nnorth\nnorth\n南\n北\n")
    write(tmp_path / "wages.csv", "id,工资,side\na,1000,x\nb,1000,x\nc,4000.50,x\n")
    return tmp_path


def test_values_of_a_file_each_alike(samples: Path) -> None:
    data = simulated(write(samples / "s.policy", SAMPLE.format(file="wages.csv")), "--draws", 1024)
    mean = 100 * 0.75 * (2000 + 4000.5) / 3
    assert data["total"]["entitled"]["mean"] == pytest.approx(mean, rel=0.01)
    assert data["total"]["paid"]["mean"] == pytest.approx(mean * 0.6, rel=0.01)
    assert data["manifest"]["scenario"]["sha256"]
    write(samples / "wages.csv", "wage\n2000\n")
    other = simulated(samples / "s.policy")
    assert other["manifest"]["scenario"]["sha256"] != data["manifest"]["scenario"]["sha256"]
    assert other["total"]["entitled"]["mean"] * 16 % 2000 == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "none of its columns (a, b) is called wage or 工资"),
        ("wage\n1000\nmuch\n", "row 3"),
        ('wage\n1000\n" "\n', "has no value"),
        ("wage\n", "there are no values in it"),
        ("", "empty"),
    ],
)
def test_samples_that_cannot_be_read(samples: Path, text: str, words: str) -> None:
    write(samples / "wages.csv", text)
    en, zh = refusal(write(samples / "s.policy", SAMPLE.format(file="wages.csv")), 3)
    assert words in en and "wages.csv" in en and "wages.csv" in zh


def test_a_sample_outside_the_folder(samples: Path) -> None:
    en, _ = refusal(write(samples / "s.policy", SAMPLE.format(file="../wages.csv")), 1)
    assert "HC613" in en
