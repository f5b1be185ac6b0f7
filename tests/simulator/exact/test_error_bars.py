"""The stated 95% intervals hold what they say: 200 seeds of four cases with known answers.

The engine exact leaves the worlds as the only source of error, so the intervals are those of scrambled Sobol points
themselves. (Of the mean of a smooth function of one unknown they are too wide: what scrambles leave of the error has
heavy tails. There 200 of 200 held.) Recorded in docs/benchmarks.md.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scipy import stats

from simulator.chance.unknowns import worlds
from simulator.engines.exact.answers import Asker
from simulator.engines.exact.components import population
from simulator.engines.exact.figures import Figures
from simulator.engines.exact.projection import Projection
from simulator.engines.exact.results import ExactResults
from simulator.engines.person import prepare
from simulator.plan import Plan
from simulator.run import simulate
from tests.simulator.test_exact_answers import GRANT, HEAD, compiled

RUNS, DRAWS = 200, 1024


def text(unknown: str, people: str, leave: str) -> str:
    return (
        HEAD
        + GRANT.format(months=3, amount=3000)
        + f"""scenario baseline for example
  period 2025-01 to 2025-06
  {unknown}
  population person
    arrive {people} in 2025-01
    employed starts on arrival, ends at {leave} per month
"""
    )


STAY = 0.95**3
# A gamma mixture of Poissons is negative binomial: shape 25, mean 20,000 · 0.95³ of those who stay.
NEGATIVE_BINOMIAL = stats.nbinom(25, 25 / (25 + 20_000 * STAY))
CASES: dict[str, tuple[str, Callable[[Figures], tuple[float, float]], float]] = {
    "a mean": (
        text(
            "unknown rate ~ uniform(2%, 8%)\n  unknown many ~ gamma(shape 25, mean 200)\n  "
            "unknown more ~ uniform(0, 2)",
            "poisson(many × more)",
            "rate",
        ),
        lambda f: (f.mean, f.mean_error),
        3000 * 200 * (0.98**4 - 0.92**4) / (4 * 0.06),
    ),
    "a quantile": (
        text("unknown many ~ gamma(shape 25, mean 20000)", "poisson(many)", "5%"),
        lambda f: (f.quantile(0.9), f.to_dict()["quantile_errors"]["0.9"]),
        3000 * float(NEGATIVE_BINOMIAL.ppf(0.9)),
    ),
    "a standard deviation": (
        text("unknown many ~ gamma(shape 25, mean 20000)", "poisson(many)", "5%"),
        lambda f: (f.sd, f.sd_error),
        3000 * float(NEGATIVE_BINOMIAL.std()),
    ),
    "a chance": (
        text("unknown many ~ gamma(shape 25, mean 20000)", "poisson(many)", "5%"),
        lambda f: (f.exceedance(7_500_000_000), f.exceedance_error(7_500_000_000)),
        float(NEGATIVE_BINOMIAL.sf(25_000)),
    ),
}


def covered(case: str, runs: int) -> float:
    """The share of the runs of which the interval holds the answer. The automaton is the same for all of them."""
    policy, figure, answer = CASES[case]
    program, ir = compiled(policy)
    scenario = program.scenarios["baseline"]
    plan = Plan(policy=program, program=ir, scenario=scenario, clauses=("grant",))
    people = population(prepare(plan))
    held = 0
    for seed in range(1, runs + 1):
        projection = Projection(Asker(people, worlds(scenario, DRAWS, seed)), (), short=False)
        value, error = figure(projection.cell("entitled", projection.everything, projection.whole))
        held += abs(value - answer) <= error
    return held / runs


@pytest.mark.parametrize("case", CASES)
def test_one_run_is_near(case: str) -> None:
    policy, figure, answer = CASES[case]
    found = simulate(*compiled(policy), draws=DRAWS, seed=5, engine="exact")
    assert isinstance(found, ExactResults)
    value, error = figure(found.figures())
    assert error > 0 and abs(value - answer) <= 3 * error


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_the_intervals_cover(case: str) -> None:
    share = covered(case, RUNS)
    print(f"\n{case}: {share:.1%} of {RUNS} intervals")
    assert 0.90 <= share <= 0.99
