"""Tables from a folder of CSV files, one a table: strict UTF-8 (BOM or not), else GB18030, and it says which."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from huice.facts.faults import FactsError, Fault
from huice.facts.tables import Table
from lang.diagnostics import Text


def read_folder(folder: Path) -> tuple[list[Table], list[Fault]]:
    """All `*.csv` of the folder, by name. Raises FactsError if there is none."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.is_file())
    if not files:
        message = Text("there is no .csv file in this folder", "该文件夹中没有 .csv 文件")
        raise FactsError(Fault(message=message, file=str(folder)))
    tables, faults = [], []
    for path in files:
        table, notes = read_csv(path)
        faults += notes
        if table is not None:
            tables.append(table)
    return tables, faults


def read_csv(path: Path) -> tuple[Table | None, list[Fault]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        message = Text(f"this file cannot be read ({error.strerror})", f"无法读取该文件（{error.strerror}）")
        return None, [Fault(message=message, file=str(path))]
    notes: list[Fault] = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            message = Text("this file is neither UTF-8 nor GB18030 text", "该文件既不是 UTF-8 也不是 GB18030 文本")
            return None, [Fault(message=message, file=str(path))]
        message = Text("read as GB18030 (it is not UTF-8)", "按 GB18030 读取（不是 UTF-8）")
        notes.append(Fault(message=message, file=str(path), severity="info"))
    reader = csv.reader(io.StringIO(text.replace("\0", "\ufffd"), newline=""))
    rows: list[tuple[int, tuple[str, ...]]] = []
    header: tuple[str, ...] | None = None
    first = 1
    try:
        for row in reader:
            if header is None:
                header, first = tuple(row), reader.line_num
            elif row:
                rows.append((reader.line_num, tuple(row)))
    except csv.Error as error:
        message = Text(
            f"from here on this is not CSV and is not read ({error})", f"从此处起不是有效的 CSV，未读取（{error}）"
        )
        notes.append(Fault(message=message, file=str(path), row=reader.line_num))
    if header is None:
        notes.append(Fault(message=Text("this file is empty", "该文件为空"), file=str(path)))
        return None, notes
    return Table(str(path), None, path.stem, header, tuple(rows), first), notes
