"""Where periods, deadlines and policies begin and end, and what a row is like: closed forms, every engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from tests.acceptance import test_exact_projections as by_law
from tests.acceptance.running import run
from tests.acceptance.test_exact_projections import Law, binomial, poisson, through, together

DRAWS = {"person": 1024, "cohort": 1024, "exact": 64}

TEXT = """policy trial
  in force {force}
entity person
  has score: count 0 to 3
  has wage: money
  has employed: yes/no monthly
fund f
{clause}
scenario baseline for trial
  period 2025-01 to 2025-12
{unknowns}  population person
    arrive {arrive}
    score ~ {score}
    wage ~ 200 yuan
    employed starts on arrival, ends at {ends} per month
{claims}"""
ONCE = "clause grant\n  for person\n  employed → 1000 yuan once\n  paid from f"
MONTHLY = "clause grant\n  for person\n  employed → 100 yuan per month\n  paid from f"
SCORED = "clause grant\n  for person\n  employed → 100 yuan × score once\n  paid from f"


@frozen(kw_only=True)
class Case:
    """`laws`: by path in the JSON, the whole law or a sure amount."""

    laws: Mapping[str, Law | float]
    clause: str = ONCE
    force: str = "2024-01-01 to 2027-12-31"
    arrive: str = "10 in 2025-12"
    score: str = "fixed(1)"
    ends: str = "0%"
    unknowns: str = ""
    claims: str = ""

    @property
    def text(self) -> str:
        claims = f"  claims\n    {self.claims}\n" if self.claims else ""
        unknowns = f"  {self.unknowns}\n" if self.unknowns else ""
        return TEXT.format(
            force=self.force, clause=self.clause, arrive=self.arrive, score=self.score, ends=self.ends,
            unknowns=unknowns, claims=claims,
        )  # fmt: skip


def until(day: str) -> str:
    return f"2024-01-01 to 2027-12-31\n  claims until {day}"


def capped(p: float) -> Law:
    """100 yuan for each success of six, at most three."""
    return through(binomial(6, p), lambda k: 100 * min(k, 3))


def mixed(*laws: Law) -> Law:
    found: dict[float, float] = defaultdict(float)
    for law in laws:
        for value, p in law.items():
            found[value] += p / len(laws)
    return found


HALF = binomial(10, 0.5, 1000)
LATE = "lag ~ 0 months 50%, 1 month 50%"
CASES = {
    "a deadline on the settlement date": Case(force=until("2025-12-31"), laws={"total/paid": 10_000}),
    "a deadline the day before": Case(
        force=until("2025-12-30"), laws={"total/lapsed": 10_000, "months/2025-12/total/lapsed": 10_000}
    ),
    "a deadline the day after": Case(force=until("2026-01-01"), laws={"total/paid": 10_000, "total/lapsed": 0}),
    "claims after the period's last month": Case(
        force=until("2025-12-31"), claims=LATE,
        laws={"total/paid": HALF, "total/not_yet_claimed": HALF, "total/lapsed": 0},
    ),
    "claims after the deadline, within the period": Case(
        force=until("2025-11-30"), claims=LATE, arrive="10 in 2025-11",
        laws={"total/paid": HALF, "total/lapsed": HALF, "months/2025-12/total/lapsed": HALF},
    ),
    "a policy of five months within the period": Case(
        force="2025-03-10 to 2025-08-15", clause=MONTHLY, arrive="3 in 2025-01",
        laws={"total/paid": 1500, "months/2025-03/total/paid": 300, "months/2025-08/total/paid": 0},
    ),
    "paid after the policy has ended": Case(
        force="2025-03-10 to 2025-08-15", clause=MONTHLY, arrive="3 in 2025-01", claims="lag ~ 2 months",
        laws={"total/paid": 1500, "months/2025-09/total/paid": 300, "months/2025-10/total/paid": 0},
    ),
    "due when the policy comes into force": Case(
        force="2025-07-15 to 2027-12-31\n  applies from 2025-02-01", clause=MONTHLY, arrive="2 per month",
        laws={"months/2025-02/total/entitled": 400, "months/2025-06/total/paid": 0, "months/2025-07/total/paid": 5400},
    ),
    "in work before the policy uses nothing up": Case(
        force="2025-04-10 to 2027-12-31", clause=SCORED, arrive="4 in 2025-01", score="1 50%, 2 50%",
        laws={"months/2025-04/total/paid": together(binomial(4, 0.5, 100), {400: 1.0}), "months/2025-03/total/paid": 0},
    ),
    "one value for all": Case(clause=SCORED, score="fixed(2)", laws={"total/paid": 2000}),
    "a binomial number, whose values beyond the range are its bound": Case(
        clause=SCORED, arrive="3 in 2025-12", score="binomial(6, 40%)", 
        laws={"total/paid": together(*[capped(0.4)] * 3)},
    ),
    "a binomial number at an unknown chance": Case(
        clause=SCORED, arrive="2 in 2025-12", score="binomial(6, z)", unknowns="unknown z ~ 20% 50%, 60% 50%",
        laws={"total/paid": mixed(together(capped(0.2), capped(0.2)), together(capped(0.6), capped(0.6)))},
    ),
    "few or many": Case(
        arrive="poisson(wave) per month from 2025-01 to 2025-03", unknowns="unknown wave ~ 2 50%, 5 50%",
        laws={"total/paid": mixed(poisson(6, 1000), poisson(15, 1000))},
    ),
    "seasons": Case(
        arrive="binomial(6, 30%) per month from 2025-01 to 2025-02\n    arrive poisson(5) per month from 2025-06 to "
        "2025-07\n    arrive 2 in 2025-12",
        laws={"total/paid": together(binomial(12, 0.3, 1000), poisson(10, 1000, 60), {2000: 1.0}),
              "quarters/2025Q1/total/paid": binomial(12, 0.3, 1000), "months/2025-12/total/paid": 2000},
    ),
}  # fmt: skip


def at(data: Any, path: str) -> Any:
    for key in path.split("/"):
        data = data[key]
    return data


@pytest.mark.parametrize("engine", list(DRAWS))
@pytest.mark.parametrize("name", CASES)
def test_the_law(tmp_path: Path, name: str, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case, draws = CASES[name], DRAWS[engine]
    path = tmp_path / "trial.policy"
    path.write_text(case.text, encoding="utf-8")
    outcome = run("simulate", path, "--json", "--draws", str(draws), "--seed", "3", "--engine", engine)
    assert outcome.status == 0, outcome.output + outcome.errors
    assert outcome.json["engine"] == engine
    computed = engine == "exact" and not case.unknowns
    monkeypatch.setitem(by_law.CHOSEN, "computed", "yes" if computed else "")
    for where, law in case.laws.items():
        found = at(outcome.json, where)
        if isinstance(law, Mapping):
            by_law.holds(found, law, draws)
        else:
            assert (found["mean"], found["sd"]) == (pytest.approx(law), pytest.approx(0, abs=1e-6)), where


@pytest.mark.parametrize("unknowns", ["", "unknown wave ~ 1_000_000 50%, 3_000_000 50%"])
def test_millions_of_sure_payments(tmp_path: Path, unknowns: str) -> None:
    """Two sums without a common step; nobody leaves, so nothing but the number of people is left to chance."""
    once = ONCE.replace("clause grant", "clause settling").replace("1000 yuan", "1000.01 yuan")
    both = f"{once}\n{MONTHLY.replace('100 yuan', '77.77 yuan')}"
    arrive = "wave in 2025-11" if unknowns else "1_000_000 in 2025-11"
    path = tmp_path / "trial.policy"
    path.write_text(Case(clause=both, arrive=arrive, unknowns=unknowns, laws={}).text, encoding="utf-8")
    outcome = run("simulate", path, "--json", "--draws", "64", "--engine", "exact")
    assert outcome.status == 0, outcome.output + outcome.errors
    each, total = 1000.01 + 2 * 77.77, outcome.json["total"]["paid"]
    assert total["mean"] == pytest.approx(each * (2e6 if unknowns else 1e6))
    assert total["sd"] == pytest.approx(each * 1e6 if unknowns else 0)
    assert total["quantiles"]["0.25"] == pytest.approx(each * 1e6)
    assert total["quantiles"]["0.75"] == pytest.approx(each * (3e6 if unknowns else 1e6))


@pytest.mark.parametrize("engine", list(DRAWS))
def test_every_fund_that_a_clause_is_paid_from_is_told(tmp_path: Path, engine: str) -> None:
    """Also the second of two in turn, while the first lasts; a fund that no clause names is not."""
    text = Case(clause=ONCE.replace("paid from f", "paid from f then g"), laws={}).text
    path = tmp_path / "trial.policy"
    path.write_text(text.replace("fund f\n", "fund f\nfund g\nfund h\n"), encoding="utf-8")
    funds = run("simulate", path, "--json", "--draws", "16", "--engine", engine).json["years"]["2025"]["funds"]
    assert {name: fund["paid"]["mean"] for name, fund in funds.items()} == {"f": pytest.approx(10_000), "g": 0}
