"""The cohort engine against answers that were derived by other means (the table of the design)."""

import numpy as np
import pytest

from simulator.figures.results import Results
from tests.simulator.cohort.running import run
from tests.simulator.test_person_engine import THREE_MONTHS

DRAWS = 8192


def holds(
    results: Results, mean: float, variance: float, quantiles: dict[str, float], exceeds: float, p: float
) -> None:
    yuan = results.total("paid") / 100
    n = len(yuan)
    assert abs(yuan.mean() - mean) <= 4 * np.sqrt(variance / n)
    assert abs(yuan.var(ddof=1) / variance - 1) <= 4 * np.sqrt(2 / n)
    for name, value in quantiles.items():
        chance = float(name)
        error = 4 * np.sqrt(chance * (1 - chance) / n)
        assert (yuan <= value).mean() >= chance - error
        assert (yuan < value).mean() <= chance + error
    assert abs((yuan > exceeds).mean() - p) <= 4 * np.sqrt(p * (1 - p) / n)


def test_a_thousand_people_three_months() -> None:
    results = run(THREE_MONTHS.format(threshold=3, arrivals="1000 in 2025-01"), draws=DRAWS)
    quantiles = {"0.1": 2_529_000.0, "0.5": 2_571_000.0, "0.9": 2_613_000.0}
    holds(results, 2_572_125, 1_100_547_984.375, quantiles, 2_600_000, 0.20560047386196648)
    assert results.engine == "cohort"


def test_poisson_arrivals_of_one_year() -> None:
    results = run(
        THREE_MONTHS.format(threshold=3, arrivals="poisson(20) per month from 2025-01 to 2025-12"), draws=DRAWS
    )
    quantiles = {"0.1": 465_000.0, "0.5": 513_000.0, "0.9": 564_000.0}
    holds(results, 514_425, 1_543_275_000, quantiles, 550_000, 0.17866605344861783)


RENT = """policy p
  in force 2025-01-01 to 2026-12-31
entity person
  has employed: yes/no monthly
  has renting: yes/no
clause rent
  for person where renting
  employed → 100 yuan per month for at most 3 months
scenario baseline for p
  period 2025-01 to 2025-12
  population person
    arrive 40 in 2025-01
    employed starts on arrival, ends at 20% per month, returns at 30% per month
    renting ~ 40%
  claims
    taken up with chance 75%
"""


def test_capped_months_with_re_entry_and_take_up() -> None:
    """By hand: the number of months paid to one person is at most three, along a chain of two states."""
    law = {0: 0.0, 1: 0.0, 2: 0.0, 3: 0.0}
    states = {(True, 0): 1.0}
    for _ in range(12):
        new: dict[tuple[bool, int], float] = {}
        for (inside, months), chance in states.items():
            stay = 0.8 if inside else 0.3
            for now, part in ((True, stay), (False, 1 - stay)):
                key = (now, min(months + now, 3))
                new[key] = new.get(key, 0.0) + chance * part
        states = new
    for (_, months), chance in states.items():
        law[months] += chance
    mean = sum(m * p for m, p in law.items())
    square = sum(m * m * p for m, p in law.items())
    results = run(RENT, draws=DRAWS)
    entitled = results.total("entitled") / 100
    assert abs(entitled.mean() - 40 * 0.4 * 100 * mean) <= 4 * np.sqrt(40 * (0.4 * square) * 1e4 / DRAWS)
    variance = 40 * 1e4 * (0.4 * square - (0.4 * mean) ** 2)
    assert abs(entitled.var(ddof=1) / variance - 1) <= 4 * np.sqrt(2 / DRAWS)
    paid = results.total("paid") / 100
    both = 0.4 * 0.75  # who takes it up does so for all three months
    variance = 40 * 1e4 * (both * square - (both * mean) ** 2)
    assert abs(paid.mean() - 40 * both * 100 * mean) <= 4 * np.sqrt(variance / DRAWS)
    assert abs(paid.var(ddof=1) / variance - 1) <= 4 * np.sqrt(2 / DRAWS)


@pytest.mark.parametrize("number", [10**3, 10**8])
def test_the_same_law_for_very_many_people(number: int) -> None:
    results = run(THREE_MONTHS.format(threshold=3, arrivals=f"{number} in 2025-01"), draws=1024)
    people = results.total("paid") // 300_000
    p = 0.95**3
    z = (people - number * p) / np.sqrt(number * p * (1 - p))
    assert abs(z.mean()) <= 4 / np.sqrt(1024)
    assert abs(z.var() - 1) <= 4 * np.sqrt(2 / 1024)


BOTH = """policy p
  in force 2025-01-01 to 2026-12-31
entity person
  has employed: yes/no monthly
  has insured: yes/no monthly
clause both
  for person
  employed and insured → 1 yuan per month
scenario baseline for p
  period 2025-01 to 2025-06
  population person
    arrive 50 in 2025-01
    employed starts on arrival, ends at 20% per month, returns at 30% per month
    insured starts on arrival, ends at 40% per month, returns at 50% per month
"""


def test_two_chains_of_one_person() -> None:
    months = run(BOTH, draws=DRAWS).over(1).measures["entitled"][0] / 100
    a = b = 1.0
    for month in range(6):
        a, b = 0.8 * a + 0.3 * (1 - a), 0.6 * b + 0.5 * (1 - b)
        p = a * b
        assert abs(months[month].mean() - 50 * p) <= 4 * np.sqrt(50 * p * (1 - p) / DRAWS)
        assert abs(months[month].var(ddof=1) / (50 * p * (1 - p)) - 1) <= 4 * np.sqrt(2 / DRAWS)
