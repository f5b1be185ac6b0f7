"""A whole calibration: planted rates come back, the text is a scenario that checks, what is not learnt is said."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from huice.facts.json_facts import facts_from_data
from lang.dates import month, month_text
from simulator.learning.calibrate import Calibration, LearningError, Request, calibrate
from simulator.learning.figures import Figure
from simulator.learning.known_at import known_at
from tests.simulator.learning.planted import Truth, make
from tests.simulator.learning.town import Town, made, policy, town

TRUTH = Truth()


@pytest.fixture(scope="module")
def found() -> tuple[Town, Calibration]:
    one = town(TRUTH, 11)
    return one, one.calibrate(TRUTH.last)


def planted(truth: Truth) -> Iterator[tuple[str, str, object, float]]:
    """what, about, which of several, value."""
    yield "arrivals", "person", None, truth.arrivals
    yield "leave", "person.employed", None, truth.leave
    yield "return", "person.employed", None, truth.back
    yield "follows", "person.social_insurance", None, truth.insured
    yield "keeps", "person.renting", None, truth.renting
    yield "share", "person.poor", None, truth.poor
    for name, share in truth.origin.items():
        yield "share", "person.origin", name, share
    yield "arrivals", "certificate", None, truth.certificates
    yield "share", "certificate.level", "senior", truth.senior
    yield "take_up", "claims", None, truth.take_up
    yield "lag", "claims", 0, truth.lag[0]
    yield "lag", "claims", 1, truth.lag[1] / (1 - truth.lag[0])


def of(calibration: Calibration, what: str, about: str, which: object) -> Figure:
    return next(
        f
        for f in calibration.figures
        if (f.what, f.about) == (what, about)
        and (which is None or which in (f.details.get("value"), f.details.get("months")))
    )


def test_planted_values_are_recovered(found: tuple[Town, Calibration]) -> None:
    inside = [
        figure.low <= value <= figure.high
        for what, about, which, value in planted(TRUTH)
        if (figure := of(found[1], what, about, which)).low is not None and figure.high is not None
    ]
    assert len(inside) == 14 and sum(inside) >= 12
    follows = of(found[1], "follows", "person.social_insurance", None)
    assert (follows.details["leader"], follows.details["after"], follows.details["wrong"]) == ("employed", 1, 0.0)


def test_the_text_is_a_scenario_of_the_policy(found: tuple[Town, Calibration]) -> None:
    one, calibration = found
    scenario = one.checked(calibration.text)
    assert calibration.complete
    assert (month_text(scenario.first), month_text(scenario.last)) == ("2025-01", "2025-12")
    unknowns = {figure.unknown for figure in calibration.figures if figure.unknown is not None}
    assert set(scenario.unknowns) == unknowns
    read = {name for entity, name in [("person", n) for n in ("origin", "poor", "hired_on", "employed")]}
    assert read <= set(scenario.populations["person"].assumptions)
    assert scenario.taken_up is not None and scenario.lag is not None
    assert calibration.text.count("note") == len(unknowns)


def test_every_figure_says_where_it_comes_from(found: tuple[Town, Calibration]) -> None:
    for figure in found[1].figures:
        assert figure.n > 0 and figure.note.en and figure.note.zh
        if figure.posterior is not None:
            assert "95%" in figure.note.en and "95%" in figure.note.zh


def test_the_order_of_rows_is_nothing(found: tuple[Town, Calibration]) -> None:
    given, payments = make(TRUTH, 11)
    shuffled = random.Random(3)
    for rows in given.values():
        shuffled.shuffle(rows)
    shuffled.shuffle(payments)
    program, compiled = policy()
    again = made(program, compiled, given, payments).calibrate(TRUTH.last)
    assert again.text == found[1].text
    assert json.dumps(again.to_dict("en")) == json.dumps(found[1].to_dict("en"))


def test_nothing_later_is_known(found: tuple[Town, Calibration]) -> None:
    """The same history cut short by whoever kept it, and cut by --as-of."""
    one, cut = found[0], month(2024, 3)
    known = known_at(one.program, one.facts, cut)
    short = Town(one.program, one.compiled, known, tuple(p for p in one.paid if p.paid_on and p.paid_on.year < 2024))
    early = month(2023, 12)
    assert short.calibrate(early).text == one.calibrate(early).text


def test_more_months_narrow_the_intervals(found: tuple[Town, Calibration]) -> None:
    early, late = found[0].calibrate(month(2023, 9)), found[1]
    for what, about, which, _ in planted(TRUTH):
        if what in ("lag",):
            continue
        a, b = of(early, what, about, which), of(late, what, about, which)
        assert a.low is not None and a.high is not None and b.low is not None and b.high is not None
        assert b.high - b.low < a.high - a.low, about


# ---------------------------------------------------------------- little or odd data
def learn(given: dict[str, list[dict[str, object]]], as_of: str = "2024-12", **more: object) -> Calibration:
    program, compiled = policy()
    facts, faults = facts_from_data(program, given, "<facts>")
    assert not faults
    year, number = as_of.split("-")
    last = month(int(year), int(number))
    request = Request(as_of=last, first=last + 1, last=last + 12, reference="town", **more)  # type: ignore[arg-type]
    from huice.learning.payments import facts_read

    return calibrate(program, facts_read(compiled), facts, None, request)


def person(number: int, **values: object) -> dict[str, object]:
    return {
        "id": f"p{number}", "origin": "hill", "poor": True, "hired_on": "2024-02-01",
        "employed": [["2024-02", None]], "social_insurance": [["2024-02", None]],
    } | values  # fmt: skip


def test_an_empty_roster_teaches_nothing() -> None:
    with pytest.raises(LearningError, match="no rows"):
        learn({"person": []})
    with pytest.raises(LearningError, match="no rows"):
        learn({"person": [person(1)]}, as_of="2023-01")


def test_one_row_is_enough_and_said_to_be_little() -> None:
    found = learn({"person": [person(1)]})
    assert found.figure("leave", "person.employed").events == 0
    said = " ".join(warning.en for warning in found.warnings)
    assert "nobody was seen to leave" in said and "only 1 arrivals" in said
    assert "without --payments" in said


def test_what_is_not_in_the_roster_is_not_made_up() -> None:
    found = learn({"person": [{key: v for key, v in person(i).items() if key != "poor"} for i in range(5)]})
    (missing,) = (n for n in found.not_learnt if n.attribute == "poor")
    assert missing.blocks and not found.complete
    renting = next(n for n in found.not_learnt if n.attribute == "renting")
    assert not renting.blocks and "default" in renting.why.en
    assert "poor ~" not in found.text and "not learnt: poor" in found.text
    certificate = next(n for n in found.not_learnt if n.entity == "certificate")
    assert not certificate.blocks


def test_dates_before_the_arrival_are_not_forced_into_the_language() -> None:
    rows = [person(i, hired_on="2023-06-01", employed=[["2024-02", None]]) for i in range(5)]
    found = learn({"person": rows})
    assert any(n.attribute == "hired_on" for n in found.not_learnt)


def test_a_date_that_some_lack_stops_a_start_from_the_roster_alone() -> None:
    rows = [person(i) for i in range(40)]
    del rows[3]["hired_on"]
    assert learn({"person": rows}).complete
    blocked = learn({"person": rows}, roster="roster.json")
    assert [n.attribute for n in blocked.not_learnt if n.blocks] == ["hired_on"]


def test_who_came_after_the_first_counts_from_the_next_month() -> None:
    rows = [person(i, hired_on="2024-01-17", employed=[["2024-02", None]]) for i in range(30)]
    found = learn({"person": rows})
    assert found.figure("leave", "person.employed").events == 0
    assert "hired_on = arrival\n" in found.text


def test_chinese_notes_where_the_policy_is_chinese() -> None:
    found = learn({"person": [person(i) for i in range(3)]}, language="zh")
    assert "Jeffreys先验" in found.text and "人员每月新增" in found.text


@pytest.mark.slow
def test_a_hundred_rosters_are_recovered_within_their_intervals() -> None:
    """Each value lies within its stated 95% interval in at least 90 of 100 rosters."""
    loaded = policy()
    inside: Counter[tuple[str, str, object]] = Counter()
    for seed in range(100):
        calibration = town(TRUTH, seed, loaded).calibrate(TRUTH.last)
        for what, about, which, value in planted(TRUTH):
            figure = of(calibration, what, about, which)
            assert figure.low is not None and figure.high is not None
            inside[what, about, which] += figure.low <= value <= figure.high
    assert min(inside.values()) >= 90, inside
    assert sum(inside.values()) / (100 * len(inside)) == pytest.approx(0.95, abs=0.02)
