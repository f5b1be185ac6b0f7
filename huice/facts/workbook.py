"""Tables from an Excel workbook (.xlsx, .xlsm, .xls, .ods), one a sheet.

A workbook of a few kilobytes can claim a cell in the last column of the last row, or inflate to gigabytes. So the parts
of an archive are inflated and looked through first (archive.py), and the sheets are read in a process of their own
(read_sheets.py) whose memory is bounded; whatever happens there, this process lives to say what was wrong.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from huice.facts.archive import Contents, look_through
from huice.facts.cells import Cell, DayFrom1904
from huice.facts.coded import Coded
from huice.facts.faults import FactsError, Fault
from huice.facts.tables import Table
from lang.diagnostics import Text

READER = Path(__file__).with_name("read_sheets.py")
LEAST_MEMORY = 448 << 20  # bytes of addresses; the interpreter and its libraries take half
A_CELL = 400  # bytes a cell may take on its way, three times what it does
SECONDS = 120


def read_workbook(path: Path) -> list[Table]:
    """Every sheet that holds anything. Raises FactsError for what is no workbook, or one too large."""
    contents = look_through(path)
    if isinstance(contents, Text):
        raise FactsError(Fault(message=contents, file=str(path)))
    memory = LEAST_MEMORY + A_CELL * contents.area + 8 * contents.inflated
    command = [sys.executable, "-I", str(READER), str(path), str(memory)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise FactsError(Fault(message=_not_read("it takes too long", "耗时过长"), file=str(path))) from None
    if done.returncode != 0:
        raise FactsError(Fault(message=_not_read("it needs too much memory", "所需内存过大"), file=str(path)))
    error, sheets = pickle.loads(done.stdout)
    if error is not None:
        raise FactsError(Fault(message=_not_read(error, error), file=str(path)))
    return [_table(path, name, hidden, first, columns, contents) for name, hidden, first, columns in sheets if columns]


def _not_read(why_en: str, why_zh: str) -> Text:
    return Text(f"this workbook cannot be read: {why_en}", f"无法读取该工作簿：{why_zh}")


def _table(
    path: Path, name: str, hidden: bool, first: int, columns: list[tuple[list[Any], bytes]], contents: Contents
) -> Table:
    read = tuple(
        Coded(np.frombuffer(codes, np.int32), [_cell(cell, contents.from_1904) for cell in cells])
        for cells, codes in columns
    )
    numbers = np.arange(len(read[0])) + first + 1
    return Table(str(path), name, name.strip(), read, numbers, hidden=hidden)


def _cell(value: Any, from_1904: bool) -> Cell:
    if isinstance(value, time):
        return value.isoformat()
    if from_1904 and isinstance(value, (int, float)) and not isinstance(value, bool):
        return DayFrom1904(value)
    if value is None or isinstance(value, (str, int, float, bool, date, datetime, timedelta)):
        return value
    return str(value)
