"""The sheet of chart data: what the charts are drawn from, in blocks beside and below each other.

In: blocks of cells, as the charts ask for them. Out: one sheet, written when all charts are made. Blocks stand side by
side in bands as wide as a printed page still shows, so that the sheet is a few pages and not one for each curve.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from huice.reports.sheets import Cell, Look, Sheet, Workbook
from lang.diagnostics import Language, Text

BAND = 24  # columns


@frozen(kw_only=True)
class Block:
    """Columns of the sheet of chart data. `top`: the row of the headings, above `rows`; `left`: the first column."""

    title: Text
    headings: tuple[Text, ...]
    looks: tuple[Look, ...]
    rows: tuple[tuple[Cell, ...], ...]
    top: int
    left: int


class ChartData:
    """The sheet from which charts are drawn, filled while they are made."""

    def __init__(self, book: Workbook, name: str, language: Language) -> None:
        self.book, self.name, self.language = book, name, language
        self.blocks: list[Block] = []
        self._top, self._left = 3, 0  # of the next block, if its band has room
        self._below = 3  # the first row below the band

    def add(
        self, title: Text, headings: Sequence[Text], looks: Sequence[Look], rows: Sequence[Sequence[Cell]]
    ) -> Block:
        if self._left + len(headings) > BAND:
            self._top, self._left = self._below, 0
        block = Block(
            title=title, headings=tuple(headings), looks=tuple(looks), rows=tuple(tuple(row) for row in rows),
            top=self._top, left=self._left,
        )  # fmt: skip
        self.blocks.append(block)
        self._left += len(headings) + 1
        self._below = max(self._below, block.top + 1 + len(rows) + 2)  # an empty row, the next title
        return block

    def column(self, block: Block, number: int) -> list[str | int]:
        column = block.left + number
        return [self.name, block.top + 1, column, block.top + len(block.rows), column]

    def write(self, title: str) -> None:
        sheet = Sheet(self.book, self.name)
        sheet.title(title)
        for block in self.blocks:
            sheet.row, sheet.left = block.top - 1, block.left
            sheet.caption(block.title[self.language])
            sheet.table([heading[self.language] for heading in block.headings], block.rows, block.looks)
        sheet.done()

    @property
    def used(self) -> bool:
        return bool(self.blocks)
