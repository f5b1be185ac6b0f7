"""Who arrives, what they are, what they become: against what the assumptions say."""

from datetime import date

import numpy as np
import pytest

from compiler.backends.columns.values import Column
from lang.dates import month
from simulator.chance.unknowns import worlds
from simulator.engines.person import simulate_chunk
from simulator.people.population import Population, populate
from simulator.plan import Plan, SimulationError
from tests.simulator.simulated import plan

POLICY = """policy p
  in force 2025-01-01 to 2027-12-31
kind county: east, west, north
entity firm
  has size: count 0 to 50
  has founded: date
entity person
  has home: county
  has tall: yes/no
  has wage: money 0 to 10000 yuan monthly
  has part: share
  has hired on: date
  has employer: firm
  has employed: yes/no monthly
  has insured: yes/no monthly
entity course
  has trainee: person
  has host: firm
clause grant
  for person
  employed and tall → 100 yuan once
scenario baseline for p
  period 2025-01 to 2026-12
"""

FIRMS = """  population firm
    arrive 2 in 2025-01
    arrive 1 in 2025-03
"""


def populated(lines: str, facts: list[str], draws: int = 64, seed: int = 1) -> tuple[Plan, Population]:
    p = plan(POLICY + lines, seed=seed)
    needed = [tuple(fact.split(".", 1)) for fact in facts]
    return p, populate(p, worlds(p.scenario, draws, seed), range(draws), needed)  # type: ignore[arg-type]


def steady(population: Population, fact: str) -> Column:
    entity, name = fact.split(".")
    return population.facts.tables[entity].steady[name]


def flags_by_month(population: Population, fact: str, months: range) -> np.ndarray:
    """Shape (months, rows), of rows that are there from the first month on."""
    entity, name = fact.split(".")
    seen = []
    for m in months:
        population.step(m)
        seen.append(np.array(population.facts.tables[entity].monthly[name].data))
    return np.array(seen)


def test_rows_stand_in_order_of_arrival_and_are_numbered_within_their_month() -> None:
    _, population = populated("  population person\n    arrive poisson(3) per month from 2025-01 to 2025-06\n", [])
    rows = population.arrived["person"]
    order = np.lexsort((rows.number, rows.draw, rows.arrival))
    assert (order == np.arange(rows.size)).all()
    for draw in range(5):
        for m in range(month(2025, 1), month(2025, 7)):
            numbers = rows.number[(rows.draw == draw) & (rows.arrival == m)]
            assert numbers.tolist() == list(range(len(numbers)))
    assert abs(rows.size / 64 - 18) < 4 * np.sqrt(18 / 64)
    population.step(month(2025, 3))
    assert population.facts.tables["person"].present == (rows.arrival <= month(2025, 3)).sum()


def test_spells_end_and_return_with_their_chances() -> None:
    lines = (
        "  population person\n    arrive 2000 in 2025-01\n    employed starts on arrival, ends at 20%, returns at 30%\n"
    )
    lines = lines.replace("20%,", "20% per month,").replace("30%\n", "30% per month\n")
    _, population = populated(lines, ["person.employed"], draws=16)
    flags = flags_by_month(population, "person.employed", range(month(2025, 1), month(2026, 1)))
    expected = 1.0
    for held in flags:
        expected = expected * 0.8 + (1 - expected) * 0.3
        assert abs(held.mean() - expected) < 4 * np.sqrt(0.25 / held.size)
    left, came = flags[:-1] & ~flags[1:], ~flags[:-1] & flags[1:]
    assert abs(left.sum() / flags[:-1].sum() - 0.2) < 0.01
    assert abs(came.sum() / (~flags[:-1]).sum() - 0.3) < 0.01


def test_a_higher_leave_rate_keeps_nobody_longer() -> None:
    def ended(rate: int) -> np.ndarray:
        lines = f"""  population person
    arrive 500 in 2025-01
    employed starts on arrival, ends at {rate}% per month
"""
        _, population = populated(lines, ["person.employed"], draws=16)
        return flags_by_month(population, "person.employed", range(month(2025, 1), month(2026, 1)))

    slow, fast = ended(5), ended(8)
    assert not (fast & ~slow).any()
    assert (slow & ~fast).any()
    assert (np.diff(slow.astype(int), axis=0) <= 0).all()


def test_followers_lag_behind_and_only_some_follow() -> None:
    lines = """  population person
    arrive 1000 in 2025-01
    employed starts on arrival, ends at 20% per month, returns at 50% per month
    insured follows employed after 2 months with chance 60%
"""
    _, population = populated(lines, ["person.insured", "person.employed"], draws=16)
    employed, insured = [], []
    for m in range(month(2025, 1), month(2025, 10)):
        population.step(m)
        table = population.facts.tables["person"].monthly
        employed.append(np.array(table["employed"].data))
        insured.append(np.array(table["insured"].data))
    run = np.zeros(16_000, int)
    follows = np.array(insured).any(axis=0)
    for leader, follower in zip(employed, insured, strict=True):
        run = (run + 1) * leader
        assert (follower == (follows & (run >= 3))).all()
    eligible = np.array(employed)[:3].all(axis=0)
    assert abs(np.array(insured)[2][eligible].mean() - 0.6) < 0.03


def test_constants_have_their_distributions() -> None:
    lines = (
        FIRMS
        + """    size ~ poisson(8)
    founded = arrival + 2 to 4 months
  population person
    arrive 500 in 2025-02
    home ~ east 50%, west 30%, north 20%
    tall ~ 25%
    wage ~ uniform(1000 yuan, 3000 yuan)
    part ~ 20% to 60%
    hired on = arrival
    employer ~ any firm
"""
    )
    facts = "firm.size firm.founded person.home person.tall person.wage person.part person.hired_on person.employer"
    _, population = populated(lines, facts.split())
    assert np.allclose(
        np.bincount(np.asarray(steady(population, "person.home").data)) / 32_000, [0.5, 0.3, 0.2], atol=0.02
    )
    assert abs(np.mean(steady(population, "person.tall").data) - 0.25) < 0.02
    wage = np.asarray(steady(population, "person.wage").data)
    assert wage.dtype == np.int64 and wage.min() >= 100_000 and wage.max() <= 300_000
    assert abs(wage.mean() - 200_000) < 2_000
    part = steady(population, "person.part")
    assert part.den == 1_000_000
    assert np.allclose(np.quantile(np.asarray(part.data), [0.05, 0.95]) / 1e6, [0.2, 0.6], atol=0.02)
    assert set(np.asarray(steady(population, "person.hired_on").data).tolist()) == {date(2025, 2, 1).toordinal()}
    founded = np.asarray(steady(population, "firm.founded").data)
    assert {date.fromordinal(int(d)).month for d in founded} == {3, 4, 5, 6, 7}
    firms = population.arrived["firm"]
    employer = np.asarray(steady(population, "person.employer").data)
    assert (firms.draw[employer] == population.arrived["person"].draw).all()
    assert set(firms.arrival[employer].tolist()) == {month(2025, 1)}  # the third firm is not there yet
    counts = np.bincount(employer, minlength=firms.size)[firms.arrival == month(2025, 1)]
    assert abs(counts.mean() - 250) < 1e-9 and counts.std() < 30


def test_rows_that_arrive_for_others_are_linked_to_them_and_keep_their_draws() -> None:
    people = """  population person
    arrive {number} per firm in 2025-03
    tall ~ 50%
  population course
    arrive per person with chance 40% after 2 months
"""
    _, few = populated(FIRMS + people.format(number=20), ["person.employer", "person.tall", "course.trainee"])
    _, more = populated(
        FIRMS.replace("arrive 2", "arrive 3") + people.format(number=25),
        ["person.employer", "person.tall", "course.trainee"],
    )
    persons = few.arrived["person"]
    assert np.bincount(persons.draw).tolist() == [60] * 64
    assert (np.bincount(np.asarray(steady(few, "person.employer").data)) == 20).all()
    courses = few.arrived["course"]
    assert set(courses.arrival.tolist()) == {month(2025, 5)}
    trainee = np.asarray(steady(few, "course.trainee").data)
    assert (persons.draw[trainee] == courses.draw).all()
    assert len(np.unique(trainee)) == len(trainee)
    assert abs(len(trainee) / persons.size - 0.4) < 0.03
    tall = dict(zip(persons.key.tolist(), np.asarray(steady(few, "person.tall").data).tolist(), strict=True))
    of_draw = more.arrived["person"].draw == 0
    others = more.arrived["person"].key[of_draw].tolist()
    assert {k for k, d in zip(persons.key.tolist(), persons.draw.tolist(), strict=True) if d == 0} < set(others)
    of_first = [k for k, d in zip(persons.key.tolist(), persons.draw.tolist(), strict=True) if d == 63]
    last = more.arrived["person"].draw == 63
    theirs = dict(
        zip(
            more.arrived["person"].key[last].tolist(),
            np.asarray(steady(more, "person.tall").data)[last].tolist(),
            strict=True,
        )
    )
    assert all(theirs[k] == tall[k] for k in of_first if k in tall)


def test_one_more_arrival_changes_nobody_else() -> None:
    lines = """  population person
    arrive {n} in 2025-01
    tall ~ 50%
    employed starts on arrival, ends at 30% per month
"""
    paid = []
    for n in (20, 21):
        p = plan(POLICY + lines.format(n=n))
        payments = simulate_chunk(p, worlds(p.scenario, 64, 1), range(64)).payments["grant"]
        paid.append(
            set(zip(payments.draw.tolist(), payments.key_number.tolist(), payments.month.tolist(), strict=True))
        )
    assert paid[0] < paid[1]
    assert {number for _, number, _ in paid[1] - paid[0]} == {20}


def test_arrivals_before_the_period_are_refused() -> None:
    lines = """  population person
    arrive 20 in 2025-01
    tall ~ 50%
    employed starts on arrival
"""
    text = POLICY.replace("period 2025-01", "period 2025-06") + lines
    p = plan(text)
    with pytest.raises(SimulationError) as error:
        simulate_chunk(p, worlds(p.scenario, 16, 1), range(16))
    assert "begin the period earlier" in error.value.diagnostics[0].message.en


STAYS = """  unknown leaving ~ uniform(0%, 100%)
  population person
    arrive 4000 in 2025-02
    employed starts on arrival, ends at {} per month
"""


def test_one_word_says_how_long_somebody_stays() -> None:
    months = range(month(2025, 1), month(2027, 1))
    _, population = populated(STAYS.format("leaving"), ["person.employed"], draws=16)
    rows = population.arrived["person"]
    p, _ = populated(STAYS.format("leaving"), [])
    q = worlds(p.scenario, 16, 1).values["leaving"][:16]
    for m in months:
        population.step(m)
        flags = population.facts.tables["person"].monthly["employed"].data
        if m == month(2025, 1):
            assert not len(flags)
            continue
        stayed = np.array([flags[rows.draw[: len(flags)] == d].mean() for d in range(16)])
        expected = (1 - q) ** (m - month(2025, 1))
        assert np.all(np.abs(stayed - expected) < 5 * np.sqrt(expected * (1 - expected) / 4000) + 1e-9)


@pytest.mark.parametrize(("rate", "stays"), [("0%", True), ("100%", False)])
def test_nobody_or_everybody_leaves(rate: str, stays: bool) -> None:
    _, population = populated(STAYS.format(rate), ["person.employed"], draws=16)
    for m in range(month(2025, 1), month(2027, 1)):
        population.step(m)
        assert np.all(population.facts.tables["person"].monthly["employed"].data == stays)
