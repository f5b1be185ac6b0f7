"""Means and variances given the world, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.chance.unknowns import worlds
from simulator.engines.exact import conditional_moments
from simulator.plan import SimulationError
from tests.simulator.test_exact_answers import FIRMS, GRANT, HEAD, THOUSAND, TWENTY, compiled, grant


def moments(text: str, draws: int = 16, **more: object) -> object:
    program, ir = compiled(text)
    scenario = program.scenarios["baseline"]
    return conditional_moments(program, ir, scenario, worlds(scenario, draws, 1), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scenario", "mean", "variance"),
    [(THOUSAND, 2_572_125, 1_100_547_984.375), (TWENTY, 514_425, 1_543_275_000)],
)
def test_the_page_s_answers(scenario: str, mean: float, variance: float) -> None:
    program, ir = grant(scenario=scenario)
    given = program.scenarios["baseline"]
    found = conditional_moments(program, ir, given, worlds(given, 16, 1), totals=True)
    assert found.years == (2025,) and found.clauses == ("grant",)
    assert found.means / 100 == pytest.approx(np.full((16, 1, 1), mean), rel=1e-12)
    assert found.variances / 100**2 == pytest.approx(np.full((16, 1, 1), variance), rel=1e-9)
    assert found.total_variances is not None
    assert found.total_variances == pytest.approx(found.variances[:, 0], rel=1e-12)


def test_each_world_has_its_own() -> None:
    """Interpolated between points of the leave rate: binomials, whatever the rate."""
    text = HEAD + GRANT.format(months=3, amount=3000) + THOUSAND.replace("at 5%", "at rate")
    text = text.replace("  population", "  unknown rate ~ uniform(1%, 20%)\n  population", 1)
    program, ir = compiled(text)
    scenario = program.scenarios["baseline"]
    drawn = worlds(scenario, 256, 3)
    found = conditional_moments(program, ir, scenario, drawn)
    stay = (1 - drawn.values["rate"]) ** 3
    assert found.means[:, 0, 0] == pytest.approx(1000 * 300_000 * stay, rel=1e-12)
    assert found.variances[:, 0, 0] == pytest.approx(1000 * 300_000**2 * stay * (1 - stay), rel=1e-9)


def test_what_two_clauses_pay_the_same_people_varies_together() -> None:
    """Who stays gets both: the sum's variance is that of one clause with both amounts."""
    text = HEAD + GRANT.format(months=3, amount=3000) + GRANT.format(months=3, amount=500).replace("grant", "more")
    found = moments(text + THOUSAND, totals=True)
    p = 0.95**3
    assert found.total_variances[0, 0] == pytest.approx(1000 * 350_000**2 * p * (1 - p), rel=1e-9)  # type: ignore[attr-defined]


def test_what_ties_people_to_each_other_is_refused_by_name() -> None:
    with pytest.raises(SimulationError) as raised:
        moments(FIRMS)
    (fault,) = raised.value.diagnostics
    assert fault.code == "HC605" and "`exact`" in fault.message.en and "`award`" in fault.message.en
    assert fault.span.text
