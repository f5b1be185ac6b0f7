"""Comparisons of versions that declare different things."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lang import model
from simulator.checkpoint import Checkpoint
from simulator.compare import InterruptedComparison, compare
from simulator.plan import SimulationError
from simulator.shared_scenario import shared_scenario
from tests.simulator.test_exact_answers import compiled

POLICY = """\
policy example_{version}
  in force 2025-01-01 to 2025-12-31
fund aid
entity person
  has employed: yes/no monthly
clause stay
  for person
  employed ≥ 3 months → 3000 yuan once
  paid from aid
"""
SCENARIO = """\
scenario baseline for example_{version}
  period 2025-01 to 2025-12
  population person
    arrive 50 in 2025-01
    employed starts on arrival, ends at {leave} per month
"""
RENT = "  has renting: yes/no\nclause rent\n  for person where renting\n  employed → 500 yuan per month\n"
A = POLICY.format(version=1) + SCENARIO.format(version=1, leave="5%")


def version_b(*, leave: str = "5%", renting: str = "", policy: str = "") -> str:
    text = POLICY.format(version=2).replace("clause stay", policy + "clause stay")
    return text + SCENARIO.format(version=2, leave=leave) + renting


def scenarios(a: str, b: str) -> tuple[model.Scenario, list[str]]:
    chosen, notes = shared_scenario(compiled(a)[0], compiled(b)[0], None)
    return chosen, [note.en for note in notes]


def test_a_comparison_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    b = version_b(leave="5%").replace("3000 yuan", "4000 yuan")

    def kept(resume: bool) -> tuple[Checkpoint, Checkpoint]:
        return Checkpoint(tmp_path / "a", resume), Checkpoint(tmp_path / "b", resume)

    def stop(done: int, total: int) -> None:
        if done > total // 2:  # some draws of the second
            raise KeyboardInterrupt

    with pytest.raises(InterruptedComparison) as stopped:
        compare(compiled(A), compiled(b), draws=256, on_progress=stop, checkpoints=kept(False))
    assert stopped.value.comparison is not None
    again = kept(True)
    resumed = compare(compiled(A), compiled(b), draws=256, checkpoints=again).to_dict()
    assert again[0].found == 256 and 0 < (again[1].found or 0) < 256
    whole = compare(compiled(A), compiled(b), draws=256).to_dict()
    assert whole["difference"]["total"]["entitled"]["min"] > 0
    for name in ("difference", "a", "b"):
        assert resumed[name] == whole[name]


def test_a_new_clause_brings_its_own_assumptions() -> None:
    b = version_b(policy=RENT, renting="    renting ~ share\n").replace(
        "  population", "  unknown share ~ uniform(30%, 40%)\n  population"
    )
    data = compare(compiled(A), compiled(b), draws=64).to_dict()
    assert data["notes"] == []
    assert set(data["difference"]["clauses"]) == {"rent", "stay"}
    assert data["difference"]["clauses"]["rent"]["entitled"]["min"] > 0
    # What both versions pay is the same on every draw: the new clause changes nobody's history.
    stay = data["difference"]["clauses"]["stay"]["entitled"]
    assert (stay["min"], stay["max"]) == (0.0, 0.0)
    assert data["difference"]["total"] == data["difference"]["clauses"]["rent"]


def test_the_way_back_is_the_negative() -> None:
    b = version_b(policy=RENT, renting="    renting ~ 35%\n")
    there, back = (
        compare(*pair, draws=32).to_dict() for pair in ((compiled(A), compiled(b)), (compiled(b), compiled(A)))
    )
    mean = there["difference"]["total"]["entitled"]["mean"]
    assert mean > 0
    assert back["difference"]["total"]["entitled"]["mean"] == -mean


def test_scenarios_that_differ_are_named_and_a_counts() -> None:
    chosen, notes = scenarios(A, version_b(leave="10%"))
    assert chosen == compiled(A)[0].scenarios["baseline"]
    assert len(notes) == 1
    assert "differs" in notes[0]
    data = compare(compiled(A), compiled(version_b(leave="10%")), draws=16).to_dict()
    assert data["difference"]["total"]["entitled"]["max"] == 0.0


def test_a_scenario_of_one_file_serves_both() -> None:
    alone = POLICY.format(version=2)
    assert scenarios(A, alone)[1] == []
    assert "B's" in scenarios(alone, A)[1][0]
    with pytest.raises(SimulationError):
        scenarios(alone, alone)


def test_a_budget_that_the_other_version_divides_is_refused() -> None:
    a = A + "  budget aid 2025 = 1000 yuan\n"
    b = version_b(policy="  has side: side\n").replace("fund aid\n", "kind side: north, south\nfund aid per side\n")
    b += "    side ~ north 50%, south 50%\n"
    with pytest.raises(SimulationError) as raised:
        compare(compiled(a), compiled(b), draws=16)
    assert [d.code for d in raised.value.diagnostics] == ["HC610"]


def test_a_comparison_that_is_stopped_has_the_draws_done_under_both() -> None:
    b = version_b(leave="10%")

    def stop_at(done: int) -> Callable[[int, int], None]:
        def progress(at: int, total: int) -> None:
            assert 0 <= at <= total == 2048
            if at >= done:
                raise KeyboardInterrupt

        return progress

    with pytest.raises(InterruptedComparison) as early:
        compare(compiled(A), compiled(b), draws=2048, on_progress=stop_at(10))
    assert early.value.comparison is None
    with pytest.raises(InterruptedComparison) as late:
        compare(compiled(A), compiled(b), draws=2048, on_progress=stop_at(1030))
    assert late.value.comparison is not None
    data = late.value.comparison.to_dict()
    assert data["partial"]["of"] == 2048 and data["partial"]["draws"] == data["draws"] < 2048
    whole = compare(compiled(A), compiled(b), draws=data["draws"]).to_dict()
    assert data["difference"] == whole["difference"]


KINDS = """\
policy kinds_{version}
  in force 2025-01-01 to 2025-12-31
kind county: {members}
fund aid{per}
entity person
  has origin: {origin}
  has employed: yes/no monthly
clause stay
  for person where origin in ({paid})
  employed ≥ 3 months → 3000 yuan once
  paid from aid
scenario baseline for kinds_{version}
  period 2025-01 to 2025-12
  population person
    arrive 50 in 2025-01
    origin ~ {drawn}
    employed starts on arrival, ends at 5% per month
{budgets}
"""


def of_kinds(version: int, members: str = "hill, river, other", paid: str = "hill, river", **more: str) -> str:
    drawn = more.pop("drawn", "hill 50%, river 30%, other 20%")
    given = {"per": "", "origin": "county", "budgets": "  budget aid 2025 = 50_000 yuan", **more}
    return KINDS.format(version=version, members=members, paid=paid, drawn=drawn, **given)


def test_a_member_that_one_version_does_not_know_is_refused_with_its_name() -> None:
    less = of_kinds(2, members="hill, other", paid="hill", drawn="hill 60%, other 40%")
    with pytest.raises(SimulationError, match=r"assumes river of `person\.origin`, which B does not know"):
        compare(compiled(of_kinds(1)), compiled(less), draws=16)
    more = of_kinds(2, members="hill, river, lake, other")
    assert not compare(compiled(of_kinds(1)), compiled(more), draws=16).difference.measures["entitled"].any()


def test_an_attribute_of_two_types_is_refused() -> None:
    other = of_kinds(2).replace("kind county: hill", "kind region: hill").replace("origin: county", "origin: region")
    with pytest.raises(SimulationError, match=r"`person\.origin` is not of one type in A and B"):
        compare(compiled(of_kinds(1)), compiled(other), draws=16)


def test_a_fund_that_one_version_divides_has_its_own_appropriations_there() -> None:
    each = "\n".join(
        f"  budget aid[{pot}] 2025 = {yuan} yuan" for pot, yuan in (("hill", 9), ("river", 9), ("other", 9))
    )
    whole, divided = compiled(of_kinds(1)), compiled(of_kinds(2, per=" per origin", budgets=each))
    for versions in ((whole, divided), (divided, whole)):
        found = compare(*versions, draws=16)
        given = [side.to_dict()["years"]["2025"]["funds"]["aid"]["appropriation"] for side in (found.a, found.b)]
        # a pot from which nothing is ever paid does not count
        assert sorted(given) == [18.0, 50_000.0] and (given[0] == 50_000.0) == (versions[0] is whole)
