"""What `calibrate` wrote, in canonical form and in the reader's language, and the paths that stand in it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from attrs import frozen

from huice.cli.fmt_command import formatted
from huice.policies import POLICIES, folder_of
from lang import model
from lang.diagnostics import CompilerBug, Language
from lang.modules import FolderLoader, Found
from lang.program import load
from lang.source import Source


def canonical(text: str, beside: Path, language: Language) -> str:
    """The text as `huice fmt` writes it; names and keywords in `language`."""
    done = formatted("calibrated.policy", text.encode(), beside, language)
    if done.after is None:
        reason = done.diagnostics[0].message.en if done.diagnostics else "it would read otherwise"
        raise CompilerBug(f"a scenario that was learnt does not parse: {reason}")
    return done.after.decode()


def reference_of(file: str, policy: str, folder: Path) -> str | None:
    """How a scenario in `folder` names the policy of FILE; None where it cannot: the policy lies elsewhere."""
    if file.startswith("std:"):
        return file
    place = Path(file)
    if file != "-" and place.parent.resolve() == folder.resolve() and place.stem == policy:
        return policy
    return None


def roster_path(facts: str, folder: Path) -> str | None:
    """The roster as a scenario in `folder` names it; None where it lies outside of it."""
    if facts == "-":
        return None
    try:
        inside = Path(facts).resolve().relative_to(folder.resolve())
    except ValueError:
        return None
    return str(PurePosixPath(*inside.parts)) if inside.parts else None


@frozen
class _Beside:
    """A loader for which a scenario stands beside the policy that was opened, whatever its file is called."""

    policy_file: Source
    files: FolderLoader

    def module(self, name: str, beside: Source) -> Found:
        return self.files.module(name, beside)

    def policy(self, reference: str, beside: Source) -> Found:
        return Found(self.policy_file)


def checked(program: model.Program, text: str) -> model.Scenario:
    """The scenario of a text that was learnt for this policy, as the checker has it."""
    policy = program.sources[-1]
    folder = Path(policy.name).parent if Path(policy.name).is_file() else Path.cwd()
    if policy.name.startswith("std:"):
        folder = folder_of(policy.name.removeprefix("std:")) or folder
    loader = _Beside(policy, FolderLoader((folder, POLICIES), standard=folder_of))
    found, diagnostics = load(Source(text, "calibrated.policy"), loader)
    if found is None:
        raise CompilerBug(f"a scenario that was learnt has errors: {diagnostics[0].message.en}")
    return found.scenarios["calibrated"]
