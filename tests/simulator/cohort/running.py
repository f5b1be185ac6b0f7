"""For the tests of the cohort engine: runs from text, distributions by enumeration, and agreement of two engines."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from compiler import ir
from compiler.pipeline import compile_program
from lang import model
from lang.modules import FolderLoader
from lang.program import load
from lang.source import Source
from simulator.figures.results import Results
from simulator.figures.statistics import rank
from simulator.plan import BLOCKS, Ints
from simulator.run import simulate
from tests.simulator.simulated import STANDARD

MEASURES = ("entitled", "paid", "owed_at_end", "lapsed", "not_taken_up", "not_yet_claimed", "payments")


def compiled(text: str) -> tuple[model.Program, ir.Program]:
    program, found = load(Source(text), FolderLoader([STANDARD]))
    assert program is not None, [d.message.en for d in found]
    result, more = compile_program(program)
    assert result is not None, [d.message.en for d in more]
    return program, result


@cache
def standard(name: str) -> tuple[model.Program, ir.Program]:
    return compiled((STANDARD / name / f"{name}.policy").read_text(encoding="utf-8"))


def run(text: str, *, draws: int = 4096, engine: str = "cohort", **more: object) -> Results:
    return simulate(*compiled(text), draws=draws, engine=engine, **more)  # type: ignore[arg-type]


def agrees(values: Ints, law: Mapping[int, float]) -> None:
    """Draws against an exact law: each value's frequency within four standard errors, and no other value."""
    assert abs(sum(law.values()) - 1) < 1e-12
    assert set(np.unique(values).tolist()) <= set(law)
    for value, chance in law.items():
        seen = (values == value).mean()
        assert abs(seen - chance) <= 4 * np.sqrt(chance * (1 - chance) / len(values)) + 1e-12, (value, seen, chance)


def differences(a: Results, b: Results) -> dict[tuple[str, str | None, str], float]:
    """z of the difference of two runs' figures, judged by the scrambles."""
    found = {}
    for measure in MEASURES:
        for clause in (None, *a.plan.clauses):
            first, second = _figures(a.total(measure, clause)), _figures(b.total(measure, clause))
            for name, values in first.items():
                away = values - second[name]
                error = away.std(ddof=1) / np.sqrt(BLOCKS)
                found[measure, clause, name] = 0.0 if not away.any() else float(away.mean() / error)
    return found


def _figures(values: Ints) -> dict[str, np.ndarray]:
    blocks = values.reshape(-1, BLOCKS).astype(np.float64)
    ordered = np.sort(blocks, axis=0)
    found = {"mean": blocks.mean(axis=0), "sd": blocks.std(axis=0, ddof=1)}
    return found | {q: ordered[rank(q, len(blocks))] for q in ("0.1", "0.5", "0.9")}
