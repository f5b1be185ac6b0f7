"""Printed pages end between tables, and tables that fit on a page are not cut."""

from huice.reports.paper import A_ROW, HIGH, Paper

ROWS = int(HIGH // A_ROW)  # of a page whose columns need not be scaled down


def paper(*tables: tuple[int, int]) -> Paper:
    made = Paper()
    for first, end in tables:
        made.caption = first
        made.table(first + 1, end)
    return made


def test_what_fits_needs_no_break() -> None:
    assert paper((3, 10), (11, 20)).page_ends([10] * 5) == []


def test_a_table_that_would_be_cut_begins_a_page_with_its_title() -> None:
    assert paper((3, 20), (21, 21 + ROWS - 5)).page_ends([10] * 5) == [21]


def test_a_long_table_goes_on_where_it_stands_unless_little_room_is_left() -> None:
    assert paper((3, 10), (11, 200)).page_ends([10] * 5) == []
    assert paper((3, ROWS - 4), (ROWS - 3, 200)).page_ends([10] * 5) == [ROWS - 3]


def test_a_table_behind_a_long_one_is_measured_from_the_page_on_which_that_ends() -> None:
    rest = 3 * ROWS - 10
    assert paper((0, rest), (rest + 1, rest + 8)).page_ends([10] * 5) == []
    assert paper((0, rest), (rest + 1, rest + 14)).page_ends([10] * 5) == [rest + 1]


def test_wide_sheets_are_scaled_down_and_hold_more_rows() -> None:
    tables = paper((3, 20), (21, 21 + ROWS - 5))
    assert tables.page_ends([10] * 40) == []


def test_what_must_begin_a_page_does() -> None:
    made = paper((3, 6), (8, 12))
    made.breaks.add(8)
    made.breaks.add(20)
    assert made.page_ends([10]) == [8, 20]
