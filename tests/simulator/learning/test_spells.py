"""Leaving and returning: counted by hand, Kaplan–Meier against another computation, truncation and censoring."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from lang.dates import month
from simulator.learning.observed import NOT_TOLD, Observed
from simulator.learning.spells import changes_with_tenure, survival, transitions

FIRST = month(2024, 1)


def observed(rows: list[str], arrivals: list[int] | None = None, told_by: str | None = "hired_on") -> Observed:
    """Rows as `1` (in), `0` (out), `?`, one sign a month from 2024-01; arrivals counted from there."""
    flags = np.array([[{"1": 1, "0": 0, "?": -1}[sign] for sign in row] for row in rows], np.int8)
    came = arrivals if arrivals is not None else [0] * len(rows)
    return Observed(
        entity="person",
        keys=tuple(f"p{i}" for i in range(len(rows))),
        first=FIRST,
        as_of=FIRST + flags.shape[1] - 1,
        arrival=np.array([NOT_TOLD if a < 0 else FIRST + a for a in came], np.int64),
        told_by=told_by,
        root="employed",
        flags={"employed": flags},
        values={},
    )


def test_trials_and_events_of_both_ways() -> None:
    found = transitions(observed(["1100", "1111", "0110"]), "employed", FIRST)
    # first row: in 1,1, then left; out one month. Second: four stays. Third: left in its month of arrival, came back
    assert (found.leave_events, found.leave_trials) == (1 + 0 + 2, 3 + 4 + 3)
    assert (found.return_events, found.return_trials) == (0 + 1, 1 + 1)


def test_where_the_fact_itself_tells_the_arrival_its_first_month_is_no_trial() -> None:
    by_date = transitions(observed(["110"]), "employed", FIRST)
    by_fact = transitions(observed(["110"], told_by=None), "employed", FIRST)
    assert (by_date.leave_events, by_date.leave_trials) == (1, 3)
    assert (by_fact.leave_events, by_fact.leave_trials) == (1, 2)


def test_who_was_there_before_the_window_comes_in_late() -> None:
    found = transitions(observed(["111110", "111111"]), "employed", FIRST + 3)
    assert (found.leave_events, found.leave_trials) == (1, 6)
    assert found.at_risk.tolist()[:6] == [0, 0, 0, 2, 2, 2]


def test_rows_of_which_nothing_is_known_are_no_trials() -> None:
    found = transitions(observed(["1?10", "1111"], arrivals=[0, -1]), "employed", FIRST)
    assert (found.leave_events, found.leave_trials) == (1, 2)


def test_all_censored_and_one_spell() -> None:
    found = transitions(observed(["1111", "1111"]), "employed", FIRST)
    assert (found.leave_events, found.leave_trials, found.censored) == (0, 8, 2)
    assert survival(found).survival.tolist() == [1.0, 1.0, 1.0, 1.0]
    assert changes_with_tenure(found) is None
    one = transitions(observed(["10"]), "employed", FIRST)
    assert (one.leave_events, one.leave_trials) == (1, 2)


def test_kaplan_meier_is_that_of_scipy() -> None:
    rng = np.random.default_rng(7)
    width = 30
    stays, watched = rng.geometric(0.12, 80) - 1, rng.integers(1, width + 1, 80)
    rows, arrivals = [], []
    for stay, months in zip(stays, watched, strict=True):
        kept = min(stay, months)
        rows.append("0" * (width - months) + "1" * kept + "0" * (months - kept))
        arrivals.append(width - months)
    found = survival(transitions(observed(rows, arrivals), "employed", FIRST))
    # a stay of k months ends in its month k; one still going on after m months is known to be at least m
    ended = stays < watched
    sample = stats.CensoredData(uncensored=stays[ended].astype(float), right=(watched[~ended] - 1).astype(float) + 0.5)
    curve = stats.ecdf(sample).sf
    for k, value in enumerate(found.survival):
        assert value == pytest.approx(float(curve.evaluate(k)), abs=1e-12)
    assert (found.low <= found.survival).all() and (found.survival <= found.high).all()


def test_a_rate_that_changes_with_the_stay_is_noticed() -> None:
    rng = np.random.default_rng(3)

    def rows(early: float, late: float) -> list[str]:
        made = []
        for _ in range(400):
            text, inside = "", True
            for k in range(24):
                inside = inside and rng.random() >= (early if k < 3 else late)
                text += "1" if inside else "0"
            made.append(text)
        return made

    changing = changes_with_tenure(transitions(observed(rows(0.2, 0.02)), "employed", FIRST))
    steady = changes_with_tenure(transitions(observed(rows(0.06, 0.06)), "employed", FIRST))
    assert changing is not None and changing[0] < 1e-6
    assert steady is not None and steady[0] > 0.001
    assert changing[1][0][1] > 3 * changing[1][1][1]
