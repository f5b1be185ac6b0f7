"""Where the exact engine gives the expectation: closed forms without noise of people, and clauses simulated beside."""

from __future__ import annotations

import pytest
from scipy.special import gammaincinv

from simulator.plan import SimulationError
from simulator.sensitivity.results import Sensitivity
from simulator.sensitivity.run import sensitivity
from tests.simulator.sensitivity.test_run import EACH, TAKEN_UP, TWO, analysed, holds, text
from tests.simulator.simulated import plan

MONEY = ["budget aid 2025 = 500_000 yuan", "budget aid 2026 = 500_000 yuan"]


@pytest.fixture(scope="module")
def product() -> Sensitivity:
    return analysed(TWO, TAKEN_UP, engine="exact", draws=512)


def test_the_closed_form_in_few_draws(product: Sensitivity) -> None:
    assert product.engine == "exact" and product.measures == ("entitled", "paid")
    a, u = 1 / 25, (16 * 8 / (24**2 * 25)) / (2 / 3) ** 2
    both = (1 + a) * (1 + u) - 1
    paid = product.of("total", measure="paid")
    holds(paid, "arrivals", a / both, a * (1 + u) / both)
    holds(paid, "uptake", u / both, u * (1 + a) / both)
    assert all(e.total_error is not None and e.total_error < 0.06 for e in paid.effects.values())
    entitled = product.of("total")
    low, high = (EACH * gammaincinv(25, share) * 20 / 25 for share in (0.1, 0.9))
    assert (entitled.effects["arrivals"].low, entitled.effects["arrivals"].high) == pytest.approx((low, high), rel=1e-9)
    assert entitled.effects["uptake"].none  # exactly, though the engine interpolates between worlds


def test_what_people_bring_is_simulated(product: Sensitivity) -> None:
    of_unknowns = EACH**2 * 20**2 / 25
    of_people = 20 * (24 * 0.95 * 3000**2 + 23 * 0.95**2 * (500**2 + 2 * 3000 * 500))
    entitled = product.of("total")
    assert entitled.people == pytest.approx(of_people / (of_unknowns + of_people), rel=0.5)
    assert entitled.sd == pytest.approx((of_unknowns + of_people) ** 0.5, rel=0.05)


def test_auto_takes_it_and_agrees_with_people(product: Sensitivity) -> None:
    auto = analysed(TWO, TAKEN_UP, engine="auto", draws=512)
    assert auto.engine == "exact" and auto.of("total").effects == product.of("total").effects
    person = analysed(TWO, TAKEN_UP, engine="person", draws=256)
    for name in ("arrivals", "uptake"):
        a, b = (found.of("total", "", "paid").effects[name] for found in (auto, person))
        assert a.total is not None and b.total is not None and a.total_error is not None and b.total_error is not None
        assert abs(a.total - b.total) <= 2 * (a.total_error + b.total_error)
        assert abs(a.swing - b.swing) <= 2 * (a.swing_error + b.swing_error) + 0.02 * a.swing


def test_limited_money_is_simulated_for_what_is_paid() -> None:
    found = analysed(TWO, TAKEN_UP + MONEY, engine="auto", draws=None)
    assert found.engine == "exact+person"
    assert (found.of("total").draws, found.of("total", "", "paid").draws) == (512, 64)
    holds(found.of("total"), "arrivals", 1, 1)
    assert found.of("total", "", "paid").mean < found.of("total").mean * 2 / 3
    only = analysed(TWO, TAKEN_UP + MONEY, engine="exact", draws=64)
    assert only.measures == ("entitled",) and any("left out" in note.en for note in only.notes)
    assert list(only.to_dict()["total"]) == ["entitled"]


def test_clauses_that_cannot_be_computed_are_simulated_beside() -> None:
    """Firms that count their staff, in half of the draws: the figures are those of people for all."""
    lines = text(TWO, TAKEN_UP).replace("entity person\n", "entity firm\nentity person\n  has employer: firm\n")
    lines = lines.replace("entity firm\n", "entity firm\n  has staff: many person via employer\n", 1)
    lines = lines.replace("scenario", "clause staffed\n  for firm\n  (count of staff where employed) ≥ 10"
                          " → 1000 yuan once\n  paid from aid\nscenario", 1)  # fmt: skip
    lines = lines.replace("  population person", "  population firm\n    arrive 20 in 2025-01\n  population person")
    lines = lines.replace("  employed starts", "  employer ~ any firm\n    employed starts")
    made = plan(lines)
    mixed = sensitivity(made.policy, made.program, draws=128)
    person = sensitivity(made.policy, made.program, draws=128, engine="person")
    assert mixed.engine == "exact+person" and any("staffed is simulated" in note.en for note in mixed.notes)
    assert mixed.plan.clauses == ("grant", "extra", "staffed")
    assert (mixed.of("total").draws, mixed.of("clause", "staffed").draws) == (128, 64)
    for output in mixed.outputs:
        other = person.of(output.scope, output.name, output.measure)
        assert output.mean == pytest.approx(other.mean, rel=0.04)
        for name, one in output.effects.items():
            two = other.effects[name]
            assert abs(one.swing - two.swing) <= 2 * (one.swing_error + two.swing_error) + 0.02 * other.mean
            assert one.total is not None and two.total is not None and one.total_error is not None
            assert abs(one.total - two.total) <= 2 * (one.total_error + (two.total_error or 0)) + 0.01
    few = sensitivity(made.policy, made.program, draws=64, engine="person")
    assert mixed.of("clause", "staffed").mean == pytest.approx(few.of("clause", "staffed").mean, rel=1e-12)
    with pytest.raises(SimulationError) as refused:
        sensitivity(made.policy, made.program, draws=16, engine="exact")
    assert "staffed" in refused.value.diagnostics[0].message.en
