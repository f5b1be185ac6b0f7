"""The programs of the language page parse, in both languages, as they stand there."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lang.dates import Duration, parse_month
from lang.parsing.parse import parse
from lang.source import Source
from lang.tree import declarations as d
from lang.tree import syntax as s

PAGES = Path(__file__).parent / "pages"
DESIGN = Path(__file__).parents[3] / "shared" / "design" / "language.md"


def read(path: Path) -> d.File:
    file, diagnostics = parse(Source(path.read_text(encoding="utf-8"), path.name))
    assert [(x.code, x.message.en) for x in diagnostics] == []
    return file


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.policy")), ids=lambda p: p.stem)
def test_a_page_parses_without_a_finding(page: Path) -> None:
    assert read(page).declarations


@pytest.mark.skipif(not DESIGN.exists(), reason="the design pages are not beside the project")
def test_every_code_block_of_the_design_page_parses() -> None:
    blocks = re.findall(r"^```\n(.*?)^```", DESIGN.read_text(encoding="utf-8"), re.S | re.M)
    assert len(blocks) >= 3
    for block in blocks:
        file, diagnostics = parse(Source(block))
        assert diagnostics == ()
        assert file.declarations


def test_the_sentence_that_the_language_was_asked_for() -> None:
    text = "clause c\n  for person\n  enrolled ≥3 months with social insurance → 3000 once\n"
    file, diagnostics = parse(Source(text))
    assert diagnostics == ()
    (clause,) = file.declarations
    assert isinstance(clause, d.Clause)
    (rule,) = clause.rules
    assert rule.condition == s.Compare(
        "≥", s.Ref(s.Name("enrolled")), s.Length(Duration(3)), s.Ref(s.Name("social_insurance"))
    )
    assert rule.payment == d.Payment(s.Number(Decimal(3000)), "once")


def test_the_declarations_of_the_page() -> None:
    file = read(PAGES / "declarations.policy")
    policy = file.declarations[0]
    assert isinstance(policy, d.Policy)
    assert policy.lines[2] == d.InForce(date(2021, 11, 1), date(2025, 12, 31), trivia=policy.lines[2].trivia)
    assert policy.lines[2].trivia.trailing == "the end may be open; then evaluation needs --until"
    entities = [x for x in file.declarations if isinstance(x, d.Entity)]
    assert [e.name.text for e in entities] == ["person", "enterprise"]
    assert [a.name.text for a in entities[0].attributes][5:7] == ["social_insurance", "renting"]
    table = next(x for x in file.declarations if isinstance(x, d.Table))
    assert len(table.rows) == 4
    assert table.rows[3].keys == ()
    case = next(x for x in file.declarations if isinstance(x, d.Case))
    assert [e.answer for e in case.expects] == ["pays", "pays", "nothing", "undetermined"]
    assert case.instances[0].lines[1].givens[0].spells == (d.Spell(parse_month("2021-03"), parse_month("2022-05")),)
    stable = next(x for x in file.declarations if isinstance(x, d.Clause))
    assert stable.trivia.notes == ()
    assert stable.paid_from is not None
    assert [note.text for note in stable.paid_from.trivia.notes] == ["…"]


def test_the_chinese_page_gives_latin_names() -> None:
    file = read(PAGES / "chinese.policy")
    assert file.language == "zh"
    clause = file.declarations[1]
    assert isinstance(clause, d.Clause)
    assert (clause.name.text, clause.label) == ("stable_job", "就业稳岗补贴")
    assert clause.name.span.text == "stable_job"
    assert clause.rules[0].payment.frequency == "once"


def test_the_scenario_of_the_page() -> None:
    (scenario,) = read(PAGES / "scenario.policy").declarations
    assert isinstance(scenario, d.Scenario)
    kinds = [type(line).__name__ for line in scenario.lines]
    assert kinds == [
        "Period", "SetValue", "Unknown", "Unknown", "Unknown", "Population", "Population", "Claims", "Budget", "Cash",
    ]  # fmt: skip
    population = scenario.lines[5]
    assert isinstance(population, d.Population)
    assert len(population.lines) == 8
    assert scenario.lines[2].trivia.notes[0].text == "from the yearly task figures"
