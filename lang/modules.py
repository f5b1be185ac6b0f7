"""`use`: finding and reading modules, and the policy that a scenario names. Only names, never a path outside.

Comes in: a parsed file and a `Loader`, given by the caller, which alone touches files. Goes out: the parsed modules,
each once, in the order in which they are needed, and what is wrong with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from attrs import define, field, frozen

from lang.diagnostics import Diagnostic, Text
from lang.parsing.parse import parse
from lang.source import Source, Span
from lang.text.encoding import decode
from lang.tree import declarations as tree
from lang.tree.declarations import File

_NAME = re.compile(r"[^\W\d][\w-]*")
_SUFFIX = ".policy"


@frozen
class Found:
    """What a loader gives: a source, or why there is none (`outside`: the name leads out of the folder)."""

    source: Source | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    outside: bool = False


class Loader(Protocol):
    """Reads files for the checker."""

    def module(self, name: str, beside: Source) -> Found:
        """The module `name`, beside the file that uses it or among the standard policies."""

    def policy(self, reference: str, beside: Source) -> Found:
        """The policy that a scenario is for: `std:NAME`, or a name beside the file."""


class NoFiles:
    """A loader for texts that stand alone."""

    def module(self, name: str, beside: Source) -> Found:
        return Found()

    def policy(self, reference: str, beside: Source) -> Found:
        return Found()


@define
class FolderLoader:
    """Reads NAME.policy in `folders`, in turn; a file read here looks in its own folder first.

    `standard` gives the folder of a standard policy (`std:NAME` is NAME/NAME.policy there).
    """

    folders: Sequence[Path]
    standard: Callable[[str], Path | None] = field(default=lambda name: None)
    _read: dict[str, Path] = field(factory=dict, init=False)  # name of a source read here → its folder

    def module(self, name: str, beside: Source) -> Found:
        return self._search(name, beside)

    def policy(self, reference: str, beside: Source) -> Found:
        if reference.startswith("std:"):
            name = reference.removeprefix("std:")
            folder = self.standard(name) if _NAME.fullmatch(name) else None
            return Found() if folder is None else self._file(folder, name)
        found = self._search(reference, beside)
        if found.source is None and not found.diagnostics and not found.outside:
            return self.policy(f"std:{reference}", beside)
        return found

    def _search(self, name: str, beside: Source) -> Found:
        if not _NAME.fullmatch(name):
            return Found(outside=True)
        own = self._read.get(beside.name)
        for folder in [own, *self.folders] if own is not None else self.folders:
            found = self._file(folder, name)
            if found.source is not None or found.diagnostics or found.outside:
                return found
        return Found()

    def _file(self, folder: Path, name: str) -> Found:
        path = folder / f"{name}{_SUFFIX}"
        if not path.is_file():
            return Found()
        if not path.resolve().is_relative_to(folder.resolve()):
            return Found(outside=True)
        try:
            data = path.read_bytes()
        except OSError:
            return Found()
        source, diagnostics = decode(data, str(path))
        if source is not None:
            self._read[source.name] = folder
        return Found(source, tuple(diagnostics))


def load_modules(file: File, source: Source, loader: Loader) -> tuple[tuple[File, ...], tuple[Diagnostic, ...]]:
    """Every module that `file` uses, directly or not; a module stands before those that use it."""
    search = _Search(loader)
    search.visit(file, source, ())
    return tuple(search.files), tuple(search.diagnostics)


@define
class _Search:
    loader: Loader
    files: list[File] = field(factory=list)
    diagnostics: list[Diagnostic] = field(factory=list)
    done: set[str] = field(factory=set)  # names of sources

    def visit(self, file: File, source: Source, path: tuple[tuple[str, str], ...]) -> None:
        """`path`: (name in `use`, name of the source) of the modules that led here."""
        for use in file.declarations:
            if isinstance(use, tree.Use):
                self._use(use, source, path)

    def _use(self, use: tree.Use, beside: Source, path: tuple[tuple[str, str], ...]) -> None:
        if not _NAME.fullmatch(use.path):
            self._outside(use)
            return
        found = self.loader.module(use.path, beside)
        self.diagnostics += found.diagnostics
        if found.outside:
            self._outside(use)
        elif found.source is None:
            if not found.diagnostics:
                self._missing(use)
        elif found.source.name in (names := [name for _, name in path]):
            start = names.index(found.source.name)
            self._circle(use, [word for word, _ in path[start:]])
        elif found.source.name not in self.done:
            self.done.add(found.source.name)
            self._read(use, found.source, path)

    def _read(self, use: tree.Use, source: Source, path: tuple[tuple[str, str], ...]) -> None:
        file, diagnostics = parse(source)
        self.diagnostics += diagnostics
        if any(isinstance(declared, tree.Policy) for declared in file.declarations):
            message = Text(f"`{use.path}` is a policy, not a module", f"“{use.path}”是政策，不是模块")
            help = Text("move what both need into a file without `policy`", "请把共用内容移入不含“政策”的文件")
            self.diagnostics.append(Diagnostic("HC213", _place(use), message, help))
            return
        self.visit(file, source, (*path, (use.path, source.name)))
        self.files.append(file)

    def _outside(self, use: tree.Use) -> None:
        message = Text(f"`{use.path}` leads outside the folder of the policy", f"“{use.path}”指向政策文件夹之外")
        help = Text(
            "name a module beside this file or among the standard policies, without a path",
            "请写与本文件同处一个文件夹或标准政策中的模块名，不写路径",
        )
        self.diagnostics.append(Diagnostic("HC211", _place(use), message, help))

    def _missing(self, use: tree.Use) -> None:
        message = Text(f"there is no module `{use.path}`", f"没有模块“{use.path}”")
        help = Text(f"put `{use.path}{_SUFFIX}` beside this file", f"请将“{use.path}{_SUFFIX}”放在本文件所在的文件夹")
        self.diagnostics.append(Diagnostic("HC210", _place(use), message, help))

    def _circle(self, use: tree.Use, between: list[str]) -> None:
        path = " → ".join([*between, use.path])
        message = Text(f"modules use each other in a circle: {path}", f"模块循环引用：{path}")
        self.diagnostics.append(Diagnostic("HC212", _place(use), message))


def _place(use: tree.Use) -> Span:
    """The name behind `use`."""
    at = use.span.text.rfind(use.path)
    if at < 0:
        return use.span
    return Span(use.span.start + at, use.span.start + at + len(use.path), use.span.source)
