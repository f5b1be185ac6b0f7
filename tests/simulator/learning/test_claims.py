"""Take-up and lag with payments that may still come: against a direct maximum of the likelihood, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from lang.dates import month
from simulator.learning.claims import Due, _em, claiming, learn_claims

AS_OF = month(2025, 6)


def due(key: str, months_ago: int, lag: int | None, clause: str = "grant") -> Due:
    when = AS_OF - months_ago
    paid = None if lag is None else when + lag
    return Due(clause=clause, entity="person", key=key, month=when, due=when, amount=300_000, paid=paid)


def test_patterns_are_counted() -> None:
    dues = [due("a", 5, 0), due("a", 1, None), due("b", 9, None), due("c", 0, None), due("c", 1, None), due("d", 4, 2)]
    seen = claiming(dues, AS_OF)
    assert seen.groups == 4 and seen.taken_up == 2
    assert seen.lags == {0: 1, 2: 1}
    assert seen.silent == {(9,): 1, (0, 1): 1}
    assert seen.waiting == {1: 1} and seen.missed == 0


def test_a_payment_after_the_month_is_not_known_yet() -> None:
    seen = claiming([due("a", 1, 2), due("b", 3, 1)], AS_OF)
    assert seen.lags == {1: 1} and sum(seen.silent.values()) == 1


def test_what_waits_longer_than_any_lag_was_missed() -> None:
    found = learn_claims([due("a", 5, 1), due("a", 8, None), *(due(f"x{i}", 6, 0) for i in range(20))], AS_OF)
    assert found is not None and found.seen.missed == 1


def test_nothing_paid_or_nothing_due_teaches_nothing() -> None:
    assert learn_claims([], AS_OF) is None
    assert learn_claims([due("a", 3, None)], AS_OF) is None


def test_em_finds_the_maximum_of_the_likelihood() -> None:
    rng = np.random.default_rng(5)
    dues = []
    for i in range(400):
        takes = rng.random() < 0.7
        for months_ago in range(int(rng.integers(0, 5)), 0, -1):
            lag = int(rng.choice(3, p=[0.3, 0.3, 0.4]))
            dues.append(due(f"p{i}", months_ago - 1, lag if takes and lag <= months_ago - 1 else None))
    found = learn_claims(dues, AS_OF)
    assert found is not None
    seen = found.seen

    def loss(x: np.ndarray) -> float:
        t, h0, h1 = 1 / (1 + np.exp(-x))
        p = [h0, (1 - h0) * h1, (1 - h0) * (1 - h1)]
        still = [1 - h0, (1 - h0) * (1 - h1), 0.0]
        total = seen.taken_up * np.log(t)
        total += sum(number * np.log(p[lag]) for lag, number in seen.lags.items())
        total += sum(number * np.log(still[waited]) for waited, number in seen.waiting.items())
        for pattern, number in seen.silent.items():
            total += number * np.log(1 - t + t * np.prod([still[min(w, 2)] for w in pattern]))
        return -float(total)

    best = minimize(loss, np.zeros(3), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9, "maxiter": 4000})
    t, h0, h1 = 1 / (1 + np.exp(-best.x))
    _, _, still = _em(seen)
    assert still[:2].tolist() == pytest.approx([1 - h0, (1 - h0) * (1 - h1)], abs=2e-5)
    assert found.take_up.mean == pytest.approx(t, abs=0.01)
    assert found.hazards[0].mean == pytest.approx(h0, abs=0.004)
    assert found.hazards[1].mean == pytest.approx(h1, abs=0.006)
    # without minding what may still come the lag would look shorter than it is
    naive = seen.lags[0] / sum(seen.lags.values())
    assert naive > h0 + 0.02


def test_the_order_of_rows_is_nothing() -> None:
    dues = [due(f"p{i}", i % 6, (i % 3) if i % 4 else None) for i in range(60)]
    a, b = learn_claims(dues, AS_OF), learn_claims(dues[::-1], AS_OF)
    assert a is not None and b is not None
    assert (a.take_up, a.hazards, a.lag) == (b.take_up, b.hazards, b.lag)


def test_clauses_that_are_not_taken_up_alike_are_noticed() -> None:
    often = [due(f"a{i}", 6, 0 if i % 10 else None) for i in range(100)]
    seldom = [due(f"b{i}", 6, 0 if i % 2 else None, clause="rent") for i in range(100)]
    found = learn_claims(often + seldom, AS_OF)
    assert found is not None and found.differ is not None and found.differ < 1e-6
    assert found.by_clause == {"grant": (90, 100), "rent": (50, 100)}
