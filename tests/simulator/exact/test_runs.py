"""Whole runs of the engine exact: what auto chooses, what is drawn behind an appropriation, what the results say."""

from __future__ import annotations

import pytest
from scipy import stats

from simulator.engines.exact.results import ExactResults
from simulator.notes import AUTO_EXACT
from simulator.run import simulate
from tests.simulator.exact.test_agreement import scores
from tests.simulator.test_exact_answers import GRANT, HEAD, TWENTY, compiled, grant

UNDER = (
    HEAD.replace("kind side", "  paid from aid\nfund aid\nkind side")
    + GRANT.format(months=3, amount=3000)
    + TWENTY
    + "  budget aid 2025 = {money} yuan\n"
)


def test_auto_computes_where_there_are_many_people() -> None:
    results = simulate(*grant(scenario=TWENTY.replace("poisson(20)", "poisson(20_000)")), draws=16)
    assert results.engine == "exact" and AUTO_EXACT in results.notes
    data = results.to_dict()
    assert data["total"]["paid"]["mean"] == pytest.approx(514_425_000, rel=1e-9)
    assert data["total"]["paid"]["sd"] ** 2 == pytest.approx(1_543_275_000_000, rel=1e-9)
    assert data["variance"] == {"unknowns": 0.0, "people": 1.0, "error": 0.0}
    assert data["total"]["owed_at_end"]["mean"] == 0.0


def test_what_waits_for_money_is_drawn_and_the_rest_is_computed() -> None:
    results = simulate(*compiled(UNDER.format(money="549_999")), draws=64, engine="exact")
    assert isinstance(results, ExactResults) and results.engine == "exact+person" and results.drawn
    data = results.to_dict()
    assert data["total"]["entitled"]["mean"] == pytest.approx(514_425, rel=1e-9)
    fund = data["years"]["2025"]["funds"]["aid"]
    assert fund["p_exceeded"] == pytest.approx(stats.poisson.sf(183, 514_425 / 3000), rel=1e-9)
    assert fund["p_exceeded"] == pytest.approx(sum(fund["runs_out"].values()), rel=1e-9)
    assert data["total"]["paid"]["quantiles"]["0.99"] <= 549_999
    assert any("drawn by the engine person" in note for note in data["notes"])


def test_an_appropriation_that_always_lasts_draws_nothing() -> None:
    results = simulate(*compiled(UNDER.format(money="5_000_000")), draws=64, engine="exact")
    assert results.engine == "exact"
    fund = results.to_dict()["years"]["2025"]["funds"]["aid"]
    assert fund["appropriation"] == 5_000_000.0 and fund["p_exceeded"] == 0.0
    assert fund["paid"]["mean"] == pytest.approx(514_425, rel=1e-9)


def test_there_are_no_totals_by_draw() -> None:
    results = simulate(*grant(), draws=16, engine="exact")
    with pytest.raises(ValueError, match="draws no people"):
        results.total("paid")
    assert results.quantile("0.9") == 2_613_000.0
    assert results.frame.num_rows == 16


def test_an_unknown_that_has_one_value_is_none() -> None:
    plain = simulate(*grant(scenario=TWENTY), engine="exact").to_dict()
    named = TWENTY.replace("  population", "  unknown leaving ~ fixed(5%)\n  population").replace(
        "5% per", "leaving per"
    )
    assert "leaving per month" in named
    found = simulate(*grant(scenario=named), engine="exact").to_dict()
    assert found["total"] == plain["total"] and found["months"] == plain["months"]
    assert found["total"]["paid"]["mean"] == pytest.approx(514_425, rel=1e-9)


FEN = """\
policy example
  in force 2024-01-01 to 2026-12-31
entity person
  has wage: money
  has employed: yes/no monthly
clause share
  for person
  employed ≥ 3 months → wage once
scenario baseline for example
  period 2025-01 to 2025-12
  unknown leaving ~ uniform(2%, 9%)
  population person
    arrive binomial(n 400, p 60%) in 2025-01
    arrive binomial(n 200, p = leaving) per month from 2025-02 to 2025-04
    wage ~ 1234.57 yuan 20%, 4000.01 yuan 30%, 0.07 yuan 10%, 9876.55 yuan 40%
    employed starts on arrival, ends at leaving per month
"""


def test_amounts_of_single_fen_in_many_worlds_are_put_on_a_coarser_lattice() -> None:
    """Else the lattice would have a hundred million points, for quantiles that the worlds know to a hundredth."""
    computed = simulate(*compiled(FEN), draws=32, engine="exact")
    assert isinstance(computed, ExactResults)
    drawn = simulate(*compiled(FEN), draws=32, engine="person")
    assert max(abs(z) for z in scores(computed, drawn).values()) < 4
    (told,) = [note for note in computed.to_dict()["notes"] if "lattice" in note]
    fine = int(told.split("1/")[1].split(" ")[0])
    assert 500 <= fine <= 20_000
