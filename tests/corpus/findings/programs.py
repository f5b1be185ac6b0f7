"""Programs with planted defects, and clean ones: what `huice check` must find, and where it must keep quiet.

Under `planted/` and `clean/` a file holds programs separated by `# ---`. What is to be found is written behind the line
that it points at: `### HC402 "marked text"`; `### deep HC402 "…"` is found by `--deep` only. A first line `# prelude`
puts `prelude.policy` before each program; what is said of the prelude itself does not count. Clean programs expect
nothing: they are near misses of the planted ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from compiler.pipeline import compile_program
from compiler.proofs.finding import Policy
from compiler.proofs.run import findings
from lang.codes import CODES
from lang.diagnostics import Diagnostic
from lang.program import load
from lang.source import Source

FOLDER = Path(__file__).parent
_EXPECTATIONS = re.compile(r"[ \t]*### (.*)$", re.M)
_ONE = re.compile(r'(deep )?(HC\d{3}) "([^"]*)"')
_MOST_MARKED = 40

Said = tuple[int, str, str]  # line of the program, code, marked text


@frozen
class Program:
    name: str
    text: str  # with its expectations
    prelude: str

    @property
    def plain(self) -> str:
        return self.prelude + _EXPECTATIONS.sub("", self.text)

    def expected(self, deep: bool) -> list[Said]:
        found = [
            (number, code, marked)
            for number, line in enumerate(self.text.split("\n"), start=1)
            for expectation in _EXPECTATIONS.findall(line)
            for only_deep, code, marked in _ONE.findall(expectation)
            if deep or not only_deep
        ]
        return sorted(found)

    def policy(self) -> Policy:
        program, found = load(Source(self.plain, f"{self.name}.policy"))
        errors = [d for d in found if CODES[d.code].severity == "error"]
        assert program is not None and not errors, (self.name, [(d.code, d.message.en, d.span.text) for d in found])
        compiled, refused = compile_program(program)
        assert compiled is not None, (self.name, refused)
        return Policy(program, compiled)

    def findings(self, deep: bool = False) -> list[Diagnostic]:
        """Of the program itself, not of its prelude."""
        return [d for one in findings([self.policy()], deep) if self._line(d := one.diagnostic()) > 0]

    def said(self, deep: bool = False) -> list[Said]:
        return sorted((self._line(d), d.code, marked(d)) for d in self.findings(deep) if d.code != "HC490")

    def _line(self, found: Diagnostic) -> int:
        return found.span.source.position(found.span.start)[0] - self.prelude.count("\n")


def marked(found: Diagnostic) -> str:
    text = found.span.text.split("\n")[0].replace('"', "'")
    return text if len(text) <= _MOST_MARKED else text[:_MOST_MARKED] + "…"


def programs(kind: str) -> list[Program]:
    return [program for path in sorted((FOLDER / kind).glob("*.policy")) for program in _of_file(path)]


def _of_file(path: Path) -> Iterator[Program]:
    text = path.read_text(encoding="utf-8")
    prelude = ""
    if text.startswith("# prelude\n"):
        text = text.removeprefix("# prelude\n")
        prelude = (FOLDER / "prelude.policy").read_text(encoding="utf-8")
    for number, part in enumerate(text.split("# ---\n"), start=1):
        yield Program(f"{path.stem}-{number}", part, prelude)
