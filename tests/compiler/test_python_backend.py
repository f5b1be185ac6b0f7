"""The text of the generated evaluators: readable, safe whatever the policy says, and sound at any depth or length."""

from __future__ import annotations

import ast
import gc
import sys
import weakref
from fractions import Fraction
from random import Random

import pytest
from attrs import evolve

from compiler import ir
from compiler.backends.python.generate import load, to_python
from compiler.evaluate import evaluate
from compiler.facts import Facts, Row
from compiler.interpret import NoEnd, interpret
from lang.dates import month
from lang.types import MONEY, YES_NO, Type, Value
from tests.properties.generator.facts import facts as draw_facts
from tests.properties.generator.programs import program as draw_program

HOSTILE = (
    '"""\nimport os\n"""', "'''", '"', "'", "\\", '\\"', "\n", "\r", "\u2028", "\u202e", "\x00", "{0}", "%s", "#",
    "__class__", "lambda: 0", "x = 1", "print", "def", "None", "ｒｕｎ", "пay", "\ud800",
)  # fmt: skip


def program(
    streams: list[ir.Stream], when: int, amount: int, name: str = "grant", fact: str = "works", text: str = "三（一）"
) -> ir.Program:
    clause = ir.Clause(
        index=0,
        name=name,
        label=text,
        cites=(text,),
        entity="person",
        alternatives=(ir.Alternative(when=when, amount=amount, frequency="once"),),
        funds=ir.Funds(funds=(text,), shares=None, pots=(None,)),
    )
    attribute = ir.Attribute(
        entity="person", name=fact, label=text, type=YES_NO, monthly=True, counts="full months", default=None, low=None,
        high=None,
    )  # fmt: skip
    return ir.Program(
        name=text, first=month(2021, 1), last=month(2021, 6), due_from=month(2021, 1), streams=tuple(streams),
        clauses={name: clause}, order=(name,), groups={}, quotas={}, targets={},
        attributes={("person", fact): attribute}, parameters={}, definitions={("person", fact): 0},
        entities=("person",),
    )  # fmt: skip


def small(fact: str = "works", **words: str) -> ir.Program:
    return program(
        [
            ir.Stream(0, "person", YES_NO, ir.Fact(fact)),
            ir.Stream(1, "person", Type("duration"), ir.Run(0, 3)),
            ir.Stream(2, None, Type("duration"), ir.Constant(3)),
            ir.Stream(3, "person", YES_NO, ir.Compare("≥", 1, 2)),
            ir.Stream(4, None, MONEY, ir.Constant(Fraction(300_000))),
        ],
        3,
        4,
        fact=fact,
        **words,
    )


def people(fact: str = "works") -> Facts:
    return Facts({"person": [Row("p1", {fact: True}), Row("p2", {fact: False}), Row("p3", {})]})


def test_a_clause_reads_like_the_document() -> None:
    text = to_python(small())
    assert (
        "def grant(person):\n"
        '    """三（一） · 三（一）"""\n'
        '    return [pay(yuan(3000), "once", when=at_least(run(person, works(person), cap=3), 3))]\n'
    ) in text


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_policy_becomes_code(text: str) -> None:
    """Whatever names and labels say, the module has the same shape, and the ledger says what was said."""
    hostile = small(fact=text, name=text, text=text)
    facts = people(text)
    assert _shape(to_python(hostile)) == _shape(to_python(small()))
    assert evaluate(hostile, facts) == interpret(hostile, facts)
    assert [payment.cites for payment in evaluate(hostile, facts).payments] == [(text,)]


def _shape(text: str) -> list[str]:
    return [type(node).__name__ for node in ast.walk(ast.parse(text))]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_text_shows_nothing_that_cannot_be_seen(text: str) -> None:
    shown = to_python(small(fact=text, name=text, text=text))
    assert all(character.isprintable() or character == "\n" for character in shown)


def test_ten_thousand_conditions() -> None:
    drawn = small()
    conditions = [ir.Stream(5 + n, "person", YES_NO, ir.Compare("≥", 1, 2)) for n in range(10_000)]
    whole = ir.Stream(10_005, "person", YES_NO, ir.And(tuple(stream.id for stream in conditions)))
    flat = program([*drawn.streams, *conditions, whole], whole.id, 4)
    assert evaluate(flat, people()) == interpret(flat, people())


@pytest.mark.parametrize("operation", [ir.Not, ir.Previous])
def test_ten_thousand_operations_upon_each_other(operation: type[ir.Not] | type[ir.Previous]) -> None:
    """The stack of the interpreter of Python is not used up."""
    deep = [ir.Stream(5 + n, "person", YES_NO, operation(n + 4 if n else 3)) for n in range(10_000)]
    drawn = program([*small().streams, *deep], deep[-1].id, 4)
    limit = sys.getrecursionlimit()
    got = evaluate(drawn, people())
    assert sys.getrecursionlimit() == limit
    assert {payment.key for payment in got.payments} == {"p1"}
    assert {entry.key for entry in got.undetermined} == {"p3"}


def test_the_rows_may_come_in_any_order() -> None:
    random = Random(5)
    for seed in range(40):
        drawn = draw_program(Random(seed))
        facts = draw_facts(Random(seed), drawn)
        rows = {entity: random.sample(list(table.values()), len(table)) for entity, table in facts.tables.items()}
        assert evaluate(drawn, Facts(rows)) == evaluate(drawn, facts)


def test_the_same_program_gives_the_same_text() -> None:
    for seed in range(20):
        assert to_python(draw_program(Random(seed))) == to_python(draw_program(Random(seed)))


def test_until_and_the_open_end() -> None:
    open_end = evolve(small(), last=None)
    with pytest.raises(NoEnd):
        evaluate(open_end, people())
    for until in (month(2020, 1), month(2021, 1), month(2021, 2), month(2030, 1)):
        assert evaluate(open_end, people(), until=until) == interpret(open_end, people(), until=until)
        assert evaluate(small(), people(), until=until) == interpret(small(), people(), until=until)


def test_parameters_may_be_set() -> None:
    for seed in range(60):
        drawn = draw_program(Random(seed))
        facts = draw_facts(Random(seed), drawn)
        values: dict[str, Value] = {"outside": Fraction(44_444), "number": 1, "standard": Fraction(9_999)}
        assert evaluate(drawn, facts, parameters=values) == interpret(drawn, facts, parameters=values)


def test_evaluators_go_when_their_program_goes() -> None:
    drawn = small()
    gone = weakref.ref(drawn)
    evaluate(drawn, people())
    del drawn
    gc.collect()
    assert gone() is None


def test_generated_names_are_used_once() -> None:
    for seed in range(40):
        text = to_python(draw_program(Random(seed)))
        names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        assert len(names) == len(set(names))
        load(draw_program(Random(seed)))
