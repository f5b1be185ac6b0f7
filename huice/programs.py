"""From what a user names as FILE to a compiled program: a path, `-`, or `std:NAME`. Nothing here prints."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from compiler import ir
from compiler.pipeline import compile_program
from huice.policies import POLICIES, folder_of, standard_policy
from huice.unreadable import unreadable
from lang.codes import CODES
from lang.diagnostics import Diagnostic, Language, Severity, Text
from lang.model import Program
from lang.modules import FolderLoader, Loader
from lang.parsing.parse import parse
from lang.program import load
from lang.source import Source
from lang.text.encoding import decode


@frozen(kw_only=True)
class Loaded:
    """`ir` is None when there are errors; `missing` says so when there is no such file."""

    file: str
    source: Source | None = None
    model: Program | None = None
    ir: ir.Program | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    missing: Text | None = None

    @property
    def facts_read(self) -> frozenset[tuple[str, str]]:
        """(entity, attribute) of every fact that the compiled policy reads."""
        if self.ir is None:
            return frozenset()
        return frozenset((s.entity, s.op.attribute) for s in self.ir.streams if isinstance(s.op, ir.Fact) and s.entity)

    @property
    def language(self) -> Language | None:
        """Of the file's keywords; also where it has errors, which are to be told in it. None: there is no text."""
        if self.model is not None:
            return self.model.language
        if self.source is None or not self.source.text.strip():
            return None
        return parse(self.source)[0].language

    @staticmethod
    def severity(diagnostic: Diagnostic) -> Severity:
        return CODES[diagnostic.code].severity


def open_program(file: str) -> Loaded:
    """The program that FILE names, with everything that is to be said of it."""
    if file == "-":
        return open_bytes(sys.stdin.buffer.read(), "-", Path.cwd())
    if file.startswith("std:"):
        path = standard_policy(file.removeprefix("std:"))
        if path is None:
            return Loaded(file=file, missing=Text(f"no standard policy {file}", f"没有标准政策 {file}"))
        return open_bytes(path.read_bytes(), file, path.parent)
    place = Path(file)
    try:
        data = place.read_bytes()
    except OSError as error:
        return Loaded(file=file, missing=unreadable(file, error))
    return open_bytes(data, file, place.parent)


def open_bytes(data: bytes, name: str, beside: Path) -> Loaded:
    source, found = decode(data, name)
    if source is None:
        return Loaded(file=name, diagnostics=tuple(found))
    return open_source(source, beside)


def open_source(source: Source, beside: Path, loader: Loader | None = None) -> Loaded:
    """Parse, check and compile. Modules are looked for beside the file, then among the standard policies (or where
    `loader` looks)."""
    compiled = None
    with _nothing_collected():
        model, diagnostics = load(source, loader or FolderLoader((beside, POLICIES), standard=folder_of))
        if model is not None:
            compiled, more = compile_program(model)
            diagnostics = (*diagnostics, *more)
    return Loaded(file=source.name, source=source, model=model, ir=compiled, diagnostics=diagnostics)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """A compiler makes ten thousands of nodes that stay; looking for garbage among them is a third of its time.

    What was made counts as old afterwards (frozen and unfrozen), or the next allocation would look through all of it.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
