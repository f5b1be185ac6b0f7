"""The cohort engine for more and more people: the time of a draw, and that it hardly grows.

    python -m tests.benchmarks.bench_cohort

Processor time of the draws alone (the automaton is built once a run), the best of several runs, and the person engine
where it can keep up. Ratios are of one run of this program.
"""

from __future__ import annotations

import time

from compiler.pipeline import compile_program
from lang.program import load
from lang.source import Source
from simulator.chance.unknowns import worlds
from simulator.engines.cohort.engine import simulate_counts
from simulator.engines.cohort.prepare import prepared
from simulator.engines.person import simulate_chunk
from simulator.plan import Plan

TEXT = """policy p
  in force 2021-01-01 to 2025-12-31
  claims until 2026-12-31
  paid from aid
fund aid
kind county: east, west, north
entity person
  has origin: county
  has employed: yes/no monthly
  has insured: yes/no monthly
  has renting: yes/no
clause stable
  for person where origin is not north
  insured ≥ 3 months → 3000 yuan once
clause transport
  for person where origin is not north
  employed ≥ 12 months with insured → 5000 yuan once
clause rent
  for person where origin is not north
  employed and renting → 500 yuan per month
scenario baseline for p
  period 2021-01 to 2025-12
  unknown leave rate ~ beta(8, 152)
  population person
    arrive poisson({a_month}) per month from 2021-01 to 2025-12
    origin ~ east 40%, west 50%, north 10%
    employed starts on arrival, ends at leave rate per month, returns at 2% per month
    insured follows employed after 0 months with chance 85%
    renting ~ 35%
  claims
    taken up with chance 90%
    lag ~ 0 months 50%, 1 month 50%
"""
DRAWS, RUNS = 256, 5
PEOPLE = (10**3, 10**4, 10**5, 10**6, 10**7, 10**8)
ONE_BY_ONE = 10**4


def plan_of(people: int) -> Plan:
    program, _ = load(Source(TEXT.format(a_month=people // 60)))
    assert program is not None
    compiled, _ = compile_program(program)
    assert compiled is not None
    return Plan(
        policy=program, program=compiled, scenario=program.scenarios["baseline"], clauses=tuple(program.clauses)
    )


def main() -> None:
    first = 0.0
    for people in PEOPLE:
        plan = plan_of(people)
        world = worlds(plan.scenario, DRAWS, 1)
        begun = time.process_time()
        made = prepared(plan)
        built = time.process_time() - begun
        best = min(
            timed(lambda made=made, world=world: simulate_counts(made, world, range(DRAWS))) for _ in range(RUNS)
        )
        first = first or best
        line = f"{people:>11,} people: {1e6 * best / DRAWS:8.0f} µs a draw, {best / first:4.2f} × the first; "
        line += f"built in {built:.2f} s"
        if people <= ONE_BY_ONE:
            slow = timed(lambda plan=plan, world=world: simulate_chunk(plan, world, range(16))) / 16 * 1e6
            line += f"; one by one {slow:8.0f} µs"
        print(line)


def timed(run: object) -> float:
    begun = time.process_time()
    run()  # type: ignore[operator]
    return time.process_time() - begun


if __name__ == "__main__":
    main()
