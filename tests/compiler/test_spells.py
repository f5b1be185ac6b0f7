"""Spells given as dates, counted as months."""

from __future__ import annotations

from datetime import date

import pytest

from compiler.facts import Span
from compiler.spells import Dated, history, months_covered, whole_months
from lang.dates import month
from lang.model import Counting
from lang.types import NONE, UNKNOWN

M1, M2, M3, M4 = (month(2021, number) for number in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("start", "end", "full", "any_day", "month_end"),
    [
        (date(2021, 1, 1), date(2021, 3, 31), (M1, M3), (M1, M3), (M1, M3)),
        (date(2021, 1, 2), date(2021, 3, 30), (M2, M2), (M1, M3), (M1, M2)),
        (date(2021, 1, 15), date(2021, 2, 15), None, (M1, M2), (M1, M1)),
        (date(2021, 2, 5), date(2021, 2, 20), None, (M2, M2), None),
        (date(2021, 2, 1), date(2021, 2, 28), (M2, M2), (M2, M2), (M2, M2)),
        (date(2020, 2, 1), date(2020, 2, 28), None, (month(2020, 2), month(2020, 2)), None),
        (date(2021, 1, 31), None, (M2, None), (M1, None), (M1, None)),
        (date(2021, 1, 31), date(2021, 1, 31), None, (M1, M1), (M1, M1)),
    ],
)
def test_months_covered(start: date, end: date | None, full: object, any_day: object, month_end: object) -> None:
    rules: tuple[Counting, ...] = ("full months", "any day", "month end")
    assert [months_covered(start, end, counts) for counts in rules] == [full, any_day, month_end]


def test_spells_that_touch_cover_a_month_together() -> None:
    spells = [Dated(date(2021, 1, 16), date(2021, 2, 10)), Dated(date(2020, 12, 20), date(2021, 1, 15))]
    assert history(spells, "full months", False).spans == (Span(M1, M1, True),)


def test_a_gap_of_a_day_breaks_a_month() -> None:
    spells = [Dated(date(2021, 1, 1), date(2021, 1, 15)), Dated(date(2021, 1, 17), date(2021, 2, 28))]
    assert history(spells, "full months", False).spans == (Span(M2, M2, True),)


def test_spells_that_meet_in_a_month_do_not_overlap() -> None:
    spells = [Dated(date(2021, 1, 1), date(2021, 2, 10)), Dated(date(2021, 2, 20), date(2021, 3, 5))]
    assert history(spells, "any day", False).spans == (Span(M1, M3, True),)


def test_a_month_with_two_values_is_unknown() -> None:
    spells = [Dated(date(2021, 1, 1), date(2021, 2, 10), 1), Dated(date(2021, 2, 11), None, 2)]
    assert history(spells, "any day", UNKNOWN).spans == (Span(M1, M1, 1), Span(M2, M2, UNKNOWN), Span(M3, None, 2))
    assert history(spells, "month end", UNKNOWN).spans == (Span(M1, M1, 1), Span(M2, None, 2))


def test_values_and_none_keep_apart() -> None:
    spells = [whole_months(M1, M2, 1), whole_months(M3, M4, NONE)]
    assert history(spells, "full months", UNKNOWN).spans == (Span(M1, M2, 1), Span(M3, M4, NONE))
