"""What version B costs more than version A: B − A draw by draw, with common random numbers.

Both run with one scenario, one seed and one number of draws. Random numbers are keyed by what they decide, so the same
people do the same things under both, and the difference is the policy's alone: an unchanged copy gives exactly 0.

Which scenario that is, when both files carry one, is said in shared_scenario.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from attrs import frozen

from compiler import ir
from lang import model
from lang.diagnostics import Text
from simulator.checkpoint import Checkpoint
from simulator.figures.projection import Money, distributions
from simulator.figures.results import Results
from simulator.named_files import Files
from simulator.notes import as_json
from simulator.plan import SimulationError
from simulator.run import Interrupted, simulate
from simulator.shared_scenario import cut_to, shared_scenario, unfit

Version = tuple[model.Program, ir.Program]


@frozen(kw_only=True, eq=False, slots=False)
class Comparison:
    """`difference` gives fen by draw; `to_dict` the JSON of `huice compare --json`."""

    a: Results
    b: Results
    notes: tuple[Text, ...] = ()

    def __repr__(self) -> str:
        return f"<huice.Comparison of {self.a.plan.policy.name} with {self.b.plan.policy.name}: {self.a.draws:,} draws>"

    @cached_property
    def difference(self) -> Money:
        """B − A over the whole period."""
        return self.b.whole.minus(self.a.whole)

    @property
    def told(self) -> tuple[Text, ...]:
        """What the reader should know: of the comparison, of both runs, and of the one that is named."""
        both = tuple(note for note in self.a.notes if note in self.b.notes)
        of_a = (Text(f"A: {note.en}", f"甲：{note.zh}") for note in self.a.notes if note not in both)
        of_b = (Text(f"B: {note.en}", f"乙：{note.zh}") for note in self.b.notes if note not in both)
        return (*self.notes, *both, *of_a, *of_b)

    def to_dict(self) -> dict[str, Any]:
        result: dict[str, Any] = {
            "version": 1,
            "scenario": self.a.plan.scenario.name,
            "engine": self.a.engine,
            "draws": self.a.draws,
            "seed": self.a.plan.seed,
        }
        if self.a.partial:
            result["partial"] = {"draws": self.a.draws, "of": self.a.asked}
        difference = distributions(self.difference, compared=True)["all"]
        difference["years"] = distributions(self.b.years.minus(self.a.years), compared=True)
        if self.a.plan.by is not None:
            difference["groups"] = self._groups()
        result["difference"] = difference
        for name, results in (("a", self.a), ("b", self.b)):
            whole = distributions(results.whole)["all"] | {"years": distributions(results.years)}
            result[name] = {"policy": results.plan.policy.name} | whole | {"manifest": results.manifest()}
        result |= as_json([*self.told, self.a.stopped_text] if self.a.partial else self.told)
        result["timing"] = {"seconds": self.a.seconds + self.b.seconds}
        return result

    def _groups(self) -> dict[str, Any]:
        first, second = self.a.groups(), self.b.groups()
        result = {}
        for name in dict.fromkeys((*first, *second)):
            mine, others = second.get(name), first.get(name)
            if mine is None or others is None:
                # Nothing was booked on the group by one of them: it is less an empty copy of the other.
                known = mine or others
                assert known is not None
                empty = _empty(known[0]), _empty(known[1])
                mine, others = mine or empty, others or empty
            whole, years = mine[0].minus(others[0]), mine[1].minus(others[1])
            result[name] = distributions(whole, compared=True)["all"] | {"years": distributions(years, compared=True)}
        return result


class InterruptedComparison(KeyboardInterrupt):
    """`comparison`: of the draws that were done under both; None where the second had not come so far."""

    def __init__(self, comparison: Comparison | None) -> None:
        self.comparison = comparison
        super().__init__("the comparison was stopped")


def _empty(table: Money) -> Money:
    return Money(
        clauses=table.clauses,
        periods=table.periods,
        measures={name: values * 0 for name, values in table.measures.items()},
    )


def compare(
    a: Version,
    b: Version,
    scenario: str | None = None,
    *,
    draws: int = 1024,
    seed: int = 1,
    by: str | None = None,
    clauses: Sequence[str] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    files: Files | None = None,
    checkpoints: tuple[Checkpoint | None, Checkpoint | None] = (None, None),
) -> Comparison:
    """Run both versions, each with its checkpoint. Raises SimulationError when one of them cannot be simulated,
    CheckpointError where a checkpoint is of another run, InterruptedComparison when the user stops it."""
    assumptions, notes = shared_scenario(a[0], b[0], scenario)
    faults = unfit(assumptions, a[0], b[0])
    if faults:
        raise SimulationError(*faults)

    def progress(half: int) -> Callable[[int, int], None] | None:
        if on_progress is None:
            return None
        report = on_progress
        return lambda done, total: report((half * total + done) // 2, total)

    def run(half: int, version: Version) -> Results:
        return simulate(
            *version,
            draws=draws,
            seed=seed,
            engine="person",  # counts of people have no common random numbers across versions
            by=by,
            clauses=clauses,
            on_progress=progress(half),
            assumptions=cut_to(assumptions, version[0]),
            files=files,
            checkpoint=checkpoints[half],
            split=False,
        )

    try:
        first = run(0, a)
    except Interrupted:
        raise InterruptedComparison(None) from None
    try:
        second = run(1, b)
    except Interrupted as stopped:
        some = stopped.results
        made = None if some is None else Comparison(a=first.beginning(some.draws), b=some, notes=notes)
        raise InterruptedComparison(made) from None
    return Comparison(a=first, b=second, notes=notes)
