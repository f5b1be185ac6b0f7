"""Standard output and standard error as a command needs them: neither a sign that the encoding lacks nor a reader that
has gone ends a run.

A reader that has gone (`huice … | head`) wants no more text; the files of the run are wanted all the same, and so is
the status that it deserves. What follows is let go, and the run ends as it would have. Only what has no end of its own
(`huice watch`) asks whether anybody still listens.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any


class _Pipe(io.FileIO):
    """`gone`: whether its reader has gone."""

    gone = False

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            self.gone = True
            self.let_go()
            return memoryview(data).nbytes

    def let_go(self) -> None:
        """What is written from now on goes nowhere."""
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, self.fileno())
        os.close(nothing)


def steady_streams() -> None:
    """Sets both up. A sign that the encoding lacks is shown by its number."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by who called (`>&-`)
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # for the whole run
        if not isinstance(stream, io.TextIOWrapper):
            continue
        raw = _raw(stream)
        if isinstance(raw, io.FileIO) and not stream.isatty():
            out = io.BufferedWriter(_Pipe(stream.fileno(), "wb", closefd=False))
            stream = io.TextIOWrapper(
                out, stream.encoding, line_buffering=stream.line_buffering, write_through=stream.write_through
            )
            setattr(sys, name, stream)
        stream.reconfigure(errors="backslashreplace")


def nobody_listens() -> bool:
    """Whether the reader of standard output has gone."""
    raw = _raw(sys.stdout)
    return isinstance(raw, _Pipe) and raw.gone


def let_go() -> None:
    """Nothing more can be written to standard output: what is left of it is dropped."""
    raw = _raw(sys.stdout)
    if isinstance(raw, _Pipe):
        raw.let_go()


def _raw(stream: Any) -> Any:
    """What a stream writes to in the end; it has no buffer where Python was asked for none."""
    buffer = getattr(stream, "buffer", None)
    return getattr(buffer, "raw", buffer)
