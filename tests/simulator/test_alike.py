"""Payments put together as one with a count leave every figure of the books as it is, also where money runs short."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.chance.unknowns import worlds
from simulator.engines.person import simulate_chunk
from simulator.money import alike
from simulator.money.books import Books
from tests.simulator.simulated import plan

POLICY = """policy p
  in force 2025-01-01 to 2026-12-31
kind side: north, south
entity person
  has home: side
  has employed: yes/no monthly
  has poor: yes/no
fund aid {aid}
fund reserve {reserve}
clause living
  for person
  employed → 300 yuan per month
  paid from {living}
clause grant
  for person where poor
  employed ≥ 2 months → 1000 yuan once
  paid from aid
clause other
  for person where not poor
  employed ≥ 2 months → 700 yuan per month for at most 3 months
  paid from aid
scenario baseline for p
  period 2025-01 to 2026-12
  unknown arrivals ~ uniform(3, 8)
  population person
    arrive poisson(arrivals) per month
    home ~ north 60%, south 40%
    poor ~ 50%
    employed starts on arrival, ends at 8% per month, returns at 5% per month
  claims
    taken up with chance 80%
    lag ~ 0 months 60%, 1 month 30%, 3 months 10%
{money}
"""
TIGHT = """  budget aid[north] 2025 = 30_000 yuan
  budget aid[north] 2026 = 40_000 yuan
  budget aid[south] 2025 = 25_000 yuan
  budget aid[south] 2026 = 60_000 yuan"""
RESERVE = """
  budget reserve[north] 2025 = 9_000 yuan
  budget reserve[north] 2026 = 9_000 yuan
  budget reserve[south] 2025 = 9_000 yuan
  budget reserve[south] 2026 = 9_000 yuan"""
ONE = """  budget aid 2025 = 55_000 yuan
  budget aid 2026 = 70_000 yuan"""


def both(monkeypatch: pytest.MonkeyPatch, **parts: str) -> tuple[Books, Books, int, int]:
    """The books of whole payments and of those put together, and how many of `living` there are in each."""
    filled = {"aid": "", "reserve": "", "living": "aid", "money": ""} | parts
    made = plan(POLICY.format(**filled))
    drawn = worlds(made.scenario, 32, 1)
    chunk = simulate_chunk(made, drawn, range(16, 32))
    monkeypatch.setattr(alike, "_FEW", 1)
    together = alike.alike_together(made, chunk)
    books = []
    for few in (10**9, 1):
        monkeypatch.setattr(alike, "_FEW", few)
        of = Books.begin(made, 32)
        of.book(chunk, drawn)
        books.append(of)
    return books[0], books[1], len(chunk.payments["living"]), len(together.payments["living"])


def same(a: Books, b: Books) -> None:
    for name, values in a.arrays().items():
        assert np.array_equal(values, b.arrays()[name]), name


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"money": ONE},
        {"aid": "per home", "money": TIGHT},
        {"aid": "per home", "reserve": "per home", "living": "aid then reserve", "money": TIGHT},
        {"aid": "per home", "reserve": "per home", "living": "aid then reserve", "money": TIGHT + RESERVE},
        {"aid": "per home", "reserve": "per home", "living": "aid 60%, reserve 40%", "money": TIGHT + RESERVE},
    ],
)
def test_books_are_the_same(monkeypatch: pytest.MonkeyPatch, parts: dict[str, str]) -> None:
    a, b, payments, together = both(monkeypatch, **parts)
    assert together < payments / 2
    same(a, b)
    if parts:
        assert a.flows.owed[..., -1, :].any() and a.exceeded.any()


@pytest.mark.parametrize(
    "parts",
    [
        {"aid": "per home", "living": "aid then reserve", "money": TIGHT},  # both homes meet in the reserve
        {"money": "  cash 4_000 yuan per month"},
    ],
)
def test_what_can_meet_stays_apart(monkeypatch: pytest.MonkeyPatch, parts: dict[str, str]) -> None:
    a, b, payments, together = both(monkeypatch, **parts)
    assert together == payments
    same(a, b)
