"""`for at most` a duration parameter: the value of each month counts, in every evaluator and in the proofs."""

import pytest

import huice
from compiler.proofs.finding import Policy
from compiler.proofs.run import findings
from huice.testing import assert_consistent

POLICY = """policy limits
  in force 2021-01-01 to 2022-03-31
  paid from aid
fund aid
parameter longest: duration
  from 2021-01-01: 4 months
  from 2021-09-01: 6 months
parameter open: duration external
entity person
  has renting: yes/no monthly
  has benefit: money per month
  has home: house
entity house
  has members: many person via home
clause plain
  for person where renting
  always → 500 yuan per month for at most longest
clause longer
  for person where renting
  always → 400 yuan per month for at most (longest + 1 month) up to 1 year
clause waiting
  for person where renting
  always → 300 yuan per month for at most open
clause benefits
  for house
  sum of members's benefit ≥ (700 yuan per month) → sum of members's benefit per month at most 2000 yuan
case "four months, and two more when the limit is raised"
  person p
    renting = yes from 2021-01
  expect plain pays p 500 yuan per month from 2021-01 to 2021-04
  expect plain pays p nothing in 2021-05
  expect plain pays p 500 yuan per month from 2021-09 to 2021-10
  expect plain pays p nothing in 2021-11
  expect longer pays p 400 yuan in 2021-05
  expect longer pays p nothing in 2021-06
  expect waiting undetermined for p
case "the limit is set"
  set open = 2 months
  person p
    renting = yes from 2021-01
  expect waiting pays p 300 yuan per month from 2021-01 to 2021-02
  expect waiting pays p nothing in 2021-03
case "rates add up"
  house h
  person p
    home = h, benefit = 400 yuan per month
  person q
    home = h, benefit = 350.50 yuan per month
  expect benefits pays h 750.50 yuan per month from 2021-01 to 2021-02
  expect benefits pays h 499 yuan in 2021-03
  expect benefits pays h nothing in 2021-04
"""


def test_every_evaluator_says_the_same() -> None:
    assert_consistent(huice.loads(POLICY, "limits"))


def test_days_are_no_months() -> None:
    with pytest.raises(huice.PolicyError) as raised:
        huice.loads(POLICY.replace("  from 2021-09-01: 6 months\n", "").replace(": 4 months", ": 45 days"), "limits")
    assert "HC591" in {found.code for found in raised.value.diagnostics}


def test_the_proofs_read_it() -> None:
    """A parameter without a value is set in what they show; nothing of these limits is found idle."""
    clauses = POLICY.partition("case ")[0]
    program = huice.loads(clauses.split("clause longer")[0] + clauses[clauses.index("clause waiting") :], "limits")
    assert program.model is not None and program.ir is not None
    found = findings([Policy(program.model, program.ir)], deep=True)
    assert not {one.code for one in found} & {"HC407", "HC410"}
