"""Where the printed pages of a sheet end, so that no table is cut that would fit on one page.

In: the heights of rows, where tables stand, how wide the sheet is. Out: the rows that begin a page. A sheet is printed
as wide as the page (A4, landscape), so what is wide is scaled down and more of its rows fit. A spreadsheet program
measures fonts in its own way; the page is therefore taken for a little shorter than it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field

WIDE, HIGH = 770.0, 495.0  # points of A4 between the margins of `sheets`, less the footer
A_SIGN, A_COLUMN = 5.3, 4.0  # points a sign takes of a column's width, and a column beside
A_ROW = 15.0
LEAST = 8  # rows of a long table that make it worth beginning on a page


@define
class Paper:
    """`heights`: of rows that are not as high as usual, in points. `breaks`: rows that begin a page in any case."""

    heights: dict[int, float] = field(factory=dict)
    breaks: set[int] = field(factory=set)
    caption: int | None = None  # the row of a title whose table is still to come
    tables: list[tuple[int, int]] = field(factory=list)  # first row with the title, the row behind the last

    def table(self, top: int, end: int) -> None:
        first = top if self.caption is None or self.caption > top else self.caption
        self.caption = None
        self.tables.append((first, end))

    def page_ends(self, widths: Sequence[int]) -> list[int]:
        """The rows (from 0) that begin a page. `widths`: of the columns, in signs."""
        scale = min(1.0, WIDE / max(1.0, sum(width * A_SIGN + A_COLUMN for width in widths)))
        page = HIGH / scale
        found, begins = [], 0
        for first, end in self._parts():
            while self._between(begins, first) > page:  # within what stands before: a long table ends in its midst
                begins = self._after(begins, page)
            if first in self.breaks:
                found.append(first)
                begins = first
                continue
            whole, room = self._between(first, end), page - self._between(begins, first)
            if first > begins and whole > room and (whole <= page or room < LEAST * A_ROW):
                found.append(first)
                begins = first
        return found

    def _parts(self) -> list[tuple[int, int]]:
        beginning = dict(self.tables)
        return sorted((beginning | {row: beginning.get(row, row) for row in self.breaks}).items())

    def _between(self, first: int, end: int) -> float:
        return sum(self.heights.get(row, A_ROW) for row in range(first, end))

    def _after(self, begins: int, page: float) -> int:
        """The first row that no longer fits on a page that begins with this one."""
        row, used = begins, 0.0
        while used + (high := self.heights.get(row, A_ROW)) <= page or row == begins:
            row, used = row + 1, used + high
        return row
