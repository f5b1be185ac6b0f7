"""Which engine draws which clauses, and why; and one chunk from all of them. (`exact` draws nothing: see run.py.)

In: a plan and the engine asked for (`auto`, `person`, `cohort`). Out: `Parts`. Clauses that can stand in each other's
way (a group, money that can run short) go together, and so do clauses that read the same chances of the same people,
because their payments to one person depend on each other. Other clauses stand alone. All parts share the worlds and
the numbers that arrive, so that totals add up draw by draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from attrs import evolve, frozen

from compiler import ir
from compiler.backends.columns.program import closure, roots
from lang import model
from lang.diagnostics import Diagnostic, Text
from simulator.automaton.people import Factor, NotFinite, describe
from simulator.automaton.pieces import months_of
from simulator.engines.cohort.engine import simulate_counts
from simulator.engines.cohort.prepare import prepared, refusals
from simulator.engines.coverage import facts_read
from simulator.engines.outside_targets import outside_targets
from simulator.engines.people_one_by_one import OneByOne
from simulator.engines.person import Ready, prepare
from simulator.notes import LEFT_OUT, chosen, clause_title, joined, refusal
from simulator.people.arrivals import Draws, monthly_numbers
from simulator.plan import Chunk, Ints, Plan, SimulationError, Worlds

# People from which counting them is worth giving up that a further clause changes no other clause's draws: those who
# are followed one by one keep their own chances, those who are counted are drawn afresh by every automaton.
MANY = 20_000
VERY_MANY = 1_000_000  # people from which targets are left out rather than everybody simulated one by one
_NODES = 10  # a node and month of the automaton costs about as much as so many row-months
_SAMPLE = 16  # draws by which the number of people is judged

ASKED_FOR = Text("asked for", "按要求选用")


Engine = Callable[[Worlds, range], Chunk]


@frozen(kw_only=True)
class Part:
    """`why`: for the reader."""

    clauses: tuple[str, ...]
    engine: str
    why: Text
    run: Engine


@frozen(kw_only=True)
class Parts:
    """`name`: of the engine, or of several joined by +. `notes`: what the reader should know."""

    name: str
    parts: tuple[Part, ...]
    notes: tuple[Text, ...] = ()

    @property
    def quick(self) -> bool:
        """Whether many draws at a time are little work (known after the first ones)."""
        return all(isinstance(part.run, OneByOne) and part.run.quick for part in self.parts)

    def simulate(self, worlds: Worlds, draws: range) -> Chunk:
        """The accrued payments of some draws, from all parts."""
        chunks = [part.run(worlds, draws) for part in self.parts]
        if len(chunks) == 1:
            return chunks[0]
        arrivals: dict[str, Ints] = {}
        for chunk in chunks:
            arrivals |= chunk.arrivals
        return Chunk(
            draws=draws,
            payments={name: p for chunk in chunks for name, p in chunk.payments.items()},
            refused={name: n for chunk in chunks for name, n in chunk.refused.items()},
            arrivals=arrivals,
            targets={name: met for chunk in chunks for name, met in chunk.targets.items()},
            person_months=sum(chunk.person_months for chunk in chunks),
            sums={name: s for chunk in chunks for name, s in chunk.sums.items()},
        )


def choose_parts(plan: Plan, asked: str, worlds: Worlds) -> Parts:
    """Raises SimulationError when the engine asked for cannot run a clause."""
    if asked == "person":
        return Parts(name="person", parts=(_by_person(plan, plan.clauses, ASKED_FOR),))
    ready = prepare(plan)
    if asked == "cohort":
        made = prepared(plan)
        notes = (LEFT_OUT,) if _of_people(ready) else ()
        part = Part(
            clauses=plan.clauses, engine="cohort", why=ASKED_FOR, run=lambda w, draws: simulate_counts(made, w, draws)
        )
        return Parts(name="cohort", parts=(part,), notes=notes)
    return _auto(plan, ready, worlds)


def _auto(plan: Plan, ready: Ready, worlds: Worlds) -> Parts:
    people = _people(plan, worlds)
    why = None
    if max(people.values(), default=0) < MANY:
        why = Text(f"there are fewer than {MANY:,} people", f"人数不足 {MANY:,}")
    elif _of_people(ready) and max(people.values()) < VERY_MANY:
        why = Text("targets need people simulated one by one", "目标须逐人统计")
    elif plan.has_past():
        why = Text("the population starts from a roster", "人员从名册开始")
    if why is not None:
        note = chosen(plan, "person", plan.clauses, why)
        return Parts(name="person", parts=(_by_person(plan, plan.clauses, why),), notes=(note,))
    refused = refusals(plan)
    parts: list[Part] = []
    for clauses in coupled_parts(plan, ready):
        parts.append(_cheapest(plan, clauses, refused, people))
    merged = _merged(plan, parts)
    notes = [chosen(plan, p.engine, p.clauses, p.why) for p in merged]
    if _of_people(ready) and all(p.engine != "person" for p in merged):
        notes.append(LEFT_OUT)
    name = "+".join(sorted({p.engine for p in merged}))
    return Parts(name=name, parts=tuple(merged), notes=tuple(notes))


def worth_computing(plan: Plan, worlds: Worlds) -> bool:
    """Whether `auto` tries the engine exact: there are many people, and nobody asks for single ones. (All clauses then
    run in it or none: what is computed has no draws, so that a total with drawn clauses has no law.)"""
    if plan.has_past() or max(_people(plan, worlds).values(), default=0) < MANY:
        return False
    return not _of_people(prepare(plan))


def _of_people(ready: Ready) -> bool:
    """Whether some target counts people."""
    return len(outside_targets(ready)) < len(ready.targets)


def _by_person(plan: Plan, clauses: tuple[str, ...], why: Text) -> Part:
    of_part = plan if clauses == plan.clauses else evolve(plan, clauses=clauses)
    return Part(clauses=clauses, engine="person", why=why, run=OneByOne(of_part))


def _cheapest(
    plan: Plan, clauses: tuple[str, ...], refused: Mapping[str, Diagnostic], people: Mapping[str, float]
) -> Part:
    stuck = [name for name in clauses if name in refused]
    if stuck:
        reason, title = refusal(refused[stuck[0]]), clause_title(plan, stuck[0])
        return _by_person(plan, clauses, Text(f"{reason.en} ({stuck[0]})", f"{reason.zh}（{title}）"))
    of_part = evolve(plan, clauses=clauses)
    rows = max((people.get(plan.program.clauses[name].entity, 0.0) for name in clauses), default=0.0)
    if rows < MANY:
        return _by_person(plan, clauses, Text(f"about {rows:,.0f} rows a draw", f"每次抽样约 {rows:,.0f} 行"))
    try:
        made = prepared(of_part)
    except SimulationError as error:
        return _by_person(plan, clauses, refusal(error.diagnostics[0]))
    months = plan.scenario.last - plan.scenario.first + 1
    nodes = sum(
        int((1 << np.bitwise_count(lasting)).sum())
        for pieces in made.pieces
        for walked in pieces
        for lasting in walked.lasting
    )
    if nodes * _NODES > rows * months:
        why = Text(
            f"{nodes:,} states are more work than about {rows:,.0f} rows",
            f"{nodes:,} 种状态的计算量大于约 {rows:,.0f} 行",
        )
        return _by_person(plan, clauses, why)
    why = Text(
        f"{nodes:,} states instead of about {rows:,.0f} rows for {months} months",
        f"以 {nodes:,} 种状态代替约 {rows:,.0f} 行、{months} 个月",
    )
    return Part(clauses=clauses, engine="cohort", why=why, run=lambda w, draws: simulate_counts(made, w, draws))


def _merged(plan: Plan, parts: Iterable[Part]) -> list[Part]:
    """What people are simulated one by one for is done in one pass."""
    parts = list(parts)
    one_by_one = [p for p in parts if p.engine == "person"]
    if len(one_by_one) < 2:
        return parts
    clauses = tuple(name for name in plan.clauses if any(name in p.clauses for p in one_by_one))
    why = joined(p.why for p in one_by_one)
    return [*(p for p in parts if p.engine != "person"), _by_person(plan, clauses, why)]


# ---------------------------------------------------------------- coupling
def coupled_parts(plan: Plan, ready: Ready) -> list[tuple[str, ...]]:
    """The clauses of the plan that must run together, in order of the file."""
    root = {name: name for name in plan.clauses}

    def find(name: str) -> str:
        while root[name] != name:
            name = root[name]
        return name

    first: dict[object, str] = {}
    for name in plan.clauses:
        for tie in ties(ready, name):
            if tie in first:
                root[find(name)] = find(first[tie])
            else:
                first[tie] = name
    parts: dict[str, list[str]] = {}
    for name in plan.clauses:
        parts.setdefault(find(name), []).append(name)
    return [tuple(part) for part in parts.values()]


def ties(ready: Ready, name: str) -> set[object]:
    """What couples a clause to others that have the same."""
    plan, program = ready.plan, ready.program
    clause = program.clauses[name]
    found: set[object] = set()
    if clause.group is not None:
        found.add(("group", clause.group))
    if clause.funds is not None:
        limited = {b.fund for b in plan.scenario.budgets} | {c.fund for c in plan.scenario.cash}
        found |= {("fund", fund) for fund in clause.funds.funds if fund in limited}
        if len(clause.funds.funds) > 1 and any(fund in limited for fund in clause.funds.funds):
            found |= {("fund", fund) for fund in clause.funds.funds}
    if any(c.fund is None for c in plan.scenario.cash):
        found.add("cash")
    return found | _chances(ready, clause)


def _chances(ready: Ready, clause: ir.Clause) -> set[object]:
    """The attributes left to chance that a clause reads, and rows that arrive by chance or for others."""
    plan, program = ready.plan, ready.program
    if clause.name not in ready.clauses:
        return set()
    wanted = roots(program, clause) | {s for s in ready.pots[clause.name] if s is not None}
    found: set[object] = set()
    live = closure(program, wanted)
    for fact in facts_read(program, live):
        if fact[0] not in plan.scenario.populations:
            continue
        try:
            about = describe(plan, fact)
        except NotFinite:
            found.add(("fact", fact))
            continue
        if isinstance(about, Factor) and len(about.values) == 1:
            continue
        found.add(("fact", fact))
        while not isinstance(about, Factor) and hasattr(about, "leader"):
            found.add(("fact", about.leader))
            about = describe(plan, about.leader)
    counted = {op.entity for op in (program.streams[i].op for i in live) if isinstance(op, ir.Aggregate)}
    for entity in {clause.entity, *counted}:
        population = plan.scenario.populations.get(entity)
        if population is not None and any(line.per is not None for line in population.arrivals):
            found.add(("rows", entity))
    return found


# ---------------------------------------------------------------- how many
def _people(plan: Plan, worlds: Worlds) -> dict[str, float]:
    """About how many rows of each entity arrive in a draw, judged by the first few."""
    size = min(_SAMPLE, worlds.draws)
    draws = range(worlds.first, worlds.first + size)
    context = Draws(numbers=np.arange(draws.start, draws.stop), unknowns=worlds.of(draws), seed=plan.seed)
    found: dict[str, float] = {}

    def rows(entity: str, open_: tuple[str, ...] = ()) -> float:
        population = plan.scenario.populations.get(entity)
        if population is None or entity in open_:
            return 0.0
        if entity not in found:
            lines = range(len(population.arrivals))
            found[entity] = sum(_of_line(plan, population, i, context, open_, rows) for i in lines)
        return found[entity]

    for entity in plan.scenario.populations:
        rows(entity)
    return found


def _of_line(
    plan: Plan,
    population: model.Population,
    index: int,
    context: Draws,
    open_: tuple[str, ...],
    rows: Callable[[str, tuple[str, ...]], float],
) -> float:
    line = population.arrivals[index]
    if line.per is None:
        _, numbers = monthly_numbers(plan.scenario, population.entity, index, line, context)
        return float(numbers.sum(axis=0).mean()) if numbers.size else 0.0
    times = 1 if line.first is None else len(months_of(line, plan.scenario.first, plan.scenario.last))
    return rows(line.per, (*open_, population.entity)) * times
