"""Before a simulated row arrives there is nothing of it, so neither a condition nor its negation has run then."""

import numpy as np
import pytest

from lang.dates import parse_month
from simulator.chance.unknowns import worlds
from simulator.engines.person import simulate_chunk
from tests.simulator.simulated import plan

POLICY = """policy p
  in force 2025-01-01 to 2025-12-31
entity person
  has employed: yes/no monthly
  has renting: yes/no
clause grant
  for person
  {} → 100 yuan once
scenario baseline for p
  period 2025-01 to 2025-12
  population person
    arrive 3 in 2025-04
    employed starts on arrival, ends at 100% per month
    renting ~ 0%
"""


@pytest.mark.parametrize(
    ("condition", "first"),
    [
        ("not employed", "2025-04"),
        ("(not employed) ≥ 3 months", "2025-06"),
        ("not (renting or employed) ≥ 2 months", "2025-04"),  # `not` of the run
        ("(not (renting or employed)) ≥ 2 months", "2025-05"),
        ("total (not employed) ≥ 4 months", "2025-07"),
        ("ever (not employed)", "2025-04"),
        ("previous (not employed)", "2025-05"),
        ("total (not employed) in last 2 months ≥ 2 months", "2025-05"),
    ],
)
def test_negations_run_from_arrival_on(condition: str, first: str) -> None:
    p = plan(POLICY.format(condition))
    payments = simulate_chunk(p, worlds(p.scenario, 4, p.seed), range(1)).payments["grant"]
    assert np.unique(payments.month).tolist() == [parse_month(first)]
    assert len(payments) == 3
