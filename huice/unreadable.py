"""Why a file that a user names cannot be read, said as it is: none there, a folder, no right to read it."""

from __future__ import annotations

from lang.diagnostics import Text


def unreadable(file: str, error: OSError) -> Text:
    """`error`: what reading it raised."""
    match error:
        case FileNotFoundError():
            return Text(f"{file}: there is no such file", f"{file}：没有该文件")
        case IsADirectoryError():
            return Text(f"{file}: this is a folder, not a file", f"{file}：这是文件夹，不是文件")
    reason = error.strerror or str(error)
    return Text(f"{file}: cannot be read ({reason})", f"{file}：无法读取（{reason}）")
