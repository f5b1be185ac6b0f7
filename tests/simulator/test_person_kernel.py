"""The person engine's machine code against its NumPy columns: the same draws, to the bit, in every sum."""

from collections.abc import Iterator
from random import Random

import numpy as np
import pytest

from compiler import ir
from compiler.backends.columns.bounds import Unsupported
from huice.testing.generator.policies import policy
from huice.testing.generator.world import FIRST
from lang.dates import month_text
from simulator.chance import keyed_random as random
from simulator.chance.unknowns import worlds
from simulator.engines.person import prepare, simulate_chunk
from simulator.engines.person_kernel.engine import kernel_of
from simulator.engines.person_kernel.recipes import first_not_below
from simulator.plan import Plan, SimulationError
from tests.simulator.simulated import plan
from tests.simulator.test_columns_against_interpreter import PEOPLE, STREAMS, VOCABULARY

SCENARIO = """
scenario baseline for p
  period {}
  set top rate = 333.33 yuan per month
  unknown leaving ~ uniform(1%, 20%)
  unknown renters ~ beta(4, 6)
  population person
    arrive poisson(9) per month from 2025-01 to 2026-03
    arrive 70 in 2025-02
    home ~ east 30%, west 40%, north 20%, none 10%
    covered ~ 80%
    born ~ 2001-02-28 50%, 2004-08-31 50%
    hired on = arrival + 0 to 5 months
    wage ~ 900 yuan 10%, 6000.01 yuan 50%, 8000 yuan 40%
    children ~ 0 40%, 1 30%, 2 20%, 7 10%
    quota share ~ 12.345% 20%, 40% 30%, 77.7777% 50%
    got elsewhere ~ 0 yuan 60%, 1200 yuan 40%
    employed starts on arrival, ends at leaving per month{}
    insured follows employed after {} months with chance renters
    renting ~ renters
    employer = none
    mentor = none
"""


def agree(p: Plan, draws: range = range(3, 19)) -> tuple[int, set[str]]:
    """How many payments there were, and the clauses with code."""
    ready, w = prepare(p), worlds(p.scenario, 64, p.seed)
    kernel = kernel_of(ready)
    sums, chunk = kernel.sums(w, draws, 1), simulate_chunk(p, w, draws)
    assert sums is not None
    assert set(sums.clauses) | set(kernel.left) == set(ready.clauses)
    found = 0
    for name, ours in sums.clauses.items():
        theirs = chunk.payments[name]
        fen, payments = np.zeros_like(ours.fen), np.zeros_like(ours.fen)
        cell = theirs.month - p.scenario.first, theirs.draw - draws.start
        np.add.at(fen, cell, theirs.amount)
        np.add.at(payments, cell, 1)
        assert np.array_equal(ours.fen, fen), name
        assert np.array_equal(ours.payments, payments), name
        found += len(theirs)
    for entity, arrived in sums.arrivals.items():
        assert np.array_equal(arrived, chunk.arrivals[entity])
    if sums.arrivals.keys() == chunk.arrivals.keys():
        assert sums.person_months.sum() == chunk.person_months
    return found, set(sums.clauses)


def of(clauses: str, period: str = "2025-01 to 2026-12", returns: str = "", after: int = 1) -> Plan:
    vocabulary = VOCABULARY.replace("table rate by home, level of employer\n", "")
    return plan(vocabulary + clauses + SCENARIO.format(period, returns, after))


@pytest.mark.parametrize("returns", ["", ", returns at 25% per month", ", returns at leaving per month"])
@pytest.mark.parametrize("after", [0, 1, 5])
def test_every_operation(returns: str, after: int) -> None:
    p = of(STREAMS, returns=returns, after=after)
    found, native = agree(p)
    assert found > 10_000
    assert native == set(p.clauses)


def test_a_period_of_more_months_than_a_word_has_bits() -> None:
    assert agree(of(STREAMS, "2025-01 to 2031-12", ", returns at 5% per month"))[0] > 10_000


def test_more_rows_than_a_byte_counts() -> None:
    p = of(STREAMS, returns=", returns at 25% per month")
    text = SCENARIO.replace("arrive 70 in 2025-02", "arrive 1500 in 2025-02").format("2025-01 to 2026-12", "", 1)
    vocabulary = VOCABULARY.replace("table rate by home, level of employer\n", "")
    assert agree(plan(vocabulary + STREAMS + text), range(2))[0] > agree(p, range(2))[0]


def test_the_first_word_that_is_not_below_a_limit() -> None:
    limits = np.array([[0.1, 0.5, 2**-53, 1 / 3, 0.7 + 0.1 + 0.1, 1 - 2**-53]])
    first = first_not_below(limits)
    assert np.all(random.uniform(first << np.uint64(11)) >= limits)
    assert np.all(random.uniform((first - np.uint64(1)) << np.uint64(11)) < limits)
    assert first_not_below(np.array([-1.0, 0.0, 1.0, 2.0])).tolist() == [0, 0, random.WHOLE, random.WHOLE]
    many = np.random.default_rng(1).random(10_000) ** 9
    for limits in (many, 1 - many):
        first = first_not_below(limits)
        some = first < random.WHOLE
        assert np.all(random.uniform(first[some] << np.uint64(11)) >= limits[some])
        before = first[first > 0] - np.uint64(1)
        assert np.all(random.uniform(before << np.uint64(11)) < limits[first > 0])


def test_a_period_that_begins_before_the_policy_and_one_that_begins_inside() -> None:
    assert agree(of(STREAMS, "2024-06 to 2026-12"))[0] > 10_000
    later = of(STREAMS).scenario
    text = SCENARIO.format("2025-06 to 2026-12", "", 1).replace("2025-01 to 2026-03", "2025-06 to 2026-03")
    vocabulary = VOCABULARY.replace("table rate by home, level of employer\n", "")
    p = plan(vocabulary + STREAMS + text.replace("arrive 70 in 2025-02", "arrive 70 in 2025-06"))
    assert p.scenario.first > later.first
    assert agree(p)[0] > 5_000


def test_months_that_say_leave_and_return_at_once_are_left_to_the_columns() -> None:
    p = of(STREAMS, returns=", returns at 95% per month")
    kernel, w = kernel_of(prepare(p)), worlds(p.scenario, 64, p.seed)
    assert not kernel.fits(w)
    assert kernel.sums(w, range(64)) is None


NEGATIONS = """
clause grant
  for person
  {} → 100 yuan once
"""


@pytest.mark.parametrize(
    "condition",
    ["not employed", "(not employed) ≥ 3 months", "total (not employed) ≥ 4 months", "ever (not employed)",
     "previous (not employed)", "total (not employed) in last 2 months ≥ 2 months", "previous wage ≥ 1 yuan",
     "total wage in last 3 months ≥ 10000 yuan", "total wage in last year ≥ 1 yuan", "renting ≥ 4 months"],
)  # fmt: skip
def test_before_the_arrival_nothing_has_run(condition: str) -> None:
    assert agree(of(NEGATIONS.format(condition)))[0] > 100


def test_draws_do_not_depend_on_the_chunk_or_the_threads() -> None:
    p = of(STREAMS)
    w, kernel = worlds(p.scenario, 64, p.seed), kernel_of(prepare(p))
    whole = kernel.sums(w, range(64), 1)
    parts = [kernel.sums(w, range(at, at + 16), 1) for at in range(0, 64, 16)]
    threads = kernel.sums(w, range(64), 2)
    assert whole is not None and threads is not None
    for name, sums in whole.clauses.items():
        assert np.array_equal(sums.fen, threads.clauses[name].fen)
        assert np.array_equal(sums.fen, np.concatenate([part.clauses[name].fen for part in parts], axis=1))
        assert np.array_equal(sums.payments, np.concatenate([part.clauses[name].payments for part in parts], axis=1))


PARAMETER = """
parameter grant: money
  from 2024-01-01: 1 yuan
clause grant
  for person
  employed ≥ 3 months → grant + 5 yuan per month
clause shared
  for person
  employed → wage × 10% up to grant once per year
"""


def test_parameters_with_a_value_of_their_own_in_each_draw() -> None:
    p = of(PARAMETER)
    text = SCENARIO.format("2025-01 to 2026-12", "", 0).replace(
        "  population person",
        "  unknown price ~ uniform(100 yuan, 900 yuan)\n  set grant = price × 2\n  population person",
    )
    vocabulary = VOCABULARY.replace("table rate by home, level of employer\n", "")
    drawn = plan(vocabulary + PARAMETER + text)
    assert drawn.scenario.drawn_sets and not p.scenario.drawn_sets
    assert agree(drawn)[1] == {"grant", "shared"}


MANY = """
clause month_of_hiring
  for person
  employed and born in this month → 100 yuan once
"""


def test_a_choice_among_many_values() -> None:
    days = ", ".join(f"{2025 + i // 12}-{i % 12 + 1:02d}-17 {'5%' if i < 16 else '2.5%'}" for i in range(24))
    p = of(MANY)
    vocabulary = VOCABULARY.replace("table rate by home, level of employer\n", "")
    text = SCENARIO.format("2025-01 to 2026-12", "", 0).replace("2001-02-28 50%, 2004-08-31 50%", days)
    assert agree(plan(vocabulary + MANY + text))[0] > 100
    assert p.clauses == ("month_of_hiring",)


def test_what_reads_other_rows_is_left_to_the_columns() -> None:
    vocabulary = VOCABULARY.replace("table rate by home, level of employer\n", "")
    clauses = """
clause placed
  for person
  employer's level is high and employed → 10 yuan per month
clause alone
  for person
  employed → 10 yuan per month
"""
    p = plan(vocabulary + clauses + "\nscenario baseline for p\n  period 2025-01 to 2026-12\n" + PEOPLE)
    kernel = kernel_of(prepare(p))
    assert kernel.left == {"placed": "rows of other entities"}
    assert agree(p)[1] == {"alone"}


DRAWN = """
scenario baseline for drawn
  period {} to {}
  set later = 450 yuan
  set outside = 333.33 yuan
  unknown leaving ~ uniform(2%, 30%)
  population person
    arrive poisson(4) per month from {}
    poor ~ 70%
    employed starts on arrival, ends at leaving per month, returns at 20% per month
    insured follows employed after 1 months with chance 80%
    renting ~ 50%
    origin ~ east 30%, west 30%, north 30%, none 10%
    hired on = arrival + 0 to 3 months
    moved on ~ 2021-06-30 40%, 2022-01-15 30%, 2022-10-01 30%
    wage ~ 0 yuan 10%, 350.55 yuan 50%, 900 yuan 40%
    elsewhere ~ 0 yuan 60%, 700 yuan 40%
    children ~ 0 30%, 1 40%, 4 30%
    placed ~ 0 40%, 3 60%
    stay ~ 2 months 50%, 7 months 50%
"""


def alone(text: str, program: ir.Program) -> Iterator[Plan]:
    """A plan for each clause of persons that stands in nobody's way."""
    assert program.last is not None
    first, last = month_text(FIRST), month_text(program.last)
    for name, clause in program.clauses.items():
        if clause.entity == "person" and clause.group is None and clause.quota is None:
            yield plan(text + DRAWN.format(first, last, f"{first} to {last}"), clauses=(name,))


@pytest.mark.parametrize("seeds", [range(60), range(60, 120)])
def test_drawn_policies(seeds: range) -> None:
    """As they come; what cannot be simulated at all is passed over."""
    found = native = 0
    for seed in seeds:
        for p in alone(*policy(Random(seed))):
            try:
                payments, clauses = agree(p, range(2))
            except (SimulationError, Unsupported):
                continue
            found, native = found + payments, native + len(clauses)
    assert native > 10
    assert found > 1_000
