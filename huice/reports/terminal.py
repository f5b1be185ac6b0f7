"""Tables for the terminal: never cut off; in a narrow window whole columns are left out, not halves of words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
    """Print it whole: where the window is too narrow the terminal breaks lines, and no figure loses its end."""
    window = out.width
    out.width = max(window, _width(out, made))
    out.print(made, crop=False)
    out.width = window


def _width(out: Console, made: Table) -> int:
    return made.__rich_measure__(out, out.options.update(max_width=10_000)).maximum
