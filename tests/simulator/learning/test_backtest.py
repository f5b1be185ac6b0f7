"""Forecasts of the past: scores by hand, no look ahead, near nominal on simulated history."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from attrs import evolve

from lang.dates import month
from simulator.learning.backtest import backtest
from simulator.learning.calibrate import LearningError
from simulator.learning.forecast import Settings
from simulator.learning.scores import Score, score, summary
from tests.simulator.learning.planted import Truth
from tests.simulator.learning.town import Town, policy, town

TRUTH = Truth(last=month(2025, 6))
SETTINGS = Settings(draws=64)


@pytest.fixture(scope="module")
def one() -> Town:
    return town(TRUTH, 5)


def test_scores_by_hand() -> None:
    draws = np.arange(1, 101) * 100
    good = score(draws, 5_000)
    assert (good.median, good.mean, good.bias) == (5_000, 5_050.0, 50.0)
    assert good.intervals == {"50": (2_500, 7_500), "80": (1_000, 9_000), "95": (300, 9_800)}
    assert good.pit == 0.495 and good.inside("50")
    # CRPS from its definition
    x = draws.astype(float)
    assert good.crps == pytest.approx(np.abs(x - 5_000).mean() - np.abs(x[:, None] - x[None, :]).mean() / 2)
    sure = score(np.full(16, 700), 1_000)
    assert sure.crps == 300.0 and not sure.inside("95") and sure.pit == 1.0
    both = summary([good, sure])
    assert (both.number, both.inside["95"], both.bias) == (2, 1, -125.0)
    assert summary([]).to_dict()["forecasts"] == 0


def test_the_table_adds_up(one: Town) -> None:
    found = backtest(one.source(), [month(2024, 6), month(2023, 12)], 6, TRUTH.last, SETTINGS)
    assert [cut.cut for cut in found.cuts] == [month(2023, 12), month(2024, 6)]
    for cut in found.cuts:
        paid = [p for p in one.payments if cut.cut < p.paid <= cut.last]
        assert cut.total.actual == sum(p.amount for p in paid)
        assert sum(s.actual for s in cut.clauses.values()) == cut.total.actual
        assert sum(s.actual for s in cut.months.values()) == cut.total.actual
        assert sum(s.mean for s in cut.clauses.values()) == pytest.approx(cut.total.mean)
        assert len(cut.months) == 6
    data = found.to_dict("en")
    assert data["summary"]["months"]["forecasts"] == 12
    assert set(data["summary"]["total"]["coverage"]) == {"50", "80", "95"}


def test_nothing_later_reaches_a_forecast(one: Town) -> None:
    """Whatever happens after the cut, the forecast is the same to the bit."""
    cut = month(2024, 3)
    before = backtest(one.source(), [cut], 6, TRUTH.last, SETTINGS).cuts[0]
    changed = Town(
        one.program, one.compiled, one.facts,
        tuple(evolve(p, amount=p.amount * 3) if p.paid_on and p.paid_on > date(2024, 3, 31) else p for p in one.paid),
    )  # fmt: skip
    after = backtest(changed.source(), [cut], 6, TRUTH.last, SETTINGS).cuts[0]
    assert before.calibration.text == after.calibration.text

    def forecasts(found: Score) -> tuple[object, ...]:
        return found.mean, found.median, found.intervals

    assert forecasts(before.total) == forecasts(after.total)
    assert after.total.actual == 3 * before.total.actual


def test_a_short_end_is_said(one: Town) -> None:
    found = backtest(one.source(), [month(2025, 2)], 12, TRUTH.last, SETTINGS)
    assert found.cuts[0].last == TRUTH.last and "4 of 12 months" in found.notes[0].en


def test_cuts_that_cannot_be(one: Town) -> None:
    with pytest.raises(LearningError) as error:
        backtest(one.source(), [month(2023, 3), month(2025, 6), month(2027, 1)], 12, TRUTH.last, SETTINGS)
    said = [text.en for text in error.value.texts]
    assert len(said) == 3
    assert "payments begin in 2023-02" in said[0] and all("nothing was paid after it" in text for text in said[1:])
    with pytest.raises(LearningError, match="no payments"):
        backtest(evolve(one.source(), payments=()), [month(2024, 6)], 12, TRUTH.last, SETTINGS)


@pytest.mark.slow
def test_intervals_hold_what_they_say_on_simulated_history() -> None:
    loaded = policy()
    totals: list[Score] = []
    clauses: list[Score] = []
    months: list[Score] = []
    for seed in range(60):
        source = town(TRUTH, seed, loaded).source()
        found = backtest(source, [month(2023, 12), month(2024, 6)], 12, TRUTH.last, Settings(draws=128))
        for cut in found.cuts:
            totals.append(cut.total)
            clauses += cut.clauses.values()
            months += cut.months.values()
    for scores, slack in ((totals, 0.12), (clauses, 0.08), (months, 0.06)):
        coverage = summary(scores).to_dict()["coverage"]
        for level, share in coverage.items():
            assert share == pytest.approx(int(level) / 100, abs=slack), (level, coverage)
    whole = summary(totals)
    assert abs(whole.bias) < 0.03 * whole.actual
