"""Rosters and ledgers with planted rates, made month by month in a way of their own (no engine of the simulator).

`make(truth, seed)` gives the facts in the JSON form and the rows of a payments file. Each person arrives, may leave
within each month, may come back in a later one; insurance follows work; renting is kept. A grant is earned once after
three months of insurance, rent is paid by the month. Who takes a clause up claims each payment after a lag.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen

from lang.dates import Month, month, month_text

POLICY = """policy town
  in force 2021-01-01 to 2027-12-31
  paid from aid

kind county "县": hill "山区", river "河区", other "其他"

entity person "人员"
  has origin "来源地": county
  has poor "脱贫": yes/no
  has hired on "入职日期": date
  has employed "就业": yes/no monthly
  has social insurance "参保": yes/no monthly
  has renting "租房": yes/no monthly default no
entity certificate "证书"
  has holder "持证人": person
  has level "等级": level
  has obtained on "取证日期": date
kind level "等级": junior "初级", senior "高级"
fund aid "帮扶资金"

clause grant "稳岗补贴" cites "一"
  for person where origin in (hill, river) and hired on ≥ 2021-01-01
  social insurance ≥ 3 months → 3000 yuan once
clause rent "租房补贴" cites "二"
  for person where poor
  employed and renting → 500 yuan per month
clause skill "技能补贴" cites "三"
  for certificate where since obtained on ≥ 0 days
  level is junior → 1000 yuan once to holder
  level is senior → 2000 yuan once to holder
"""


@frozen(kw_only=True)
class Truth:
    """What is planted. `lag`: chances of 0, 1, … months."""

    first: Month = month(2023, 1)
    last: Month = month(2024, 12)
    arrivals: float = 12.0
    origin: Mapping[str, float] = {"hill": 0.5, "river": 0.3, "other": 0.2}
    poor: float = 0.7
    leave: float = 0.05
    back: float = 0.04
    insured: float = 0.9
    insured_after: int = 1
    renting: float = 0.4
    certificates: float = 0.02
    senior: float = 0.35
    take_up: float = 0.8
    lag: tuple[float, ...] = (0.5, 0.3, 0.2)


def make(truth: Truth, seed: int) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The facts, known to `truth.last`, and the payments made by then."""
    rng = np.random.default_rng(seed)
    people: list[dict[str, Any]] = []
    papers: list[dict[str, Any]] = []
    payments: list[dict[str, str]] = []
    for came in range(truth.first, truth.last + 1):
        for _ in range(int(rng.poisson(truth.arrivals))):
            number = f"p{len(people) + 1:05d}"
            origin = str(rng.choice(list(truth.origin), p=list(truth.origin.values())))
            poor, renting = bool(rng.random() < truth.poor), bool(rng.random() < truth.renting)
            follows = bool(rng.random() < truth.insured)
            employed = _walk(rng, truth, came)
            insured = {
                m for m in employed if follows and all(m - i in employed for i in range(truth.insured_after + 1))
            }
            people.append(
                {
                    "id": number,
                    "origin": origin,
                    "poor": poor,
                    "hired_on": f"{month_text(came)}-01",
                    "employed": _spells(employed, truth.last),
                    "social_insurance": _spells(insured, truth.last),
                    "renting": _spells(set(range(came, truth.last + 1)) if renting else set(), truth.last),
                }
            )
            grants = [m for m in sorted(insured) if {m - 1, m - 2} <= insured]
            if grants and origin != "other":
                payments += _claimed(rng, truth, "grant", number, grants[:1], 3000)
            if poor and renting:
                payments += _claimed(rng, truth, "rent", number, sorted(employed), 500)
            for m in range(came, truth.last + 1):
                if rng.random() < truth.certificates:
                    level = "senior" if rng.random() < truth.senior else "junior"
                    paper = f"c{len(papers) + 1:05d}"
                    papers.append({"id": paper, "holder": number, "level": level, "obtained_on": f"{month_text(m)}-01"})
                    payments += _claimed(rng, truth, "skill", paper, [m], 2000 if level == "senior" else 1000)
    return {"person": people, "certificate": papers}, payments


def _walk(rng: np.random.Generator, truth: Truth, came: Month) -> set[Month]:
    inside, months = True, set()
    for m in range(came, truth.last + 1):
        if inside:
            inside = bool(rng.random() >= truth.leave)
        elif rng.random() < truth.back:
            inside = True
        if inside:
            months.add(m)
    return months


def _spells(months: set[Month], last: Month) -> list[list[str | None]]:
    found: list[list[Month]] = []
    for m in sorted(months):
        if found and found[-1][1] == m - 1:
            found[-1][1] = m
        else:
            found.append([m, m])
    return [[month_text(a), None if b == last else month_text(b)] for a, b in found]


def _claimed(
    rng: np.random.Generator, truth: Truth, clause: str, key: str, months: list[Month], yuan: int
) -> list[dict[str, str]]:
    if not months or rng.random() >= truth.take_up:
        return []
    rows = []
    for m in months:
        paid = m + int(rng.choice(len(truth.lag), p=truth.lag))
        if paid <= truth.last:
            rows.append(
                {
                    "clause": clause,
                    "id": key,
                    "month": month_text(m),
                    "paid_on": f"{month_text(paid)}-20",
                    "amount": f"{yuan}.00",
                }
            )
    return rows
