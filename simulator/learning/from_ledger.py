"""What a ledger alone says of the unknowns: numbers of payments and of payees to date, clause by clause.

In: a plan, the payments up to a month. Out: terms of the likelihood. How many payments and payees a world makes one
expect is learnt by simulating worlds of the prior to that month: a Poisson regression of the numbers on the unknowns
(logarithms of what is positive, logits of shares, with squares and products), with the number who arrived as exposure
where arrivals are Poisson. Then only what happens to people is regressed; the rate of arrival itself enters exactly.
Where the engine exact knows the expected numbers of the worlds, those are regressed, without the noise of people.

One number alone that varies as Poisson has it is a Poisson term (so a gamma rate stays conjugate). Several numbers come
from the same people: they are normal together, with the covariance that people give them within a world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import define, evolve, field, frozen

from lang import model, typed
from lang.dates import Month, month_text
from lang.diagnostics import Text
from simulator.chance.scenario_values import evaluate
from simulator.chance.unknowns import worlds as draw_worlds
from simulator.learning.evidence import Gathered
from simulator.learning.so_far import SoFar
from simulator.learning.terms import Term, direct_in, reads
from simulator.parts import Parts, choose_parts
from simulator.plan import Chunk, Floats, Ints, Plan, SimulationError, Worlds
from simulator.run import Progress, run_plan

DRAWS = 1024
FEW = 10  # unknowns up to which squares and products are regressed on
ROUNDS = 50


@frozen(kw_only=True, eq=False)
class _Number:
    """One number that the ledger gives: its value by draw of the prior, and as it was seen."""

    clause: str
    what: str  # payments, payees
    simulated: Ints
    seen: int
    amount: int | None = None  # fen of each payment, where all are alike


def from_ledger(plan: Plan, so_far: SoFar, engine: str, on_progress: Progress | None = None) -> Gathered:
    """`contradictions`: clauses that were paid though no world of the prior pays them."""
    scenario, cut = plan.scenario, so_far.cut
    if not scenario.unknowns:
        return Gathered(terms=(), not_used=(), contradictions=_impossible(plan, so_far, engine))
    short = evolve(plan, scenario=_until(scenario, cut))
    worlds = draw_worlds(scenario, DRAWS, plan.seed)
    numbers, arrivals = _simulated(short, worlds, so_far, engine, on_progress)
    contradictions = [
        _never(n, so_far, cut) for n in numbers if n.what == "payments" and n.seen and not n.simulated.any()
    ]
    useful = [n for n in numbers if n.simulated.any()]
    useful = [n for n in useful if n.what == "payments" or not _same(n, useful)]
    if not useful or contradictions:
        return Gathered(terms=(), not_used=(), contradictions=tuple(contradictions))
    emulated = [_emulate(short, n, worlds, arrivals) for n in useful]
    return Gathered(terms=_terms(useful, emulated, worlds), not_used=(), contradictions=())


def _until(scenario: model.Scenario, cut: Month) -> model.Scenario:
    return evolve(scenario, last=cut)


def _never(number: _Number, so_far: SoFar, cut: Month) -> Text:
    row = min(p.row for p in so_far.payments if p.clause == number.clause)
    return Text(
        f"the ledger has {number.seen} payments of {number.clause} (the first in row {row}), "
        f"which the scenario never pays by {month_text(cut)}",
        f"台账中有{number.seen}笔{number.clause}（首见于第 {row} 行），而情景至 {month_text(cut)} 从不发放",
    )


def _impossible(plan: Plan, so_far: SoFar, engine: str) -> tuple[Text, ...]:
    short = evolve(plan, scenario=_until(plan.scenario, so_far.cut))
    worlds = draw_worlds(plan.scenario, 64, plan.seed)
    numbers, _ = _simulated(short, worlds, so_far, engine, None)
    return tuple(
        _never(n, so_far, so_far.cut) for n in numbers if n.what == "payments" and n.seen and not n.simulated.any()
    )


# ---------------------------------------------------------------- numbers by simulation
@define(eq=False)
class _Counting:
    """Stands for the parts of a run and counts payees in what they give."""

    parts: Parts
    plan: Plan
    payees: dict[str, Ints] = field(factory=dict)
    countable: dict[str, bool] = field(factory=dict)
    amounts: dict[str, set[int]] = field(factory=dict)
    size: int = 0

    @property
    def name(self) -> str:
        return self.parts.name

    @property
    def quick(self) -> bool:
        return self.parts.quick

    def simulate(self, worlds: Worlds, draws: range) -> Chunk:
        chunk = self.parts.simulate(worlds, draws)
        if worlds.first == 0:
            self._count(chunk, draws)
        return chunk

    def _count(self, chunk: Chunk, draws: range) -> None:
        for name, payments in chunk.payments.items():
            counts = self.payees.setdefault(name, np.zeros(self.size, np.int64))
            if len(payments):
                self.amounts.setdefault(name, set()).update((int(payments.amount.min()), int(payments.amount.max())))
            if (payments.count != 1).any():
                self.countable[name] = False
                continue
            claimed = payments.taken_up & (payments.due + payments.lag <= self.plan.scenario.last)
            draw, row = payments.draw[claimed].astype(np.int64), payments.row[claimed]
            if not len(draw):
                continue
            pairs = np.unique((draw - draws.start) * (int(row.max()) + 1) + row)
            counts[draws.start : draws.stop] = np.bincount(pairs // (int(row.max()) + 1), minlength=len(draws))
        for name in chunk.sums:
            self.countable[name] = False


def _simulated(
    plan: Plan, worlds: Worlds, so_far: SoFar, engine: str, on_progress: Progress | None
) -> tuple[list[_Number], Mapping[str, Ints]]:
    parts = choose_parts(plan, engine, worlds)
    counting = _Counting(parts=parts, plan=plan, size=worlds.draws)
    results = run_plan(evolve(plan, engine=parts.name), counting, worlds, on_progress=on_progress, split=False)
    payments = results.books.flows.payments.sum(axis=1)
    limited = bool(plan.scenario.cash or plan.scenario.budgets)
    found: list[_Number] = []
    first = plan.scenario.first
    inside = so_far.in_period(first)
    for i, name in enumerate(plan.clauses):
        # what accrued before the period is not in what is simulated of it
        made = [p for p in inside if p.clause == name and p.amount > 0 and (p.month is None or p.month >= first)]
        amounts = counting.amounts.get(name, set()) if not limited else set()
        amount = next(iter(amounts)) if len(amounts) == 1 else None
        found.append(
            _Number(clause=name, what="payments", simulated=payments[i].astype(np.int64), seen=len(made), amount=amount)
        )
        if name in counting.payees and counting.countable.get(name, True) and not limited:
            payees = len({(p.entity, p.key) for p in made})
            found.append(_Number(clause=name, what="payees", simulated=counting.payees[name], seen=payees))
    return found, results.books.arrivals


def _same(number: _Number, others: Sequence[_Number]) -> bool:
    """Payees of a clause that pays each once are its payments."""
    return any(
        o.clause == number.clause and o.what == "payments" and np.array_equal(o.simulated, number.simulated)
        for o in others
    )


# ---------------------------------------------------------------- expected numbers
@frozen(kw_only=True, eq=False)
class _Emulated:
    """`mean(unknowns)`: what is expected. `rate`: the expression of the arrivals where it is one, `times` how often it
    counts; `constant`: nothing else matters."""

    exposure: Sequence[tuple[typed.Expr, float]]
    features: tuple[_Feature, ...]
    coefficients: Floats
    reads: frozenset[str]

    def mean(self, unknowns: Mapping[str, Floats]) -> Floats:
        logs = _design(self.features, unknowns) @ self.coefficients
        return np.asarray(self.exposed(unknowns) * np.exp(np.clip(logs, -50, 50)))

    def exposed(self, unknowns: Mapping[str, Floats]) -> Floats:
        if not self.exposure:
            return np.ones(())
        return np.asarray(sum(evaluate(e, unknowns) * months for e, months in self.exposure))


@frozen(kw_only=True, eq=False)
class _Feature:
    """An unknown on a scale on which it has about mean 0 and sd 1. Beyond what the prior had it is held (± 5)."""

    name: str
    scale: str
    centre: float
    spread: float

    def of(self, values: Floats) -> Floats:
        return np.asarray(np.clip((_scaled(self.scale, values) - self.centre) / self.spread, -5, 5))


def _feature(name: str, values: Floats) -> _Feature | None:
    if np.ptp(values) == 0:
        return None
    scale = "plain"
    if (values > 0).all():
        scale = "logit" if (values < 1).all() else "log"
    moved = _scaled(scale, values)
    return _Feature(name=name, scale=scale, centre=float(moved.mean()), spread=float(moved.std()))


def _scaled(scale: str, values: Floats) -> Floats:
    if scale == "log":
        return np.asarray(np.log(np.maximum(values, 1e-300)))
    if scale == "logit":
        inside = np.clip(values, 1e-12, 1 - 1e-12)
        return np.asarray(np.log(inside) - np.log1p(-inside))
    return values


def _design(features: Sequence[_Feature], unknowns: Mapping[str, Floats]) -> Floats:
    """(points, columns): one, the features, and (of few) their squares and products."""
    columns: list[Floats] = [np.asarray(f.of(np.asarray(unknowns[f.name], np.float64))) for f in features]
    size = max((c.size for c in columns), default=1)
    columns = [np.broadcast_to(c, (size,)) for c in columns]
    more = []
    if len(features) <= FEW:
        more = [columns[i] * columns[j] for i in range(len(columns)) for j in range(i, len(columns))]
    return np.stack([np.ones(size), *columns, *more], axis=1)


def _emulate(plan: Plan, number: _Number, worlds: Worlds, arrivals: Mapping[str, Ints]) -> _Emulated:
    scenario = plan.scenario
    entity = plan.program.clauses[number.clause].entity
    population = scenario.populations.get(entity)
    exposure: list[tuple[typed.Expr, float]] = []
    came = np.ones(worlds.draws)
    if population is not None and population.roster is None and _all_poisson(population):
        exposure = [(line.number.arguments["mean"], float(_months(line, scenario))) for line in population.arrivals]
        came = arrivals[entity].astype(np.float64)
    other = _read_beside_arrivals(scenario, population if exposure else None)
    found = [_feature(name, worlds.values[name]) for name in scenario.unknowns if name in other]
    features = tuple(f for f in found if f is not None)
    means = _computed(plan, number, worlds)
    if means is not None and exposure:
        came = np.broadcast_to(sum(evaluate(e, worlds.values) * n for e, n in exposure), came.shape)
    simulated = number.simulated.astype(np.float64) if means is None else means
    some = came > 0
    design = _design(features, worlds.values) if features else np.ones((worlds.draws, 1))
    coefficients = _poisson_regression(design[some], simulated[some], came[some])
    of_exposure = reads(*(e for e, _ in exposure))
    return _Emulated(
        exposure=exposure,
        features=features,
        coefficients=coefficients,
        reads=frozenset(f.name for f in features) | of_exposure,
    )


def _computed(plan: Plan, number: _Number, worlds: Worlds) -> Floats | None:
    """Expected numbers of payments without noise, where the engine exact can tell: independent people, one amount."""
    if number.what != "payments" or number.amount is None or plan.has_past():
        return None
    from simulator.engines.exact import conditional_moments  # which loads the automata

    try:
        moments = conditional_moments(
            plan.policy, plan.program, plan.scenario, worlds, clauses=(number.clause,), measure="claimed"
        )
    except SimulationError:
        return None
    return np.asarray(moments.means.sum(axis=(1, 2)) / number.amount)


def _all_poisson(population: model.Population) -> bool:
    return bool(population.arrivals) and all(
        line.per is None and line.number.family == "poisson" for line in population.arrivals
    )


def _months(line: model.Arrive, scenario: model.Scenario) -> int:
    first = scenario.first if line.first is None else line.first
    last = first if line.last is None else line.last
    return max(min(last, scenario.last) - max(first, scenario.first) + 1, 0)


def _read_beside_arrivals(scenario: model.Scenario, exposed: model.Population | None) -> set[str]:
    """Unknowns that matter for more than how many rows of the exposed population arrive."""
    expressions = [scenario.taken_up, *scenario.drawn_sets.values(), *(b.amount for b in scenario.budgets)]
    expressions += [c.amount for c in scenario.cash]
    distributions = [] if scenario.lag is None else [scenario.lag]
    for population in scenario.populations.values():
        for line in population.arrivals:
            expressions.append(line.chance)
            if exposed is None or population.entity != exposed.entity:
                distributions.append(line.number)
        for assumption in population.assumptions.values():
            match assumption:
                case model.Drawn(distribution=distribution):
                    distributions.append(distribution)
                case model.Spells(ends=ends, returns=returns):
                    expressions += [ends, returns]
                case model.Follows(chance=chance):
                    expressions.append(chance)
                case _:
                    pass
    for distribution in distributions:
        expressions += [*distribution.arguments.values(), *distribution.weights]
    return set(reads(*expressions))


def _poisson_regression(design: Floats, counts: Floats, exposure: Floats) -> Floats:
    """Maximum likelihood by Newton's method, log link; a slight ridge keeps what is not told at nothing."""
    size = design.shape[1]
    coefficients = np.zeros(size)
    coefficients[0] = np.log(max(counts.sum(), 0.5) / exposure.sum())
    if size == 1:
        return coefficients
    ridge = np.eye(size) * 1e-3
    ridge[0, 0] = 0.0
    for _ in range(ROUNDS):
        mean = exposure * np.exp(np.clip(design @ coefficients, -50, 50))
        gradient = design.T @ (counts - mean) - ridge @ coefficients
        step = np.linalg.solve((design * mean[:, None]).T @ design + ridge, gradient)
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        coefficients = coefficients + step
        if float(np.abs(step).max()) < 1e-10:
            break
    return coefficients


# ---------------------------------------------------------------- the likelihood
def _terms(numbers: Sequence[_Number], emulated: Sequence[_Emulated], worlds: Worlds) -> tuple[Term, ...]:
    means = np.stack([np.broadcast_to(e.mean(worlds.values), (worlds.draws,)) for e in emulated])
    errors = (np.stack([n.simulated for n in numbers]) - means) / np.sqrt(np.maximum(means, 1e-12))
    covariance = errors @ errors.T / worlds.draws
    if len(numbers) == 1 and abs(float(covariance[0, 0]) - 1) < 5 * np.sqrt(2 / worlds.draws):
        return (_poisson_term(numbers[0], emulated[0]),)
    covariance = covariance + np.eye(len(numbers)) * 1e-3
    inverse = np.linalg.inv(covariance)
    seen = np.array([n.seen for n in numbers], np.float64)

    def log(unknowns: Mapping[str, Floats]) -> Floats:
        size = max((np.size(v) for v in unknowns.values()), default=1)
        mean = np.stack([np.broadcast_to(e.mean(unknowns), (size,)) for e in emulated])
        mean = np.maximum(mean, 1e-9)
        away = (seen[:, None] - mean) / np.sqrt(mean)
        return np.asarray(-0.5 * np.einsum("id,ij,jd->d", away, inverse, away) - 0.5 * np.log(mean).sum(axis=0))

    together = frozenset().union(*(e.reads for e in emulated))
    about = ", ".join(dict.fromkeys(n.clause for n in numbers))
    return (Term(about=f"payments of {about}", kind="own", value=log, reads=together, events=float(seen.sum())),)


def _poisson_term(number: _Number, emulated: _Emulated) -> Term:
    only = None
    factor = 1.0
    if not emulated.features and len(emulated.exposure) == 1:
        expression, months = emulated.exposure[0]
        found = direct_in(expression)
        if found is not None:
            only, factor = found[0], found[1] * months * float(np.exp(emulated.coefficients[0]))
    return Term(
        about=f"{number.what} of {number.clause}",
        kind="poisson",
        value=emulated.mean,
        reads=emulated.reads,
        events=float(number.seen),
        trials=1.0,
        direct=only,
        factor=factor,
    )
