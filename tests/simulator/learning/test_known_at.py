"""A roster as it was known at the end of a month."""

from __future__ import annotations

from datetime import date

from compiler.facts import Facts, History, Row, Span
from lang.dates import month
from simulator.learning.known_at import known_at, last_told, without_later_rows
from tests.simulator.learning.town import policy

CUT = month(2024, 6)


def row(key: str, hired: date, *spells: tuple[int, int | None]) -> Row:
    spans = tuple(Span(first, last, True) for first, last in spells)
    return Row(key, {"origin": "hill", "hired_on": hired, "employed": History(spans, False)})


FACTS = Facts(
    {
        "person": [
            row("ended", date(2024, 1, 1), (month(2024, 1), month(2024, 3))),
            row("later", date(2024, 1, 1), (month(2024, 1), month(2024, 9)), (month(2024, 11), None)),
            row("new", date(2024, 7, 1), (month(2024, 7), None)),
            Row("bare", {"origin": "river"}),
        ]
    }
)


def test_what_came_later_is_not_there() -> None:
    program, _ = policy()
    known = known_at(program, FACTS, CUT).rows("person")
    assert set(known) == {"ended", "later", "bare"}
    ended, later = known["ended"].values["employed"], known["later"].values["employed"]
    assert ended == History((Span(month(2024, 1), month(2024, 3), True),), False)
    # it ended in September, which nobody knew in June
    assert later == History((Span(month(2024, 1), None, True),), False)


def test_dates_that_had_not_come_are_not_known() -> None:
    program, _ = policy()
    facts = Facts({"person": [row("x", date(2024, 9, 1), (month(2024, 2), None))]})
    known = known_at(program, facts, CUT).rows("person")["x"]
    assert "hired_on" not in known.values and "origin" in known.values


def test_a_start_from_a_roster_leaves_rows_as_they_are_and_later_ones_out() -> None:
    program, _ = policy()
    rows = without_later_rows(program, FACTS, CUT).rows("person")
    assert set(rows) == {"ended", "later", "bare"}
    assert rows["later"] == FACTS.rows("person")["later"]


def test_to_which_month_a_roster_tells() -> None:
    assert last_told(FACTS) == month(2024, 11)
    assert last_told(Facts({"person": [Row("bare", {"origin": "river"})]})) is None
