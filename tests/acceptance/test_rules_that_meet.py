"""Scenarios in which rules meet: deadlines and queues, places and years, pots and arrears, firms and their staff.

Each law is enumerated here, state by state or case by case, from what the pages promise; every engine is held to it,
and one that cannot run a case says why.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import product
from math import exp, factorial, prod
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from scipy import stats

from tests.acceptance import test_exact_projections as by_law
from tests.acceptance.running import run
from tests.acceptance.test_exact_projections import Law, binomial, chance, poisson, through, together

DRAWS = 1024
HEAD = """policy trial
  in force 2024-01-01 to 2027-12-31{claims}
kind side: north, south
entity firm
  has staff: many person via employer
entity person
  has home: side
  has score: count 0 to 10
  has employed: yes/no monthly
  has insured: yes/no monthly
  has employer: firm
fund f
fund g
fund h per home
"""
ONCE = "clause grant\n  for person\n  employed → 1000 yuan once\n  paid from f\n"
MONTHLY = "clause grant\n  for person\n  employed → 100 yuan per month\n  paid from f\n"
SIDES = "home ~ north 60%, south 40%"


@frozen(kw_only=True)
class Case:
    """`laws`: by path in the JSON, a whole law, or a number (a sure amount, or a chance)."""

    clauses: str
    arrive: str
    laws: Mapping[str, Law | float]
    period: str = "2025-01 to 2025-12"
    ends: str = "0%"
    people: str = ""
    unknowns: str = ""
    more: str = ""
    claims_until: str = ""
    other: str = ""
    no: Mapping[str, str] = {}

    @property
    def text(self) -> str:
        head = HEAD.format(claims=f"\n  claims until {self.claims_until}" if self.claims_until else "")
        people = f"    employed starts on arrival, ends at {self.ends} per month\n{_lines(self.people, 4)}"
        return (
            f"{head}{self.clauses}scenario baseline for trial\n  period {self.period}\n{_lines(self.unknowns, 2)}"
            f"{self.other}  population person\n    arrive {self.arrive}\n{people}{_lines(self.more, 2)}"
        )


def _lines(text: str, indent: int) -> str:
    return "".join(f"{' ' * indent}{line}\n" for line in text.split("\n") if line)


def mixed(laws: list[Law], weights: list[float]) -> Law:
    found: dict[float, float] = defaultdict(float)
    for law, weight in zip(laws, weights, strict=True):
        for value, p in law.items():
            found[value] += weight * p
    return found


def marginal(states: Mapping[Any, float], value: Callable[[Any], float]) -> Law:
    found: dict[float, float] = defaultdict(float)
    for state, p in states.items():
        found[value(state)] += p
    return found


def steps(start: Any, months: int, step: Callable[[int, Any], Mapping[Any, float]]) -> dict[Any, float]:
    """The states after so many months, with their chances; a month leads from a state to others."""
    states = {start: 1.0}
    for month in range(months):
        after: dict[Any, float] = defaultdict(float)
        for state, p in states.items():
            for following, q in step(month, state).items():
                after[following] += p * q
        states = after
    return states


# ---------------------------------------------------------------- the world and time
NEGATIVE = {span: {1000.0 * k: float(stats.nbinom.pmf(k, 3, 3 / (3 + mean))) for k in range(250)}
            for span, mean in (("all", 10.0), ("spring", 6.0))}  # fmt: skip
FOUR_WORLDS = mixed([binomial(5, (1 - q) ** 2 * u, 1000) for q in (0.1, 0.3) for u in (0.5, 1.0)], [0.25] * 4)
LAGS = {0: 0.5, 3: 0.3, 6: 0.2}
LATE = "claims\n  lag ~ 0 months 50%, 3 months 30%, 6 months 20%"


def lagged(first: int, last: int) -> Law:
    """Two people with 100 a month for 18 months, by the months (1 to 18) in which they are claimed."""
    return together(
        *(binomial(2, sum(p for lag, p in LAGS.items() if first <= m + lag <= last), 100) for m in range(1, 19))
    )


def queue_to_a_deadline() -> dict[tuple[int, int, int], float]:
    """(paid, owed, lapsed) of three claims, one paid a month; claims until the second month."""
    found: dict[tuple[int, int, int], float] = defaultdict(float)
    for lags in product(range(3), repeat=3):
        now, later = lags.count(0), lags.count(1)
        paid = min(now, 1)
        paid += min(now - paid + later, 1)
        found[paid, now + later - paid, lags.count(2)] += prod((0.5, 0.3, 0.2)[lag] for lag in lags)
    return found


# ---------------------------------------------------------------- places
def places_of_a_month(n: int) -> Law:
    """Who of n works is paid, three at most, for six months."""

    def month(_: int, state: tuple[int, int]) -> dict[tuple[int, int], float]:
        return {(j, state[1] + min(j, 3)): p for j, p in binomial(state[0], 0.85).items()}  # type: ignore[misc]

    return marginal(steps((n, 0), 6, month), lambda state: 100 * state[1])


def places_of_a_year() -> dict[tuple[int, int, int, int], float]:
    """(waiting, refused and gone, paid, places): three arrive in each of three months, four places a year."""

    def month(m: int, state: tuple[int, int, int, int]) -> dict[tuple[int, int, int, int], float]:
        waiting, gone, paid, places = state
        places = 4 if m == 3 else places
        found: dict[tuple[int, int, int, int], float] = defaultdict(float)
        for (stay, p), (come, q) in product(binomial(waiting, 0.8).items(), binomial(3 if m < 3 else 0, 0.8).items()):
            now = min(int(stay + come), places)
            found[int(stay + come) - now, gone + waiting - int(stay), paid + now, places - now] += p * q
        return found

    return steps((0, 0, 0, 4), 9, month)


LOWEST_TWO = marginal(
    {scores: prod({1: 0.5, 2: 0.3, 3: 0.2}[s] for s in scores) for scores in product((1, 2, 3), repeat=4)},
    lambda scores: 100 * sum(sorted(scores)[:2]),
)


# ---------------------------------------------------------------- groups
FIRST = """clause insured_grant
  for person
  insured → 500 yuan once
  paid from f
clause stable
  for person
  employed ≥ 3 months → 800 yuan once
  paid from g
exclusive one among insured_grant, stable per person take first
"""
HIGHEST = """clause monthly
  for person
  employed → 300 yuan per month for at most 4 months
  paid from f
clause yearly
  for person
  employed ≥ 2 months → 900 yuan once per year
  paid from g
clause large
  for person where home is north
  employed ≥ 5 months → 2500 yuan once
  paid from f
exclusive one among monthly, yearly, large per person take highest
"""


def highest() -> Law:
    """From September to June: what the best of the three alone would have paid so far."""
    found: dict[float, float] = defaultdict(float)
    for months in range(11):
        p = 0.7**months * (0.3 if months < 10 else 1)
        yearly = 900 * ((months >= 2) + (months >= 5))  # 2025 from the second month; January is the fifth
        each = max(300 * min(months, 4), yearly)
        found[max(each, 2500 if months >= 5 else 0)] += 0.6 * p
        found[each] += 0.4 * p
    return found


# ---------------------------------------------------------------- pots and queues
def pots(mean: float, first: int, second: int) -> dict[tuple[int, int, int], float]:
    """(paid in the first year, in the second, claimed in all): arrears of twelve months come before six new ones."""
    found: dict[tuple[int, int, int], float] = defaultdict(float)
    for (a, p), (b, q) in product(poisson(12 * mean, most=40).items(), poisson(6 * mean, most=40).items()):
        paid = min(int(a), first)
        found[paid, min(int(a + b) - paid, second), int(a + b)] += p * q
    return found


NORTH, SOUTH = pots(0.3, 3, 4), pots(0.1, 1, 1)


def short(mean: float, most: int) -> float:
    return 1 - sum(p for k, p in poisson(12 * mean, most=60).items() if k <= most)


TWO_CLAUSES = """clause small
  for person
  employed → 300 yuan once
  paid from f
clause big
  for person where home is north
  employed → 500 yuan once
  paid from g
"""


def in_line() -> tuple[list[Law], Law]:
    """800 yuan a month; three people in January, two in March, each from the north or not: by month, and owed."""
    by_month: list[dict[float, float]] = [defaultdict(float) for _ in range(6)]
    owed: dict[float, float] = defaultdict(float)
    for north in product((0, 1), repeat=5):
        line: list[int] = []
        for month in range(6):
            if month in (0, 2):
                here = north[:3] if month == 0 else north[3:]
                line += [300] * len(here) + [500] * sum(here)
            cash = 800
            while line and line[0] <= cash:
                cash -= line.pop(0)
            by_month[month][800 - cash] += 1 / 32
        owed[sum(line)] += 1 / 32
    return list(by_month), owed


IN_LINE, LEFT_IN_LINE = in_line()
THEN = poisson(6, most=60)

# ---------------------------------------------------------------- firms
FIRMS = "  population firm\n    arrive 3 in 2025-01\n"
OF_THREE = "clause award\n  for firm\n  count of staff ≥ 3 → 1000 yuan once\n  paid from f\n"
AT_RANDOM = marginal(
    dict.fromkeys(product(range(3), repeat=6), 3.0**-6),
    lambda where: 1000 * sum(where.count(firm) >= 3 for firm in range(3)),
)
THREE_OR_MORE = 1 - sum(exp(-2) * 2**k / factorial(k) for k in range(3))
COUNTS = {"cohort": "it counts rows of `person`", "exact": "it counts rows of `person`"}
TIES = {"exact": "its limit ties people to each other"}


def of_firms(mean: float, each: Law) -> Law:
    """Poisson many firms, each with its staff."""
    found: dict[float, float] = defaultdict(float)
    sums: Law = {0: 1.0}
    for k, p in poisson(mean, most=40).items():
        for value, q in sums.items():
            found[value] += p * q
        sums = together(sums, each) if k < 39 else sums
    return found


CASES = {
    "two lines of one unknown": Case(
        clauses=ONCE, unknowns="unknown rate ~ gamma(shape 3, mean 2)",
        arrive="poisson(rate) per month from 2025-01 to 2025-03\n    arrive poisson(2 × rate) in 2025-05",
        laws={"total/paid": NEGATIVE["all"], "quarters/2025Q1/total/paid": NEGATIVE["spring"]},
    ),
    "who leaves and who claims": Case(
        clauses=ONCE.replace("employed", "employed ≥ 2 months"), arrive="5 in 2025-01", ends="q",
        unknowns="unknown q ~ 10% 50%, 30% 50%\nunknown u ~ 50% 50%, 100% 50%", more="claims\n  taken up with chance u",
        laws={"total/paid": FOUR_WORLDS},
    ),
    "a deadline in the second year": Case(
        clauses=MONTHLY, arrive="2 in 2025-01", period="2025-01 to 2026-06", claims_until="2026-02-28", more=LATE,
        laws={
            "years/2025/total/paid": lagged(1, 12), "years/2026/total/paid": lagged(13, 14),
            "total/lapsed": lagged(15, 24), "years/2026/total/lapsed": lagged(15, 24), "total/not_yet_claimed": 0,
        },
    ),
    "a queue that the deadline ends": Case(
        clauses=ONCE, arrive="3 in 2025-01", claims_until="2025-02-28",
        more="claims\n  lag ~ 0 months 50%, 1 month 30%, 2 months 20%\ncash at most 1 claim per month",
        laws={
            f"total/{name}": marginal(queue_to_a_deadline(), lambda state, i=i: 1000 * state[i])  # type: ignore[misc]
            for i, name in enumerate(("paid", "owed_at_end", "lapsed"))
        },
    ),
    "places of a month, for each side": Case(
        clauses=MONTHLY + "limit grant to 3 per home per month\n", arrive="6 in 2025-01", ends="15%", people=SIDES,
        period="2025-01 to 2025-06", no=TIES,
        laws={
            "total/paid": mixed(
                [together(places_of_a_month(k), places_of_a_month(6 - k)) for k in range(7)],
                list(binomial(6, 0.6).values()),
            ),
            "groups/south/years/2025/total/paid": mixed(
                [places_of_a_month(k) for k in range(7)], list(binomial(6, 0.4).values())
            ),
        },
    ),
    "places of a year, and who tries again": Case(
        clauses=ONCE + "limit grant to 4 per year\n", arrive="3 per month from 2025-10 to 2025-12", ends="20%",
        period="2025-10 to 2026-06", no=TIES,
        laws={"total/paid": marginal(places_of_a_year(), lambda state: 1000 * state[2])},
    ),
    "places by score": Case(
        clauses=ONCE.replace("1000 yuan", "100 yuan × score") + "limit grant to 2 order by score\n",
        arrive="4 in 2025-03", people="score ~ 1 50%, 2 30%, 3 20%", no=TIES,
        laws={"total/paid": LOWEST_TWO, "refused/grant": 2},
    ),
    "the first shuts the other out, taken up or not": Case(
        clauses=FIRST, arrive="4 in 2025-01", ends="20%", more="claims\n  taken up with chance 50%",
        people="insured follows employed after 1 month with chance 50%",
        laws={
            "clauses/insured_grant/paid": binomial(4, 0.5 * 0.8**2 * 0.5, 500),
            "clauses/stable/entitled": binomial(4, 0.5 * 0.8**3, 800),
            "clauses/stable/paid": binomial(4, 0.5 * 0.8**3 * 0.5, 800),
        },
    ),
    "the highest of three": Case(
        clauses=HIGHEST, arrive="3 in 2025-09", ends="30%", people=SIDES, period="2025-09 to 2026-06",
        laws={"total/entitled": together(highest(), highest(), highest())},
    ),
    "pots of two years and their arrears": Case(
        clauses=ONCE.replace("from f", "from h"), arrive="poisson(0.4) per month", period="2025-01 to 2026-06",
        people="home ~ north 75%, south 25%",
        more="budget h[north] 2025 = 3_500 yuan\nbudget h[north] 2026 = 4_000 yuan\n"
        "budget h[south] 2025 = 1_000 yuan\nbudget h[south] 2026 = 1_999 yuan",
        laws={
            "years/2025/funds/h/pots/north/paid": marginal(NORTH, lambda state: 1000 * state[0]),
            "years/2026/funds/h/pots/north/paid": marginal(NORTH, lambda state: 1000 * state[1]),
            "groups/south/total/paid": marginal(SOUTH, lambda state: 1000 * (state[0] + state[1])),
            "total/owed_at_end": together(
                *(marginal(law, lambda state: 1000 * (state[2] - state[0] - state[1])) for law in (NORTH, SOUTH))
            ),
            "years/2025/funds/h/p_exceeded": 1 - (1 - short(0.3, 3)) * (1 - short(0.1, 1)),
        },
    ),
    "a large claim stops the small ones behind it": Case(
        clauses=TWO_CLAUSES, arrive="3 in 2025-01\n    arrive 2 in 2025-03", people="home ~ north 50%, south 50%",
        period="2025-01 to 2025-06", more="cash at most 800 yuan per month",
        laws={
            **{f"months/2025-0{m + 1}/total/paid": law for m, law in enumerate(IN_LINE)},
            "total/owed_at_end": LEFT_IN_LINE,
        },
    ),
    "the second fund from the first day of a year without a budget": Case(
        clauses=ONCE.replace("from f", "from f then g"), arrive="poisson(0.5) per month", period="2025-01 to 2026-12",
        more="budget f 2025 = 3_500 yuan\nbudget f 2026 = 0 yuan",
        laws={
            "years/2025/funds/f/paid": through(THEN, lambda k: 1000 * min(k, 3)),
            "years/2025/funds/g/paid": through(THEN, lambda k: 1000 * max(k - 3, 0)),
            "years/2026/funds/f/paid": 0, "years/2026/funds/g/paid": through(THEN, lambda k: 1000 * k),
            "years/2025/funds/f/p_exceeded": short(0.5, 3),
        },
    ),
    "people who choose among firms": Case(
        clauses=OF_THREE, other=FIRMS, arrive="6 in 2025-02", people="employer ~ any firm", no=COUNTS,
        laws={"total/paid": AT_RANDOM, "months/2025-02/total/paid": AT_RANDOM},
    ),
    "firms that take on people by Poisson's law": Case(
        clauses=OF_THREE, other=FIRMS, arrive="poisson(2) per firm after 1 month", no=COUNTS,
        laws={"total/paid": binomial(3, THREE_OR_MORE, 1000), "months/2025-01/total/paid": 0},
    ),
    "staff of firms that arrive": Case(
        clauses=ONCE, other="  population firm\n    arrive poisson(2) per month from 2025-01 to 2025-04\n",
        arrive="3 per firm after 2 months\n    arrive per firm with chance 40% after 3 months", ends="50%",
        period="2025-01 to 2025-06",
        laws={
            "total/paid": together(
                of_firms(6, together(binomial(3, 0.5, 1000), binomial(1, 0.4 * 0.5, 1000))),  # of three months
                of_firms(2, binomial(3, 0.5, 1000)),  # in April: a fourth would come in July
            )
        },
    ),
}  # fmt: skip


def holds(data: Any, where: str, law: Law | float) -> None:
    found = data
    for key in where.split("/"):
        found = found[key]
    if isinstance(law, Mapping):
        by_law.holds(found, law, DRAWS)
    elif where.endswith("p_exceeded"):
        assert chance(found, law, DRAWS), where
    else:
        assert found["mean"] == pytest.approx(law) and found.get("sd", 0) == pytest.approx(0, abs=1e-6), where


@pytest.mark.parametrize("engine", ["person", "cohort", "exact"])
@pytest.mark.parametrize("name", CASES)
def test_the_law(tmp_path: Path, name: str, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[name]
    path = tmp_path / "trial.policy"
    path.write_text(case.text, encoding="utf-8")
    options = ["--by", "home"] if any(where.startswith("groups") for where in case.laws) else []
    outcome = run("simulate", path, "--json", "--draws", str(DRAWS), "--seed", "3", "--engine", engine, *options)
    if engine in case.no:
        assert outcome.status == 1 and "HC605" in outcome.output and case.no[engine] in outcome.output
        return
    assert outcome.status == 0, outcome.output + outcome.errors
    monkeypatch.setitem(
        by_law.CHOSEN, "computed", "yes" if outcome.json["engine"] == "exact" and not case.unknowns else ""
    )
    for where, law in case.laws.items():
        holds(outcome.json, where, law)


def test_a_roster_that_leaves_facts_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known to March, simulated to August; 1000 for who is from the north and works four months in a row.

    an has three months behind it, bo one and no home told, cy is from the south, of dee no spell is known (it comes in
    as a newcomer, in April), and of eve it is known that there is no home.
    """
    people = [
        {"id": "an", "home": "north", "employed": [["2025-01", None]]},
        {"id": "bo", "employed": [["2025-03", None]]},
        {"id": "cy", "home": "south", "employed": [["2025-01", "2025-02"]]},
        {"id": "dee", "home": "north"},
        {"id": "eve", "home": None, "employed": [["2025-03", None]]},
    ]
    (tmp_path / "people.json").write_text(json.dumps({"person": people}), encoding="utf-8")

    def paid(run_so_far: int) -> float:
        def month(_: int, state: tuple[int, int, bool]) -> dict[tuple[int, int, bool], float]:
            works, months, done = state
            stay = 0.9 if works else 0.2
            return {(1, months + 1, done or months + 1 >= 4): stay, (0, 0, done): 1 - stay}

        return sum(p for (_, _, done), p in steps((1, run_so_far, False), 5, month).items() if done)

    text = HEAD.format(claims="") + ONCE.replace("for person", "for person where home is north").replace(
        "employed →", "employed ≥ 4 months →"
    )
    text += "scenario baseline for trial\n  period 2025-02 to 2025-08\n"
    text += '  population person from "people.json" as of 2025-03\n'
    text += f"    {SIDES}\n    employed starts on arrival, ends at 10% per month, returns at 20% per month\n"
    path = tmp_path / "trial.policy"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setitem(by_law.CHOSEN, "computed", "")
    data = run("simulate", path, "--json", "--draws", "2048", "--seed", "3").json
    law = together(*(binomial(1, p, 1000) for p in (paid(3), 0.6 * paid(1), paid(0))))
    by_law.holds(data["total"]["paid"], law, 2048)
