"""A run whose beginning is known, and `reforecast`: with the unknowns updated by it.

In: a program, a scenario, the payments up to a month, and (better) the roster as it is known by then. Out: the results
of a simulation in which the months up to then are as they were, the rest is simulated, and years add both up.

With a roster, people go on from the state in which they are, and unknowns are updated by what was seen of them: who
came, who left, what newcomers are like, what was claimed. Without, unknowns are updated by the numbers of payments and
payees, and people are simulated from the scenario's beginning: payments that one person gets month after month are
then not tied to those already made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from attrs import evolve, field, frozen

from compiler import ir
from compiler.facts import Facts
from compiler.ledger import yuan
from lang import model
from lang.dates import Month, month_text
from lang.diagnostics import Text
from lang.types import UNKNOWN, Given
from simulator.chance.unknowns import rounded_draws
from simulator.chance.unknowns import worlds as draw_worlds
from simulator.choose import choose_scenario, make_plan
from simulator.figures.results import Results
from simulator.figures.statistics import FEN_A_YUAN
from simulator.learning.calibrate import LearningError
from simulator.learning.evidence import Gathered, gather
from simulator.learning.forecast_checks import check_clauses, check_known, check_month, notes_of
from simulator.learning.from_ledger import from_ledger
from simulator.learning.known_at import known_at
from simulator.learning.observed import observe
from simulator.learning.so_far import Continued, SoFar, take_back
from simulator.learning.worlds_after import After, worlds_after
from simulator.money.claims import NO_LIMIT
from simulator.money.limits import pots_of
from simulator.named_files import Files, Named, with_files
from simulator.notes import as_json, rounded_up
from simulator.parts import choose_parts
from simulator.plan import Plan, Worlds
from simulator.run import Progress, run_plan

KNOWN = "the roster that was given"


@frozen
class _Given:
    """Stands for files: the roster is at hand, samples are read as before."""

    facts: Facts
    files: Files | None

    def roster(self, program: model.Program, population: model.Population) -> tuple[Facts, tuple[Text, ...]]:
        return self.facts, ()  # who read it has told

    def sample(
        self, program: model.Program, distribution: model.Distribution, of: Named, attribute: model.Attribute | None
    ) -> Sequence[Given]:
        assert self.files is not None
        return self.files.sample(program, distribution, of, attribute)


@frozen(kw_only=True, eq=False)
class Settings:
    draws: int = 1024
    seed: int = 1
    engine: str = "auto"
    by: str | None = None
    thresholds: tuple[int, ...] = ()
    files: Files | None = None
    on_progress: Progress | None = None


@frozen(kw_only=True, eq=False)
class Forecast:
    """`results`: of the whole period. `after`: what became of the unknowns. `gathered`: by what."""

    results: Results
    so_far: SoFar
    after: After
    gathered: Gathered
    notes: tuple[Text, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `huice simulate`, and what was known."""
        return self.results.to_dict() | self.learnt()

    def learnt(self) -> dict[str, Any]:
        """What a reforecast has beside, or otherwise than, the results of a simulation."""
        scenario, plain = self.results.plan.scenario, self.results.to_dict()
        found: dict[str, Any] = {"known": self.known()}
        found["posterior"] = {
            name: updated.to_dict(_unit(scenario.unknowns[name])) for name, updated in self.after.unknowns.items()
        }
        found["effective_sample_size"] = self.after.effective
        found["candidates"] = self.after.candidates
        found["evidence"] = [
            {"about": t.about, "seen": t.events, "of": t.trials, "unknowns": sorted(t.reads)}
            for t in self.gathered.terms
        ]
        own = as_json(self.notes)
        found |= {key: [*plain[key], *told] for key, told in own.items()}
        found["manifest"] = {
            **plain["manifest"], "as_of": month_text(self.so_far.cut), "ledger": _digest(self.so_far),
        }  # fmt: skip
        return found

    def known(self) -> dict[str, Any]:
        """What was paid in the period to date: exact amounts as strings."""
        plan = self.results.plan
        made = self.so_far.in_period(plan.scenario.first)
        clauses = {name: sum(p.amount for p in made if p.clause == name) for name in plan.clauses}
        months = {
            m: sum(p.amount for p in made if p.paid == m) for m in range(plan.scenario.first, self.so_far.cut + 1)
        }
        return {
            "as_of": month_text(self.so_far.cut),
            "paid": yuan(sum(clauses.values())),
            "payments": sum(p.amount > 0 for p in made),
            "clauses": {name: yuan(fen) for name, fen in clauses.items()},
            "months": {month_text(m): yuan(fen) for m, fen in months.items()},
            "roster": self.so_far.dues is not None,
            "appropriation_left": self._left(),
        }

    def _left(self) -> dict[str, Any]:
        """By fund (and pot) with an appropriation in the year of the cut: what is left of its mean."""
        plan, books = self.results.plan, self.results.books
        first, cut = plan.scenario.first, self.so_far.cut
        if cut < first:
            return {}
        year, start = cut // 12 - first // 12, max(cut // 12 * 12, first) - first
        found: dict[str, Any] = {}
        funds = list(plan.policy.funds)
        for number, pot in enumerate(pots_of(plan.policy)):
            given = books.appropriation[number, year]
            if (given >= NO_LIMIT).any():
                continue
            paid = int(books.pot_paid[number, start : cut - first + 1, 0].sum())
            name = funds[pot.fund] if pot.member is None else f"{funds[pot.fund]}[{pot.member}]"
            found[name] = {
                "appropriation": float(given.mean()) / FEN_A_YUAN,
                "paid": yuan(paid),
                "left": float(given.mean() - paid) / FEN_A_YUAN,
            }
        return found


def _digest(so_far: SoFar) -> str:
    """Of what was paid, whatever the order of the rows."""
    rows = sorted(
        repr((p.clause, p.entity, p.key, p.amount, p.paid, p.month)) for p in so_far.payments if p.paid <= so_far.cut
    )
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _unit(unknown: model.Unknown) -> float:
    """Amounts are shown in yuan."""
    return float(FEN_A_YUAN) if unknown.type.base in ("money", "rate") else 1.0


def reforecast(
    program: model.Program,
    compiled: ir.Program,
    scenario: str | None,
    so_far: SoFar,
    facts: Facts | None,
    settings: Settings,
) -> Forecast:
    """`so_far.dues` and `facts` go together. Raises LearningError for data that contradict the scenario, and
    SimulationError for a scenario that cannot be simulated."""
    chosen = choose_scenario(program, scenario)
    left_out: tuple[Text, ...] = ()
    check_month(chosen, so_far.cut, facts is not None)
    check_clauses(program, so_far)
    if facts is None:
        plan = _plan(program, compiled, chosen, settings, settings.files)
        gathered = from_ledger(plan, so_far, settings.engine, settings.on_progress)
    else:
        known = known_at(program, facts, so_far.cut)
        observed = {e: observe(program, known, e, so_far.cut) for e in program.entities if known.rows(e)}
        gathered = gather(chosen, observed, so_far.dues, so_far.cut)
        known, left_out = without_gaps(chosen, known)
        plan = _plan(program, compiled, restarted(chosen, known, so_far.cut), settings, _Given(known, settings.files))
    if gathered.contradictions:
        raise LearningError(*gathered.contradictions)
    after = worlds_after(chosen, gathered.terms, settings.draws, settings.seed)
    results = _run(plan, after.worlds, so_far, settings)
    return Forecast(
        results=results,
        so_far=so_far,
        after=after,
        gathered=gathered,
        notes=left_out + notes_of(chosen, so_far, facts is not None, gathered, after, program),
    )


def forecast(
    program: model.Program,
    compiled: ir.Program,
    scenario: model.Scenario,
    so_far: SoFar,
    facts: Facts,
    settings: Settings,
) -> tuple[Results, tuple[Text, ...]]:
    """With the scenario's unknowns as they are; and what is to be said of the roster."""
    known, notes = without_gaps(scenario, known_at(program, facts, so_far.cut))
    begun = restarted(scenario, known, so_far.cut)
    plan = _plan(program, compiled, begun, settings, _Given(known, settings.files))
    worlds = draw_worlds(scenario, settings.draws, settings.seed)
    return _run(plan, worlds, so_far, settings), notes


def restarted(scenario: model.Scenario, facts: Facts, cut: Month) -> model.Scenario:
    """The scenario as it goes on from a roster known to a month: who arrived up to then is in the roster."""
    populations = {}
    for entity, population in scenario.populations.items():
        lines = tuple(line for line in (_later(line, cut) for line in population.arrivals) if line is not None)
        populations[entity] = evolve(population, arrivals=lines, roster=KNOWN, as_of=cut)
    return evolve(scenario, populations=populations)


def without_gaps(scenario: model.Scenario, facts: Facts) -> tuple[Facts, tuple[Text, ...]]:
    """Without the rows of which a date is not known that the scenario counts from the arrival, for they cannot be
    simulated; and what is to be said of that."""
    tables, notes = {}, []
    for entity in facts.tables:
        population = scenario.populations.get(entity)
        dates = [] if population is None else [
            a.attribute for a in population.assumptions.values() if isinstance(a, model.Fixed) and a.value is None
        ]  # fmt: skip
        rows = list(facts.rows(entity).values())
        kept = [row for row in rows if all(row.values.get(name, UNKNOWN) is not UNKNOWN for name in dates)]
        tables[entity] = kept
        if len(kept) < len(rows):
            said = ", ".join(name.replace("_", " ") for name in dates)
            notes.append(
                Text(
                    f"{len(rows) - len(kept)} of {len(rows)} rows of {entity} lack {said}: "
                    "what they may be paid from now on is not in the forecast",
                    f"{entity}的{len(rows)}条记录中有{len(rows) - len(kept)}条缺少{said}：其今后的发放未计入预测",
                )
            )
    return Facts(tables), tuple(notes)


def _later(line: model.Arrive, cut: Month) -> model.Arrive | None:
    """What is left of an `arrive` line; None: nothing."""
    if line.first is None:
        return line
    last = line.first if line.last is None else line.last
    return None if last <= cut else evolve(line, first=max(line.first, cut + 1), last=last)


def _plan(
    program: model.Program, compiled: ir.Program, scenario: model.Scenario, settings: Settings, files: Files | None
) -> Plan:
    chosen, rosters = with_files(program, compiled, scenario, files)
    plan = make_plan(
        program, compiled, chosen,
        draws=settings.draws, seed=settings.seed, engine=settings.engine, by=settings.by, clauses=None,
    )  # fmt: skip
    return evolve(plan, rosters=rosters)


def _run(plan: Plan, worlds: Worlds, so_far: SoFar, settings: Settings) -> Results:
    first = so_far.open_since(plan.scenario.first)
    begun = evolve(plan, scenario=evolve(plan.scenario, first=max(first, min(plan.program.first, plan.scenario.first))))
    parts = choose_parts(begun, settings.engine, worlds)
    plan = evolve(plan, engine=parts.name)
    continued = Continued(booked=plan, begun=evolve(begun, engine=parts.name), parts=parts, so_far=so_far)
    notes = parts.notes
    if rounded_draws(settings.draws) != settings.draws:
        notes = (rounded_up(settings.draws, worlds.draws), *notes)
    results = run_plan(
        plan, continued, worlds, thresholds=settings.thresholds, on_progress=settings.on_progress, notes=notes
    )
    take_back(results.books, so_far)
    check_known(results, so_far)
    return results
