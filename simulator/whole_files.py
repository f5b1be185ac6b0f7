"""Writing files whole or not at all: what was there stays until the new one is complete and on the disk.

Temporary names begin with `.partial-`; what an ended process left of them is rubbish.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

PARTIAL = ".partial-"


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Call `write` with a temporary place beside `path`, then put it in place in one step. OSError as it comes."""
    write_all({path: write})


def write_all(writers: Mapping[Path, Callable[[Path], None]]) -> None:
    """Several files of which either all are new or, where one cannot be written, all are the old ones."""
    ready: dict[Path, Path] = {}
    try:
        for path, write in writers.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f"{PARTIAL}{path.stem}-", suffix=path.suffix, dir=path.parent)
            os.close(handle)
            temporary = ready[path] = Path(name)
            write(temporary)
            temporary.chmod(0o666 & ~_umask())
            _to_disk(temporary)
        for path, temporary in ready.items():
            temporary.replace(path)
        for folder in {path.parent for path in ready}:
            _to_disk(folder)
    finally:
        for temporary in ready.values():
            temporary.unlink(missing_ok=True)


def clear_partial(folder: Path) -> None:
    """Take away what ended processes left of unfinished files."""
    for left in folder.glob(f"{PARTIAL}*"):
        left.unlink(missing_ok=True)


def _to_disk(place: Path) -> None:
    """So that the new name never leads to a file that is not there yet, even if the machine stops."""
    if place.is_dir() and os.name == "nt":
        return  # folders cannot be opened there
    handle = os.open(place, os.O_RDWR if place.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
