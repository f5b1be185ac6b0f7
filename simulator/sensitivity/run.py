"""One sensitivity analysis: a program and a scenario's name in, which unknown matters how much out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from attrs import define, evolve

from compiler import ir
from lang import model
from lang.diagnostics import Text
from simulator.chance.unknowns import worlds_at
from simulator.choose import choose_scenario, make_plan
from simulator.figures.results import identity
from simulator.figures.statistics import FEN_A_YUAN
from simulator.named_files import Files, with_files
from simulator.notes import of_ranges, of_rosters, rounded_up
from simulator.plan import Floats, Plan
from simulator.sensitivity.advice import advice
from simulator.sensitivity.analyses import SIMULATED_DRAWS, Analysis, analyses
from simulator.sensitivity.design import P10, P90, Design, design
from simulator.sensitivity.estimators import Indices, Sums, indices
from simulator.sensitivity.figures import Figure, figures_of
from simulator.sensitivity.reads import depends_on, unknowns_read
from simulator.sensitivity.results import MEASURES, About, Effect, Measure, Output, Sensitivity
from simulator.sensitivity.scan import worlds_of
from simulator.sensitivity.sources import NotExact

Progress = Callable[[int, int], None]


class InterruptedAnalysis(KeyboardInterrupt):
    """The analysis was stopped. `found`: of the draws that were done; None where not even the first stage was."""

    def __init__(self, found: Sensitivity | None) -> None:
        self.found = found
        super().__init__("the analysis was stopped")


def sensitivity(
    program: model.Program,
    compiled: ir.Program,
    scenario: str | None = None,
    *,
    draws: int | None = None,
    seed: int = 1,
    engine: str = "auto",
    clauses: Sequence[str] | None = None,
    measures: Sequence[Measure] = MEASURES,
    on_progress: Progress | None = None,
    assumptions: model.Scenario | None = None,
    files: Files | None = None,
) -> Sensitivity:
    """How much each unknown of a scenario moves its spending. Raises SimulationError with all that is wrong.

    draws       of the design, rounded up to 16 × a power of two; each asks for four worlds, and four more an unknown
                (None: 512 where worlds are computed, 128 where they are simulated, 64 for what is paid beside them).
                Clauses that are simulated beside computed ones take an eighth of them, at least 64
    measures    of which figures
    on_progress called with (worlds done, worlds in all)

    Other arguments are those of `simulate`. Raises InterruptedAnalysis, with what is done, when the user stops it.
    """
    started = time.perf_counter()
    chosen = assumptions if assumptions is not None else choose_scenario(program, scenario)
    chosen, rosters = with_files(program, compiled, chosen, files)
    plan = make_plan(
        program, compiled, chosen, draws=1 if draws is None else draws, seed=seed, engine=_known(engine), by=None,
        clauses=clauses,
    )  # fmt: skip
    plan = evolve(plan, program=evolve(compiled, targets={}), rosters=rosters)  # no figure is about targets
    count = _Counter(on_progress)
    worlds = worlds_at(chosen, design(len(chosen.unknowns), draws or SIMULATED_DRAWS, seed).a)

    def run(exact: bool) -> Sensitivity:
        chosen_ones = analyses(plan, engine, draws, worlds, measures=measures, exact=exact, on_worlds=count.add)
        count.begin(sum(one.worlds for one in chosen_ones))
        done: list[Done] = []
        try:
            for one in chosen_ones:
                done.append(Done(one, design(len(chosen.unknowns), one.draws, seed)))
                done[-1].run()
        except KeyboardInterrupt:
            some = [one for one in done if one.made]
            found = result(plan, some, draws, time.perf_counter() - started) if some else None
            raise InterruptedAnalysis(found) from None
        count.add(count.total - count.done)
        return result(plan, done, draws, time.perf_counter() - started)

    try:
        return run(exact=True)
    except NotExact as error:
        if engine == "exact":
            raise error.error from None
        found, why = run(exact=False), error.error.diagnostics[0].message
        note = Text(f"all clauses are simulated: {why.en}", f"所有条款均以模拟计算：{why.zh}")
        return evolve(found, notes=(note, *found.notes))


def _known(engine: str) -> str:
    """The engine as the plan checks it: whether the exact one can do it is asked clause by clause."""
    return "person" if engine == "exact" else engine


@define(eq=False)
class Done:
    """An analysis and how far it is."""

    analysis: Analysis
    points: Design
    made: int = 0
    sums: Sums | None = None
    within: Floats | None = None

    @property
    def worlds(self) -> int:
        of = self.analysis
        return of.worlds if self.made == self.points.draws else worlds_of(len(of.read), self.made, of.replications)

    def run(self) -> None:
        self.within = self.analysis.within(self.points)
        for made, sums in self.analysis.scan(self.points):
            self.made, self.sums = made, sums


@define
class _Counter:
    on_progress: Progress | None
    total: int = 0
    done: int = 0

    def begin(self, total: int) -> None:
        self.total, self.done = total, 0
        self.add(0)

    def add(self, worlds: int) -> None:
        self.done += worlds
        if self.on_progress is not None:
            self.on_progress(self.done, self.total)


# ---------------------------------------------------------------- records
def result(plan: Plan, done: Sequence[Done], asked: int | None, seconds: float) -> Sensitivity:
    """The records of what was done."""
    first = done[0]
    plan = evolve(plan, engine="+".join(dict.fromkeys(name for one in done for name in one.analysis.engine.split("+"))))
    unknowns = _about(plan.scenario, first.points)
    outputs: list[Output] = []
    for one in done:
        assert one.sums is not None
        found = indices(one.sums, one.within)
        figures = figures_of(plan, one.analysis.measures)
        for at, figure in enumerate(figures):
            outputs.append(_output(figure, at, found, tuple(unknowns), min(one.made, one.analysis.draws_of(figure))))
    order = {measure: at for at, measure in enumerate(MEASURES)}
    outputs.sort(key=lambda output: order[output.measure])
    notes = [rounded_up(asked, first.points.draws)] if asked is not None and asked != first.points.draws else []
    notes += [*of_rosters(plan), *of_ranges(plan, worlds_at(plan.scenario, first.points.a))]
    notes += [note for one in done for note in one.analysis.notes]
    return Sensitivity(
        plan=plan,
        engine=plan.engine,
        draws=first.made,
        asked=first.points.draws,
        worlds=sum(one.worlds for one in done),
        unknowns=unknowns,
        outputs=tuple(outputs),
        study_first=advice(outputs[0], unknowns),
        manifest=identity(plan, first.made),
        notes=(*dict.fromkeys(notes), *_notes(unknowns, outputs[0])),
        seconds=seconds,
    )


def _notes(unknowns: dict[str, About], total: Output) -> list[Text]:
    if not unknowns:
        return [
            Text(
                "the scenario has no unknowns: only people are left to chance",
                "情景中没有未知因素，只有个人情况是随机的",
            )
        ]
    notes = []
    unread = [about for about in unknowns.values() if not about.read]
    if unread:
        en = ", ".join(about.name.replace("_", " ") for about in unread)
        zh = "、".join(about.label or about.name.replace("_", " ") for about in unread)
        notes.append(Text(f"nothing reads {en}", f"没有任何内容用到：{zh}"))
    if any(effect.total is None for effect in total.effects.values()):
        en = "the unknowns bring too little of the variance of the total for these draws to tell which brings what"
        notes.append(Text(en, "未知因素对总额方差的影响过小，当前抽样次数无法区分各因素的作用"))
    return notes


def _about(scenario: model.Scenario, points: Design) -> dict[str, About]:
    read = unknowns_read(scenario)
    every = range(points.draws)
    found = {}
    for at, (name, unknown) in enumerate(scenario.unknowns.items()):
        scale = 1 / FEN_A_YUAN if unknown.type.base == "money" else 1.0
        low, middle, high = (
            float(worlds_at(scenario, points.fixed(at, every, share)).values[name].mean()) * scale
            for share in (P10, 0.5, P90)
        )
        found[name] = About(
            name=name,
            label=unknown.label,
            read=name in read,
            depends_on=depends_on(scenario, name),
            values=(low, middle, high),
        )
    return found


def _output(figure: Figure, number: int, found: Indices, names: tuple[str, ...], draws: int) -> Output:
    def yuan(values: Floats, at: tuple[int, ...]) -> float:
        return float(values[at] / FEN_A_YUAN)

    def known(values: Floats, at: tuple[int, ...]) -> float | None:
        value = float(values[at])
        return None if math.isnan(value) else value

    effects = {}
    for place, name in enumerate(names):
        at = place, number
        low, high = yuan(found.low, at), yuan(found.high, at)
        effects[name] = Effect(
            first=known(found.first, at),
            first_error=known(found.first_error, at),
            total=known(found.total, at),
            total_error=known(found.total_error, at),
            removed=known(found.removed, at),
            low=low,
            high=high,
            swing=high - low,
            swing_error=yuan(found.swing_error, at),
        )
    share = known(found.share, (number,))
    return Output(
        scope=figure.scope,
        name=figure.name,
        measure=figure.measure,
        draws=draws,
        mean=yuan(found.mean, (number,)),
        mean_error=yuan(found.mean_error, (number,)),
        sd=yuan(found.sd, (number,)),
        unknowns=share,
        people=None if share is None else 1 - share,
        share_error=known(found.share_error, (number,)),
        effects=effects,
    )


__all__ = ["InterruptedAnalysis", "sensitivity"]
