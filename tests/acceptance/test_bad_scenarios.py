"""Scenarios that cannot be run: each says what is wrong, where, and in the language that was asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.acceptance.running import run

GOOD = """policy trial
  in force 2024-01-01 to 2027-12-31
kind side: north, south
entity person
  has home: side
  has employed: yes/no monthly
  has insured: yes/no monthly
  has wage: money
  has score: count 0 to 5
fund f
fund g per home
parameter p: money external "x"
clause grant
  for person where home is north
  employed and insured → p once
  paid from f
scenario baseline for trial
  period 2025-01 to 2025-12
  unknown u ~ uniform(10%, 20%)
  set p = 5 yuan
  population person
    arrive 10 in 2025-01
    home ~ north 50%, south 50%
    employed starts on arrival, ends at 5% per month
    insured follows employed after 1 month with chance 50%
    wage ~ uniform(1000 yuan, 2000 yuan)
  claims
    taken up with chance 90%
    lag ~ 0 months 50%, 1 month 50%
  budget f 2025 = 1000 yuan
  cash at most 3 claims per month
"""
EMPLOYED = "    employed starts on arrival, ends at 5% per month\n"
LAG = "lag ~ 0 months 50%, 1 month 50%"
WAGE = "wage ~ uniform(1000 yuan, 2000 yuan)"
UNKNOWN = "uniform(10%, 20%)"

# what is written in place of what, the code, and the line that is shown
CASES = [
    ("south 50%", "south 60%", "HC511", "home ~"),
    ("south 50%", "south 30%", "HC511", "home ~"),
    ("south 50%", "west 50%", "HC206", "home ~"),
    ("ends at 5%", "ends at -5%", "HC316", "employed starts"),
    ("ends at 5%", "ends at 105%", "HC316", "employed starts"),
    ("ends at 5%", "ends at u × 10", "HC604", "employed starts"),
    ("ends at 5%", "ends at u - 50%", "HC604", "employed starts"),
    (EMPLOYED, "", "HC517", "insured follows"),
    ("    home ~ north 50%, south 50%\n", "", "HC601", "home is north"),
    ("  set p = 5 yuan\n", "", "HC602", "p once"),
    ("2025-01 to 2025-12", "2031-01 to 2031-12", "HC512", "period"),
    ("2025-01 to 2025-12", "2025-12 to 2025-01", "HC512", "period"),
    ("  period 2025-01 to 2025-12\n", "", "HC512", "scenario"),
    ("budget f", "budget h", "HC201", "budget h"),
    ("budget f 2025", "budget f 2026", "HC518", "budget f"),
    ("= 1000 yuan\n  cash", "= -1000 yuan\n  cash", "HC513", "budget f"),
    ("budget f", "budget f[north]", "HC513", "budget f"),
    ("budget f", "budget g", "HC610", "budget g"),
    ("budget f", "budget g[west]", "HC206", "budget g"),
    ("= 1000 yuan\n  cash", "= 10%\n  cash", "HC302", "budget f"),
    ("3 claims", "-3 claims", "HC111", "cash"),
    ("3 claims", "2.5 claims", "HC124", "cash"),
    ("3 claims", "(0 yuan - 5 yuan)", "HC513", "cash"),
    ("  cash at most 3", "  cash at most 5 claims per month\n  cash at most 3", "HC513", "cash at most 3"),
    ("  cash at", "  cash f at most 5 yuan per month\n  cash f at most 9 yuan per month\n  cash at", "HC513", "cash f"),
    ("chance 90%", "chance 190%", "HC316", "taken up"),
    ("chance 90%", "chance u × 9", "HC604", "taken up"),
    (LAG, LAG.replace("1 month 50%", "1 month 60%"), "HC511", "lag"),
    (LAG, LAG.replace("1 month 50%", "-1 months 50%"), "HC604", "lag"),
    (LAG, "lag ~ uniform(0 months, 3 months)", "HC604", "lag"),
    (LAG, "lag ~ 20%", "HC302", "lag"),
    ("arrive 10", "arrive 2.5", "HC516", "arrive"),
    ("arrive 10", "arrive u", "HC604", "arrive"),
    ("arrive 10", "arrive poisson(-3)", "HC510", "arrive"),
    ("arrive 10", "arrive poisson(exp(1000))", "HC604", "arrive"),
    ("arrive 10", "arrive poisson(exp(exp(20 × u)))", "HC604", "arrive"),
    ("arrive 10 in 2025-01", "arrive 10 in 2024-06", "HC604", "arrive"),
    ("arrive 10 in 2025-01", "arrive 10 in 2026-06", "HC516", "arrive"),
    ("    arrive 10 in 2025-01\n", "", "HC516", "population"),
    (UNKNOWN, "uniform(30%, 20%)", "HC510", "unknown"),
    (UNKNOWN, "uniform(10%, 200%)", "HC510", "unknown"),
    (UNKNOWN, "beta(-1, 2)", "HC510", "unknown"),
    (UNKNOWN, "weibull(1, 2)", "HC510", "unknown"),
    (UNKNOWN, UNKNOWN + "\n  unknown wild ~ lognormal(5, 1000)", "HC604", "wild"),
    (UNKNOWN, "uniform(v, 20%)", "HC201", "unknown"),
    ("set p = 5 yuan", "set q = 5 yuan", "HC201", "set q"),
    ("set p = 5 yuan", "set p = 5 months", "HC302", "set p"),
    ("set p = 5 yuan", "set p = u", "HC302", "set p"),
    ("set p = 5 yuan", "set p = -5 yuan", "HC513", "set p"),
    ("set p = 5 yuan", "set p = (u - 50%) × 5 yuan", "HC604", "set p"),
    ("follows employed", "follows salaried", "HC201", "insured follows"),
    ("chance 50%\n    wage", "chance 150%\n    wage", "HC316", "insured follows"),
    (WAGE, WAGE.replace("wage", "salary"), "HC201", "salary"),
    (WAGE, "wage ~ normal(1000 yuan, -5 yuan)", "HC510", "wage"),
    (WAGE, WAGE + "\n    score ~ 1 50%, 9 50%", "HC501", "score ~"),
    (WAGE, WAGE + "\n    score ~ fixed(7)", "HC501", "score ~"),
    (WAGE, WAGE + "\n    score ~ uniform(-1, 4)", "HC501", "score ~"),
    ("population person", "population human", "HC201", "population"),
    ("for trial\n", "for other\n", "HC215", "scenario"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "line"), CASES, ids=lambda text: text.strip()[:30])
def test_what_is_wrong_with_a_scenario(tmp_path: Path, old: str, new: str, code: str, line: str) -> None:
    path = tmp_path / "trial.policy"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    for language, word in (("en", "error"), ("zh", "错误")):
        outcome = run("simulate", path, "--draws", "16", "--lang", language)
        assert outcome.status == 1
        first = outcome.errors.split("\n")[0]
        colon = ": " if language == "en" else "："
        assert first.startswith(f"{word} {code}{colon}"), outcome.errors
        assert re.search("[\u4e00-\u9fff]", first) is not None or language == "en"
        shown = re.search(r"^ +\d+ \| +(.*)$", outcome.errors, re.MULTILINE)
        assert shown is not None and line in shown[1], outcome.errors
        assert outcome.errors.count(f"{word} HC") == 1, "one mistake, one message"


def test_the_scenario_itself_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "trial.policy"
    path.write_text(GOOD, encoding="utf-8")
    assert run("simulate", path, "--draws", "16").status == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--draws", "0"), "抽样次数 = 0"),
        (("--draws", "many"), "抽样次数 = many"),
        (("--seed", "-1"), "随机种子 = -1"),
        (("--threshold", "abc"), "“abc”不是金额"),
    ],
)
def test_wrong_usage(tmp_path: Path, options: tuple[str, str], said: str) -> None:
    path = tmp_path / "trial.policy"
    path.write_text(GOOD, encoding="utf-8")
    outcome = run("simulate", path, "--lang", "zh", *options)
    assert outcome.status == 2
    assert said in outcome.errors


def test_no_clause_is_not_every_clause(tmp_path: Path) -> None:
    path = tmp_path / "trial.policy"
    path.write_text(GOOD, encoding="utf-8")
    for command in ("simulate", "sensitivity"):
        outcome = run(command, path, "--clauses", "", "--draws", "16", "--lang", "en")
        assert outcome.status == 1 and outcome.errors.startswith("error HC611: "), outcome.errors


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("south 50%", "south 60%").replace("ends at 5%", "ends at 105%").replace("budget f", "budget h")
    path = tmp_path / "trial.policy"
    path.write_text(text, encoding="utf-8")
    outcome = run("simulate", path, "--lang", "en")
    assert all(code in outcome.errors for code in ("HC511", "HC316", "HC201")), outcome.errors


@pytest.mark.parametrize(
    ("engine", "arrive", "price", "code", "line"),
    [
        ("cohort", "900_000_000_000_000", "900_000_000 yuan", "HC604", "clause grant"),
        ("person", "900_000_000_000_000", "5 yuan", "HC603", "arrive"),
    ],
)
def test_more_than_can_be_counted(tmp_path: Path, engine: str, arrive: str, price: str, code: str, line: str) -> None:
    text = GOOD.replace("arrive 10", f"arrive {arrive}").replace("5 yuan", price)
    text = text.replace("  budget f 2025 = 1000 yuan\n  cash at most 3 claims per month\n", "")
    path = tmp_path / "trial.policy"
    path.write_text(text.replace("    wage ~ uniform(1000 yuan, 2000 yuan)\n", ""), encoding="utf-8")
    outcome = run("simulate", path, "--draws", "16", "--engine", engine, "--lang", "en")
    assert outcome.status == 1
    assert outcome.errors.startswith(f"error {code}: ") and line in outcome.errors


def test_as_many_payments_as_there_are(tmp_path: Path) -> None:
    """More than fit 32 bits: whoever works in February and is insured in it, (0.95² × 0.5) and taken up in 0.9."""
    text = (
        GOOD.replace("arrive 10", "arrive 100_000_000_000")
        .replace("insured → p", "insured → 1 yuan")
        .replace("north 50%, south 50%", "north 100%")
    )
    text = text.replace("  budget f 2025 = 1000 yuan\n  cash at most 3 claims per month\n", "")
    path = tmp_path / "trial.policy"
    path.write_text(text, encoding="utf-8")
    clause = run("simulate", path, "--draws", "16", "--engine", "cohort", "--json").json["clauses"]["grant"]
    assert clause["paid"]["mean"] == pytest.approx(1e11 * 0.95**2 * 0.5 * 0.9, rel=1e-4)
    assert clause["payments"]["mean"] == clause["paid"]["mean"]
