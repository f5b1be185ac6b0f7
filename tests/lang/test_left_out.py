"""An opening word left out: one message that says which, whose mend gives the program back."""

from __future__ import annotations

import pytest

from lang.modules import NoFiles
from lang.program import load
from lang.source import Source

PROGRAM = """\
policy p "政策一"
in force 2021-01-01 to 2025-12-31
entity person "人员"
has identity: identity
has poor "脱贫": yes/no
has wage: money
fund city "市财政"
note "of the city"
table rates "标准" by poor
yes → 300 yuan
otherwise → 100 yuan
clause stable "稳岗" cites "一(一)"
for person where wage ≥ 100 yuan
poor → 300 yuan once
note "once only"
clause second
for person
always → 100 yuan once
case "a poor person"
person p1
poor = yes, wage = 100 yuan
expect stable pays p1 300 yuan in 2021-01
case "nobody"
person p2
poor = no, wage = 100 yuan
expect stable pays p2 nothing
scenario base for p
period 2021-01 to 2022-12
unknown many "人数" ~ 2 to 8
note "assumed"
population person
arrive many per month
wage = 3000 yuan
claims
taken up 90%
"""
LEFT_OUT = [
    (3, "entity"), (4, "has"), (5, "has"), (8, "note"), (9, "table"), (12, "clause"), (15, "note"), (16, "clause"),
    (19, "case"), (23, "case"), (27, "scenario"), (30, "note"), (31, "population"),
]  # fmt: skip


def findings(text: str) -> list[tuple[str, int, str]]:
    _, found = load(Source(text), NoFiles())
    return [(each.code, each.span.source.position(each.span.start)[0], each.message.en) for each in found]


@pytest.mark.parametrize(("line", "word"), LEFT_OUT)
def test_the_word_is_named_once_and_the_mend_puts_it_in(line: int, word: str) -> None:
    lines = PROGRAM.split("\n")
    assert lines[line - 1].startswith(word + " ")
    short = lines[line - 1].removeprefix(word).lstrip()
    text = "\n".join([*lines[: line - 1], short, *lines[line:]])
    before = findings(PROGRAM)
    _, found = load(Source(text), NoFiles())
    added = [each for each in found if (each.code, each.message.en) not in {(code, said) for code, _, said in before}]
    assert [each.code for each in added] == ["HC110"]
    edit = added[0].edit
    assert f"`{word}` is missing" in added[0].message.en
    assert edit is not None
    assert text[: edit.span.start] + edit.text + text[edit.span.end :] == PROGRAM


def test_a_misspelt_word_is_told_as_such() -> None:
    text = PROGRAM.replace("has wage: money", "hsa wage: money")
    said = [message for code, _, message in findings(text) if code == "HC110"]
    assert said == ["no line begins with `hsa` here"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("person p2", "p2"), ('policy p "政策一"', 'p policy "政策一"')],
)
def test_another_slip_is_not_taken_for_a_word_left_out(old: str, new: str) -> None:
    said = [message for _, _, message in findings(PROGRAM.replace(old, new, 1))]
    assert len(said) == 1
    assert "is missing in front" not in said[0]
