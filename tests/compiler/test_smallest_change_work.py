"""The search for the smallest change does bounded work, and takes from the facts as given only what stays as it was."""

from random import Random

import pytest

import huice
from compiler.explanation import smallest
from compiler.explanation.concerned import Concerned
from compiler.explanation.explain import Explanation, explain
from compiler.explanation.trial import Ground, set_values, with_row
from compiler.explanation.variant import Variant, reach
from compiler.facts import Facts, Row
from compiler.interpret import run
from compiler.interpreter.streams import Streams
from compiler.memory import start_month
from huice.reports.explain_text import explanation_text
from huice.testing.generator.policies import policy_text
from lang.dates import month
from lang.types import NONE, UNKNOWN, YES_NO, Given
from tests.compiler.test_smallest_change import made_up
from tests.properties.generator.facts import facts as drawn_facts

HARD = 14  # a drawn policy of which a row is looked at for 30 s where nothing bounds the search


def drawn(seed: int) -> tuple[huice.Program, Facts]:
    program = huice.loads(policy_text(Random(seed)), f"drawn{seed}")
    assert program.ir is not None
    return program, drawn_facts(Random(seed), program.ir)


@pytest.mark.parametrize("seed", range(6))
def test_what_a_change_does_not_reach_is_as_it_was(seed: int) -> None:
    """Every stream of every row in every month: taken from the facts as given, or made anew, it is the same."""
    program, facts = drawn(seed)
    assert program.ir is not None
    rng, compiled = Random(seed), program.ir
    others = drawn_facts(Random(seed + 1000), compiled)
    start = min(start_month(compiled, facts), start_month(compiled, others), compiled.first) - 1
    last = compiled.first + 14
    base = Streams(compiled, facts, {}, start)
    for entity in compiled.entities:
        key = rng.choice(sorted(facts.rows(entity)))
        names = [a for a in compiled.attributes.values() if a.entity == entity]
        attribute = rng.choice(names)
        monthly = attribute.monthly and rng.random() < 0.8
        other = next(iter(others.rows(entity).values())).values.get(attribute.name, UNKNOWN)
        value: Given = NONE if not isinstance(other, bool | str | int) else other
        if attribute.type == YES_NO:
            value = rng.random() < 0.5
        since = rng.randrange(start, last) if monthly else None
        values = set_values(facts.rows(entity)[key].values, {(attribute.name, since): value})
        changed = with_row(facts, entity, Row(key, values))
        variant = Variant(
            program=compiled, facts=changed, parameters={}, start=start, base=base, reach=reach(compiled, entity),
            key=key, attributes=frozenset((attribute.name,)), since=since,
        )  # fmt: skip
        fresh = Streams(compiled, changed, {}, start)
        for number, stream in enumerate(compiled.streams):
            for row in [None] if stream.entity is None else facts.rows(stream.entity):
                for at in range(compiled.first - 2, last, 3):
                    told = (seed, entity, key, attribute.name, since, number, row, at)
                    assert variant.value(number, row, at) == fresh.value(number, row, at), told


@pytest.mark.parametrize("seed", range(12))
def test_rows_that_are_not_concerned_change_nothing(seed: int) -> None:
    program, facts = drawn(seed)
    assert program.ir is not None
    whole = run(program.ir, facts)
    for clause in program.ir.clauses.values():
        for key in facts.rows(clause.entity):
            wanted = Concerned(program.ir, facts, frozenset((clause.name,)), key).wanted()
            alone = run(program.ir, facts, wanted=wanted)
            mine = [each for each in whole.decisions.items() if each[0][:2] == (clause.name, key)]
            assert [each for each in alone.decisions.items() if each[0][:2] == (clause.name, key)] == mine


def hard_one() -> tuple[Explanation, huice.Program]:
    program, facts = drawn(HARD)
    assert program.model is not None and program.ir is not None
    (found,) = explain(program.model, program.ir, facts, "person", "p0", clause="clause_d")
    return found, program


def test_a_search_that_grows_too_long_is_given_up_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    grounds: list[Ground] = []
    begin = Ground.__attrs_post_init__

    def noted(ground: Ground) -> None:
        begin(ground)
        grounds.append(ground)

    monkeypatch.setattr(Ground, "__attrs_post_init__", noted)
    found, program = hard_one()
    assert found.gave_up and not found.change
    assert grounds[0].work < smallest.WORK * 1.2, "what one step does is bounded too"
    assert found.to_dict()["change_search"] == "given up"
    assert program.model is not None
    assert "given up" in explanation_text(found, program.model, "en").splitlines()[-1]
    assert "放弃" in explanation_text(found, program.model, "zh").splitlines()[-1]
    assert hard_one()[0] == found


def test_a_search_that_came_to_its_end_says_nothing_of_the_kind() -> None:
    policy, facts = made_up(3)
    (found,) = explain(*policy, facts, "person", "p")
    assert not found.gave_up and "change_search" not in found.to_dict()
    assert month(2025, 3) <= found.month <= month(2025, 6)
