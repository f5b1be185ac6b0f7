"""The text of an official document as a tree of its numbered items.

A mark at the beginning of a line makes an item when it is next in its list; inside a line it can only go on with a list
that is open (a line break was lost), so that an enumeration within a sentence stays part of its item. A document that
came as one piece, without line breaks, is read by the marks inside it. What looks like a mark and is out of order is
told as a doubt, never dropped in silence. Items are named as they are cited: `三`, `三（一）`, `四（一）1`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define, field, frozen

from lang.diagnostics import Text
from lang.documents.cleaning import as_lines, is_finished, joined, lines_of
from lang.documents.marks import ORDER, Mark, Style, mark_at, name_part

_TITLE = 40  # characters of a heading; a longer first sentence is cut short
_AFTER_SENTENCE = re.compile(r"[。；;：:！？]\s*(?=\S)")
_ANYWHERE = re.compile(r"(?:(?<=[。；;：:！？\s”）)])|^)(?=[^\s])|(?=[(（])")
# Behind a mark in the middle of a broken sentence: the number only names an item (`（一）和（二）`).
_GOES_ON = re.compile(r"\s*(?:和|与|與|及|或|至|到|项|項|款|条|條|类|類|等|的)")
_APPENDIX = re.compile(r"附\s*件\s*(?:[0-9一二三四五六七八九十]{0,2}\s*[:：]|[0-9一二三四五六七八九十]{0,2}\s*$)")
_CLOSING = re.compile(
    r"(?:本|以上|上述|此)(?:通知|意见|意見|措施|若干措施|办法|辦法|方案|细则|細則|规定|規定|实施意见|實施意見|政策)"
    r"|特此通知|（此件|\(此件|（联系|（聯系"
)
_SIGNED = re.compile(r".{0,80}(?:[0-9〇零一二三四五六七八九十]{2,4}\s*年.{1,4}月.{1,5}日)(?:印发|印發)?$")
_OFFICE = re.compile(r"[^，。；：、]{2,60}(?:局|厅|廳|部|委|委员会|委員會|办公室|辦公室|办公厅|辦公廳|政府|司)$")


@frozen(kw_only=True)
class Item:
    """`text` is its own, heading included, without that of its sub-items; paragraphs are lines."""

    name: str
    title: str
    text: str
    line: int
    items: tuple[Item, ...] = ()

    def walk(self) -> Iterator[Item]:
        yield self
        for item in self.items:
            yield from item.walk()


@frozen
class Doubt:
    """A place that looks like the mark of an item but is out of order."""

    line: int
    text: str
    reason: Text


@frozen(kw_only=True)
class OfficialDocument:
    """`preamble` stands before the first item, `closing` (dates, signatures, attachments) behind the last."""

    preamble: str
    items: tuple[Item, ...]
    closing: str
    doubts: tuple[Doubt, ...] = ()

    def walk(self) -> Iterator[Item]:
        """Every item, in order of the document."""
        for item in self.items:
            yield from item.walk()


def read_document(text: str) -> OfficialDocument:
    lines = lines_of(text)
    reader = _Reader(lines, anywhere=False)
    reader.read()
    if not reader.root.items:
        in_one_piece = _Reader(lines, anywhere=True)
        in_one_piece.read()
        if in_one_piece.root.items:
            reader = in_one_piece
    return reader.document()


@define
class _Open:
    """An item that is being read. `pieces`: (line, text) of its own."""

    name: str
    style: Style | None
    number: int
    line: int
    pieces: list[tuple[int, str]] = field(factory=list)
    items: list[_Open] = field(factory=list)


@define
class _Reader:
    lines: list[str]
    anywhere: bool
    root: _Open = field(factory=lambda: _Open("", None, 0, 1))
    open: list[_Open] = field(factory=list)
    behind: list[str] = field(factory=list)
    doubts: list[Doubt] = field(factory=list)
    _before: str = ""  # the last line that has text
    _heading: bool = False  # whether that line is a heading

    def read(self) -> None:
        self.open = [self.root]
        for number, line in enumerate(self.lines, 1):
            if self.root.items and _APPENDIX.match(line):
                self.behind = self.lines[number - 1 :]
                return
            if line:
                self._line(number, line)

    def _line(self, number: int, line: str) -> None:
        start = 0
        mark = mark_at(line)
        if mark is not None and self._begins(mark, number, line):
            start = mark.end
        for at in self._places(line, start):
            mark = mark_at(line, at)
            if mark is not None and at >= start and self._goes_on(mark):
                self._text(number, line[start:at])
                self._enter(mark, number)
                start = mark.end
        self._text(number, line[start:])
        self._heading = mark_at(line) is not None and not is_finished(line) and len(line) <= _TITLE + 6
        self._before = line

    def _places(self, line: str, start: int) -> list[int]:
        pattern = _ANYWHERE if self.anywhere else _AFTER_SENTENCE
        return [found.end() for found in pattern.finditer(line) if found.end() > start]

    def _text(self, number: int, text: str) -> None:
        if text.strip():
            self.open[-1].pieces.append((number, text.strip()))

    # ------------------------------------------------------------ which marks are items
    def _last(self, style: Style) -> int | None:
        """The number reached in the open list of that style."""
        return next((item.number for item in reversed(self.open) if item.style == style), None)

    def _begins(self, mark: Mark, number: int, line: str) -> bool:
        """Whether a mark at the beginning of a line is an item; enters it if so."""
        unfinished = bool(self._before) and not is_finished(self._before) and not self._heading
        if unfinished and _GOES_ON.match(line, mark.end):
            return False
        last = self._last(mark.style)
        if last is None:
            if mark.number != 1:
                self._doubt(number, line, "its list does not begin with 1", "所在序列不是从一开始")
                if mark.style not in ("一、", "（一）"):
                    return False
        elif mark.number <= last:
            self._doubt(number, line, f"{last} was reached before it", f"此前已编至{last}")
            return False
        elif mark.number > last + 1:
            self._doubt(
                number, line, f"the numbers jump from {last} to {mark.number}", f"序号由{last}跳至{mark.number}"
            )
            if mark.style not in ("一、", "（一）"):
                return False
        self._enter(mark, number)
        return True

    def _goes_on(self, mark: Mark) -> bool:
        """Whether a mark inside a line is an item: the next of an open list (in one piece: or the first of a list)."""
        last = self._last(mark.style)
        if last is None:
            return self.anywhere and mark.number == 1
        return mark.number == last + 1

    def _doubt(self, number: int, line: str, en: str, zh: str) -> None:
        self.doubts.append(Doubt(number, line[:20], Text(en, zh)))

    def _enter(self, mark: Mark, number: int) -> None:
        rank = ORDER.index(mark.style)
        while self.open[-1].style is not None and ORDER.index(self.open[-1].style) >= rank:
            self.open.pop()
        parent = self.open[-1]
        item = _Open(parent.name + name_part(mark.style, mark.number), mark.style, mark.number, number)
        parent.items.append(item)
        self.open.append(item)

    # ------------------------------------------------------------ the tree
    def document(self) -> OfficialDocument:
        last = self.open[-1]
        if last is not self.root:
            kept, tail = _closing(last)
            last.pieces = kept
            self.behind = [*tail, *self.behind]
        return OfficialDocument(
            preamble=as_lines([text for _, text in self.root.pieces]),
            items=tuple(_item(item) for item in self.root.items),
            closing=as_lines(self.behind),
            doubts=tuple(self.doubts),
        )


def _closing(last: _Open) -> tuple[list[tuple[int, str]], list[str]]:
    """The last item's own text, and what stands behind it."""
    for index, (line, text) in enumerate(last.pieces):
        if line != last.line and (_CLOSING.match(text) or _SIGNED.fullmatch(text) or _OFFICE.fullmatch(text)):
            return last.pieces[:index], [text for _, text in last.pieces[index:]]
    return last.pieces, []


def _item(item: _Open) -> Item:
    """The heading is what stands on the line of the mark, if that is no sentence."""
    first = [text for line, text in item.pieces if line == item.line][:1]
    heading = first if first and not is_finished(first[0]) and len(first[0]) <= _TITLE and _is_heading(item) else []
    rest = [text for _, text in item.pieces[len(heading) :]]
    body = joined(rest)
    text = "\n".join(part for part in (joined(heading), body) if part)
    return Item(
        name=item.name, title=_title(text), text=text, line=item.line, items=tuple(_item(sub) for sub in item.items)
    )


def _is_heading(item: _Open) -> bool:
    """Of the deeper items, a first line that breaks off may as well be the beginning of a sentence."""
    return item.style == "一、" or len(item.pieces) == 1


def _title(text: str) -> str:
    first = text.partition("\n")[0]
    sentence = re.split(r"[。；：]", first, maxsplit=1)[0]
    if len(sentence) <= _TITLE:
        return sentence
    part = re.split(r"[，,（(]", sentence, maxsplit=1)[0]
    return (part if 2 <= len(part) <= _TITLE - 10 else sentence[: _TITLE - 10]) + "…"
