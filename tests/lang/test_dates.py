"""Adding months to dates, held to a calendar written here from the rule alone: no code is shared."""

from datetime import date

import numpy as np
import pytest

from compiler.backends.columns.dates import later
from compiler.backends.columns.values import Column
from lang.dates import Duration, add, add_months

LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MOST = 60


def length_of(year: int, number: int) -> int:
    """Days of a month: of every four years one has a day more, but of the centuries only each fourth."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return LENGTHS[number - 1] + (leap and number == 2)


def every_day(first: int, last: int) -> list[tuple[int, int, int]]:
    return [
        (year, number, day)
        for year in range(first, last + 1)
        for number in range(1, 13)
        for day in range(1, length_of(year, number) + 1)
    ]


def expected(year: int, number: int, day: int) -> list[tuple[int, int, int]]:
    """The day 0 to 60 months later: the months are walked one by one, the day is that of the original date."""
    found = []
    for _ in range(MOST + 1):
        found.append((year, number, min(day, length_of(year, number))))
        number += 1
        if number > 12:
            year, number = year + 1, 1
    return found


DAYS = every_day(2000, 2040)


def test_the_calendar_here_is_that_of_the_library() -> None:
    assert len(DAYS) == 14_976 == (date(2040, 12, 31) - date(2000, 1, 1)).days + 1


@pytest.mark.parametrize("decade", range(2000, 2041, 10))
def test_every_day_and_every_number_of_months(decade: int) -> None:
    for year, number, day in DAYS:
        if decade <= year < decade + 10:
            start = date(year, number, day)
            wanted = expected(year, number, day)
            found = [add_months(start, months).timetuple()[:3] for months in range(MOST + 1)]
            assert found == wanted, start


def test_years_are_twelve_months() -> None:
    for year, number, day in DAYS:
        for years in range(6):
            result = add(date(year, number, day), Duration(12 * years))
            assert (result.year, result.month) == (year + years, number)
            assert result.day == min(day, length_of(year + years, number))


def test_columns_of_dates_move_alike() -> None:
    """The simulator's dates, all days at once for each number of months."""
    start = np.array([date(*day).toordinal() for day in DAYS], np.int32)
    by_day = [expected(*day) for day in DAYS]
    for months in range(MOST + 1):
        moved = later(Column(start), Column(months), "months").data
        wanted = [date(*found[months]).toordinal() for found in by_day]
        assert np.array_equal(moved, wanted), months


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        ("2020-11-30", 3, "2021-02-28"),
        ("2021-01-31", 1, "2021-02-28"),
        ("2020-02-29", 12, "2021-02-28"),
        ("2020-02-29", 48, "2024-02-29"),
        ("2021-03-31", -1, "2021-02-28"),
        ("2100-01-31", 1, "2100-02-28"),
        ("2000-01-31", 1, "2000-02-29"),
    ],
)
def test_answers_of_the_design_page(day: str, months: int, result: str) -> None:
    assert add_months(date.fromisoformat(day), months).isoformat() == result
