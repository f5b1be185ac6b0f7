"""What is found by looking: reasons that the corpus of planted programs does not reach, and how findings are given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.pipeline import compile_program
from compiler.proofs.finding import Policy
from compiler.proofs.registry import FAST
from compiler.proofs.run import findings
from lang.program import load
from lang.source import Source
from tests.huice.helpers import run

HEAD = """policy {name}
  in force 2022-01-01 to 2025-12-31
kind town "乡镇": east "东乡", west "西乡", north
entity person "人员"
  has home "户籍": town
  has poor "脱贫": yes/no
  has old "老人": yes/no
  has age "年龄": count 0 to 120
  has wage "工资": money 0 to 50_000 yuan monthly
  has rent: money 0 to 5000 yuan monthly
  has employed "就业": yes/no monthly
  has insured: yes/no monthly
  has hired on: date
  has left on: date
  has employer: company
entity company
  has site: town
parameter floor: money
  from 2020-01-01: 1000 yuan
  from 2023-01-01: 1500 yuan
clause help "帮扶"
  for person
"""


def policy(rules: str, name: str = "trial") -> Policy:
    program, found = load(Source(HEAD.format(name=name) + rules, f"{name}.policy"))
    assert program is not None, [(d.message.en, d.span.text) for d in found]
    compiled, refused = compile_program(program)
    assert compiled is not None, refused
    return Policy(program, compiled)


def codes(rules: str) -> list[str]:
    return [one.code for one in findings([policy(rules)]) if one.code != "HC410"]


IMPOSSIBLE = (
    "wage > floor and wage < 1000 yuan",  # the parameter is never below 1000 yuan
    "wage > rent and rent > wage",
    "wage ≥ rent and wage < rent",
    "employed ≥ 3 months with insured and not insured",
    "employed ≥ 12 months and total employed < 12 months",
    "employer's site is east and employer's site is west",
    "home is east and not (home in (east, west))",
    "hired on in 2023 and hired on < 2023-01-01",
    "hired on in 2023-05 and hired on > 2023-05-31",
    "hired on ≥ 2026-01-01 and since hired on ≥ 0 days",
    "since hired on ≥ 24 months and hired on > 2024-01-31",
    "(poor and age ≥ 60 or old and age ≥ 70) and age < 55",
    "if poor then age > 60 and age < 50 else no and old",
    "wage + rent > 55_000 yuan",
    "age × 2 > 240",
    "home is not east and home is not west and home is not north and home is known",
    "not (age is known) and age ≥ 18",
    "total employed in last 6 months ≥ 7 months",
    "total employed in this year > 12 months",
)
POSSIBLE = (
    "wage > floor and wage < 1001 yuan",
    "wage ≥ rent and rent ≥ wage",
    "employed ≥ 3 months with insured and not old",
    "employed < 12 months and total employed ≥ 12 months",
    "employer's site is east and home is west",
    "not (age ≥ 18) and not (age < 18)",  # of whom it was said that there is no age
    "hired on in 2023 and hired on ≥ 2023-12-31",
    "since hired on ≥ 24 months and hired on ≥ 2023-12-31",
    "since hired on ≥ 1 month and hired on ≥ 2025-11-30",
    "hired on > 2026-06-01 and poor",
    "(poor and age ≥ 60 or old and age ≥ 50) and age < 55",
    "previous employed and not employed",
    "left on within 1 year of hired on and since hired on ≥ 2 years",
    "wage + rent ≥ 55_000 yuan",
    "not ever employed and insured ≥ 3 months",
    "home is not east and home is not west",
)


@pytest.mark.parametrize("condition", IMPOSSIBLE)
def test_what_cannot_hold_is_found(condition: str) -> None:
    assert codes(f"  {condition} → 100 yuan once\n") in (["HC401"], ["HC406"])


@pytest.mark.parametrize("condition", POSSIBLE)
def test_what_can_hold_is_no_finding(condition: str) -> None:
    assert codes(f"  {condition} → 100 yuan once\n") == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("employed", "employed ≥ 3 months with insured", ["HC402"]),
        ("ever employed", "employed", ["HC402"]),
        ("wage < floor", "wage < 1000 yuan", ["HC402"]),
        ("home in (east, west)", "home is east and poor", ["HC402"]),
        ("total employed ≥ 6 months", "employed ≥ 6 months", ["HC402"]),
        ("poor or old", "poor and age ≥ 60", ["HC402"]),
        ("not (age ≥ 18)", "age < 16", ["HC402"]),
        ("home is east", "home is west", []),
        ("employed ≥ 6 months", "employed ≥ 3 months", []),
        ("poor and age ≥ 60", "poor", []),
    ],
)
def test_order_of_two_rules(first: str, second: str, expected: list[str]) -> None:
    found = codes(f"  {first} → 100 yuan per month\n  {second} → 200 yuan per month\n")
    assert found == expected


def test_too_many_alternatives_are_left_alone() -> None:
    many = " and ".join(f"(age is {n} or age is {n + 1})" for n in range(10))
    assert codes(f"  {many} → 100 yuan once\n") == []


def test_one_finding_for_a_clause_of_which_no_rule_pays() -> None:
    rules = "  age > 200 → 100 yuan once\n  age > 300 → 200 yuan once\n"
    assert codes(rules) == ["HC401"]


def test_names_across_policies() -> None:
    one, other = policy("  poor → 1 yuan once\n", "one"), policy("  poor → 1 yuan once\n", "other")
    assert [f.code for f in findings([one, other]) if f.code == "HC412"] == []
    text = HEAD.format(name="third").replace('has age "年龄": count 0 to 120', 'has age "年龄": date')
    text = text.replace('east "东乡", west "西乡", north', "up, down") + "  poor → 1 yuan once\n"
    program, _ = load(Source(text, "third.policy"))
    assert program is not None
    compiled, _ = compile_program(program)
    assert compiled is not None
    found = [f for f in findings([one, Policy(program, compiled)]) if f.code == "HC412"]
    assert [(f.span.source.name, f.labels[0].span.source.name) for f in found] == [("third.policy", "one.policy")] * 2


def test_each_finder_is_listed_and_gives_causes() -> None:
    folder = Path(__file__).resolve().parents[3] / "compiler" / "proofs" / "fast"
    finders = {path.stem for path in folder.glob("*.py")} - {"__init__", "wording"}
    assert finders == set(FAST)
    found = findings([policy("  poor → 1 yuan once\n  age > 3 and poor → 2 yuan once\n  age > 300 → 3 yuan once\n")])
    causes = [one.cause for one in found]
    assert len(causes) == len(set(causes)) and all(causes)


def test_a_witness_of_the_command_is_read_by_eval(tmp_path: Path) -> None:
    place = tmp_path / "own.policy"
    place.write_text(HEAD.format(name="own") + "  poor → 100 yuan once\n  age ≥ 60 → 200 yuan once\n", encoding="utf-8")
    found = [d for d in run("check", place, "--json").data["diagnostics"] if d["code"] == "HC403"]
    (meeting,) = found
    assert (meeting["category"], meeting["severity"]) == ("overlap", "warning")
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(meeting["witness"]), encoding="utf-8")
    ledger = run("eval", place, "--facts", facts, "--json").data
    assert [p["amount"] for p in ledger["payments"] if p["clause"] == "help"] == ["100.00"]
