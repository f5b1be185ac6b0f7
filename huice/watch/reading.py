"""The program of a file as it is now, everything that is to be said of it, and which files it is made of.

A file that a policy asks for and that is not there is followed too: it may come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import define, field, frozen

from huice.policies import POLICIES, folder_of, standard_policy
from huice.programs import Loaded, open_source
from huice.unreadable import unreadable
from huice.watch.files import State, state
from lang import model
from lang.diagnostics import Diagnostic
from lang.modules import FolderLoader, Found
from lang.render import severity_of
from lang.source import Source
from lang.text.encoding import decode


@frozen
class Reading:
    """`diagnostics`: as `huice check` gives them; `files`: all that a change of this may depend on, as they were when
    they were read."""

    loaded: Loaded
    diagnostics: tuple[Diagnostic, ...]
    files: Mapping[Path, State]

    @property
    def errors(self) -> int:
        return sum(1 for each in self.diagnostics if severity_of(each) == "error")


@define
class _Recorder:
    """A loader that keeps which files it was asked for."""

    inner: FolderLoader
    beside: Path
    files: dict[Path, State] = field(factory=dict)

    def module(self, name: str, beside: Source) -> Found:
        return self._kept(name, self.inner.module(name, beside))

    def policy(self, reference: str, beside: Source) -> Found:
        return self._kept(reference, self.inner.policy(reference, beside))

    def _kept(self, name: str, found: Found) -> Found:
        if found.source is not None:
            self._keep(Path(found.source.name))
        elif not found.outside and not name.startswith("std:"):
            self._keep(self.beside / f"{name}.policy")
        return found

    def _keep(self, path: Path) -> None:
        self.files.setdefault(path, state(path))


def path_of(file: str) -> Path | None:
    """Where FILE lies; None for a standard policy that does not exist."""
    return standard_policy(file.removeprefix("std:")) if file.startswith("std:") else Path(file)


def read(file: str, path: Path) -> Reading:
    """What FILE holds now."""
    own = state(path)
    recorder = _Recorder(FolderLoader((path.parent, POLICIES), standard=folder_of), path.parent)
    try:
        data = path.read_bytes()
    except OSError as error:
        return Reading(Loaded(file=file, missing=unreadable(file, error)), (), {path: own})
    source, found = decode(data, file)
    loaded = Loaded(file=file, diagnostics=tuple(found))
    if source is not None:
        loaded = open_source(source, path.parent, recorder)
    diagnostics = (*loaded.diagnostics, *_findings(loaded))
    named = () if loaded.model is None else _named_files(loaded.model, path.parent)
    return Reading(loaded, diagnostics, {path: own, **recorder.files, **{each: state(each) for each in named}})


def _findings(loaded: Loaded) -> tuple[Diagnostic, ...]:
    """What `huice check` finds beside mistakes, without the solver."""
    if loaded.model is None or loaded.ir is None:
        return ()
    from compiler.proofs.finding import Policy
    from compiler.proofs.run import findings

    return tuple(found.diagnostic() for found in findings([Policy(loaded.model, loaded.ir)]))


def _named_files(program: model.Program, beside: Path) -> Iterator[Path]:
    """The rosters and samples of its scenarios, as they are written."""
    for scenario in program.scenarios.values():
        for population in scenario.populations.values():
            if population.roster is not None:
                yield beside / population.roster
            drawn = [one.distribution for one in population.assumptions.values() if isinstance(one, model.Drawn)]
            for distribution in (*drawn, *(line.number for line in population.arrivals)):
                if distribution.path is not None:
                    yield beside / distribution.path
        for unknown in scenario.unknowns.values():
            if unknown.distribution.path is not None:
                yield beside / unknown.distribution.path
