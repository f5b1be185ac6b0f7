"""Quotas, cash queues and funds in turn, against laws found by going through every history of a few people."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import numpy as np
import pytest

from tests.simulator.cohort.running import agrees, run

POSTS = """policy p
  in force 2025-01-01 to 2025-12-31
entity post
  has filled: yes/no monthly
clause subsidy
  for post
  filled → 100 yuan per month
limit subsidy to 2 {period}
scenario baseline for p
  period 2025-01 to 2025-04
  population post
    arrive 4 in 2025-01
    filled starts on arrival, ends at 30% per month, returns at 40% per month
"""


def posts(months: int, people: int, leave: float, back: float) -> dict[tuple[tuple[bool, ...], ...], float]:
    """Every history of the flags, and its chance."""
    histories: dict[tuple[tuple[bool, ...], ...], float] = {(): 1.0}
    for _ in range(months):
        longer: dict[tuple[tuple[bool, ...], ...], float] = defaultdict(float)
        for history, chance in histories.items():
            before = history[-1] if history else (True,) * people
            for flags in product((True, False), repeat=people):
                part = 1.0
                for was, now in zip(before, flags, strict=True):
                    stay = (1 - leave) if was else back
                    part *= stay if now else 1 - stay
                longer[(*history, flags)] += chance * part
        histories = longer
    return histories


@pytest.mark.parametrize("period", ["per month", ""])
def test_a_quota_of_posts(period: str) -> None:
    law: dict[int, float] = defaultdict(float)
    for history, chance in posts(4, 4, 0.3, 0.4).items():
        holders: set[int] = set()
        paid_before: set[int] = set()
        fen = 0
        for flags in history:
            claims = [i for i, flag in enumerate(flags) if flag]
            if period:
                claims.sort(key=lambda i: (i not in paid_before, i))
                paid = set(claims[:2])
            else:
                free = 2 - len(holders)
                newcomers = [i for i in claims if i not in holders]
                newcomers.sort(key=lambda i: (i not in paid_before, i))
                holders |= set(newcomers[:free])
                paid = {i for i in claims if i in holders}
            paid_before = paid
            fen += 10_000 * len(paid)
        law[fen] += chance
    results = run(POSTS.format(period=period), draws=8192)
    agrees(results.total("entitled"), law)


LEADERS = """policy p
  in force 2025-01-01 to 2025-12-31
entity leader
  has led: count
  has recommended on: date
clause startup
  for leader where recommended on in this month
  led ≥ 3 → 20_000 yuan + 5000 yuan × (led - 3) once
limit startup to 2 per year
scenario baseline for p
  period 2025-01 to 2025-02
  population leader
    arrive 4 in 2025-01
    arrive 1 in 2025-02
    recommended on = arrival
    led ~ 2 20%, 3 50%, 5 30%
"""


def test_a_quota_of_unequal_grants_goes_to_the_first_ones() -> None:
    law: dict[int, float] = defaultdict(float)
    refused: dict[int, float] = defaultdict(float)
    chances = {2: 0.2, 3: 0.5, 5: 0.3}
    for led in product(chances, repeat=5):
        chance = float(np.prod([chances[n] for n in led]))
        claims = [n for n in led if n >= 3]  # in order of their numbers
        law[sum(2_000_000 + 500_000 * (n - 3) for n in claims[:2])] += chance
        refused[max(len(claims) - 2, 0)] += chance
    results = run(LEADERS, draws=8192)
    agrees(results.total("entitled"), law)
    agrees(results.books.refused[0], refused)


CASH = """policy p
  in force 2025-01-01 to 2025-12-31
  paid from aid
fund aid
fund other
entity person
  has employed: yes/no monthly
clause grant
  for person
  employed ≥ 2 months → 100 yuan once
  {paid}
scenario baseline for p
  period 2025-01 to 2025-03
  population person
    arrive 3 in 2025-01
    arrive 2 in 2025-02
    employed starts on arrival, ends at 30% per month
  claims
    taken up with chance 80%
    lag ~ 0 months 60%, 1 month 40%
  {limits}
"""


def claims_by_month() -> dict[tuple[int, int, int], float]:
    """How many are claimed in January, February, March, and the chance. Three can reach two months in February, two in
    March; a claim comes then or a month later."""
    one = 0.7**2 * 0.8
    first = {"none": 1 - one, "now": one * 0.6, "later": one * 0.4}
    law: dict[tuple[int, int, int], float] = defaultdict(float)
    for early in product(first, repeat=3):
        for late in product(first, repeat=2):
            chance = float(np.prod([first[c] for c in (*early, *late)]))
            february = early.count("now")
            march = early.count("later") + late.count("now")
            law[0, february, march] += chance
    return law


def test_a_queue_for_the_months_cash() -> None:
    paid_law: dict[int, float] = defaultdict(float)
    owed_law: dict[int, float] = defaultdict(float)
    for claims, chance in claims_by_month().items():
        waiting, paid = 0, 0
        for new in claims:
            waiting += new
            now = min(waiting, 1)
            waiting, paid = waiting - now, paid + now
        paid_law[paid * 10_000] += chance
        owed_law[waiting * 10_000] += chance
    results = run(CASH.format(paid="", limits="cash at most 1 claims per month"), draws=8192)
    agrees(results.total("paid"), paid_law)
    agrees(results.total("owed_at_end"), owed_law)


def test_two_funds_in_turn() -> None:
    """250 yuan pay two claims; the third closes the fund, and all later ones go to the other."""
    law: dict[int, float] = defaultdict(float)
    for claims, chance in claims_by_month().items():
        law[max(sum(claims) - 2, 0) * 10_000] += chance
    text = CASH.format(paid="paid from aid then other", limits="budget aid 2025 = 250 yuan")
    results = run(text, draws=8192)
    second = results.books.pot_paid[1].sum(axis=0)
    agrees(second, law)
    exceeded = results.books.exceeded[0, 0] > 0
    p = sum(chance for claims, chance in claims_by_month().items() if sum(claims) > 2)
    assert abs(exceeded.mean() - p) <= 4 * np.sqrt(p * (1 - p) / len(exceeded))


UNEQUAL = """policy p
  in force 2025-01-01 to 2025-12-31
  paid from aid
fund aid
entity person
  has assessed: money
clause skill
  for person
  assessed > 0 yuan → assessed once
scenario baseline for p
  period 2025-01 to 2025-02
  population person
    arrive 3 in 2025-01
    assessed ~ 100 yuan 50%, 250 yuan 50%
  budget aid 2025 = 360 yuan
"""


def test_unequal_claims_stand_in_random_order() -> None:
    """The first that does not fit stops the queue, so who comes first counts."""
    law: dict[int, float] = defaultdict(float)
    for amounts in product((100, 250), repeat=3):
        paid = 0
        for amount in amounts:
            if paid + amount > 360:
                break
            paid += amount
        law[paid * 100] += 1 / 8
    agrees(run(UNEQUAL, draws=8192).total("paid"), law)
