"""Run as a script in a process of its own: `read_sheets.py PATH BYTES` reads a workbook within BYTES of memory.

Standard output gets a pickle of (what went wrong or None, [(name, start, rows)]). It imports nothing of Huice, so that
it starts fast; a reader that aborts the process (as calamine does when memory ends) takes nobody with it.
"""

import pickle
import sys
from typing import Any


def main(path: str, memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the look through the archive alone guards
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook

    error: str | None = None
    content: list[Any] = []
    try:
        workbook = CalamineWorkbook.from_path(path)
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            content.append((name, sheet.start, sheet.to_python(skip_empty_area=True)))
    except Exception as problem:  # the reader has an exception class for each format; all mean the same to a user
        error, content = str(problem) or type(problem).__name__, []
    pickle.dump((error, content), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
