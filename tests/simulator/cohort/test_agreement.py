"""Cohort and person engine on the largest part of each standard policy that both accept."""

from __future__ import annotations

import pytest

from simulator.engines.cohort.prepare import refusals
from simulator.plan import Plan
from simulator.run import simulate
from tests.simulator.cohort.running import differences, standard

# What the cohort engine refuses, with the reason in its own words; all else must run and agree.
REFUSED = {
    "shaoxing_2021_51": {"loan_interest": "counts rows of `person`", "base_award": "counts rows of `person`"},
    "jindong_2021_46": {
        "fair_organiser": "`cost` is drawn from `lognormal`",
        "fair_attendance": "`cost` is drawn from `lognormal`",
        "love_post_subsidy": "`wage` is drawn from `lognormal`",
        "absorption_award": "counts rows of `person`",
    },
    "jining_2020_47": {"base_award": "counts rows of `person`"},
    "chaoyang_labour_cooperation": {"station_bonus": "`placed` is drawn from `poisson`"},
}
# Built, these have too many kinds: a person's certificate and training exclude each other.
TOO_MANY = {"jining_2020_47": ("skill_training", "work_training")}


def accepted(name: str) -> list[str]:
    out = {*REFUSED[name], *TOO_MANY.get(name, ())}
    return [clause for clause in standard(name)[0].clauses if clause not in out]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_why(name: str) -> None:
    program, compiled = standard(name)
    scenario = program.scenarios["baseline"]
    found = refusals(Plan(policy=program, program=compiled, scenario=scenario, clauses=tuple(program.clauses)))
    assert set(found) == set(REFUSED[name])
    for clause, words in REFUSED[name].items():
        assert words in found[clause].message.en


def agreement(name: str, draws: int) -> None:
    a, b = (
        simulate(*standard(name), "baseline", draws=draws, engine=engine, clauses=accepted(name))
        for engine in ("cohort", "person")
    )
    found = differences(a, b)
    assert len(found) > 200
    worst = sorted(found.items(), key=lambda item: -abs(item[1]))
    # 16 scrambles: |t| > 4 has a chance of 1 in 900 for one figure, so a few of hundreds may; no more.
    assert sum(abs(z) > 4 for _, z in worst) <= 2 and abs(worst[0][1]) < 6, worst[:5]
    for measure in ("entitled", "paid"):
        for figure in ("mean", "sd", "0.1", "0.5", "0.9"):
            assert abs(found[measure, None, figure]) <= 4, (measure, figure, found[measure, None, figure])


@pytest.mark.parametrize("name", ["chaoyang_labour_cooperation", "jining_2020_47"])
def test_the_engines_agree(name: str) -> None:
    agreement(name, 64)


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_the_engines_agree_on_more_draws(name: str) -> None:
    agreement(name, 1024)
