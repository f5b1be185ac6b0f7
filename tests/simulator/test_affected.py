"""For whom a change counts: tallies by draw, held against the money, and examples held against the interpreter."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.difference.declarations import Version
from simulator.affected import OUTCOMES, Affected
from simulator.compare import Comparison, compare
from simulator.effects import Effects, effects
from tests.simulator.test_exact_answers import compiled

POLICY = """\
policy example
  in force 2025-01-01 to 2026-06-30
kind county: hill, river
fund aid
entity firm
  has staff: many person via employer
  has large: yes/no
entity person
  has origin: county
  has employed: yes/no monthly
  has employer: firm
clause stay
  for person
  employed ≥ 3 months → 3000 yuan once
  paid from aid
clause monthly
  for person where origin = hill
  employed → 100 yuan per month for at most 6 months
  paid from aid
clause firm_award
  for firm where large
  count of staff where employed ≥ 4 → 5000 yuan once
  paid from aid
scenario baseline for example
  period 2025-01 to 2026-06
  unknown leaving ~ uniform(5%, 20%)
  population firm
    arrive 4 in 2025-01
    large ~ 70%
  population person
    arrive poisson(4) per month from 2025-01 to 2025-12
    origin ~ hill 60%, river 40%
    employed starts on arrival, ends at leaving per month, returns at 10% per month
    employer ~ any firm
"""


def version(*edits: tuple[str, str]) -> Version:
    text = POLICY
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    program, ir = compiled(text)
    return program, ir


def of(*edits: tuple[str, str], draws: int = 64, by: str | None = None) -> tuple[Comparison, Effects]:
    a, b = version(), version(*edits)
    comparison = compare(a, b, draws=draws, by=by)
    return comparison, effects(a, b, comparison)


def people_of(found: Effects) -> Affected:
    assert found.people is not None
    return found.people


def test_a_policy_and_itself() -> None:
    _, found = of()
    assert found.changes.nothing
    assert found.people is None
    assert found.examples == ()
    assert found.to_dict("en") == {
        "changes": [], "wording": {}, "people": {"draws": 0, "entities": {}, "clauses": {}}, "examples": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "clauses"),
    [
        (("employed ≥ 3 months", "employed ≥ 2 months"), ["stay"]),
        (("3000 yuan once", "3100 yuan once"), ["stay"]),
        (("at most 6 months", "at most 7 months"), ["monthly"]),
        (("count of staff where employed ≥ 4", "count of staff where employed ≥ 3"), ["firm_award"]),
        (("for person where origin = hill", "for person"), ["monthly"]),
    ],
)
def test_an_increase_has_no_losers(edit: tuple[str, str], clauses: list[str]) -> None:
    _, found = of(edit)
    people = people_of(found)
    assert list(people.clauses) == clauses
    (tally,) = people.clauses.values()
    assert tally.rows["more"].any()
    assert not tally.rows["less"].any() and not tally.rows["later"].any() and not tally.lost.any()
    assert found.examples[0][0] == "more"


@pytest.mark.parametrize(
    "edits",
    [
        [("employed ≥ 3 months", "employed ≥ 4 months")],
        [("employed ≥ 3 months", "employed ≥ 2 months"), ("100 yuan per month", "90 yuan per month")],
        [("where origin = hill", "where origin = river"), ("≥ 4 → 5000", "≥ 5 → 5500")],
    ],
)
def test_winners_less_losers_is_the_difference_in_every_draw(edits: list[tuple[str, str]]) -> None:
    comparison, found = of(*edits, by="origin")
    assert comparison.a.engine == "person"  # the figures are of the very people that are counted
    people = people_of(found)
    for tallies in (people.clauses, people.entities):
        net = np.sum([tally.gained - tally.lost for tally in tallies.values()], axis=0)
        assert np.array_equal(net, comparison.difference.measures["entitled"][0, 0])
    for entity, groups in people.groups.items():
        for outcome in OUTCOMES:
            counted = np.sum([tally.rows[outcome] for tally in groups.values()], axis=0)
            assert np.array_equal(counted, people.entities[entity].rows[outcome])


def test_later_and_earlier() -> None:
    _, slower = of(("employed ≥ 3 months", "employed ≥ 4 months"))
    _, faster = of(("employed ≥ 3 months", "employed ≥ 2 months"))
    assert people_of(slower).clauses["stay"].rows["later"].any()
    assert not people_of(slower).clauses["stay"].rows["earlier"].any()
    assert people_of(faster).clauses["stay"].rows["earlier"].any()
    assert not people_of(faster).clauses["stay"].rows["later"].any()


def test_the_way_back_turns_everything_round() -> None:
    a, b = version(), version(("employed ≥ 3 months", "employed ≥ 2 months"))
    there = effects(a, b, compare(a, b, draws=32)).people
    back = effects(b, a, compare(b, a, draws=32)).people
    assert there is not None and back is not None
    for one, other in (("more", "less"), ("earlier", "later")):
        assert (there.clauses["stay"].rows[one] == back.clauses["stay"].rows[other]).all()  # type: ignore[index]


def test_examples_say_what_the_interpreter_says() -> None:
    """They are confirmed before they are shown; here that the outcome is the one that they stand for."""
    _, found = of(("employed ≥ 3 months", "employed ≥ 4 months"), ("where origin = hill", "where origin = river"))
    outcomes = [outcome for outcome, _ in found.examples]
    assert outcomes == ["more", "less", "later"]
    for outcome, each in found.examples:
        change = each.b.total - each.a.total
        assert {"more": change > 0, "less": change < 0, "later": change == 0}[outcome]
        assert each.facts.rows("person")


def test_a_firm_is_shown_with_its_staff() -> None:
    _, found = of(("where employed ≥ 4", "where employed ≥ 3"))
    firm = next(each for _, each in found.examples)
    assert firm.subject[0] == "firm"
    assert len(firm.facts.rows("person")) >= 3


def test_only_wording_touches_nobody() -> None:
    _, found = of(("clause stay", "# why\nclause stay"))
    assert found.people is None
    assert list(found.changes.wording) == ["notes"]


def test_a_clause_of_one_version() -> None:
    extra = "clause extra\n  for person\n  employed ≥ 2 months → 10 yuan once\n  paid from aid\n"
    _, found = of(("scenario baseline", extra + "scenario baseline"))
    assert list(people_of(found).clauses) == ["extra"]
    assert [outcome for outcome, _ in found.examples] == ["more"]


def test_it_does_not_depend_on_how_many_draws_are_taken_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    _, whole = of(("employed ≥ 3 months", "employed ≥ 2 months"))
    monkeypatch.setattr("simulator.affected.CHUNK_WORK", 1)
    _, parts = of(("employed ≥ 3 months", "employed ≥ 2 months"))
    assert whole.to_dict("en") == parts.to_dict("en")
