"""Drawn policies: what is computed and what is counted against people followed one by one, in the same worlds.

Whole groups go together. What an engine refuses is passed over; what it accepts must agree.
"""

from __future__ import annotations

import re
from collections import Counter
from random import Random

import pytest

from compiler import ir
from compiler.backends.columns.bounds import Unsupported
from huice.testing.generator.policies import policy
from huice.testing.generator.world import FIRST
from lang import model
from lang.dates import month_text
from simulator.engines.exact.results import ExactResults
from simulator.figures.results import Results
from simulator.plan import SimulationError
from simulator.run import simulate
from tests.simulator.cohort.running import compiled
from tests.simulator.exact.test_agreement import scores
from tests.simulator.test_person_kernel import DRAWN

DRAWS = 256
ARRIVALS = ("poisson(4)", "5", "binomial(n 9, p 40%)", "poisson(100 × leaving)")
STAYS = ("ends at leaving per month, returns at 20% per month", "ends at leaving per month")
CLAIMS = (
    "",
    "  claims\n    taken up with chance 70%\n",
    "  claims\n    taken up with chance 60%\n    lag ~ 0 months 50%, 1 month 30%, 2 months 20%\n",
    "  claims\n    taken up with chance leaving × 3\n    lag ~ 0 months 50%, 13 months 50%\n",
)


def drawn(seed: int) -> tuple[model.Program, ir.Program]:
    """A policy, with a scenario that nobody is linked to anybody in."""
    text, program = policy(Random(seed))
    chosen = Random(seed + 77)
    assert program.last is not None
    first, last = month_text(FIRST), month_text(program.last)
    scenario = DRAWN.format(first, last, f"{first} to {last}")
    scenario = scenario.replace("poisson(4) per", f"{chosen.choice(ARRIVALS)} per")
    scenario = scenario.replace("uniform(2%, 30%)", chosen.choice(("uniform(2%, 30%)", "fixed(10%)")))
    scenario = scenario.replace(STAYS[0], chosen.choice(STAYS))
    for link in ("employer", "recruiter", "works_at"):
        if re.search(rf"^  has {link}\b", text, re.M):
            scenario += f"    {link} = none\n"
    return compiled(text + scenario + chosen.choice(CLAIMS))


def units(program: ir.Program) -> list[list[str]]:
    """The clauses of persons; those of a group together."""
    found: list[list[str]] = []
    for name, clause in program.clauses.items():
        group = program.groups.get(clause.group or "")
        unit = [name] if group is None else [m.clause for m in group.members if m.clause is not None]
        if clause.entity == "person" and unit not in found:
            found.append(unit)
    return found


def result(of: tuple[model.Program, ir.Program], engine: str, clauses: list[str]) -> Results | None:
    try:
        return simulate(*of, draws=DRAWS, engine=engine, clauses=clauses)
    except (SimulationError, Unsupported):
        return None


def agree(seeds: range) -> Counter[str]:
    """How many units each engine agreed on."""
    held: Counter[str] = Counter()
    for seed in seeds:
        of = drawn(seed)
        for unit in units(of[1]):
            computed = result(of, "exact", unit)
            if computed is None:
                continue
            assert isinstance(computed, ExactResults)
            for engine in ("person", "cohort"):
                other = result(of, engine, unit)
                if other is None:
                    continue
                found = scores(computed, other)  # empty where nobody is paid anything, which it has looked at
                assert all(abs(z) < 5.5 for z in found.values()), (seed, unit, engine, found)
                held[engine] += 1
    return held


def test_three_engines_agree() -> None:
    held = agree(range(8))
    assert held["person"] >= 3 and held["cohort"] >= 3


@pytest.mark.slow
@pytest.mark.parametrize("begin", range(0, 80, 20))
def test_three_engines_agree_on_more(begin: int) -> None:
    held = agree(range(begin, begin + 20))
    assert held["person"] >= 5 and held["cohort"] >= 5
