"""Tables for the terminal: never cut off; in a narrow window each row becomes a few lines, and no word is halved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text as RichText

from huice.facts.faults import shown

PIPED = 160  # columns when there is no terminal to fit


def console() -> Console:
    """Standard output, as wide as its terminal."""
    out = Console()
    return out if out.is_terminal else Console(width=PIPED)


def table(headings: Iterable[str], title: str = "", left: int = 1) -> Table:
    """The first `left` columns to the left, the others, figures, to the right; `add` the rows."""
    made = Table(box=None, pad_edge=False, title=title or None, title_justify="left", title_style="bold")
    for number, heading in enumerate(headings):
        made.add_column(heading, justify="left" if number < left else "right", no_wrap=True, overflow="fold")
    return made


def add(made: Table, cells: Sequence[str], style: str = "") -> None:
    """Cells are plain text: what a policy calls its things is never markup."""
    made.add_row(*(RichText(shown(cell)) for cell in cells), style=style)


def fits(out: Console, made: Table) -> bool:
    return _width(out, made) <= out.width


def show(out: Console, made: Table) -> None:
    """Print it whole: as a table where it fits or nobody looks (a pipe), otherwise row below row."""
    window = out.width
    if out.is_terminal and not fits(out, made):
        _stacked(out, made)
        return
    out.width = max(window, _width(out, made))
    out.print(made, crop=False)
    out.width = window


def _stacked(out: Console, made: Table) -> None:
    """Each row on lines of its own: what it is of, then its other cells behind their headings, as many as fit."""
    if made.title:
        out.print(RichText(str(made.title), style="bold"))
    headings = [str(column.header) for column in made.columns]
    lefts = sum(column.justify == "left" for column in made.columns)
    for row, cells in zip(made.rows, zip(*(column.cells for column in made.columns), strict=True), strict=True):
        texts = [str(cell) for cell in cells]
        first = next((n for n in range(lefts) if texts[n]), 0)
        out.print(RichText(texts[first], style=row.style or ""), soft_wrap=True)
        line = ""
        for n in range(first + 1, len(texts)):
            if not texts[n]:
                continue
            pair = f"{headings[n]} {texts[n]}".strip()
            if line and cell_len(line) + 2 + cell_len(pair) > out.width:
                out.print(RichText(line), soft_wrap=True)
                line = ""
            line += f"  {pair}"
        if line:
            out.print(RichText(line), soft_wrap=True)


def _width(out: Console, made: Table) -> int:
    return made.__rich_measure__(out, out.options.update(max_width=10_000)).maximum
