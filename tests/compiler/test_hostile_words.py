"""Whatever a policy calls its things, generated code has the same shape, and the answers are the same."""

import ast
from fractions import Fraction

import pytest

from compiler import ir
from compiler.backends.python.generate import evaluate, to_python
from compiler.facts import Facts, Row
from compiler.interpret import interpret
from compiler.pipeline import compile_program
from lang.program import load
from lang.source import Source
from tests.compiler.by_hand import yes

POLICY = """policy {policy} "{label}"
  document "{label}"
  in force 2021-01-01 to 2021-06-30
kind {kind} "{label}": {east} "{label}1", {west} "{label}2"
entity {entity} "{label}"
  has {origin} "{label}1": {kind}
  has {flag} "{label}2": yes/no monthly
  has {firm} "{label}3": {company}
entity {company} "{label}4"
  has {staff} "{label}5": many {entity} via {firm}
fund {fund} "{label}" code "{label}"
parameter {rate} "{label}": money = 50 yuan
define {covered} "{label}6" for {entity} =
  {origin} is {east}
table {amounts} "{label}" by {origin}
  {east} → 70 yuan
  otherwise → 20 yuan
clause {one} "{label}1" cites "{label}"
  for {entity} where {covered}
  {flag} ≥ 2 months → {amounts}[{origin}] once to {firm}
  paid from {fund}
  note "{label}"
clause {two} "{label}2" cites "{label}", "{label}"
  for {company}
  count of {staff} where ({flag}) ≥ 1 → {rate} per month
"""
PLACES = (
    "policy", "kind", "east", "west", "entity", "origin", "flag", "firm", "company", "staff", "fund", "rate", "covered",
    "amounts", "one", "two",
)  # fmt: skip
PLAIN = {place: place for place in PLACES}
PLAIN |= {"policy": "p", "kind": "county", "entity": "person", "flag": "employed", "label": "某"}
LABELS = (
    "__import__('os').system('true')", "'''", "\\", "\\n", "{world}", "# comment", "lambda: 0", "%s", "a' + 'b",
    "\N{SNOWMAN}" * 50,
)  # fmt: skip
NAMES = (
    "class_", "__class__", "__import__", "lambda_x", "print_", "None_", "world", "pay", "POLICY", "FACTS", "NONE",
    "timeline", "run_", "yuan_x", "remembered", "World", "self", "exec", "eval_", "x" * 60, "类", "__builtins__",
    "person_",
)  # fmt: skip


def compiled(words: dict[str, str], file: str = "p.policy") -> ir.Program:
    program, found = load(Source(POLICY.format(**words), file))
    assert program is not None, [d.message.en for d in found]
    lowered, found = compile_program(program)
    assert lowered is not None, [d.message.en for d in found]
    return lowered


def facts(words: dict[str, str]) -> Facts:
    person = {words["origin"]: words["east"], words["flag"]: yes(("2021-01", "2021-03")), words["firm"]: "f"}
    other = person | {words["origin"]: words["west"]}
    return Facts({words["entity"]: [Row("a", person), Row("b", other)], words["company"]: [Row("f", {})]})


def answers(words: dict[str, str], file: str = "p.policy") -> list[tuple[str, int, int]]:
    program, given = compiled(words, file), facts(words)
    ledger = evaluate(program, given)
    assert ledger == interpret(program, given)
    return [(p.key, p.month, p.amount) for p in ledger.payments]


def shape(text: str) -> list[str]:
    return [type(node).__name__ for node in ast.walk(ast.parse(text))]


EXPECTED = answers(PLAIN)


def test_the_plain_policy_pays() -> None:
    assert [(key, amount) for key, _, amount in EXPECTED] == [("f", 5000), ("a", 7000), ("f", 5000), ("f", 5000)]
    assert Fraction(EXPECTED[0][2]) == 5000


@pytest.mark.parametrize("label", LABELS)
def test_labels_cites_notes_and_codes_are_data(label: str) -> None:
    words = PLAIN | {"label": label}
    assert answers(words) == EXPECTED
    assert shape(to_python(compiled(words))) == shape(to_python(compiled(PLAIN)))


@pytest.mark.parametrize("file", ["'); import os; ('", '"""', "a\nb.policy", "../../x.policy", "\\"])
def test_the_name_of_the_file_is_nowhere_in_the_code(file: str) -> None:
    assert answers(PLAIN, file) == EXPECTED
    assert to_python(compiled(PLAIN, file)) == to_python(compiled(PLAIN))


@pytest.mark.parametrize("place", PLACES)
def test_names_that_mean_something_in_python(place: str) -> None:
    for name in NAMES:
        if name not in PLAIN.values():
            assert answers(PLAIN | {place: name}) == EXPECTED, (place, name)


def test_all_names_at_once() -> None:
    assert answers(PLAIN | dict(zip(PLACES, NAMES, strict=False))) == EXPECTED
