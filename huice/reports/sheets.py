"""Workbooks of one look: a title, the unit, tables with headings, widths that fit, ready to print."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import xlsxwriter
from attrs import frozen

from huice.reports.paper import Paper


@frozen
class Formula:
    """A formula with the value that it gives, for readers that do not calculate."""

    text: str
    value: float | int | str


Cell = str | float | int | Formula | None
Look = Literal["text", "money", "share", "count", "exact"]
EXACT = "#,##0.00"  # yuan to the fen
NARROWEST, WIDEST = 9, 44
BLUE, PALE, GREY = "#1F4E79", "#DCE6F1", "#595959"
FAINT = "#F3F6FA"


def width_of(text: str) -> int:
    """In columns of a Latin sign; a Chinese one takes two."""
    return len(text) if text.isascii() else _width_of(text)


@lru_cache(maxsize=10_000)  # names and words that stand in every row
def _width_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _lines_of(text: str, widest: int) -> int:
    """How many lines a text takes in the widest column."""
    return sum(max(1, -(-width_of(line) // widest)) for line in text.split("\n"))


class Workbook:
    """Writes to `place`; the same content gives the same bytes. OSError when it cannot be written."""

    def __init__(self, place: Path, title: str, money: str, font: str) -> None:
        self.book = xlsxwriter.Workbook(str(place), {"strings_to_formulas": False, "strings_to_urls": False})
        self.book.set_properties({"title": title, "created": datetime(2000, 1, 1)})
        self.money = money
        self.font = font
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def form(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_name": self.font, "font_size": 10, **properties})
        return self._formats[key]

    def number(self, look: Look, **properties: Any) -> Any:
        forms = {"text": "General", "money": self.money, "share": "0.0%", "count": "#,##0", "exact": EXACT}
        return self.form(num_format=forms[look], **properties)

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.book.close()
        except xlsxwriter.exceptions.FileCreateError as problem:
            raise OSError(0, str(problem)) from None


class Sheet:
    """One sheet, filled from the top; `row` is the next free one, `left` the column in which tables begin."""

    def __init__(self, book: Workbook, name: str, widest: int = WIDEST) -> None:
        self.book = book
        self.widest = widest
        self.sheet = book.book.add_worksheet(name)
        self.row, self.left = 0, 0
        self.last_column = 0
        self.widths: dict[int, int] = {}
        self._paper = Paper()
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        self.sheet.set_footer("&L&A&R&P / &N")
        self.sheet.hide_gridlines(2)

    def title(self, text: str, *below: str) -> None:
        """The sheet's title and what stands small under it."""
        self.sheet.write_string(self.row, 0, text, self.book.form(bold=True, font_size=14, font_color=BLUE))
        self._high(self.row, 22)
        for line in below:
            self.row += 1
            self.sheet.write_string(self.row, 0, line, self.book.form(font_color=GREY))
        self.row += 2

    def caption(self, text: str) -> None:
        """Of the table that follows; on paper they stay together."""
        self.sheet.write_string(self.row, self.left, text, self.book.form(bold=True, font_size=11, font_color=BLUE))
        self._paper.caption = self.row
        self.row += 1

    def new_page(self) -> None:
        """What comes next begins a page where the sheet is printed."""
        self._paper.breaks.add(self.row)

    def _high(self, row: int, points: float) -> None:
        self.sheet.set_row(row, points)
        self._paper.heights[row] = points

    def table(
        self,
        headings: Sequence[str],
        rows: Iterable[Sequence[Cell]],
        looks: Sequence[Look],
        *,
        total: Sequence[Cell] | None = None,
        strong: Collection[int] = (),
        below: Iterable[Sequence[Cell]] = (),
    ) -> tuple[int, int]:
        """The first and last row of the body. `total` is set off below; `strong`: rows of the body (from 0) that are
        set off, such as subtotals; `below`: lines under the total, small, such as checks."""
        top = self.row
        self.last_column = max(self.last_column, self.left + len(headings) - 1)
        for number, heading in enumerate(headings):
            column = self.left + number
            left = looks[number] == "text"
            side = {"align": "left", "indent": 1 if number else 0} if left else {"align": "right"}
            form = self.book.form(
                bold=True, bg_color=PALE, bottom=1, text_wrap=True, valign="vcenter", font_color=BLUE, **side
            )
            self.sheet.write_string(top, column, heading, form)
            for line in heading.splitlines():
                self.widen(column, line)
        self._high(top, 32 if any("\n" in heading for heading in headings) else 18)
        last = top
        for last, row in enumerate(rows, top + 1):
            weight = {"bold": True, "bg_color": FAINT} if last - top - 1 in strong else {}
            self._line(last, row, looks, {"bottom": 4, "bottom_color": "#BFBFBF", **weight})
        self.row = last + 1
        if total is not None:
            self._line(self.row, total, looks, {"bold": True, "top": 1, "bottom": 1})
            self.row += 1
        for row in below:
            self._line(self.row, row, looks, {"font_color": GREY})
            self.row += 1
        self._paper.table(top, self.row)
        self.row += 1
        return top + 1, last

    def _line(self, number: int, row: Sequence[Cell], looks: Sequence[Look], properties: dict[str, Any]) -> None:
        # Rows do not grow of their own accord in every program.
        lines = max((_lines_of(cell, self.widest) for cell in row if isinstance(cell, str)), default=1)
        if lines > 1:
            self._high(number, 14 * lines)
            properties = {**properties, "valign": "top"}
        for column, (cell, look) in enumerate(zip(row, looks, strict=True), self.left):
            if isinstance(cell, str):
                long = {"text_wrap": True} if _lines_of(cell, self.widest) > 1 else {}
                form = self.book.form(**properties, **long, align="left", indent=1 if column > self.left else 0)
                self.sheet.write_string(number, column, cell, form)
                self.widen(column, cell)
            elif cell is None:
                self.sheet.write_blank(number, column, None, self.book.form(**properties))
            else:
                form = self.book.number(look, **properties)
                value = cell.value if isinstance(cell, Formula) else cell
                if isinstance(cell, Formula):
                    if isinstance(value, str):
                        form = self.book.number(look, **properties, align="right")
                    self.sheet.write_formula(number, column, cell.text, form, value)
                else:
                    self.sheet.write_number(number, column, cell, form)
                if isinstance(value, str):
                    self.widen(column, value)
                    continue
                decimals = {"money": len(self.book.money.partition(".")[2]) + 1, "exact": 3}.get(look, 1)
                self.widen(column, f"{value:,.{decimals}f}")

    def widen(self, column: int, text: str) -> None:
        self.widths[column] = max(self.widths.get(column, NARROWEST), min(self.widest, width_of(text) + 3))

    def done(self) -> None:
        """Sets the widths, and where printed pages end; call it when everything stands."""
        for column, width in self.widths.items():
            self.sheet.set_column(column, column, width)
        breaks = self._paper.page_ends([self.widths.get(n, NARROWEST) for n in range(self.last_column + 1)])
        if breaks:
            self.sheet.set_h_pagebreaks(breaks)
