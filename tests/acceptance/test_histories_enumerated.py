"""What four people are paid, by every engine, against every history that one of them can have.

A person is in work in the month of arrival with chance .75, leaves with .25 and is back with .3 a month. A payment is
worked out for each of the 2^10 histories here, so that what a register, a window or a frequency means is said twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.acceptance import test_exact_projections as by_law
from tests.acceptance.running import run

MONTHS, LEAVE, BACK, FOLLOWS = 10, 0.25, 0.3, 0.6
DRAWS = {"person": 1024, "cohort": 1024, "exact": 16}

TEXT = """policy trial
  in force 2024-01-01 to 2027-12-31
entity person
  has employed: yes/no monthly
  has insured: yes/no monthly
fund f
clause grant
  for person
  {rule}
  paid from f
scenario baseline for trial
  period 2025-08 to 2026-05
  population person
    arrive 4 in 2025-08
    employed starts on arrival, ends at 25% per month, returns at 30% per month
    insured follows employed after 1 month with chance 60%
"""

Flags = tuple[bool, ...]
Person = Callable[[Flags, Flags], float]


@cache
def histories() -> Mapping[tuple[Flags, Flags], float]:
    """(employed, insured) by month, August to May, and their chance."""
    found: dict[Flags, float] = {(): 1.0}
    for month in range(MONTHS):
        longer: dict[Flags, float] = defaultdict(float)
        for flags, chance in found.items():
            stay = 1 - LEAVE if not month or flags[-1] else BACK
            longer[(*flags, True)] += chance * stay
            longer[(*flags, False)] += chance * (1 - stay)
        found = longer
    both: dict[tuple[Flags, Flags], float] = defaultdict(float)
    for flags, chance in found.items():
        both[flags, tuple(run >= 2 for run in runs(flags))] += chance * FOLLOWS
        both[flags, (False,) * MONTHS] += chance * (1 - FOLLOWS)
    return both


def runs(flags: Flags) -> list[int]:
    found: list[int] = []
    for flag in flags:
        found.append((found[-1] if found else 0) + 1 if flag else 0)
    return found


def window(flags: Flags, month: int, size: int) -> int:
    return sum(flags[max(0, month - size + 1) : month + 1])


def this_year(flags: Flags, month: int) -> int:
    return sum(flags[0 if month < 5 else 5 : month + 1])


def last_year(flags: Flags, month: int) -> int:
    return sum(flags[:5]) if month >= 5 else 0


def each(holds: Callable[[Flags, Flags, int], bool]) -> Person:
    """10 yuan in each month in which this holds."""
    return lambda work, cover: 10 * sum(holds(work, cover, month) for month in range(MONTHS))


CASES: dict[str, Person] = {
    "total employed ≥ 4 months → 1000 yuan once": lambda work, _: 1000 * (sum(work) >= 4),
    "total employed in last 1 months ≥ 1 month → 10 yuan per month": each(lambda w, _, m: w[m]),
    "total employed in last 3 months ≥ 2 months → 10 yuan per month": each(lambda w, _, m: window(w, m, 3) >= 2),
    "total employed in last 5 months ≥ 3 months → 10 yuan per month": each(lambda w, _, m: window(w, m, 5) >= 3),
    "total employed in this year ≥ 3 months → 10 yuan per month": each(lambda w, _, m: this_year(w, m) >= 3),
    "total employed in last year ≥ 3 months → 10 yuan per month": each(lambda w, _, m: last_year(w, m) >= 3),
    "total employed in this year ≥ total employed in last year → 10 yuan per month": each(
        lambda w, _, m: this_year(w, m) >= last_year(w, m)
    ),
    "ever employed and not employed → 10 yuan per month": each(lambda w, _, m: any(w[:m]) and not w[m]),
    "not employed and previous employed → 10 yuan per month": each(lambda w, _, m: m > 0 and w[m - 1] and not w[m]),
    "(not employed) ≥ 2 months → 10 yuan per month": each(
        lambda w, _, m: runs(tuple(not flag for flag in w))[m] >= 2
    ),
    "insured ≥ 2 months → 10 yuan per month": each(lambda _, c, m: runs(c)[m] >= 2),
    "employed ≥ 2 months with insured → 10 yuan per month": each(lambda _, c, m: runs(c)[m] >= 2),
    "employed and in month 12 → 1000 yuan per month": lambda work, _: 1000 * work[4],
    "employed ≥ 3 months → 1000 yuan once per year": lambda work, _: (
        1000 * (any(run >= 3 for run in runs(work)[:5]) + any(run >= 3 for run in runs(work)[5:]))
    ),
    "employed → 300 yuan per month at most 1000 yuan": lambda work, _: min(1000, 300 * sum(work)),
    "employed → 10 yuan per month for at most 3 months": lambda work, _: 10 * min(3, sum(work)),
    "if insured then employed else not employed → 10 yuan per month": each(
        lambda w, c, m: w[m] if c[m] else not w[m]
    ),
}  # fmt: skip


@pytest.mark.parametrize("engine", list(DRAWS))
@pytest.mark.parametrize("rule", CASES)
def test_a_rule(tmp_path: Path, rule: str, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "trial.policy"
    path.write_text(TEXT.format(rule=rule), encoding="utf-8")
    outcome = run("simulate", path, "--json", "--draws", str(DRAWS[engine]), "--seed", "3", "--engine", engine)
    assert outcome.status == 0, outcome.output + outcome.errors
    assert outcome.json["engine"] == engine
    one: dict[float, float] = defaultdict(float)
    for (work, cover), chance in histories().items():
        one[CASES[rule](work, cover)] += chance
    monkeypatch.setitem(by_law.CHOSEN, "computed", "yes" if engine == "exact" else "")
    by_law.holds(outcome.json["total"]["paid"], by_law.together(one, one, one, one), DRAWS[engine])
