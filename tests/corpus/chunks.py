"""Corpus files: programs with their expectations inside.

A file under `<feature>/{good,bad}/` holds one program or several, separated by lines `# ---`. What `check` says is
written behind the line that it points at: `### HC201 "orgin"` is the code and the marked text; several findings of one
line stand behind one another. Findings at no text of the line (a place between words, an empty file) mark `""`. Good
programs expect nothing. A first line `# prelude` puts `tests/corpus/prelude.policy` before each program of the file.
Expectations are comments, so a program reads the same with them and without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from lang.diagnostics import Diagnostic
from lang.modules import FolderLoader
from lang.program import load
from lang.source import Source

FOLDER = Path(__file__).parent
_SEPARATOR = "# ---"
_PRELUDE = "# prelude"
_EXPECTATION = re.compile(r"[ \t]*###.*$", re.M)
_MOST_MARKED = 40


@frozen
class Chunk:
    """One program of a file. `text` is as it stands there, with its expectations; `prelude` goes before it."""

    path: Path
    number: int
    text: str
    prelude: str

    @property
    def name(self) -> str:
        return f"{self.path.relative_to(FOLDER).with_suffix('')}-{self.number}"

    @property
    def good(self) -> bool:
        return self.path.parent.name == "good"

    @property
    def plain(self) -> str:
        """The program without its expectations."""
        return self.prelude + _EXPECTATION.sub("", self.text)

    @property
    def source(self) -> Source:
        return Source(self.plain, str(self.path))

    def findings(self) -> tuple[Diagnostic, ...]:
        return load(self.source, FolderLoader((self.path.parent, FOLDER / "modules")))[1]

    def renewed(self) -> str:
        """The text with the expectations that hold today."""
        lines = _EXPECTATION.sub("", self.text).split("\n")
        first = self.prelude.count("\n")
        said: dict[int, list[str]] = {}
        for found in self.findings():
            line = found.span.source.position(found.span.start)[0] - 1 - first
            own = found.span.source.name == str(self.path) and line >= 0
            said.setdefault(min(line, len(lines) - 1) if own else 0, []).append(_expectation(found))
        return "\n".join(_with(line, said.get(number, [])) for number, line in enumerate(lines))


def _with(line: str, said: list[str]) -> str:
    return f"{line}{'  ' if line else ''}### {', '.join(said)}" if said else line


def _expectation(found: Diagnostic) -> str:
    marked = found.span.text.split("\n")[0]
    if len(marked) > _MOST_MARKED:
        marked = marked[:_MOST_MARKED] + "…"
    return f'{found.code} "{marked}"'


def chunks_of(path: Path) -> list[Chunk]:
    text = path.read_bytes().decode("utf-8")
    prelude = ""
    if text.startswith(_PRELUDE):
        prelude = (FOLDER / "prelude.policy").read_text(encoding="utf-8")
    return [Chunk(path, number, part, prelude) for number, part in enumerate(_parts(text), start=1)]


def _parts(text: str) -> list[str]:
    return re.split(rf"(?<=\n){_SEPARATOR}\n", text)


def joined(parts: list[str]) -> str:
    return f"{_SEPARATOR}\n".join(parts)


def files() -> Iterator[Path]:
    yield from sorted(path for kind in ("good", "bad") for path in FOLDER.glob(f"*/{kind}/*.policy"))


def chunks() -> list[Chunk]:
    return [chunk for path in files() for chunk in chunks_of(path)]
