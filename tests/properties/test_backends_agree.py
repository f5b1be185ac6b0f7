"""The generated evaluators give the interpreter's ledger, on programs that are drawn at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from random import Random

import pytest

from compiler import ir
from compiler.backends.python.generate import evaluate
from compiler.facts import Facts
from compiler.interpret import interpret
from compiler.ledger import Ledger
from compiler.verify import verify
from tests.properties import generate, planted

FAST, SLOW = 200, 20_000
CONSTRUCTS = {
    "Constant", "Fact", "Parameter", "Settlement", "Through", "Not", "And", "Or", "Select", "Arithmetic", "Compare",
    "OneOf", "Known", "Later", "InPeriod", "Aggregate", "Run", "Total", "Ever", "Previous",
    "total so far", "total this year", "total last year", "total last months", "in this month", "in this year",
    "in last year", "in last", "in year", "in month", "in month number", "count of all", "count of linked",
    "sum of all", "sum of linked", "share of all", "share of linked", "+", "-", "×", "/", "minimum", "maximum", "=",
    "≠", "<", "≤", ">", "≥", "later months", "later days", "run with cap", "run without cap", "pays once",
    "pays once per year", "pays per month", "rounds nearest", "rounds down", "rounds up", "with months",
    "with per_year", "with in_all", "with payee", "several rules", "shares", "group first", "group highest",
    "group first of attribute", "group highest of attribute", "group through a link", "quota for life",
    "quota for month", "quota for year", "quota per kind", "quota in order", "reaches back", "history",
    "unknown months", "NONE months", "NONE",
    "payment", "undetermined", "waits for a parameter", "refused limit", "refused exclusive", "unknown payee",
}  # fmt: skip


@cache
def drawn(seed: int) -> tuple[ir.Program, Facts, Ledger]:
    """A program, facts, and what the interpreter says of them."""
    random = Random(seed)
    program = generate.program(random)
    verify(program)
    facts = generate.facts(random, program)
    return program, facts, interpret(program, facts)


def tried(program: ir.Program, facts: Facts, ledger: Ledger) -> Counter[str]:
    found = generate.constructs(program, facts)
    found.update({"payment": bool(ledger.payments), "undetermined": bool(ledger.undetermined)})
    found["waits for a parameter"] += any(entry.key is None for entry in ledger.undetermined)
    found["unknown payee"] += any(payment.payee is None for payment in ledger.payments)
    found.update(f"refused {refused.reason}" for refused in ledger.refused)
    return found


def agree(seeds: Iterable[int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    paying = total = 0
    for seed in seeds:
        program, facts, expected = drawn(seed)
        assert evaluate(program, facts) == expected, f"seed {seed}"
        counts += tried(program, facts, expected)
        paying += bool(expected.payments)
        total += 1
    assert paying >= 0.6 * total, f"{paying} of {total} programs pay something"
    return counts


def test_two_hundred_programs() -> None:
    counts = agree(range(FAST))
    print("\n" + "\n".join(f"{count:7d} {name}" for name, count in sorted(counts.items())))
    assert set(CONSTRUCTS) <= counts.keys()


@pytest.mark.slow
@pytest.mark.parametrize("hundred", range(FAST // 100, SLOW // 100))
def test_many_programs(hundred: int) -> None:
    agree(range(100 * hundred, 100 * hundred + 100))
    drawn.cache_clear()


@pytest.mark.parametrize("mistake", planted.PLANTED)
def test_a_planted_mistake_is_found(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each mistake changes the ledger of one of the two hundred programs."""
    planted.PLANTED[mistake](monkeypatch)
    assert any(evaluate(program, facts) != expected for program, facts, expected in map(drawn, range(FAST)))
