"""Tables from CSV files, one a table: strict UTF-8 (BOM or not), else GB18030, and it says which.

A file is read in pieces and coded as it is read, so that a million rows never stand in memory as Python objects.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from attrs import define, field

from huice.facts.coded import Coder
from huice.facts.faults import FactsError, Fault
from huice.facts.tables import Table
from lang.diagnostics import Text

Progress = Callable[[int, int], None]
PIECE = 8192  # rows
_BLOCK = 1 << 20
WIDEST = 2000  # columns
DELIMITERS = ("\t", ";")


def read_folder(folder: Path, on_progress: Progress | None = None) -> tuple[list[Table], list[Fault]]:
    """All `*.csv` of the folder, by name. Raises FactsError if there is none."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.is_file())
    if not files:
        message = Text("there is no .csv file in this folder", "该文件夹中没有 .csv 文件")
        raise FactsError(Fault(message=message, file=str(folder)))
    tables, faults = [], []
    sizes = [_size(path) for path in files]
    for number, path in enumerate(files):
        before, total = sum(sizes[:number]), sum(sizes)
        table, notes = read_csv(path, None if on_progress is None else _shifted(on_progress, before, total))
        faults += notes
        if table is not None:
            tables.append(table)
    return tables, faults


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _shifted(on_progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _: on_progress(before + done, total)


def read_csv(path: Path, on_progress: Progress | None = None) -> tuple[Table | None, list[Fault]]:
    try:
        with path.open("rb") as file:
            encoding = _encoding(file)
            if encoding is None:
                message = Text("this file is neither UTF-8 nor GB18030 text", "该文件既不是 UTF-8 也不是 GB18030 文本")
                return None, [Fault(message=message, file=str(path))]
            notes = []
            if encoding == "gb18030":
                message = Text("read as GB18030 (it is not UTF-8)", "按 GB18030 读取（不是 UTF-8）")
                notes.append(Fault(message=message, file=str(path), severity="info", kind="encoding"))
            table = _read(path, file, encoding, notes, on_progress)
    except OSError as error:
        message = Text(f"this file cannot be read ({error.strerror})", f"无法读取该文件（{error.strerror}）")
        return None, [Fault(message=message, file=str(path))]
    return table, notes


def _encoding(file: BinaryIO) -> str | None:
    """The first encoding in which the whole file is text."""
    for name in ("utf-8-sig", "gb18030"):
        file.seek(0)
        decode = codecs.getincrementaldecoder(name)("strict").decode
        try:
            while block := file.read(_BLOCK):
                decode(block)
            decode(b"", True)
        except UnicodeDecodeError:
            continue
        return name
    return None


def _without_nul(lines: io.TextIOWrapper) -> Iterator[str]:
    for line in lines:
        yield line.replace("\0", "\ufffd") if "\0" in line else line


def _read(path: Path, file: BinaryIO, encoding: str, notes: list[Fault], on_progress: Progress | None) -> Table | None:
    total = file.seek(0, io.SEEK_END)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    first = text.readline(1 << 16)
    text.seek(0)
    reader = csv.reader(_without_nul(text), delimiter=_delimiter(first))
    columns = _Columns()
    try:
        for row in reader:
            if row:
                columns.add(row, reader.line_num)
                if len(row) > WIDEST:
                    message = Text(f"this row has more than {WIDEST:,} cells", f"该行超过 {WIDEST:,} 个单元格")
                    raise FactsError(Fault(message=message, file=str(path), row=reader.line_num))
                if on_progress is not None and not len(columns.numbers) % PIECE:
                    on_progress(file.tell(), total)
    except csv.Error as error:
        message = Text(
            f"from here on this is not CSV and is not read ({error})", f"从此处起不是有效的 CSV，未读取（{error}）"
        )
        notes.append(Fault(message=message, file=str(path), row=reader.line_num))
    text.detach()
    if not columns.numbers:
        notes.append(Fault(message=Text("this file is empty", "该文件为空"), file=str(path)))
        return None
    return columns.table(str(path), path.stem)


def _delimiter(line: str) -> str:
    """A comma, unless the headings hold none and are parted by something else that spreadsheets write."""
    return next((sign for sign in DELIMITERS if "," not in line and sign in line), ",")


@define
class _Columns:
    """Rows on their way into columns."""

    coders: list[Coder] = field(factory=list)
    numbers: list[int] = field(factory=list)
    _rows: list[list[str]] = field(factory=list)
    _coded: int = 0

    def add(self, row: list[str], number: int) -> None:
        self._rows.append(row)
        self.numbers.append(number)
        if len(self._rows) == PIECE:
            self._code()

    def _code(self) -> None:
        width = max(map(len, self._rows))
        for _ in range(len(self.coders), width):
            coder = Coder()
            for begin in range(0, self._coded, PIECE):
                coder.add([""] * min(PIECE, self._coded - begin))
            self.coders.append(coder)
        width = len(self.coders)
        if any(len(row) != width for row in self._rows):
            self._rows = [row + [""] * (width - len(row)) for row in self._rows]
        for coder, cells in zip(self.coders, zip(*self._rows, strict=True), strict=True):
            coder.add(cells)
        self._coded += len(self._rows)
        self._rows = []

    def table(self, file: str, name: str) -> Table:
        if self._rows:
            self._code()
        numbers = np.array(self.numbers, np.int64)
        return Table(file, None, name, tuple(coder.column() for coder in self.coders), numbers)
