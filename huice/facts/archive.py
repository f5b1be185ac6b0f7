"""Looks through a workbook's archive before anything reads it: real inflated sizes, and how far its cells reach.

The sizes that an archive states are not believed: every part is inflated piece by piece and counted. In the sheets of
an .xlsx every row and cell may name its place; the area that they span is what a reader would lay out.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from attrs import define

from lang.diagnostics import Text

MOST_INFLATED = 600 << 20  # bytes; a million rows of a roster take about a third
MOST_AREA = 40_000_000  # cells that all sheets may span: a million rows of forty columns
MOST_EMPTY = 20  # times as many places as cells may a large sheet span: what is read is laid out in full
LARGE = 1_000_000  # places from which on that is asked
MOST_TIMES = 60  # times that a large part may grow when inflated; a sheet of equal cells grows about ten times
GROWN = 16 << 20  # bytes from which on that is asked
PIECE = 1 << 20
OVERLAP = 64  # bytes kept between pieces, longer than any place that is looked for

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_PLACE = re.compile(rb"""r=["']\$?([A-Za-z]{0,3})\$?([0-9]{1,7})["']""")  # begins with letters: found fast
_FROM_1904 = re.compile(rb"""\sdate1904\s*=\s*["'](?:1|true)["']""")


@define
class Contents:
    """What an archive holds. `area`: cells that its sheets span."""

    inflated: int = 0
    area: int = 0
    from_1904: bool = False


@define
class _Reach:
    """The block of cells that the places seen so far span."""

    first_row: int = 1 << 30
    last_row: int = 0
    last_column: int = 0
    cells: int = 0

    def see(self, piece: bytes) -> None:
        found = _PLACE.findall(piece)
        if not found:
            return
        rows = [int(digits) for _, digits in found]
        self.first_row = min(self.first_row, *rows)
        self.last_row = max(self.last_row, *rows)
        self.cells += sum(bool(letters) for letters, _ in found)
        columns = {letters for letters, _ in found if letters}
        self.last_column = max(self.last_column, *map(_column, columns), 0)

    @property
    def area(self) -> int:
        return max(0, self.last_row - self.first_row + 1) * max(1, self.last_column)


def look_through(path: Path) -> Contents | Text:
    """What the archive holds, or why it is not read. A file that is no archive (an old .xls) has nothing to tell."""
    contents = Contents()
    try:
        with path.open("rb") as file:
            if not zipfile.is_zipfile(file):
                return contents
            with zipfile.ZipFile(file) as archive:
                for member in archive.infolist():
                    refused = _look(file, member, contents)
                    if refused is not None:
                        return refused
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError):
        return Text("this workbook is damaged and cannot be read", "该工作簿已损坏，无法读取")
    except OSError as error:
        return Text(f"this file cannot be read ({error.strerror})", f"无法读取该文件（{error.strerror}）")
    return contents


def _look(file: BinaryIO, member: zipfile.ZipInfo, contents: Contents) -> Text | None:
    sheet = _SHEET.fullmatch(member.filename) is not None
    book = member.filename.lower() == "xl/workbook.xml"
    reach, size, tail = _Reach(), 0, b""
    for piece in _pieces(file, member):
        size += len(piece)
        contents.inflated += len(piece)
        if size > member.file_size:
            return Text("this workbook is not as large as it says", "该工作簿的实际大小与其标注不符")
        if size > GROWN and size > MOST_TIMES * member.compress_size:
            return Text(
                f"a part of this workbook inflates to more than {MOST_TIMES} times its size",
                f"该工作簿中有部分内容解压后超过原大小的 {MOST_TIMES} 倍",
            )
        if contents.inflated > MOST_INFLATED:
            return Text("this workbook inflates to more than 600 MB", "该工作簿解压后超过 600 MB")
        if sheet:
            reach.see(tail + piece)
        elif book and _FROM_1904.search(tail + piece):
            contents.from_1904 = True
        tail = piece[-OVERLAP:]
    contents.area += reach.area
    if contents.area > MOST_AREA or (reach.area > LARGE and reach.area > MOST_EMPTY * reach.cells):
        return Text(
            f"the cells of this workbook reach to row {reach.last_row}, column {reach.last_column}: clear the rows and "
            "columns beyond the roster",
            f"该工作簿的单元格延伸到第 {reach.last_row} 行、第 {reach.last_column} 列：请删除名册以外的空行空列",
        )
    return None


def _pieces(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The inflated bytes of a member, by its compressed length alone."""
    file.seek(member.header_offset)
    header = file.read(30)
    name, extra = struct.unpack("<HH", header[26:30])
    file.seek(name + extra, 1)
    left = member.compress_size
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & 1:
        raise NotImplementedError("encrypted, or compressed in a way that spreadsheets do not use")
    inflate = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        raw = file.read(min(left, PIECE))
        if not raw:
            return
        left -= len(raw)
        if inflate is None:
            yield raw
            continue
        while raw:
            yield inflate.decompress(raw, PIECE)
            raw = inflate.unconsumed_tail


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
