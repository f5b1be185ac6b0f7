"""A `Table` as HTML: what is shown, rounded once, and beside it the figure itself (<data value>, yuan to the fen)."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from huice.reports.amounts import Unit, share
from huice.reports.page.charts.canvas import width_of
from huice.reports.page.markup import Content, Markup, el
from huice.reports.tables.records import Cell, Column, Table
from lang.diagnostics import Language, Text

MANY_COLUMNS = 13  # from here on a table is printed across a sheet


def table(of: Table, language: Language, unit: Unit, *, heading: str | None = "h3", notes: bool = False) -> Markup:
    """With its title as a heading; columns in which nothing stands are left out."""
    of = without_empty_columns(of)
    body = table_only(of, language, unit)
    told = [el("p", note[language], class_="note") for note in of.notes] if notes else None
    wide = len(of.columns) >= MANY_COLUMNS
    return el(
        "div",
        el(heading, of.title[language]) if heading else None,
        body,
        told,
        class_="block across" if wide else "block",
    )


def table_only(of: Table, language: Language, unit: Unit) -> Markup:
    head = el("tr", *(el("th", column.title[language], scope="col", class_=_class(column)) for column in of.columns))
    rows = [_row(of, row, language, unit) for row in of.rows]
    foot = None if of.total is None else el("tfoot", _row(of, of.total, language, unit))
    title = of.title[language]
    made = el("table", el("thead", head), el("tbody", *rows), foot, data_sort=len(of.rows) > 1)
    return el("div", made, class_="wide", role="region", aria_label=title, tabindex="0")


def without_empty_columns(of: Table) -> Table:
    every = [*of.rows, *([] if of.total is None else [of.total])]
    kept = [n for n in range(len(of.columns)) if not of.rows or any(row[n] is not None for row in of.rows)]

    def cut(row: Sequence[Cell]) -> tuple[Cell, ...]:
        return tuple(row[n] for n in kept)

    if len(kept) == len(of.columns) or not every:
        return of
    return evolve(
        of,
        columns=tuple(of.columns[n] for n in kept),
        rows=tuple(cut(row) for row in of.rows),
        total=None if of.total is None else cut(of.total),
        left=sum(1 for n in kept if n < of.left),
    )


def _row(of: Table, row: Sequence[Cell], language: Language, unit: Unit) -> Markup:
    cells = []
    for number, (column, cell) in enumerate(zip(of.columns, row, strict=True)):
        name = "th" if number == 0 and of.left else "td"
        scope = "row" if name == "th" else None
        class_ = _class(column) or ("s" if _short(cell, language) else None)
        cells.append(el(name, figure_of(column, cell, language, unit), class_=class_, scope=scope))
    return el("tr", *cells)


def _short(cell: Cell, language: Language) -> bool:
    """Whether a text is better not broken."""
    text = cell[language] if isinstance(cell, Text) else cell
    return isinstance(text, str) and 0 < width_of(text) <= 76


def _class(column: Column) -> str | None:
    return None if column.look == "text" else "n"


def figure_of(column: Column, cell: Cell, language: Language, unit: Unit) -> Content:
    """What is shown in a cell."""
    match cell:
        case None:
            return ""
        case Text():
            return cell[language]
        case str():
            return cell
        case _ if column.look == "money":
            return money(cell, unit)
        case _ if column.look == "share":
            return el("data", share(float(cell)), value=repr(float(cell)))
        case _:
            return el("data", f"{cell:,.1f}", value=repr(cell))


def money(yuan: float, unit: Unit) -> Markup:
    """An amount in the unit of the page, which knows how many yuan and fen it is."""
    return el("data", unit.show(yuan).replace("-", "−"), value=f"{yuan:.2f}")
