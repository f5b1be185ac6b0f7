"""Targets per kind: one condition for each member, met if all are."""

import pytest

from compiler import ir
from compiler.facts import Facts, Row
from compiler.interpreter.streams import Streams
from compiler.memory import start_month
from compiler.pipeline import compile_program
from lang.program import load
from lang.source import Source
from tests.compiler.by_hand import m

HEAD = """policy p
  in force 2021-01-01 to 2021-12-31
kind district: east, west
entity person
  has home: district
  has employed: yes/no
entity firm
  has origin: district
  has seat: district
parameter fairs held: count external
"""


def compiled(text: str) -> tuple[ir.Program | None, list[str]]:
    program, found = load(Source(HEAD + text, "p.policy"))
    assert program is not None, [d.message.en for d in found]
    lowered, diagnostics = compile_program(program)
    return lowered, [f"{d.code} {d.message.en} | {d.message.zh}" for d in diagnostics]


def met(text: str, *homes: str) -> object:
    program, _ = compiled(text)
    assert program is not None
    facts = Facts({"person": [Row(f"p{i}", {"home": home, "employed": True}) for i, home in enumerate(homes)]})
    (target,) = program.targets.values()
    streams = Streams(program, facts, {"fairs_held": 1}, start_month(program, facts))
    return streams.value(target.condition, None, m("2021-12"))


COUNT = "target placed: count of person where (employed) ≥ 2 per district every year\n"


def test_every_member_must_meet_it() -> None:
    assert met(COUNT, "east", "east", "west", "west") is True
    assert met(COUNT, "east", "east", "east", "west") is False
    assert met(COUNT.replace(" per district", ""), "east", "east", "east", "west") is True


def test_a_definition_says_where_one_belongs() -> None:
    define = "define district for person = home\n"
    assert met(define + COUNT, "east", "east", "west", "west") is True


def test_a_figure_that_counts_nobody_is_one_for_all() -> None:
    assert met("target fairs: fairs held ≥ 1 per district every year\n") is True


def test_who_belongs_nowhere_is_refused_with_the_reason() -> None:
    program, (said,) = compiled("target firms: count of firm where (seat is known) ≥ 1 per district every year\n")
    assert program is None
    assert (
        said.startswith("HC591 not supported yet: `firm` in a target per district")
        and "没有说明属于哪个district" in said
    )
    program, (said,) = compiled("target part: share of person where (employed) ≥ 50% per district every year\n")
    assert program is None and "a share in a target per district" in said


@pytest.mark.parametrize("homes", [("east", "west"), ("east", "east")])
def test_a_sum_is_narrowed_too(homes: tuple[str, ...]) -> None:
    text = "target placed: count of person where (employed) + 1 ≥ 2 per district every year\n"
    assert met(text, *homes) is (homes == ("east", "west"))
