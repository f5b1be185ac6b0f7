"""A chart with its caption: drawn for a sheet and for a telephone; the style shows the one that fits."""

from __future__ import annotations

from collections.abc import Callable

from huice.reports.page.markup import Content, Markup, el

SHEET, TELEPHONE = 820.0, 350.0


def figure(title: str, draw: Callable[[float], Markup], *, note: Content = None, more: Content = None) -> Markup:
    """`draw(width)` draws the chart; `more`: what stands under it, such as its table."""
    return el(
        "figure",
        el("figcaption", el("b", title), el("span", note) if note else None),
        el("div", draw(SHEET), class_="sheet"),
        el("div", draw(TELEPHONE), class_="phone"),
        el("p", "", class_="readout", aria_live="polite"),
        more,
    )


def folded(title: str, *content: Content, printed: bool = False) -> Markup:
    """What a reader may open; closed it is not printed, unless it is always `printed`."""
    return el("details", el("summary", title), *content, class_="printed" if printed else None)
