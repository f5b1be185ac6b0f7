"""Run as a script in a process of its own: `read_sheets.py PATH BYTES` reads a workbook within BYTES of memory.

Standard output gets a pickle of (what went wrong or None, [(name, hidden, first row, columns)]), a column being its
distinct cells and, for every row, the number of its cell (-1: empty) as bytes of int32. It imports nothing of Huice, so
that it starts fast; a reader that aborts the process (as calamine does when memory ends) takes nobody with it.
"""

import pickle
import sys
from array import array
from typing import Any

EMPTY = -1


def main(path: str, memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the look through the archive alone guards
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    error: str | None = None
    content: list[Any] = []
    try:
        workbook = CalamineWorkbook.from_path(path)
        hidden = {one.name for one in workbook.sheets_metadata if one.visible != SheetVisibleEnum.Visible}
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is not None:
                content.append((name, name in hidden, sheet.start[0], columns(sheet)))
    except Exception as problem:  # the reader has an exception class for each format; all mean the same to a user
        error, content = str(problem) or type(problem).__name__, []
    pickle.dump((error, content), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


def columns(sheet: Any) -> list[tuple[list[Any], bytes]]:
    """Every column of a sheet, from its first row with anything in it on."""
    numbers: list[dict[Any, int]] = []
    codes: list[array[int]] = []
    rows = iter(sheet.iter_rows())
    for _ in range(sheet.start[0]):
        next(rows)
    for row in rows:
        if not codes:  # all rows of a sheet are as wide
            numbers, codes = [{} for _ in row], [array("i") for _ in row]
        for number, code, cell in zip(numbers, codes, row, strict=True):
            if cell == "":
                code.append(EMPTY)
                continue
            key = cell if type(cell) is str else (type(cell), cell)
            found = number.get(key)
            if found is None:
                found = number[key] = len(number)
            code.append(found)
    return [
        ([key if type(key) is str else key[1] for key in number], code.tobytes())
        for number, code in zip(numbers, codes, strict=True)
    ]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
