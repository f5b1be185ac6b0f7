"""How a scenario is analysed: by which engines, in how many draws, one analysis or two.

In: a plan, the engine asked for. Out: analyses, each with its source and the measures it gives.

What is entitled does not depend on money, take-up or lags, so it is analysed without them; the exact engine computes
the clauses that it can, others are simulated. What is paid is the same with take-up and lags where no money is limited.
Where an appropriation or the month's cash can run short, who is paid depends on everybody: then worlds are simulated
whole, in fewer draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from lang import model
from lang.diagnostics import Diagnostic, Text
from simulator.chance.unknowns import rounded_draws
from simulator.engines.person import prepare
from simulator.notes import clause_title, refusal
from simulator.parts import choose_parts
from simulator.plan import BLOCKS, Floats, Plan, SimulationError, Worlds
from simulator.sensitivity.design import Design
from simulator.sensitivity.estimators import Sums, by_scramble
from simulator.sensitivity.figures import Figure
from simulator.sensitivity.reads import unknowns_read
from simulator.sensitivity.results import MEASURES, Measure
from simulator.sensitivity.scan import Source, scan, two_levels, worlds_of
from simulator.sensitivity.sources import Again, Exact, Simulated

EXACT_DRAWS, SIMULATED_DRAWS, BESIDE_DRAWS = 512, 128, 64
_WITHIN_DRAWS = 64  # by which the variance that people bring is judged where their expectation is exact
OnWorlds = Callable[[int], None]


@frozen(kw_only=True)
class Analysis:
    """`plan` is what is simulated or computed; `people`: simulates it whole, where the source does not.
    `replications`: of a world. `read`: the dimensions that anything of the plan depends on.
    `beside`: the clauses that the source cannot compute, simulated in the first `few` draws."""

    plan: Plan
    measures: tuple[Measure, ...]
    draws: int
    source: Source
    engine: str
    replications: int
    read: frozenset[int]
    people: Simulated | None = None
    beside: Simulated | None = None
    few: int = 0
    notes: tuple[Text, ...] = field(default=())

    @property
    def worlds(self) -> int:
        """How many are computed or simulated."""
        beside = 0 if self.beside is None else worlds_of(len(self.read), self.few, 2)
        return worlds_of(len(self.read), self.draws, self.replications) + beside

    def draws_of(self, figure: Figure) -> int:
        simulated = self.beside is not None and figure.scope == "clause" and figure.name in self.beside.plan.clauses
        return self.few if simulated else self.draws

    def scan(self, points: Design) -> Iterator[tuple[int, Sums]]:
        """After each stage (draws done, sums)."""
        if self.beside is None or not isinstance(self.source, Exact):
            yield from scan(self.source, points, read=self.read)
        else:
            again, fine = Again(self.source), Again(self.source, self.beside)
            yield points.draws, two_levels(self.source, again, fine, points, self.few, self.read)

    def within(self, points: Design) -> Floats | None:
        """The mean variance given the unknowns, (figures, scrambles): from two simulations of the first worlds."""
        if self.people is None:
            return None
        draws = range(min(_WITHIN_DRAWS, points.draws))
        (values,) = self.people([points.a[:, : draws.stop]], draws, [2])
        return by_scramble((values.one - values.other) ** 2 / 2) * BLOCKS / len(draws)


def analyses(
    plan: Plan,
    asked: str,
    draws: int | None,
    worlds: Worlds,
    *,
    measures: Sequence[Measure] = MEASURES,
    exact: bool,
    on_worlds: OnWorlds,
) -> tuple[Analysis, ...]:
    """`worlds`: of the scenario, by which the number of people is judged. `exact`: whether `auto` may compute exactly.
    Raises SimulationError when the engine asked for cannot do it."""
    limited = bool(plan.scenario.budgets or plan.scenario.cash)
    refused = _refused(plan, asked) if asked == "exact" or (asked == "auto" and exact) else None
    can = () if refused is None else tuple(name for name in plan.clauses if name not in refused)
    if refused is None or not can:
        return (_simulated(plan, asked, draws or SIMULATED_DRAWS, worlds, tuple(measures), on_worlds),)
    wanted = tuple(m for m in measures if m == "entitled" or not limited)
    found = []
    if wanted:
        found.append(_mixed(plan, refused, draws, worlds, wanted, on_worlds))
    if limited and "paid" in measures:
        if asked == "exact":
            note = Text("what is paid was left out: money is limited, and who is paid depends on everybody",
                        "未分析实付：资金有限额，谁能领到取决于所有人")  # fmt: skip
            return tuple(evolve(one, notes=(*one.notes, note)) for one in found)
        found.append(_simulated(plan, asked, draws or BESIDE_DRAWS, worlds, ("paid",), on_worlds))
    return tuple(found)


def _simulated(
    plan: Plan, asked: str, draws: int, worlds: Worlds, measures: tuple[Measure, ...], on_worlds: OnWorlds
) -> Analysis:
    plan = _without_money(plan) if measures == ("entitled",) else plan
    parts = choose_parts(plan, asked, worlds)
    return Analysis(
        plan=plan,
        measures=measures,
        draws=draws,
        source=Simulated(plan, parts, measures, on_worlds),
        engine=parts.name,
        replications=2,
        read=_read(plan.scenario),
        notes=parts.notes,
    )


def _mixed(
    plan: Plan,
    refused: Mapping[str, Diagnostic],
    draws: int | None,
    worlds: Worlds,
    measures: tuple[Measure, ...],
    on_worlds: OnWorlds,
) -> Analysis:
    plan = _without_money(plan) if measures == ("entitled",) else plan
    others = tuple(name for name in plan.clauses if name in refused)
    can = tuple(name for name in plan.clauses if name not in refused)
    notes = [_simulated_why(plan, name, refused[name]) for name in others]
    made = rounded_draws(draws or EXACT_DRAWS)
    few = min(max(made // 8, BESIDE_DRAWS), made)
    beside = None
    engine = "exact"
    if others:
        of_rest = evolve(plan, clauses=others)
        parts = choose_parts(of_rest, "auto", worlds)
        beside = Simulated(of_rest, parts, measures, on_worlds)
        engine = f"exact+{parts.name}"
    return Analysis(
        plan=plan,
        measures=measures,
        draws=made,
        source=Exact(plan, can, measures, made, keep=few if others else 0),
        engine=engine,
        replications=1,
        read=_read(plan.scenario),
        people=Simulated(plan, choose_parts(plan, "auto", worlds), measures),
        beside=beside,
        few=few,
        notes=tuple(notes),
    )


def _without_money(plan: Plan) -> Plan:
    """What is entitled depends on none of it."""
    return evolve(plan, scenario=evolve(plan.scenario, budgets=(), cash=(), taken_up=None, lag=None))


def _read(scenario: model.Scenario) -> frozenset[int]:
    read = unknowns_read(scenario)
    return frozenset(at for at, name in enumerate(scenario.unknowns) if name in read)


def _refused(plan: Plan, asked: str) -> dict[str, Diagnostic]:
    """The clauses of the plan that the exact engine cannot compute, and why. Asked for by name, it must do all."""
    from simulator.engines.exact.components import refusals

    ready = prepare(plan)
    refused = refusals(ready)
    stuck = {name: refused[name] for name in plan.clauses if name in refused}
    if asked == "exact" and stuck:
        raise SimulationError(*stuck.values())
    return stuck


def _simulated_why(plan: Plan, clause: str, refused: Diagnostic) -> Text:
    why = refusal(refused)
    return Text(f"{clause} is simulated: {why.en}", f"“{clause_title(plan, clause)}”以模拟计算：{why.zh}")
