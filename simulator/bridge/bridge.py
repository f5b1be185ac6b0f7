"""The bridge of one comparison: what must be run for it, and what each step adds.

In: two versions, their comparison and the changes. Out: `Bridge`. Clauses that can stand in each other's way go
together (for what is entitled: members of a group; for what is paid also those that share money which can run short).
Of each such set of clauses the versions between A and B are simulated by themselves, with the same random numbers; the
two ends are the comparison's own figures, so the steps add up to it whatever lies between.

What is entitled does not ask whether money lasts, so its versions run without appropriations and cash limits: sums
instead of queues, many times as fast. What is paid out of limited money needs whole runs; it is done when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
from attrs import define, evolve, field, frozen

from compiler.difference.declarations import Changes, Version, changes
from compiler.difference.written import Place
from compiler.pipeline import compile_program
from lang import model
from lang.diagnostics import CompilerBug
from simulator.bridge.hybrid import hybrid
from simulator.bridge.shares import in_order, orders, shapley
from simulator.bridge.steps import Step, glued, steps_of
from simulator.compare import Comparison
from simulator.figures.results import Results
from simulator.figures.statistics import FEN_A_YUAN, half_width, rank, summarise
from simulator.named_files import Files
from simulator.plan import BLOCKS, Ints, SimulationError
from simulator.run import Interrupted, simulate
from simulator.shared_scenario import cut_to, shared_scenario

MEASURES = ("entitled", "paid")
MOST_SHAPLEY = 4  # changes that reach the same clauses: 14 versions between A and B
MOST_SHAPLEY_P90 = 8  # changes in all; the sums are at hand, 256 of them
P90 = "0.9"

Progress = Callable[[int, int], None]


@frozen(kw_only=True, eq=False)
class Made:
    """One step (`step` None: what is left). By measure: `fen[m]`, (1 + years, draws), the first row the whole period,
    times `scale`; `p90[m]`: (value, error) in yuan."""

    step: Step | None
    methods: dict[str, str]
    fen: dict[str, Ints]
    p90: dict[str, tuple[float, float]]

    def to_dict(self, scale: int, years: Sequence[str]) -> dict[str, Any]:
        changed = () if self.step is None else self.step.changes
        named = [
            {
                "declaration": change.place.sort,
                "name": change.place.name,
                "entity": change.place.entity or None,
                "label": change.label,
            }
            for change in changed
        ]
        result: dict[str, Any] = {"changes": named, "reaches": [] if self.step is None else sorted(self.step.reaches)}
        by_year: dict[str, dict[str, Any]] = {year: {} for year in years}
        for measure, fen in self.fen.items():
            found = summarise(fen, unit=FEN_A_YUAN * scale)
            value, error = self.p90[measure]
            method = {"method": self.methods[measure]}
            result[measure] = method | found.at(0, extremes=True) | {"p90": {"value": value, "error": error}}
            for row, year in enumerate(years, start=1):
                by_year[year][measure] = found.at(row)
        return result | {"years": by_year}


@frozen(kw_only=True, eq=False)
class Bridge:
    """`steps` add up to the difference in every draw: Σ fen = scale × (B − A)."""

    steps: tuple[Made, ...]
    scale: int
    years: tuple[str, ...]

    def to_list(self) -> list[dict[str, Any]]:
        """The JSON of `"bridge"` (see the package)."""
        return [made.to_dict(self.scale, self.years) for made in self.steps]


def bridge(
    a: Version,
    b: Version,
    comparison: Comparison,
    *,
    found: Changes | None = None,
    scenario: str | None = None,
    files: Files | None = None,
    paid: bool = False,
    on_progress: Progress | None = None,
) -> Bridge:
    """The steps from A to B of what is entitled; and of what is paid where no money can run short, or with `paid`.

    `scenario`, `files`: as the comparison was given. KeyboardInterrupt when it is stopped.
    """
    steps = steps_of(a[0], b[0], changes(a, b) if found is None else found)
    runs = _Runs((a, b), comparison, scenario, files)
    measures = MEASURES if paid or not _limited(comparison) else MEASURES[:1]
    while True:
        try:
            return _Adding(runs, steps, measures).made(on_progress)
        except _Inseparable as stuck:
            steps = glued(steps, [place for at in stuck.steps for place in steps[at].places])


def _limited(comparison: Comparison) -> bool:
    """Whether money can run short."""
    return any(r.plan.scenario.budgets or r.plan.scenario.cash for r in (comparison.a, comparison.b))


class _Inseparable(Exception):
    """A version between the two cannot be compiled or simulated: these steps can only be made together."""

    def __init__(self, steps: Sequence[int]) -> None:
        self.steps = tuple(steps)
        super().__init__("steps that cannot be told apart")


@frozen
class _Part:
    """Clauses that go together, and the steps that reach them. `limits`: whether appropriations and cash count."""

    clauses: frozenset[str]
    steps: tuple[int, ...]
    limits: bool

    @property
    def method(self) -> str:
        if len(self.steps) == 1:
            return "alone"
        return "shapley" if len(self.steps) <= MOST_SHAPLEY else "in order"

    def masks(self) -> list[int]:
        """The versions between the two that are needed."""
        if self.method == "in order":
            return [(1 << made) - 1 for made in range(1, len(self.steps))]
        return list(range(1, (1 << len(self.steps)) - 1))


@define(eq=False)
class _Runs:
    """Money of some clauses under some version, by measure: (1 + years, draws) fen. What was run is kept."""

    versions: tuple[Version, Version]
    comparison: Comparison
    scenario: str | None
    files: Files | None
    kept: dict[tuple[frozenset[Place], _Part], dict[str, Ints]] = field(factory=dict)

    def at_end(self, which: Results, clauses: Collection[str]) -> dict[str, Ints]:
        """Under A or B itself."""
        rows = [row for row, name in enumerate(which.plan.clauses, start=1) if name in clauses]
        return {
            m: np.concatenate((which.whole.measures[m][rows].sum(axis=0), which.years.measures[m][rows].sum(axis=0)))
            for m in MEASURES
        }

    def between(self, steps: Sequence[Step], part: _Part) -> dict[str, Ints] | None:
        """With these steps made; None where there is no such version."""
        places = frozenset(place for step in steps for place in step.places)
        if (places, part) not in self.kept:
            results = self._run(hybrid(self.versions[0][0], self.versions[1][0], places), part)
            if results is None:
                return None
            self.kept[places, part] = results
        return self.kept[places, part]

    def _run(self, program: model.Program, part: _Part) -> dict[str, Ints] | None:
        first = self.comparison.a
        chosen = [name for name in program.clauses if name in part.clauses]
        if not chosen:
            return {m: np.zeros_like(of) for m, of in self.at_end(first, ()).items()}
        try:
            compiled, _ = compile_program(program)
        except CompilerBug:  # not a defect: nobody checked that these declarations go together
            return None
        if compiled is None:
            return None
        assumptions, _ = shared_scenario(self.versions[0][0], self.versions[1][0], self.scenario)
        if not part.limits:
            assumptions = evolve(assumptions, budgets=(), cash=())
        try:
            results = simulate(
                program,
                compiled,
                draws=first.draws,
                seed=first.plan.seed,
                engine="person",
                clauses=chosen,
                assumptions=cut_to(assumptions, program),
                files=self.files,
            )
        except Interrupted:
            raise KeyboardInterrupt from None
        except SimulationError:
            return None
        return self.at_end(results, part.clauses)


@define(eq=False)
class _Adding:
    """One attempt, with these steps."""

    runs: _Runs
    steps: Sequence[Step]
    measures: Sequence[str]

    def made(self, on_progress: Progress | None) -> Bridge:
        parts = {measure: self._parts(measure) for measure in self.measures}
        every = list(dict.fromkeys(part for of in parts.values() for part in of))
        todo = [(part, mask) for part in every for mask in part.masks()]
        for done, (part, mask) in enumerate(todo):
            if on_progress is not None:
                on_progress(done, len(todo))
            self._between(part, mask)
        most = max((len(p.steps) for p in every if p.method == "shapley"), default=1)
        scale = orders(most)
        comparison = self.runs.comparison
        fen: list[dict[str, Ints]] = [{} for _ in self.steps]
        methods: list[dict[str, str]] = [{} for _ in self.steps]
        p90: list[dict[str, tuple[float, float]]] = [{} for _ in self.steps]
        rest: dict[str, Ints] = {}
        rest_p90: dict[str, tuple[float, float]] = {}
        by_year = comparison.b.years.minus(comparison.a.years)
        for measure in self.measures:
            whole = np.concatenate((comparison.difference.measures[measure][0], by_year.measures[measure][0]))
            shares = [np.zeros_like(whole) for _ in self.steps]
            for part in parts[measure]:
                self._share(part, measure, shares, scale)
            rest[measure] = whole * scale - sum(shares, np.zeros_like(whole))
            percentiles = self._percentiles(parts[measure], measure)
            for at in range(len(self.steps)):
                used = {part.method for part in parts[measure] if at in part.steps}
                fen[at][measure], p90[at][measure] = shares[at], percentiles[at]
                methods[at][measure] = max(used, key=("alone", "shapley", "in order").index, default="alone")
            rest_p90[measure] = percentiles[-1]
        made = [Made(step=step, methods=methods[at], fen=fen[at], p90=p90[at]) for at, step in enumerate(self.steps)]
        if any(values.any() for values in rest.values()):
            made.append(Made(step=None, methods=dict.fromkeys(self.measures, "in order"), fen=rest, p90=rest_p90))
        return Bridge(steps=tuple(made), scale=scale, years=by_year.periods)

    # ------------------------------------------------------------ parts
    def _parts(self, measure: str) -> list[_Part]:
        """Sets of clauses that go together, of those that some step reaches."""
        names = dict.fromkeys((*self.runs.comparison.b.plan.clauses, *self.runs.comparison.a.plan.clauses))
        sets = [{name} for name in names]
        for tied in self._tied(measure):
            joined = [s for s in sets if s & tied]
            if len(joined) > 1:
                sets = [s for s in sets if s not in joined] + [set().union(*joined)]
        limits = measure != "entitled" and _limited(self.runs.comparison)
        parts = []
        for clauses in sets:
            reaching = tuple(at for at, step in enumerate(self.steps) if step.reaches & clauses)
            if reaching:
                parts.append(_Part(frozenset(clauses), reaching, limits))
        return parts

    def _tied(self, measure: str) -> list[set[str]]:
        programs = [version[0] for version in self.runs.versions]
        tied = [
            {member.clause for member in group.members if member.clause is not None}
            for program in programs
            for group in program.groups.values()
        ]
        if measure == "entitled":
            return tied
        scenario = self.runs.comparison.a.plan.scenario, self.runs.comparison.b.plan.scenario
        limited = {b.fund for s in scenario for b in s.budgets} | {c.fund for s in scenario for c in s.cash if c.fund}
        if any(c.fund is None for s in scenario for c in s.cash):
            return [{name for program in programs for name in program.clauses}]
        # Funds in turn: what the first cannot pay goes to the next, so their clauses hang together too.
        chains = [
            (name, set(clause.paid_from.funds))
            for program in programs
            for name, clause in program.clauses.items()
            if clause.paid_from is not None and limited & set(clause.paid_from.funds)
        ]
        shared = sorted({fund for _, funds in chains for fund in funds})
        return tied + [{name for name, funds in chains if fund in funds} for fund in shared]

    # ------------------------------------------------------------ values
    def _between(self, part: _Part, mask: int) -> dict[str, Ints]:
        comparison = self.runs.comparison
        if mask == 0:
            return self.runs.at_end(comparison.a, part.clauses)
        if mask == (1 << len(part.steps)) - 1:
            return self.runs.at_end(comparison.b, part.clauses)
        made = [self.steps[at] for bit, at in enumerate(part.steps) if mask >> bit & 1]
        found = self.runs.between(made, part)
        if found is None:
            raise _Inseparable(part.steps)
        return found

    def _share(self, part: _Part, measure: str, shares: list[Ints], scale: int) -> None:
        number = len(part.steps)

        def value(mask: int) -> Ints:
            return self._between(part, mask)[measure]

        if part.method == "in order":
            found = [scale * added for added in in_order(value, number)]
        else:
            found = [scale // orders(number) * added for added in shapley(value, number)]
        for at, added in zip(part.steps, found, strict=True):
            shares[at] += added

    def _percentiles(self, parts: Sequence[_Part], measure: str) -> list[tuple[float, float]]:
        """What each step, and at last what is left, adds to P90 of the total over the whole period."""
        comparison, number = self.runs.comparison, len(self.steps)
        first: Ints = comparison.a.total(measure)
        ends = [self._between(part, 0)[measure][0] for part in parts]
        untouched = first - sum(ends, np.zeros_like(first))

        def value(mask: int) -> Ints:
            total = untouched.copy()
            for part in parts:
                inside = sum(1 << bit for bit, at in enumerate(part.steps) if mask >> at & 1)
                total += self._between(part, inside)[measure][0]
            return _percentile(total)

        if number <= MOST_SHAPLEY_P90 and all(part.method != "in order" for part in parts):
            scale, found = orders(number), shapley(value, number)
        else:
            scale, found = 1, in_order(value, number)
        left = _percentile(comparison.b.total(measure)) - value((1 << number) - 1)
        result = []
        for added, by in [*((share, scale) for share in found), (left, 1)]:
            error = float(half_width(added[1:].astype(np.float64)))
            result.append((float(added[0]) / (by * FEN_A_YUAN), error / (by * FEN_A_YUAN)))
        return result


def _percentile(total: Ints) -> Ints:
    """P90 of all draws, then of each scramble's."""
    blocks = np.sort(total.reshape(len(total) // BLOCKS, BLOCKS), axis=0)
    whole = np.sort(total)[rank(P90, len(total))]
    return np.concatenate(([whole], blocks[rank(P90, len(blocks))]))
