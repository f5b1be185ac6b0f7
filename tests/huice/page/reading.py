"""What a test reads out of a page: its elements, tables by their title, and whether its markup is sound."""

from __future__ import annotations

from html.parser import HTMLParser

from attrs import define, field

VOID = {"meta", "br", "col", "img", "input", "hr", "link"}


@define
class Table:
    title: str
    heads: list[str] = field(factory=list)
    rows: list[list[tuple[str, str | None]]] = field(factory=list)  # (shown, <data value>)


@define(eq=False)
class Read(HTMLParser):
    """Raises AssertionError where an element is not closed in its place, or an id or attribute stands twice."""

    tags: list[tuple[str, dict[str, str | None]]] = field(factory=list)
    text: list[str] = field(factory=list)
    tables: list[Table] = field(factory=list)
    open: list[str] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)
        if given.get("role") == "region":
            self.tables.append(Table(given.get("aria-label") or ""))
        if self.tables and tag == "tr":
            self.tables[-1].rows.append([])
        if self.tables and tag in ("td", "th") and self.tables[-1].rows:
            self.tables[-1].rows[-1].append(("", None))
        if self.tables and tag == "data" and self.tables[-1].rows:
            shown, _ = self.tables[-1].rows[-1][-1]
            self.tables[-1].rows[-1][-1] = shown, given["value"]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open[-5:])
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            return
        self.text.append(data)
        if "table" in self.open and self.tables and self.tables[-1].rows and self.tables[-1].rows[-1]:
            shown, value = self.tables[-1].rows[-1][-1]
            self.tables[-1].rows[-1][-1] = shown + data, value

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [given for name, given in self.tags if name == tag]

    def table(self, title: str) -> Table:
        return next(table for table in self.tables if table.title == title)


def read(page: str) -> Read:
    found = Read()
    found.feed(page)
    found.close()
    assert not found.open, found.open
    return found
