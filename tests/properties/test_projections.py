"""What must hold of every projection, on the standard policies: bytes, clauses apart, comparisons, increases."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from compiler import ir
from huice.programs import open_program, open_source
from lang import model
from lang.source import Source
from simulator.compare import Comparison, compare
from simulator.run import simulate

STANDARD = Path(__file__).parents[2] / "stdlib_policies"
QUICK = ("jining_2020_47", "national_2022_173")  # the others take minutes
NAMES = sorted(path.name for path in STANDARD.iterdir() if (path / f"{path.name}.policy").is_file())
POLICIES = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]
Version = tuple[model.Program, ir.Program]


@functools.cache
def text_of(policy: str) -> str:
    return (STANDARD / policy / f"{policy}.policy").read_text("utf-8")


@functools.cache
def version(policy: str, text: str | None = None) -> Version:
    if text is None:
        loaded = open_program(f"std:{policy}")
    else:
        loaded = open_source(Source(text, "changed.policy"), STANDARD / policy)
    assert loaded.model is not None and loaded.ir is not None, loaded.diagnostics
    return loaded.model, loaded.ir


def scenario_of(policy: str) -> str:
    scenarios = version(policy)[0].scenarios
    return "baseline" if "baseline" in scenarios else next(iter(scenarios))


def figures(policy: str, **options: Any) -> dict[str, Any]:
    given = {"draws": 32, "seed": 4} | options
    data = simulate(*version(policy), scenario_of(policy), **given).to_dict()
    return {name: value for name, value in data.items() if name != "timing"}


def compared(policy: str, text: str) -> Comparison:
    return compare(version(policy), version(policy, text), scenario_of(policy), draws=32, seed=4)


@pytest.mark.parametrize("policy", POLICIES)
def test_chunks_of_any_size_give_the_same_bytes(policy: str) -> None:
    small, large = (json.dumps(figures(policy, chunk=size, thresholds=(10_000_000,))) for size in (16, 32))
    assert small == large == json.dumps(figures(policy, thresholds=(10_000_000,)))


@pytest.mark.parametrize("policy", POLICIES)
def test_a_clause_alone_is_what_it_is_among_the_others(policy: str) -> None:
    """What is entitled, of every clause that no group couples with others (money may run out between them)."""
    program, compiled = version(policy)
    together = figures(policy)["clauses"]
    alone = [name for name in program.clauses if compiled.clauses[name].group is None]
    for name in alone[:: max(len(alone) // 3, 1)]:
        found = figures(policy, clauses=(name,))["clauses"][name]
        assert found["entitled"] == together[name]["entitled"], name


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_and_itself_differ_by_nothing(policy: str) -> None:
    change = compared(policy, text_of(policy) + "\n# nothing else\n")
    assert all(not values.any() for values in change.difference.measures.values())


AMOUNT = re.compile(r"→ (\d[\d_]*) yuan")


@pytest.mark.parametrize("policy", POLICIES)
def test_who_is_promised_more_gets_no_less_on_any_draw(policy: str) -> None:
    text = text_of(policy)
    places = list(AMOUNT.finditer(text))
    if not places:
        pytest.skip("its amounts are set elsewhere")
    for place in (places[0], places[-1]):
        more = f"→ {int(place[1].replace('_', '')) + 100} yuan"
        change = compared(policy, text[: place.start()] + more + text[place.end() :])
        entitled = change.difference.measures["entitled"]
        assert entitled[0].min() >= 0, place[0]
        assert entitled.min() >= 0 or version(policy)[0].groups, "within a group it may move from clause to clause"
