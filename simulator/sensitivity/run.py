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
from simulator.parts import choose_parts
from simulator.plan import Floats, Plan
from simulator.sensitivity.advice import advice
from simulator.sensitivity.design import P10, P90, Design, design
from simulator.sensitivity.estimators import Indices, Sums, indices
from simulator.sensitivity.figures import Figure, figures_of
from simulator.sensitivity.reads import depends_on, unknowns_read
from simulator.sensitivity.results import About, Effect, Output, Sensitivity
from simulator.sensitivity.scan import scan, worlds_of
from simulator.sensitivity.sources import Simulated

Progress = Callable[[int, int], None]
DRAWS = 128  # of the design, where nothing is asked for
REPLICATIONS = 2


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
    draws: int = DRAWS,
    seed: int = 1,
    engine: str = "auto",
    clauses: Sequence[str] | None = None,
    on_progress: Progress | None = None,
    assumptions: model.Scenario | None = None,
    files: Files | None = None,
) -> Sensitivity:
    """How much each unknown of a scenario moves its spending. Raises SimulationError with all that is wrong.

    draws       of the design, rounded up to 16 × a power of two; each asks for four worlds, and four more an unknown
    on_progress called with (worlds done, worlds in all)

    Other arguments are those of `simulate`. Raises InterruptedAnalysis, with what is done, when the user stops it.
    """
    started = time.perf_counter()
    chosen = assumptions if assumptions is not None else choose_scenario(program, scenario)
    chosen, rosters = with_files(program, compiled, chosen, files)
    plan = make_plan(program, compiled, chosen, draws=draws, seed=seed, engine=engine, by=None, clauses=clauses)
    plan = evolve(plan, rosters=rosters)
    points = design(len(chosen.unknowns), draws, seed)
    parts = choose_parts(plan, engine, worlds_at(chosen, points.a))
    plan = evolve(plan, engine=parts.name)
    read = {at for at, name in enumerate(chosen.unknowns) if name in unknowns_read(chosen)}
    count = _Counter(on_progress, worlds_of(len(read), points.draws, REPLICATIONS))
    found: tuple[int, Sums] | None = None

    def result() -> Sensitivity | None:
        if found is None:
            return None
        made, sums = found
        notes = [Text(note, note) for note in parts.notes]
        if draws != points.draws:
            notes.insert(0, _rounded(draws, points.draws))
        worlds = worlds_of(len(read), made, REPLICATIONS)
        return _result(plan, points, made, worlds, sums, notes, time.perf_counter() - started)

    try:
        count.add(0)
        for stage in scan(Simulated(plan, parts, count.add), points, read=read):
            found = stage
    except KeyboardInterrupt:
        raise InterruptedAnalysis(result()) from None
    whole = result()
    assert whole is not None
    return whole


@define
class _Counter:
    on_progress: Progress | None
    total: int
    done: int = 0

    def add(self, worlds: int) -> None:
        self.done += worlds
        if self.on_progress is not None:
            self.on_progress(self.done, self.total)


def _rounded(asked: int, made: int) -> Text:
    return Text(
        f"{asked} draws were rounded up to {made} (16 × a power of two)",
        f"抽样次数由 {asked} 增至 {made}（16 × 2 的幂）",
    )


def _result(
    plan: Plan, points: Design, made: int, worlds: int, sums: Sums, notes: Sequence[Text], seconds: float
) -> Sensitivity:
    unknowns = _about(plan.scenario, points)
    found = indices(sums)
    names = tuple(unknowns)
    outputs = tuple(_output(figure, number, found, names) for number, figure in enumerate(figures_of(plan)))
    total = outputs[0]
    said = advice(total, unknowns)
    notes = [*notes, *_notes(unknowns, total)]
    return Sensitivity(
        plan=plan,
        engine=plan.engine,
        draws=made,
        asked=points.draws,
        worlds=worlds,
        unknowns=unknowns,
        outputs=outputs,
        study_first=said,
        manifest=identity(plan, made),
        notes=tuple(notes),
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


def _output(figure: Figure, number: int, found: Indices, names: tuple[str, ...]) -> Output:
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
        mean=yuan(found.mean, (number,)),
        mean_error=yuan(found.mean_error, (number,)),
        sd=yuan(found.sd, (number,)),
        unknowns=share,
        people=None if share is None else 1 - share,
        share_error=known(found.share_error, (number,)),
        effects=effects,
    )


__all__ = ["InterruptedAnalysis", "sensitivity"]
